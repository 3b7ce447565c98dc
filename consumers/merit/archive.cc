// merit archive: topics into directories that merit replay and merit audit read without a broker.
#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "consumers/merit/archive_copy.h"
#include "consumers/merit/command.h"
#include "consumers/merit/interrupt.h"
#include "consumers/merit/kafka_options.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/topic_reader.h"

namespace merit {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr char kAbout[] =
    R"(Copy topics into archive directories: the whole history, away from the brokers.

Each partition becomes a directory of its own, <out>/<topic>/<partition>, of compressed files
that are never changed once they are full. What is written is read back before it counts. Ended
at any moment, the same command goes on where it was. merit replay of a partition's intake
gives the same outcomes, scores and seals to the byte.)";

constexpr char kExample[] = R"(Examples:
  merit archive --brokers 127.0.0.1:9092 --out archive               the intake, as it is now
  merit archive --brokers 127.0.0.1:9092 --out archive --topics intake,outcomes,seals --follow
  merit replay archive/intake/0                                      the same history again

Exit status: 0 all that was there is copied; 3 records are missing that were not yet copied, or
what was written reads back differently; 5 brokers, disk or permission failed.)";

constexpr int kWaitMs = 100;
constexpr int64_t kSaveRecords = 1'000'000;

struct Options {
  KafkaOptions kafka;
  std::string out;
  std::vector<std::string> topics = {kIntake};
  double save_seconds = 10;
  bool follow = false;
  bool json = false;
};

class Archiving {
 public:
  explicit Archiving(const Options& options) : options_(options) {}

  [[nodiscard]] Status Run();
  void Tell() const;

 private:
  struct Part {
    std::unique_ptr<ArchiveCopy> copy;
    int64_t gap_end = -1;  // where the log went on when it did not at next_offset()
    bool compacted = false;
  };

  Status Open();
  Status OpenPartition(const std::string& name, const std::string& topic, int32_t partition,
                       const std::string& cluster);
  Status Take(const rd_kafka_message_t& message);
  Status SaveAll();

  const Options& options_;
  std::unique_ptr<TopicReader> reader_;
  std::map<std::pair<std::string, int32_t>, Part> parts_;
  uint64_t taken_ = 0;
  int64_t unsaved_ = 0;
};

Status Archiving::Open() {
  ASSIGN_OR_RETURN(const KafkaSettings settings, options_.kafka.Settings());
  ASSIGN_OR_RETURN(reader_, TopicReader::Open(settings));
  ASSIGN_OR_RETURN(const std::string cluster, reader_->client().ClusterId());
  for (const std::string& name : options_.topics) {
    const std::string topic = options_.kafka.TopicOf(name);
    ASSIGN_OR_RETURN(const int32_t count, reader_->client().PartitionCount(topic));
    for (int32_t partition = 0; partition < count; ++partition) {
      RETURN_IF_ERROR(OpenPartition(name, topic, partition, cluster));
    }
  }
  return OkStatus();
}

Status Archiving::OpenPartition(const std::string& name, const std::string& topic,
                                int32_t partition, const std::string& cluster) {
  Part& part = parts_[{topic, partition}];
  part.compacted = TopicNamed(name) == Topic::kScores;
  const std::string directory = Cat(options_.out, "/", name, "/", partition);
  ASSIGN_OR_RETURN(part.copy, ArchiveCopy::Open({cluster, topic, partition}, directory));
  const Status added = reader_->AddFrom(topic, partition, part.copy->next_offset());
  if (added.code() != StatusCode::kDataLoss) return added;
  return DataLoss(Cat(
      std::string(added.message()),
      ". What is missing was deleted before it was archived, or the topic was made anew. An "
      "archive "
      "without a gap cannot be made of it: restore the records, or begin another one with another "
      "--out if the topic still begins at 0; and see to it that it deletes nothing (merit topics "
      "check)"));
}

