// What the other tests of this folder stand on: the broker is real, and comes back with everything.
#include "tests/kafka/broker.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/kafka/admin.h"
#include "engine/kafka/consumer.h"
#include "engine/kafka/producer.h"

namespace merit {
namespace {

using std::chrono::milliseconds;

bool IsOpen(const std::string& address) {
  const std::string port = address.substr(address.find(':') + 1);
  const std::string probe = "exec 2>/dev/null; : < /dev/tcp/127.0.0.1/" + port;
  return std::system(("bash -c '" + probe + "'").c_str()) == 0;
}

class BrokerTest : public testing::Test {
 protected:
  void SetUp() override {
    StatusOr<std::unique_ptr<KafkaProducer>> producer =
        KafkaProducer::Open(KafkaSettings(broker_.address()));
    ASSERT_TRUE(producer.ok()) << producer.status();
    producer_ = *std::move(producer);
    const Status created = CreateKafkaTopic(*producer_, {.name = topic_, .partitions = 2});
    ASSERT_TRUE(created.ok()) << created;
  }

  Status Send(const std::string& value) {
    RETURN_IF_ERROR(producer_->Produce(topic_, 0, "key", value));
    return producer_->Flush(60'000);
  }

  std::vector<std::string> ReadAll() {
    std::vector<std::string> values;
    StatusOr<std::unique_ptr<KafkaConsumer>> consumer =
        KafkaConsumer::Open(KafkaSettings(broker_.address()), {});
    EXPECT_TRUE(consumer.ok()) << consumer.status();
    const StatusOr<KafkaRange> range = (*consumer)->RangeOf(topic_, 0);
    EXPECT_TRUE(range.ok()) << range.status();
    if (!range.ok()) return values;
    const Status assigned = (*consumer)->Assign(topic_, {{0, 0}});
    EXPECT_TRUE(assigned.ok()) << assigned;
    while (static_cast<int64_t>(values.size()) < range->end) {
      StatusOr<KafkaMessage> message = (*consumer)->Consume(10'000);
      EXPECT_TRUE(message.ok()) << message.status();
      if (!message.ok() || *message == nullptr) break;
      values.emplace_back(static_cast<const char*>((*message)->payload), (*message)->len);
    }
    return values;
  }

  Broker& broker_ = SharedBroker();
  const std::string topic_ = NewTopicName("broker-test");
  std::unique_ptr<KafkaProducer> producer_;
};

TEST_F(BrokerTest, GivesBackWhatItWasGiven) {
  ASSERT_TRUE(Send("one").ok());
  ASSERT_TRUE(Send("two").ok());
  EXPECT_EQ(ReadAll(), (std::vector<std::string>{"one", "two"}));
  const StatusOr<int32_t> partitions = producer_->PartitionCount(topic_);
  ASSERT_TRUE(partitions.ok()) << partitions.status();
  EXPECT_EQ(*partitions, 2);
}

TEST_F(BrokerTest, LosesNothingWhenItIsKilled) {
  ASSERT_TRUE(Send("before").ok());
  broker_.Kill();
  EXPECT_FALSE(broker_.running());
  const Status started = broker_.Start();
  ASSERT_TRUE(started.ok()) << started;
  const Status sent = Send("after");
  ASSERT_TRUE(sent.ok()) << sent;
  EXPECT_EQ(ReadAll(), (std::vector<std::string>{"before", "after"}));
}

TEST_F(BrokerTest, StopsAndStartsAgain) {
  ASSERT_TRUE(Send("before").ok());
  const Status stopped = broker_.Stop();
  ASSERT_TRUE(stopped.ok()) << stopped;
  EXPECT_FALSE(IsOpen(broker_.address()));
  const Status started = broker_.Start();
  ASSERT_TRUE(started.ok()) << started;
  EXPECT_EQ(ReadAll(), (std::vector<std::string>{"before"}));
}

TEST_F(BrokerTest, FrozenItAnswersNobody) {
  broker_.Freeze();
  ASSERT_TRUE(producer_->Produce(topic_, 0, "key", "late").ok());
  EXPECT_FALSE(producer_->Flush(1'000).ok());
  broker_.Thaw();
  const Status flushed = producer_->Flush(60'000);
  EXPECT_TRUE(flushed.ok()) << flushed;
  EXPECT_EQ(ReadAll(), (std::vector<std::string>{"late"}));
}

// A test that is killed leaves no broker and no folder behind. The child has only the broker's own
// threads.
TEST(BrokerOfAKilledTest, EndsWithIt) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    StatusOr<std::unique_ptr<Broker>> broker = Broker::Make();
    if (!broker.ok() || !(*broker)->Start().ok()) _exit(1);
    const std::string address = (*broker)->address() + "\n";
    if (write(ends[1], address.data(), address.size()) < 0) _exit(1);
    for (;;) pause();
  }
  close(ends[1]);
  std::string address;
  for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) address += c;
  ASSERT_NE(address, "");
  EXPECT_TRUE(IsOpen(address));
  kill(child, SIGKILL);
  for (int wait = 0; wait < 100 && IsOpen(address); ++wait) {
    std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_FALSE(IsOpen(address));
}

}  // namespace
}  // namespace merit
