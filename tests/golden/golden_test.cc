// The golden logs: a log in; every outcome, score, seal, bulletin and the state out.
//
// What they must give was made by an independent implementation. Where one differs, the program or
// the text is wrong: find out which from the text. MERIT_REWRITE=1 writes what the program gives in
// place of what is there: commit only what you understand.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/event_types.h"
#include "engine/core/state_export.h"
#include "engine/engine.h"
#include "engine/log/memory_log.h"
#include "engine/publish/memory_publisher.h"
#include "engine/store/memory_store.h"
#include "merit/v1/bulletin.pb.h"
#include "merit/v1/event.pb.h"
#include "merit/v1/outcome.pb.h"
#include "merit/v1/score.pb.h"
#include "merit/v1/seal.pb.h"
#include "tests/golden/golden_file.h"
#include "tests/simulation/reach.h"

namespace merit {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

fs::path Golden() { return MERIT_GOLDEN; }

// What the engine gives for a log.
struct Answers {
  Lines outcomes, scores, seals, bulletins, state;
};

Lines JsonLines(const MemoryPublisher& publisher, Topic topic) {
  Lines lines;
  for (const PublishedRecord& record : publisher.topic(topic)) {
    StatusOr<std::string> json = OutputToJson(topic, record.key, record.value, record.tombstone);
    EXPECT_TRUE(json.ok()) << json.status();
    lines.push_back(*json);
  }
  return lines;
}

// The last record of each driver, by city and driver.
Lines LastScores(const MemoryPublisher& publisher) {
  std::map<std::string, std::string> last;
  for (const PublishedRecord& record : publisher.topic(Topic::kScores)) {
    last[record.key] = *OutputToJson(Topic::kScores, record.key, record.value, record.tombstone);
  }
  Lines lines;
  for (const auto& [key, json] : last) lines.push_back(json);
  return lines;
}

Answers Fold(const fs::path& log_path, size_t batch_records) {
  MemoryLog log;
  for (const std::string& line : GoldenLines(log_path)) {
    ExchangeRecord record;
    const Status parsed = ParseExchangeLine(line, &record);
    EXPECT_TRUE(parsed.ok()) << parsed << "\n" << line;
    log.Append(record.view());
  }
  MemoryStore store;
  MemoryPublisher publisher;
  Engine engine(&log, &store, &publisher, {.batch_records_max = batch_records});
  EXPECT_TRUE(engine.Open().ok());
  const Status folded = engine.FoldAll();
  EXPECT_TRUE(folded.ok()) << folded;
  Answers answers{JsonLines(publisher, Topic::kOutcomes),
                  LastScores(publisher),
                  JsonLines(publisher, Topic::kSeals),
                  JsonLines(publisher, Topic::kBulletins),
                  {}};
  for (const auto& [code, city] : engine.machine().cities()) {
    ExportState(*city, [&](const std::string& line) { answers.state.push_back(line); });
  }
  return answers;
}

template <class Normalise>
void ExpectSame(const fs::path& path, const Lines& actual, Normalise normalise) {
  if (std::getenv("MERIT_REWRITE") != nullptr) {
    std::ofstream file(path);
    for (const std::string& line : actual) file << line << "\n";
    return;
  }
  ExpectGolden(path, actual, normalise);
}

void ExpectAnswers(const fs::path& folder, const Answers& answers) {
  ExpectSame(folder / "outcomes.jsonl", answers.outcomes, Normal<v1::Outcome>);
  if (testing::Test::HasFatalFailure()) return;  // the first difference explains most others
  ExpectSame(folder / "scores.jsonl", answers.scores, Normal<v1::Score>);
  ExpectSame(folder / "bulletins.jsonl", answers.bulletins, Normal<v1::Bulletin>);
  ExpectSame(folder / "state.jsonl", answers.state, WithoutSpaces);
  ExpectSame(folder / "seals.jsonl", answers.seals, Normal<v1::DaySeal>);
}

class GoldenLog : public testing::TestWithParam<std::string> {};

TEST_P(GoldenLog, GivesTheSameAnswers) {
  const fs::path folder = Golden() / "logs" / GetParam();
  ExpectAnswers(folder, Fold(folder / "log.jsonl", 4'096));
}

TEST_P(GoldenLog, GivesTheSameAnswersRecordByRecord) {
  const fs::path folder = Golden() / "logs" / GetParam();
  ExpectAnswers(folder, Fold(folder / "log.jsonl", 1));
}

Lines FoldersOf(const fs::path& path) {
  Lines names;
  for (const auto& entry : fs::directory_iterator(path)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Logs, GoldenLog, testing::ValuesIn(FoldersOf(Golden() / "logs")),
                         TestName<std::string>);

// --- together they say everything that can be said ---------------------------------------------

template <class Message>
Message Parsed(const std::string& line) {
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(line, &message);
  EXPECT_TRUE(status.ok()) << status.ToString() << "\n" << line;
  return message;
}

// Event bodies by city and event_id, the first of each: the one that the outcomes are about.
using Bodies = std::map<std::pair<std::string, std::string>, int>;

Bodies BodiesOf(const fs::path& log_path) {
  Bodies bodies;
  for (const std::string& line : GoldenLines(log_path)) {
    ExchangeRecord record;
    v1::Event event;
    EXPECT_TRUE(ParseExchangeLine(line, &record).ok());
    if (!event.ParseFromString(record.value)) continue;
    bodies.try_emplace({record.key, event.event_id()}, event.body_case());
  }
  return bodies;
}

struct Reached {
  Reach words;
  std::set<int> applied;  // bodies
};

void SeeLog(const fs::path& folder, Reached* reached) {
  const Bodies bodies = BodiesOf(folder / "log.jsonl");
  for (const std::string& line : GoldenLines(folder / "outcomes.jsonl")) {
    const auto outcome = Parsed<v1::Outcome>(line);
    reached->words.See(outcome);
    const auto body = bodies.find({std::to_string(outcome.city_code()), outcome.event_id()});
    if (outcome.code() == v1::CODE_APPLIED && body != bodies.end()) {
      reached->applied.insert(body->second);
    }
  }
  for (const std::string& line : GoldenLines(folder / "bulletins.jsonl")) {
    reached->words.See(Parsed<v1::Bulletin>(line));
  }
  for (const std::string& line : GoldenLines(folder / "scores.jsonl")) {
    if (line.find("\"tombstone\"") == std::string::npos) {
      reached->words.See(Parsed<v1::Score>(line));
    }
  }
}

TEST(GoldenLogs, SayTogetherWhatCanBeSaid) {
  Reached reached;
  for (const std::string& name : FoldersOf(Golden() / "logs")) {
    SeeLog(Golden() / "logs" / name, &reached);
  }
  for (const EventType& type : EventTypes()) {
    EXPECT_TRUE(reached.applied.contains(type.number)) << type.name << " is never applied";
  }
  using Words = std::set<std::string>;
  // The factors of a score alone, a dead letter's code, and what is decided at once.
  EXPECT_EQ(
      reached.words.Missing(*v1::Outcome::descriptor()),
      Words({"MeritChanged.factor HONOUR", "MeritChanged.factor ROUNDING",
             "MeritChanged.factor STANDING", "Outcome.code UNKNOWN_CITY",
             "RedemptionStateChanged.state DECLINED", "RedemptionStateChanged.state RESERVED"}));
  EXPECT_EQ(reached.words.Missing(*v1::Bulletin::descriptor()), Words({}));
  EXPECT_EQ(reached.words.Missing(*v1::Score::descriptor()), Words({}));
}

class WorkedExample : public testing::TestWithParam<std::string> {};

TEST_P(WorkedExample, GivesTheOutcomesOfTheText) {
  const fs::path vectors = Golden() / "vectors";
  const Answers answers = Fold(vectors / (GetParam() + "_log.jsonl"), 4'096);
  ExpectSame(vectors / (GetParam() + "_outcomes.jsonl"), answers.outcomes, Normal<v1::Outcome>);
}

INSTANTIATE_TEST_SUITE_P(Text, WorkedExample, testing::Values("ex6", "ex7"));

}  // namespace
}  // namespace merit
