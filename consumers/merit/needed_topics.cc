#include "consumers/merit/needed_topics.h"

#include <algorithm>
#include <charconv>

namespace merit {
namespace {

// Two megabytes: a dead letter holds a whole record of the intake, whose batches may be one
// megabyte, and its key.
constexpr int64_t kDeadLetterBytesMax = 2 << 20;
constexpr int64_t kDeadLetterOverhead = 64 << 10;
constexpr int64_t kWeekMs = int64_t{7} * 24 * 3'600 * 1'000;
constexpr const char* kForEver = "9223372036854775807";

constexpr char kNothingLost[] =
    "the topic is the history: what is deleted cannot be folded, replayed or proved again";
constexpr char kAnyTime[] =
    "a record's time is the history's, which may be behind or ahead of the brokers' clocks";

int64_t NumberOf(const std::string& text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string ValueOr(const KafkaTopicConfig& config, const std::string& property,
                    const std::string& otherwise) {
  const auto found = config.find(property);
  return found == config.end() ? otherwise : found->second;
}

// One topic's configuration against what is needed.
class Check {
 public:
  Check(std::string topic, const KafkaTopicConfig& config, std::vector<TopicFinding>* findings)
      : topic_(std::move(topic)), config_(config), findings_(findings) {}

  void Is(const std::string& property, const std::string& needed, const std::string& why) {
    const std::string is = ValueOr(config_, property, needed);
    if (is != needed) Add(property, is, needed, why);
  }
  void AtLeast(const std::string& property, int64_t needed, const std::string& why,
               bool matters = true) {
    const std::string is = ValueOr(config_, property, std::to_string(needed));
    if (NumberOf(is) < needed) Add(property, is, Cat("at least ", needed), why, matters);
  }
  void AtMost(const std::string& property, int64_t needed, const std::string& why) {
    const std::string is = ValueOr(config_, property, "0");
    if (NumberOf(is) > needed) Add(property, is, Cat("at most ", needed), why);
  }
  void Add(const std::string& property, const std::string& is, const std::string& needs,
           const std::string& why, bool matters = true) {
    findings_->push_back({topic_, property, is, needs, why, matters});
  }

 private:
  const std::string topic_;
  const KafkaTopicConfig& config_;
  std::vector<TopicFinding>* const findings_;
};

void CheckKept(Check& check) {
  check.Is("cleanup.policy", "delete",
           "compaction would keep only the last record of each key, a city");
  check.Is("retention.ms", "-1", kNothingLost);
  check.Is("retention.bytes", "-1", kNothingLost);
}

void CheckIntake(Check& check, const TopicLayout& layout) {
  CheckKept(check);
  check.AtMost("max.message.bytes", kDeadLetterBytesMax - kDeadLetterOverhead,
               "a record that is no event becomes a dead letter whole: one that is larger than "
               "the engine can send would stop it, and no event is larger than 64 KiB");
  if (layout.producers_time) {
    check.Is("message.timestamp.type", "CreateTime", "asked for with --timestamps producer");
    check.Is("message.timestamp.after.max.ms", kForEver, kAnyTime);
  } else {
    check.Is("message.timestamp.type", "LogAppendTime",
             "the time of a record is a city's clock, so no producer may set it; a log that is "
             "imported needs "
             "--timestamps producer");
  }
}

void CheckScores(Check& check) {
  check.Is("cleanup.policy", "compact",
           "only the last score of a driver counts, and it must never be deleted for its age");
  check.AtLeast("delete.retention.ms", kWeekMs,
                "a dispatcher that was away for a week would miss that a driver has gone, and keep "
                "the score");
}

void CheckSafety(Check& check, const KafkaTopicConfig& config, const TopicShape& shape) {
  check.Is("unclean.leader.election.enable", "false",
           "a replica that lags would become the truth, and acknowledged records would be gone");
  if (shape.replication < 3) {
    check.Add("replication", std::to_string(shape.replication), "3 in production",
              "with fewer copies a broken disk can be the end of the history", false);
  }
  const int64_t copies = NumberOf(ValueOr(config, "min.insync.replicas", "1"));
  if (shape.replication >= 3 && copies < 2) {
    check.Add("min.insync.replicas", std::to_string(copies), "2",
              "a record is acknowledged when one broker has it; if that one breaks, it is gone",
              false);
  }
  if (copies > shape.replication) {
    check.Add("min.insync.replicas", std::to_string(copies), Cat("at most ", shape.replication),
              "more copies are asked for than there are: nothing can be written");
  }
}

void CheckOne(const KafkaTopics& topics, const std::string& topic, const KafkaTopicConfig& config,
              const TopicShape& shape, const TopicLayout& layout, Check& check) {
  if (topic == topics.intake) {
    CheckIntake(check, layout);
  } else {
    check.Is("message.timestamp.type", "CreateTime",
             "an output carries the time of what caused it, so that it is the same however often "
             "it is made");
    check.Is("message.timestamp.after.max.ms", kForEver, kAnyTime);
    topic == topics.of(Topic::kScores) ? CheckScores(check) : CheckKept(check);
  }
  if (topic == topics.of(Topic::kDeadLetters)) {
    check.AtLeast("max.message.bytes", kDeadLetterBytesMax,
                  "a dead letter holds a whole record of the intake: one that does not fit would "
                  "stop the engine");
  }
  CheckSafety(check, config, shape);
}

std::vector<std::string> AllNames(const KafkaTopics& topics) {
  std::vector<std::string> names = {topics.intake};
  names.insert(names.end(), topics.outputs.begin(), topics.outputs.end());
  return names;
}

}  // namespace

std::vector<KafkaNewTopic> NeededTopics(const KafkaTopics& topics, const TopicLayout& layout) {
  std::vector<KafkaNewTopic> needed;
  for (const std::string& name : AllNames(topics)) {
    KafkaNewTopic topic{name, layout.partitions, layout.replication};
    topic.config["min.insync.replicas"] = std::to_string(layout.min_insync_replicas);
    const bool brokers_time = name == topics.intake && !layout.producers_time;
    topic.config["message.timestamp.type"] = brokers_time ? "LogAppendTime" : "CreateTime";
    if (!brokers_time) topic.config["message.timestamp.after.max.ms"] = kForEver;
    if (name == topics.of(Topic::kScores)) {
      topic.config["cleanup.policy"] = "compact";
      topic.config["delete.retention.ms"] = std::to_string(kWeekMs);
    } else {
      topic.config["cleanup.policy"] = "delete";
      topic.config["retention.ms"] = "-1";
      topic.config["retention.bytes"] = "-1";
    }
    if (name == topics.of(Topic::kDeadLetters)) {
      topic.config["max.message.bytes"] = std::to_string(kDeadLetterBytesMax);
    }
    needed.push_back(std::move(topic));
  }
  return needed;
}

StatusOr<std::vector<TopicFinding>> CheckTopics(const KafkaClient& client,
                                                const KafkaTopics& topics,
                                                const TopicLayout& layout) {
  std::vector<TopicFinding> findings;
  ASSIGN_OR_RETURN(const TopicShape intake, ShapeOf(client, topics.intake));
  for (const std::string& name : AllNames(topics)) {
    ASSIGN_OR_RETURN(const TopicShape shape, ShapeOf(client, name));
    if (shape.partitions == 0) {
      findings.push_back(
          {name, "topic", "not there", "there", "merit topics create makes it", true});
      continue;
    }
    ASSIGN_OR_RETURN(const KafkaTopicConfig config, DescribeKafkaTopic(client, name));
    Check check(name, config, &findings);
    if (intake.partitions > 0 && shape.partitions != intake.partitions) {
      check.Add("partitions", std::to_string(shape.partitions),
                Cat(intake.partitions, ", as the intake has"),
                "what a partition's records come to stands in the partition of that number");
    }
    CheckOne(topics, name, config, shape, layout, check);
  }
  return findings;
}

StatusOr<TopicShape> ShapeOf(const KafkaClient& client, const std::string& topic) {
  const KafkaTopic asked(rd_kafka_topic_new(client.handle(), topic.c_str(), nullptr));
  if (!asked) return FromKafka(rd_kafka_last_error(), "look at the topic", client.Where(topic));
  const rd_kafka_metadata_t* found = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client.handle(), 0, asked.get(), &found, kKafkaRequestMs);
  RETURN_IF_ERROR(FromKafka(error, "look at the topic", client.Where(topic)));
  const KafkaMetadata owned(found);
  TopicShape shape;
  if (found->topic_cnt != 1) return shape;
  const rd_kafka_metadata_topic_t& about = found->topics[0];
  if (CodeOfKafka(about.err) == StatusCode::kNotFound) return shape;
  RETURN_IF_ERROR(FromKafka(about.err, "look at the topic", client.Where(topic)));
  shape.partitions = about.partition_cnt;
  shape.ready = true;
  for (int32_t place = 0; place < about.partition_cnt; ++place) {
    const int32_t copies = about.partitions[place].replica_cnt;
    shape.ready = shape.ready && about.partitions[place].leader >= 0;
    shape.replication = place == 0 ? copies : std::min(shape.replication, copies);
  }
  return shape;
}

StatusOr<int32_t> BrokerCount(const KafkaClient& client) {
  const rd_kafka_metadata_t* found = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client.handle(), 0, nullptr, &found, kKafkaRequestMs);
  RETURN_IF_ERROR(FromKafka(error, "count the brokers", Cat("brokers ", client.brokers())));
  const KafkaMetadata owned(found);
  return found->broker_cnt;
}

}  // namespace merit
