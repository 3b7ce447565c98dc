// How much of what the pipe can carry does the engine carry, exactly once, from Kafka to Kafka?
//
//   merit-bench-pipe BROKERS [EVENTS [PARTITIONS [INTERVAL_MS [ROUNDS [BROKER_PROCESS]]]]]
//
// The bare pipe (bench/pipe.h) and the engine are run in turn over the same intake; medians are
// compared. Prints the number of outcomes, which a reader of settled records counts after the last
// round.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "bench/bench.h"
#include "bench/pipe.h"

namespace merit {
namespace {

struct Setting : PipeSetting {
  uint64_t events = 1'000'000;
  int rounds = 3;
  std::string broker_process;
  std::string intake() const { return prefix + ".intake"; }
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
  KafkaTopics topics = MakeOutputTopics(setting, admin, run);
  topics.intake = setting.intake();
  return topics;
}

// Fills the intake, and folds what it sends.
void Fill(const Setting& setting, KafkaProducer* producer, CalmFold* fold) {
  MakeIntake(setting, *producer, setting.intake());
  Simulator simulator(BenchCities(setting, setting.events));
  CityPartitions partitions(setting.partitions);
  for (Record record; simulator.Next(&record);) {
    fold->Fold(record);
    while (!producer
                ->Produce(setting.intake(), partitions.Of(record.key), record.key, record.value,
                          record.timestamp_ms)
                .ok()) {
      producer->Poll(5);
    }
  }
  Must(producer->Flush(120'000));
}

Run RunBare(const Setting& setting, const CalmFold& fold, const KafkaTopics& topics,
            const std::string& group) {
  BarePipe pipe(setting, fold, topics, group);
  const Meter meter(setting);
  pipe.Copy([&](uint64_t copied) { return copied >= setting.events; });
  return meter.Read();
}

Run RunEngine(const Setting& setting, const KafkaTopics& topics, const std::string& group) {
  const RunningEngine engine(setting, topics, group);
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
  return meter.Read();
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
  CalmFold fold;
  Fill(setting, admin.get(), &fold);
  const std::string steal_before = StealTicks();
  std::vector<Run> bare_runs, engine_runs;
  std::string last_outcomes;
  for (int round = 0; round < setting.rounds; ++round) {
    const std::string name = "-" + std::to_string(round);
    bare_runs.push_back(RunBare(setting, fold, TopicsFor(setting, *admin, "-bare" + name),
                                setting.prefix + "-bare" + name));
    Print("bare pipe", setting, bare_runs.back());
    const KafkaTopics topics = TopicsFor(setting, *admin, "-engine" + name);
    engine_runs.push_back(RunEngine(setting, topics, setting.prefix + "-engine" + name));
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
  const uint64_t expected = fold.count(Topic::kOutcomes);
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
