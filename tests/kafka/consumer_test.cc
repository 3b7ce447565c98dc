// What the client library is not trusted with.
#include "engine/kafka/consumer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include "engine/kafka/admin.h"
#include "engine/kafka/producer.h"
#include "tests/kafka/broker.h"

namespace merit {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class ConsumerTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto producer = *KafkaProducer::Open(settings_);
    ASSERT_TRUE(CreateKafkaTopic(*producer, {.name = topic_, .partitions = 1}).ok());
    while (!producer->PartitionCount(topic_).ok()) producer->Poll(10);
  }

  // A member that answers what it is asked.
  std::unique_ptr<KafkaConsumer> Join(int* held) {
    auto member = *KafkaConsumer::Open(settings_, {.group = topic_, .member = true});
    KafkaConsumer* const self = member.get();
    const Status joined = member->Subscribe(
        topic_, [this, self, held](bool given, bool, const std::vector<int32_t>& partitions) {
          std::vector<KafkaConsumer::Start> starts;
          for (int32_t partition : partitions) starts.push_back({partition, 0});
          *held += static_cast<int>(partitions.size()) * (given ? 1 : -1);
          const Status answered =
              given ? self->Assign(topic_, starts) : self->Unassign(topic_, partitions);
          EXPECT_TRUE(answered.ok()) << answered;
        });
    EXPECT_TRUE(joined.ok()) << joined;
    return member;
  }

  static bool PollUntil(KafkaConsumer& member, const std::function<bool()>& done) {
    const Clock::time_point give_up = Clock::now() + milliseconds(20'000);
    while (!done() && Clock::now() < give_up) EXPECT_TRUE(member.Poll(10).ok());
    return done();
  }

  const KafkaSettings settings_{SharedBroker().address()};
  const std::string topic_ = NewTopicName("consumer");
};

// Else its session, 45 seconds, would have to end before anybody is given anything.
TEST_F(ConsumerTest, OneThatHoldsNothingTakesLeaveToo) {
  int first_holds = 0, second_holds = 0, third_holds = 0;
  const auto first = Join(&first_holds);
  ASSERT_TRUE(PollUntil(*first, [&] { return first_holds == 1; }));
  const auto second = Join(&second_holds);
  const auto second_is_in = [&] {
    EXPECT_TRUE(second->Poll(10).ok());
    return rd_kafka_consumer_group_metadata_generation_id(second->GroupMetadata().get()) > 0;
  };
  ASSERT_TRUE(PollUntil(*first, second_is_in));
  ASSERT_EQ(first_holds + second_holds, 1);
  for (KafkaConsumer* one : {second.get(), first.get()}) EXPECT_TRUE(one->Close().ok());
  const auto third = Join(&third_holds);
  EXPECT_TRUE(PollUntil(*third, [&] { return third_holds == 1; }));
}

// A life that ends in the midst of a rebalance must not wait for the group, nor the group for it.
TEST_F(ConsumerTest, ClosesThoughItHasNotAnsweredTheGroup) {
  const auto member = *KafkaConsumer::Open(settings_, {.group = topic_, .member = true});
  bool asked = false;
  const auto ask = [&](bool, bool, const std::vector<int32_t>&) { asked = true; };
  ASSERT_TRUE(member->Subscribe(topic_, ask).ok());
  ASSERT_TRUE(PollUntil(*member, [&] { return asked; }));
  const Clock::time_point begin = Clock::now();
  const Status closed = member->Close();
  EXPECT_TRUE(closed.ok()) << closed;
  EXPECT_LT(Clock::now() - begin, milliseconds(2'000));
}

}  // namespace
}  // namespace merit
