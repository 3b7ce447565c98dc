// A stop is prompt, also where the brokers do not answer; and nothing is lost by it.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/kafka/deployment.h"

namespace merit {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPrompt{2'000};

class StopTest : public testing::Test {
 protected:
  // It ends in time, with that status.
  static void ExpectPrompt(EngineProcess& engine, int status) {
    const Clock::time_point asked = Clock::now();
    EXPECT_EQ(engine.Stop(), status) << engine.Said();
    EXPECT_LT(Clock::now() - asked, kPrompt) << engine.Said();
    if (status == kExitFailed) {
      ExpectEnd(engine, status, {"stopped while the brokers", "nothing is lost"});
    }
  }
  // With outputs in its hands.
  std::unique_ptr<EngineProcess> StartUnderLoad() {
    deployment_.Send(2'000);
    auto engine = deployment_.Start("a");
    EXPECT_TRUE(deployment_.WaitUntilFolded(engine.get()));
    deployment_.Send(20'000);
    return engine;
  }
  void ExpectGoesOn() {
    const auto engine = deployment_.Start("a");
    deployment_.Send(1'000);
    ASSERT_TRUE(deployment_.WaitUntilFolded(engine.get(), 90'000));
    EXPECT_EQ(engine->Stop(), 0) << engine->Said();
    deployment_.ExpectOneHistory();
  }

  StopTest() { deployment_.Simulate(SmallCities(4, 1'000'000, 71)); }
  Deployment deployment_{{.partitions = 2, .session_ms = "6000", .steady = true}};
};

TEST_F(StopTest, InTheMidstOfWork) {
  const auto engine = StartUnderLoad();
  ExpectPrompt(*engine, 0);
  ExpectGoesOn();
}

// Members that have just come, and one after the other go: the group is always in the midst of
// something.
class StopTogether : public testing::TestWithParam<bool> {};

INSTANTIATE_TEST_SUITE_P(Members, StopTogether, testing::Bool(), [](const auto& info) {
  return info.param ? "WithNames" : "WithoutNames";
});

TEST_P(StopTogether, WhileTheGroupSharesOutTheWork) {
  Deployment deployment({.partitions = 6, .steady = GetParam()});
  deployment.Simulate(SmallCities(12, 1'000'000, 72));
  for (const int life_ms : {200, 400, 700, 1'000, 1'400, 1'900}) {
    std::vector<std::unique_ptr<EngineProcess>> engines;
    for (const char* name : {"a", "b", "c"}) engines.push_back(deployment.Start(name));
    std::this_thread::sleep_for(milliseconds(life_ms));
    deployment.Send(500);
    for (const auto& engine : engines) {
      const Clock::time_point asked = Clock::now();
      EXPECT_EQ(engine->Stop(), 0) << engine->Said();
      EXPECT_LT(Clock::now() - asked, kPrompt) << engine->Said();
    }
  }
  const auto last = deployment.Start("a");
  deployment.Send(500);  // the others may have folded all that was there
  ASSERT_TRUE(deployment.WaitUntilFolded(last.get()));
  EXPECT_EQ(last->Stop(), 0) << last->Said();
  deployment.ExpectOneHistory();
}

TEST_F(StopTest, WhileTheBrokerIsDown) {
  const auto engine = StartUnderLoad();
  SharedBroker().Kill();
  ExpectPrompt(*engine, kExitFailed);
  // One that has never met a broker.
  const auto early = deployment_.Start("b");
  ASSERT_TRUE(WaitFor(20'000, [&] { return early->Said().find("answers") != std::string::npos; }));
  ExpectPrompt(*early, kExitFailed);
  const Status started = SharedBroker().Start();
  ASSERT_TRUE(started.ok()) << started;
  ExpectGoesOn();
}

TEST_F(StopTest, WhileTheBrokerIsFrozen) {
  const auto engine = StartUnderLoad();
  SharedBroker().Freeze();
  ExpectPrompt(*engine, kExitFailed);
  SharedBroker().Thaw();
  ExpectGoesOn();
}

}  // namespace
}  // namespace merit
