// merit clock: closes each city's day when it is over there.
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "consumers/merit/city_clock.h"
#include "consumers/merit/command.h"
#include "consumers/merit/interrupt.h"
#include "consumers/merit/kafka_options.h"
#include "consumers/merit/key_file.h"
#include "consumers/merit/text.h"
#include "consumers/merit/topic_reader.h"
#include "engine/clocks.h"
#include "engine/kafka/producer.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(Close each city's day at its own midnight.

Nothing in the engine reads a clock: a day ends when an event says so (DayClosed), and this is
who says it. It finds the cities on the intake and learns from the seals which days are closed,
so it can be stopped for a month and then closes the days that are due, one after the other.
Several may run: they share the partitions, and for a city only one of them speaks.)";

constexpr char kExample[] = R"(Examples:
  merit clock --brokers 127.0.0.1:9092 --producer clock --key clock.key
  merit clock --brokers 127.0.0.1:9092 --producer clock --once       closes what is due, and ends

The producer must be registered in each city with the role CLOCK (ProducerRegistered). A day that
is not closed after --again seconds is said again, which is harmless, and told here.)";

constexpr int kWaitMs = 50;
constexpr auto kRememberInterval = std::chrono::seconds(10);
// What a broker takes as a committed offset's metadata (offset.metadata.max.bytes).
constexpr size_t kMetadataMax = 4'000;
constexpr int64_t kNobodyMs = 30'000;

struct Options {
  KafkaOptions kafka;
  std::string group;
  std::string producer_id;
  std::string key_file;
  int again_seconds = 60;
  bool once = false;
  bool json = false;
};

class DayClock {
 public:
  explicit DayClock(const Options& options) : options_(options) {}
  [[nodiscard]] Status Run();

 private:
  struct Partition {
    CityClock cities;
    int64_t next_offset = 0;
    int64_t remembered = -1;
    bool at_end = false;  // of the intake, as far as it went once
  };
  struct Sent {
    int32_t day = 0;
    int64_t at_ms = 0;
  };

  Status Open();
  void OnRebalance(bool given, const std::vector<int32_t>& partitions);
  Status Give(int32_t partition, std::vector<KafkaConsumer::Start>* starts);
  Status Take(int32_t partition);
  Status ReadIntake();
  Status ReadSeals();
  Status CloseDays();
  Status CloseDay(int32_t partition, const ClockDay& day);
  void Remember(bool now);
  bool NothingIsDue() const;
  void Tell(const char* what, const ClockDay& day) const;

  const Options& options_;
  KafkaTopics topics_;
  std::string private_key_;
  std::unique_ptr<KafkaConsumer> member_;
  std::unique_ptr<TopicReader> seals_;
  std::unique_ptr<KafkaProducer> producer_;
  std::map<int32_t, Partition> partitions_;
  std::map<uint32_t, Sent> sent_;
  Status rebalanced_;
  Status undelivered_;
  std::chrono::steady_clock::time_point remembered_ = std::chrono::steady_clock::now();
};

Status DayClock::Open() {
  topics_ = options_.kafka.Topics();
  if (!options_.key_file.empty()) {
    ASSIGN_OR_RETURN(private_key_, ReadKeyFile(options_.key_file));
  }
  ASSIGN_OR_RETURN(const KafkaSettings settings, options_.kafka.Settings());
  ASSIGN_OR_RETURN(
      producer_, KafkaProducer::Open(settings, "", [this](const rd_kafka_message_t& message) {
        if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
        undelivered_ = FromKafka(message.err, "send a DayClosed", producer_->Where(topics_.intake));
      }));
  ASSIGN_OR_RETURN(const int32_t count, producer_->PartitionCount(topics_.intake));
  ASSIGN_OR_RETURN(const int32_t seal_count, producer_->PartitionCount(topics_.of(Topic::kSeals)));
  if (count != seal_count) {
    return Invalid(Cat("topic ", topics_.intake, " has ", count, " partitions and topic ",
                       topics_.of(Topic::kSeals), " ", seal_count, "; see merit topics check"));
  }
  ASSIGN_OR_RETURN(seals_, TopicReader::Open(settings));
  KafkaConsumer::Options member;
  member.group = options_.group.empty() ? options_.kafka.prefix + ".clock" : options_.group;
  member.member = true;
  member.ends = true;
  ASSIGN_OR_RETURN(member_, KafkaConsumer::Open(settings, member));
  return member_->Subscribe(topics_.intake,
                            [this](bool given, bool, const std::vector<int32_t>& partitions) {
                              OnRebalance(given, partitions);
                            });
}

