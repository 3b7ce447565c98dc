#include "engine/rows/keyed_rows.h"

#include <gtest/gtest.h>

#include <compare>
#include <cstdint>
#include <vector>

#include "tests/rows/memory_image.h"

namespace merit {
namespace {

struct Key {
  uint32_t region = 0;
  int32_t month = 0;
  template <class V>
  void Fields(V& visit) {
    visit(region, month);
  }
  friend auto operator<=>(const Key&, const Key&) = default;
};

struct Row {
  int64_t count = 0;
  template <class V>
  void Fields(V& visit) {
    visit(count);
  }
};

using Rows = KeyedRows<Key, Row>;

const std::string kPrefix("city\x09", 5);

Rows RestoredFrom(const MemoryImage& image) {
  Rows rows("city", 9);
  image.Scan(kPrefix, [&](std::string_view key, std::string_view value) {
    EXPECT_TRUE(rows.Restore(key, value));
  });
  return rows;
}

TEST(KeyedRows, ComeBack) {
  Rows rows("city", 9);
  for (uint32_t region = 0; region < 300; ++region) rows.Edit({region * 1'000, -1}).count = region;
  MemoryImage image;
  image.Save(&rows);
  const Rows restored = RestoredFrom(image);
  ASSERT_EQ(restored.all().size(), 300u);
  for (uint32_t region = 0; region < 300; ++region) {
    ASSERT_NE(restored.Find({region * 1'000, -1}), nullptr);
    EXPECT_EQ(restored.Find({region * 1'000, -1})->count, region);
  }
  EXPECT_EQ(restored.Find({5, 5}), nullptr);
}

// Keys sort as bytes as they do as numbers: the image sees them in ascending order.
TEST(KeyedRows, AreCollectedInOrder) {
  Rows rows("city", 9);
  std::vector<Key> keys;
  for (const uint32_t region : {0u, 1u, 255u, 256u, 0x7fffffffu, 0xffffffffu}) {
    for (const int32_t month : {INT32_MIN, -256, -1, 0, 1, 255, 256, INT32_MAX}) {
      keys.push_back({region, month});
      rows.Edit(keys.back());
    }
  }
  MemoryImage image;
  image.Save(&rows);
  EXPECT_EQ(image.keys.begin()->first, kPrefix + std::string(8, '\0'));
  const Rows restored = RestoredFrom(image);
  ASSERT_EQ(restored.all().size(), keys.size());
  for (const Key& key : keys) EXPECT_NE(restored.Find(key), nullptr);
}

TEST(KeyedRows, OnlyChangesAreCollected) {
  Rows rows("city", 9);
  rows.Edit({1, 1}).count = 1;
  rows.Edit({2, 2}).count = 2;
  MemoryImage image;
  image.Save(&rows);
  EXPECT_EQ(image.puts, 2u);
  image.Save(&rows);
  EXPECT_EQ(image.puts, 2u);
  rows.Edit({1, 1}).count = 3;
  image.Save(&rows);
  EXPECT_EQ(image.puts, 3u);
  EXPECT_EQ(RestoredFrom(image).Find({1, 1})->count, 3);
}

TEST(KeyedRows, ErasedAreErased) {
  Rows rows("city", 9);
  rows.Edit({1, 1}).count = 1;
  MemoryImage image;
  image.Save(&rows);
  rows.Erase({1, 1});
  rows.Erase({7, 7});  // was never there
  image.Save(&rows);
  EXPECT_EQ(image.erasures, 1u);
  EXPECT_TRUE(image.keys.empty());
  // Erased and made again between two saves.
  rows.Edit({1, 1}).count = 1;
  image.Save(&rows);
  rows.Erase({1, 1});
  rows.Edit({1, 1}).count = 4;
  image.Save(&rows);
  EXPECT_EQ(RestoredFrom(image).Find({1, 1})->count, 4);
}

TEST(KeyedRows, DamageIsSeen) {
  Rows rows("city", 9);
  rows.Edit({1, 1}).count = 1'000;
  MemoryImage image;
  image.Save(&rows);
  const std::string key = image.keys.begin()->first.substr(kPrefix.size());
  const std::string value = image.keys.begin()->second;
  EXPECT_TRUE(Rows("city", 9).Restore(key, value));
  EXPECT_FALSE(Rows("city", 9).Restore(key.substr(1), value));
  EXPECT_FALSE(Rows("city", 9).Restore(key, value.substr(0, 1)));
  EXPECT_FALSE(Rows("city", 9).Restore(key, value + "x"));
  EXPECT_FALSE(Rows("city", 9).Restore(key + "x", value));
}

}  // namespace
}  // namespace merit
