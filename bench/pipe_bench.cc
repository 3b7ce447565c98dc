// How much of what the pipe can carry does the engine carry, exactly once, from Kafka to Kafka?
//
//   merit-bench-pipe BROKERS [EVENTS [PARTITIONS [INTERVAL_MS [ROUNDS [BROKER_PROCESS]]]]]
//
// The bare pipe reads the same records, and sends as many outcomes and scores of the same mean size
// in the same transactions: no decoding, no fold, no store. Both are run in turn; medians are
// compared. Prints the number of outcomes, which a reader of settled records counts after the last
// round.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "bench/bench.h"
#include "engine/engine.h"
#include "engine/instance.h"
#include "engine/kafka/admin.h"
#include "engine/kafka/producer.h"
#include "engine/log/kafka_log.h"
#include "engine/log/memory_log.h"
#include "engine/publish/transaction.h"
#include "engine/store/memory_store.h"
#include "simulator/simulator.h"

namespace merit {
namespace {

struct Setting {
  std::string brokers;
  uint64_t events = 1'000'000;
  int32_t partitions = 4;
  int interval_ms = 100;
  int rounds = 3;
  std::string broker_process;
  std::string prefix = "bench-" + std::to_string(getpid());
  KafkaSettings settings() const { return KafkaSettings(brokers); }
};

// What a calm fold gives: how many records, and how large.
class CountingPublisher final : public Publisher {
 public:
  Status Publish(const Outputs& outputs) override {
    for (size_t place = 0; place < outputs.size(); ++place) {
      const Output output = outputs[place];
      ++count[static_cast<size_t>(output.topic)];
      bytes[static_cast<size_t>(output.topic)] += output.value.size();
    }
    return OkStatus();
  }
  Status Flush() override { return OkStatus(); }
  std::string position() const override { return {}; }
  Status Resume(const std::string&) override { return OkStatus(); }

