// Which state may go on with which intake.
#include "engine/publish/kafka_publisher.h"

#include <gtest/gtest.h>

namespace merit {
namespace {

const KafkaIntake kIntake = {
    .cluster_id = "c1", .topic = "merit.intake", .partition = 2, .partition_count = 4};

Status ResumeAt(const KafkaIntake& intake) {
  return KafkaPublisher(intake).Resume(KafkaPublisher(kIntake).position());
}

void ExpectRefusal(const Status& status, const std::string& word) {
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << status;
  EXPECT_NE(std::string(status.message()).find(word), std::string::npos) << status;
}

TEST(KafkaPublisher, GoesOnWithItsOwnIntake) {
  EXPECT_TRUE(ResumeAt(kIntake).ok());
  EXPECT_TRUE(KafkaPublisher(kIntake).Resume("").ok());
}

TEST(KafkaPublisher, RefusesAnothersState) {
  KafkaIntake other = kIntake;
  other.cluster_id = "c2";
  ExpectRefusal(ResumeAt(other), "another cluster: c1");
  other = kIntake;
  other.topic = "other.intake";
  ExpectRefusal(ResumeAt(other), "topic merit.intake, partition 2");
  other = kIntake;
  other.partition = 3;
  ExpectRefusal(ResumeAt(other), "topic merit.intake, partition 2");
  other = kIntake;
  other.partition_count = 8;
  ExpectRefusal(ResumeAt(other), "had 4 partitions, and it has 8 now");
  ExpectRefusal(KafkaPublisher(kIntake).Resume("any bytes"), "was not made from Kafka");
}

// What is published already is dropped without a transaction to give it to.
TEST(KafkaPublisher, IsSilentUpToWhatWasPublished) {
  KafkaPublisher publisher(kIntake);
  publisher.Begin(nullptr, 10);
  Outputs outputs;
  outputs.Add(Topic::kOutcomes, "511500", 1, "an outcome");
  EXPECT_TRUE(publisher.Publish(&outputs, 10).ok());
  EXPECT_TRUE(outputs.empty());
  EXPECT_TRUE(publisher.Flush().ok());
}

}  // namespace
}  // namespace merit
