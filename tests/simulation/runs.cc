#include "tests/simulation/runs.h"

#include <gtest/gtest.h>

#include "engine/core/state_export.h"
#include "engine/engine.h"
#include "simulator/random.h"
#include "tests/simulation/trouble.h"

namespace merit {
namespace {

std::string ExportAll(Engine& engine) {
  std::string text;
  for (const auto& [code, city] : engine.machine().cities()) {
    ExportState(*city, [&](const std::string& line) { text.append(line).append("\n"); });
  }
  return text;
}

void TakeTopics(const MemoryPublisher& publisher, History* history) {
  history->outcomes = publisher.topic(Topic::kOutcomes);
  history->seals = publisher.topic(Topic::kSeals);
  history->bulletins = publisher.topic(Topic::kBulletins);
  history->dead_letters = publisher.topic(Topic::kDeadLetters);
  history->scores = publisher.topic(Topic::kScores);
  for (const PublishedRecord& score : history->scores) history->last_scores[score.key] = score;
}

// Events that wait no more keep none of their bytes: the rows stay for ever.
void ExpectNothingKeptInVain(Engine& engine) {
  for (const auto& [code, city] : engine.machine().cities()) {
    city->waiting.ForEach([](uint32_t number, const WaitingRow& row) {
      EXPECT_EQ(row.value.empty(), !row.waiting) << "waiting event " << number;
    });
  }
}

// What the last engine left, and what another one makes of it.
void TakeDisk(MemoryLog* log, MemoryStore::Rows rows, MemoryPublisher* publisher,
              History* history) {
  MemoryStore store(std::move(rows));
  Engine engine(log, &store, publisher, {});
  const Status opened = engine.Open();
  ASSERT_TRUE(opened.ok()) << opened;
  history->state_reopened = ExportAll(engine);
  history->rows = store.rows();
  history->rows.erase("cursor");
}

// One of a few magnitudes, then anything within it.
int64_t DrawSize(Random& random, int64_t size_max) {
  static constexpr int64_t kMagnitudes[] = {1, 3, 10, 40, 150, 600};
  const int64_t magnitude = kMagnitudes[random.Below(std::size(kMagnitudes))];
  return random.Between(1, std::min(magnitude, size_max));
}

EngineOptions DrawOptions(Random& random) {
  static constexpr size_t kMemory[] = {0, 0, 50'000, 300'000, size_t{1} << 30};
  EngineOptions options;
  options.batch_records_max = static_cast<size_t>(DrawSize(random, 600));
  options.save_records_max = static_cast<uint64_t>(DrawSize(random, 600));
  options.memory_bytes_max = kMemory[random.Below(std::size(kMemory))];
  return options;
}

// Folds to the end of the log, unless something fails or the process is killed.
enum class End { kLogEnded, kKilled };

StatusOr<End> Live(Engine& engine, Random& random, bool mortal) {
  RETURN_IF_ERROR(engine.Open());
  for (;;) {
    ASSIGN_OR_RETURN(const size_t folded, engine.FoldBatch());
    const bool ended = folded == 0;
    if (ended || random.Below(8) == 0) RETURN_IF_ERROR(engine.Save());
    if (ended) return End::kLogEnded;
    if (mortal && random.Below(100) == 0) return End::kKilled;
  }
}

}  // namespace

History FoldInPeace(MemoryLog* log) {
  MemoryStore store;
  MemoryPublisher publisher;
  History history;
  {
    Engine engine(log, &store, &publisher, {.batch_records_max = 1'000'000});
    EXPECT_TRUE(engine.Open().ok());
    const Status folded = engine.FoldAll();
    EXPECT_TRUE(folded.ok()) << folded;
    history.state = ExportAll(engine);
    ExpectNothingKeptInVain(engine);
  }
  TakeTopics(publisher, &history);
  TakeDisk(log, store.rows(), &publisher, &history);
  return history;
}

History FoldInTrouble(MemoryLog* log, uint64_t seed, Coverage* coverage) {
  Random random(Spread(seed) + 1);
  Trouble trouble(Spread(seed) + 2, coverage);
  TroubledLog troubled_log(log, &trouble);
  MemoryPublisher publisher;
  TroubledPublisher troubled_publisher(&publisher, &trouble);
  MemoryStore::Rows disk;
  History history;
  const uint32_t lives_max = 1 + random.Below(12);
  for (uint32_t life = 1;; ++life) {
    const bool mortal = life < lives_max;
    if (mortal) {
      trouble.Plan(DrawSize(random, 600));
    } else {
      trouble.Calm();
    }
    TroubledStore store(std::move(disk), &trouble);
    Engine engine(&troubled_log, &store, &troubled_publisher, DrawOptions(random));
    const StatusOr<End> end = Live(engine, random, mortal);
    ++coverage->lives;
    coverage->kills += end.ok() && *end == End::kKilled;
    // What fails is what was planned to, and says so.
    if (!end.ok() && end.status() != trouble.failure()) {
      ADD_FAILURE() << "engine " << life << ": " << end.status();
      return history;
    }
    const bool ended = end.ok() && *end == End::kLogEnded;
    if (ended) {
      trouble.Calm();
      history.state = ExportAll(engine);
    }
    disk = store.rows();
    if (ended) break;
  }
  TakeTopics(publisher, &history);
  TakeDisk(log, std::move(disk), &publisher, &history);
  return history;
}

}  // namespace merit
