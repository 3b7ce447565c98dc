// Reads settled records of topics, all their partitions, from their beginning or from their end on.
//
//   Output   Next gives records in order within a partition; none: nothing came in time. at_end():
//            everything has been given that was there when the partition was added
//   Errors   those of engine/kafka/errors.h; what the client library mends by itself is waited for
//   Threads  one
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/kafka/consumer.h"

namespace merit {

class TopicReader {
 public:
  enum class From { kBeginning, kEnd };

  static StatusOr<std::unique_ptr<TopicReader>> Open(const KafkaSettings& settings);

  [[nodiscard]] Status AddTopic(const std::string& topic, From from);
  [[nodiscard]] Status AddPartition(const std::string& topic, int32_t partition, From from);
  // From an offset on. kDataLoss: the topic no longer has it, or does not have it yet.
  [[nodiscard]] Status AddFrom(const std::string& topic, int32_t partition, int64_t offset);
  // Gives a partition's records again, from `offset` up to `end` at least.
  [[nodiscard]] Status GoBack(const std::string& topic, int32_t partition, int64_t offset,
                              int64_t end);
  [[nodiscard]] Status RemovePartition(const std::string& topic, int32_t partition);

  [[nodiscard]] StatusOr<KafkaMessage> Next(int timeout_ms);
  bool at_end() const { return ends_.empty(); }
  // How many records at most are before the end: markers of transactions count too.
  int64_t ahead() const { return ahead_; }

  const KafkaClient& client() const { return *consumer_; }

 private:
  using Place = std::pair<std::string, int32_t>;

  explicit TopicReader(std::unique_ptr<KafkaConsumer> consumer) : consumer_(std::move(consumer)) {}
  Status Add(const std::string& topic, const std::vector<int32_t>& partitions, From from);

  const std::unique_ptr<KafkaConsumer> consumer_;
  std::map<Place, int64_t> ends_;  // of partitions that have not been read so far
  int64_t ahead_ = 0;
};

}  // namespace merit
