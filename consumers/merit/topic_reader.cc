#include "consumers/merit/topic_reader.h"

#include <algorithm>

namespace merit {

StatusOr<std::unique_ptr<TopicReader>> TopicReader::Open(const KafkaSettings& settings) {
  KafkaConsumer::Options options;
  options.ends = true;
  ASSIGN_OR_RETURN(std::unique_ptr<KafkaConsumer> consumer, KafkaConsumer::Open(settings, options));
  return std::unique_ptr<TopicReader>(new TopicReader(std::move(consumer)));
}

Status TopicReader::AddTopic(const std::string& topic, From from) {
  ASSIGN_OR_RETURN(const int32_t count, consumer_->PartitionCount(topic));
  std::vector<int32_t> partitions;
  for (int32_t partition = 0; partition < count; ++partition) partitions.push_back(partition);
  return Add(topic, partitions, from);
}

Status TopicReader::AddPartition(const std::string& topic, int32_t partition, From from) {
  return Add(topic, {partition}, from);
}

Status TopicReader::AddFrom(const std::string& topic, int32_t partition, int64_t offset) {
  ASSIGN_OR_RETURN(const KafkaRange range, consumer_->RangeOf(topic, partition));
  if (offset < range.begin || offset > range.end) {
    return DataLoss(Cat(consumer_->Where(topic, partition), ": it has the offsets ", range.begin,
                        " to ", range.end, ", and was to be read from ", offset, " on"));
  }
  if (offset < range.end) {
    ends_[{topic, partition}] = range.end;
    ahead_ += range.end - offset;
  }
  return consumer_->Assign(topic, {{partition, offset}});
}

Status TopicReader::GoBack(const std::string& topic, int32_t partition, int64_t offset,
                           int64_t end) {
  int64_t& known_end = ends_[{topic, partition}];
  known_end = std::max(known_end, end);
  return consumer_->Seek(topic, partition, offset);
}

Status TopicReader::RemovePartition(const std::string& topic, int32_t partition) {
  ends_.erase({topic, partition});
  return consumer_->Unassign(topic, {partition});
}

Status TopicReader::Add(const std::string& topic, const std::vector<int32_t>& partitions,
                        From from) {
  std::vector<KafkaConsumer::Start> starts;
  for (int32_t partition : partitions) {
    ASSIGN_OR_RETURN(const KafkaRange range, consumer_->RangeOf(topic, partition));
    const bool all = from == From::kBeginning;
    starts.push_back({partition, all ? range.begin : range.end});
    if (!all || range.begin == range.end) continue;
    ends_[{topic, partition}] = range.end;
    ahead_ += range.end - range.begin;
  }
  return consumer_->Assign(topic, starts);
}

StatusOr<KafkaMessage> TopicReader::Next(int timeout_ms) {
  ASSIGN_OR_RETURN(KafkaMessage message, consumer_->Consume(timeout_ms));
  if (!message) return KafkaMessage();
  // The last offsets may be a transaction's marker, which is no record: then the end itself is
  // told.
  const bool end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
  const auto found = ends_.find({rd_kafka_topic_name(message->rkt), message->partition});
  if (found != ends_.end() && message->offset + (end ? 0 : 1) >= found->second) ends_.erase(found);
  return end ? KafkaMessage() : std::move(message);
}

}  // namespace merit
