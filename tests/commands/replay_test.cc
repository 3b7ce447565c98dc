// merit replay: what is killed, stopped, damaged or asked for wrongly.
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

#include "engine/log/archive_log.h"
#include "engine/log/archive_writer.h"
#include "engine/store/rocks_store.h"
#include "tests/commands/program.h"
#include "tests/text.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string>& Exports() {
  static const std::vector<std::string> kExports = {"outcomes",  "scores",       "seals",
                                                    "bulletins", "dead-letters", "state"};
  return kExports;
}

class ReplayTest : public CommandTest {
 protected:
  // Refusals, waiting events and damage are in it, and several months. Where some are hostile
  // many events are signed, and a signature costs more than all else: a long log goes without.
  void Simulate(const std::string& name, const std::string& seed = "1",
                const std::string& drivers = "700", const std::string& hostile = "20") {
    Good({"simulate", "--out", Path(name), "--drivers", drivers, "--days", "100", "--disorder",
          "30", "--hostile", hostile, "--seed", seed});
  }

  Words Replay(const std::string& log, const std::string& state, const std::string& exports,
               const Words& more = {}) {
    Words words = {"replay", Path(log), "--state-dir", Path(state)};
    for (const std::string& what : Exports()) {
      words.push_back("--" + what);
      words.push_back(Path(exports + "-" + what));
    }
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  // What a kill left is a state: some prefix of the log, and outputs that are read no further.
  // (Exit status 2: nothing was saved yet, or the driver is not enrolled yet. A ledger checks its
  // own last balance.)
  void ExpectReadable(const std::string& state) {
    const Answer read = Merit({"state", Path(state), "--json"});
    EXPECT_TRUE(read.exit_code == 0 || read.exit_code == 2) << read.error;
    if (driver_.empty() && read.exit_code == 0) {
      const Answer top = Good({"top", Path(state), "-n", "1", "--json"});
      const auto rows = top.json()["cities"][0]["rows"];
      if (!rows.empty()) driver_ = rows[0]["driver_id"];
    }
    if (driver_.empty()) return;
    const Answer ledger = Merit({"ledger", Path(state), driver_});
    EXPECT_TRUE(ledger.exit_code == 0 || ledger.exit_code == 2) << ledger.error;
    ledgers_read_ += ledger.exit_code == 0;
  }

  void ExpectEqualExports(const std::string& calm, const std::string& other) {
    for (const std::string& what : Exports()) {
      const std::string expected = TextOf(Path(calm + "-" + what));
      EXPECT_TRUE(expected == TextOf(Path(other + "-" + what)))
          << what << " of " << other << " differ";
      if (what != "dead-letters") {
        EXPECT_FALSE(expected.empty()) << what;
      }
    }
  }

  std::string driver_;
  int ledgers_read_ = 0;
};

TEST_F(ReplayTest, KillsAnywhereChangeNothing) {
  constexpr int kKills = 24;
  Simulate("log");
  const auto begin = std::chrono::steady_clock::now();
  Good(Replay("log", "calm", "calm", {"--save-every", "1000"}));
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - begin);

