#include "bench/pipe.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "engine/instance.h"
#include "engine/kafka/admin.h"

namespace merit {
namespace {

constexpr size_t kBatch = 4'096;

// The brokers know of it, and lead its partitions, a moment after the controller has made it.
void MakeTopic(const PipeSetting& setting, const KafkaProducer& admin, const std::string& topic) {
  const auto wait = [] { std::this_thread::sleep_for(std::chrono::milliseconds(10)); };
  Must(CreateKafkaTopic(admin, {.name = topic, .partitions = setting.partitions}));
  while (!admin.PartitionCount(topic).ok()) wait();
  for (int32_t partition = 0; partition < setting.partitions; ++partition) {
    while (!admin.RangeOf(topic, partition).ok()) wait();
  }
}

}  // namespace

PipeSetting::PipeSetting() : prefix("bench-" + std::to_string(getpid())) {}

KafkaTopics MakeOutputTopics(const PipeSetting& setting, const KafkaProducer& admin,
                             const std::string& run) {
  KafkaTopics topics(setting.prefix + run);
  for (const std::string& topic : topics.outputs) MakeTopic(setting, admin, topic);
  return topics;
}

void MakeIntake(const PipeSetting& setting, const KafkaProducer& admin, const std::string& intake) {
  MakeTopic(setting, admin, intake);
}

SimulationOptions BenchCities(const PipeSetting& setting, uint64_t events_max) {
  SimulationOptions options;
  options.city_codes = CityCodes(static_cast<size_t>(2 * setting.partitions));
  options.events_max = events_max;
  options.drivers = 5'000;
  options.days = 3'000;
  return options;
}

int32_t CityPartitions::Of(std::string_view key) {
  const auto found = cities_.find(key);
  if (found != cities_.end()) return found->second % partitions_;
  const auto place = static_cast<int32_t>(cities_.size());
  cities_.emplace(key, place);
  return place % partitions_;
}

// --- the bare pipe -----------------------------------------------------------------------------

BarePipe::Values::Values(const std::vector<std::string>& samples) : values_(samples) {
  if (values_.empty()) values_.emplace_back();
  for (std::string& value : values_) value.resize(std::max(value.size(), sizeof(int64_t)));
}

const std::string& BarePipe::Values::For(int64_t offset) {
  if (next_ == values_.size()) next_ = 0;
  std::string& value = values_[next_++];
  std::memcpy(value.data(), &offset, sizeof offset);
  return value;
}

BarePipe::BarePipe(const PipeSetting& setting, const CalmFold& fold, const KafkaTopics& topics,
                   const std::string& group)
    : setting_(setting),
      topics_(topics),
      outcomes_(fold.samples(Topic::kOutcomes)),
      scores_(fold.samples(Topic::kScores)) {
  scores_per_million_ = fold.count(Topic::kScores) * 1'000'000 / fold.records();
  member_ = Must(KafkaConsumer::Open(setting_.settings(), {.group = group, .member = true}));
  transaction_ = Must(Transaction::Open(
      setting_.settings(),
      {.transactional_id = group, .intake = topics_.intake, .topics = topics_.outputs},
      member_.get()));
  Must(member_->Subscribe(topics_.intake, [&](bool, bool, const std::vector<int32_t>& partitions) {
    given_ = partitions;
  }));
  while (given_.empty()) Must(member_->Poll(10));
  for (int32_t partition : given_) {
    logs_.push_back(Must(KafkaLog::Open(*member_, topics_.intake, partition)));
    Must(logs_.back()->Attach(member_.get()));
  }
}

void BarePipe::Copy(const std::function<bool(uint64_t copied)>& done) {
  std::vector<KafkaConsumer::Start> starts;
  for (int32_t partition : given_) starts.push_back({partition, 0});
  Must(member_->Assign(topics_.intake, starts));
  uint64_t copied = 0;
  Stopwatch since;
  while (!done(copied)) {
    Must(member_->Poll(0));
    size_t read = 0;
    for (size_t place = 0; place < logs_.size(); ++place) {
      read += CopyBatch(logs_[place].get(), given_[place]);
    }
    copied += read;
    Must(transaction_->Poll());
    if (!transaction_->committing() && !transaction_->empty() &&
        since.wall_s() * 1e3 >= setting_.interval_ms) {
      Must(transaction_->StartCommit());
      since.Restart();
    }
    if (read == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  Must(transaction_->Commit());
  logs_.clear();
}

size_t BarePipe::CopyBatch(KafkaLog* log, int32_t partition) {
  size_t copied = 0;
  for (; copied < kBatch; copied += records_.size()) {
    records_.clear();
    Must(log->Read(256, &records_));
    if (records_.empty()) break;
    int64_t offset = log->next_offset() - static_cast<int64_t>(records_.size());
    for (const Record& record : records_) {
      outputs_.Add(Topic::kOutcomes, record.key, record.timestamp_ms, outcomes_.For(offset));
      score_due_ += scores_per_million_;
      for (; score_due_ >= 1'000'000; score_due_ -= 1'000'000) {
        outputs_.Add(Topic::kScores, record.key, record.timestamp_ms, scores_.For(offset));
      }
      ++offset;
    }
    Must(transaction_->Take(partition, &outputs_, log->next_offset()));
  }
  return copied;
}

// --- the engine --------------------------------------------------------------------------------

RunningEngine::RunningEngine(const PipeSetting& setting, const KafkaTopics& topics,
                             const std::string& group)
    : directory_(std::filesystem::temp_directory_path() / ("merit-" + setting.prefix)) {
  std::filesystem::remove_all(directory_);
  InstanceOptions options;
  options.settings = setting.settings();
  options.topics = topics;
  options.group = group;
  options.state_directory = directory_;
  options.commit_interval_ms = setting.interval_ms;
  const auto begun = std::make_shared<std::atomic<bool>>(false);
  options.tell = [begun](const std::string& line) {
    if (line.starts_with("owns")) *begun = true;
  };
  thread_ = std::thread([this, options] {
    ended_ = Instance(options, &stop_).Run();
    if (!stop_) Must(ended_);  // nobody waits for it yet
  });
  while (!*begun) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

RunningEngine::~RunningEngine() {
  stop_ = true;
  thread_.join();
  Must(ended_);
  std::filesystem::remove_all(directory_);
}

}  // namespace merit