// Whatever happens it is answered, also where nothing is given: the group waits for it.
void DayClock::OnRebalance(bool given, const std::vector<int32_t>& partitions) {
  if (!given) Remember(true);
  std::vector<KafkaConsumer::Start> starts;
  for (int32_t partition : partitions) {
    const Status done = given ? Give(partition, &starts) : Take(partition);
    if (rebalanced_.ok()) rebalanced_ = done;
  }
  const Status answered = given ? member_->Assign(topics_.intake, starts)
                                : member_->Unassign(topics_.intake, partitions);
  if (rebalanced_.ok()) rebalanced_ = answered;
}

Status DayClock::Take(int32_t partition) {
  if (partitions_.erase(partition) == 0) return OkStatus();
  return seals_->RemovePartition(topics_.of(Topic::kSeals), partition);
}

// What the group remembers of a partition: how far its intake was read, and the cities found so
// far.
Status DayClock::Give(int32_t partition, std::vector<KafkaConsumer::Start>* starts) {
  ASSIGN_OR_RETURN(const KafkaCommitted committed, member_->Committed(topics_.intake, partition));
  ASSIGN_OR_RETURN(const KafkaRange range, member_->RangeOf(topics_.intake, partition));
  RETURN_IF_ERROR(
      seals_->AddPartition(topics_.of(Topic::kSeals), partition, TopicReader::From::kBeginning));
  Partition& mine = partitions_[partition];
  mine.next_offset = range.begin;
  if (committed.offset >= range.begin && committed.offset <= range.end &&
      mine.cities.Restore(committed.metadata)) {
    mine.next_offset = committed.offset;
  }
  starts->push_back({partition, mine.next_offset});
  return OkStatus();
}

Status DayClock::ReadIntake() {
  for (int wait_ms = kWaitMs;; wait_ms = 0) {
    ASSIGN_OR_RETURN(const KafkaMessage message, member_->Consume(wait_ms));
    RETURN_IF_ERROR(rebalanced_);
    if (!message) return OkStatus();
    const auto found = partitions_.find(message->partition);
    if (found == partitions_.end()) continue;
    Partition& mine = found->second;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      mine.at_end = true;
      continue;
    }
    mine.cities.Read(RecordOf(*message));
    mine.next_offset = message->offset + 1;
  }
}

Status DayClock::ReadSeals() {
  for (;;) {
    ASSIGN_OR_RETURN(const KafkaMessage message, seals_->Next(0));
    if (!message) return OkStatus();
    const auto found = partitions_.find(message->partition);
    v1::DaySeal seal;
    if (found == partitions_.end() ||
        !seal.ParseFromArray(message->payload, static_cast<int>(message->len))) {
      continue;
    }
    found->second.cities.Seal(seal);
    const auto sent = sent_.find(seal.city_code());
    if (sent == sent_.end() || sent->second.day != seal.day()) continue;
    Tell("closed", {seal.city_code(), seal.day(), 0});
    sent_.erase(sent);
  }
}

Status DayClock::CloseDays() {
  if (!seals_->at_end()) return OkStatus();  // which days are closed is not yet known
  for (const auto& [partition, mine] : partitions_) {
    for (const ClockDay& day : mine.cities.Due(WallMs())) RETURN_IF_ERROR(CloseDay(partition, day));
  }
  return OkStatus();
}

