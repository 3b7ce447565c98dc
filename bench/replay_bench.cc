// How many events a second does one core fold from an archive, and where does the time go?
//
//   merit-bench-replay ARCHIVE STATE_DIR [--stages]
//
// Folds the archive as `merit replay` does: three trees, outcomes and scores published into archives, rows saved in
// RocksDB. With --stages each stage is also run alone over the same records, so that the difference is its cost.
// Prints the outcome root of every city: what was computed, so that no change of meaning passes for speed.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

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

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Stopwatch {
 public:
  // Since the last call: nanoseconds of wall time and of CPU per event.
  void Print(const char* what, int64_t events) {
    const auto now = Clock::now();
    const double cpu = CpuSeconds();
    const double wall_s = std::chrono::duration<double>(now - begin_).count();
    std::printf("%-34s %9.0f events/s  %6.0f ns wall  %6.0f ns cpu\n", what, static_cast<double>(events) / wall_s,
                1e9 * wall_s / static_cast<double>(events), 1e9 * (cpu - cpu_) / static_cast<double>(events));
    std::fflush(stdout);
    begin_ = Clock::now();
    cpu_ = CpuSeconds();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin_ = Clock::now();
  double cpu_ = CpuSeconds();
};

void Must(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  std::exit(1);
}

template <class T>
T Must(StatusOr<T> value) {
  Must(value.status());
  return std::move(value).value();
}

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
  Status Publish(const Outputs&) override { return OkStatus(); }
  Status Flush() override { return OkStatus(); }
  std::string position() const override { return {}; }
  Status Resume(const std::string&) override { return OkStatus(); }
};

void MeasureStages(const std::string& archive) {
  Stopwatch watch;
  uint64_t sink = 0;
  const int64_t events = ForEachRecord(archive, [&](const Record& record) { sink += record.value.size(); });
  watch.Print("read (decompress, frame)", events);
  EnvelopeReader reader;
  ForEachRecord(archive, [&](const Record& record) { sink += reader.Read(record.value).city_code; });
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
    std::printf("%zu MiB of rows\n", engine.machine().memory_bytes() >> 20);
  }
  std::printf("(%llu)\n", static_cast<unsigned long long>(sink));
}

std::string StealTicks() {
  std::ifstream stat("/proc/stat");
  std::string cpu, value;
  stat >> cpu;
  for (int place = 0; place < 8; ++place) stat >> value;
  return value;
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
  const std::unique_ptr<ArchivePublisher> publisher = Must(ArchivePublisher::Open(directory + "/published"));
  Engine engine(log.get(), store.get(), publisher.get(), {});
  Must(engine.Open());
  Must(engine.FoldAll());
  Must(publisher->Close());
  watch.Print("replay: fold, publish, save", engine.next_offset());
  for (const auto& [code, city] : engine.machine().cities()) {
    std::printf("city %u outcome_root %s\n", code, Hex(AsBytes(city->outcome_tree.Root())).c_str());
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("steal ticks before and after: %s %s; max resident %ld MiB\n", steal_before.c_str(),
              StealTicks().c_str(), usage.ru_maxrss >> 10);
  return 0;
}

}  // namespace
}  // namespace merit

int main(int count, char** arguments) { return merit::Main(count, arguments); }
