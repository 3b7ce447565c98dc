#include "engine/kafka/producer.h"

namespace merit {

StatusOr<std::unique_ptr<KafkaProducer>> KafkaProducer::Open(KafkaSettings settings,
                                                             const std::string& transactional_id,
                                                             Delivered delivered) {
  settings.Fix("enable.idempotence", "true")
      .Fix("acks", "all")
      .Fix("partitioner", "murmur2_random");
  if (!transactional_id.empty()) {
    settings.Fix("transactional.id", transactional_id);
    // Nobody sees it before the commit, which does not wait for lingerers. A short retry:
    // AddOffsetsToTxn right behind a commit is told to come again at once.
    settings.Default("linger.ms", "25")
        .Default("transaction.timeout.ms", "10000")
        .Default("message.timeout.ms", "10000")
        .Default("retry.backoff.ms", "2")
        .Default("retry.backoff.max.ms", "5");
  }
  settings.Default("linger.ms", "5")
      .Default("batch.num.messages", "10000")
      .Default("batch.size", "1000000")
      // A dead letter holds a whole record of the intake, which may be as large as a batch.
      .Default("message.max.bytes", "2097152")
      .Default("compression.codec", "lz4")
      .Default("queue.buffering.max.messages", "1000000")
      .Default("queue.buffering.max.kbytes", "262144");
  ASSIGN_OR_RETURN(KafkaConf conf, settings.Make());
  std::unique_ptr<KafkaProducer> producer(new KafkaProducer);
  producer->delivered_ = std::move(delivered);
  // Set even where nobody asks: without one, a commit of a transaction polls in steps of 10 ms.
  rd_kafka_conf_set_dr_msg_cb(conf.get(), &KafkaProducer::OnDelivered);
  RETURN_IF_ERROR(producer->Make(RD_KAFKA_PRODUCER, settings, std::move(conf)));
  return producer;
}

KafkaProducer::~KafkaProducer() {
  delivered_ = nullptr;
  if (handle_ == nullptr) return;
  rd_kafka_purge(handle_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_flush(handle_, 0);
}

void KafkaProducer::OnDelivered(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  const auto& producer = *static_cast<KafkaProducer*>(self);
  if (producer.delivered_) producer.delivered_(*message);
}

Status KafkaProducer::Produce(const std::string& topic, int32_t partition, std::string_view key,
                              std::string_view value, int64_t timestamp_ms, void* opaque) {
  return FromKafka(
      rd_kafka_producev(
          handle_, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data(), key.size()),
          RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
          RD_KAFKA_V_TIMESTAMP(timestamp_ms), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END),
      "send a record", Where(topic, partition));
}

Status KafkaProducer::Flush(int timeout_ms) {
  const rd_kafka_resp_err_t error = rd_kafka_flush(handle_, timeout_ms);
  RETURN_IF_ERROR(failure());
  return FromKafka(error, "send what is queued", Cat("brokers ", brokers()));
}

}  // namespace merit
