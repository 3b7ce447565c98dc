#include "engine/rows/lists.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "simulator/random.h"
#include "tests/rows/memory_image.h"

namespace merit {
namespace {

const std::string kPrefix("city\x16", 5);

std::unique_ptr<Lists> RestoredFrom(const MemoryImage& image) {
  auto lists = std::make_unique<Lists>("city", uint8_t{0x16});
  image.Scan(kPrefix, [&](std::string_view key, std::string_view value) {
    EXPECT_TRUE(lists->Restore(key, value));
  });
  return lists;
}

std::vector<uint32_t> Numbers(uint32_t count) {
  std::vector<uint32_t> numbers;
  for (uint32_t number = 0; number < count; ++number) numbers.push_back(number * 3);
  return numbers;
}

TEST(Lists, KeepOrder) {
  Lists lists("city", 0x16);
  lists.Append(1, 5, 9);
  lists.Append(1, 5, 3);
  lists.Append(2, 5, 4);
  EXPECT_EQ(lists.Peek(1, 5), (std::vector<uint32_t>{9, 3}));
  EXPECT_EQ(lists.Take(1, 5), (std::vector<uint32_t>{9, 3}));
  EXPECT_TRUE(lists.Take(1, 5).empty());
  EXPECT_TRUE(lists.Peek(1, 5).empty());
  EXPECT_EQ(lists.Peek(2, 5), (std::vector<uint32_t>{4}));
}

TEST(Lists, ForEachIsByKey) {
  Lists lists("city", 0x16);
  for (uint32_t key : {300u, 2u, 70'000u}) lists.Append(3, key, key + 1);
  lists.Append(2, 1, 0);
  lists.Append(4, 1, 0);
  std::vector<uint32_t> keys;
  lists.ForEach(3, [&](uint32_t key, const std::vector<uint32_t>& numbers) {
    keys.push_back(key);
    EXPECT_EQ(numbers, std::vector<uint32_t>{key + 1});
  });
  EXPECT_EQ(keys, (std::vector<uint32_t>{2, 300, 70'000}));
}

TEST(Lists, ComeBackAtEverySizeAroundAChunk) {
  for (const uint32_t count : {1u, Lists::kChunkValues - 1, Lists::kChunkValues,
                               Lists::kChunkValues + 1, 3 * Lists::kChunkValues}) {
    Lists lists("city", 0x16);
    for (uint32_t number : Numbers(count)) lists.Append(7, 0xfffffff0u, number);
    MemoryImage image;
    image.Save(&lists);
    EXPECT_EQ(image.keys.size(), (count + Lists::kChunkValues - 1) / Lists::kChunkValues);
    EXPECT_EQ(RestoredFrom(image)->Peek(7, 0xfffffff0u), Numbers(count)) << count;
  }
}

TEST(Lists, OnlyNewChunksAreWritten) {
  Lists lists("city", 0x16);
  for (uint32_t number : Numbers(10 * Lists::kChunkValues)) lists.Append(1, 1, number);
  MemoryImage image;
  image.Save(&lists);
  EXPECT_EQ(image.puts, 10u);
  lists.Append(1, 1, 5);
  image.Save(&lists);
  EXPECT_EQ(image.puts, 11u);
  lists.Append(1, 1, 6);
  image.Save(&lists);
  EXPECT_EQ(image.puts, 12u);
  image.Save(&lists);
  EXPECT_EQ(image.puts, 12u);
  EXPECT_EQ(RestoredFrom(image)->Peek(1, 1).size(), 10 * Lists::kChunkValues + 2);
}

TEST(Lists, TakenAreErased) {
  Lists lists("city", 0x16);
  for (uint32_t number : Numbers(2'500)) lists.Append(1, 1, number);
  MemoryImage image;
  image.Save(&lists);
  lists.Take(1, 1);
  image.Save(&lists);
  EXPECT_TRUE(image.keys.empty());
  // Taken and begun anew between two saves: shorter than it was.
  for (uint32_t number : Numbers(2'500)) lists.Append(1, 1, number);
  image.Save(&lists);
  lists.Take(1, 1);
  lists.Append(1, 1, 8);
  image.Save(&lists);
  EXPECT_EQ(image.keys.size(), 1u);
  EXPECT_EQ(RestoredFrom(image)->Peek(1, 1), std::vector<uint32_t>{8});
}

TEST(Lists, DamageIsSeen) {
  Lists lists("city", 0x16);
  const std::string key("\x01\0\0\0\x01\0\0\0\0", 9);
  EXPECT_FALSE(lists.Restore(key, ""));
  EXPECT_FALSE(lists.Restore(key, "abc"));
  EXPECT_FALSE(lists.Restore(key.substr(1), "abcd"));
  EXPECT_FALSE(lists.Restore(std::string("\x01\0\0\0\x01\0\0\0\x01", 9), "abcd"))
      << "chunk 0 is missing";
  EXPECT_TRUE(lists.Restore(key, "abcd"));
}

TEST(Lists, AreAsVectors) {
  Random random(1);
  auto lists = std::make_unique<Lists>("city", uint8_t{0x16});
  std::map<std::pair<uint8_t, uint32_t>, std::vector<uint32_t>> model;
  MemoryImage image;
  for (uint32_t step = 0; step < 60'000; ++step) {
    const auto kind = static_cast<uint8_t>(1 + random.Below(3u));
    const uint32_t key = random.Below(4u);
    if (random.Below(4'000u) == 0) {
      std::vector<uint32_t> expected;
      expected.swap(model[{kind, key}]);
      ASSERT_EQ(lists->Take(kind, key), expected);
    } else {
      lists->Append(kind, key, step);
      model[{kind, key}].push_back(step);
    }
    if (random.Below(1'000u) == 0) {
      image.Save(lists.get());
      if (random.Below(2u) == 0) lists = RestoredFrom(image);
      for (const auto& [name, numbers] : model)
        ASSERT_EQ(lists->Peek(name.first, name.second), numbers);
    }
  }
}

}  // namespace
}  // namespace merit
