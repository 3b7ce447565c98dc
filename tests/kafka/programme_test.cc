// A programme as a city runs it: topics, engine, clock, submit, score, archive, replay, all of them
// the built program.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <map>
#include <random>
#include <thread>

#include "consumers/merit/city_clock.h"
#include "engine/clocks.h"
#include "merit/v1/score.pb.h"
#include "tests/kafka/kafka_commands.h"
#include "tests/text.h"

namespace merit {
namespace {

using Json = nlohmann::ordered_json;

class ProgrammeTest : public KafkaCommandTest {
 protected:
  std::unique_ptr<Program> StartEngine() {
    const Words words = {"engine",      "--group",     prefix_ + ".engine",
                         "--state-dir", Path("state"), "--commit-interval",
                         "20",          "--brokers",   broker_.address(),
                         "--prefix",    prefix_};
    return std::make_unique<Program>(words, scratch_.path());
  }
  Words Clock(const Words& more) {
    Words words = {"clock", "--producer", "clock"};
    words.insert(words.end(), more.begin(), more.end());
    return Told(words);
  }
  std::vector<Json> Lines(const std::string& topic) {
    std::vector<Json> lines;
    for (const std::string& line : LinesOf(GoodKafka({"tail", topic}).out))
      lines.push_back(Json::parse(line));
    return lines;
  }
  // How many outcomes there are of each code.
  std::map<std::string, int> Codes() {
    std::map<std::string, int> codes;
    for (const Json& outcome : Lines("outcomes")) {
      if (outcome.value("part", 0) == 0) ++codes[outcome["code"]];
    }
    return codes;
  }
};

TEST_F(ProgrammeTest, EachEventIsAnswered) {
  CreateTopics(2);
  const auto engine = StartEngine();
  const std::string opened = Write("opened.jsonl", ProgrammeLines(511500, 3));
  const Answer first = GoodKafka({"submit", opened, "--wait", "--json"});
  EXPECT_EQ(LinesOf(first.out).size(), 2u);
  EXPECT_EQ(Json::parse(first.error),
            (Json{{"sent", 2}, {"outcomes", {{"APPLIED", 2}}}, {"refused", 0}}));
  // Said again they are what they were, and that is good.
  const Answer again = GoodKafka({"submit", opened, "--wait", "--json"});
  EXPECT_EQ(Json::parse(again.error)["outcomes"], (Json{{"DUPLICATE", 2}}));

  const std::string refused =
      "{\"event_id\": \"x-1\", \"city_code\": 511500, \"producer_id\": \"nobody\", "
      "\"driver_opted_out\": {\"driver_id\": \"d\"}}\n"
      "{\"event_id\": \"x-2\", \"city_code\": 110000, \"producer_id\": \"nobody\", "
      "\"driver_opted_out\": {\"driver_id\": \"d\"}}\n"
      "{\"key\": \"511500\", \"timestamp_ms\": 1, \"value_base64\": \"AAAA\"}\n"
      "{\"key\": \"110000\", \"timestamp_ms\": 1, \"value_base64\": \"\"}\n";
  const Answer no = Kafka({"submit", Write("refused.jsonl", refused), "--wait", "--json"});
  EXPECT_EQ(no.exit_code, 1) << no.error;
  EXPECT_EQ(Json::parse(no.error)["outcomes"],
            (Json{{"STALE", 1}, {"UNDECODABLE", 1}, {"UNKNOWN_CITY", 2}}));
  engine->Send(SIGTERM);
  EXPECT_EQ(engine->Wait().exit_code, 0);
}

// The largest record that the intake takes is no event, and must not stop those behind it.
TEST_F(ProgrammeTest, TheLargestRecordStopsNothing) {
  CreateTopics(1);
  const auto engine = StartEngine();
  // Bytes that do not compress, as their base64 of a million characters: 3 / 4 of it.
  std::string value(1'390'000, 'A');
  std::mt19937 random(1);
  for (char& c : value) c = static_cast<char>('A' + random() % 26);
  const std::string lines = "{\"key\": \"511500\", \"timestamp_ms\": 1, \"value_base64\": \"" +
                            value + "\"}\n" + ProgrammeLines(511500, 1);
  const Answer answer = Kafka({"submit", Write("large.jsonl", lines), "--wait", "--json"});
  EXPECT_EQ(answer.exit_code, 1) << answer.error;
  EXPECT_EQ(Json::parse(answer.error)["outcomes"], (Json{{"APPLIED", 2}, {"UNKNOWN_CITY", 1}}));
  engine->Send(SIGTERM);
  EXPECT_EQ(engine->Wait().exit_code, 0);
}

TEST_F(ProgrammeTest, DaysThatAreOverAreClosedOnce) {
  CreateTopics(3);
  const auto engine = StartEngine();
  Good({"keygen", Path("clock.key")});
  const std::string key =
      Good({"keygen", "--show", Path("clock.key"), "--json"}).json()["public_key"];
  const std::vector<uint32_t> cities = {511500, 110000, 440300, 310000};
  std::string lines;
  for (uint32_t city : cities) lines += ProgrammeLines(city, 3, key);
  GoodKafka({"submit", Write("opened.jsonl", lines), "--wait"});

  // Three of them run, all the time; each city's days are closed in order, each once.
  std::vector<std::unique_ptr<Program>> clocks;
  for (int i = 0; i < 3; ++i)
    clocks.push_back(
        std::make_unique<Program>(Clock({"--key", Path("clock.key")}), scratch_.path()));
  for (int wait = 0; wait < 200 && Lines("seals").size() < 12; ++wait) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  for (const auto& clock : clocks) clock->Send(SIGTERM);
  for (const auto& clock : clocks) EXPECT_EQ(clock->Wait().exit_code, 0);

  std::map<uint32_t, std::vector<int>> days;
  for (const Json& seal : Lines("seals")) days[seal["city_code"]].push_back(seal["day"]);
  const int today = TodayInChina();
  for (uint32_t city : cities) {
    EXPECT_EQ(days[city], (std::vector<int>{today - 3, today - 2, today - 1})) << city;
  }
  const std::map<std::string, int> codes = Codes();
  EXPECT_EQ(codes.at("CODE_APPLIED"), 4 * (2 + 3));
  EXPECT_EQ(codes.size(), 1u);  // nothing was said twice

  // One that comes later, with another city to close, and one that has nothing to do.
  GoodKafka({"submit", Write("late.jsonl", ProgrammeLines(320100, 2, key)), "--wait"});
  const Answer once = Good(Clock({"--key", Path("clock.key"), "--once", "--json"}));
  EXPECT_EQ(LinesOf(once.out).size(), 2u) << once.out;
  const Answer nothing = Good(Clock({"--key", Path("clock.key"), "--once"}));
  EXPECT_EQ(nothing.out, "");
  engine->Send(SIGTERM);
  EXPECT_EQ(engine->Wait().exit_code, 0);
}

TEST_F(ProgrammeTest, ADayThatIsRefusedIsSaidAgain) {
  CreateTopics(1);
  const auto engine = StartEngine();
  const std::vector<std::string> lines = LinesOf(ProgrammeLines(511500, 1));
  GoodKafka({"submit", Write("opened.jsonl", lines[0] + "\n"), "--wait"});
  Program clock(Clock({"--again", "1"}), scratch_.path());
  for (int wait = 0; wait < 100 && Codes()["CODE_UNAUTHORISED"] == 0; ++wait) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  GoodKafka({"submit", Write("clock.jsonl", lines[1] + "\n"), "--wait"});
  for (int wait = 0; wait < 100 && Lines("seals").empty(); ++wait) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(Lines("seals").size(), 1u);
  clock.Send(SIGTERM);
  const Answer answer = clock.Wait();
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_NE(answer.error.find("no seal has come"), std::string::npos) << answer.error;
  engine->Send(SIGTERM);
  EXPECT_EQ(engine->Wait().exit_code, 0);
}

TEST_F(ProgrammeTest, TheArchiveReplaysToTheSameHistory) {
  CreateTopics(3);
  const auto engine = StartEngine();
  const Answer log =
      Good({"simulate", "--exchange", "-", "--drivers", "40", "--days", "40", "--cities", "4"});
  const Answer sent = Kafka({"submit", Write("log.jsonl", log.out), "--wait"});
  EXPECT_TRUE(sent.exit_code == 0 || sent.exit_code == 1)
      << sent.error;  // some are refused, and that is right
  engine->Send(SIGTERM);
  EXPECT_EQ(engine->Wait().exit_code, 0);

  GoodKafka({"archive", "--out", Path("archive"), "--topics", "intake,outcomes,seals"});
  std::map<std::string, std::vector<std::string>> live, replayed;
  const auto of_city = [](const std::string& line) {
    return Json::parse(line)["city_code"].dump();
  };
  for (const std::string topic : {"outcomes", "seals", "bulletins"}) {
    for (const std::string& line : LinesOf(GoodKafka({"tail", topic}).out))
      live[topic + of_city(line)].push_back(line);
  }
  size_t records = 0;
  for (int partition = 0; partition < 3; ++partition) {
    const std::string archive = Path("archive/intake/" + std::to_string(partition));
    if (LinesOf(TextOf(archive + ".json")).empty() || std::filesystem::is_empty(archive)) continue;
    const Answer again = Good({"replay", archive, "--json", "--outcomes", Path("outcomes"),
                               "--seals", Path("seals"), "--bulletins", Path("bulletins")});
    records += again.json()["records"].get<size_t>();
    for (const std::string topic : {"outcomes", "seals", "bulletins"}) {
      for (const std::string& line : LinesOf(TextOf(Path(topic))))
        replayed[topic + of_city(line)].push_back(line);
    }
  }
  EXPECT_EQ(records, LinesOf(log.out).size());
  EXPECT_EQ(live.size(), 12u);
  EXPECT_TRUE(live == replayed);
}

// --- a score as it comes ------------------------------------------------------------------------

class ScoreFollowTest : public ProgrammeTest {
 protected:
  static std::string Line(const std::string& event_id, const std::string& producer_id,
                          const std::string& body, int city = 511500) {
    return "{\"event_id\": \"" + event_id + "-" + std::to_string(city) +
           "\", \"city_code\": " + std::to_string(city) + ", \"producer_id\": \"" + producer_id +
           "\", \"occurred_at_ms\": 0, " + body + "}\n";
  }
  // A programme in which "desk" enrols drivers, and "app" speaks for them.
  static std::string Opening(uint32_t city) {
    std::string lines = ProgrammeLines(city, 1);
    for (const auto& [producer, role] : {std::pair("desk", "ROLE_PLATFORM"), {"app", "ROLE_APP"}}) {
      lines +=
          Line(std::string("registered-") + producer, "admin",
               "\"producer_registered\": {\"registered_producer_id\": \"" + std::string(producer) +
                   "\", \"roles\": [\"" + role + "\"], \"name\": \"x\"}",
               static_cast<int>(city));
    }
    return lines;
  }
  static std::string Enrolled(const std::string& driver, int city = 511500) {
    return Line("enrolled-" + driver, "desk",
                "\"driver_enrolled\": {\"driver_id\": \"" + driver +
                    "\", \"person_permit\": true, \"vehicle_permit\": true}",
                city);
  }
  void Submit(std::string lines) {
    const std::string now = std::to_string(WallMs());
    const std::string zero = "\"occurred_at_ms\": 0,";
    for (size_t at; (at = lines.find(zero)) != std::string::npos;)
      lines.replace(at, zero.size(), "\"occurred_at_ms\": " + now + ",");
    GoodKafka({"submit", Write("lines.jsonl", lines), "--wait"});
  }
  static void WaitForLines(const Program& program, size_t count) {
    for (int wait = 0; wait < 300 && LinesOf(program.OutSoFar()).size() < count; ++wait) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
};

TEST_F(ScoreFollowTest, EachNewOneIsPrintedWhenItIsCommitted) {
  CreateTopics(2);
  const auto engine = StartEngine();
  Program early(Told({"score", "d-1", "--follow", "--json"}), scratch_.path());
  Submit(Opening(511500) + Enrolled("d-1") + Enrolled("d-10"));
  WaitForLines(early, 1);
  Program late(Told({"score", "d-1", "--follow"}), scratch_.path());
  WaitForLines(late, 2);  // a heading, and what is there
  Submit(Line("out-1", "app", "\"driver_opted_out\": {\"driver_id\": \"d-1\"}"));
  WaitForLines(early, 2);
  WaitForLines(late, 3);
  Submit(Line("erased-1", "admin", "\"driver_erased\": {\"driver_id\": \"d-1\"}"));
  WaitForLines(early, 4);  // removed, and then the end of it
  WaitForLines(late, 5);

  early.Send(SIGINT);
  const Answer lines = early.Wait();
  EXPECT_EQ(lines.exit_code, 0) << lines.error;
  ASSERT_EQ(LinesOf(lines.out).size(), 4u) << lines.out;
  std::vector<Json> scores;
  for (const std::string& line : LinesOf(lines.out)) scores.push_back(Json::parse(line));
  EXPECT_EQ(scores[0]["key"], "511500|d-1");
  EXPECT_EQ(scores[0]["reading"]["gates"], v1::GATE_BIT_INSUFFICIENT);
  EXPECT_EQ(scores[0]["score"]["driver_id"], "d-1");
  EXPECT_EQ(scores[0]["reading"]["day"], scores[0]["score"]["as_of_day"]);
  EXPECT_EQ(scores[1]["reading"]["gates"], v1::GATE_BIT_INSUFFICIENT | v1::GATE_BIT_OPTED_OUT);
  EXPECT_EQ(scores[2]["reading"]["gates"], v1::GATE_BIT_INSUFFICIENT | v1::GATE_BIT_REMOVED);
  EXPECT_EQ(scores[3], (Json{{"key", "511500|d-1"}, {"tombstone", true}}));

  late.Send(SIGTERM);
  const Answer rows = late.Wait();
  EXPECT_EQ(rows.exit_code, 0) << rows.error;
  ASSERT_EQ(LinesOf(rows.out).size(), 5u) << rows.out;
  EXPECT_NE(LinesOf(rows.out)[0].find("boost"), std::string::npos) << rows.out;
  EXPECT_TRUE(LinesOf(rows.out)[1].starts_with("511500 ")) << rows.out;
  EXPECT_NE(LinesOf(rows.out)[4].find("erased"), std::string::npos) << rows.out;
  engine->Send(SIGTERM);
  EXPECT_EQ(engine->Wait().exit_code, 0);
}

TEST_F(ScoreFollowTest, WithoutFollowingItIsTheLastOfEachCity) {
  CreateTopics(2);
  const auto engine = StartEngine();
  Submit(Opening(511500) + Opening(110000) + Enrolled("d-1") + Enrolled("d-1", 110000));
  Submit(Line("out-1", "app", "\"driver_opted_out\": {\"driver_id\": \"d-1\"}"));
  const Answer all = GoodKafka({"score", "d-1", "--json"});
  ASSERT_EQ(LinesOf(all.out).size(), 2u) << all.out;
  EXPECT_EQ(Json::parse(LinesOf(all.out)[0])["key"], "110000|d-1");
  EXPECT_EQ(Json::parse(LinesOf(all.out)[1])["score"]["gates"], v1::GATE_BIT_OPTED_OUT);
  const Answer one =
      GoodKafka({"score", "d-1", "--city", "110000", "--day", "2199-01-01", "--json"});
  ASSERT_EQ(LinesOf(one.out).size(), 1u) << one.out;
  EXPECT_TRUE(one.json()["reading"]["lease_over"].get<bool>());
  const Answer none = Kafka({"score", "d-2"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_NE(none.error.find("--follow"), std::string::npos) << none.error;
  const Answer both = Kafka({"score", "some-state", "d-1"});
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_NE(both.error.find("some-state"), std::string::npos) << both.error;
  EXPECT_EQ(Merit({"score", "d-1", "--follow"}).exit_code, 2);  // no brokers
  EXPECT_EQ(Merit({"score", "some-state"}).exit_code, 2);       // no driver
  EXPECT_EQ(Kafka({"score", "--follow"}).exit_code, 2);
  engine->Send(SIGTERM);
  EXPECT_EQ(engine->Wait().exit_code, 0);
}

// --- what the clock knows, without a broker ----------------------------------------------------

TEST(CityClock, ADayIsDueWhenItIsOverWhereTheCityIs) {
  CityClock clock;
  ASSERT_TRUE(clock.Restore("511500:480:20513;100000:-60:20513;"));
  const int64_t end_ms = int64_t{20514} * 86'400'000;  // of the day, in UTC
  EXPECT_TRUE(clock.Due(end_ms - 8 * 3'600'000 - 1).empty());
  const std::vector<ClockDay> due = clock.Due(end_ms - 8 * 3'600'000);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].city_code, 511500u);
  EXPECT_EQ(due[0].day, 20513);
  EXPECT_EQ(due[0].end_ms, end_ms - 8 * 3'600'000 - 1);
  EXPECT_EQ(due[0].EventId(), "clock:511500:20513");
  EXPECT_EQ(clock.Due(end_ms + 3'600'000 - 1).size(), 1u);
  EXPECT_EQ(clock.Due(end_ms + 3'600'000).size(), 2u);
}

TEST(CityClock, TheNextDayWaitsForTheSeal) {
  CityClock clock;
  ASSERT_TRUE(clock.Restore("511500:480:20513;"));
  const int64_t later_ms = int64_t{20520} * 86'400'000;
  EXPECT_EQ(clock.Due(later_ms).at(0).day, 20513);
  v1::DaySeal seal;
  seal.set_city_code(511500);
  seal.set_day(20513);
  clock.Seal(seal);
  EXPECT_EQ(clock.Due(later_ms).at(0).day, 20514);
  EXPECT_EQ(clock.Encode(), "511500:480:20513;");
}

TEST(CityClock, WhatIsNoCityListIsRefused) {
  for (const char* text :
       {"H:merit-1", "511500", "511500:480:", "511500:480:20513", ";", "511500:480:20513;x"}) {
    CityClock clock;
    EXPECT_FALSE(clock.Restore(text)) << text;
  }
  CityClock clock;
  EXPECT_TRUE(clock.Restore(""));
}

}  // namespace
}  // namespace merit
