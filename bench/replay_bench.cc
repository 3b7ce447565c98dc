// How many events a second does one core fold from an archive, and where does the time go?
//
//   merit-bench-replay ARCHIVE STATE_DIR [--stages]
//
// Folds the archive as `merit replay` does: three trees, outcomes and scores published into
// archives, rows saved in RocksDB. With --stages each stage is also run alone over the same
// records, so that the difference is its cost. Prints the outcome root of every city: what was
// computed, so that no change of meaning passes for speed.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>

#include "bench/bench.h"
#include "engine/base/hash.h"
#include "engine/core/envelope.h"
#include "engine/engine.h"
#include "engine/log/archive_log.h"
#include "engine/publish/archive_publisher.h"
#include "engine/publish/memory_publisher.h"
#include "engine/store/memory_store.h"
#include "engine/store/rocks_store.h"

namespace merit {
namespace {

// Calls visit(record) for every record of the archive.
template <class Visit>
int64_t ForEachRecord(const std::string& archive, Visit visit) {
  const std::unique_ptr<ArchiveLog> log = Must(ArchiveLog::Open(archive));
  std::vector<Record> records;
  do {
    records.clear();
    Must(log->Read(4'096, &records));
    for (const Record& record : records) visit(record);
  } while (!records.empty());
  return log->next_offset();
}

class NoPublisher final : public Publisher {
 public:
  Status Publish(Outputs* outputs, int64_t) override {
    outputs->Clear();
    return OkStatus();
  }
  Status Flush() override { return OkStatus(); }
  std::string position() const override { return {}; }
  Status Resume(const std::string&) override { return OkStatus(); }
};

void MeasureStages(const std::string& archive) {
  Stopwatch watch;
  uint64_t sink = 0;
  const int64_t events =
      ForEachRecord(archive, [&](const Record& record) { sink += record.value.size(); });
  watch.Print("read (decompress, frame)", events);
  EnvelopeReader reader;
  ForEachRecord(archive,
                [&](const Record& record) { sink += reader.Read(record.value).city_code; });
  watch.Print("read + decode", events);
  ForEachRecord(archive, [&](const Record& record) { sink += Sha256(record.value)[0]; });
  watch.Print("read + hash of the value", events);
  {
    const std::unique_ptr<ArchiveLog> log = Must(ArchiveLog::Open(archive));
    MemoryStore store;
    NoPublisher publisher;
    Engine engine(log.get(), &store, &publisher, {.save_records_max = ~uint64_t{0}});
    Must(engine.Open());
    while (Must(engine.FoldBatch()) > 0) {
    }
    watch.Print("fold, nothing published or saved", events);
  }
  std::printf("(%llu)\n", static_cast<unsigned long long>(sink));
}

int Main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: %s ARCHIVE STATE_DIR [--stages]\n", arguments[0]);
    return 2;
  }
  const std::string archive = arguments[1];
  const std::string directory = arguments[2];
  const std::string steal_before = StealTicks();
  if (count > 3 && std::strcmp(arguments[3], "--stages") == 0) MeasureStages(archive);
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  Stopwatch watch;
  const std::unique_ptr<ArchiveLog> log = Must(ArchiveLog::Open(archive));
  const std::unique_ptr<RocksStore> store = Must(RocksStore::Open(directory + "/rows"));
  const std::unique_ptr<ArchivePublisher> publisher =
      Must(ArchivePublisher::Open(directory + "/published"));
  Engine engine(log.get(), store.get(), publisher.get(), {});
  Must(engine.Open());
  Must(engine.FoldAll());
  Must(publisher->Close());
  watch.Print("replay: fold, publish, save", engine.next_offset());
  for (const auto& [code, city] : engine.machine().cities()) {
    std::printf("city %u outcome_root %s\n", code, Hex(AsBytes(city->outcome_tree.Root())).c_str());
  }
  size_t drivers = 0;
  for (const auto& [code, city] : engine.machine().cities()) drivers += city->drivers.size();
  const size_t bytes = engine.machine().memory_bytes();
  std::printf(
      "%zu drivers, %zu MiB of rows and indexes, %zu bytes a driver; max resident %ld MiB\n",
      drivers, bytes >> 20, bytes / std::max<size_t>(drivers, 1), ResidentMaxMiB());
  std::printf("steal ticks before and after: %s %s\n", steal_before.c_str(), StealTicks().c_str());
  return 0;
}

}  // namespace
}  // namespace merit

int main(int count, char** arguments) { return merit::Main(count, arguments); }
