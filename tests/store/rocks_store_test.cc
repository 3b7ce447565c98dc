// What only a real disk can do to a store.

#include "engine/store/rocks_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>
#include <thread>

#include "tests/scratch_directory.h"
#include "tests/store/change_list.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

const RocksOptions kSmall{.cache_bytes = 1 << 20, .write_buffer_bytes = 1 << 20};

std::unique_ptr<RocksStore> MustOpen(const std::string& directory,
                                     const RocksOptions& options = kSmall) {
  auto opened = RocksStore::Open(directory, options);
  EXPECT_TRUE(opened.ok()) << opened.status();
  return opened.ok() ? std::move(opened).value() : nullptr;
}

// Bytes that do not compress, so that files on disk are as large as what is saved.
std::string Noise(unsigned seed, size_t size) {
  std::mt19937 random(seed);
  std::string noise(size, '\0');
  for (char& c : noise) c = static_cast<char>(random());
  return noise;
}

std::string PageKey(int page) {
  char key[8];
  std::snprintf(key, sizeof key, "p%05d", page);
  return key;
}

// Every page gets the generation's number and noise.
ChangeList Generation(unsigned generation, int pages, size_t size) {
  ChangeList changes;
  for (int page = 0; page < pages; ++page) {
    changes.push_back({PageKey(page), std::to_string(generation) + " " + Noise(generation, size)});
  }
  return changes;
}

// The one generation that all pages have; -1 where there are none, -2 where they differ.
int GenerationOf(Store& store, int pages) {
  int generation = -1, count = 0;
  const Status status = store.Scan("p", [&](std::string_view, std::string_view value) {
    const int here = std::atoi(std::string(value.substr(0, value.find(' '))).c_str());
    generation = count == 0 || generation == here ? here : -2;
    ++count;
    return generation != -2;
  });
  EXPECT_TRUE(status.ok()) << status;
  return count == 0 || count == pages ? generation : -2;
}

std::vector<fs::path> FilesOf(const std::string& directory, const std::string& ending) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ending) files.push_back(entry.path());
  }
  return files;
}

void FlipByte(const fs::path& file, std::streamoff place) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(place);
  const int byte = bytes.get();
  bytes.seekp(place);
  bytes.put(static_cast<char>(byte ^ 0x5a));
  ASSERT_TRUE(bytes.good()) << file;
}

void ExpectMessage(const Status& status, StatusCode code,
                   std::initializer_list<const char*> parts) {
  EXPECT_EQ(status.code(), code) << status;
  for (const char* part : parts) {
    EXPECT_NE(std::string(status.message()).find(part), std::string::npos)
        << part << " in " << status;
  }
}

TEST(RocksStore, MakesItsDirectoryAndParents) {
  const ScratchDirectory scratch;
  MustOpen(scratch / "a/b/c/");
  EXPECT_TRUE(fs::exists(scratch / "a/b/c/CURRENT"));
}

TEST(RocksStore, ASecondOpenerIsRefused) {
  const ScratchDirectory scratch;
  const auto first = MustOpen(scratch.path());
  for (const bool read_only : {false, true}) {
    const auto second = RocksStore::Open(scratch.path(), {.read_only = read_only});
    ExpectMessage(
        second.status(), StatusCode::kFailedPrecondition,
        {scratch.path().c_str(), "open", std::to_string(getpid()).c_str(), "stop it first"});
  }
  ChangeList changes = {{"a", "1"}};
  EXPECT_TRUE(first->Save(changes).ok()) << "the first is not disturbed";
}

TEST(RocksStore, ReadersShareAndChangeNothing) {
  const ScratchDirectory scratch;
  ChangeList changes = Generation(1, 500, 4000);
  ASSERT_TRUE(MustOpen(scratch.path())->Save(changes).ok());
  const auto files = [&] {
    std::vector<std::pair<std::string, uintmax_t>> all;
    for (const auto& entry : fs::directory_iterator(scratch.path())) {
      all.emplace_back(entry.path(), entry.file_size());
    }
    std::sort(all.begin(), all.end());
    return all;
  };
  const auto before = files();
  {
    const RocksOptions read_only{.read_only = true};
    const auto one = MustOpen(scratch.path(), read_only), two = MustOpen(scratch.path(), read_only);
    EXPECT_EQ(GenerationOf(*one, 500), 1);
    EXPECT_EQ(GenerationOf(*two, 500), 1);
    ExpectMessage(RocksStore::Open(scratch.path()).status(), StatusCode::kFailedPrecondition,
                  {"open"});
  }
  EXPECT_EQ(files(), before);
  MustOpen(scratch.path());
}

