// One partition as a process of the group has it: its store, its place in the log, its engine.
//
//   Input    Options: the intake, the partition's own directory, limits; client: what is asked
//            where the log begins
//   Output   Open: the engine is as its store has it. Own: the process owns the partition, whose
//            group has committed `published`; what is before that is folded in silence, what comes
//            after is published. Follow: somebody else owns it; it is folded up to what that one
//            has published, in silence
//   Errors   kDataLoss: the state has more than was published, or the log no longer has what the
//            state needs; kInvalidArgument: the state is another intake's; others as Engine. The
//            message has the remedy
//   Threads  one
#pragma once

#include <memory>
#include <string>

#include "engine/engine.h"
#include "engine/log/kafka_log.h"
#include "engine/publish/kafka_publisher.h"
#include "engine/store/rocks_store.h"

namespace merit {

struct PartitionOptions {
  KafkaIntake intake;
  std::string group;
  std::string directory;
  std::shared_ptr<RocksMemory> memory;
  EngineOptions engine;
};

class Partition {
 public:
  static StatusOr<std::unique_ptr<Partition>> Open(PartitionOptions options,
                                                   const KafkaClient& client);

  [[nodiscard]] Status Own(Transaction* transaction, int64_t published);
  [[nodiscard]] Status Follow(int64_t published);
  // The rows as they were last saved: whatever was folded since is forgotten.
  [[nodiscard]] Status Reopen(const KafkaClient& client);

  // Reads from `consumer`, to which it is to be assigned at next_offset().
  [[nodiscard]] Status Attach(KafkaConsumer* consumer, int notify_descriptor);
  void Detach() { log_->Detach(); }

  void SetMemoryMax(size_t bytes) { engine_->SetMemoryMax(bytes); }
  [[nodiscard]] StatusOr<size_t> FoldBatch();
  bool SaveIsDue() const { return engine_->SaveIsDue(); }
  [[nodiscard]] Status Save();

  int32_t number() const { return options_.intake.partition; }
  int64_t next_offset() const { return engine_->next_offset(); }
  int64_t published() const { return published_; }
  int64_t end_offset() const { return log_->end_offset(); }
  bool owned() const { return owned_; }
  // Owned, and folded up to what was published before: what it folds now is new.
  bool live() const { return owned_ && next_offset() >= published_; }
  uint64_t unsaved_records() const { return static_cast<uint64_t>(next_offset() - saved_offset_); }
  int64_t saved_offset() const { return saved_offset_; }
  int64_t last_record_ms() const { return log_->last_record_ms(); }
  Machine& machine() { return engine_->machine(); }
  RocksStore* store() { return store_.get(); }

 private:
  explicit Partition(PartitionOptions options) : options_(std::move(options)) {}
  [[nodiscard]] Status OpenEngine(const KafkaClient& client);
  [[nodiscard]] Status CheckPublished(int64_t published) const;

  const PartitionOptions options_;
  std::unique_ptr<RocksStore> store_;
  std::unique_ptr<KafkaLog> log_;
  std::unique_ptr<KafkaPublisher> publisher_;
  std::unique_ptr<Engine> engine_;
  int64_t published_ = 0;
  int64_t saved_offset_ = 0;
  bool owned_ = false;
};

}  // namespace merit
