// Publishes the outputs of one intake partition into the process's Kafka transaction, on the same
// partition of each topic.
//
//   Input    intake: what the records come from. Begin: the transaction, which outlives it, and
//            what is published already
//   Output   outputs of records before `published` are dropped: a state that is behind is folded up
//            to there in silence. Flush commits. position() names the intake, not an end: outputs
//            and offset are committed together, and how far that is the group's committed offset
//            knows
//   Errors   kInvalidArgument from Resume: the state was made of another intake, or of one with
//            another number of partitions, under which a city may lie elsewhere; others as
//            Transaction
//   Threads  one
#pragma once

#include <limits>
#include <string>

#include "engine/publish/publisher.h"
#include "engine/publish/transaction.h"

namespace merit {

struct KafkaIntake {
  std::string cluster_id;
  std::string topic;
  int32_t partition = 0;
  int32_t partition_count = 0;
};

class KafkaPublisher final : public Publisher {
 public:
  explicit KafkaPublisher(KafkaIntake intake) : intake_(std::move(intake)) {}

  // Outputs of records before `published` are out; until this is called: all.
  void Begin(Transaction* transaction, int64_t published) {
    transaction_ = transaction;
    published_ = taken_ = published;
  }

  [[nodiscard]] Status Publish(Outputs* outputs, int64_t next_offset) override;
  [[nodiscard]] Status Flush() override;
  std::string position() const override;
  [[nodiscard]] Status Resume(const std::string& position) override;

 private:
  const KafkaIntake intake_;
  Transaction* transaction_ = nullptr;
  int64_t published_ = std::numeric_limits<int64_t>::max();
  int64_t taken_ = 0;  // the end of what the transaction was given
};

}  // namespace merit
