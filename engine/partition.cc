#include "engine/partition.h"

#include <limits>

namespace merit {

StatusOr<std::unique_ptr<Partition>> Partition::Open(PartitionOptions options,
                                                     const KafkaClient& client) {
  std::unique_ptr<Partition> partition(new Partition(std::move(options)));
  RocksOptions rocks;
  rocks.memory = partition->options_.memory;
  ASSIGN_OR_RETURN(partition->store_, RocksStore::Open(partition->options_.directory, rocks));
  RETURN_IF_ERROR(partition->OpenEngine(client));
  return partition;
}

Status Partition::OpenEngine(const KafkaClient& client) {
  engine_.reset();
  publisher_ = std::make_unique<KafkaPublisher>(options_.intake);
  ASSIGN_OR_RETURN(log_, KafkaLog::Open(client, options_.intake.topic, number()));
  engine_ = std::make_unique<Engine>(log_.get(), store_.get(), publisher_.get(), options_.engine);
  RETURN_IF_ERROR(engine_->Open());
  saved_offset_ = engine_->next_offset();
  log_->SetBound(saved_offset_);
  owned_ = false;
  return OkStatus();
}

Status Partition::Reopen(const KafkaClient& client) { return OpenEngine(client); }

// Send, then save: a state can only be behind what was published.
Status Partition::CheckPublished(int64_t published) const {
  if (next_offset() <= published) return OkStatus();
  return DataLoss(
      Cat("the state in ", options_.directory, " is the fold of topic ", options_.intake.topic,
          ", partition ", number(), ", up to offset ", next_offset(), ", but group ",
          options_.group, " has committed only ", published,
          ": the state is another group's or another cluster's, or the group's offsets are gone (a "
          "group without members forgets them after offsets.retention.minutes). Is --group right? "
          "If the offsets "
          "are gone, set them again, kafka-consumer-groups.sh --reset-offsets --to-offset ",
          next_offset(),
          " (readers drop an outcome that they have seen, by its city_seq); if the state is not "
          "this group's, "
          "remove its directory, it is folded again from the log"));
}

Status Partition::Own(Transaction* transaction, int64_t published) {
  RETURN_IF_ERROR(CheckPublished(published));
  published_ = published;
  owned_ = true;
  publisher_->Begin(transaction, published);
  log_->SetBound(live() ? KafkaLog::kNoBound : published);
  return OkStatus();
}

Status Partition::Follow(int64_t published) {
  RETURN_IF_ERROR(CheckPublished(published));
  published_ = published;
  owned_ = false;
  publisher_->Begin(nullptr, std::numeric_limits<int64_t>::max());
  log_->SetBound(published);
  return OkStatus();
}

Status Partition::Attach(KafkaConsumer* consumer, int notify_descriptor) {
  RETURN_IF_ERROR(log_->Attach(consumer));
  log_->NotifyOnRecords(notify_descriptor);
  return OkStatus();
}

StatusOr<size_t> Partition::FoldBatch() {
  const bool was_live = live();
  ASSIGN_OR_RETURN(const size_t folded, engine_->FoldBatch());
  if (!was_live && live()) log_->SetBound(KafkaLog::kNoBound);
  return folded;
}

Status Partition::Save() {
  if (next_offset() == saved_offset_) return OkStatus();
  RETURN_IF_ERROR(engine_->Save());
  saved_offset_ = next_offset();
  return OkStatus();
}

}  // namespace merit
