// How long after an event are its outcome and its score visible to a reader of settled records,
// beside the bare pipe at the same rate?
//
//   merit-bench-latency --brokers HOST:PORT [--shares 10,50,80] [--rate EVENTS_PER_SECOND] ...
//
// Open loop: record n is due n / rate after the beginning, whatever became of those before it, and
// its latency is counted from then. An outcome and a score count from the record whose fold brought
// them about, which a calm fold beside tells. Bare pipe and engine are run in turn, each run with
// topics of its own; of each percentile, exact over all outcomes of a run, the median of the rounds
// is compared. Every outcome must come once.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/first_fields.h"
#include "bench/open_loop.h"
#include "bench/outcome_order.h"
#include "bench/percentile.h"
#include "bench/pipe.h"
#include "engine/log/memory_log.h"

namespace merit {
namespace {

using Clock = OpenLoopSender::Clock;

constexpr uint64_t kFullEvents = 400'000;  // sent to find the full rate
constexpr double kAtOnce = 1e12;           // events/s: as fast as it goes
constexpr int kLastScoresMs = 1'000;
constexpr auto kSilenceMax = std::chrono::seconds(30);

struct Setting : PipeSetting {
  std::vector<double> shares = {10, 50, 80};
  double rate = 0;  // 0: measured
  int seconds = 10;
  int warm_up_seconds = 2;  // before them, not counted
  int rounds = 3;
};

// --- the log, and what an output is for --------------------------------------------------------

// Records by their place in the log, which is the order in which they are due.
class BenchLog {
 public:
  BenchLog(const Setting& setting, uint64_t events) : partitions_(setting.partitions) {
    of_partition_.resize(static_cast<size_t>(setting.partitions));
    Simulator simulator(BenchCities(setting, events));
    for (Record record; simulator.Next(&record);) {
      const auto place = static_cast<uint32_t>(log_.end_offset());
      log_.Append(record);
      fold_.Fold(record);
      of_partition_[static_cast<size_t>(partitions_.Of(record.key))].push_back(place);
    }
  }

  const CalmFold& fold() const { return fold_; }
  uint64_t size() const { return static_cast<uint64_t>(log_.end_offset()); }

  // The first `count` records, once.
  OpenLoopSender::Source First(uint64_t count) {
    Must(log_.Seek(0));
    return [this, count, one = std::vector<Record>()](Record* record, int32_t* partition) mutable {
      if (log_.next_offset() == static_cast<int64_t>(count)) return false;
      one.clear();
      Must(log_.Read(1, &one));
      *record = one.front();
      *partition = partitions_.Of(record->key);
      return true;
    };
  }

  uint64_t PlaceOf(int32_t partition, uint64_t offset) const {
    return of_partition_.at(static_cast<size_t>(partition)).at(offset);
  }

 private:
  MemoryLog log_;
  CalmFold fold_;
  CityPartitions partitions_;
  std::vector<std::vector<uint32_t>> of_partition_;  // by offset
};

// Finds, in what comes out, the records that it is for.
class Answers {
 public:
  explicit Answers(const BenchLog& log) : log_(log) {}
  virtual ~Answers() = default;

  // How many there are for the first so many records.
  virtual uint64_t Due(uint64_t records) const = 0;
  // The place of the record that it answers; none: it is a further part, or a tombstone.
  virtual std::optional<uint64_t> Outcome(const rd_kafka_message_t& message) = 0;
  virtual std::optional<uint64_t> Score(const rd_kafka_message_t& message) const = 0;

 protected:
  const BenchLog& log_;
  OutcomeOrder order_;
};

// The pipe answers each record once, beginning with its offset.
class PipeAnswers final : public Answers {
 public:
  using Answers::Answers;
  uint64_t Due(uint64_t records) const override { return records; }
  std::optional<uint64_t> Outcome(const rd_kafka_message_t& message) override {
    order_.Next(static_cast<uint64_t>(message.partition), OffsetIn(message) + 1, 0);
    return Score(message);
  }
  std::optional<uint64_t> Score(const rd_kafka_message_t& message) const override {
    return log_.PlaceOf(message.partition, OffsetIn(message));
  }

