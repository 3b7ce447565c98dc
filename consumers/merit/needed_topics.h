// What the engine needs of its topics, and how a cluster's differ from it.
//
//   Input    TopicLayout: what is free to choose
//   Output   NeededTopics: the six, as they are to be made. CheckTopics: a finding for each
//            difference, none where there is none; matters: history, exactness or a reader may be
//            harmed
//   Errors   those of engine/kafka/errors.h
//   Source   DOMAIN.md §2, ARCHITECTURE.md §2
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/kafka/admin.h"
#include "engine/kafka/topics.h"

namespace merit {

struct TopicLayout {
  int32_t partitions = 8;
  int32_t replication = 1;
  int32_t min_insync_replicas = 1;
  // Records keep the time that their producer claims: for a log that is imported.
  bool producers_time = false;
};

struct TopicFinding {
  std::string topic;
  std::string property;
  std::string is;
  std::string needs;
  std::string why;
  bool matters = true;
};

std::vector<KafkaNewTopic> NeededTopics(const KafkaTopics& topics, const TopicLayout& layout);

// `layout`: of it only producers_time.
StatusOr<std::vector<TopicFinding>> CheckTopics(const KafkaClient& client,
                                                const KafkaTopics& topics,
                                                const TopicLayout& layout);

struct TopicShape {
  int32_t partitions = 0;   // 0: there is no such topic
  int32_t replication = 0;  // the fewest replicas that one of its partitions has
  bool ready = false;       // each partition has a broker that leads it
};
StatusOr<TopicShape> ShapeOf(const KafkaClient& client, const std::string& topic);
StatusOr<int32_t> BrokerCount(const KafkaClient& client);

}  // namespace merit
