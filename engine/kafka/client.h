// A connection to a Kafka cluster: what consumers and producers have in common.
//
//   Errors   those of errors.h
//   IO       opened without waiting for a broker; every question waits kKafkaRequestMs at most
//   Threads  thread-safe, but for Poll, which calls back: one thread
//   Caveats  what librdkafka logs goes to the sink of SetKafkaLog, at first to nowhere
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "engine/base/status.h"
#include "engine/kafka/errors.h"
#include "engine/kafka/handles.h"
#include "engine/kafka/settings.h"

namespace merit {

inline constexpr int kKafkaRequestMs = 15'000;

// Where the warnings of all clients of the process go: a syslog level (3 error, 4 warning), and a
// line.
void SetKafkaLog(std::function<void(int level, const std::string& line)> sink);

struct KafkaRange {
  int64_t begin = 0;  // the first offset that is there
  int64_t end = 0;    // one past the last; read_committed: past the last that is settled
};

class KafkaClient {
 public:
  virtual ~KafkaClient();
  KafkaClient(const KafkaClient&) = delete;
  KafkaClient& operator=(const KafkaClient&) = delete;

  rd_kafka_t* handle() const { return handle_; }
  const std::string& brokers() const { return brokers_; }
  // "topic orders, partition 3, at broker:9092": for messages.
  std::string Where(const std::string& topic, int32_t partition = -1) const;

  [[nodiscard]] StatusOr<std::string> ClusterId() const;
  [[nodiscard]] StatusOr<int32_t> PartitionCount(const std::string& topic) const;
  // Waits for seconds where this client, or the broker, may only be new to the topic.
  [[nodiscard]] StatusOr<KafkaRange> RangeOf(const std::string& topic, int32_t partition) const;

  // The failure after which this client is of no use; OK while there is none.
  Status failure() const;

 protected:
  KafkaClient() = default;
  // Takes the settings' conf, adds what all clients have, and makes the client.
  [[nodiscard]] Status Make(rd_kafka_type_t type, const KafkaSettings& settings, KafkaConf conf);
  void Fail(Status failure);

  rd_kafka_t* handle_ = nullptr;

 private:
  static void OnError(rd_kafka_t* handle, int error, const char* reason, void* self);
  Status Fatal() const;  // what librdkafka calls so; OK while there is nothing

  std::string brokers_;
  mutable std::mutex mutex_;  // of failure_: librdkafka's threads find failures too
  Status failure_;
};

}  // namespace merit
