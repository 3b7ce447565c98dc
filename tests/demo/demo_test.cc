// merit demo from outside: what it prints, what it leaves, what it refuses.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/demo/program.h"
#include "tests/text.h"

namespace merit {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kSmall[] = "merit demo --drivers 300 --days 40 --lang en";

Json JsonOf(const Answer& answer) {
  EXPECT_EQ(answer.exit_code, 0) << answer.error;
  const Json json = answer.json();
  EXPECT_FALSE(json.is_discarded()) << answer.out;
  return json;
}

// The second line has the rates: the one that may differ.
std::string WithoutRates(const Answer& answer) {
  EXPECT_EQ(answer.exit_code, 0) << answer.error;
  std::vector<std::string> lines = LinesOf(answer.out);
  if (lines.size() < 2) return answer.out;
  EXPECT_NE(lines[1].find("events a second"), std::string::npos) << lines[1];
  lines.erase(lines.begin() + 1);
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(DemoTest, TheSameOptionsTellTheSame) {
  const Desk one, other;
  EXPECT_EQ(WithoutRates(one.Do(kSmall)), WithoutRates(other.Do(kSmall)));
  const std::string json = std::string(kSmall) + " --json";
  const Json a = JsonOf(one.Do(json)), b = JsonOf(other.Do(json));
  EXPECT_EQ(a["last_seal"]["outcome_root"], b["last_seal"]["outcome_root"]);
  EXPECT_EQ(a["last_seal"]["outcome_root"].get<std::string>().size(), 64u);
  EXPECT_NE(JsonOf(one.Do(json + " --seed 2 --out other"))["last_seal"]["outcome_root"],
            a["last_seal"]["outcome_root"]);
}

TEST(DemoTest, AFinishedOneIsReadAgain) {
  const Desk desk;
  const Answer first = desk.Do(kSmall);
  EXPECT_EQ(first.exit_code, 0) << first.error;
  const auto written = std::filesystem::last_write_time(desk / "merit-demo/demo.json");
  EXPECT_EQ(desk.Do(kSmall).out, first.out);  // the rates are the first run's
  EXPECT_EQ(std::filesystem::last_write_time(desk / "merit-demo/demo.json"), written);
}

TEST(DemoTest, TheFiguresAgreeWithEachOther) {
  const Desk desk;
  const Json json = JsonOf(desk.Do(std::string(kSmall) + " --json"));
  int64_t sum = 0;
  for (const char* account : {"issued", "available", "held", "arrears", "partner", "settled",
                              "expired", "forfeited", "clawed"}) {
    sum += json["points"][account].get<int64_t>();
  }
  EXPECT_EQ(sum, 0);
  EXPECT_EQ(json["points"]["sum"], 0);
  EXPECT_LT(json["points"]["issued"], 0);
  EXPECT_GT(json["points"]["settled"], 0);

  int64_t drivers = 0, declined = 0, redemptions = 0, outcomes = 0;
  for (const auto& count : json["tiers"]) drivers += count.get<int64_t>();
  EXPECT_EQ(drivers, json["drivers"]);
  for (const auto& count : json["redemptions"]["declined"]) declined += count.get<int64_t>();
  for (const auto& state : json["redemptions"]["states"])
    redemptions += state["count"].get<int64_t>();
  const Json refused =
      json["redemptions"]["states"].value("REDEMPTION_STATE_DECLINED", Json::object());
  EXPECT_EQ(declined, refused.value("count", int64_t{0}));
  EXPECT_EQ(redemptions, json["redemptions"]["requested"]);
  EXPECT_EQ(json["redemptions"]["states"]["REDEMPTION_STATE_SETTLED"]["points"],
            json["points"]["settled"]);
  EXPECT_EQ(json["redemptions"]["states"]["REDEMPTION_STATE_VERIFIED"]["points"],
            json["points"]["partner"]);
  for (const auto& count : json["outcomes"]) outcomes += count.get<int64_t>();
  EXPECT_EQ(outcomes, json["city_seq"]);
}

TEST(DemoTest, ItFitsOnAScreen) {
  const Desk desk;
  for (const char* language : {"en", "zh"}) {
    const Answer answer =
        desk.Do(std::string("merit demo --drivers 300 --days 40 --lang ") + language);
    EXPECT_EQ(answer.exit_code, 0) << answer.error;
    const std::vector<std::string> lines = LinesOf(answer.out);
    EXPECT_GT(lines.size(), 25u);
    EXPECT_LE(lines.size(), 45u);
    for (const std::string& line : lines) EXPECT_LE(ColumnsOf(line), 100u) << line;
  }
}

TEST(DemoTest, TheCommandsThatItNamesWork) {
  const Desk desk;
  const Json json = JsonOf(desk.Do(std::string(kSmall) + " --json --out 'a b'"));
  ASSERT_FALSE(json["commands"].empty());
  for (const auto& command : json["commands"]) {
    const Answer answer = desk.Do(command.get<std::string>());
    EXPECT_EQ(answer.exit_code, 0) << command << "\n" << answer.error;
    EXPECT_FALSE(answer.out.empty()) << command;
  }
}

TEST(DemoTest, AKilledOneIsTakenUp) {
  const Desk calm;
  const std::string expected = WithoutRates(calm.Do(kSmall));
  for (const char* seconds : {"0.02", "0.1", "0.2", "0.3", "0.4", "0.6"}) {
    const Desk desk;
    desk.Do(std::string("timeout -s KILL ") + seconds + " " + kSmall);
    EXPECT_EQ(WithoutRates(desk.Do(kSmall)), expected) << "killed after " << seconds << " s";
  }
}

TEST(DemoTest, WhatIsNotItsOwnIsLeftAlone) {
  const Desk desk;
  std::filesystem::create_directory(desk / "merit-demo");
  std::ofstream(desk / "merit-demo/letter.txt") << "dear";
  const Answer foreign = desk.Do(kSmall);
  EXPECT_EQ(foreign.exit_code, 2);
  EXPECT_NE(foreign.error.find("letter.txt"), std::string::npos) << foreign.error;
  EXPECT_NE(foreign.error.find("--out"), std::string::npos) << foreign.error;
  EXPECT_EQ(TextOf(desk / "merit-demo/letter.txt"), "dear");

  EXPECT_EQ(desk.Do("merit demo --drivers 20 --days 5 --out mine").exit_code, 0);
  const Answer other = desk.Do("merit demo --drivers 20 --days 6 --out mine");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.error.find("--days 5"), std::string::npos) << other.error;
  EXPECT_EQ(desk.Do("merit demo --story --out mine").exit_code, 2);

  std::ofstream(desk / "mine/demo.json") << "{";
  const Answer damaged = desk.Do("merit demo --drivers 20 --days 5 --out mine");
  EXPECT_EQ(damaged.exit_code, 3);
  EXPECT_NE(damaged.error.find("remove mine"), std::string::npos) << damaged.error;
}

TEST(DemoTest, WrongFlagsAreRefused) {
  const Desk desk;
  for (const char* flags : {"--divers 3", "--drivers 0", "--drivers x", "--days 99999", "--lang fr",
                            "--story --days 3", "--story --json", "extra"}) {
    const Answer answer = desk.Do(std::string("merit demo ") + flags);
    EXPECT_EQ(answer.exit_code, 2) << flags;
    EXPECT_NE(answer.error.find("merit demo: "), std::string::npos) << flags;
  }
  EXPECT_FALSE(std::filesystem::exists(desk / "merit-demo"));
}

TEST(DemoTest, ASmallCityIsToldToo) {
  const Desk desk;
  const Answer answer = desk.Do("merit demo --drivers 1 --days 1 --lang en");
  EXPECT_EQ(answer.exit_code, 0) << answer.error;
  EXPECT_NE(answer.out.find("nobody has a boost yet"), std::string::npos) << answer.out;
}

}  // namespace
}  // namespace merit
