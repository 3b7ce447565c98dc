// A disk that fails: whichever save it is, and whether it was written or not, the engine says why,
// drops what it holds, and the next one comes to the same history, byte for byte.
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/log/memory_log.h"
#include "engine/publish/memory_publisher.h"
#include "engine/store/memory_store.h"
#include "engine/store/rocks_store.h"
#include "simulator/simulator.h"
#include "tests/scratch_directory.h"

namespace merit {
namespace {

// Saves into another store, but for one.
class FailingStore final : public Store {
 public:
  // The n-th save fails (1: the first); late: it is written, and fails all the same.
  struct Fault {
    int nth = 0;
    bool late = false;
    Status status;
  };
  FailingStore(Store* store, Fault fault) : store_(store), fault_(std::move(fault)) {}

  [[nodiscard]] StatusOr<bool> Get(std::string_view key, std::string* value) override {
    RETURN_IF_ERROR(failure_);
    return store_->Get(key, value);
  }
  [[nodiscard]] Status Scan(std::string_view prefix, const Visit& visit) override {
    RETURN_IF_ERROR(failure_);
    return store_->Scan(prefix, visit);
  }
  [[nodiscard]] Status Save(const Collect& collect) override {
    RETURN_IF_ERROR(failure_);
    if (++saves_ != fault_.nth) return store_->Save(collect);
    if (fault_.late) RETURN_IF_ERROR(store_->Save(collect));
    failure_ = fault_.status;
    return failure_;
  }
  int saves() const { return saves_; }

 private:
  Store* const store_;
  const Fault fault_;
  int saves_ = 0;
  Status failure_;
};

class StoreFailure : public testing::Test {
 protected:
  StoreFailure() {
    SimulationOptions options;
    options.seed = 81;
    options.city_codes = CityCodes(2);
    options.drivers = 50;
    options.days = 100;
    options.events_max = 1'000;
    options.reports_per_driver_1000_days = 2'000;
    options.hostile_permille = 50;
    Simulator simulator(options);
    Record record;
    while (simulator.Next(&record)) log_.Append(record);
    // Little memory, so that rows are read back too.
    options_.batch_records_max = 50;
    options_.save_records_max = 100;
    options_.memory_bytes_max = 200'000;
  }

  Status Fold(Store* store, MemoryPublisher* publisher) {
    Engine engine(&log_, store, publisher, options_);
    RETURN_IF_ERROR(engine.Open());
    return engine.FoldAll();
  }

  static const std::vector<Status>& Failures() {
    static const std::vector<Status> failures = {
        Failure(StatusCode::kResourceExhausted, "the disk is full"),
        Failure(StatusCode::kAborted, "input/output error"),
        DataLoss("a checksum does not hold")};
    return failures;
  }

  // The two topics that batches have no say in.
  static void ExpectSame(const MemoryPublisher& calm, const MemoryPublisher& got) {
    for (const Topic topic :
         {Topic::kOutcomes, Topic::kSeals, Topic::kBulletins, Topic::kDeadLetters}) {
      EXPECT_TRUE(calm.topic(topic) == got.topic(topic)) << kTopicNames[static_cast<size_t>(topic)];
    }
    std::map<std::string, std::string> last_calm, last_got;
    for (const PublishedRecord& score : calm.topic(Topic::kScores))
      last_calm[score.key] = score.value;
    for (const PublishedRecord& score : got.topic(Topic::kScores))
      last_got[score.key] = score.value;
    EXPECT_TRUE(last_calm == last_got) << "the last score of some driver differs";
  }

  // All rows but the cursor, which holds the publisher's position.
  static MemoryStore::Rows RowsOf(Store* store) {
    MemoryStore::Rows rows;
    EXPECT_TRUE(store->Scan("", [&](std::string_view key, std::string_view value) {
      if (key != "cursor") rows.emplace(key, value);
      return true;
    }).ok());
    return rows;
  }

  MemoryLog log_;
  EngineOptions options_;
};

TEST_F(StoreFailure, OfEverySave) {
  MemoryStore calm_store;
  MemoryPublisher calm;
  FailingStore counting(&calm_store, {});
  ASSERT_TRUE(Fold(&counting, &calm).ok());
  ASSERT_GE(counting.saves(), 10);
  std::cout << counting.saves() << " saves\n";
  for (int nth = 1; nth <= counting.saves(); ++nth) {
    for (const bool late : {false, true}) {
      const Status& failure = Failures()[static_cast<size_t>(nth) % Failures().size()];
      SCOPED_TRACE(Cat("save ", nth, late ? ", written, " : ", not written, ", failure.message()));
      MemoryStore disk;
      MemoryPublisher publisher;
      FailingStore failing(&disk, {nth, late, failure});
      const Status ended = Fold(&failing, &publisher);
      ASSERT_EQ(ended, failure);
      EXPECT_EQ(failing.saves(), nth) << "something was saved after a save had failed";
      const Status again = Fold(&disk, &publisher);
      ASSERT_TRUE(again.ok()) << again;
      ExpectSame(calm, publisher);
      EXPECT_TRUE(RowsOf(&disk) == RowsOf(&calm_store)) << "the rows differ";
    }
  }
}

// The same on a real one, which is closed and opened in between.
TEST_F(StoreFailure, OfEverySaveOnADisk) {
  MemoryStore calm_store;
  MemoryPublisher calm;
  FailingStore counting(&calm_store, {});
  ASSERT_TRUE(Fold(&counting, &calm).ok());
  const ScratchDirectory scratch;
  for (int nth = 1; nth <= counting.saves(); nth += 3) {
    const bool late = nth % 2 == 0;
    SCOPED_TRACE(Cat("save ", nth, late ? ", written" : ", not written"));
    const std::string place = scratch / std::to_string(nth);
    MemoryPublisher publisher;
    {
      auto store = RocksStore::Open(place);
      ASSERT_TRUE(store.ok()) << store.status();
      FailingStore failing(store->get(), {nth, late, Failures()[0]});
      ASSERT_EQ(Fold(&failing, &publisher), Failures()[0]);
    }
    auto store = RocksStore::Open(place);
    ASSERT_TRUE(store.ok()) << store.status();
    const Status again = Fold(store->get(), &publisher);
    ASSERT_TRUE(again.ok()) << again;
    ExpectSame(calm, publisher);
    EXPECT_TRUE(RowsOf(store->get()) == RowsOf(&calm_store)) << "the rows differ";
  }
}

}  // namespace
}  // namespace merit