  std::array<uint64_t, kTopicCount> count{};
  std::array<uint64_t, kTopicCount> bytes{};
};

struct Run {
  double wall_s = 0;
  double client_s = 0;
  double broker_s = 0;
};

double BrokerSeconds(const Setting& setting) {
  if (setting.broker_process.empty()) return 0;
  std::ifstream stat("/proc/" + setting.broker_process + "/stat");
  std::string field;
  double ticks = 0;
  for (int place = 1; place <= 15 && stat >> field; ++place) {
    if (place >= 14) ticks += std::atof(field.c_str());
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

class Meter {
 public:
  explicit Meter(const Setting& setting) : setting_(setting), broker_s_(BrokerSeconds(setting)) {}
  Run Read() const {
    return {watch_.wall_s(), watch_.cpu_s(), BrokerSeconds(setting_) - broker_s_};
  }

 private:
  const Setting& setting_;
  Stopwatch watch_;
  const double broker_s_;
};

KafkaTopics TopicsFor(const Setting& setting, const KafkaProducer& admin, const std::string& run) {
  KafkaTopics topics(setting.prefix + run);
  topics.intake = setting.prefix + ".intake";
  for (const std::string& topic : topics.outputs) {
    Must(CreateKafkaTopic(admin, {.name = topic, .partitions = setting.partitions}));
  }
  return topics;
}

// Fills the intake; gives what a calm fold of it comes to.
CountingPublisher Fill(const Setting& setting, KafkaProducer* producer) {
  const std::string intake = setting.prefix + ".intake";
  Must(CreateKafkaTopic(*producer, {.name = intake, .partitions = setting.partitions}));
  SimulationOptions options;
  options.city_codes = CityCodes(static_cast<size_t>(2 * setting.partitions));
  options.events_max = setting.events;
  options.drivers = 5'000;
  options.days = 3'000;
  Simulator simulator(options);
  std::map<std::string, int32_t, std::less<>> cities;
  MemoryLog log;
  for (Record record; simulator.Next(&record);) {
    log.Append(record);
    const auto city =
        cities.emplace(std::string(record.key), static_cast<int32_t>(cities.size())).first;
    while (!producer
                ->Produce(intake, city->second % setting.partitions, record.key, record.value,
                          record.timestamp_ms)
                .ok()) {
      producer->Poll(5);
    }
  }
  Must(producer->Flush(120'000));
  MemoryStore store;
  CountingPublisher counts;
  Engine engine(&log, &store, &counts, {.save_records_max = ~uint64_t{0}});
  Must(engine.Open());
  while (Must(engine.FoldBatch()) > 0) {
  }
  return counts;
}

// --- the bare pipe -----------------------------------------------------------------------------

class BarePipe {
 public:
  BarePipe(const Setting& setting, const CountingPublisher& counts) : setting_(setting) {
    const auto mean = [&](Topic topic) {
      const auto place = static_cast<size_t>(topic);
      return std::string(counts.bytes[place] / std::max<uint64_t>(counts.count[place], 1), 'x');
    };
    outcome_ = mean(Topic::kOutcomes);
    score_ = mean(Topic::kScores);
    scores_per_million_ =
        counts.count[static_cast<size_t>(Topic::kScores)] * 1'000'000 / setting.events;
  }

  Run Copy(const KafkaTopics& topics, const std::string& group) {
    const auto member =
        Must(KafkaConsumer::Open(setting_.settings(), {.group = group, .member = true}));
    const auto transaction = Must(Transaction::Open(
        setting_.settings(),
        {.transactional_id = group, .intake = topics.intake, .topics = topics.outputs},
        member.get()));
    std::vector<int32_t> given;
    Must(member->Subscribe(topics.intake, [&](bool, bool, const std::vector<int32_t>& partitions) {
      given = partitions;
    }));
    while (given.empty()) Must(member->Poll(10));
    std::vector<std::unique_ptr<KafkaLog>> logs;
    std::vector<KafkaConsumer::Start> starts;
    for (int32_t partition : given) {
      logs.push_back(Must(KafkaLog::Open(*member, topics.intake, partition)));
      Must(logs.back()->Attach(member.get()));
      starts.push_back({partition, 0});
    }
    const Meter meter(setting_);
    Must(member->Assign(topics.intake, starts));
    CopyAll(member.get(), transaction.get(), given, logs);
    const Run run = meter.Read();
    logs.clear();
    return run;
  }

 private:
  void CopyAll(KafkaConsumer* member, Transaction* transaction,
               const std::vector<int32_t>& partitions,
               const std::vector<std::unique_ptr<KafkaLog>>& logs) {
    uint64_t copied = 0;
    Stopwatch since;
    while (copied < setting_.events) {
      Must(member->Poll(0));
      size_t read = 0;
      for (size_t place = 0; place < logs.size(); ++place) {
        read += CopyBatch(logs[place].get(), partitions[place], transaction);
      }
      copied += read;
      Must(transaction->Poll());
      if (!transaction->committing() && since.wall_s() * 1e3 >= setting_.interval_ms) {
        Must(transaction->StartCommit());
        since.Restart();
      }
      if (read == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    Must(transaction->Commit());
  }

  size_t CopyBatch(KafkaLog* log, int32_t partition, Transaction* transaction) {
    size_t copied = 0;
    for (; copied < 4'096; copied += records_.size()) {
      records_.clear();
      Must(log->Read(256, &records_));
      if (records_.empty()) break;
      for (const Record& record : records_) {
        outputs_.Add(Topic::kOutcomes, record.key, record.timestamp_ms, outcome_);
        score_due_ += scores_per_million_;
        for (; score_due_ >= 1'000'000; score_due_ -= 1'000'000) {
          outputs_.Add(Topic::kScores, record.key, record.timestamp_ms, score_);
        }
      }
      Must(transaction->Take(partition, &outputs_, log->next_offset()));
    }
    return copied;
  }

  const Setting& setting_;
  std::string outcome_, score_;
  uint64_t scores_per_million_ = 0;
  uint64_t score_due_ = 0;
  std::vector<Record> records_;
  Outputs outputs_;
};

// --- the engine --------------------------------------------------------------------------------

Run RunEngine(const Setting& setting, const KafkaTopics& topics, const std::string& group,
              const std::string& directory) {
  std::filesystem::remove_all(directory);
  std::atomic<bool> stop{false};
  std::atomic<bool> begun{false};
  InstanceOptions options;
  options.settings = setting.settings();
  options.topics = topics;
  options.group = group;
  options.state_directory = directory;
  options.commit_interval_ms = setting.interval_ms;
  options.tell = [&](const std::string& line) {
    if (line.starts_with("owns")) begun = true;
  };
  Status ended;
  std::thread thread([&] { ended = Instance(options, &stop).Run(); });
  while (!begun) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const Meter meter(setting);
  const auto reader =
      Must(KafkaConsumer::Open(setting.settings(), {.group = group, .unsettled = true}));
  std::vector<int32_t> partitions;
  for (int32_t partition = 0; partition < setting.partitions; ++partition)
    partitions.push_back(partition);
  for (uint64_t committed = 0; committed < setting.events;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    committed = 0;
    for (const KafkaCommitted& one : Must(reader->CommittedOf(topics.intake, partitions))) {
      committed += static_cast<uint64_t>(std::max<int64_t>(one.offset, 0));
    }
  }
  const Run run = meter.Read();
  stop = true;
  thread.join();
  Must(ended);
  std::filesystem::remove_all(directory);
  return run;
}

// What a reader of settled records finds.
uint64_t CountSettled(const Setting& setting, const std::string& topic) {
  const auto reader = Must(KafkaConsumer::Open(setting.settings(), {.ends = true}));
  uint64_t count = 0;
  for (int32_t partition = 0; partition < setting.partitions; ++partition) {
    Must(reader->Assign(topic, {{partition, 0}}));
  }
  for (int32_t open = setting.partitions; open > 0;) {
    const KafkaMessage message = Must(reader->Consume(10'000));
    if (!message) break;
    message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF ? --open : static_cast<int32_t>(++count);
  }
  return count;
}

void Print(const char* what, const Setting& setting, const Run& run) {
  const auto events = static_cast<double>(setting.events);
  std::printf("%-10s %9.0f events/s   client %5.2f us/event   broker %5.2f us/event\n", what,
              events / run.wall_s, 1e6 * run.client_s / events, 1e6 * run.broker_s / events);
  std::fflush(stdout);
}

Run Median(std::vector<Run> runs) {
  std::sort(runs.begin(), runs.end(),
            [](const Run& a, const Run& b) { return a.wall_s < b.wall_s; });
  return runs[runs.size() / 2];
}

int Main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(
        stderr, "usage: %s BROKERS [EVENTS [PARTITIONS [INTERVAL_MS [ROUNDS [BROKER_PROCESS]]]]]\n",
        arguments[0]);
    return 2;
  }
  Setting setting;
  setting.brokers = arguments[1];
  if (count > 2) setting.events = std::strtoull(arguments[2], nullptr, 10);
  if (count > 3) setting.partitions = std::atoi(arguments[3]);
  if (count > 4) setting.interval_ms = std::atoi(arguments[4]);
  if (count > 5) setting.rounds = std::atoi(arguments[5]);
  if (count > 6) setting.broker_process = arguments[6];
  const auto admin = Must(KafkaProducer::Open(setting.settings()));
  const CountingPublisher counts = Fill(setting, admin.get());
  BarePipe bare(setting, counts);
  const std::string directory =
      (std::filesystem::temp_directory_path() / ("merit-" + setting.prefix)).string();
  const std::string steal_before = StealTicks();
  std::vector<Run> bare_runs, engine_runs;
  std::string last_outcomes;
  for (int round = 0; round < setting.rounds; ++round) {
    const std::string name = "-" + std::to_string(round);
    bare_runs.push_back(
        bare.Copy(TopicsFor(setting, *admin, "-bare" + name), setting.prefix + "-bare" + name));
    Print("bare pipe", setting, bare_runs.back());
    const KafkaTopics topics = TopicsFor(setting, *admin, "-engine" + name);
    engine_runs.push_back(RunEngine(setting, topics, setting.prefix + "-engine" + name, directory));
    Print("engine", setting, engine_runs.back());
    last_outcomes = topics.of(Topic::kOutcomes);
  }
  const Run pipe = Median(bare_runs);
  const Run engine = Median(engine_runs);
  std::printf(
      "medians: the engine carries %.0f %% of the bare pipe's events/s, %+.2f us of CPU an event\n",
      100 * pipe.wall_s / engine.wall_s,
      1e6 * (engine.client_s - pipe.client_s) / static_cast<double>(setting.events));
  std::printf("steal ticks before and after: %s %s\n", steal_before.c_str(), StealTicks().c_str());
  const uint64_t expected = counts.count[static_cast<size_t>(Topic::kOutcomes)];
  const uint64_t settled = CountSettled(setting, last_outcomes);
  std::printf("outcomes %llu\n", static_cast<unsigned long long>(settled));
  if (settled == expected) return 0;
  std::fprintf(stderr, "a calm fold gives %llu outcomes\n",
               static_cast<unsigned long long>(expected));
  return 1;
}

}  // namespace
}  // namespace merit

int main(int count, char** arguments) { return merit::Main(count, arguments); }
