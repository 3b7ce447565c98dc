// The commands that read a state at rest: what they say is what the exports say.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "tests/commands/program.h"
#include "tests/text.h"

namespace merit {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::vector<Json> JsonLines(const std::string& text) {
  std::vector<Json> lines;
  for (const std::string& line : LinesOf(text)) lines.push_back(Json::parse(line));
  return lines;
}

int64_t Number(const Json& json) {
  return json.is_string() ? std::stoll(json.get<std::string>()) : json.get<int64_t>();
}

// Two months of a small city, the second one just ended: the bulletins speak of the open day.
class ReadTest : public CommandTest {
 protected:
  static void SetUpTestSuite() {
    shared_ = fs::temp_directory_path() / ("merit-read-test-" + std::to_string(getpid()));
    fs::create_directories(shared_);
    const Words simulate = {"simulate",   "--out",       (shared_ / "log").string(),
                            "--drivers",  "600",         "--days",
                            "59",         "--first-day", "2026-01-01",
                            "--disorder", "60",          "--seed",
                            "11"};
    ASSERT_EQ(Program(simulate, shared_).Wait().exit_code, 0);
    const Answer replay =
        Program({"replay", (shared_ / "log").string(), "--state-dir", State(), "--state",
                 (shared_ / "rows").string(), "--outcomes", (shared_ / "outcomes").string(),
                 "--bulletins", (shared_ / "bulletins").string()},
                shared_)
            .Wait();
    ASSERT_EQ(replay.exit_code, 0) << replay.error;
    for (Json& row : JsonLines(TextOf(shared_ / "rows"))) {
      rows_[row["type"]].push_back(row);
    }
  }
  static void TearDownTestSuite() {
    fs::remove_all(shared_);
    rows_.clear();
  }
  static std::string State() { return (shared_ / "state").string(); }

  // Some rows of a type of which `wanted` holds.
  template <class Wanted>
  static std::vector<Json> Some(const std::string& type, size_t count, Wanted wanted) {
    std::vector<Json> found;
    for (const Json& row : rows_[type]) {
      if (found.size() < count && wanted(row)) found.push_back(row);
    }
    return found;
  }

