#include "tests/kafka/deployment.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "engine/engine.h"
#include "engine/log/memory_log.h"
#include "engine/store/memory_store.h"
#include "tests/answer.h"
#include "tests/text.h"

namespace merit {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr size_t kLastWords = 2'000;

void Must(const Status& status) {
  if (status.ok()) return;
  ADD_FAILURE() << status;
  throw std::runtime_error(std::string(status.message()));
}

template <class T>
T Must(StatusOr<T> value) {
  Must(value.status());
  return *std::move(value);
}

}  // namespace

bool WaitFor(int wait_ms, const std::function<bool()>& done) {
  const Clock::time_point give_up = Clock::now() + milliseconds(wait_ms);
  while (!done()) {
    if (Clock::now() > give_up) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

void ExpectEnd(EngineProcess& engine, int status, const std::vector<std::string>& words) {
  EXPECT_EQ(engine.WaitForEnd(60'000), status);
  const std::string said = engine.Said();
  for (const std::string& word : words) {
    EXPECT_NE(said.find(word), std::string::npos) << word << " is not in:\n" << said;
  }
}

// --- processes ---------------------------------------------------------------------------------

EngineProcess::EngineProcess(const std::vector<std::string>& arguments, const std::string& log)
    : log_(log) {
  std::vector<char*> words;
  words.push_back(const_cast<char*>(MERIT_PROGRAM));
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  process_ = fork();
  if (process_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(out, 1);
  dup2(out, 2);
  execv(MERIT_PROGRAM, words.data());
  _exit(127);
}

EngineProcess::~EngineProcess() { Kill(); }

bool EngineProcess::running() {
  if (process_ <= 0) return false;
  int status = 0;
  if (waitpid(process_, &status, WNOHANG) != process_) return true;
  status_ = ExitCodeOf(status);
  process_ = 0;
  return false;
}

void EngineProcess::Kill() {
  if (!running()) return;
  kill(process_, SIGKILL);
  WaitForEnd(10'000);
}

void EngineProcess::Freeze() { kill(process_, SIGSTOP); }
void EngineProcess::Thaw() { kill(process_, SIGCONT); }

int EngineProcess::WaitForEnd(int wait_ms) {
  return WaitFor(wait_ms, [&] { return !running(); }) ? status_ : -1;
}

int EngineProcess::Stop(int wait_ms) {
  if (running()) kill(process_, SIGTERM);
  return WaitForEnd(wait_ms);
}

std::string EngineProcess::Said() const { return TextOf(log_); }

// --- the deployment ----------------------------------------------------------------------------

Deployment::Deployment(const Options& options)
    : options_(options),
      address_((options.broker == nullptr ? SharedBroker() : *options.broker).address()),
      topics_(options.prefix.empty() ? NewTopicName("engine") : options.prefix),
      group_(topics_.intake + "-group") {
  std::string made = (std::filesystem::temp_directory_path() / "merit-kafka-XXXXXX").string();
  if (mkdtemp(made.data()) == nullptr) throw std::runtime_error(made + " could not be made");
  directory_ = made;
  producer_ = Must(
      KafkaProducer::Open(KafkaSettings(address_), "", [this](const rd_kafka_message_t& message) {
        if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) undelivered_ = message.err;
      }));
  Must(CreateKafkaTopic(*producer_, {.name = topics_.intake, .partitions = options_.partitions}));
  for (const std::string& topic : topics_.outputs) {
    Must(CreateKafkaTopic(*producer_, {.name = topic, .partitions = options_.partitions}));
  }
  WaitForPartitions();
  group_reader_ = Must(KafkaConsumer::Open(KafkaSettings(address_), {.group = group_}));
}

Deployment::~Deployment() {
  if (testing::Test::HasFailure()) {
    // The last words here, for whoever has nothing but this output.
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      if (entry.path().extension() != ".log") continue;
      const std::string said = TextOf(entry.path());
      ADD_FAILURE() << entry.path().filename().string() << " ends with:\n"
                    << said.substr(said.size() - std::min<size_t>(said.size(), kLastWords));
    }
    std::fprintf(stderr, "what the processes said is kept in %s\n", directory_.c_str());
    return;
  }
  std::error_code error;
  std::filesystem::remove_all(directory_, error);
}

// The controller has done it; the broker learns of it a moment later.
void Deployment::WaitForPartitions() {
  const auto is_there = [&](const std::string& topic) {
    for (int32_t partition = 0; partition < options_.partitions; ++partition) {
      if (!producer_->RangeOf(topic, partition).ok()) return false;
    }
    return true;
  };
  WaitFor(30'000, [&] { return is_there(topics_.intake); });
  for (const std::string& topic : topics_.outputs) WaitFor(30'000, [&] { return is_there(topic); });
}

void Deployment::Grow(int32_t partitions) {
  options_.partitions = partitions;
  Must(AddKafkaPartitions(*producer_, topics_.intake, partitions));
  for (const std::string& topic : topics_.outputs) {
    Must(AddKafkaPartitions(*producer_, topic, partitions));
  }
  WaitForPartitions();
}

std::string Deployment::Store(const std::string& name, int32_t partition) const {
  return Cat(StateDirectory(name), "/", topics_.intake, "-", partition);
}

std::unique_ptr<EngineProcess> Deployment::Start(const std::string& name,
                                                 const std::vector<std::string>& more) {
  const std::string config = StateDirectory(name) + ".conf";
  std::ofstream(config) << "session.timeout.ms=" << options_.session_ms
                        << "\nheartbeat.interval.ms=300\n"
                        << (options_.steady ? "group.instance.id=" + name + "\n" : "");
  std::vector<std::string> arguments = {"engine",
                                        "--brokers",
                                        address_,
                                        "--group",
                                        group_,
                                        "--prefix",
                                        topics_.intake.substr(0, topics_.intake.rfind('.')),
                                        "--state-dir",
                                        StateDirectory(name),
                                        "--client-config",
                                        config,
                                        "--commit-interval",
                                        options_.commit_interval_ms,
                                        "--save-interval",
                                        options_.save_interval_ms};
  for (const std::string& word : more) {  // what is said last counts
    const auto said = std::find(arguments.begin(), arguments.end(), word);
    if (word.starts_with("--") && said != arguments.end()) arguments.erase(said, said + 2);
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return std::make_unique<EngineProcess>(arguments, StateDirectory(name) + ".log");
}

void Deployment::Simulate(const SimulationOptions& options) {
  simulator_ = std::make_unique<Simulator>(options);
}

bool Deployment::Send(uint64_t count) {
  Record record;
  for (; count > 0; --count) {
    if (!simulator_->Next(&record)) return false;
    const std::string key(record.key);
    const auto [city, first] = cities_.emplace(key, static_cast<int32_t>(cities_.size()));
    Send(city->second % options_.partitions, key, std::string(record.value), record.timestamp_ms);
  }
  Flush();
  return true;
}

void Deployment::Send(int32_t partition, const std::string& key, const std::string& value,
                      int64_t timestamp_ms) {
  for (;;) {
    const Status sent = producer_->Produce(topics_.intake, partition, key, value, timestamp_ms);
    if (sent.ok()) return;
    if (sent.code() != StatusCode::kUnavailable) return Must(sent);
    producer_->Poll(10);
  }
}

void Deployment::Flush() {
  Must(producer_->Flush(60'000));
  if (undelivered_ == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  Must(FromKafka(undelivered_, "send the load", producer_->Where(topics_.intake)));
}

int64_t Deployment::Committed(int32_t partition) const {
  const StatusOr<KafkaCommitted> committed =
      group_reader_->Committed(topics_.intake, partition, 2'000);
  return committed.ok() ? committed->offset : -1;
}

int64_t Deployment::EndOfIntake(int32_t partition) const {
  // A broker that has just come back may not know its topics yet.
  constexpr int kKnownMs = 20'000;
  StatusOr<KafkaRange> range = group_reader_->RangeOf(topics_.intake, partition);
  WaitFor(kKnownMs, [&] {
    if (!range.ok()) range = group_reader_->RangeOf(topics_.intake, partition);
    return range.ok();
  });
  return Must(std::move(range)).end;
}

bool Deployment::WaitUntilFolded(EngineProcess* process, int wait_ms) {
  for (int32_t partition = 0; partition < options_.partitions; ++partition) {
    const int64_t end = EndOfIntake(partition);
    int64_t committed = -1;
    WaitFor(wait_ms, [&] {
      committed = Committed(partition);
      return (process != nullptr && !process->running()) || committed >= end;
    });
    if (committed < end) {
      ADD_FAILURE() << "partition " << partition << ": committed " << committed << " of " << end
                    << (process ? "\n" + process->Said() : "");
      return false;
    }
  }
  return true;
}

bool Deployment::FoldsOrEnds(EngineProcess& process, int wait_ms) {
  bool folded = false;
  const bool done = WaitFor(wait_ms, [&] {
    if (!process.running()) return true;
    folded = true;
    for (int32_t partition = 0; partition < options_.partitions; ++partition) {
      folded = folded && Committed(partition) >= EndOfIntake(partition);
    }
    return folded;
  });
  EXPECT_TRUE(done) << "neither folds nor ends\n" << process.Said();
  return folded && process.running();
}

// --- what came of it ---------------------------------------------------------------------------

std::vector<PublishedRecord> Deployment::Read(const std::string& topic, int32_t partition) const {
  const auto reader = Must(KafkaConsumer::Open(KafkaSettings(address_), {.ends = true}));
  const KafkaRange range = Must(reader->RangeOf(topic, partition));
  std::vector<PublishedRecord> records;
  Must(reader->Assign(topic, {{partition, range.begin}}));
  for (;;) {
    const KafkaMessage message = Must(reader->Consume(30'000));
    if (!message) throw std::runtime_error(topic + " does not come to an end");
    // The last offsets may be a transaction's markers: the end itself is told.
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      if (message->offset >= range.end) break;
      continue;
    }
    records.push_back({std::string(static_cast<const char*>(message->key), message->key_len),
                       rd_kafka_message_timestamp(message.get(), nullptr),
                       std::string(static_cast<const char*>(message->payload), message->len),
                       message->payload == nullptr});
  }
  return records;
}

Topics Deployment::Published(int32_t partition) const {
  Topics all;
  for (size_t place = 0; place < kTopicCount; ++place) {
    all[place] = Read(topics_.outputs[place], partition);
  }
  return all;
}

Topics Deployment::Calm(int32_t partition) const {
  MemoryLog log;
  for (const PublishedRecord& record : Read(topics_.intake, partition)) {
    log.Append(record.key, record.timestamp_ms, record.value);
  }
  MemoryStore store;
  MemoryPublisher publisher;
  Engine engine(&log, &store, &publisher, {});
  Must(engine.Open());
  Must(engine.FoldAll());
  Topics all;
  for (size_t place = 0; place < kTopicCount; ++place) {
    all[place] = publisher.topic(static_cast<Topic>(place));
  }
  return all;
}

void Deployment::ExpectOneHistory() const {
  for (int32_t partition = 0; partition < options_.partitions; ++partition) {
    const Topics calm = Calm(partition);
    const Topics published = Published(partition);
    for (size_t place = 0; place < kTopicCount; ++place) {
      SCOPED_TRACE(topics_.outputs[place] + ", partition " + std::to_string(partition));
      const std::vector<PublishedRecord>& expected = calm[place];
      const std::vector<PublishedRecord>& got = published[place];
      if (static_cast<Topic>(place) == Topic::kScores) {
        std::map<std::string, std::string> last_expected, last_got;
        for (const PublishedRecord& score : expected) last_expected[score.key] = score.value;
        for (const PublishedRecord& score : got) last_got[score.key] = score.value;
        EXPECT_TRUE(last_expected == last_got) << "the last score of some driver differs";
        continue;
      }
      for (size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
        ASSERT_TRUE(expected[i].key == got[i].key && expected[i].value == got[i].value)
            << "record " << i << " of " << expected.size() << " differs";
      }
      ASSERT_EQ(expected.size(), got.size());
    }
  }
}

SimulationOptions SmallCities(size_t cities, uint64_t events, uint64_t seed) {
  SimulationOptions options;
  options.seed = seed;
  options.city_codes = CityCodes(cities);
  options.drivers = 200;
  options.days = 3'000;
  options.events_max = events;
  options.reports_per_driver_1000_days = 500;
  options.hostile_permille = 50;
  return options;
}

}  // namespace merit
