// merit topics: makes the six topics that the engine needs, and says what of them is not as it
// should be.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "consumers/merit/command.h"
#include "consumers/merit/kafka_options.h"
#include "consumers/merit/needed_topics.h"
#include "engine/kafka/producer.h"

namespace merit {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kAbout[] =
    R"(Make the topics that the engine needs, or say what is wrong with those that are there.

The intake is the log: it keeps everything, and the brokers give each record its time. Beside
it stand outcomes, seals and bulletins, kept for ever; scores, of which the last of each driver
is kept; and dead letters. All have the same number of partitions: a city lives in one, and
the count can never change, for then a city would move. Choose it for what may come: a
partition does some 100,000 events a second, and no more instances can work than there are
partitions.)";

constexpr char kExample[] = R"(Examples:
  deploy/broker.sh start                                    a broker for this desk
  merit topics create --brokers 127.0.0.1:9092 --partitions 4
  merit topics create --brokers b1:9093,b2:9093,b3:9093 --partitions 32 --replication 3 \
      --min-insync-replicas 2 --client-config tls.conf
  merit topics check --brokers 127.0.0.1:9092               exit status 1: something matters

A log with times of its own, like merit import and merit simulate write it, keeps them with
--timestamps producer.)";

struct Options {
  std::string what;
  KafkaOptions kafka;
  TopicLayout layout;
  int32_t replication = 0;
  int32_t min_insync_replicas = 0;
  std::string timestamps = "broker";
  bool json = false;
};

Json FindingJson(const TopicFinding& finding) {
  return {{"topic", finding.topic}, {"property", finding.property}, {"is", finding.is},
          {"needs", finding.needs}, {"why", finding.why},           {"matters", finding.matters}};
}

// What is found at several topics is said once.
void PrintFindings(const std::vector<TopicFinding>& findings) {
  std::vector<std::pair<std::string, std::string>> said;  // what, and of which topics
  for (const TopicFinding& finding : findings) {
    const std::string what =
        Cat(finding.property, " is ", finding.is, ", needed is ", finding.needs, ": ", finding.why);
    const std::string line = Cat(finding.matters ? "WRONG  " : "note   ", what);
    const auto same = std::find_if(said.begin(), said.end(),
                                   [&](const auto& other) { return other.first == line; });
    if (same == said.end()) {
      said.emplace_back(line, finding.topic);
    } else {
      same->second += ", " + finding.topic;
    }
  }
  for (const auto& [line, topics] : said)
    std::printf("%s\n       (%s)\n", line.c_str(), topics.c_str());
}

int Tell(const Options& options, Json summary, const std::vector<TopicFinding>& findings) {
  bool matters = false;
  for (const TopicFinding& finding : findings) matters = matters || finding.matters;
  if (options.json) {
    summary["good"] = !matters;
    summary["findings"] = Json::array();
    for (const TopicFinding& finding : findings) {
      summary["findings"].push_back(FindingJson(finding));
    }
    std::printf("%s\n", summary.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
    return matters ? kExitDifferent : kExitOk;
  }
  PrintFindings(findings);
  if (!matters) std::printf("the topics are what the engine needs\n");
  return matters ? kExitDifferent : kExitOk;
}

// Three copies where there are so many brokers, and two of them before a record counts as written.
Status Complete(const KafkaClient& client, Options* options) {
  ASSIGN_OR_RETURN(const int32_t brokers, BrokerCount(client));
  TopicLayout& layout = options->layout;
  layout.replication = options->replication > 0 ? options->replication : std::min(brokers, 3);
  layout.min_insync_replicas = options->min_insync_replicas > 0 ? options->min_insync_replicas
                                                                : (layout.replication + 1) / 2;
  if (layout.replication > brokers) {
    return Invalid(Cat("--replication ", layout.replication,
                       " needs as many brokers, and there are ", brokers));
  }
  if (layout.min_insync_replicas > layout.replication) {
    return Invalid(Cat("--min-insync-replicas ", layout.min_insync_replicas, " is more than the ",
                       layout.replication, " replicas; nothing could be written"));
  }
  return OkStatus();
}

// The brokers tell each other of a new topic; until then it does not seem to be there.
Status WaitUntilThere(const KafkaClient& client, const std::string& topic) {
  for (int wait = 0; wait < 200; ++wait) {
    ASSIGN_OR_RETURN(const TopicShape shape, ShapeOf(client, topic));
    if (shape.partitions > 0 && shape.ready) return OkStatus();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return Unavailable(
      Cat("topic ", topic,
          " was made, and the brokers do not tell of it; look again: merit topics check"));
}

Status Create(const KafkaClient& client, Options* options, Json* summary) {
  RETURN_IF_ERROR(Complete(client, options));
  (*summary)["topics"] = Json::array();
  for (const KafkaNewTopic& topic : NeededTopics(options->kafka.Topics(), options->layout)) {
    const Status created = CreateKafkaTopic(client, topic);
    const bool there = created.code() == StatusCode::kAlreadyExists;
    if (!created.ok() && !there) return created;
    RETURN_IF_ERROR(WaitUntilThere(client, topic.name));
    (*summary)["topics"].push_back({{"topic", topic.name}, {"created", !there}});
    if (options->json) continue;
    if (there) {
      std::printf("%s was there already\n", topic.name.c_str());
    } else {
      std::printf("%s: %d partitions, %d of each\n", topic.name.c_str(), topic.partitions,
                  topic.replication);
    }
  }
  return OkStatus();
}

int RunTopics(Options options) {
  options.layout.producers_time = options.timestamps == "producer";
  Json summary = Json::object();
  std::vector<TopicFinding> findings;
  const Status status = [&]() -> Status {
    ASSIGN_OR_RETURN(KafkaSettings settings, options.kafka.Settings());
    ASSIGN_OR_RETURN(const std::unique_ptr<KafkaProducer> client, KafkaProducer::Open(settings));
    if (options.what == "create") RETURN_IF_ERROR(Create(*client, &options, &summary));
    ASSIGN_OR_RETURN(findings, CheckTopics(*client, options.kafka.Topics(), options.layout));
    return OkStatus();
  }();
  if (!status.ok()) return Report("topics", WithKafkaReason(status));
  return Tell(options, std::move(summary), findings);
}

}  // namespace

void AddTopics(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("topics", kAbout);
  command->footer(kExample);
  command->add_option("what", options->what, "create: make those that are not there, then check")
      ->required()
      ->check(CLI::IsMember({"create", "check"}))
      ->option_text("create|check");
  options->kafka.AddTo(command);
  command->add_option("--partitions", options->layout.partitions, "of each topic; for ever")
      ->check(CLI::Range(1, 10'000))
      ->option_text("COUNT [8]");
  command
      ->add_option("--replication", options->replication,
                   "copies of each partition; 0: three, or as many as there are brokers")
      ->check(CLI::Range(0, 100))
      ->option_text("COUNT [0]");
  command
      ->add_option("--min-insync-replicas", options->min_insync_replicas,
                   "copies before a record counts as written; 0: more than half")
      ->check(CLI::Range(0, 100))
      ->option_text("COUNT [0]");
  command
      ->add_option("--timestamps", options->timestamps,
                   "whose clock gives a record of the intake its time")
      ->check(CLI::IsMember({"broker", "producer"}))
      ->option_text("broker|producer [broker]");
  command->add_flag("--json", options->json, "what was done and found as JSON");
  command->callback([options, &run] { run = [options] { return RunTopics(*options); }; });
}

}  // namespace merit