  std::mt19937 random(20'260'301);
  int kills = 0, finished = 0;
  while (kills < kKills && finished < 200) {
    Program program(Replay("log", "killed", "killed", {"--save-every", "1000"}), scratch_.path());
    std::this_thread::sleep_for(whole * static_cast<int>(random() % 1'000) / 1'000);
    program.Send(SIGKILL);
    const Answer answer = program.Wait();
    if (answer.exit_code == 128 + SIGKILL) {
      ++kills;
      ExpectReadable("killed");
      continue;
    }
    ASSERT_EQ(answer.exit_code, 0) << answer.error;
    ++finished;
    ExpectEqualExports("calm", "killed");
    fs::remove_all(Path("killed"));  // begin again, and be killed again
  }
  ASSERT_EQ(kills, kKills);
  EXPECT_GT(ledgers_read_, 0);
  Good(Replay("log", "killed", "killed"));
  ExpectEqualExports("calm", "killed");
}

TEST_F(ReplayTest, AskedToStopItSavesAndGoesOn) {
  Simulate("log", "2", "3000");
  Good(Replay("log", "calm", "calm"));
  bool stopped = false;
  for (int milliseconds = 200; milliseconds > 5 && !stopped; milliseconds = milliseconds * 2 / 3) {
    fs::remove_all(Path("stopped"));
    Program program(Replay("log", "stopped", "stopped"), scratch_.path());
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    program.Send(SIGTERM);
    const Answer answer = program.Wait();
    if (answer.exit_code != 5) continue;  // it was done before, or had not begun to listen
    stopped = true;
    EXPECT_NE(answer.error.find("all of them are saved; the same command goes on from there"),
              std::string::npos)
        << answer.error;
  }
  ASSERT_TRUE(stopped);
  Good(Replay("log", "stopped", "stopped"));
  ExpectEqualExports("calm", "stopped");
}

TEST_F(ReplayTest, GoesOnWhereTheArchiveGrew) {
  Simulate("log");
  Good(Replay("log", "calm", "calm"));
  auto whole = ArchiveLog::Open(Path("log"));
  ASSERT_TRUE(whole.ok());
  const int64_t cuts[] = {1, 5'000, (*whole)->end_offset()};
  std::vector<Record> records;
  for (const int64_t cut : cuts) {
    auto writer = ArchiveWriter::Open(Path("growing"));
    ASSERT_TRUE(writer.ok()) << writer.status();
    records.clear();
    ASSERT_TRUE((*whole)->Read(static_cast<size_t>(cut - (*whole)->next_offset()), &records).ok());
    for (const Record& record : records) ASSERT_TRUE((*writer)->Append(record).ok());
    ASSERT_TRUE((*writer)->Close().ok());
    const Answer answer = Good(Replay("growing", "state", "grown", {"--json"}));
    EXPECT_EQ(answer.json()["next_offset"], cut);
  }
  ExpectEqualExports("calm", "grown");
  const Answer again = Good(Replay("growing", "state", "grown"));
  EXPECT_NE(again.out.find("nothing new"), std::string::npos) << again.out;
  ExpectEqualExports("calm", "grown");
}

TEST_F(ReplayTest, FoldsUpToDamageAndTellsIt) {
  Simulate("log", "3", "700", "0");
  Good(Replay("log", "calm", "calm"));
  fs::path segment;
  for (const auto& entry : fs::directory_iterator(Path("log"))) segment = entry.path();
  const std::string good = TextOf(segment);
  std::string damaged = good;
  for (size_t place = good.size() / 2; place < good.size() / 2 + 64; ++place)
    damaged[place] ^= 0x55;
  std::ofstream(segment, std::ios::binary) << damaged;

  const Answer answer = Merit(Replay("log", "state", "cut"));
  EXPECT_EQ(answer.exit_code, 3);
  EXPECT_NE(answer.error.find(segment.filename().string()), std::string::npos) << answer.error;
  const std::string calm = TextOf(Path("calm-outcomes")), cut = TextOf(Path("cut-outcomes"));
  EXPECT_GT(cut.size(), calm.size() / 10);
  EXPECT_LT(cut.size(), calm.size());
  EXPECT_TRUE(calm.starts_with(cut));

  std::ofstream(segment, std::ios::binary) << good;
  Good(Replay("log", "state", "mended"));
  ExpectEqualExports("calm", "mended");
}

TEST_F(ReplayTest, RefusesTheStateOfAnotherLog) {
  Simulate("log", "4", "300");
  Simulate("other", "5", "330");  // longer: its length alone would not give it away
  Good(Replay("log", "state", "before"));
  const std::string about = TextOf(Path("state/about.json"));
  const Answer other = Merit(Replay("other", "state", "after"));
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.error.find("was folded from another log"), std::string::npos) << other.error;
  EXPECT_EQ(TextOf(Path("state/about.json")), about);
  Good(Replay("log", "state", "after"));
  ExpectEqualExports("before", "after");

  // The same log under another name is the same log.
  fs::rename(Path("log"), Path("moved"));
  const Answer moved = Good(Replay("moved", "state", "after"));
  EXPECT_NE(moved.out.find("nothing new"), std::string::npos) << moved.out;
}

// An archive that lost its end: more was folded than is there.
TEST_F(ReplayTest, RefusesALogThatIsShorterThanItsFold) {
  Simulate("log", "6", "50", "0");
  Good({"replay", Path("log"), "--state-dir", Path("state")});
  auto whole = ArchiveLog::Open(Path("log"));
  ASSERT_TRUE(whole.ok());
  std::vector<Record> records;
  ASSERT_TRUE((*whole)->Read(100, &records).ok());
  auto writer = ArchiveWriter::Open(Path("short"));
  ASSERT_TRUE(writer.ok()) << writer.status();
  for (const Record& record : records) ASSERT_TRUE((*writer)->Append(record).ok());
  ASSERT_TRUE((*writer)->Close().ok());
  const Answer answer = Merit({"replay", Path("short"), "--state-dir", Path("state")});
  EXPECT_EQ(answer.exit_code, 3);
  EXPECT_NE(answer.error.find("the log has only 100"), std::string::npos) << answer.error;
  EXPECT_NE(answer.error.find("give the log that the state was made from"), std::string::npos);
  Good({"replay", Path("log"), "--state-dir", Path("state")});
}

TEST_F(ReplayTest, SaysWhatIsWrongWithTheQuestion) {
  Simulate("log", "6", "20");
  const Answer flag = Merit({"replay", Path("log"), "--frobnicate"});
  EXPECT_EQ(flag.exit_code, 2);
  EXPECT_NE(flag.error.find("see merit replay --help"), std::string::npos) << flag.error;
  EXPECT_EQ(Merit({"replay"}).exit_code, 2);
  const Answer misspelt = Merit({"repaly", Path("log")});
  EXPECT_EQ(misspelt.exit_code, 2);
  EXPECT_NE(misspelt.error.find("no command repaly"), std::string::npos) << misspelt.error;
  EXPECT_EQ(Merit({"replay", Path("log"), "--memory", "1K"}).exit_code, 2);
  const Answer nowhere = Merit({"replay", Path("nowhere")});
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_NE(nowhere.error.find("nowhere"), std::string::npos) << nowhere.error;

  std::ofstream(Path("file.jsonl")) << "{}\n";
  const Answer file = Merit({"replay", Path("file.jsonl")});
  EXPECT_EQ(file.exit_code, 2);
  EXPECT_NE(file.error.find("merit import"), std::string::npos) << file.error;

  fs::create_directory(Path("full"));
  std::ofstream(Path("full/holiday.jpg")) << "sun";
  const Answer full = Merit({"replay", Path("log"), "--state-dir", Path("full")});
  EXPECT_EQ(full.exit_code, 2);
  EXPECT_NE(full.error.find("holiday.jpg"), std::string::npos) << full.error;
  EXPECT_EQ(TextOf(Path("full/holiday.jpg")), "sun");

  const Answer help = Good({"replay", "--help"});
  EXPECT_NE(help.out.find("Examples:"), std::string::npos);
}

TEST_F(ReplayTest, LeavesNothingBehindWithoutAStateDirectory) {
  Simulate("log", "7", "50");
  fs::create_directory(Path("temporary"));
  setenv("TMPDIR", Path("temporary").c_str(), 1);
  const Answer answer = Good({"replay", Path("log"), "--outcomes", "-", "--json"});
  const Answer failed = Merit({"replay", Path("log"), "--outcomes", Path("no/such/directory")});
  unsetenv("TMPDIR");
  EXPECT_TRUE(fs::is_empty(Path("temporary")));
  EXPECT_EQ(failed.exit_code, 5);
  // The lines have standard output for themselves.
  const auto summary = nlohmann::json::parse(answer.error, nullptr, false);
  ASSERT_TRUE(summary.is_object()) << answer.error;
  size_t outcomes = 0;
  for (const auto& city : summary["cities"]) outcomes += city["city_seq"].get<size_t>();
  // A long outcome has a line for each of its parts.
  size_t first_parts = 0;
  for (const std::string& line : LinesOf(answer.out)) {
    first_parts += !nlohmann::json::parse(line).contains("part");
  }
  EXPECT_EQ(first_parts, outcomes);
}

TEST_F(ReplayTest, AStateHasOneWriterAndNoReaderMeanwhile) {
  Simulate("log", "8", "50");
  Good({"replay", Path("log"), "--state-dir", Path("state")});
  {
    const auto writer = RocksStore::Open(Path("state/rows"));
    ASSERT_TRUE(writer.ok()) << writer.status();
    const Answer replay = Merit({"replay", Path("log"), "--state-dir", Path("state")});
    EXPECT_EQ(replay.exit_code, 5) << replay.error;
    const Answer state = Merit({"state", Path("state")});
    EXPECT_EQ(state.exit_code, 5) << state.error;
    EXPECT_NE(state.error.find(Path("state")), std::string::npos) << state.error;
  }
  Good({"state", Path("state")});
}

TEST_F(ReplayTest, AStateOfAnotherFormatIsNotRead) {
  Simulate("log", "9", "50");
  Good({"replay", Path("log"), "--state-dir", Path("state")});
  auto about = nlohmann::ordered_json::parse(TextOf(Path("state/about.json")));
  about["format"] = 99;
  std::ofstream(Path("state/about.json")) << about;
  const Answer newer = Merit({"state", Path("state")});
  EXPECT_EQ(newer.exit_code, 4) << newer.error;
  std::ofstream(Path("state/about.json")) << "{";
  const Answer torn = Merit({"state", Path("state")});
  EXPECT_EQ(torn.exit_code, 3) << torn.error;
  const Answer none = Merit({"state", Path("log")});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_NE(none.error.find("merit replay ARCHIVE --state-dir"), std::string::npos) << none.error;
}

}  // namespace
}  // namespace merit
