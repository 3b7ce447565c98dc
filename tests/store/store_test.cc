// What every store does: RocksStore and MemoryStore through one suite.

#include "engine/store/store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>

#include "engine/store/memory_store.h"
#include "engine/store/rocks_store.h"
#include "tests/scratch_directory.h"
#include "tests/store/change_list.h"

namespace merit {
namespace {

using Rows = std::map<std::string, std::string>;

// A store that can be closed and opened again over the same disk.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual Store& Reopen() = 0;
};

class MemoryDisk : public Disk {
 public:
  Store& Reopen() override {
    store_ = MemoryStore(store_.rows());
    return store_;
  }

 private:
  MemoryStore store_;
};

class RocksDisk : public Disk {
 public:
  Store& Reopen() override {
    store_.reset();
    // Buffers so small that the tests flush and compact.
    auto opened = RocksStore::Open(directory_.path(),
                                   {.cache_bytes = 1 << 20, .write_buffer_bytes = 256 << 10});
    EXPECT_TRUE(opened.ok()) << opened.status();
    store_ = std::move(opened).value();
    return *store_;
  }

 private:
  ScratchDirectory directory_;
  std::unique_ptr<RocksStore> store_;
};

class StoreTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string_view(GetParam()) == "Rocks") {
      disk_ = std::make_unique<RocksDisk>();
    } else {
      disk_ = std::make_unique<MemoryDisk>();
    }
    store_ = &disk_->Reopen();
  }

  void Save(const ChangeList& changes) { ASSERT_TRUE(store_->Save(changes).ok()); }
  void Reopen() { store_ = &disk_->Reopen(); }

  std::string Get(std::string_view key) {
    std::string value = "unchanged";
    const StatusOr<bool> found = store_->Get(key, &value);
    if (!found.ok()) return found.status().ToString();
    EXPECT_TRUE(*found || value == "unchanged");
    return *found ? value : "absent";
  }

  Rows Scan(std::string_view prefix) {
    Rows rows;
    std::string last;
    const Status status = store_->Scan(prefix, [&](std::string_view key, std::string_view value) {
      EXPECT_TRUE(rows.empty() || last < key) << "out of order";
      last = key;
      rows.emplace(key, value);
      return true;
    });
    EXPECT_TRUE(status.ok()) << status;
    return rows;
  }

  std::unique_ptr<Disk> disk_;
  Store* store_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Both, StoreTest, testing::Values("Rocks", "Memory"),
                         [](const auto& info) { return info.param; });

TEST_P(StoreTest, BeginsEmpty) {
  EXPECT_EQ(Get("a"), "absent");
  EXPECT_EQ(Scan(""), Rows());
}

TEST_P(StoreTest, HoldsWhatWasSavedLast) {
  Save({{"b", "1"}, {"a", "2"}});
  Save({{"b", "3"}, {"c", "4"}, {"a", "", true}, {"never was", "", true}});
  EXPECT_EQ(Get("a"), "absent");
  EXPECT_EQ(Get("b"), "3");
  EXPECT_EQ(Scan(""), (Rows{{"b", "3"}, {"c", "4"}}));
  Reopen();
  EXPECT_EQ(Get("a"), "absent");
  EXPECT_EQ(Scan(""), (Rows{{"b", "3"}, {"c", "4"}}));
}

TEST_P(StoreTest, AnEmptySaveChangesNothing) {
  Save({{"a", "1"}});
  Save({});
  EXPECT_EQ(Scan(""), (Rows{{"a", "1"}}));
}

TEST_P(StoreTest, KeysAndValuesAreAnyBytes) {
  const std::string zero("\0", 1), high("\xff\x00\xff", 3);
  const std::string large(3 << 20, 'x');
  Save({{zero, high}, {high, ""}, {"large", large}});
  Reopen();
  EXPECT_EQ(Get(zero), high);
  EXPECT_EQ(Get(high), "");
  EXPECT_EQ(Get("large"), large);
}

TEST_P(StoreTest, ScanSeesItsPrefixOnly) {
  const std::string a("\x01\xff", 2), b("\x01\xff\x00", 3), c("\x01\xff\xff", 3), d("\x02", 1);
  const std::string e("\xff\xff", 2), f("\xff\xff\x01", 3);
  Save({{a, "a"}, {b, "b"}, {c, "c"}, {d, "d"}, {e, "e"}, {f, "f"}, {"\x01\xfe", "before"}});
  EXPECT_EQ(Scan(a), (Rows{{a, "a"}, {b, "b"}, {c, "c"}}));
  EXPECT_EQ(Scan(d), (Rows{{d, "d"}}));
  EXPECT_EQ(Scan(e), (Rows{{e, "e"}, {f, "f"}}));
  EXPECT_EQ(Scan("nothing"), Rows());
  EXPECT_EQ(Scan("").size(), 7u);
}

TEST_P(StoreTest, ScanEndsWhenAsked) {
  Save({{"a1", ""}, {"a2", ""}, {"a3", ""}});
  int visits = 0;
  ASSERT_TRUE(store_->Scan("a", [&](auto, auto) { return ++visits < 2; }).ok());
  EXPECT_EQ(visits, 2);
}

// Random saves over few keys, against a plain map, with the store closed now and then.
TEST_P(StoreTest, EqualsAMapThroughSavesAndReopens) {
  std::mt19937 random(7);
  Rows expected;
  for (int round = 0; round < 120; ++round) {
    std::map<std::string, Change> changes;
    for (auto count = random() % 60; count > 0; --count) {
      const std::string key = "k" + std::to_string(random() % 300);
      const bool erase = random() % 4 == 0;
      changes[key] = {
          key, erase ? "" : std::string(random() % 4000, static_cast<char>('a' + random() % 26)),
          erase};
    }
    ChangeList save;
    for (const auto& [key, change] : changes) {
      save.push_back(change);
      if (change.erase) {
        expected.erase(key);
      } else {
        expected[key] = change.value;
      }
    }
    std::shuffle(save.begin(), save.end(), random);
    ASSERT_TRUE(store_->Save(save).ok());
    if (random() % 10 == 0) Reopen();
    if (random() % 10 == 0) {
      ASSERT_EQ(Scan("k"), expected) << "round " << round;
    }
    const std::string probe = "k" + std::to_string(random() % 300);
    const auto row = expected.find(probe);
    ASSERT_EQ(Get(probe), row == expected.end() ? "absent" : row->second);
  }
  Reopen();
  EXPECT_EQ(Scan(""), expected);
}

TEST_P(StoreTest, AKeyTwiceInOneSaveIsABrokenInvariant) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  ChangeList twice = {{"a", "1"}, {"b", ""}, {"a", "2"}};
  EXPECT_DEATH((void)store_->Save(twice), "broken invariant");
}

}  // namespace
}  // namespace merit
