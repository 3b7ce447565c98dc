// The disk under the state runs full: the engine stops, says so, and goes on once there is room.
//
//   Caveats  needs a file system of its own, which only root can mount; skipped where that is
//            refused
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/kafka/deployment.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kDiskBytes = uint64_t{24} << 20;

// A small disk that only this process and its children see, so that it goes with them.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& place) : place_(place) {
    fs::create_directories(place);
    // Nothing that is mounted from now on is seen outside.
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", place.c_str(), "tmpfs", 0, Cat("size=", kDiskBytes).c_str()) != 0) {
      refused_ = std::strerror(errno);
    }
  }
  ~SmallDisk() {
    if (refused_.empty()) umount2(place_.c_str(), MNT_DETACH);
  }
  const std::string& refused() const { return refused_; }

  void Fill() {
    std::ofstream ballast(Ballast(), std::ios::app);
    const std::string block(4'096, 'x');
    while (ballast << block << std::flush) {
    }
  }
  void MakeRoom() { fs::remove(Ballast()); }

 private:
  std::string Ballast() const { return place_ + "/ballast"; }

  const std::string place_;
  std::string refused_;
};

// Memory decides who finds the disk full: the save that is appended to the log, or the table that
// is written beside the fold.
class FullDisk : public testing::TestWithParam<const char*> {};

TEST_P(FullDisk, StopsAndGoesOn) {
  Deployment deployment;
  SmallDisk disk(deployment.directory() + "/disk");
  if (!disk.refused().empty()) {
    GTEST_SKIP() << "a tmpfs cannot be mounted here: " << disk.refused() << "; run it as root";
  }
  deployment.Simulate(SmallCities(2, 1'000'000, 61));
  const std::vector<std::string> more = {"--state-dir",     deployment.directory() + "/disk/state",
                                         "--save-interval", "50",
                                         "--memory",        GetParam()};
  const std::vector<std::string> words = {"disk/state", "the disk is full", "free space"};
  deployment.Send(5'000);
  for (int time = 0; time < 2; ++time) {
    const auto engine = deployment.Start("a", more);
    ASSERT_TRUE(deployment.WaitUntilFolded(engine.get()));
    disk.Fill();
    for (int turn = 0; turn < 200 && engine->running(); ++turn) {
      deployment.Send(1'000);
      deployment.FoldsOrEnds(*engine);
    }
    ExpectEnd(*engine, kExitFailed, words);
    // A start that finds no room says the same: the end has left some.
    disk.Fill();
    const auto again = deployment.Start("a", more);
    deployment.Send(1'000);
    ExpectEnd(*again, kExitFailed, words);
    disk.MakeRoom();
  }
  const auto engine = deployment.Start("a", more);
  deployment.Send(1'000);
  ASSERT_TRUE(deployment.WaitUntilFolded(engine.get()));
  EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  deployment.ExpectOneHistory();
}

INSTANTIATE_TEST_SUITE_P(Disk, FullDisk, testing::Values("2G", "64M"),
                         [](const auto& memory) { return std::string(memory.param); });

// No room for copies is no reason to stop; what was begun of them is taken away again.
TEST(FullSnapshotDisk, IsNoReasonToStop) {
  Deployment deployment;
  SmallDisk disk(deployment.directory() + "/disk");
  if (!disk.refused().empty()) {
    GTEST_SKIP() << "a tmpfs cannot be mounted here: " << disk.refused() << "; run it as root";
  }
  disk.Fill();
  deployment.Simulate(SmallCities(2, 1'000'000, 62));
  const std::string snapshots = deployment.directory() + "/disk/snapshots";
  const auto engine =
      deployment.Start("a", {"--snapshot-dir", snapshots, "--snapshot-interval", "20"});
  const auto count = [&](const std::string& words) {
    const std::string said = engine->Said();
    int times = 0;
    for (size_t at = said.find(words); at != std::string::npos; at = said.find(words, at + 1)) {
      ++times;
    }
    return times;
  };
  ASSERT_TRUE(WaitFor(60'000, [&] {
    deployment.Send(500);
    return !engine->running() || count("makes no snapshot") >= 3;
  }));
  ASSERT_TRUE(engine->running()) << engine->Said();
  disk.MakeRoom();
  const std::string root = snapshots + "/" + deployment.topics().intake + "-0";
  ASSERT_TRUE(WaitFor(60'000, [&] {
    deployment.Send(500);
    std::error_code error;
    int whole = 0;
    for (fs::directory_iterator entry(root, error), end; !error && entry != end;
         entry.increment(error)) {
      whole += entry->path().extension() != ".new";
    }
    return whole > 0;
  })) << engine->Said();
  ASSERT_TRUE(deployment.WaitUntilFolded(engine.get()));
  EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  for (const auto& entry : fs::directory_iterator(root)) {
    EXPECT_NE(entry.path().extension(), ".new") << entry.path();
  }
  deployment.ExpectOneHistory();
}

}  // namespace
}  // namespace merit