TEST(RocksStore, ReadOnlyNeedsAStore) {
  const ScratchDirectory scratch;
  const RocksOptions read_only{.read_only = true};
  ExpectMessage(RocksStore::Open(scratch / "none", read_only).status(), StatusCode::kNotFound,
                {"none"});
  ExpectMessage(RocksStore::Open(scratch.path(), read_only).status(), StatusCode::kNotFound,
                {"no store"});
  EXPECT_FALSE(fs::exists(scratch / "none"));
}

TEST(RocksStore, OtherPeoplesDirectoriesAreLeftAlone) {
  const ScratchDirectory scratch;
  std::ofstream(scratch / "thesis.txt") << "years of work";
  ExpectMessage(RocksStore::Open(scratch.path()).status(), StatusCode::kInvalidArgument,
                {"thesis.txt"});
  ExpectMessage(RocksStore::Open(scratch / "thesis.txt").status(), StatusCode::kInvalidArgument,
                {"directory"});
}

TEST(RocksStore, AMissingCurrentIsDamageNotANewStore) {
  const ScratchDirectory scratch;
  ChangeList changes = Generation(1, 10, 100);
  ASSERT_TRUE(MustOpen(scratch.path())->Save(changes).ok());
  const size_t logs = FilesOf(scratch.path(), ".log").size();
  fs::remove(scratch / "CURRENT");
  ExpectMessage(RocksStore::Open(scratch.path()).status(), StatusCode::kDataLoss,
                {scratch.path().c_str(), "CURRENT", "move this directory away"});
  EXPECT_EQ(FilesOf(scratch.path(), ".log").size(), logs) << "nothing was deleted";
}

TEST(RocksStore, CreationThatWasCutShortStartsAgain) {
  const ScratchDirectory scratch;
  std::ofstream(scratch / "MANIFEST-000001") << "torn";
  std::ofstream(scratch / "LOCK");
  MustOpen(scratch.path());
}

TEST(RocksStore, AMissingFileOfTheStoreIsDamage) {
  for (const std::string gone : {".sst", "MANIFEST"}) {
    const ScratchDirectory scratch;
    for (unsigned generation = 0; generation < 3; ++generation) {
      ChangeList changes = Generation(generation, 300, 4000);
      ASSERT_TRUE(MustOpen(scratch.path())->Save(changes).ok());
    }
    for (const auto& entry : fs::directory_iterator(scratch.path())) {
      const std::string name = entry.path().filename();
      if (name.ends_with(gone) || name.starts_with(gone)) fs::remove(entry.path());
    }
    ExpectMessage(RocksStore::Open(scratch.path()).status(), StatusCode::kDataLoss,
                  {scratch.path().c_str(), "move this directory away"});
  }
}

// The first read of a damaged block says so, for a Get and for a Scan, and ends the store.
TEST(RocksStore, ADamagedTableFileIsDataLoss) {
  const ScratchDirectory scratch;
  ChangeList changes = Generation(1, 300, 4000);
  ASSERT_TRUE(MustOpen(scratch.path())->Save(changes).ok());
  MustOpen(scratch.path());  // opening flushes the log into a table
  const auto tables = FilesOf(scratch.path(), ".sst");
  ASSERT_FALSE(tables.empty());
  for (const auto& table : tables) FlipByte(table, 2000);

  const auto got = MustOpen(scratch.path());
  std::string value;
  ExpectMessage(got->Get(PageKey(0), &value).status(), StatusCode::kDataLoss,
                {scratch.path().c_str(), "checksum", "move this directory away"});
  EXPECT_EQ(got->Get(PageKey(299), &value).status().code(), StatusCode::kDataLoss) << "ended";
  EXPECT_EQ(got->Save(changes).code(), StatusCode::kDataLoss) << "ended";
}

