// The state is damaged, or is not this engine's: it says what, where and what to do, or makes it
// anew; what stands on the topics is the one history in any case.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>

#include "engine/rows/codec.h"
#include "engine/snapshot.h"
#include "engine/store/rocks_store.h"
#include "simulator/random.h"
#include "tests/kafka/deployment.h"
#include "tests/store/change_list.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

// Turns one bit of a file of its own, which shares its bytes with no other.
void FlipBit(const fs::path& file, uint64_t bit) {
  fs::path copy = file;
  copy += ".copy";
  fs::copy_file(file, copy);
  fs::rename(copy, file);
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  const auto place = static_cast<std::streamoff>(bit / 8);
  bytes.seekg(place);
  const int byte = bytes.get();
  bytes.seekp(place);
  bytes.put(static_cast<char>(byte ^ (1 << (bit % 8))));
}

std::vector<fs::path> FilesIn(const fs::path& directory, const std::string& ending) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ending && fs::file_size(entry.path()) > 0) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Damage : public testing::Test {
 protected:
  // Folds in several lives, so that the state lies in table files and in a log.
  void Fold(uint64_t records, int lives = 3, const std::vector<std::string>& more = {}) {
    deployment_.Simulate(SmallCities(2, 100'000, 51));
    for (int life = 0; life < lives; ++life) {
      deployment_.Send(records / static_cast<uint64_t>(lives));
      const auto engine = deployment_.Start("a", more);
      ASSERT_TRUE(deployment_.WaitUntilFolded(engine.get()));
      if (!more.empty()) {
        ASSERT_TRUE(WaitFor(20'000, [&] { return !Snapshot().empty(); })) << engine->Said();
      }
      EXPECT_EQ(engine->Stop(), 0) << engine->Said();
    }
  }
  std::string Store() const { return deployment_.Store("a"); }
  std::vector<std::string> WithSnapshots() const {
    return {"--snapshot-dir", deployment_.directory() + "/snapshots", "--snapshot-interval", "50"};
  }
  // The newest whole snapshot, or "".
  fs::path Snapshot() const {
    fs::path newest;
    const fs::path root =
        deployment_.directory() + "/snapshots/" + deployment_.topics().intake + "-0";
    std::error_code error;
    for (fs::directory_iterator entry(root, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() != ".new") newest = std::max(newest, entry->path());
    }
    return newest;
  }
  // Starts `name`, and the whole log is folded and told once.
  std::string ExpectGoesOn(const std::string& name, const std::vector<std::string>& more = {}) {
    deployment_.Send(500);
    const auto engine = deployment_.Start(name, more);
    EXPECT_TRUE(deployment_.WaitUntilFolded(engine.get()));
    EXPECT_EQ(engine->Stop(), 0) << engine->Said();
    deployment_.ExpectOneHistory();
    return engine->Said();
  }
  // The cursor is changed by hand: how it begins is its format and next_offset.
  static void ChangeCursor(const std::string& directory, uint32_t format, int64_t further) {
    const auto store = RocksStore::Open(directory);
    ASSERT_TRUE(store.ok()) << store.status();
    std::string cursor;
    ASSERT_TRUE(*(*store)->Get("cursor", &cursor));
    uint32_t was = 0;
    int64_t next_offset = 0;
    RowReader reader(cursor);
    reader(was, next_offset);
    RowWriter begin, changed;
    begin(was, next_offset);
    ASSERT_TRUE(cursor.starts_with(begin.view()));
    changed(format, next_offset + further);
    const std::string rest = cursor.substr(begin.view().size());
    ASSERT_TRUE((*store)->Save(ChangeList{{"cursor", Cat(changed.view(), rest)}}).ok());
  }
  static constexpr uint32_t kThisFormat = 4;
  static std::string HasOlder() { return "it has format " + std::to_string(kThisFormat - 1); }

  // In each round one bit of the kept state is another one. Gives how many it stopped for.
  int FlipBits(const std::string& ending, int rounds, uint64_t seed);

  Deployment deployment_;
};

int Damage::FlipBits(const std::string& ending, int rounds, uint64_t seed) {
  const fs::path kept = deployment_.directory() + "/kept";
  fs::rename(Store(), kept);
  Random random(seed);
  int stopped = 0;
  for (int round = 0; round < rounds; ++round) {
    fs::remove_all(Store());
    fs::copy(kept, Store(), fs::copy_options::recursive);
    const std::vector<fs::path> files = FilesIn(Store(), ending);
    if (files.empty()) {
      ADD_FAILURE() << "no " << ending << " in " << kept;
      return 0;
    }
    const fs::path& file = files[random.Below(files.size())];
    const uint64_t bit = random.Below(8 * fs::file_size(file));
    SCOPED_TRACE(Cat("bit ", bit, " of ", file.string()));
    FlipBit(file, bit);
    deployment_.Send(200);
    const auto engine = deployment_.Start("a");
    if (deployment_.FoldsOrEnds(*engine)) {
      const int status = engine->Stop();
      // What was folded may be right and the next save find the damage.
      if (status == 0) continue;
      EXPECT_EQ(status, kExitDataLoss) << engine->Said();
    }
    ++stopped;
    ExpectEnd(*engine, kExitDataLoss, {Store(), "move this directory away", "rebuilt"});
    fs::rename(Store(), Cat(Store(), "-damaged-", round));  // as it says
    const auto again = deployment_.Start("a");
    EXPECT_TRUE(deployment_.WaitUntilFolded(again.get()));
    EXPECT_EQ(again->Stop(), 0) << again->Said();
  }
  std::cout << rounds << " flips in *" << ending << ", stopped for " << stopped << "\n";
  deployment_.ExpectOneHistory();
  return stopped;
}

TEST_F(Damage, AFlippedBitInATable) {
  Fold(6'000);
  EXPECT_GT(FlipBits(".sst", 8, 52), 0);
}

// What the log held from the damage on is folded again: an earlier save is as good as the last.
TEST_F(Damage, AFlippedBitInTheStoresLog) {
  Fold(6'000);
  deployment_.Send(1'000);
  const auto engine = deployment_.Start("a", {"--save-interval", "20"});
  ASSERT_TRUE(deployment_.WaitUntilFolded(engine.get()));
  ASSERT_TRUE(WaitFor(10'000, [&] { return !FilesIn(Store(), ".log").empty(); }));
  engine->Kill();
  EXPECT_LT(FlipBits(".log", 5, 53), 5);
}

TEST_F(Damage, TheFileCurrentIsMissing) {
  Fold(3'000, 2, WithSnapshots());
  fs::remove(Store() + "/CURRENT");
  // With and without snapshots: what is there is not written over.
  for (const std::vector<std::string>& more : {std::vector<std::string>{}, WithSnapshots()}) {
    const auto engine = deployment_.Start("a", more);
    ExpectEnd(*engine, kExitDataLoss,
              {Store(), "the file CURRENT is missing", "move this directory away"});
    EXPECT_FALSE(FilesIn(Store(), ".sst").empty());
  }
  fs::rename(Store(), Store() + "-damaged");
  const std::string said = ExpectGoesOn("a", WithSnapshots());
  EXPECT_NE(said.find("loads a snapshot of partition 0"), std::string::npos) << said;
}

TEST_F(Damage, ACursorAheadOfWhatWasCommitted) {
  Fold(1'000, 1);
  deployment_.Send(500);
  ChangeCursor(Store(), kThisFormat, 200);
  const auto engine = deployment_.Start("a");
  ExpectEnd(*engine, kExitDataLoss,
            {Store(), "up to offset 1200", "has committed only 1000", "remove its directory"});
  EXPECT_EQ(deployment_.Committed(0), 1'000);
  fs::remove_all(Store());
  ExpectGoesOn("a");
}

// Whatever a program of another version left, its own copy or a snapshot, is made anew.
TEST_F(Damage, AnOlderProgramsFormat) {
  Fold(3'000, 1, WithSnapshots());
  ChangeCursor(Store(), kThisFormat - 1, 0);
  const auto engine = deployment_.Start("a");
  ExpectEnd(*engine, kExitDataLoss,
            {Store(), HasOlder() + ", this program writes format " + std::to_string(kThisFormat),
             "remove that directory"});
  fs::remove_all(Store());

  const fs::path snapshot = Snapshot();
  ChangeCursor(snapshot / "store", kThisFormat - 1, 0);
  {
    const auto store = RocksStore::Open(snapshot / "store");
    ASSERT_TRUE(store.ok()) << store.status();
    const std::atomic<bool> cancelled = false;
    std::ofstream(snapshot / "manifest")
        << "format 1\nnext_offset " << std::stoll(snapshot.filename()) << "\ndigest "
        << *StateDigest(store->get(), cancelled) << "\n";
  }
  const std::string said = ExpectGoesOn("a", {WithSnapshots()[0], WithSnapshots()[1]});
  EXPECT_NE(said.find("passes snapshot " + snapshot.string() + " over"), std::string::npos) << said;
  EXPECT_NE(said.find(HasOlder()), std::string::npos) << said;
}

// Two clusters that name everything alike, and one state directory and snapshots between them.
TEST_F(Damage, AnotherClustersState) {
  Fold(2'000, 1, WithSnapshots());
  const StatusOr<std::unique_ptr<Broker>> second = Broker::Make({}, "c2Vjb25kLWNsdXN0ZXItMQ");
  ASSERT_TRUE(second.ok()) << second.status();
  const Status started = (*second)->Start();
  ASSERT_TRUE(started.ok()) << started;
  const std::string& intake = deployment_.topics().intake;
  Deployment other(
      {.broker = second->get(), .prefix = intake.substr(0, intake.rfind('.'))});
  ASSERT_EQ(other.topics().intake, intake);
  other.Simulate(SmallCities(2, 100'000, 54));
  other.Send(3'000);
  fs::create_directories(other.StateDirectory("a"));
  fs::copy(Store(), other.Store("a"), fs::copy_options::recursive);
  const auto engine = other.Start("a");
  ExpectEnd(*engine, kExitUsage,
            {intake, "was made from another cluster: bWVyaXQtYnJva2VyLTAwMQ",
             "this one is c2Vjb25kLWNsdXN0ZXItMQ", "or an empty one"});
  EXPECT_EQ(other.Committed(0), -1);

  // A snapshot of what nobody has committed here is none to begin with; later it would be one.
  const auto empty = other.Start("b");
  ASSERT_TRUE(other.WaitUntilFolded(empty.get()));
  EXPECT_EQ(empty->Stop(), 0) << empty->Said();
  const std::string strange = Snapshot();
  const auto heir = other.Start("c", {WithSnapshots()[0], WithSnapshots()[1]});
  other.Send(500);
  ASSERT_TRUE(other.WaitUntilFolded(heir.get()));
  EXPECT_EQ(heir->Stop(), 0) << heir->Said();
  EXPECT_NE(heir->Said().find("passes snapshot " + strange + " over"),
            std::string::npos)
      << heir->Said();
  other.ExpectOneHistory();
  ExpectGoesOn("a");
}

}  // namespace
}  // namespace merit
