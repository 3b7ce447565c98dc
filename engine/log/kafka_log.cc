#include "engine/log/kafka_log.h"

#include <algorithm>

namespace merit {

StatusOr<std::unique_ptr<KafkaLog>> KafkaLog::Open(const KafkaClient& client,
                                                   const std::string& topic, int32_t partition) {
  ASSIGN_OR_RETURN(const KafkaRange range, client.RangeOf(topic, partition));
  return std::unique_ptr<KafkaLog>(new KafkaLog(topic, partition, range));
}

KafkaLog::~KafkaLog() { Detach(); }

Status KafkaLog::Attach(KafkaConsumer* consumer) {
  Detach();
  ASSIGN_OR_RETURN(queue_, consumer->PartitionQueue(topic_, partition_));
  consumer_ = consumer;
  return OkStatus();
}

void KafkaLog::Detach() {
  Free(messages_.size());
  queue_.reset();
  consumer_ = nullptr;
}

void KafkaLog::NotifyOnRecords(int descriptor) {
  constexpr uint64_t kOne = 1;  // what an eventfd takes
  rd_kafka_queue_io_event_enable(queue_.get(), descriptor, &kOne, sizeof kOne);
}

int64_t KafkaLog::end_offset() const {
  if (consumer_ == nullptr) return range_.end;
  int64_t begin = 0;
  int64_t end = 0;
  const rd_kafka_resp_err_t error =
      rd_kafka_get_watermark_offsets(consumer_->handle(), topic_.c_str(), partition_, &begin, &end);
  return error == RD_KAFKA_RESP_ERR_NO_ERROR ? std::max(end, range_.end) : range_.end;
}

Status KafkaLog::Seek(int64_t offset) {
  if (offset < range_.begin) {
    return DataLoss(Cat(
        "topic ", topic_, ", partition ", partition_, " begins at offset ", range_.begin,
        ", and the state needs it from ", offset,
        " on: records were deleted that are not folded yet. Put a snapshot or a state directory of "
        "that partition that reaches ",
        range_.begin,
        " in place, or fold an archive of the topic; and "
        "see to it that the topic deletes nothing (retention.ms=-1, retention.bytes=-1)"));
  }
  Free(messages_.size());
  next_offset_ = offset;
  return attached() ? consumer_->Seek(topic_, partition_, offset) : OkStatus();
}

Status KafkaLog::Read(size_t count, std::vector<Record>* records) {
  if (!attached()) return OkStatus();
  Free(given_);
  if (messages_.empty()) Fetch(count);
  const size_t before = records->size();
  while (given_ < messages_.size() && records->size() - before < count) {
    const rd_kafka_message_t& message = *messages_[given_];
    const bool first = records->size() == before;
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (!first) break;  // at the next Read
      ++given_;
      RETURN_IF_ERROR(Explain(message));
      continue;
    }
    if (message.offset > next_offset_) {
      if (!first) break;
      if (message.offset != gap_end_) return CrossGap(message.offset);
      next_offset_ = message.offset;
    }
    if (message.offset >= bound_) break;
    ++given_;
    if (message.offset < next_offset_) continue;  // fetched before a Seek
    ++next_offset_;
    records->push_back(RecordOf(message));
  }
  if (records->size() > before) last_record_ms_ = records->back().timestamp_ms;
  return OkStatus();
}

void KafkaLog::Fetch(size_t count) {
  messages_.resize(count);
  const ssize_t got = rd_kafka_consume_batch_queue(queue_.get(), 0, messages_.data(), count);
  messages_.resize(got > 0 ? static_cast<size_t>(got) : 0);
}

void KafkaLog::Free(size_t count) {
  for (size_t place = 0; place < count; ++place) rd_kafka_message_destroy(messages_[place]);
  messages_.erase(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(count));
  given_ = 0;
}

// The offsets from next_offset_ to `offset` hold no record, or were lost on the way: fetched again,
// they tell.
Status KafkaLog::CrossGap(int64_t offset) {
  gap_end_ = offset;
  return Seek(next_offset_);
}

Status KafkaLog::Explain(const rd_kafka_message_t& message) const {
  const StatusCode code = CodeOfKafka(message.err);
  if (code == StatusCode::kUnavailable) return OkStatus();  // the client goes on by itself
  if (code == StatusCode::kDataLoss) {
    return DataLoss(Cat(consumer_->Where(topic_, partition_), ": offset ", next_offset_,
                        " is not in the log: ", rd_kafka_message_errstr(&message),
                        ". Records were deleted before they were folded, or the topic is another "
                        "one. Put a snapshot or a "
                        "state directory of that partition that is further on in place, or fold an "
                        "archive of the topic"));
  }
  return FromKafka(message.err, "read", consumer_->Where(topic_, partition_),
                   rd_kafka_message_errstr(&message));
}

}  // namespace merit
