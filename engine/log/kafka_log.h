// Reads one partition of a Kafka topic.
//
//   Input    Open: asks where the log begins and ends. Attach: the consumer that the partition is
//            then assigned to, at next_offset(); Detach before it is unassigned. Without one, Read
//            gives nothing. SetBound: Read gives no record at or after that offset
//   Output   as Log. Records of one Read have consecutive offsets. Offsets that hold no record (a
//            transaction's marker) are passed over at the beginning of a Read, after they were
//            fetched twice: a client that lost records would show the same gap once
//   Errors   kDataLoss: the log does not reach back to the offset, or ends before it; others as
//            errors.h
//   IO       Read takes what has been fetched, and does not wait
//   Threads  one
//   Cost     no copy: a record's views look into what was fetched, which is freed by the next Read
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/kafka/consumer.h"
#include "engine/log/log.h"

namespace merit {

class KafkaLog final : public Log {
 public:
  static constexpr int64_t kNoBound = std::numeric_limits<int64_t>::max();

  static StatusOr<std::unique_ptr<KafkaLog>> Open(const KafkaClient& client,
                                                  const std::string& topic, int32_t partition);
  ~KafkaLog() override;

  [[nodiscard]] Status Attach(KafkaConsumer* consumer);
  void Detach();
  bool attached() const { return queue_ != nullptr; }
  // The eventfd is written to whenever records have come to an empty queue.
  void NotifyOnRecords(int descriptor);
  void SetBound(int64_t offset) { bound_ = offset; }

  [[nodiscard]] Status Seek(int64_t offset) override;
  [[nodiscard]] Status Read(size_t count, std::vector<Record>* records) override;
  int64_t next_offset() const override { return next_offset_; }
  int64_t end_offset() const override;
  // Of the last record that Read has given; 0: none yet.
  int64_t last_record_ms() const { return last_record_ms_; }

 private:
  KafkaLog(std::string topic, int32_t partition, KafkaRange range)
      : topic_(std::move(topic)), partition_(partition), range_(range) {}
  void Fetch(size_t count);
  void Free(size_t count);
  [[nodiscard]] Status CrossGap(int64_t offset);
  [[nodiscard]] Status Explain(const rd_kafka_message_t& message) const;

  const std::string topic_;
  const int32_t partition_;
  const KafkaRange range_;
  KafkaConsumer* consumer_ = nullptr;
  KafkaQueue queue_;
  std::vector<rd_kafka_message_t*>
      messages_;  // fetched; those before given_ are in the reader's hands
  size_t given_ = 0;
  int64_t next_offset_ = 0;
  int64_t last_record_ms_ = 0;
  int64_t bound_ = kNoBound;
  int64_t gap_end_ = -1;  // where the log went on the last time that it did not at next_offset_
};

}  // namespace merit