Status DayClock::CloseDay(int32_t partition, const ClockDay& day) {
  const auto [place, first] = sent_.emplace(day.city_code, Sent{day.day, 0});
  Sent& sent = place->second;
  const bool again = !first && sent.day == day.day;
  if (again && WallMs() - sent.at_ms < int64_t{options_.again_seconds} * 1'000) return OkStatus();
  if (again) {
    std::fprintf(
        stderr,
        "merit clock: city %06" PRIu32
        ": day %s was said to be over %d s ago, and no seal has come; is merit engine "
        "running, and is %s registered there with the role CLOCK and this key? It is said again\n",
        day.city_code, DayText(day.day).c_str(), options_.again_seconds,
        options_.producer_id.c_str());
  }
  const std::string key = Cat(day.city_code);
  const std::string value = day.Event(options_.producer_id, private_key_);
  // The city's own partition, whatever the partitioner would say of it.
  RETURN_IF_ERROR(producer_->Produce(topics_.intake, partition, key, value));
  sent = {day.day, WallMs()};
  return OkStatus();
}

// Best effort: what is forgotten is read again.
void DayClock::Remember(bool now) {
  const auto time = std::chrono::steady_clock::now();
  if (!now && time - remembered_ < kRememberInterval) return;
  remembered_ = time;
  const KafkaPartitions list = NewPartitions();
  std::vector<std::string> metadata;
  metadata.reserve(partitions_.size());
  for (auto& [partition, mine] : partitions_) {
    if (mine.next_offset == mine.remembered) continue;
    metadata.push_back(mine.cities.Encode());
    if (metadata.back().size() > kMetadataMax) continue;
    rd_kafka_topic_partition_t* const place =
        rd_kafka_topic_partition_list_add(list.get(), topics_.intake.c_str(), partition);
    place->offset = mine.next_offset;
    place->metadata = metadata.back().data();
    place->metadata_size = metadata.back().size();
    mine.remembered = mine.next_offset;
  }
  if (list->cnt > 0) rd_kafka_commit(member_->handle(), list.get(), 0);
  // The list would free what is the strings'.
  for (int place = 0; place < list->cnt; ++place) list->elems[place].metadata = nullptr;
}

bool DayClock::NothingIsDue() const {
  if (partitions_.empty() || !seals_->at_end()) return false;
  for (const auto& [partition, mine] : partitions_) {
    if (!mine.at_end || !mine.cities.Due(WallMs()).empty()) return false;
  }
  return true;
}

void DayClock::Tell(const char* what, const ClockDay& day) const {
  if (options_.json) {
    std::printf("{\"city_code\": %" PRIu32 ", \"day\": %d, \"date\": \"%s\", \"%s\": true}\n",
                day.city_code, day.day, DayText(day.day).c_str(), what);
  } else {
    std::printf("city %06" PRIu32 ": day %s is %s\n", day.city_code, DayText(day.day).c_str(),
                what);
  }
  std::fflush(stdout);
}

Status DayClock::Run() {
  RETURN_IF_ERROR(Open());
  const int64_t begin_ms = WallMs();
  while (!Interrupted()) {
    RETURN_IF_ERROR(ReadIntake());
    RETURN_IF_ERROR(ReadSeals());
    RETURN_IF_ERROR(CloseDays());
    producer_->Poll(0);
    RETURN_IF_ERROR(producer_->failure());
    RETURN_IF_ERROR(undelivered_);
    Remember(false);
    if (!options_.once) continue;
    if (NothingIsDue()) break;
    if (partitions_.empty() && WallMs() - begin_ms > kNobodyMs) break;  // others have them all
  }
  const Status flushed = producer_->Flush();
  Remember(true);
  const Status left = member_->Close();
  return flushed.ok() ? left : flushed;
}

int RunClock(const Options& options) {
  CatchInterrupts();
  const Status status = DayClock(options).Run();
  return status.ok() ? kExitOk : Report("clock", WithKafkaReason(status));
}

}  // namespace

void AddClock(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("clock", kAbout);
  command->footer(kExample);
  options->kafka.AddTo(command);
  command->add_option("--producer", options->producer_id, "who closes days, as it is registered")
      ->required()
      ->option_text("ID");
  command->add_option("--key", options->key_file, "its private key (merit keygen)")
      ->option_text("FILE");
  command->add_option("--group", options->group, "the clocks that share the work")
      ->option_text("NAME [<prefix>.clock]");
  command
      ->add_option("--again", options->again_seconds,
                   "seconds until a day without a seal is said again")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  command->add_flag("--once", options->once, "end when every day that is over is closed");
  command->add_flag("--json", options->json, "each closed day as JSON");
  command->callback([options, &run] { run = [options] { return RunClock(*options); }; });
}

}  // namespace merit
