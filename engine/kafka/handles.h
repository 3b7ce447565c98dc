// What librdkafka's C API gives out, owned: destroyed by its own function when it goes out of
// sight.
//
//   Caveats  a KafkaQueue of a partition must go before the client that it is of
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

#include "engine/base/destroyed_by.h"

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

}  // namespace merit
