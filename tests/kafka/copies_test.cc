// Copies of the state spare a replay: snapshots, standby. And what a process says of itself over
// HTTP.
#include <gtest/gtest.h>
#include <httplib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>
#include <thread>

#include "tests/kafka/deployment.h"

namespace merit {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class Copies : public testing::Test {
 protected:
  std::string SnapshotRoot() const { return deployment_.directory() + "/snapshots"; }
  std::vector<std::string> WithSnapshots() const {
    return {"--snapshot-dir", SnapshotRoot(), "--snapshot-interval", "200"};
  }
  // The names of whole snapshots of partition 0, oldest first.
  std::vector<fs::path> Whole() const {
    std::vector<fs::path> found;
    std::error_code error;
    const fs::path root = SnapshotRoot() + "/" + deployment_.topics().intake + "-0";
    for (fs::directory_iterator entry(root, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() != ".new") found.push_back(entry->path());
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  // Whether what others own is folded that far.
  static bool Follows(const EngineProcess& engine, int64_t offset) {
    const std::string said = engine.Said();
    std::smatch match;
    if (!std::regex_search(said, match, std::regex("http://127\\.0\\.0\\.1:([0-9]+)/metrics"))) {
      return false;
    }
    const auto metrics = httplib::Client("127.0.0.1", std::stoi(match[1])).Get("/metrics");
    return metrics && metrics->body.find(Cat("merit_next_offset{partition=\"0\"} ", offset)) !=
                          std::string::npos;
  }
  // Folds, makes snapshots, and stops.
  void MakeSnapshots() {
    deployment_.Simulate(SmallCities(2, 100'000, 41));
    const auto engine = deployment_.Start("a", WithSnapshots());
    for (int turn = 0; turn < 3; ++turn) {
      deployment_.Send(2'000);
      ASSERT_TRUE(deployment_.WaitUntilFolded(engine.get()));
      ASSERT_TRUE(WaitFor(10'000, [&] {  // the last one is of everything
        return !Whole().empty() &&
               std::stoll(Whole().back().filename()) == deployment_.EndOfIntake(0);
      })) << engine->Said();
    }
    EXPECT_EQ(engine->Stop(), 0) << engine->Said();
    EXPECT_LE(Whole().size(), 2u);
  }
  // Starts where no state is, with the snapshots, and looks at what comes of it.
  std::string StartWithNone() {
    deployment_.Send(1'000);
    const auto engine = deployment_.Start("b", WithSnapshots());
    EXPECT_TRUE(deployment_.WaitUntilFolded(engine.get()));
    EXPECT_EQ(engine->Stop(), 0) << engine->Said();
    deployment_.ExpectOneHistory();
    return engine->Said();
  }

  Deployment deployment_;
};

TEST_F(Copies, ASnapshotSparesTheReplay) {
  MakeSnapshots();
  const std::string said = StartWithNone();
  EXPECT_NE(said.find("loads a snapshot of partition 0"), std::string::npos) << said;
  EXPECT_EQ(said.find("state at offset 0,"), std::string::npos) << said;
}

TEST_F(Copies, ADamagedSnapshotIsPassedOver) {
  MakeSnapshots();
  for (const fs::path& snapshot : Whole()) {
    for (const auto& file : fs::directory_iterator(snapshot / "store")) {
      if (file.path().extension() != ".sst") continue;
      fs::path copy = file.path();
      copy += ".damaged";  // a file of its own: the original may share its bytes with the store
      fs::copy_file(file.path(), copy);
      std::fstream bytes(copy, std::ios::in | std::ios::out | std::ios::binary);
      bytes.seekp(100);
      bytes.put('\x5a').put('\xa5');
      bytes.close();
      fs::rename(copy, file.path());
    }
  }
  const std::string said = StartWithNone();
  EXPECT_NE(said.find("passes snapshot " + SnapshotRoot()), std::string::npos) << said;
  EXPECT_NE(said.find("state at offset 0,"), std::string::npos) << said;
}

// Members come, with no state of their own, and go, some of them by death, just when a snapshot is
// being made.
TEST(CopiesInMotion, ARebalanceDuringASnapshot) {
  Deployment deployment({.partitions = 3, .save_interval_ms = "20"});
  deployment.Simulate(SmallCities(6, 1'000'000, 44));
  const std::string root = deployment.directory() + "/snapshots";
  const std::vector<std::string> more = {"--snapshot-dir", root, "--snapshot-interval", "1"};
  const auto being_made = [&] {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() == ".new") return true;
    }
    return false;
  };
  deployment.Send(10'000);
  const auto constant = deployment.Start("a", more);
  ASSERT_TRUE(deployment.WaitUntilFolded(constant.get()));
  int loaded = 0;
  for (int turn = 0; turn < 6; ++turn) {
    const auto in_the_midst = [&] {
      return WaitFor(20'000, [&] {
        deployment.Send(20);
        return being_made();
      });
    };
    ASSERT_TRUE(in_the_midst()) << constant->Said();
    const auto guest = deployment.Start(Cat("guest-", turn), more);
    ASSERT_TRUE(WaitFor(20'000, [&] {
      deployment.Send(20);
      return !guest->running() || guest->Said().find("owns partition") != std::string::npos;
    })) << guest->Said();
    ASSERT_TRUE(in_the_midst()) << constant->Said();
    if (turn % 3 == 2) {
      guest->Kill();
    } else {
      EXPECT_EQ(guest->Stop(), 0) << guest->Said();
    }
    loaded += guest->Said().find("loads a snapshot") != std::string::npos;
  }
  EXPECT_GT(loaded, 3) << "guests should begin with snapshots";
  ASSERT_TRUE(deployment.WaitUntilFolded(constant.get()));
  EXPECT_EQ(constant->Stop(), 0) << constant->Said();
  deployment.ExpectOneHistory();
}

// Whoever has folded along has nothing left to fold when its turn comes.
TEST_F(Copies, AStandbyGoesOnAtOnce) {
  deployment_.Simulate(SmallCities(2, 100'000, 42));
  const auto owner = deployment_.Start("a");
  ASSERT_TRUE(
      WaitFor(20'000, [&] { return owner->Said().find("owns partition 0") != std::string::npos; }));
  const auto standby = deployment_.Start("b", {"--standby"});
  deployment_.Send(20'000);
  ASSERT_TRUE(deployment_.WaitUntilFolded(owner.get()));
  ASSERT_TRUE(WaitFor(20'000, [&] { return Follows(*standby, 20'000); })) << standby->Said();
  EXPECT_EQ(owner->Stop(), 0) << owner->Said();
  const Clock::time_point gap = Clock::now();
  deployment_.Send(1'000);
  ASSERT_TRUE(deployment_.WaitUntilFolded(standby.get()));
  std::cout << "planned hand-over: "
            << std::chrono::duration_cast<milliseconds>(Clock::now() - gap).count() << " ms\n";
  EXPECT_EQ(standby->Stop(), 0) << standby->Said();
  EXPECT_NE(standby->Said().find("state at offset 20000, published up to 20000"), std::string::npos)
      << standby->Said();
  deployment_.ExpectOneHistory();
}

TEST_F(Copies, AnswersOverHttp) {
  deployment_.Simulate(SmallCities(1, 5'000, 43));
  deployment_.Send(5'000);
  const auto engine = deployment_.Start("a");
  ASSERT_TRUE(deployment_.WaitUntilFolded(engine.get()));
  const std::string said = engine->Said();
  std::smatch match;
  ASSERT_TRUE(std::regex_search(said, match, std::regex("http://127\\.0\\.0\\.1:([0-9]+)/metrics")))
      << said;
  httplib::Client client("127.0.0.1", std::stoi(match[1]));
  ASSERT_TRUE(WaitFor(10'000, [&] {
    const auto metrics = client.Get("/metrics");
    return metrics &&
           metrics->body.find("merit_next_offset{partition=\"0\"} 5000") != std::string::npos;
  }));
  const std::string metrics = client.Get("/metrics")->body;
  for (const char* line : {"merit_lag_records{partition=\"0\"} 0",
                           "merit_partition_live{partition=\"0\"} 1", "merit_records_folded 5000",
                           "merit_ready 1", "merit_outcomes{partition=\"0\",code=\"APPLIED\"}"}) {
    EXPECT_NE(metrics.find(line), std::string::npos) << line << " is not in\n" << metrics;
  }
  EXPECT_EQ(client.Get("/healthz")->status, 200);
  EXPECT_EQ(client.Get("/readyz")->status, 200);
  EXPECT_EQ(engine->Stop(), 0) << engine->Said();
}

}  // namespace
}  // namespace merit
