#include "engine/kafka/consumer.h"

#include <chrono>

namespace merit {
namespace {

constexpr int kSeekMs = 10'000;
constexpr int kCloseStepMs = 20;
constexpr int kWakeMs = 100;

void FixAndDefault(KafkaSettings* settings, const KafkaConsumer::Options& options) {
  settings->Fix("enable.auto.commit", "false")
      .Fix("enable.auto.offset.store", "false")
      .Fix("auto.offset.reset", "error")
      .Fix("enable.partition.eof", options.ends ? "true" : "false")
      .Fix("isolation.level", options.unsettled ? "read_uncommitted" : "read_committed")
      .Fix("allow.auto.create.topics", "false");
  settings->Default("check.crcs", "true")
      .Default("fetch.wait.max.ms", "50")
      .Default("fetch.queue.backoff.ms", "2")
      .Default("fetch.error.backoff.ms", "50")
      .Default("queued.min.messages", "200000")
      .Default("queued.max.messages.kbytes", "65536")
      .Default("topic.metadata.refresh.interval.ms", "10000");
  // librdkafka wants a name from every consumer; one that joins no group and commits nothing leaves
  // no trace by it.
  settings->Fix("group.id", options.group.empty() ? "merit-reader" : options.group);
  if (options.member) settings->Fix("partition.assignment.strategy", "cooperative-sticky");
}

KafkaPartitions One(const std::string& topic, int32_t partition, int64_t offset) {
  KafkaPartitions list = NewPartitions();
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  return list;
}

}  // namespace

StatusOr<std::unique_ptr<KafkaConsumer>> KafkaConsumer::Open(KafkaSettings settings,
                                                             const Options& options) {
  FixAndDefault(&settings, options);
  ASSIGN_OR_RETURN(KafkaConf conf, settings.Make());
  std::unique_ptr<KafkaConsumer> consumer(new KafkaConsumer);
  consumer->named_ = !settings.Get("group.instance.id").empty();
  if (options.member) rd_kafka_conf_set_rebalance_cb(conf.get(), &KafkaConsumer::OnRebalance);
  RETURN_IF_ERROR(consumer->Make(RD_KAFKA_CONSUMER, settings, std::move(conf)));
  rd_kafka_poll_set_consumer(consumer->handle_);
  consumer->poll_queue_.reset(rd_kafka_queue_get_consumer(consumer->handle_));
  return consumer;
}

KafkaConsumer::~KafkaConsumer() {
  if (handle_ != nullptr && !closing_) (void)Close();
  closing_queue_.reset();
  poll_queue_.reset();
}

// --- what it reads -----------------------------------------------------------------------------

Status KafkaConsumer::Subscribe(const std::string& topic, Rebalance rebalance) {
  rebalance_ = std::move(rebalance);
  return JoinAgain(topic);
}

Status KafkaConsumer::JoinAgain(const std::string& topic) {
  const KafkaPartitions list = One(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_OFFSET_INVALID);
  return FromKafka(rd_kafka_subscribe(handle_, list.get()), "subscribe", Where(topic));
}

void KafkaConsumer::OnRebalance(rd_kafka_t* handle, rd_kafka_resp_err_t error,
                                rd_kafka_topic_partition_list_t* list, void* self) {
  auto& consumer = *static_cast<KafkaConsumer*>(self);
  const bool given = error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  std::vector<int32_t> partitions;
  for (int place = 0; place < list->cnt; ++place)
    partitions.push_back(list->elems[place].partition);
  // Until it is answered, the client waits, even in Close.
  consumer.asked_.reset(rd_kafka_topic_partition_list_copy(list));
  consumer.asked_to_take_ = given;
  if (consumer.rebalance_) {
    consumer.rebalance_(given, !given && rd_kafka_assignment_lost(handle) != 0, partitions);
  } else {
    consumer.Answer();  // on the way out
  }
}

void KafkaConsumer::Answer() {
  if (!asked_) return;
  const KafkaError ignored(asked_to_take_ ? rd_kafka_incremental_assign(handle_, asked_.get())
                                          : rd_kafka_incremental_unassign(handle_, asked_.get()));
  asked_.reset();
}

Status KafkaConsumer::Assign(const std::string& topic, const std::vector<Start>& starts) {
  const bool group_waits = asked_ != nullptr;
  asked_.reset();
  const KafkaPartitions list = NewPartitions(static_cast<int>(starts.size()));
  for (const Start& start : starts) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), start.partition)->offset =
        start.offset;
  }
  RETURN_IF_ERROR(
      FromKafka(rd_kafka_incremental_assign(handle_, list.get()), "begin to read", Where(topic)));
  if (group_waits) WakeFetchers();
  return OkStatus();
}