TEST(RocksStore, ADamagedTableFileIsFoundByAScan) {
  const ScratchDirectory scratch;
  ChangeList changes = Generation(1, 300, 4000);
  ASSERT_TRUE(MustOpen(scratch.path())->Save(changes).ok());
  MustOpen(scratch.path());
  for (const auto& table : FilesOf(scratch.path(), ".sst")) FlipByte(table, 600000);
  const auto store = MustOpen(scratch.path());
  int visits = 0;
  const Status status = store->Scan("p", [&](auto, auto) { return ++visits > 0; });
  EXPECT_EQ(status.code(), StatusCode::kDataLoss) << status;
  EXPECT_LT(visits, 300);
}

// Compaction meets the damage before any reader does: from then on no call works, not even for
// healthy rows.
TEST(RocksStore, AFailureInTheBackgroundEndsTheStore) {
  const ScratchDirectory scratch;
  for (unsigned generation = 1; generation <= 3; ++generation) {
    ChangeList changes = Generation(generation, 300, 4000);
    ASSERT_TRUE(MustOpen(scratch.path())->Save(changes).ok());
  }
  MustOpen(scratch.path());
  auto tables = FilesOf(scratch.path(), ".sst");
  ASSERT_EQ(tables.size(), 3u);
  FlipByte(tables[0], 600000);

  const auto store = MustOpen(scratch.path());
  Status status;
  // Each save is a table; when there are enough of them, a compaction begins.
  for (unsigned generation = 4; generation <= 16 && status.ok(); ++generation) {
    ChangeList changes = Generation(generation, 300, 4000);
    changes.push_back({"healthy", "1"});
    status = store->Save(changes);
  }
  std::string value;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (status.ok() && std::chrono::steady_clock::now() < deadline) {
    status = store->Get("healthy", &value).status();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ExpectMessage(status, StatusCode::kDataLoss, {scratch.path().c_str(), "background", "checksum"});
}

// A damaged log ends at the damage: the saves before it, each whole, and none after it.
TEST(RocksStore, ADamagedLogGivesAnEarlierSaveWhole) {
  const ScratchDirectory scratch;
  const RocksOptions roomy{.write_buffer_bytes = 64 << 20};
  {
    const auto store = MustOpen(scratch.path(), roomy);
    for (unsigned generation = 1; generation <= 8; ++generation) {
      ChangeList changes = Generation(generation, 100, 1000);
      ASSERT_TRUE(store->Save(changes).ok());
    }
  }
  const auto logs = FilesOf(scratch.path(), ".log");
  ASSERT_EQ(logs.size(), 1u);
  FlipByte(logs[0], 450000);
  const int generation = GenerationOf(*MustOpen(scratch.path(), roomy), 100);
  EXPECT_GE(generation, 1);
  EXPECT_LT(generation, 8);
}

// A large save goes past the log, into a table file of its own; small ones before and after it stay
// in order with it, in memory and on disk.
TEST(RocksStore, SmallAndLargeSavesFollowEachOther) {
  const ScratchDirectory scratch;
  auto store = MustOpen(scratch.path());
  unsigned generation = 0;
  for (const bool reopens : {false, true, false}) {
    for (const size_t size : {10u, 20'000u, 10u, 10u, 20'000u, 20'000u}) {
      ChangeList changes = Generation(++generation, 100, size);
      changes.push_back({PageKey(static_cast<int>(generation)) + " passing", "", true});
      changes.push_back({PageKey(static_cast<int>(generation + 1)) + " passing",
                         std::to_string(generation)});
      const size_t tables = FilesOf(scratch.path(), ".sst").size();
      ASSERT_TRUE(store->Save(changes).ok());
      if (size > 10) {
        EXPECT_GT(FilesOf(scratch.path(), ".sst").size(), tables);
      }
      if (reopens) {
        store.reset();
        store = MustOpen(scratch.path());
      }
      EXPECT_EQ(GenerationOf(*store, 101), static_cast<int>(generation));
    }
  }
}

TEST(RocksStore, WhatASaveThatWasCutShortLeftIsRemoved) {
  const ScratchDirectory scratch;
  MustOpen(scratch.path());
  std::ofstream(scratch / "save.new") << "half a table";
  EXPECT_EQ(MustOpen(scratch.path(), {.read_only = true})->Scan("", [](auto, auto) {
    return true;
  }), OkStatus());
  EXPECT_TRUE(fs::exists(scratch / "save.new")) << "a reader changes nothing";
  const auto store = MustOpen(scratch.path());
  EXPECT_FALSE(fs::exists(scratch / "save.new"));
  ChangeList changes = Generation(1, 100, 20'000);
  ASSERT_TRUE(store->Save(changes).ok());
  EXPECT_FALSE(fs::exists(scratch / "save.new"));
  EXPECT_EQ(GenerationOf(*store, 100), 1);
}

// Without a disk quota: the file size limit makes every write beyond 2 MB fail.
TEST(RocksStore, AFailedWriteEndsTheStoreAndKeepsTheLastSave) {
  const ScratchDirectory scratch;
  auto store = MustOpen(scratch.path(), {.write_buffer_bytes = 64 << 20});
  ChangeList changes = Generation(1, 100, 1000);
  ASSERT_TRUE(store->Save(changes).ok());

  rlimit unlimited{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
  const auto previous = signal(SIGXFSZ, SIG_IGN);
  const rlimit limited{2 << 20, unlimited.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limited), 0);
  changes = Generation(2, 100, 40000);
  const Status failed = store->Save(changes);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &unlimited), 0);
  signal(SIGXFSZ, previous);

  ExpectMessage(failed, StatusCode::kAborted, {scratch.path().c_str(), "start again"});
  changes = Generation(3, 100, 10);
  EXPECT_EQ(store->Save(changes), failed) << "the store is ended, though there would be room again";
  std::string value;
  EXPECT_EQ(store->Get(PageKey(0), &value).status(), failed);

  store.reset();
  store = MustOpen(scratch.path());
  EXPECT_EQ(GenerationOf(*store, 100), 1);
  EXPECT_TRUE(store->Save(changes).ok());
  EXPECT_EQ(GenerationOf(*store, 100), 3);
}

TEST(RocksStore, AFullDiskEndsTheStoreAndKeepsTheLastSave) {
  const ScratchDirectory scratch;
  if (mount("tmpfs", scratch.path().c_str(), "tmpfs", 0, "size=24m") != 0) {
    GTEST_SKIP() << "a small tmpfs cannot be mounted here: " << std::strerror(errno);
  }
  struct Unmount {
    const std::string& path;
    ~Unmount() { umount2(path.c_str(), MNT_DETACH); }
  } const unmount{scratch.path()};

  Status failed;
  unsigned generation = 0;
  {
    const auto store = MustOpen(scratch.path());
    while (failed.ok() && generation < 100) {
      ChangeList changes = Generation(++generation, 1000, 3000);
      // What is erased must not help: every save adds keys of its own, too.
      for (int page = 0; page < 200; ++page) {
        changes.push_back({Cat("x", generation, " ", page), Noise(generation, 3000)});
      }
      failed = store->Save(changes);
    }
    ExpectMessage(failed, StatusCode::kResourceExhausted,
                  {scratch.path().c_str(), "full", "free space"});
    ChangeList small = {{"small", "1"}};
    EXPECT_EQ(store->Save(small), failed);
  }
  // Enlarged, it opens with a whole save: the last that worked, or the one whose sync or flush
  // failed late.
  ASSERT_EQ(mount("tmpfs", scratch.path().c_str(), "tmpfs", MS_REMOUNT, "size=200m"), 0);
  const auto store = MustOpen(scratch.path());
  const int kept = GenerationOf(*store, 1000);
  EXPECT_GE(kept, static_cast<int>(generation) - 1);
  EXPECT_LE(kept, static_cast<int>(generation));
  ChangeList changes = Generation(generation + 1, 1000, 3000);
  EXPECT_TRUE(store->Save(changes).ok());
}

constexpr int kVictimPages = 1500;

// Not a test of its own: the process that the next test kills. It saves generations for ever and
// says each that is done on the descriptor it was given.
TEST(RocksStoreVictim, DISABLED_SavesUntilItIsKilled) {
  const char* const directory = std::getenv("MERIT_STORE_VICTIM");
  ASSERT_NE(directory, nullptr) << "run by RocksStore.SurvivesKill";
  const auto store = MustOpen(directory);
  const int begin = GenerationOf(*store, kVictimPages);
  ASSERT_GE(begin, -1);
  for (unsigned generation = static_cast<unsigned>(begin + 1);; ++generation) {
    ChangeList changes = Generation(generation, kVictimPages, 2000);
    ASSERT_TRUE(store->Save(changes).ok());
    ASSERT_EQ(write(STDIN_FILENO, &generation, sizeof generation),
              static_cast<ssize_t>(sizeof generation));
  }
}

TEST(RocksStore, SurvivesKill) {
  const ScratchDirectory scratch;
  int acknowledged = -1;
  std::mt19937 random(11);
  for (int round = 0; round < 6; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe2(pipe_ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ASSERT_EQ(setenv("MERIT_STORE_VICTIM", scratch.path().c_str(), 1), 0);
    char filter[] = "--gtest_filter=RocksStoreVictim.*",
         disabled[] = "--gtest_also_run_disabled_tests";
    char name[] = "store_test";
    char* const arguments[] = {name, filter, disabled, nullptr};
    pid_t victim = 0;
    ASSERT_EQ(posix_spawn(&victim, "/proc/self/exe", &actions, nullptr, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[1]);

    // At least two saves each round, then death at any moment of the next ones.
    for (int count = 0; count < 2; ++count) {
      ASSERT_EQ(read(pipe_ends[0], &acknowledged, sizeof acknowledged),
                static_cast<ssize_t>(sizeof acknowledged));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 120));
    ASSERT_EQ(kill(victim, SIGKILL), 0);
    int outcome = 0;
    ASSERT_EQ(waitpid(victim, &outcome, 0), victim);
    EXPECT_TRUE(WIFSIGNALED(outcome));
    while (read(pipe_ends[0], &acknowledged, sizeof acknowledged) > 0) {
    }
    close(pipe_ends[0]);

    const int kept = GenerationOf(*MustOpen(scratch.path()), kVictimPages);
    EXPECT_GE(kept, acknowledged) << "a save that returned is gone";
    EXPECT_LE(kept, acknowledged + 1);
  }
}

// Many times the budget is written and read; what the process grows by stays near it.
TEST(RocksStore, MemoryIsBounded) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's own memory hides the store's";
#endif
  const auto resident_mb = [] {
    std::ifstream statm("/proc/self/statm");
    int64_t total = 0, resident = 0;
    statm >> total >> resident;
    return resident * sysconf(_SC_PAGESIZE) >> 20;
  };
  const ScratchDirectory scratch;
  const auto store =
      MustOpen(scratch.path(), {.cache_bytes = 8 << 20, .write_buffer_bytes = 8 << 20});
  const int64_t before = resident_mb();
  std::mt19937 random(5);
  for (unsigned save = 0; save < 100; ++save) {
    ChangeList changes;
    for (unsigned page = 0; page < 300; ++page) {
      changes.push_back(
          {PageKey(static_cast<int>(save * 300 + page)), Noise(save * 300 + page, 8000)});
    }
    ASSERT_TRUE(store->Save(changes).ok());
  }
  std::string value;
  for (int get = 0; get < 20000; ++get) {
    const int page = static_cast<int>(random() % 30000);
    ASSERT_TRUE(*store->Get(PageKey(page), &value));
    ASSERT_EQ(value.size(), 8000u);
  }
  // 16 MB of budget, two copies of one save of 2.4 MB, and what the allocator keeps.
  EXPECT_LT(resident_mb() - before, 48);
}

}  // namespace
}  // namespace merit
