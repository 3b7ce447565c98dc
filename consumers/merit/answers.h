// Waits for what becomes of records that were sent: their outcomes, or the dead letter of one that
// no city took.
//
//   Input    Open before the first record is sent; Expect each one
//   Output   Next: a record's answer when it comes, as JSON; none: nothing came in time. Outcomes
//            of records that were not expected are passed over
//   Errors   those of engine/kafka/errors.h; kDataLoss: an outcome that is none
//   Threads  one
//   Cost     some 200 bytes of memory a record that waits
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "consumers/merit/submission.h"
#include "consumers/merit/topic_reader.h"
#include "engine/kafka/topics.h"
#include "merit/v1/outcome.pb.h"

namespace merit {

struct SubmissionAnswer {
  std::string line;
  v1::Code code = v1::CODE_UNSPECIFIED;
  uint32_t detail_code = 0;

  // Applied, now or before.
  bool good() const {
    return code == v1::CODE_APPLIED ||
           (code == v1::CODE_DUPLICATE && detail_code == static_cast<uint32_t>(v1::CODE_APPLIED));
  }
};

class Answers {
 public:
  static StatusOr<std::unique_ptr<Answers>> Open(const KafkaSettings& settings,
                                                 const KafkaTopics& topics);

  void Expect(const Submission& submission);
  uint64_t waiting() const { return waiting_; }
  [[nodiscard]] StatusOr<std::optional<SubmissionAnswer>> Next(int timeout_ms);

 private:
  explicit Answers(std::unique_ptr<TopicReader> reader) : reader_(std::move(reader)) {}
  StatusOr<std::optional<SubmissionAnswer>> OfOutcome(const rd_kafka_message_t& message);
  StatusOr<std::optional<SubmissionAnswer>> OfDeadLetter(const rd_kafka_message_t& message);
  bool Take(const std::string& name);

  const std::unique_ptr<TopicReader> reader_;
  std::string outcomes_;
  // How many records wait under "511500|event_id", or under "511500/" and their bytes where no id
  // can be read. A record without a city is answered by its dead letter alone: what that takes away
  // is found by its bytes' id.
  std::unordered_map<std::string, uint64_t> names_;
  uint64_t waiting_ = 0;
};

}  // namespace merit
