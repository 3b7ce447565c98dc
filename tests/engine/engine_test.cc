// What ends the loop, and what it says then: a newer event, a log that is too short, a store that
// holds no state. The rest of the loop is the simulation's.
#include "engine/engine.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/log/memory_log.h"
#include "engine/publish/memory_publisher.h"
#include "engine/store/memory_store.h"
#include "engine/wire/exchange.h"
#include "merit/v1/event.pb.h"
#include "simulator/simulator.h"

namespace merit {
namespace {

constexpr char kKey[] = "511500";

// The log of DOMAIN.md's example 6: 25 records, all of which are answered.
std::vector<ExchangeRecord> Example() {
  std::ifstream file(MERIT_VECTORS "/ex6_log.jsonl");
  std::vector<ExchangeRecord> records;
  for (std::string line; std::getline(file, line);) {
    EXPECT_TRUE(ParseExchangeLine(line, &records.emplace_back()).ok()) << line;
  }
  EXPECT_EQ(records.size(), 25u);
  return records;
}

class EngineTest : public testing::Test {
 protected:
  EngineTest() : records_(Example()) {
    MemoryLog log = LogOf(records_.size());
    MemoryStore store;
    Engine engine(&log, &store, &publisher_, {});
    EXPECT_TRUE(engine.Open().ok());
    EXPECT_TRUE(engine.FoldAll().ok());
    rows_ = store.rows();
  }

  // The first `count` records of the example as a log of their own.
  MemoryLog LogOf(size_t count) const {
    MemoryLog log;
    for (size_t place = 0; place < count; ++place) log.Append(records_[place].view());
    return log;
  }

  // What an engine says that finds `rows` and the example's log.
  Status Opened(MemoryStore::Rows rows, size_t log_records = 25) {
    MemoryLog log = LogOf(log_records);
    MemoryStore store(std::move(rows));
    return Engine(&log, &store, &publisher_, {}).Open();
  }

