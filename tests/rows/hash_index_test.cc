#include "engine/rows/hash_index.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "simulator/random.h"

namespace merit {
namespace {

uint32_t FindValue(const HashIndex& index, uint32_t hash, uint32_t value) {
  return index.Find(hash, [&](uint32_t candidate) { return candidate == value; });
}

TEST(HashIndex, EmptyFindsNothing) {
  const HashIndex index;
  EXPECT_EQ(FindValue(index, 0, 0), kNone);
  EXPECT_EQ(index.memory_bytes(), 0u);
}

TEST(HashIndex, FindsAllOfMany) {
  Random random(1);
  HashIndex index;
  std::vector<uint32_t> hashes;
  for (uint32_t value = 0; value < 50'000; ++value) {
    hashes.push_back(static_cast<uint32_t>(random.Next()));
    index.Insert(hashes.back(), value);
  }
  for (uint32_t value = 0; value < hashes.size(); ++value) {
    ASSERT_EQ(FindValue(index, hashes[value], value), value);
  }
  EXPECT_EQ(FindValue(index, 12'345, 50'000), kNone);
  // Between 0.4 and 0.67 full.
  EXPECT_LE(index.memory_bytes(), 50'000 * 8 * 10 / 4);
  EXPECT_GE(index.memory_bytes(), 50'000 * 8 * 100 / 67);
}

TEST(HashIndex, KeysOfOneHashAreTold) {
  for (const uint32_t hash : {0u, 7u, 0xffffffffu}) {
    HashIndex index;
    for (uint32_t value = 0; value < 500; ++value) index.Insert(hash, value);
    for (uint32_t value = 0; value < 500; ++value) ASSERT_EQ(FindValue(index, hash, value), value);
    EXPECT_EQ(FindValue(index, hash, 500), kNone);
  }
}

// Neighbouring homes run into each other, over the end of the table as well.
TEST(HashIndex, RunsOverItsEnd) {
  HashIndex index;
  for (uint32_t value = 0; value < 300; ++value) index.Insert(0xffffffffu - value % 3, value);
  for (uint32_t value = 0; value < 300; ++value) {
    ASSERT_EQ(FindValue(index, 0xffffffffu - value % 3, value), value);
  }
}

TEST(HashIndex, DeadSlotsAreUsedAgain) {
  Random random(2);
  HashIndex index;
  std::map<uint32_t, uint32_t> hashes;  // of living values
  uint32_t first = 0;
  const auto alive = [&](uint32_t value) { return value >= first; };
  size_t bytes_max = 0;
  for (uint32_t value = 0; value < 200'000; ++value) {
    if (value >= 1'000) hashes.erase(first++);
    // Few hashes: chains of dead and living entries.
    hashes[value] = static_cast<uint32_t>(random.Below(400u) * 10'000'019u);
    index.Insert(hashes[value], value, alive);
    bytes_max = std::max(bytes_max, index.memory_bytes());
    if (value % 997 != 0) continue;
    for (const auto& [living, hash] : hashes) ASSERT_EQ(FindValue(index, hash, living), living);
  }
  EXPECT_LE(bytes_max, 1'000u * 8 * 4);
}

TEST(HashIndex, SetReplaces) {
  HashIndex index;
  const auto all = [](uint32_t) { return true; };
  const auto even = [](uint32_t value) { return value % 2 == 0; };
  index.Set(5, 2, even, all);
  index.Set(
      5, 3, [](uint32_t value) { return value % 2 == 1; }, all);
  index.Set(5, 4, even, all);
  EXPECT_EQ(FindValue(index, 5, 2), kNone);
  EXPECT_EQ(FindValue(index, 5, 3), 3u);
  EXPECT_EQ(FindValue(index, 5, 4), 4u);
}

// Values are replaced, die and come back, as those of the flag rules do.
TEST(HashIndex, SetIsAsAMap) {
  Random random(3);
  HashIndex index;
  std::map<uint32_t, uint32_t> newest;  // key -> value
  std::map<uint32_t, uint32_t> key_of;  // value -> key
  for (uint32_t value = 0; value < 100'000; ++value) {
    const uint32_t first = value < 300 ? 0 : value - 300;
    const uint32_t key = random.Below(500u);
    const uint32_t hash = key / 2 * 2'654'435'761u;  // two keys of each hash
    key_of[value] = key;
    newest[key] = value;
    index.Set(
        hash, value,
        [&](uint32_t candidate) { return candidate >= first && key_of[candidate] == key; },
        [&](uint32_t candidate) { return candidate >= first; });
    const uint32_t asked = random.Below(500u);
    const uint32_t found = index.Find(asked / 2 * 2'654'435'761u, [&](uint32_t candidate) {
      return candidate >= first && key_of[candidate] == asked;
    });
    const bool there = newest.contains(asked) && newest[asked] >= first;
    ASSERT_EQ(found, there ? newest[asked] : kNone) << value;
  }
}

TEST(HashIndex, ReservedRoomIsNotMadeAgain) {
  HashIndex index;
  index.Reserve(10'000);
  const size_t bytes = index.memory_bytes();
  for (uint32_t value = 0; value < 10'000; ++value) index.Insert(value * 429'496u, value);
  EXPECT_EQ(index.memory_bytes(), bytes);
  index.Clear();
  EXPECT_EQ(FindValue(index, 0, 0), kNone);
}

}  // namespace
}  // namespace merit
