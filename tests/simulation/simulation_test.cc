// Random logs, each folded in peace and in trouble: the two histories are one, and an auditor finds
// nothing wrong.
//
//   Caveats  MERIT_SEEDS="7" runs one seed, "1-50000" runs many; what the suite must reach is asked
//            of the default number of seeds or more only
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>

#include "engine/core/rows.h"
#include "tests/simulation/auditor.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/reachable.h"
#include "tests/simulation/runs.h"
#include "tests/simulation/workload.h"

namespace merit {
namespace {

constexpr uint64_t kSeeds = 2'000;

struct Seeds {
  uint64_t first = 1;
  uint64_t last = kSeeds;
};

Seeds AskedSeeds() {
  const char* const text = std::getenv("MERIT_SEEDS");
  if (text == nullptr) return {};
  char* rest = nullptr;
  Seeds seeds;
  seeds.first = seeds.last = std::strtoull(text, &rest, 10);
  if (*rest == '-') seeds.last = std::strtoull(rest + 1, nullptr, 10);
  return seeds;
}

// The first record that is not as it should be: a seed is easier to look into than two long lists.
void ExpectSame(const char* what, const std::vector<PublishedRecord>& calm,
                const std::vector<PublishedRecord>& troubled) {
  for (size_t place = 0; place < std::min(calm.size(), troubled.size()); ++place) {
    ASSERT_TRUE(calm[place] == troubled[place]) << what << " number " << place + 1 << " differs";
  }
  EXPECT_EQ(calm.size(), troubled.size()) << what;
}

void ExpectSameState(const char* what, const std::string& calm, const std::string& troubled) {
  if (calm == troubled) return;
  size_t line = 0;
  size_t place = 0;
  while (calm[place] == troubled[place]) line = calm[place++] == '\n' ? place : line;
  FAIL() << what << "\n  " << calm.substr(line, calm.find('\n', line) - line) << "\n  "
         << troubled.substr(line, troubled.find('\n', line) - line);
}

void ExpectSameRows(const MemoryStore::Rows& calm, const MemoryStore::Rows& troubled) {
  for (const auto& [key, value] : calm) {
    const auto found = troubled.find(key);
    ASSERT_TRUE(found != troubled.end()) << "key " << Hex(key) << " is missing";
    ASSERT_TRUE(value == found->second)
        << "key " << Hex(key) << "\n  " << Hex(value) << "\n  " << Hex(found->second);
  }
  for (const auto& [key, value] : troubled) ASSERT_TRUE(calm.contains(key)) << "key " << Hex(key);
}

void ExpectOneHistory(const History& calm, const History& troubled) {
  ExpectSame("outcome", calm.outcomes, troubled.outcomes);
  ExpectSame("seal", calm.seals, troubled.seals);
  ExpectSame("bulletin", calm.bulletins, troubled.bulletins);
  ExpectSame("dead letter", calm.dead_letters, troubled.dead_letters);
  EXPECT_TRUE(calm.last_scores == troubled.last_scores) << "the last score of some key differs";
  ExpectSameState("reopened, calm", calm.state, calm.state_reopened);
  ExpectSameState("troubled", calm.state, troubled.state);
  ExpectSameState("reopened, troubled", calm.state, troubled.state_reopened);
  ExpectSameRows(calm.rows, troubled.rows);
}

void RunSeed(uint64_t seed, Coverage* coverage) {
  SCOPED_TRACE("seed " + std::to_string(seed) + ": MERIT_SEEDS=" + std::to_string(seed));
  MemoryLog log;
  WriteWorkload(WorkloadOf(seed), &log);
  const History calm = FoldInPeace(&log);
  const History troubled = FoldInTrouble(&log, seed, coverage);
  if (testing::Test::HasFailure()) return;  // it did not get to the end
  ExpectOneHistory(calm, troubled);
  std::vector<Record> records;
  ASSERT_TRUE(log.Seek(0).ok());
  ASSERT_TRUE(log.Read(SIZE_MAX >> 1, &records).ok());
  EXPECT_EQ(Audit(records, calm, coverage), "") << "in the calm run";
  EXPECT_EQ(AuditScores(troubled), "") << "in the troubled run";
  ++coverage->runs;
}

// --- what the suite has to reach ---------------------------------------------------------------

// Few rows are kept in memory whole, whatever the limit: their keys are read by a start alone.
bool IsPaged(uint8_t table) {
  return table >= static_cast<uint8_t>(TableNumber::kProducers) &&
         table <= static_cast<uint8_t>(TableNumber::kWaiting);
}

void ExpectRowsReached(const Coverage& coverage) {
  for (auto table = static_cast<uint8_t>(TableNumber::kCity);
       table <= static_cast<uint8_t>(TableNumber::kCells); ++table) {
    const TableUse& use = coverage.tables[table];
    EXPECT_GT(use.puts, 0u) << "nothing was ever saved in table " << int{table};
    if (IsPaged(table)) {
      EXPECT_GT(use.reads, 0u) << "no page of table " << int{table} << " was ever read";
    }
  }
  uint64_t reads_evicted = 0;
  for (uint8_t table = 0; IsPaged(table) || table < 32; ++table) {
    if (IsPaged(table)) reads_evicted += coverage.tables[table].reads_evicted;
  }
  EXPECT_GT(reads_evicted, coverage.runs) << "pages that left memory were hardly ever read again";
}

void ExpectTrouble(const Coverage& coverage) {
  for (const char* call : {"Seek", "Read", "Publish", "Flush", "Resume", "Get", "Scan", "Save"}) {
    EXPECT_TRUE(coverage.early.contains(call)) << call << " never failed";
    EXPECT_TRUE(coverage.late.contains(call)) << call << " never failed late";
  }
  EXPECT_GT(coverage.kills, coverage.runs / 10);
  EXPECT_GT(coverage.lives, 2 * coverage.runs);
}

TEST(Simulation, TroubleChangesNoHistory) {
  const Seeds seeds = AskedSeeds();
  const auto begin = std::chrono::steady_clock::now();
  Coverage coverage;
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    RunSeed(seed, &coverage);
    if (testing::Test::HasFailure()) break;  // one seed to look into at a time
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  Print(coverage, std::cout);
  std::cout << took.count() << " s\n";
  ExpectOnlyReachable(coverage);
  if (coverage.runs < kSeeds) return;
  ExpectAllReached(coverage);
  ExpectRowsReached(coverage);
  ExpectTrouble(coverage);
}

}  // namespace
}  // namespace merit
