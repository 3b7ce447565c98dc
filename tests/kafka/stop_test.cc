// A stop is prompt, also where the brokers do not answer; and nothing is lost by it.
#include <gtest/gtest.h>

#include <chrono>

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

TEST_F(StopTest, WhileTheBrokerIsDown) {
  const auto engine = StartUnderLoad();
  SharedBroker().Kill();
  ExpectPrompt(*engine, kExitFailed);
  // One that has never met a broker.
  const auto early = deployment_.Start("b");
  ASSERT_TRUE(
      WaitFor(20'000, [&] { return early->Said().find("answers") != std::string::npos; }));
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
