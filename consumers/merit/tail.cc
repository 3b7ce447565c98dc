// merit tail: what stands on a topic, as JSON Lines.
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "consumers/merit/command.h"
#include "consumers/merit/export.h"
#include "consumers/merit/interrupt.h"
#include "consumers/merit/kafka_options.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/topic_reader.h"
#include "engine/wire/exchange.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(Print what stands on a topic: one JSON object a line.

Only what is settled: what a transaction that failed left behind is never seen. Records of a
city come in order. The intake comes in the exchange form, so that merit import and merit
submit can read it again.)";

constexpr char kExample[] = R"(Examples:
  merit tail outcomes --brokers 127.0.0.1:9092 --city 511500
  merit tail scores --brokers 127.0.0.1:9092 --follow          and whatever comes, until Ctrl-C
  merit tail seals --brokers 127.0.0.1:9092 --new --limit 1    waits for the next closed day
  merit tail intake --brokers 127.0.0.1:9092 > log.jsonl)";

constexpr int kWaitMs = 100;

struct Options {
  KafkaOptions kafka;
  std::string topic;
  std::string city;
  uint64_t limit = 0;
  bool follow = false;
  bool only_new = false;
};

StatusOr<std::string> LineOf(const Options& options, const rd_kafka_message_t& message) {
  const Record record = RecordOf(message);
  const std::optional<Topic> published = TopicNamed(options.topic);
  return published ? PublishedLine(*published, record) : WriteExchangeLine(record);
}

// A score's key is "511500|driver".
bool IsWanted(const Options& options, std::string_view key) {
  if (options.city.empty()) return true;
  return key.starts_with(options.city) &&
         (key.size() == options.city.size() || key[options.city.size()] == '|');
}

Status Print(const Options& options) {
  ASSIGN_OR_RETURN(const KafkaSettings settings, options.kafka.Settings());
  ASSIGN_OR_RETURN(const std::unique_ptr<TopicReader> reader, TopicReader::Open(settings));
  const std::string topic = options.kafka.TopicOf(options.topic);
  using From = TopicReader::From;
  RETURN_IF_ERROR(reader->AddTopic(topic, options.only_new ? From::kEnd : From::kBeginning));
  uint64_t printed = 0;
  while (!Interrupted()) {
    if (options.limit > 0 && printed == options.limit) break;
    if (reader->at_end() && !options.follow && !options.only_new) break;
    ASSIGN_OR_RETURN(const KafkaMessage message, reader->Next(kWaitMs));
    if (!message) {
      // Whoever follows sees what has come, though it is no whole buffer.
      if (std::fflush(stdout) != 0) return OkStatus();
      continue;
    }
    if (!IsWanted(options, KeyOf(*message))) continue;
    ASSIGN_OR_RETURN(const std::string line, LineOf(options, *message));
    if (std::printf("%s\n", line.c_str()) < 0) return OkStatus();  // nobody reads on
    ++printed;
  }
  std::fflush(stdout);
  return OkStatus();
}

int RunTail(const Options& options) {
  CatchInterrupts();
  std::signal(SIGPIPE, SIG_IGN);  // `| head` is a good end
  const Status status = Print(options);
  return status.ok() ? kExitOk : Report("tail", WithKafkaReason(status));
}

}  // namespace

void AddTail(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("tail", kAbout);
  command->footer(kExample);
  command->add_option("topic", options->topic, "intake, or what the engine publishes")
      ->required()
      ->check(IsTopicName());
  options->kafka.AddTo(command);
  command->add_option("--city", options->city, "of this city alone")->option_text("CODE");
  command->add_option("--limit", options->limit, "end after so many; 0: none")
      ->capture_default_str();
  command->add_flag("--follow", options->follow, "go on with what comes, until it is interrupted");
  command->add_flag("--new", options->only_new, "only what comes from now on");
  command->callback([options, &run] { run = [options] { return RunTail(*options); }; });
}

}  // namespace merit
