// What librdkafka's C API gives out, owned: destroyed by its own function when it goes out of
// sight.
//
//   Caveats  a KafkaQueue of a partition must go before the client that it is of
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string_view>

#include "engine/base/destroyed_by.h"
#include "engine/base/record.h"

namespace merit {

using KafkaConf = std::unique_ptr<rd_kafka_conf_t, DestroyedBy<rd_kafka_conf_destroy>>;
using KafkaQueue = std::unique_ptr<rd_kafka_queue_t, DestroyedBy<rd_kafka_queue_destroy>>;
using KafkaTopic = std::unique_ptr<rd_kafka_topic_t, DestroyedBy<rd_kafka_topic_destroy>>;
using KafkaError = std::unique_ptr<rd_kafka_error_t, DestroyedBy<rd_kafka_error_destroy>>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, DestroyedBy<rd_kafka_message_destroy>>;
using KafkaEvent = std::unique_ptr<rd_kafka_event_t, DestroyedBy<rd_kafka_event_destroy>>;
using KafkaMetadata =
    std::unique_ptr<const rd_kafka_metadata_t, DestroyedBy<rd_kafka_metadata_destroy>>;
using KafkaGroupMetadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t,
                                           DestroyedBy<rd_kafka_consumer_group_metadata_destroy>>;
using KafkaPartitions = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                        DestroyedBy<rd_kafka_topic_partition_list_destroy>>;

inline KafkaPartitions NewPartitions(int size = 1) {
  return KafkaPartitions(rd_kafka_topic_partition_list_new(size));
}

inline std::string_view KeyOf(const rd_kafka_message_t& message) {
  return {static_cast<const char*>(message.key), message.key_len};
}
inline std::string_view ValueOf(const rd_kafka_message_t& message) {
  return {static_cast<const char*>(message.payload), message.len};
}
// Looks into the message.
inline Record RecordOf(const rd_kafka_message_t& message) {
  return {KeyOf(message), rd_kafka_message_timestamp(&message, nullptr), ValueOf(message)};
}

}  // namespace merit
