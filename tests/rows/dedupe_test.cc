#include "engine/rows/dedupe.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "engine/base/hash.h"
#include "engine/rows/table.h"
#include "simulator/random.h"
#include "tests/rows/memory_image.h"

namespace merit {
namespace {

constexpr uint8_t kNumber = 23;
constexpr uint32_t kBlock = Dedupe::kBlockEntries;
constexpr uint32_t kChunk = Dedupe::kBlockEntries * Dedupe::kHashBlocks;

std::string IdOf(uint64_t number) { return "event-" + std::to_string(number); }
uint32_t HashOf(std::string_view id) { return static_cast<uint32_t>(Hash64(id)); }

Dedupe::Entry EntryOf(uint64_t number) {
  return {Sha256(std::to_string(number)), static_cast<uint32_t>(number % 26)};
}

void Insert(Dedupe& dedupe, uint64_t number, int32_t due_day) {
  dedupe.Insert(HashOf(IdOf(number)), IdOf(number), EntryOf(number), due_day);
}

bool Has(Dedupe& dedupe, uint64_t number, int32_t open_day) {
  Dedupe::Entry entry;
  if (!dedupe.Find(HashOf(IdOf(number)), IdOf(number), open_day, &entry)) return false;
  EXPECT_EQ(entry.payload_hash, EntryOf(number).payload_hash);
  EXPECT_EQ(entry.code, EntryOf(number).code);
  return true;
}

std::unique_ptr<Dedupe> Restored(MemoryImage* image) {
  auto dedupe = std::make_unique<Dedupe>("city", kNumber, image);
  const std::string prefix = std::string("city") + static_cast<char>(kNumber + kHashChunkTables);
  image->Scan(prefix, [&](std::string_view key, std::string_view value) {
    EXPECT_TRUE(dedupe->RestoreHashes(key, value));
  });
  dedupe->RestoreOpenBlocks();
  return dedupe;
}

TEST(Dedupe, RemembersUntilTheDayCloses) {
  MemoryImage image;
  Dedupe dedupe("city", kNumber, &image);
  Insert(dedupe, 1, 135);
  Insert(dedupe, 2, 136);
  EXPECT_EQ(dedupe.remembered(), 2u);
  EXPECT_TRUE(Has(dedupe, 1, 100));
  EXPECT_FALSE(Has(dedupe, 3, 100));
  dedupe.CloseDay(134);
  EXPECT_TRUE(Has(dedupe, 1, 135));
  dedupe.CloseDay(135);
  EXPECT_FALSE(Has(dedupe, 1, 136));
  EXPECT_TRUE(Has(dedupe, 2, 136));
  EXPECT_EQ(dedupe.remembered(), 1u);
}

// What counts is the event_id, not its hash.
TEST(Dedupe, IdsOfOneHashAreTold) {
  MemoryImage image;
  Dedupe dedupe("city", kNumber, &image);
  for (uint64_t number = 0; number < 1'000; ++number) {
    dedupe.Insert(42, IdOf(number), EntryOf(number), 135);
  }
  image.Save(&dedupe);
  Dedupe::Entry entry;
  for (uint64_t number = 0; number < 1'000; number += 37) {
    ASSERT_TRUE(dedupe.Find(42, IdOf(number), 100, &entry));
    EXPECT_EQ(entry.payload_hash, EntryOf(number).payload_hash);
  }
  EXPECT_FALSE(dedupe.Find(42, IdOf(1'000), 100, &entry));
}

// A start at every size around a block's and a chunk's end.
class DedupeStart : public testing::TestWithParam<uint32_t> {};

TEST_P(DedupeStart, GoesOn) {
  const uint32_t count = GetParam();
  MemoryImage image;
  auto dedupe = std::make_unique<Dedupe>("city", kNumber, &image);
  for (uint64_t number = 0; number < count; ++number) {
    Insert(*dedupe, number, 135);
    if (number == count / 3) image.Save(dedupe.get());
  }
  image.Save(dedupe.get());
  for (int start = 0; start < 2; ++start) {
    for (uint64_t number = 0; number < count; ++number)
      ASSERT_TRUE(Has(*dedupe, number, 100)) << number;
    EXPECT_FALSE(Has(*dedupe, count, 100));
    EXPECT_EQ(dedupe->remembered(), count);
    dedupe = Restored(&image);
  }
  for (uint64_t number = count; number < count + 2 * kBlock; ++number) Insert(*dedupe, number, 135);
  image.Save(dedupe.get());
  dedupe = Restored(&image);
  for (uint64_t number = 0; number < count + 2 * kBlock; ++number) {
    ASSERT_TRUE(Has(*dedupe, number, 100)) << number;
  }
  dedupe->CloseDay(135);
  image.Save(dedupe.get());
  EXPECT_TRUE(image.keys.empty()) << "blocks or hashes of a forgotten day stay in the image";
}

INSTANTIATE_TEST_SUITE_P(Sizes, DedupeStart,
                         testing::Values(1, kBlock - 1, kBlock, kBlock + 1, kChunk - 1, kChunk,
                                         kChunk + 1, kChunk + kBlock, 2 * kChunk,
                                         2 * kChunk + kBlock + 1));

// Saved at each size: the open block and the open chunk are written again and again.
TEST(Dedupe, SavedAfterEachEntry) {
  MemoryImage image;
  auto dedupe = std::make_unique<Dedupe>("city", kNumber, &image);
  for (uint64_t number = 0; number < 3 * kBlock; ++number) {
    Insert(*dedupe, number, 135);
    image.Save(dedupe.get());
    if (number % 50 == 0) dedupe = Restored(&image);
  }
  for (uint64_t number = 0; number < 3 * kBlock; ++number) ASSERT_TRUE(Has(*dedupe, number, 100));
}

// Ten bits of a due day repeat after 1,024 days: no old entry is found, and no new one missed.
TEST(Dedupe, DaysRepeatAfter1024) {
  MemoryImage image;
  auto dedupe = std::make_unique<Dedupe>("city", kNumber, &image);
  for (uint64_t number = 0; number < 600; ++number) Insert(*dedupe, number, 135);
  for (int32_t day = 100; day <= 1'123; ++day) dedupe->CloseDay(day);
  EXPECT_EQ(dedupe->remembered(), 0u);
  for (uint64_t number = 1'000; number < 1'600; ++number) Insert(*dedupe, number, 135 + 1'024);
  image.Save(dedupe.get());
  for (int start = 0; start < 2; ++start) {
    for (uint64_t number = 0; number < 600; ++number) {
      ASSERT_FALSE(Has(*dedupe, number, 1'124));
      ASSERT_TRUE(Has(*dedupe, 1'000 + number, 1'124));
    }
    dedupe = Restored(&image);
  }
}

TEST(Dedupe, DueDaysBehindAndAheadOfTheBitsEnd) {
  for (const int32_t open_day : {1'000, 1'022, 1'023, 1'024, 1'025, 2'047, 2'048}) {
    MemoryImage image;
    Dedupe dedupe("city", kNumber, &image);
    for (int32_t ahead = 0; ahead <= 181; ++ahead) {
      Insert(dedupe, static_cast<uint64_t>(ahead), open_day + ahead);
    }
    for (int32_t ahead = 0; ahead <= 181; ++ahead) {
      ASSERT_TRUE(Has(dedupe, static_cast<uint64_t>(ahead), open_day))
          << open_day << " + " << ahead;
    }
  }
}

TEST(Dedupe, RunsOfRedeliveriesReadABlockOnce) {
  MemoryImage image;
  Dedupe dedupe("city", kNumber, &image);
  for (uint64_t number = 0; number < 4 * kBlock; ++number) Insert(dedupe, number, 135);
  image.Save(&dedupe);
  for (uint64_t number = 0; number < 4 * kBlock; ++number) ASSERT_TRUE(Has(dedupe, number, 100));
  EXPECT_EQ(image.reads, 4u);
  for (uint64_t number = 0; number < 20'000; ++number)
    EXPECT_FALSE(Has(dedupe, 1'000'000 + number, 100));
  EXPECT_EQ(image.reads, 4u) << "an id that was never seen is looked up in memory";
}

TEST(Dedupe, MemoryIsBounded) {
  MemoryImage image;
  Dedupe dedupe("city", kNumber, &image);
  uint64_t number = 0;
  size_t bytes_after_100_days = 0;
  for (int32_t day = 0; day < 1'500; ++day) {
    for (int left = 0; left < 100; ++left) Insert(dedupe, number++, day + 35);
    if (day % 3 == 0) image.Save(&dedupe);
    dedupe.CloseDay(day);
    if (day == 100) bytes_after_100_days = dedupe.memory_bytes();
    EXPECT_EQ(dedupe.remembered(), 100u * static_cast<uint64_t>(std::min(day + 1, 35)));
  }
  EXPECT_LE(dedupe.memory_bytes(), 2 * bytes_after_100_days);
}

TEST(Dedupe, DamageIsSeen) {
  MemoryImage image;
  Dedupe dedupe("city", kNumber, &image);
  const std::string key(8, '\0');
  EXPECT_FALSE(dedupe.RestoreHashes(key, ""));
  EXPECT_FALSE(dedupe.RestoreHashes(key, "abc"));
  EXPECT_FALSE(dedupe.RestoreHashes(key.substr(1), "abcd"));
  EXPECT_TRUE(dedupe.RestoreHashes(key, "abcd"));
  EXPECT_THROW(dedupe.RestoreOpenBlocks(), RowsUnavailable) << "its block is missing";
}

// Any order of entries, days, saves and starts.
TEST(Dedupe, IsAsAMap) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Random random(seed);
    MemoryImage image;
    auto dedupe = std::make_unique<Dedupe>("city", kNumber, &image);
    std::map<uint64_t, int32_t> due;  // what is remembered
    int32_t open_day = 900;
    for (uint64_t number = 0; number < 30'000; ++number) {
      const int32_t due_day = open_day + random.Day(0, 181);
      Insert(*dedupe, number, due_day);
      due[number] = due_day;
      const uint32_t what = random.Below(200u);
      if (what == 0) {
        dedupe->CloseDay(open_day);
        std::erase_if(due, [&](const auto& entry) { return entry.second == open_day; });
        ++open_day;
      } else if (what == 1) {
        image.Save(dedupe.get());
      } else if (what == 2) {
        image.Save(dedupe.get());
        dedupe = Restored(&image);
      }
      const uint64_t asked = random.Below(static_cast<uint32_t>(number + 1));
      ASSERT_EQ(Has(*dedupe, asked, open_day), due.contains(asked))
          << "seed " << seed << " number " << number;
      ASSERT_EQ(dedupe->remembered(), due.size());
    }
  }
}

}  // namespace
}  // namespace merit
