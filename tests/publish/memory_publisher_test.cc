#include "engine/publish/memory_publisher.h"

#include <gtest/gtest.h>

namespace merit {
namespace {

Status Give(Publisher* publisher, Outputs outputs) { return publisher->Publish(&outputs, 0); }

Outputs FourOutcomes() {
  Outputs outputs;
  for (const char* value : {"a", "b", "c", "d"}) outputs.Add(Topic::kOutcomes, "511500", 1, value);
  return outputs;
}

TEST(MemoryPublisher, KeepsOutputsByTopic) {
  MemoryPublisher publisher;
  Outputs outputs;
  outputs.Add(Topic::kOutcomes, "511500", 7, "outcome");
  outputs.AddTombstone(Topic::kScores, "511500|d-1", 8);
  ASSERT_TRUE(Give(&publisher, outputs).ok());
  EXPECT_EQ(publisher.topic(Topic::kOutcomes),
            (std::vector<PublishedRecord>{{"511500", 7, "outcome", false}}));
  EXPECT_EQ(publisher.topic(Topic::kScores),
            (std::vector<PublishedRecord>{{"511500|d-1", 8, "", true}}));
}

TEST(MemoryPublisher, ResumeTakesBackWhatCameAfterTheFlush) {
  MemoryPublisher publisher;
  ASSERT_TRUE(Give(&publisher, FourOutcomes()).ok());
  ASSERT_TRUE(publisher.Flush().ok());
  const std::string position = publisher.position();
  ASSERT_TRUE(Give(&publisher, FourOutcomes()).ok());
  EXPECT_EQ(publisher.position(), position);
  ASSERT_TRUE(publisher.Resume(position).ok());
  EXPECT_EQ(publisher.topic(Topic::kOutcomes).size(), 4u);
  ASSERT_TRUE(publisher.Resume("").ok());
  EXPECT_TRUE(publisher.topic(Topic::kOutcomes).empty());
  EXPECT_EQ(publisher.Resume(position).code(), absl::StatusCode::kInvalidArgument);
}

TEST(MemoryPublisher, AFailedPublishTakesAPart) {
  MemoryPublisher publisher;
  publisher.failures.Fail(1, Unavailable("a test"));
  publisher.failures.Fail(3, Unavailable("a test"));
  EXPECT_EQ(Give(&publisher, FourOutcomes()).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(publisher.topic(Topic::kOutcomes).size(), 2u);
  EXPECT_TRUE(publisher.Resume("").ok());
  EXPECT_EQ(publisher.Flush().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(Give(&publisher, FourOutcomes()).ok());
  EXPECT_EQ(publisher.topic(Topic::kOutcomes).size(), 4u);
}

}  // namespace
}  // namespace merit