 private:
  static uint64_t OffsetIn(const rd_kafka_message_t& message) {
    uint64_t offset = 0;
    std::memcpy(&offset, message.payload, sizeof offset);
    return offset;
  }
};

// The engine answers a record that waited for another twice; the second time it is that other one
// that brought it about.
class EngineAnswers final : public Answers {
 public:
  using Answers::Answers;
  uint64_t Due(uint64_t records) const override { return log_.fold().OutcomesOf(records); }
  std::optional<uint64_t> Outcome(const rd_kafka_message_t& message) override {
    const FirstFields outcome(ValueOf(message));  // city_code, city_seq, part
    if (!order_.Next(outcome[1], outcome[2], outcome[3])) return std::nullopt;
    return log_.fold().CauseOf(outcome[1], outcome[2]);
  }
  std::optional<uint64_t> Score(const rd_kafka_message_t& message) const override {
    if (message.payload == nullptr) return std::nullopt;
    const FirstFields score(ValueOf(message));  // city_code, driver_id, city_seq
    return log_.fold().CauseOf(score[1], score[3]);
  }
};

// --- one run -----------------------------------------------------------------------------------

struct Samples {
  std::vector<double> outcome_ms, score_ms;
  double events_per_s = 0;  // from the first record due until the last outcome was seen
  double late_max_ms = 0;
};

class RunningPipe {
 public:
  RunningPipe(const Setting& setting, const CalmFold& fold, const KafkaTopics& topics,
              const std::string& group)
      : pipe_(setting, fold, topics, group),
        thread_([this] { pipe_.Copy([this](uint64_t) { return stop_.load(); }); }) {}
  ~RunningPipe() {
    stop_ = true;
    thread_.join();
  }

 private:
  BarePipe pipe_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class Bench {
 public:
  Bench(const Setting& setting, BenchLog* log)
      : setting_(setting), log_(log), admin_(Must(KafkaProducer::Open(setting.settings()))) {}

  Samples RunOne(bool engine, double rate, uint64_t events, uint64_t warm_up) {
    const std::string run = "-" + std::to_string(++runs_) + (engine ? "-engine" : "-bare");
    const KafkaTopics topics = MakeOutputTopics(setting_, *admin_, run);
    MakeIntake(setting_, *admin_, topics.intake);
    const std::string group = setting_.prefix + run;
    std::optional<RunningEngine> merit;
    std::optional<RunningPipe> pipe;
    std::unique_ptr<Answers> answers;
    if (engine) {
      merit.emplace(setting_, topics, group);
      answers = std::make_unique<EngineAnswers>(*log_);
    } else {
      pipe.emplace(setting_, log_->fold(), topics, group);
      answers = std::make_unique<PipeAnswers>(*log_);
    }
    return Watch(answers.get(), topics, rate, events, warm_up);
  }

 private:
  // Sends, and reads what becomes visible.
  Samples Watch(Answers* answers, const KafkaTopics& topics, double rate, uint64_t events,
                uint64_t warm_up) {
    const auto reader = Must(KafkaConsumer::Open(setting_.settings(), {}));
    std::vector<KafkaConsumer::Start> starts;
    for (int32_t partition = 0; partition < setting_.partitions; ++partition)
      starts.push_back({partition, 0});
    Must(reader->Assign(topics.of(Topic::kOutcomes), starts));
    Must(reader->Assign(topics.of(Topic::kScores), starts));
    Samples samples;
    const uint64_t due = answers->Due(events);
    OpenLoopSender sender(setting_.settings(), topics.intake, rate, log_->First(events));
    Clock::time_point last = Clock::now();
    for (uint64_t outcomes = 0;;) {
      const KafkaMessage message = Must(reader->Consume(kLastScoresMs));
      const Clock::time_point now = Clock::now();
      if (!message) {
        if (outcomes == due) break;
        if (now - last > kSilenceMax) Must(Unavailable("no more outcomes come"));
        continue;
      }
      const bool outcome = topics.of(Topic::kOutcomes) == rd_kafka_topic_name(message->rkt);
      const std::optional<uint64_t> place =
          outcome ? answers->Outcome(*message) : answers->Score(*message);
      if (!place) continue;
      if (outcome) {
        ++outcomes;
        last = now;
      }
      if (*place < warm_up) continue;
      const std::chrono::duration<double, std::milli> after = now - sender.DueAt(*place);
      (outcome ? samples.outcome_ms : samples.score_ms).push_back(after.count());
    }
    const std::chrono::duration<double> took = last - sender.DueAt(0);
    samples.events_per_s = static_cast<double>(events) / took.count();
    samples.late_max_ms = sender.late_max_ms();
    return samples;
  }

  const Setting& setting_;
  BenchLog* const log_;
  const std::unique_ptr<KafkaProducer> admin_;
  int runs_ = 0;
};

// --- figures -----------------------------------------------------------------------------------

// One percentile of one thing at one share, a value a round.
struct Rounds {
  std::vector<double> ms;
  double median() const {
    std::vector<double> sorted = ms;
    return Percentile(&sorted, 0.5);
  }
  std::string Text() const {
    char text[64];
    const auto [smallest, largest] = std::minmax_element(ms.begin(), ms.end());
    std::snprintf(text, sizeof text, "%8.1f (%.1f - %.1f)", median(), *smallest, *largest);
    return text;
  }
};

struct Latency {
  Rounds p50, p99;
  void Add(std::vector<double>* samples) {
    p50.ms.push_back(Percentile(samples, 0.50));
    p99.ms.push_back(Percentile(samples, 0.99));
  }
  void Print(const char* what) const {
    std::printf("                    %-10s %-28s %s\n", what, p50.Text().c_str(),
                p99.Text().c_str());
  }
};

struct Share {
  double percent = 0;
  double rate = 0;
  Latency outcome[2], score[2];  // of the bare pipe, of the engine