// An offset without a record is a transaction's marker, or, where the client lost records on the
// way, a gap; asked again, it gives them.
Status Archiving::Take(const rd_kafka_message_t& message) {
  const std::string topic = rd_kafka_topic_name(message.rkt);
  Part& part = parts_.at({topic, message.partition});
  const int64_t next = part.copy->next_offset();
  if (message.offset < next) return OkStatus();  // on its way when it was asked again
  if (message.offset > next && message.offset != part.gap_end && !part.compacted) {
    part.gap_end = message.offset;
    return reader_->GoBack(topic, message.partition, next, message.offset + 1);
  }
  ++taken_;
  ++unsaved_;
  return part.copy->Take(message.offset, RecordOf(message));
}

Status Archiving::SaveAll() {
  for (auto& [place, part] : parts_) RETURN_IF_ERROR(part.copy->Save());
  unsaved_ = 0;
  return OkStatus();
}

Status Archiving::Run() {
  RETURN_IF_ERROR(Open());
  Progress progress("records", static_cast<uint64_t>(reader_->ahead()));
  const std::chrono::duration<double> interval(options_.save_seconds);
  auto saved = Clock::now();
  while (!Interrupted() && (options_.follow || !reader_->at_end())) {
    ASSIGN_OR_RETURN(const KafkaMessage message, reader_->Next(kWaitMs));
    if (message) {
      const uint64_t before = taken_;
      RETURN_IF_ERROR(Take(*message));
      progress.Add(taken_ - before);
    }
    const bool due =
        unsaved_ > 0 && (!message || unsaved_ % 1'024 == 0) && Clock::now() - saved > interval;
    if (unsaved_ < kSaveRecords && !due) continue;
    RETURN_IF_ERROR(SaveAll());
    saved = Clock::now();
  }
  for (auto& [place, part] : parts_) RETURN_IF_ERROR(part.copy->Close());
  return OkStatus();
}

void Archiving::Tell() const {
  if (options_.json) {
    Json json = {{"copied", taken_}, {"partitions", Json::array()}};
    for (const auto& [place, part] : parts_) {
      json["partitions"].push_back({{"topic", place.first},
                                    {"partition", place.second},
                                    {"directory", part.copy->directory()},
                                    {"records", part.copy->records()},
                                    {"next_offset", part.copy->next_offset()}});
    }
    std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
    return;
  }
  for (const auto& [place, part] : parts_) {
    std::printf("%s: %s records\n", part.copy->directory().c_str(),
                WithCommas(part.copy->records()).c_str());
  }
  std::printf("%s records copied, read back and the same\n",
              WithCommas(static_cast<int64_t>(taken_)).c_str());
}

int RunArchive(const Options& options) {
  CatchInterrupts();
  Archiving archiving(options);
  const Status status = archiving.Run();
  if (!status.ok()) return Report("archive", WithKafkaReason(status));
  archiving.Tell();
  return kExitOk;
}

}  // namespace

void AddArchive(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("archive", kAbout);
  command->footer(kExample);
  options->kafka.AddTo(command);
  command
      ->add_option("--out", options->out,
                   "where the directories go; those of an earlier copy are continued")
      ->required()
      ->option_text("DIR");
  command
      ->add_option("--topics", options->topics,
                   "which: intake, outcomes, scores, seals, bulletins, dead-letters")
      ->delimiter(',')
      ->check(IsTopicName())
      ->option_text("NAME,... [intake]");
  command
      ->add_option("--save-every", options->save_seconds,
                   "seconds; what was copied since is copied again after a kill")
      ->check(CLI::Range(0.01, 3'600.0))
      ->option_text("SECONDS [10]");
  command->add_flag("--follow", options->follow, "go on with what comes, until it is interrupted");
  command->add_flag("--json", options->json, "the summary as JSON");
  command->callback([options, &run] { run = [options] { return RunArchive(*options); }; });
}

}  // namespace merit