  const std::vector<ExchangeRecord> records_;
  // The fold of the whole example, and what it published.
  MemoryStore::Rows rows_;
  MemoryPublisher publisher_;
};

void ExpectSays(const Status& status, StatusCode code, const std::string& words) {
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_NE(std::string(status.message()).find(words), std::string::npos) << status;
}

// An event whose body has a number that no program of today knows.
std::string NewerEvent(const std::string& producer) {
  v1::Event event;
  event.set_event_id("newer");
  event.set_city_code(511500);
  event.set_producer_id(producer);
  event.set_occurred_at_ms(1'772'380'800'000);
  return event.SerializeAsString() + std::string("\xb2\x04\x00", 3);  // field 70, no bytes
}

TEST_F(EngineTest, ANewerEventStopsBeforeItAndWhatIsBeforeItIsSaved) {
  MemoryLog log = LogOf(10);
  log.Append({kKey, records_[9].timestamp_ms, NewerEvent("plat")});
  log.Append(records_[10].view());
  MemoryStore store;
  MemoryPublisher publisher;
  for (int start = 0; start < 2; ++start) {
    Engine engine(&log, &store, &publisher, {});
    ASSERT_TRUE(engine.Open().ok());
    EXPECT_EQ(engine.next_offset(), start == 0 ? 0 : 10);
    const Status status = engine.FoldAll();
    ExpectSays(status, StatusCode::kUnimplemented, "offset 10");
    EXPECT_EQ(publisher.topic(Topic::kOutcomes).size(), 10u);
  }
}

TEST_F(EngineTest, NobodyElseStopsIt) {
  MemoryLog log = LogOf(10);
  log.Append({kKey, records_[9].timestamp_ms, NewerEvent("stranger")});
  MemoryStore store;
  MemoryPublisher publisher;
  Engine engine(&log, &store, &publisher, {});
  ASSERT_TRUE(engine.Open().ok());
  EXPECT_TRUE(engine.FoldAll().ok());
  EXPECT_EQ(engine.machine().code_counts()[v1::CODE_UNAUTHORISED], 1u);
}

TEST_F(EngineTest, ALogThatIsShorterThanItsFoldIsNotGoneOnWith) {
  ExpectSays(Opened(rows_, 24), StatusCode::kDataLoss,
             "the state is the fold of 25 records, the log has only 24");
  EXPECT_TRUE(Opened(rows_, 25).ok());
}

TEST_F(EngineTest, AStateOfAnotherFormatIsToBeMadeAgain) {
  rows_.at("cursor")[0] = 99;
  ExpectSays(Opened(rows_), StatusCode::kDataLoss, "it has format 99");
}

TEST_F(EngineTest, ACursorThatIsCutIsDamage) {
  const std::string cursor = rows_.at("cursor");
  for (size_t size = 0; size < cursor.size(); ++size) {
    rows_.at("cursor") = cursor.substr(0, size);
    ExpectSays(Opened(rows_), StatusCode::kDataLoss, "its cursor is damaged");
  }
  rows_.at("cursor") = cursor + '\0';
  ExpectSays(Opened(rows_), StatusCode::kDataLoss, "its cursor is damaged");
}

// Every row cut short is either found at the start or by the read that touches it; nothing of it
// is guessed.
TEST_F(EngineTest, ARowThatIsCutIsNeverTakenForAWholeOne) {
  size_t found_at_start = 0;
  for (const auto& [key, value] : rows_) {
    if (key == "cursor" || value.empty()) continue;
    MemoryStore::Rows rows = rows_;
    rows.at(key) = value.substr(0, value.size() - 1);
    const Status status = Opened(rows);
    if (status.ok()) continue;  // a page: it is read when it is asked for
    ++found_at_start;
    ExpectSays(status, StatusCode::kDataLoss, "damaged");
  }
  EXPECT_GT(found_at_start, 5u);
}

TEST_F(EngineTest, AMissingPageEndsTheFoldThatNeedsIt) {
  std::erase_if(rows_, [](const auto& row) {  // the drivers' pages: table 6
    return row.first.size() == 9 && row.first[4] == 6;
  });
  MemoryLog log = LogOf(25);
  v1::Event event;
  ASSERT_TRUE(event.ParseFromString(records_[6].value));  // enrols A
  event.set_event_id("again");
  event.mutable_driver_enrolled()->set_driver_id("A");
  event.set_occurred_at_ms(records_[24].timestamp_ms);
  log.Append({kKey, records_[24].timestamp_ms, event.SerializeAsString()});
  MemoryStore store(rows_);
  Engine engine(&log, &store, &publisher_, {});
  ASSERT_TRUE(engine.Open().ok());
  EXPECT_EQ(engine.FoldAll().code(), StatusCode::kDataLoss);
  EXPECT_EQ(store.rows(), rows_) << "something was saved by halves";
}

// Partitions that come take a part of the memory of those that are there.
TEST(EngineMemory, MayBecomeLessInTheMidst) {
  SimulationOptions options;
  options.drivers = 300;
  options.days = 60;
  options.events_max = 8'000;
  Simulator simulator(options);
  MemoryLog log;
  for (Record record; simulator.Next(&record);) log.Append(record);
  MemoryStore store, calm_store;
  MemoryPublisher publisher, calm;
  const EngineOptions engine_options{.batch_records_max = 256};
  Engine engine(&log, &store, &publisher, engine_options);
  ASSERT_TRUE(engine.Open().ok());
  while (engine.next_offset() < 4'096) ASSERT_TRUE(engine.FoldBatch().ok());
  const size_t before = engine.machine().memory_bytes();
  engine.SetMemoryMax(before / 2);
  ASSERT_TRUE(engine.FoldBatch().ok());
  EXPECT_LT(engine.machine().memory_bytes(), before * 9 / 10);  // what is no page stays
  ASSERT_TRUE(engine.FoldAll().ok());

  ASSERT_TRUE(log.Seek(0).ok());
  Engine calm_engine(&log, &calm_store, &calm, engine_options);
  ASSERT_TRUE(calm_engine.Open().ok());
  ASSERT_TRUE(calm_engine.FoldAll().ok());
  for (const Topic topic : {Topic::kOutcomes, Topic::kScores, Topic::kSeals}) {
    EXPECT_TRUE(publisher.topic(topic) == calm.topic(topic));
  }
}

}  // namespace
}  // namespace merit