  void Print() const {
    std::printf("%3.0f %%  %9.0f\n", percent, rate);
    for (const auto& [what, of] : {std::pair("outcome", outcome), std::pair("score", score)}) {
      std::printf("         %s\n", what);
      of[0].Print("bare pipe");
      of[1].Print("engine");
      std::printf("                    %-10s %8.2f %19s %8.2f\n", "ratio",
                  of[1].p50.median() / of[0].p50.median(), "",
                  of[1].p99.median() / of[0].p99.median());
    }
  }
};

void RunShare(Bench* bench, const Setting& setting, int round, Share* share) {
  const auto warm_up = static_cast<uint64_t>(share->rate * setting.warm_up_seconds);
  const auto events = warm_up + static_cast<uint64_t>(share->rate * setting.seconds);
  for (int turn = 0; turn < 2; ++turn) {
    const bool engine = (turn + round) % 2 == 1;  // each is first in turn
    Samples samples = bench->RunOne(engine, share->rate, events, warm_up);
    share->outcome[engine].Add(&samples.outcome_ms);
    share->score[engine].Add(&samples.score_ms);
    std::printf(
        "round %d, %3.0f %%, %-9s  %8.0f events/s, %7zu outcomes, p50 %.1f ms, p99 %.1f ms; the "
        "sender was late by at most %.1f ms\n",
        round + 1, share->percent, engine ? "engine" : "bare pipe", samples.events_per_s,
        samples.outcome_ms.size(), share->outcome[engine].p50.ms.back(),
        share->outcome[engine].p99.ms.back(), samples.late_max_ms);
    std::fflush(stdout);
  }
}

// Sent as fast as it goes, and read along.
double MeasureFullRate(const Setting& setting) {
  BenchLog log(setting, kFullEvents);
  const double rate = Bench(setting, &log).RunOne(true, kAtOnce, log.size(), 0).events_per_s;
  std::printf("full rate, measured: the engine carries %.0f events/s, sent and read along\n", rate);
  std::fflush(stdout);
  return rate;
}

void Run(Setting setting) {
  const std::string steal_before = StealTicks();
  if (setting.rate == 0) {
    setting.rate = MeasureFullRate(setting);
    setting.prefix += "-at";  // topics of other names
  }
  std::vector<Share> shares;
  double largest = 0;
  for (double percent : setting.shares) {
    shares.push_back({percent, setting.rate * percent / 100, {}, {}});
    largest = std::max(largest, shares.back().rate);
  }
  BenchLog log(setting,
               static_cast<uint64_t>(largest * (setting.seconds + setting.warm_up_seconds)));
  Bench bench(setting, &log);
  for (int round = 0; round < setting.rounds; ++round) {
    for (Share& share : shares) RunShare(&bench, setting, round, &share);
  }
  std::printf(
      "\nshares of %.0f events/s; %d partitions, a transaction every %d ms, %d rounds of %d s "
      "after %d s, linger of the sender 1 ms\n"
      "medians of the rounds (smallest - largest), ms from due to visible\n"
      "share   events/s               %-28s %s\n",
      setting.rate, setting.partitions, setting.interval_ms, setting.rounds, setting.seconds,
      setting.warm_up_seconds, "     p50", "     p99");
  for (const Share& share : shares) share.Print();
  std::printf("steal ticks before and after: %s %s\n", steal_before.c_str(), StealTicks().c_str());
}

int Main(int count, char** arguments) {
  Setting setting;
  CLI::App app(
      "How long after an event are its outcome and its score visible to a reader of settled "
      "records, beside the bare pipe at the same rate?");
  app.add_option("--brokers", setting.brokers, "HOST:PORT,...")->required();
  app.add_option("--shares", setting.shares, "of the full rate, in percent")
      ->delimiter(',')
      ->check(CLI::Range(0.1, 1'000.0))
      ->capture_default_str();
  app.add_option("--rate", setting.rate, "the full rate in events/s; 0: what the engine carries")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--seconds", setting.seconds, "of a run")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--warm-up", setting.warm_up_seconds, "seconds before them, not counted")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--rounds", setting.rounds)->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--partitions", setting.partitions)
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--commit-interval", setting.interval_ms, "ms between two transactions, of both")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  CLI11_PARSE(app, count, arguments);
  Run(setting);
  return 0;
}

}  // namespace
}  // namespace merit

int main(int count, char** arguments) { return merit::Main(count, arguments); }
