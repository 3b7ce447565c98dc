#include "consumers/merit/answers.h"

#include "consumers/merit/export.h"
#include "engine/core/envelope.h"
#include "merit/v1/dead_letter.pb.h"

namespace merit {
namespace {

std::string NameOf(std::string_view key, std::string_view event_id, std::string_view value) {
  std::string name(key);
  if (!event_id.empty()) return name.append("|").append(event_id);
  return name.append("/").append(value);
}

}  // namespace

StatusOr<std::unique_ptr<Answers>> Answers::Open(const KafkaSettings& settings,
                                                 const KafkaTopics& topics) {
  ASSIGN_OR_RETURN(std::unique_ptr<TopicReader> reader, TopicReader::Open(settings));
  std::unique_ptr<Answers> answers(new Answers(std::move(reader)));
  answers->outcomes_ = topics.of(Topic::kOutcomes);
  using From = TopicReader::From;
  RETURN_IF_ERROR(answers->reader_->AddTopic(answers->outcomes_, From::kEnd));
  RETURN_IF_ERROR(answers->reader_->AddTopic(topics.of(Topic::kDeadLetters), From::kEnd));
  return answers;
}

void Answers::Expect(const Submission& submission) {
  const ExchangeRecord& record = submission.record;
  ++names_[NameOf(record.key, submission.event_id, record.value)];
  ++waiting_;
}

bool Answers::Take(const std::string& name) {
  const auto found = names_.find(name);
  if (found == names_.end()) return false;
  if (--found->second == 0) names_.erase(found);
  --waiting_;
  return true;
}

StatusOr<std::optional<SubmissionAnswer>> Answers::Next(int timeout_ms) {
  ASSIGN_OR_RETURN(const KafkaMessage message, reader_->Next(timeout_ms));
  if (!message) return std::optional<SubmissionAnswer>();
  const bool outcome = outcomes_ == rd_kafka_topic_name(message->rkt);
  return outcome ? OfOutcome(*message) : OfDeadLetter(*message);
}

StatusOr<std::optional<SubmissionAnswer>> Answers::OfOutcome(const rd_kafka_message_t& message) {
  v1::Outcome outcome;
  if (!outcome.ParseFromArray(message.payload, static_cast<int>(message.len))) {
    return DataLoss(Cat("topic ", outcomes_, ", partition ", message.partition, ", offset ",
                        message.offset, ": no outcome; does something else write to that topic?"));
  }
  std::optional<SubmissionAnswer> answer;
  // Without an id it is a dead letter's, which has the record's bytes.
  if (outcome.event_id().empty() || outcome.part() > 0) return answer;
  if (!Take(NameOf(KeyOf(message), outcome.event_id(), ""))) return answer;
  const Record record{KeyOf(message), 0, ValueOf(message)};
  ASSIGN_OR_RETURN(std::string line, PublishedLine(Topic::kOutcomes, record));
  answer = {std::move(line), outcome.code(), outcome.detail_code()};
  return answer;
}

StatusOr<std::optional<SubmissionAnswer>> Answers::OfDeadLetter(const rd_kafka_message_t& message) {
  v1::DeadLetter letter;
  std::optional<SubmissionAnswer> answer;
  if (!letter.ParseFromArray(message.payload, static_cast<int>(message.len))) return answer;
  thread_local EnvelopeReader reader;  // keeps its memory
  const Envelope& envelope = reader.Read(letter.value());
  const std::string_view event_id = envelope.decodable ? envelope.event_id : std::string_view();
  if (!event_id.empty() && letter.city_seq() > 0) return answer;  // its outcome says so too
  if (!Take(NameOf(KeyOf(message), event_id, letter.value()))) return answer;
  const Record record{KeyOf(message), 0, ValueOf(message)};
  ASSIGN_OR_RETURN(std::string line, PublishedLine(Topic::kDeadLetters, record));
  answer = {std::move(line), letter.code(), letter.detail_code()};
  return answer;
}

}  // namespace merit