// While the group waits for an answer, the client fetches nothing. Afterwards the thread of a
// partition's leader may sleep for up to a second before it looks what it may fetch again; any
// question to that leader wakes it.
void KafkaConsumer::WakeFetchers() const {
  const KafkaPartitions list = Assigned();
  for (int place = 0; place < list->cnt; ++place) list->elems[place].offset = RD_KAFKA_OFFSET_END;
  rd_kafka_offsets_for_times(handle_, list.get(), kWakeMs);
}

Status KafkaConsumer::Unassign(const std::string& topic, const std::vector<int32_t>& partitions) {
  asked_.reset();
  const KafkaPartitions list = NewPartitions(static_cast<int>(partitions.size()));
  for (int32_t partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
  }
  return FromKafka(rd_kafka_incremental_unassign(handle_, list.get()), "stop reading",
                   Where(topic));
}

Status KafkaConsumer::Seek(const std::string& topic, int32_t partition, int64_t offset) {
  const KafkaPartitions list = One(topic, partition, offset);
  RETURN_IF_ERROR(FromKafka(rd_kafka_seek_partitions(handle_, list.get(), kSeekMs), "seek",
                            Where(topic, partition)));
  return FromKafka(list->elems[0].err, "seek", Where(topic, partition));
}

StatusOr<KafkaQueue> KafkaConsumer::PartitionQueue(const std::string& topic, int32_t partition) {
  KafkaQueue queue(rd_kafka_queue_get_partition(handle_, topic.c_str(), partition));
  if (!queue) {
    return FromKafka(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, "read", Where(topic, partition));
  }
  rd_kafka_queue_forward(queue.get(), nullptr);
  return queue;
}

// --- what it waits for -------------------------------------------------------------------------

void KafkaConsumer::NotifyOnPoll(int descriptor) {
  constexpr uint64_t kOne = 1;  // what an eventfd takes
  rd_kafka_queue_io_event_enable(poll_queue_.get(), descriptor, &kOne, sizeof kOne);
}

Status KafkaConsumer::Poll(int timeout_ms) {
  ASSIGN_OR_RETURN(const KafkaMessage message, Consume(timeout_ms));
  return OkStatus();
}

