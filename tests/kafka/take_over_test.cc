// Partitions change hands: after a death, a long sleep, or a wish; and the broker itself goes and
// comes back.
//
//   Caveats  MERIT_FREEZE_S: for how long the broker is frozen, instead of 8 seconds
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "simulator/random.h"
#include "tests/kafka/deployment.h"

namespace merit {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

int64_t MsSince(Clock::time_point begin) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - begin).count();
}

class TakeOver : public testing::Test {
 protected:
  // How far a reader of settled records can read the outcomes.
  static int64_t Settled(Deployment& deployment, int32_t partition) {
    const StatusOr<KafkaRange> range =
        Reader().RangeOf(deployment.topics().of(Topic::kOutcomes), partition);
    return range.ok() ? range->end : -1;
  }
  static int64_t Unsettled(Deployment& deployment, int32_t partition) {
    static const auto reader =
        *KafkaConsumer::Open(KafkaSettings(SharedBroker().address()), {.unsettled = true});
    const auto range = reader->RangeOf(deployment.topics().of(Topic::kOutcomes), partition);
    return range.ok() ? range->end : -1;
  }
  static KafkaConsumer& Reader() {
    static const auto reader = *KafkaConsumer::Open(KafkaSettings(SharedBroker().address()), {});
    return *reader;
  }
};

// The dead one's transaction would block every reader until it times out, ten seconds later: its
// heir ends it.
TEST_F(TakeOver, EndsTheTransactionOfTheDead) {
  Deployment deployment({.commit_interval_ms = "30000"});
  deployment.Simulate(SmallCities(2, 20'000, 21));
  deployment.Send(1'000);
  const auto first = deployment.Start("a", {"--save-interval", "600000"});  // a save commits
  ASSERT_TRUE(deployment.WaitUntilFolded(first.get()));  // the first transaction is not waited with
  const auto heir = deployment.Start("b", {"--commit-interval", "20"});
  ASSERT_TRUE(WaitFor(10'000, [&] { return heir->Said().find("joins") != std::string::npos; }));
  // What the heir's coming brings about commits, and may do so more than once. Then a transaction
  // stays open.
  int64_t blocked_at = -1;
  ASSERT_TRUE(WaitFor(30'000, [&] {
    deployment.Send(200);
    blocked_at = Settled(deployment, 0);
    return !WaitFor(1'500, [&] { return Settled(deployment, 0) > blocked_at; }) &&
           Unsettled(deployment, 0) > blocked_at + 100;
  })) << first->Said();
  const Clock::time_point death = Clock::now();
  first->Kill();
  ASSERT_TRUE(WaitFor(30'000, [&] { return Settled(deployment, 0) > blocked_at; })) << heir->Said();
  const int64_t silent_ms = MsSince(death);
  std::cout << "readers moved again " << silent_ms << " ms after the kill, session 3,000 ms\n";
  EXPECT_GT(silent_ms, 1'500) << "nothing was in the way";
  EXPECT_LT(silent_ms, 8'000) << "the transaction timed out by itself";
  ASSERT_TRUE(deployment.WaitUntilFolded(heir.get()));
  EXPECT_EQ(heir->Stop(), 0) << heir->Said();
  deployment.ExpectOneHistory();
}

// Whoever slept past its session wakes up with outputs in its hands that another one has published
// by now.
TEST_F(TakeOver, ASleeperPublishesNothing) {
  Deployment deployment({.partitions = 2});
  deployment.Simulate(SmallCities(4, 100'000, 22));
  deployment.Send(4'000);
  const auto sleeper = deployment.Start("a");
  ASSERT_TRUE(WaitFor(20'000, [&] { return deployment.Committed(0) > 0; })) << sleeper->Said();
  deployment.Send(4'000);
  sleeper->Freeze();
  const auto heir = deployment.Start("b");
  deployment.Send(4'000);
  ASSERT_TRUE(deployment.WaitUntilFolded(heir.get()));
  sleeper->Thaw();
  deployment.Send(4'000);
  std::this_thread::sleep_for(milliseconds(1'500));
  deployment.Send(4'000);
  ASSERT_TRUE(deployment.WaitUntilFolded(heir.get()));
  EXPECT_EQ(sleeper->Stop(), 0) << sleeper->Said();
  EXPECT_EQ(heir->Stop(), 0) << heir->Said();
  deployment.ExpectOneHistory();
}

TEST_F(TakeOver, MembersComeAndGo) {
  Deployment deployment({.partitions = 4});
  deployment.Simulate(SmallCities(8, 1'000'000, 23));
  const auto constant = deployment.Start("a");
  Random random(24);
  for (int turn = 0; turn < 5; ++turn) {
    const auto guest = deployment.Start("b");
    const Clock::time_point leave = Clock::now() + milliseconds(random.Between(500, 3'000));
    while (Clock::now() < leave) {
      deployment.Send(500);
      std::this_thread::sleep_for(milliseconds(100));
    }
    EXPECT_EQ(guest->Stop(), 0) << guest->Said();
  }
  ASSERT_TRUE(deployment.WaitUntilFolded(constant.get()));
  EXPECT_EQ(constant->Stop(), 0) << constant->Said();
  deployment.ExpectOneHistory();
}

TEST_F(TakeOver, TheBrokerIsKilled) {
  Deployment deployment({.partitions = 2, .session_ms = "6000"});
  deployment.Simulate(SmallCities(4, 100'000, 25));
  deployment.Send(20'000);
  const auto engine = deployment.Start("a");
  ASSERT_TRUE(WaitFor(20'000, [&] { return deployment.Committed(0) > 0; })) << engine->Said();
  SharedBroker().Kill();
  std::this_thread::sleep_for(milliseconds(500));
  const Status started = SharedBroker().Start();
  ASSERT_TRUE(started.ok()) << started;
  deployment.Send(2'000);
  ASSERT_TRUE(deployment.WaitUntilFolded(engine.get(), 90'000));
  EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  deployment.ExpectOneHistory();
}

TEST_F(TakeOver, TheBrokerFreezes) {
  const char* const text = std::getenv("MERIT_FREEZE_S");
  const int seconds = text == nullptr ? 8 : std::atoi(text);
  Deployment deployment({.partitions = 2, .session_ms = "6000"});
  deployment.Simulate(SmallCities(4, 100'000, 26));
  deployment.Send(20'000);
  const auto engine = deployment.Start("a");
  ASSERT_TRUE(WaitFor(20'000, [&] { return deployment.Committed(0) > 0; })) << engine->Said();
  SharedBroker().Freeze();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  SharedBroker().Thaw();
  deployment.Send(2'000);
  ASSERT_TRUE(deployment.WaitUntilFolded(engine.get(), 90'000));
  EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  deployment.ExpectOneHistory();
}

}  // namespace
}  // namespace merit
