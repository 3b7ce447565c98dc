// What the client library is not trusted with.
#include "engine/kafka/consumer.h"

#include <gtest/gtest.h>

#include <chrono>

#include "engine/kafka/admin.h"
#include "engine/kafka/producer.h"
#include "tests/kafka/broker.h"

namespace merit {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A life that ends in the midst of a rebalance must not wait for the group, nor the group for it.
TEST(Consumer, ClosesThoughItHasNotAnsweredTheGroup) {
  const KafkaSettings settings(SharedBroker().address());
  const std::string topic = NewTopicName("consumer");
  const auto producer = *KafkaProducer::Open(settings);
  ASSERT_TRUE(CreateKafkaTopic(*producer, {.name = topic, .partitions = 2}).ok());
  while (!producer->PartitionCount(topic).ok()) producer->Poll(10);
  const auto member = *KafkaConsumer::Open(settings, {.group = topic, .member = true});
  bool asked = false;
  ASSERT_TRUE(
      member->Subscribe(topic, [&](bool, bool, const std::vector<int32_t>&) { asked = true; })
          .ok());
  const Clock::time_point give_up = Clock::now() + milliseconds(20'000);
  while (!asked && Clock::now() < give_up) ASSERT_TRUE(member->Poll(10).ok());
  ASSERT_TRUE(asked);
  const Clock::time_point begin = Clock::now();
  const Status closed = member->Close();
  EXPECT_TRUE(closed.ok()) << closed;
  EXPECT_LT(Clock::now() - begin, milliseconds(2'000));
}

}  // namespace
}  // namespace merit