StatusOr<KafkaMessage> KafkaConsumer::Consume(int timeout_ms) {
  KafkaMessage message(rd_kafka_consumer_poll(handle_, timeout_ms));
  RETURN_IF_ERROR(failure());
  if (!message || message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return message;
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return message;
  const StatusCode code = CodeOfKafka(message->err);
  if (code == StatusCode::kUnavailable) return KafkaMessage();  // librdkafka tries again by itself
  const std::string where = message->rkt == nullptr
                                ? Cat("brokers ", brokers())
                                : Where(rd_kafka_topic_name(message->rkt), message->partition);
  return FromKafka(message->err, "read", where, rd_kafka_message_errstr(message.get()));
}

StatusOr<KafkaCommitted> KafkaConsumer::Committed(const std::string& topic, int32_t partition,
                                                  int timeout_ms) const {
  ASSIGN_OR_RETURN(const std::vector<KafkaCommitted> one,
                   CommittedOf(topic, {partition}, timeout_ms));
  return one[0];
}

StatusOr<std::vector<KafkaCommitted>> KafkaConsumer::CommittedOf(
    const std::string& topic, const std::vector<int32_t>& partitions, int timeout_ms) const {
  constexpr char kDoing[] = "ask for the committed offset";
  const KafkaPartitions list = NewPartitions(static_cast<int>(partitions.size()));
  for (int32_t partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
  }
  RETURN_IF_ERROR(
      FromKafka(rd_kafka_committed(handle_, list.get(), timeout_ms), kDoing, Where(topic)));
  std::vector<KafkaCommitted> all;
  for (int place = 0; place < list->cnt; ++place) {
    const rd_kafka_topic_partition_t& found = list->elems[place];
    RETURN_IF_ERROR(FromKafka(found.err, kDoing, Where(topic, found.partition)));
    KafkaCommitted committed;
    if (found.offset >= 0) committed.offset = found.offset;
    if (found.metadata != nullptr) {
      committed.metadata.assign(static_cast<const char*>(found.metadata), found.metadata_size);
    }
    all.push_back(std::move(committed));
  }
  return all;
}

KafkaPartitions KafkaConsumer::Assigned() const {
  rd_kafka_topic_partition_list_t* assigned = nullptr;
  if (rd_kafka_assignment(handle_, &assigned) != RD_KAFKA_RESP_ERR_NO_ERROR) return NewPartitions();
  return KafkaPartitions(assigned);
}

bool KafkaConsumer::IsMember() const {
  char* const id = rd_kafka_memberid(handle_);
  const bool is = id != nullptr && *id != 0;
  if (id != nullptr) rd_kafka_mem_free(handle_, id);
  return is;
}

KafkaGroupMetadata KafkaConsumer::GroupMetadata() const {
  return KafkaGroupMetadata(rd_kafka_consumer_group_metadata(handle_));
}

Status KafkaConsumer::Close(int timeout_ms) {
  const Clock::time_point give_up = Clock::now() + std::chrono::milliseconds(timeout_ms);
  // The group misses one that did not take leave after its session.
  const auto too_late = [&] {
    return FromKafka(RD_KAFKA_RESP_ERR__TIMED_OUT, "leave the group", Cat("brokers ", brokers()));
  };
  closing_ = true;
  rebalance_ = nullptr;  // what is still assigned is given up without a word
  if (!closing_queue_) {
    if (!TakesLeave(give_up)) return too_late();
    RETURN_IF_ERROR(BeginToClose());
  }
  // Records that were on their way come through this queue, too.
  while (rd_kafka_consumer_closed(handle_) == 0) {
    if (Clock::now() >= give_up) return too_late();
    const KafkaMessage ignored(rd_kafka_consume_queue(closing_queue_.get(), kCloseStepMs));
  }
  return OkStatus();
}

// A member that holds nothing forgets to take leave when it closes, and the group's next rebalance
// would wait for its session to end. One with a name of its own takes none.
bool KafkaConsumer::TakesLeave(Clock::time_point give_up) {
  if (named_ || Assigned()->cnt > 0) return true;
  Answer();
  rd_kafka_unsubscribe(handle_);
  while (IsMember()) {
    if (Clock::now() >= give_up) return false;
    const KafkaMessage ignored(rd_kafka_consumer_poll(handle_, kCloseStepMs));
  }
  return true;
}

Status KafkaConsumer::BeginToClose() {
  closing_queue_.reset(rd_kafka_queue_new(handle_));
  RETURN_IF_ERROR(FromKafka(rd_kafka_consumer_close_queue(handle_, closing_queue_.get()),
                            "leave the group", Cat("brokers ", brokers())));
  Answer();  // from now on any answer is that all is given up
  return OkStatus();
}

}  // namespace merit
