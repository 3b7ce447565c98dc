#include "engine/kafka/admin.h"

#include <chrono>

#include "engine/kafka/consumer.h"

namespace merit {
namespace {

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, DestroyedBy<rd_kafka_NewTopic_destroy>>;
using DeleteTopic =
    std::unique_ptr<rd_kafka_DeleteTopic_t, DestroyedBy<rd_kafka_DeleteTopic_destroy>>;
using DeleteRecords =
    std::unique_ptr<rd_kafka_DeleteRecords_t, DestroyedBy<rd_kafka_DeleteRecords_destroy>>;
using NewCount =
    std::unique_ptr<rd_kafka_NewPartitions_t, DestroyedBy<rd_kafka_NewPartitions_destroy>>;
using Resource =
    std::unique_ptr<rd_kafka_ConfigResource_t, DestroyedBy<rd_kafka_ConfigResource_destroy>>;

using Options =
    std::unique_ptr<rd_kafka_AdminOptions_t, DestroyedBy<rd_kafka_AdminOptions_destroy>>;

// The controller answers when it has done what is asked. Without a time of its own it answers at
// once, and the client takes that for done, whatever comes of it.
Options UntilDone(const KafkaClient& client, rd_kafka_admin_op_t what) {
  Options options(rd_kafka_AdminOptions_new(client.handle(), what));
  char why[512];
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), kKafkaRequestMs * 2 / 3, why,
                                              sizeof why);
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kKafkaRequestMs, why, sizeof why);
  return options;
}

// Waits for the one answer to what `ask` puts on its way.
template <class Ask>
StatusOr<KafkaEvent> Answer(const KafkaClient& client, const std::string& doing,
                            const std::string& where, Ask ask, int timeout_ms = kKafkaRequestMs) {
  const KafkaQueue queue(rd_kafka_queue_new(client.handle()));
  ask(queue.get());
  KafkaEvent event(rd_kafka_queue_poll(queue.get(), timeout_ms));
  if (!event) return FromKafka(RD_KAFKA_RESP_ERR__TIMED_OUT, doing, where);
  const char* const detail = rd_kafka_event_error_string(event.get());
  RETURN_IF_ERROR(FromKafka(rd_kafka_event_error(event.get()), doing, where, detail ? detail : ""));
  return event;
}

// What became of each topic; topics_of: the function that gives them, of this result's type.
template <class Result, class TopicsOf>
Status OfTopics(const Result* result, TopicsOf topics_of, const std::string& doing,
                const std::string& where) {
  size_t count = 0;
  const rd_kafka_topic_result_t** const results = topics_of(result, &count);
  for (size_t place = 0; place < count; ++place) {
    const char* const detail = rd_kafka_topic_result_error_string(results[place]);
    RETURN_IF_ERROR(
        FromKafka(rd_kafka_topic_result_error(results[place]), doing, where, detail ? detail : ""));
  }
  return OkStatus();
}

}  // namespace

Status CreateKafkaTopic(const KafkaClient& client, const KafkaNewTopic& topic) {
  const std::string doing = "make the topic";
  const std::string where = client.Where(topic.name);
  char why[512] = "";
  const NewTopic asked(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions,
                                             topic.replication, why, sizeof why));
  if (!asked) return FromKafka(RD_KAFKA_RESP_ERR__INVALID_ARG, doing, where, why);
  for (const auto& [property, value] : topic.config) {
    RETURN_IF_ERROR(FromKafka(
        rd_kafka_NewTopic_set_config(asked.get(), property.c_str(), value.c_str()), doing, where));
  }
  rd_kafka_NewTopic_t* one = asked.get();
  const Options options = UntilDone(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
  ASSIGN_OR_RETURN(const KafkaEvent event,
                   Answer(client, doing, where, [&](rd_kafka_queue_t* queue) {
                     rd_kafka_CreateTopics(client.handle(), &one, 1, options.get(), queue);
                   }));
  return OfTopics(rd_kafka_event_CreateTopics_result(event.get()),
                  rd_kafka_CreateTopics_result_topics, doing, where);
}

Status DeleteKafkaTopic(const KafkaClient& client, const std::string& topic) {
  const std::string doing = "delete the topic";
  const std::string where = client.Where(topic);
  const DeleteTopic asked(rd_kafka_DeleteTopic_new(topic.c_str()));
  rd_kafka_DeleteTopic_t* one = asked.get();
  const Options options = UntilDone(client, RD_KAFKA_ADMIN_OP_DELETETOPICS);
  ASSIGN_OR_RETURN(const KafkaEvent event,
                   Answer(client, doing, where, [&](rd_kafka_queue_t* queue) {
                     rd_kafka_DeleteTopics(client.handle(), &one, 1, options.get(), queue);
                   }));
  return OfTopics(rd_kafka_event_DeleteTopics_result(event.get()),
                  rd_kafka_DeleteTopics_result_topics, doing, where);
}

Status AddKafkaPartitions(const KafkaClient& client, const std::string& topic, int32_t count) {
  const std::string doing = "add partitions";
  const std::string where = client.Where(topic);
  char why[512] = "";
  const NewCount asked(
      rd_kafka_NewPartitions_new(topic.c_str(), static_cast<size_t>(count), why, sizeof why));
  if (!asked) return FromKafka(RD_KAFKA_RESP_ERR__INVALID_ARG, doing, where, why);
  rd_kafka_NewPartitions_t* one = asked.get();
  const Options options = UntilDone(client, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS);
  ASSIGN_OR_RETURN(const KafkaEvent event,
                   Answer(client, doing, where, [&](rd_kafka_queue_t* queue) {
                     rd_kafka_CreatePartitions(client.handle(), &one, 1, options.get(), queue);
                   }));
  return OfTopics(rd_kafka_event_CreatePartitions_result(event.get()),
                  rd_kafka_CreatePartitions_result_topics, doing, where);
}

