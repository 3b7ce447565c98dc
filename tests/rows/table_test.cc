#include "engine/rows/table.h"

#include <gtest/gtest.h>

#include <memory>

#include "simulator/random.h"
#include "tests/rows/memory_image.h"

namespace merit {
namespace {

struct Row {
  Id id;
  uint64_t number = 0;
  List<uint32_t> list;
  std::string text;
  template <class V>
  void Fields(V& visit) {
    visit(id, number, list, text);
  }
};

struct Nameless {
  uint64_t number = 0;
  template <class V>
  void Fields(V& visit) {
    visit(number);
  }
};

constexpr uint8_t kNumber = 7;
constexpr uint32_t kPage = Table<Row>::kPageRows;
constexpr uint32_t kChunk = Table<Row>::kChunkHashes;

std::string NameOf(uint32_t index) { return "row-" + std::to_string(index); }

void Fill(Row& row, uint32_t index) {
  row.number = index * uint64_t{1'000'003};
  for (uint32_t n = 0; n < index % 5; ++n) row.list.push_back(n);
  row.text = std::string(index % 40, 'x');
}

void Grow(Table<Row>& table, uint32_t size) {
  while (table.size() < size) {
    const uint32_t index = table.size();
    Fill(table.AddWithId(NameOf(index)), index);
  }
}

void ExpectFilled(Table<Row>& table, uint32_t index) {
  Row expected;
  Fill(expected, index);
  const Row& row = table.Get(index);
  ASSERT_EQ(row.id.view(), NameOf(index));
  ASSERT_EQ(row.number, expected.number);
  ASSERT_EQ(row.list.size(), expected.list.size());
  ASSERT_EQ(row.text, expected.text);
}

template <class TableRow>
std::unique_ptr<Table<TableRow>> Restored(MemoryImage* image, uint32_t first, uint32_t size) {
  auto table = std::make_unique<Table<TableRow>>("city", kNumber, image);
  table->Restore(first, size);
  const std::string prefix = std::string("city") + static_cast<char>(kNumber + kHashChunkTables);
  image->Scan(prefix, [&](std::string_view key, std::string_view value) {
    EXPECT_TRUE(table->RestoreHashes(ReadBigEndian(key), value));
  });
  return table;
}

// Everything that is not dirty goes, at the second look.
void EvictAll(AnyTable& table) {
  while (table.Evict(SIZE_MAX) > 0) {
  }
}

TEST(Table, FindsRows) {
  MemoryImage image;
  Table<Row> table("city", kNumber, &image);
  Grow(table, 1'000);
  for (uint32_t index = 0; index < 1'000; ++index) ASSERT_EQ(table.Find(NameOf(index)), index);
  EXPECT_EQ(table.Find("row-1000"), kNone);
  EXPECT_EQ(table.Find(""), kNone);
  EXPECT_EQ(image.reads, 0u);
}

TEST(Table, OnlyChangedPagesAreWritten) {
  MemoryImage image;
  Table<Nameless> table("city", kNumber, &image);
  for (uint32_t index = 0; index < 10 * kPage; ++index) table.Add().number = index;
  image.Save(&table);
  EXPECT_EQ(image.puts, 10u);
  image.Save(&table);
  EXPECT_EQ(image.puts, 10u);
  table.Edit(0).number = 5;
  table.Edit(1).number = 6;
  table.Edit(9 * kPage).number = 7;
  image.Save(&table);
  EXPECT_EQ(image.puts, 12u);
}

TEST(Table, EvictedRowsComeBack) {
  MemoryImage image;
  Table<Row> table("city", kNumber, &image);
  Grow(table, 20 * kPage + 3);
  EXPECT_EQ(table.Evict(SIZE_MAX), 0u) << "nothing is saved yet";
  image.Save(&table);
  const size_t full = table.memory_bytes();
  EvictAll(table);
  EXPECT_LT(table.memory_bytes(), full / 4);
  for (uint32_t index = 0; index < table.size(); ++index) ExpectFilled(table, index);
  EXPECT_EQ(image.reads, 20u) << "the page that grows stays";
  EXPECT_EQ(table.Find(NameOf(5)), 5u);
}

TEST(Table, ChangedRowsAreNotEvicted) {
  MemoryImage image;
  Table<Nameless> table("city", kNumber, &image);
  for (uint32_t index = 0; index < 3 * kPage; ++index) table.Add().number = 1;
  image.Save(&table);
  table.Edit(0).number = 2;
  EvictAll(table);
  EXPECT_EQ(table.Get(0).number, 2u);
  EXPECT_EQ(image.reads, 0u);
  image.Save(&table);
  EvictAll(table);
  EXPECT_EQ(table.Get(0).number, 2u);
  EXPECT_EQ(image.reads, 1u);
}

// Each page in memory is accounted for once, and not at all when it has gone.
TEST(Table, AccountsForItsMemory) {
  MemoryImage image;
  Table<Row> table("city", kNumber, &image);
  Grow(table, 100 * kPage);
  image.Save(&table);
  EvictAll(table);
  const size_t little = table.evictable_bytes();
  for (int pass = 0; pass < 5; ++pass) {
    uint64_t sum = 0;
    table.ForEach([&](uint32_t, const Row& row) { sum += row.number; });
    EXPECT_EQ(table.evictable_bytes(), little) << "pages that pass by do not count";
    for (uint32_t index = 0; index < table.size(); index += kPage) table.Get(index);
    EXPECT_GT(table.evictable_bytes(), 50 * little);
    EvictAll(table);
    EXPECT_EQ(table.evictable_bytes(), little);
  }
  table.TrimBefore(table.size());
  EXPECT_EQ(table.evictable_bytes(), 0u);
}

TEST(Table, ForEachSeesAllInOrder) {
  MemoryImage image;
  Table<Row> table("city", kNumber, &image);
  Grow(table, 5 * kPage + 1);
  image.Save(&table);
  EvictAll(table);
  table.Edit(kPage + 1).number = 1;  // one page in memory, and not as saved
  uint32_t next = 0;
  table.ForEach([&](uint32_t index, const Row& row) {
    ASSERT_EQ(index, next++);
    ASSERT_EQ(row.id.view(), NameOf(index));
    ASSERT_EQ(row.number, index == kPage + 1 ? 1 : index * uint64_t{1'000'003});
  });
  EXPECT_EQ(next, table.size());
}

// A start at every size around a page's and a chunk's end goes on as if there had been none.
class TableStart : public testing::TestWithParam<uint32_t> {};

TEST_P(TableStart, GoesOn) {
  const uint32_t size = GetParam();
  MemoryImage image;
  {
    Table<Row> table("city", kNumber, &image);
    Grow(table, size / 2);
    image.Save(&table);
    Grow(table, size);
    image.Save(&table);
  }
  auto table = Restored<Row>(&image, 0, size);
  EXPECT_EQ(table->Find(NameOf(size)), kNone);
  Grow(*table, size + 1);  // the first thing that happens is a new row
  Grow(*table, size + 2 * kPage);
  for (uint32_t index = 0; index < table->size(); ++index) {
    ASSERT_EQ(table->Find(NameOf(index)), index);
    ExpectFilled(*table, index);
  }
  image.Save(table.get());
  table = Restored<Row>(&image, 0, size + 2 * kPage);
  for (uint32_t index = 0; index < table->size(); ++index) {
    ASSERT_EQ(table->Find(NameOf(index)), index);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, TableStart,
                         testing::Values(0, 1, kPage - 1, kPage, kPage + 1, kChunk - 1, kChunk,
                                         kChunk + 1, 2 * kChunk, 2 * kChunk + kPage / 2));

// As TableStart, without identifiers, and with what is before a place forgotten.
struct Trimmed {
  uint32_t size;
  uint32_t first;
};
class TableTrim : public testing::TestWithParam<Trimmed> {};

TEST_P(TableTrim, GoesOn) {
  const auto [size, first] = GetParam();
  MemoryImage image;
  Table<Nameless> table("city", kNumber, &image);
  for (uint32_t index = 0; index < size; ++index) table.Add().number = index;
  image.Save(&table);
  const size_t pages = image.keys.size();
  table.TrimBefore(first);
  image.Save(&table);
  EXPECT_EQ(image.keys.size(), pages - first / kPage);
  EXPECT_EQ(table.first(), first);

  auto restored = Restored<Nameless>(&image, first, size);
  for (Table<Nameless>* each : {&table, restored.get()}) {
    for (uint32_t index = first; index < size; ++index) ASSERT_EQ(each->Get(index).number, index);
    uint32_t seen = 0;
    each->ForEach([&](uint32_t, const Nameless&) { ++seen; });
    EXPECT_EQ(seen, size - first);
  }
  restored = Restored<Nameless>(&image, first, size);
  restored->Add().number = size;  // before anything else was looked at
  EXPECT_EQ(restored->Get(size).number, size);
  image.Save(restored.get());
  restored = Restored<Nameless>(&image, first, size + 1);
  for (uint32_t index = first; index <= size; ++index)
    ASSERT_EQ(restored->Get(index).number, index);
}

INSTANTIATE_TEST_SUITE_P(Places, TableTrim,
                         testing::Values(Trimmed{1, 0}, Trimmed{1, 1}, Trimmed{kPage, kPage},
                                         Trimmed{kPage + 1, kPage}, Trimmed{kPage + 1, kPage + 1},
                                         Trimmed{5 * kPage + 7, 3 * kPage - 1},
                                         Trimmed{5 * kPage + 7, 5 * kPage + 7}));

// What was never saved needs no erasing.
TEST(Table, TrimsWhatWasNeverSaved) {
  MemoryImage image;
  Table<Nameless> table("city", kNumber, &image);
  for (uint32_t index = 0; index < 10 * kPage; ++index) table.Add().number = index;
  table.TrimBefore(9 * kPage);
  image.Save(&table);
  EXPECT_EQ(image.erasures, 0u);
  EXPECT_EQ(image.keys.size(), 1u);
}

TEST(Table, MissingPageIsSeen) {
  MemoryImage image;
  Table<Nameless> table("city", kNumber, &image);
  table.Restore(0, 100);
  EXPECT_THROW(table.Get(0), RowsUnavailable);
}

TEST(Table, DamagedPageIsSeen) {
  MemoryImage image;
  {
    Table<Row> table("city", kNumber, &image);
    Grow(table, kPage);
    image.Save(&table);
  }
  const std::string key = std::string("city") + static_cast<char>(kNumber) + std::string(4, '\0');
  const std::string good = image.keys.at(key);
  for (const std::string& bad :
       {good + "x", good.substr(1), good.substr(0, good.size() - 1), std::string()}) {
    image.keys[key] = bad;
    EXPECT_THROW(Restored<Row>(&image, 0, kPage)->Get(0), RowsUnavailable);
  }
}

TEST(Table, DamagedHashesAreSeen) {
  MemoryImage image;
  Table<Row> table("city", kNumber, &image);
  table.Restore(0, kChunk + 10);
  EXPECT_TRUE(table.RestoreHashes(0, std::string(kChunk * 4, 'x')));
  EXPECT_FALSE(table.RestoreHashes(0, std::string(kChunk * 4 - 1, 'x')));
  EXPECT_FALSE(table.RestoreHashes(1, std::string(4 * 11, 'x')));
  EXPECT_FALSE(table.RestoreHashes(2, std::string(4, 'x')));
  EXPECT_TRUE(table.RestoreHashes(1, std::string(4 * 10, 'x')));
}

// Any order of growing, changing, saving, forgetting and starting again.
TEST(Table, IsAsAVector) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    MemoryImage image;
    auto table = std::make_unique<Table<Row>>("city", kNumber, &image);
    std::vector<uint64_t> model;
    for (uint64_t step = 1; step <= 5'000; ++step) {
      const uint32_t what = random.Below(100u);
      const uint32_t size = table->size();
      if (what < 40 || size == 0) {
        table->AddWithId(NameOf(size)).number = step;
        model.push_back(step);
      } else if (what < 70) {
        const uint32_t index = random.Below(size);
        table->Edit(index).number = step;
        model[index] = step;
      } else if (what < 90) {
        const uint32_t index = random.Below(size);
        ASSERT_EQ(table->Get(index).number, model[index]);
        ASSERT_EQ(table->Find(NameOf(index)), index);
      } else if (what < 95) {
        image.Save(table.get());
        table->Evict(random.Below(20'000u));
      } else if (what < 97) {
        image.Save(table.get());
        table = Restored<Row>(&image, 0, size);
      }
    }
    for (uint32_t index = 0; index < table->size(); ++index)
      ASSERT_EQ(table->Get(index).number, model[index]);
  }
}

}  // namespace
}  // namespace merit
