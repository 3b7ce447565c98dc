// Every output stands on its topic exactly once, and is what a calm fold of the same log gives.
//
//   Caveats  MERIT_KILLS: how many kills, instead of 200 in all
#include <gtest/gtest.h>

#include <atomic>
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

// Of `usual` among 200 as many as MERIT_KILLS asks for.
int Kills(int usual) {
  const char* const text = std::getenv("MERIT_KILLS");
  return text == nullptr ? usual : std::max(1, std::atoi(text) * usual / 200);
}

// Records that keep coming, whatever happens to those who fold them.
class StandingLoad {
 public:
  explicit StandingLoad(Deployment* deployment) : deployment_(deployment) {
    sender_ = std::thread([this] {
      while (!over_ && deployment_->Send(100)) std::this_thread::sleep_for(milliseconds(40));
    });
  }
  ~StandingLoad() {
    over_ = true;
    sender_.join();
  }

 private:
  Deployment* const deployment_;
  std::atomic<bool> over_ = false;
  std::thread sender_;
};

class Killing : public testing::Test {
 protected:
  // Kills one of the processes, after as long as the dice say, and starts it again at once.
  void KillSome(Deployment& deployment, const std::vector<std::string>& names, int kills,
                int64_t life_ms_max, uint64_t seed) {
    Random random(seed);
    std::vector<std::unique_ptr<EngineProcess>> engines;
    for (const std::string& name : names) engines.push_back(deployment.Start(name));
    int in_work = 0;
    const Clock::time_point begin = Clock::now();
    {
      const StandingLoad load(&deployment);
      for (int kill = 0; kill < kills; ++kill) {
        std::this_thread::sleep_for(milliseconds(random.Between(10, life_ms_max)));
        const size_t victim = random.Below(names.size());
        engines[victim]->Kill();
        in_work += Owned(engines[victim]->Said());
        engines[victim] = nullptr;
        std::filesystem::remove(deployment.StateDirectory(names[victim]) + ".log");
        engines[victim] = deployment.Start(names[victim]);
      }
    }
    const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
    std::cout << kills << " kills in " << took.count() << " ms, of " << in_work
              << " that owned a partition\n";
    EXPECT_GE(in_work, kills / 5) << "most died before they had begun";
    ASSERT_TRUE(deployment.WaitUntilFolded(nullptr, 120'000));
    for (const auto& engine : engines) EXPECT_EQ(engine->Stop(), 0) << engine->Said();
    deployment.ExpectOneHistory();
  }

 private:
  static bool Owned(const std::string& said) {
    return said.find("owns partition") != std::string::npos;
  }
};

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

// One process, which comes back at once under the same name.
TEST_F(Killing, OfOneProcessAtAnyMoment) {
  Deployment deployment({.partitions = 2, .session_ms = "10000", .steady = true});
  deployment.Simulate(SmallCities(4, 100'000'000, 3));
  KillSome(deployment, {"a"}, Kills(100), 1'000, 4);
}

// Three share the partitions; whoever comes back in time gets its own again.
TEST_F(Killing, OfThreeProcessesAtAnyMoment) {
  Deployment deployment({.partitions = 6, .session_ms = "10000", .steady = true});
  deployment.Simulate(SmallCities(12, 100'000'000, 5));
  KillSome(deployment, {"a", "b", "c"}, Kills(85), 700, 6);
}

// Three without names of their own: what a dead one held goes to the others after its session.
TEST_F(Killing, OfThreeStrangersAtAnyMoment) {
  Deployment deployment({.partitions = 6});
  deployment.Simulate(SmallCities(12, 100'000'000, 7));
  KillSome(deployment, {"a", "b", "c"}, Kills(15), 3'000, 8);
}

}  // namespace
}  // namespace merit
