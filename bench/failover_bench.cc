// For how long does a partition give no outcome when a member leaves, joins, or is killed?
//
//   merit-bench-failover --brokers HOST:PORT --merit build/release/merit [--kills 50] ...
//
// Processes of `merit engine --standby` share the partitions while records come at a steady rate. A
// reader of settled records notes when each outcome was visible. Planned: a member is asked to end
// (SIGTERM) and is started again; a sample is the longest time without an outcome of a partition.
// Unplanned: a member is killed (kill -9); a sample is the time from there to the first outcome
// after the silence of one of its partitions. Partitions that do not move, and calm, stand beside.
// Every outcome must come once.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bench/first_fields.h"
#include "bench/open_loop.h"
#include "bench/outcome_order.h"
#include "bench/percentile.h"
#include "bench/pipe.h"

namespace merit {
namespace {

using Clock = OpenLoopSender::Clock;
using std::chrono::milliseconds;

constexpr milliseconds kCalm(2'000);   // between two disturbances, and observed after each
constexpr milliseconds kFlows(1'000);  // a partition whose last outcome is younger gives outcomes
constexpr milliseconds kStep(10);
constexpr auto kPatience = std::chrono::seconds(120);

struct Setting : PipeSetting {
  std::string merit = "build/release/merit";
  int members = 2;
  int hand_overs = 10;
  int kills = 50;
  double rate = 1'000;
  int session_ms = 6'000;
  int heartbeat_ms = 300;
};

double MsOf(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

// --- what a reader sees ------------------------------------------------------------------------

class Reader {
 public:
  struct Silence {
    double ms = 0;
    Clock::time_point end;
  };

  Reader(const Setting& setting, const std::string& topic)
      : consumer_(Must(KafkaConsumer::Open(setting.settings(), {}))),
        seen_(static_cast<size_t>(setting.partitions)) {
    std::vector<KafkaConsumer::Start> starts;
    for (int32_t partition = 0; partition < setting.partitions; ++partition)
      starts.push_back({partition, 0});
    Must(consumer_->Assign(topic, starts));
    thread_ = std::thread([this] { Read(); });
  }
  ~Reader() {
    stop_ = true;
    thread_.join();
  }

  // The longest time without an outcome that was not over at `from`.
  Silence LongestSince(int32_t partition, Clock::time_point from) {
    const std::lock_guard lock(mutex_);
    const std::vector<Clock::time_point>& seen = seen_[static_cast<size_t>(partition)];
    Silence longest;
    for (size_t place = seen.size(); place-- > 1 && seen[place] > from;) {
      const double ms = MsOf(seen[place] - seen[place - 1]);
      if (ms > longest.ms) longest = {ms, seen[place]};
    }
    return longest;
  }
  bool Flows(int32_t partition) {
    const std::lock_guard lock(mutex_);
    const std::vector<Clock::time_point>& seen = seen_[static_cast<size_t>(partition)];
    return !seen.empty() && Clock::now() - seen.back() < kFlows;
  }
  uint64_t outcomes() const { return outcomes_; }

 private:
  void Read() {
    while (!stop_) {
      const KafkaMessage message = Must(consumer_->Consume(100));
      if (!message) continue;
      const Clock::time_point now = Clock::now();
      const FirstFields outcome(ValueOf(*message));  // city_code, city_seq, part
      if (order_.Next(outcome[1], outcome[2], outcome[3])) ++outcomes_;
      const std::lock_guard lock(mutex_);
      seen_[static_cast<size_t>(message->partition)].push_back(now);
    }
  }

  const std::unique_ptr<KafkaConsumer> consumer_;
  OutcomeOrder order_;
  std::mutex mutex_;
  std::vector<std::vector<Clock::time_point>> seen_;  // by partition
  std::atomic<uint64_t> outcomes_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// --- the processes -----------------------------------------------------------------------------

class Member {
 public:
  Member(const Setting& setting, const KafkaTopics& topics, const std::string& group,
         const std::string& directory)
      : merit_(setting.merit), group_(group), directory_(directory) {
    const std::string config = directory + ".conf";
    std::ofstream(config) << "session.timeout.ms=" << setting.session_ms
                          << "\nheartbeat.interval.ms=" << setting.heartbeat_ms << "\n";
    words_ = {merit_,
              "engine",
              "--standby",
              "--brokers",
              setting.brokers,
              "--group",
              group,
              "--prefix",
              topics.intake.substr(0, topics.intake.rfind('.')),
              "--state-dir",
              directory,
              "--client-config",
              config,
              "--commit-interval",
              std::to_string(setting.interval_ms),
              "--http",
              "none"};
  }
  ~Member() { Kill(); }
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  void Start() {
    std::vector<char*> words;
    for (std::string& word : words_) words.push_back(word.data());
    words.push_back(nullptr);
    process_ = fork();
    if (process_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int log = open((directory_ + ".log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(log, 1);
    dup2(log, 2);
    execv(merit_.c_str(), words.data());
    _exit(127);
  }

  void Kill() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    WaitForEnd();
  }
  // As an operator stops it; gives how long that took.
  double Stop() {
    const Clock::time_point begin = Clock::now();
    kill(process_, SIGTERM);
    const int status = WaitForEnd();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
      Must(Invalid(Cat("a member did not end well; ", directory_, ".log says why")));
    return MsOf(Clock::now() - begin);
  }
  // The name under which it holds partitions; none before its first start.
  std::string name() const {
    std::string name;
    std::ifstream(directory_ + "/member") >> name;
    return group_ + "-" + name;
  }
  bool running() const { return process_ > 0; }

 private:
  int WaitForEnd() {
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = 0;
    return status;
  }

  const std::string merit_, group_, directory_;
  std::vector<std::string> words_;
  pid_t process_ = 0;
};

// --- figures -----------------------------------------------------------------------------------

class Figures {
 public:
  void Add(const std::string& what, double ms) {
    if (!samples_.contains(what)) order_.push_back(what);
    samples_[what].push_back(ms);
  }
  void Print() {
    std::printf("%-62s %8s %8s %8s %8s\n", "ms", "samples", "p50", "p99", "largest");
    for (const std::string& what : order_) {
      std::vector<double>& samples = samples_[what];
      const double p50 = Percentile(&samples, 0.50);
      const double p99 = Percentile(&samples, 0.99);
      std::printf("%-62s %8zu %8.0f %8.0f %8.0f\n", what.c_str(), samples.size(), p50, p99,
                  Percentile(&samples, 1));
    }
  }

 private:
  std::vector<std::string> order_;
  std::map<std::string, std::vector<double>> samples_;
};

class Bench {
 public:
  explicit Bench(const Setting& setting)
      : setting_(setting),
        directory_(std::filesystem::temp_directory_path() / ("merit-" + setting.prefix)),
        group_(setting.prefix + "-group"),
        admin_(Must(KafkaProducer::Open(setting.settings()))),
        topics_(MakeOutputTopics(setting, *admin_, "")),
        witness_(
            Must(KafkaConsumer::Open(setting.settings(), {.group = group_, .unsettled = true}))) {
    MakeIntake(setting_, *admin_, topics_.intake);
    std::filesystem::create_directories(directory_);
    for (int32_t partition = 0; partition < setting_.partitions; ++partition)
      partitions_.push_back(partition);
    for (int member = 0; member < setting_.members; ++member) {
      members_.push_back(
          std::make_unique<Member>(setting_, topics_, group_, Cat(directory_, "/member-", member)));
      members_.back()->Start();
    }
  }

  void Run() {
    reader_ = std::make_unique<Reader>(setting_, topics_.of(Topic::kOutcomes));
    Simulator simulator(BenchCities(setting_, 0));
    CalmFold fold;
    CityPartitions cities(setting_.partitions);
    OpenLoopSender sender(setting_.settings(), topics_.intake, setting_.rate,
                          [&](Record* record, int32_t* partition) {
                            if (enough_) return false;
                            if (!simulator.Next(record)) Must(Invalid("the log has ended"));
                            fold.Fold(*record);
                            *partition = cities.Of(record->key);
                            return true;
                          });
    WaitUntilBalanced();
    for (int turn = 0; turn < setting_.hand_overs; ++turn) Calm();
    for (int turn = 0; turn < setting_.hand_overs; ++turn) HandOver(turn);
    for (int turn = 0; turn < setting_.kills; ++turn) Kill(turn);
    enough_ = true;
    sender.Finish();
    WaitFor("the last outcome", [&] { return reader_->outcomes() >= fold.outcomes(); });
    std::printf(
        "\n%d partitions, %d members with --standby, %.0f events/s, a transaction every %d "
        "ms, session.timeout.ms %d, heartbeat.interval.ms %d\n",
        setting_.partitions, setting_.members, setting_.rate, setting_.interval_ms,
        setting_.session_ms, setting_.heartbeat_ms);
    figures_.Print();
    std::printf("outcomes %llu, each once, for %llu records\n",
                static_cast<unsigned long long>(reader_->outcomes()),
                static_cast<unsigned long long>(sender.sent()));
    if (reader_->outcomes() != fold.outcomes())
      Must(DataLoss("there are more than a calm fold gives"));
    members_.clear();
    std::filesystem::remove_all(directory_);
  }

 private:
  void Calm() {
    const Clock::time_point begin = Clock::now();
    std::this_thread::sleep_for(kCalm);
    for (int32_t partition : partitions_)
      figures_.Add("calm, 2 s: longest silence", reader_->LongestSince(partition, begin).ms);
  }

  void HandOver(int turn) {
    Member& member = *members_[static_cast<size_t>(turn) % members_.size()];
    const std::set<int32_t> its = HeldBy(member);
    Clock::time_point begin = Clock::now();
    figures_.Add("SIGTERM: until the process has ended", member.Stop());
    WaitUntilHeldWithout(member);
    std::this_thread::sleep_for(kCalm);
    AddSilences("SIGTERM", its, begin);
    const std::map<int32_t, std::string> before = Holders();
    begin = Clock::now();
    member.Start();
    WaitUntilBalanced();
    std::set<int32_t> moved;
    for (const auto& [partition, holder] : Holders()) {
      if (holder != before.at(partition)) moved.insert(partition);
    }
    AddSilences("a member joins", moved, begin);
    Say("hand-over", turn, setting_.hand_overs);
  }

  void AddSilences(const std::string& what, const std::set<int32_t>& moved,
                   Clock::time_point begin) {
    for (int32_t partition : partitions_) {
      figures_.Add(what + (moved.contains(partition) ? ": longest silence of a partition that moves"
                                                     : ": longest silence of one that stays"),
                   reader_->LongestSince(partition, begin).ms);
    }
  }

  void Kill(int turn) {
    Member& member = *members_[static_cast<size_t>(turn) % members_.size()];
    const std::set<int32_t> its = HeldBy(member);
    const Clock::time_point begin = Clock::now();
    member.Kill();
    WaitUntilHeldWithout(member);
    double last = 0;
    for (int32_t partition : partitions_) {
      const Reader::Silence silence = reader_->LongestSince(partition, begin);
      if (!its.contains(partition)) {
        figures_.Add("kill -9: longest silence of one that stays", silence.ms);
        continue;
      }
      const double after = MsOf(silence.end - begin);
      figures_.Add("kill -9: until the next outcome of a partition of the dead", after);
      last = std::max(last, after);
    }
    if (!its.empty()) figures_.Add("kill -9: until all of them go on", last);
    member.Start();
    WaitUntilBalanced();
    Say("kill", turn, setting_.kills);
  }

  // --- who holds what --------------------------------------------------------------------------

  std::map<int32_t, std::string> Holders() const {
    std::map<int32_t, std::string> holders;
    const auto committed = witness_->CommittedOf(topics_.intake, partitions_);
    for (int32_t partition : partitions_) {
      holders[partition] =
          committed.ok()
              ? Transaction::HolderOf((*committed)[static_cast<size_t>(partition)].metadata)
              : "";
    }
    return holders;
  }
  std::set<int32_t> HeldBy(const Member& member) const {
    std::set<int32_t> its;
    for (const auto& [partition, holder] : Holders()) {
      if (holder == member.name()) its.insert(partition);
    }
    return its;
  }

  // Every partition gives outcomes, and somebody else holds it.
  void WaitUntilHeldWithout(const Member& gone) {
    WaitFor("the others to take over", [&] {
      const std::string name = gone.name();
      for (const auto& [partition, holder] : Holders()) {
        if (holder.empty() || holder == name || !reader_->Flows(partition)) return false;
      }
      return true;
    });
  }
  // Every member has its share, and every partition gives outcomes.
  void WaitUntilBalanced() {
    const size_t share = partitions_.size() / members_.size();
    WaitFor("the members to share the partitions", [&] {
      for (const auto& member : members_) {
        if (HeldBy(*member).size() < share) return false;
      }
      return std::all_of(partitions_.begin(), partitions_.end(),
                         [&](int32_t partition) { return reader_->Flows(partition); });
    });
    std::this_thread::sleep_for(kCalm);
  }

  template <class Done>
  void WaitFor(const std::string& what, Done done) {
    const Clock::time_point give_up = Clock::now() + kPatience;
    while (!done()) {
      if (Clock::now() > give_up)
        Must(Unavailable(Cat("waited in vain for ", what, "; see the logs in ", directory_)));
      std::this_thread::sleep_for(kStep);
    }
  }

  static void Say(const char* what, int turn, int turns) {
    std::fprintf(stderr, "\r%s %d of %d%s", what, turn + 1, turns, turn + 1 == turns ? "\n" : "");
  }

  const Setting& setting_;
  const std::string directory_;
  const std::string group_;
  const std::unique_ptr<KafkaProducer> admin_;
  const KafkaTopics topics_;
  const std::unique_ptr<KafkaConsumer> witness_;
  std::vector<int32_t> partitions_;
  std::vector<std::unique_ptr<Member>> members_;
  std::unique_ptr<Reader> reader_;
  Figures figures_;
  std::atomic<bool> enough_{false};
};

int Main(int count, char** arguments) {
  Setting setting;
  CLI::App app(
      "For how long does a partition give no outcome when a member leaves, joins, or is killed?");
  app.add_option("--brokers", setting.brokers, "HOST:PORT,...")->required();
  app.add_option("--merit", setting.merit, "the program")
      ->check(CLI::ExistingFile)
      ->capture_default_str();
  const auto number = [&](const char* name, auto* value, const char* about) {
    app.add_option(name, *value, about)->check(CLI::PositiveNumber)->capture_default_str();
  };
  number("--kills", &setting.kills, "how often a member is killed");
  number("--hand-overs", &setting.hand_overs, "how often one is stopped and started again");
  number("--members", &setting.members, "processes");
  number("--partitions", &setting.partitions, "of the intake");
  number("--rate", &setting.rate, "events/s, of all partitions together");
  number("--session-timeout", &setting.session_ms, "ms");
  number("--heartbeat", &setting.heartbeat_ms, "ms between two of a member");
  number("--commit-interval", &setting.interval_ms, "ms between two transactions");
  CLI11_PARSE(app, count, arguments);
  const std::string steal_before = StealTicks();
  Bench(setting).Run();
  std::printf("steal ticks before and after: %s %s\n", steal_before.c_str(), StealTicks().c_str());
  return 0;
}

}  // namespace
}  // namespace merit

int main(int count, char** arguments) { return merit::Main(count, arguments); }