Status DeleteKafkaRecords(const KafkaClient& client, const std::string& topic, int32_t partition,
                          int64_t offset) {
  const std::string doing = "delete records";
  const std::string where = client.Where(topic, partition);
  const KafkaPartitions before = NewPartitions();
  rd_kafka_topic_partition_list_add(before.get(), topic.c_str(), partition)->offset = offset;
  const DeleteRecords asked(rd_kafka_DeleteRecords_new(before.get()));
  rd_kafka_DeleteRecords_t* one = asked.get();
  const Options options = UntilDone(client, RD_KAFKA_ADMIN_OP_DELETERECORDS);
  ASSIGN_OR_RETURN(const KafkaEvent event,
                   Answer(client, doing, where, [&](rd_kafka_queue_t* queue) {
                     rd_kafka_DeleteRecords(client.handle(), &one, 1, options.get(), queue);
                   }));
  const auto* result = rd_kafka_event_DeleteRecords_result(event.get());
  const auto* offsets = rd_kafka_DeleteRecords_result_offsets(result);
  return FromKafka(offsets->elems[0].err, doing, where);
}

StatusOr<KafkaTopicConfig> DescribeKafkaTopic(const KafkaClient& client, const std::string& topic) {
  const std::string doing = "read the configuration";
  const std::string where = client.Where(topic);
  const Resource asked(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* one = asked.get();
  ASSIGN_OR_RETURN(const KafkaEvent event,
                   Answer(client, doing, where, [&](rd_kafka_queue_t* queue) {
                     rd_kafka_DescribeConfigs(client.handle(), &one, 1, nullptr, queue);
                   }));
  size_t count = 0;
  const auto** resources = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  KafkaTopicConfig config;
  for (size_t place = 0; place < count; ++place) {
    const char* const detail = rd_kafka_ConfigResource_error_string(resources[place]);
    RETURN_IF_ERROR(FromKafka(rd_kafka_ConfigResource_error(resources[place]), doing, where,
                              detail ? detail : ""));
    size_t entries = 0;
    const auto** entry = rd_kafka_ConfigResource_configs(resources[place], &entries);
    for (size_t i = 0; i < entries; ++i) {
      const char* const value = rd_kafka_ConfigEntry_value(entry[i]);
      config[rd_kafka_ConfigEntry_name(entry[i])] = value ? value : "";
    }
  }
  return config;
}

StatusOr<KafkaGroup> DescribeKafkaGroup(const KafkaClient& client, const std::string& group,
                                        const std::string& topic, int timeout_ms) {
  const std::string doing = Cat("look at group ", group);
  const std::string where = client.Where(topic);
  const char* one = group.c_str();
  ASSIGN_OR_RETURN(const KafkaEvent event, Answer(
                                               client, doing, where,
                                               [&](rd_kafka_queue_t* queue) {
                                                 rd_kafka_DescribeConsumerGroups(
                                                     client.handle(), &one, 1, nullptr, queue);
                                               },
                                               timeout_ms));
  size_t count = 0;
  const auto** groups = rd_kafka_DescribeConsumerGroups_result_groups(
      rd_kafka_event_DescribeConsumerGroups_result(event.get()), &count);
  const rd_kafka_ConsumerGroupDescription_t* const described = groups[0];
  if (const auto* error = rd_kafka_ConsumerGroupDescription_error(described); error != nullptr) {
    RETURN_IF_ERROR(
        FromKafka(rd_kafka_error_code(error), doing, where, rd_kafka_error_string(error)));
  }
  KafkaGroup found;
  found.settled =
      rd_kafka_ConsumerGroupDescription_state(described) == RD_KAFKA_CONSUMER_GROUP_STATE_STABLE;
  const size_t members = rd_kafka_ConsumerGroupDescription_member_count(described);
  for (size_t member = 0; member < members; ++member) {
    const auto* assignment = rd_kafka_MemberDescription_assignment(
        rd_kafka_ConsumerGroupDescription_member(described, member));
    const auto* partitions = rd_kafka_MemberAssignment_partitions(assignment);
    for (int place = 0; partitions != nullptr && place < partitions->cnt; ++place) {
      const rd_kafka_topic_partition_t& partition = partitions->elems[place];
      if (partition.topic == topic) found.given.insert(partition.partition);
    }
  }
  return found;
}

Status ShareAnew(KafkaSettings settings, const std::string& group, const std::string& other_topic,
                 const std::atomic<bool>& over) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::seconds kVisitMax(10);
  constexpr int kStepMs = 20;
  settings.Clear("group.instance.id");  // that is somebody's place already
  ASSIGN_OR_RETURN(const auto visitor,
                   KafkaConsumer::Open(settings, {.group = group, .member = true}));
  // When the visitor hears what it has, everybody else has joined for the same round.
  bool shared = false;
  RETURN_IF_ERROR(visitor->Subscribe(
      other_topic, [&](bool, bool, const std::vector<int32_t>&) { shared = true; }));
  const Clock::time_point give_up = Clock::now() + kVisitMax;
  while (!shared && !over && Clock::now() < give_up) RETURN_IF_ERROR(visitor->Poll(kStepMs));
  return visitor->Close();
}

}  // namespace merit
