// What is asked of the cluster itself: topics and their configuration, groups.
//
//   Output   each call returns when the controller has done it
//   Errors   those of errors.h; kAlreadyExists: the topic is there
//   Threads  thread-safe
#pragma once

#include <atomic>
#include <map>
#include <set>
#include <string>

#include "engine/kafka/client.h"

namespace merit {

using KafkaTopicConfig = std::map<std::string, std::string>;

struct KafkaNewTopic {
  std::string name;
  int32_t partitions = 1;
  int32_t replication = 1;
  KafkaTopicConfig config = {};
};

[[nodiscard]] Status CreateKafkaTopic(const KafkaClient& client, const KafkaNewTopic& topic);
[[nodiscard]] Status DeleteKafkaTopic(const KafkaClient& client, const std::string& topic);
// Everything before `offset` goes.
[[nodiscard]] Status DeleteKafkaRecords(const KafkaClient& client, const std::string& topic,
                                        int32_t partition, int64_t offset);
// Makes the topic have `count` partitions, more than before.
[[nodiscard]] Status AddKafkaPartitions(const KafkaClient& client, const std::string& topic,
                                        int32_t count);
// Every property of the topic's configuration, the broker's defaults among them.
[[nodiscard]] StatusOr<KafkaTopicConfig> DescribeKafkaTopic(const KafkaClient& client,
                                                            const std::string& topic);

struct KafkaGroup {
  bool settled = false;     // stable: no rebalance is under way
  std::set<int32_t> given;  // partitions of the topic that some member has
};
[[nodiscard]] StatusOr<KafkaGroup> DescribeKafkaGroup(const KafkaClient& client,
                                                      const std::string& group,
                                                      const std::string& topic, int timeout_ms);
// Makes a settled group share its partitions anew: a member joins, for a topic that the group does
// not read, so that nothing of the group's becomes its own, and leaves. Takes a few hundred ms, at
// most some seconds; less where `over` becomes true.
[[nodiscard]] Status ShareAnew(KafkaSettings settings, const std::string& group,
                               const std::string& other_topic, const std::atomic<bool>& over);

}  // namespace merit
