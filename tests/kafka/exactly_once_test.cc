// Every output stands on its topic exactly once, and is what a calm fold of the same log gives.
//
//   Caveats  MERIT_KILLS: how many kills, instead of 20 in all
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "simulator/random.h"
#include "tests/kafka/deployment.h"

namespace merit {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

int Kills(int usual) {
  const char* const text = std::getenv("MERIT_KILLS");
  return text == nullptr ? usual : std::max(1, std::atoi(text) * usual / 20);
}

TEST(ExactlyOnce, OnePartitionFromTheFirstRecordToTheLast) {
  Deployment deployment;
  deployment.Simulate(SmallCities(2, 20'000, 1));
  deployment.Send(15'000);
  const auto engine = deployment.Start("a");
  ASSERT_TRUE(deployment.WaitUntilFolded(engine.get()));
  deployment.Send(5'000);
  ASSERT_TRUE(deployment.WaitUntilFolded(engine.get()));
  const Clock::time_point stopping = Clock::now();
  EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  EXPECT_LT(Clock::now() - stopping, milliseconds(2'000));
  deployment.ExpectOneHistory();
}

// A clean end and a new start publish nothing twice and forget nothing.
TEST(ExactlyOnce, StoppedAndStartedAgain) {
  Deployment deployment;
  deployment.Simulate(SmallCities(1, 9'000, 2));
  while (deployment.Send(3'000)) {
    const auto engine = deployment.Start("a");
    ASSERT_TRUE(deployment.WaitUntilFolded(engine.get()));
    EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  }
  deployment.ExpectOneHistory();
}

// One process, killed at any moment of its work, and started again at once under the same name.
TEST(ExactlyOnce, OneProcessKilledAtAnyMoment) {
  const int kills = Kills(12);
  Deployment deployment({.partitions = 2, .session_ms = "10000", .steady = true});
  deployment.Simulate(SmallCities(4, 1'000'000, 3));
  Random random(4);
  for (int kill = 0; kill < kills; ++kill) {
    deployment.Send(4'000);
    const auto engine = deployment.Start("a");
    std::this_thread::sleep_for(milliseconds(random.Between(50, 1'000)));
    engine->Kill();
  }
  const auto engine = deployment.Start("a");
  ASSERT_TRUE(deployment.WaitUntilFolded(engine.get()));
  EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  deployment.ExpectOneHistory();
}

// Three share the partitions; one after the other dies and comes back.
TEST(ExactlyOnce, ThreeProcessesKilledAtAnyMoment) {
  const int kills = Kills(8);
  Deployment deployment({.partitions = 6});
  deployment.Simulate(SmallCities(12, 1'000'000, 5));
  Random random(6);
  std::vector<std::unique_ptr<EngineProcess>> engines;
  for (const char* name : {"a", "b", "c"}) engines.push_back(deployment.Start(name));
  for (int kill = 0; kill < kills; ++kill) {
    deployment.Send(4'000);
    std::this_thread::sleep_for(milliseconds(random.Between(50, 2'500)));
    const size_t victim = random.Below(3);
    engines[victim]->Kill();
    engines[victim] = deployment.Start(std::string(1, static_cast<char>('a' + victim)));
  }
  ASSERT_TRUE(deployment.WaitUntilFolded(nullptr));
  for (const auto& engine : engines) EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  deployment.ExpectOneHistory();
}

}  // namespace
}  // namespace merit
