// A Kafka producer: idempotent, acknowledged by all replicas that are in sync, murmur2 by key as
// Java's.
//
//   Input    settings; transactional_id: none for one without transactions. delivered: called
//            within Poll and Flush for every record, failed ones too
//   Output   Produce copies key and value. Partition -1: by key
//   Errors   those of errors.h; kUnavailable from Produce: the queue is full, Poll and try again
//   Threads  thread-safe, but for Poll and Flush: one thread
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/kafka/client.h"

namespace merit {

class KafkaProducer final : public KafkaClient {
 public:
  using Delivered = std::function<void(const rd_kafka_message_t& message)>;

  static StatusOr<std::unique_ptr<KafkaProducer>> Open(KafkaSettings settings,
                                                       const std::string& transactional_id = "",
                                                       Delivered delivered = nullptr);
  ~KafkaProducer() override;

  // timestamp_ms 0: now. `opaque` comes back as the message's _private.
  [[nodiscard]] Status Produce(const std::string& topic, int32_t partition, std::string_view key,
                               std::string_view value, int64_t timestamp_ms = 0,
                               void* opaque = nullptr);
  void Poll(int timeout_ms) { rd_kafka_poll(handle_, timeout_ms); }
  // Waits until everything was delivered, or has failed.
  [[nodiscard]] Status Flush(int timeout_ms = kKafkaRequestMs);

 private:
  KafkaProducer() = default;
  static void OnDelivered(rd_kafka_t* handle, const rd_kafka_message_t* message, void* self);

  Delivered delivered_;
};

}  // namespace merit