  static fs::path shared_;
  static std::map<std::string, std::vector<Json>> rows_;
};

fs::path ReadTest::shared_;
std::map<std::string, std::vector<Json>> ReadTest::rows_;

constexpr int kAwarded = 4, kDuplicate = 6;  // ReportState

TEST_F(ReadTest, AStateSaysWhatTheExportSays) {
  const Json city = Good({"state", State(), "--json"}).json()["cities"][0];
  const Json programme = rows_["PROGRAMME"][0];
  int64_t sum = 0;
  for (const auto& [name, pts] : city["totals"].items()) {
    EXPECT_EQ(pts, programme[name]) << name;
    sum += pts.get<int64_t>();
  }
  EXPECT_EQ(sum, 0);
  EXPECT_EQ(city["drivers"]["enrolled"], programme["drivers"]);
  EXPECT_EQ(city["waiting"], programme["parked"]);
  EXPECT_EQ(city["remembered"], programme["remembered"]);
  size_t reports = 0;
  for (const auto& [name, count] : city["reports"].items()) reports += count.get<size_t>();
  EXPECT_EQ(reports, rows_["REPORT"].size());
  Good({"state", State(), "--export", Path("rows")});
  EXPECT_EQ(TextOf(Path("rows")), TextOf(shared_ / "rows"));
}

TEST_F(ReadTest, ALedgerEndsInTheStatesBalance) {
  size_t entries = 0, waited = 0;
  for (const Json& driver :
       Some("DRIVER", 60, [](const Json& row) { return Number(row["available"]) > 0; })) {
    const Json ledger = Good({"ledger", State(), driver["id"], "--json"}).json();
    ASSERT_FALSE(ledger["entries"].empty());
    EXPECT_TRUE(ledger["from_log"]);
    for (const char* account : {"available", "held", "arrears"}) {
      EXPECT_EQ(ledger["entries"].back()[account], driver[account])
          << driver["id"] << " " << account;
      EXPECT_EQ(ledger[account], driver[account]);
    }
    for (const Json& entry : ledger["entries"]) {
      // The outcome was joined with the event that it answers.
      ASSERT_TRUE(entry.contains("event"));
      EXPECT_EQ(entry["event"]["event_id"], entry["event_id"]);
      ++entries;
      waited += entry["text"].get<std::string>().find("waited") != std::string::npos;
    }
  }
  EXPECT_GT(entries, 100u);
  EXPECT_GT(waited, 0u) << "the log should have events that came too early";
}

TEST_F(ReadTest, PeopleReadItInTheirLanguage) {
  const std::string driver =
      Some("DRIVER", 1, [](const Json& row) { return Number(row["available"]) > 0; }).at(0)["id"];
  const std::string english = Good({"ledger", State(), driver}).out;
  const std::string chinese = Good({"ledger", State(), driver, "--lang", "zh"}).out;
  EXPECT_NE(english.find("available"), std::string::npos);
  EXPECT_NE(chinese.find("可用"), std::string::npos);
  EXPECT_EQ(LinesOf(english).size(), LinesOf(chinese).size());
  for (const char* command : {"state", "top", "stats"}) {
    EXPECT_NE(Good({command, State()}).out, Good({command, State(), "--lang", "zh"}).out)
        << command;
  }
  EXPECT_EQ(Merit({"ledger", State(), driver, "--lang", "fr"}).exit_code, 2);
}

TEST_F(ReadTest, AReportsPointsAreExplained) {
  const auto awarded = [](const Json& row) { return row["state"] == kAwarded; };
  for (const Json& report : Some("REPORT", 25, awarded)) {
    const Json why = Good({"explain", State(), report["id"], "--json"}).json();
    EXPECT_EQ(why["kind"], "report");
    EXPECT_EQ(why["driver_id"], report["driver_id"]);
    const Json points = why["points"];
    const int64_t product = Number(points["base_pts"]) * Number(points["mode_permille"]) *
                            Number(points["severity_permille"]) *
                            Number(points["evidence_permille"]) *
                            Number(points["campaign_permille"]);
    EXPECT_EQ(points["computed_pts"], std::max<int64_t>(1, product / 1'000'000'000'000));
    EXPECT_EQ(points["computed_pts"], report["computed_pts"]);
    EXPECT_EQ(Number(why["award"]["awarded_pts"]), Number(report["awarded_pts"]));
    // A review may have come before the report, and waited.
    const auto& history = why["history"];
    EXPECT_GE(history.size(), 2u);
    EXPECT_EQ(std::count_if(history.begin(), history.end(),
                            [&](const Json& entry) {
                              return entry["code"] == "APPLIED" &&
                                     entry["event"].contains("report_submitted") &&
                                     entry["event"]["report_submitted"]["report_id"] ==
                                         report["id"];
                            }),
              1)
        << report["id"];
  }
}

TEST_F(ReadTest, ADuplicatesPointsAreExplained) {
  const auto duplicates = Some("REPORT", 5, [](const Json& row) {
    return row["state"] == kDuplicate && Number(row["awarded_pts"]) > 0;
  });
  ASSERT_FALSE(duplicates.empty());
  for (const Json& report : duplicates) {
    const Json points = Good({"explain", State(), report["id"], "--json"}).json()["points"];
    const int64_t thousandths =
        Number(points["base_pts"]) * Number(points["corroboration_permille"]);
    EXPECT_EQ(points["computed_pts"], std::max<int64_t>(1, thousandths / 1'000));
  }
}

TEST_F(ReadTest, ARedemptionIsExplainedToItsEnd) {
  static const std::map<int, std::string> kSettledStates = {
      {4, "VERIFIED"}, {5, "SETTLED"}, {7, "EXPIRED"}};
  size_t seen = 0;
  for (const Json& redemption : Some("REDEMPTION", 20, [](const Json& row) {
         return kSettledStates.contains(row["state"]);
       })) {
    const Json why =
        Good({"explain", State(), redemption["id"], "--as", "redemption", "--json"}).json();
    EXPECT_EQ(why["price_pts"], redemption["price_pts"]);
    std::string last;
    for (const Json& entry : why["history"]) {
      for (const Json& effect : entry["effects"]) {
        if (effect.contains("redemption_state")) last = effect["redemption_state"]["state"];
      }
    }
    EXPECT_EQ(last, "REDEMPTION_STATE_" + kSettledStates.at(redemption["state"]))
        << redemption["id"];
    ++seen;
  }
  EXPECT_GT(seen, 0u);
}

// A reader of the published score comes to what the rows say, without the rows.
TEST_F(ReadTest, ADriversScoreIsExplainedAndReadAlike) {
  size_t boosted = 0;
  for (const Json& driver :
       Some("DRIVER", 80, [](const Json& row) { return Number(row["contrib_count"]) > 0; })) {
    const Json why = Good({"explain", State(), driver["id"], "--json"}).json();
    const Json reading = Good({"score", State(), driver["id"], "--json"}).json()["reading"];
    int64_t sum = 0;
    for (const Json& line : why["explain"]) sum += Number(line["mpt"]);
    EXPECT_EQ(sum, Number(why["raw_mpt"]));
    for (const char* field : {"day", "raw_mpt", "boost_bp", "tier", "gates"}) {
      EXPECT_EQ(why[field], reading[field]) << driver["id"] << " " << field;
    }
    boosted += Number(reading["boost_bp"]) > 0;
  }
  EXPECT_GT(boosted, 0u);
}

TEST_F(ReadTest, AScoreIsReadOnAnyDay) {
  const std::string driver =
      Good({"top", State(), "-n", "1", "--json"}).json()["cities"][0]["rows"][0]["driver_id"];
  const Json now = Good({"score", State(), driver, "--json"}).json()["reading"];
  const Json later =
      Good({"score", State(), driver, "--day", "2026-12-31", "--json"}).json()["reading"];
  const Json after =
      Good({"score", State(), driver, "--day", "2030-01-01", "--json"}).json()["reading"];
  EXPECT_LT(Number(later["merit_mpt"]), Number(now["merit_mpt"]));
  EXPECT_FALSE(later["lease_over"]);
  EXPECT_TRUE(after["lease_over"]);
  EXPECT_EQ(after["boost_bp"], 0);
  EXPECT_EQ(Merit({"score", State(), driver, "--day", "2026-02-30"}).exit_code, 2);
}

TEST_F(ReadTest, TheTopIsTheRankOfTheMonthThatEnded) {
  const Json top = Good({"top", State(), "-n", "1000", "--json"}).json()["cities"][0];
  const Json ranks =
      Good({"bulletins", State(), "--kind", "rank_snapshot", "--month", "202602", "--json"}).json();
  ASSERT_EQ(ranks["bulletins"].size(), 1u);
  const Json& rank = ranks["bulletins"][0]["rank_snapshot"];
  EXPECT_EQ(top["boosted_drivers"], rank["boosted_drivers"]);
  ASSERT_EQ(top["rows"].size(), rank["rows"].size());
  ASSERT_FALSE(top["rows"].empty());
  for (size_t place = 0; place < rank["rows"].size(); ++place) {
    for (const char* field : {"rank", "driver_id", "boost_bp", "tier"}) {
      EXPECT_EQ(top["rows"][place][field], rank["rows"][place][field]) << place << " " << field;
    }
  }
}

TEST_F(ReadTest, StatisticsAreThoseOfTheBulletins) {
  std::map<std::pair<int64_t, int64_t>, Json> published;  // by region and month, the last
  for (const Json& bulletin : JsonLines(TextOf(shared_ / "bulletins"))) {
    if (!bulletin.contains("loop_stats")) continue;
    const Json& cell = bulletin["loop_stats"];
    if (cell.value("all", false))
      published[{Number(cell["region_code"]), Number(cell["month"])}] = cell;
  }
  const Json lines = Good({"stats", State(), "--by", "county,month", "--json"}).json()["lines"];
  ASSERT_EQ(lines.size(), published.size());
  for (const Json& line : lines) {
    const Json& cell = published.at({Number(line["region_code"]), Number(line["month"])});
    for (const char* counter :
         {"opened", "closed", "closed_on_time", "open_overdue", "reopened", "answered", "solved",
          "satisfied", "response_due", "response_on_time", "handling_minutes"}) {
      EXPECT_EQ(Number(line[counter]), cell.contains(counter) ? Number(cell[counter]) : 0)
          << line << counter;
    }
    for (const char* rate : {"completion_bp", "on_time_bp", "satisfaction_bp", "follow_up_bp",
                             "solved_bp", "reopen_bp", "response_bp"}) {
      EXPECT_EQ(line[rate].is_null(), !cell.contains(rate)) << rate;
      if (cell.contains(rate)) {
        EXPECT_EQ(line[rate], cell[rate]) << rate;
      }
    }
  }
}

TEST_F(ReadTest, StatisticsAddUp) {
  const auto opened = [&](const Words& by) {
    Words words = {"stats", State(), "--json"};
    words.insert(words.end(), by.begin(), by.end());
    int64_t city = 0;
    const Json answer = Good(words).json();
    for (const Json& line : answer["lines"]) {
      if (line["level"] == "city") city += Number(line["opened"]);
    }
    return city;
  };
  const int64_t matters = static_cast<int64_t>(
      Some("MATTER", SIZE_MAX, [](const Json& row) { return Number(row["state"]) < 6; }).size());
  ASSERT_GT(matters, 0);
  for (const char* by : {"county", "city", "month", "kind", "channel", "month,kind,channel"}) {
    EXPECT_EQ(opened({"--by", by}), matters) << by;
  }
  EXPECT_EQ(opened({"--month", "202601"}) + opened({"--month", "202602"}), matters);
}

TEST_F(ReadTest, EveryFlagIsListed) {
  std::map<std::string, size_t> raised;
  for (const Json& outcome : JsonLines(TextOf(shared_ / "outcomes"))) {
    if (!outcome.contains("effects")) continue;
    for (const Json& effect : outcome["effects"]) {
      if (effect.contains("flag")) ++raised[effect["flag"]["rule"].get<std::string>().substr(10)];
    }
  }
  ASSERT_FALSE(raised.empty());
  size_t all = 0;
  for (const auto& [rule, count] : raised) {
    EXPECT_EQ(Good({"flags", State(), "--rule", rule, "--json"}).json()["flags"].size(), count)
        << rule;
    all += count;
  }
  const Json flags = Good({"flags", State(), "--json"}).json()["flags"];
  ASSERT_EQ(flags.size(), all);
  const std::string driver = flags[0]["driver_id"];
  const size_t own = static_cast<size_t>(std::count_if(
      flags.begin(), flags.end(), [&](const Json& flag) { return flag["driver_id"] == driver; }));
  EXPECT_EQ(Good({"flags", State(), "--driver", driver, "--json"}).json()["flags"].size(), own);
}

TEST_F(ReadTest, WithoutTheLogTheOutcomesTellAlone) {
  const std::string driver =
      Some("DRIVER", 1, [](const Json& row) { return Number(row["available"]) > 0; }).at(0)["id"];
  const Json with = Good({"ledger", State(), driver, "--json"}).json();
  fs::rename(shared_ / "log", shared_ / "away");
  const Json without = Good({"ledger", State(), driver, "--json"}).json();
  const std::string text = Good({"ledger", State(), driver}).out;
  fs::rename(shared_ / "away", shared_ / "log");
  EXPECT_FALSE(without["from_log"]);
  EXPECT_EQ(without["available"], with["available"]);
  EXPECT_NE(text.find("the log is not at hand"), std::string::npos) << text;
}

TEST_F(ReadTest, WhatIsNotThereIsSaid) {
  const Answer driver = Merit({"ledger", State(), "nobody"});
  EXPECT_EQ(driver.exit_code, 2);
  EXPECT_NE(driver.error.find("nobody"), std::string::npos);
  EXPECT_EQ(Merit({"explain", State(), "nothing"}).exit_code, 2);
  const Answer city = Merit({"state", State(), "--city", "123456"});
  EXPECT_EQ(city.exit_code, 2);
  EXPECT_NE(city.error.find("511500"), std::string::npos) << city.error;
  for (const char* command :
       {"state", "ledger", "explain", "top", "score", "stats", "bulletins", "flags"}) {
    EXPECT_NE(Good({command, "--help"}).out.find("Examples:"), std::string::npos) << command;
  }
}

// An id that nothing has may have been spoken of: why it came to nothing.
TEST_F(ReadTest, ARefusedReportIsExplained) {
  std::set<std::string> known;
  for (const Json& report : rows_["REPORT"]) known.insert(report["id"]);
  Good({"simulate", "--out", Path("log"), "--drivers", "100", "--days", "40", "--hostile", "400",
        "--seed", "5"});
  Good({"replay", Path("log"), "--state-dir", Path("state"), "--state", Path("rows")});
  // In a hostile log every driver's ledger still ends in the state's balance.
  size_t refused = 0, drivers = 0;
  for (const Json& row : JsonLines(TextOf(Path("rows")))) {
    if (row["type"] != "DRIVER" || ++drivers > 40) continue;
    const Json ledger = Good({"ledger", Path("state"), row["id"], "--json"}).json();
    EXPECT_EQ(ledger["available"], row["available"]);
    for (const Json& entry : ledger["entries"]) {
      ASSERT_TRUE(entry.contains("event")) << entry;
      EXPECT_EQ(entry["event"]["event_id"], entry["event_id"]);
      const Json& event = entry["event"];
      if (entry["code"] == "APPLIED" || !event.contains("report_submitted")) continue;
      const Answer why =
          Merit({"explain", Path("state"), event["report_submitted"]["report_id"], "--json"});
      if (why.exit_code != 0) continue;  // its id is malformed: no event names an id by it
      ++refused;
      EXPECT_NE(why.out.find(entry["code"].get<std::string>()), std::string::npos) << why.out;
    }
  }
  EXPECT_GT(refused, 0u);
}

}  // namespace
}  // namespace merit
