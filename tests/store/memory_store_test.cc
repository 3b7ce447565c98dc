#include "engine/store/memory_store.h"

#include <gtest/gtest.h>

#include "tests/store/change_list.h"

namespace merit {
namespace {

using Fate = MemoryStore::Fate;

MemoryStore::Schedule At(uint64_t when, Fate fate) {
  return [=](uint64_t call) { return call == when ? fate : Fate::kWorks; };
}

const MemoryStore::Rows kBefore = {{"a", "1"}, {"b", "2"}};
const MemoryStore::Rows kAfter = {{"a", "3"}, {"c", "4"}};
ChangeList ToAfter() { return {{"c", "4"}, {"b", "", true}, {"a", "3"}}; }

struct Case {
  Fate fate;
  StatusCode code;
  bool saved;
  bool crashed;
};

TEST(MemoryStore, ASaveThatFailsOrCrashesLeavesAllOrNothing) {
  for (const Case& c : {Case{Fate::kFails, StatusCode::kAborted, false, false},
                        Case{Fate::kFailsLate, StatusCode::kAborted, true, false},
                        Case{Fate::kCrashes, StatusCode::kCancelled, false, true},
                        Case{Fate::kCrashesLate, StatusCode::kCancelled, true, true}}) {
    MemoryStore store(kBefore, At(2, c.fate));
    std::string value;
    ASSERT_TRUE(store.Get("a", &value).ok());
    ChangeList changes = ToAfter();
    EXPECT_EQ(store.Save(changes).code(), c.code);
    EXPECT_EQ(store.rows(), c.saved ? kAfter : kBefore);
    EXPECT_EQ(store.crashed(), c.crashed);
  }
}

TEST(MemoryStore, AfterAFailureNothingWorksUntilItIsReopened) {
  MemoryStore store(kBefore, At(1, Fate::kCrashes));
  std::string value;
  EXPECT_FALSE(store.Get("a", &value).ok());
  EXPECT_FALSE(store.Get("a", &value).ok());
  EXPECT_FALSE(store.Scan("", [](auto, auto) { return true; }).ok());
  ChangeList changes = ToAfter();
  EXPECT_FALSE(store.Save(changes).ok());
  EXPECT_EQ(store.calls(), 1u);

  MemoryStore reopened(store.rows());
  EXPECT_TRUE(reopened.Save(changes).ok());
  EXPECT_EQ(reopened.rows(), kAfter);
  EXPECT_EQ(store.rows(), kBefore) << "the copy is another disk";
}

TEST(MemoryStore, FailuresOfReadsAreReported) {
  for (const Fate fate : {Fate::kFails, Fate::kFailsLate, Fate::kCrashes, Fate::kCrashesLate}) {
    std::string value = "unchanged";
    MemoryStore get(kBefore, At(1, fate));
    EXPECT_FALSE(get.Get("a", &value).ok());
    EXPECT_EQ(value, "unchanged");
    MemoryStore scan(kBefore, At(1, fate));
    EXPECT_FALSE(scan.Scan("", [](auto, auto) { return true; }).ok());
  }
}

}  // namespace
}  // namespace merit
