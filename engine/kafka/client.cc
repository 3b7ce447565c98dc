#include "engine/kafka/client.h"

#include <chrono>
#include <thread>

namespace merit {
namespace {

struct Sink {
  std::mutex mutex;
  std::function<void(int, const std::string&)> line;
};

Sink& TheSink() {
  static Sink* const sink = new Sink;  // never destroyed: librdkafka's threads may end last
  return *sink;
}

void OnLog(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  if (level > 4) return;
  if (std::string_view(facility) == "CONFWARN") return;  // a property of the other kind of client
  if (std::string_view(facility) == "TXNERR") return;    // the call that it befell says it
  Sink& sink = TheSink();
  const std::lock_guard lock(sink.mutex);
  if (sink.line) sink.line(level, Cat(handle == nullptr ? "" : rd_kafka_name(handle), ": ", text));
}

// A client that has just begun, and a broker that has, may not know a topic for a moment; a
// partition that has just been made has its leader in a moment.
constexpr std::chrono::seconds kNewTopicMax(5);
constexpr std::chrono::milliseconds kNewTopicStep(50);

bool MayBeNew(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
         error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
         error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
         error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION;
}

}  // namespace

void SetKafkaLog(std::function<void(int, const std::string&)> line) {
  Sink& sink = TheSink();
  const std::lock_guard lock(sink.mutex);
  sink.line = std::move(line);
}

Status KafkaClient::Make(rd_kafka_type_t type, const KafkaSettings& settings, KafkaConf conf) {
  brokers_ = settings.brokers();
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_error_cb(conf.get(), &KafkaClient::OnError);
  rd_kafka_conf_set_log_cb(conf.get(), &OnLog);
  char why[512];
  handle_ = rd_kafka_new(type, conf.get(), why, sizeof why);
  if (handle_ == nullptr) {
    return Invalid(Cat("Kafka, brokers ", brokers_, ": no client could be made: ", why,
                       "; look at the client configuration"));
  }
  (void)conf.release();  // the client's now
  return OkStatus();
}

KafkaClient::~KafkaClient() {
  // A consumer has been closed, or could not be: it is not waited for again.
  if (handle_ != nullptr) rd_kafka_destroy_flags(handle_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void KafkaClient::OnError(rd_kafka_t*, int error, const char* reason, void* self) {
  auto& client = *static_cast<KafkaClient*>(self);
  const auto code = static_cast<rd_kafka_resp_err_t>(error);
  if (code == RD_KAFKA_RESP_ERR__FATAL) {
    client.Fail(client.Fatal());
  } else if (CodeOfKafka(code) == StatusCode::kPermissionDenied) {
    client.Fail(FromKafka(code, "connect", Cat("brokers ", client.brokers_), reason));
  }
  // Anything else librdkafka itself mends, and the call that needed it says how it went.
}

void KafkaClient::Fail(Status failure) {
  const std::lock_guard lock(mutex_);
  if (failure_.ok()) failure_ = std::move(failure);
}

Status KafkaClient::failure() const {
  const std::lock_guard lock(mutex_);
  // What is fatal is so before anybody is called back: calls fail with it already.
  return failure_.ok() ? Fatal() : failure_;
}

Status KafkaClient::Fatal() const {
  char why[512] = "";
  const rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(handle_, why, sizeof why);
  return FromKafka(fatal, "go on", Cat("brokers ", brokers_), why);
}

std::string KafkaClient::Where(const std::string& topic, int32_t partition) const {
  if (partition < 0) return Cat("topic ", topic, ", at ", brokers_);
  return Cat("topic ", topic, ", partition ", partition, ", at ", brokers_);
}

StatusOr<std::string> KafkaClient::ClusterId() const {
  // Once any metadata has come, the id is there. Asked alone, the client may miss the moment in
  // which it comes, and look again a second later.
  const rd_kafka_metadata_t* brokers_only = nullptr;
  if (rd_kafka_metadata(handle_, 0, nullptr, &brokers_only, kKafkaRequestMs) == 0) {
    rd_kafka_metadata_destroy(brokers_only);
  }
  char* const id = rd_kafka_clusterid(handle_, 1'000);
  if (id == nullptr) {
    RETURN_IF_ERROR(failure());
    return FromKafka(RD_KAFKA_RESP_ERR__TIMED_OUT, "ask for the cluster's id",
                     Cat("brokers ", brokers_));
  }
  std::string copy(id);
  rd_kafka_mem_free(handle_, id);
  return copy;
}

StatusOr<int32_t> KafkaClient::PartitionCount(const std::string& topic) const {
  const KafkaTopic asked(rd_kafka_topic_new(handle_, topic.c_str(), nullptr));
  if (!asked) return FromKafka(rd_kafka_last_error(), "look at the topic", Where(topic));
  const rd_kafka_metadata_t* found = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(handle_, 0, asked.get(), &found, kKafkaRequestMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    RETURN_IF_ERROR(failure());
    return FromKafka(error, "look at the topic", Where(topic));
  }
  const KafkaMetadata owned(found);
  if (found->topic_cnt != 1) {
    return FromKafka(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "look at the topic", Where(topic));
  }
  RETURN_IF_ERROR(FromKafka(found->topics[0].err, "look at the topic", Where(topic)));
  return found->topics[0].partition_cnt;
}

StatusOr<KafkaRange> KafkaClient::RangeOf(const std::string& topic, int32_t partition) const {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point give_up = Clock::now() + kNewTopicMax;
  for (;;) {
    KafkaRange range;
    const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
        handle_, topic.c_str(), partition, &range.begin, &range.end, kKafkaRequestMs);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return range;
    if (!MayBeNew(error) || Clock::now() >= give_up) {
      return FromKafka(error, "ask for the first and last offset", Where(topic, partition));
    }
    std::this_thread::sleep_for(kNewTopicStep);
    // Makes the client learn anew what the topic has; the next question is what tells.
    PartitionCount(topic).status().IgnoreError();
  }
}

}  // namespace merit
