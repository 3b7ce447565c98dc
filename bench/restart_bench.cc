// How long after a start does a city of a million drivers fold its first event?
//
//   merit-bench-restart ARCHIVE STATE_DIR
//
// STATE_DIR is one that merit-bench-replay left of the same archive's beginning, or of all of it:
// then the first batch is empty, and what is measured is the start alone. Prints the outcome roots
// that the start found.
#include <cstdio>
#include <string>

#include "bench/bench.h"
#include "engine/engine.h"
#include "engine/log/archive_log.h"
#include "engine/publish/archive_publisher.h"
#include "engine/store/rocks_store.h"

namespace merit {
namespace {

int Main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "usage: %s ARCHIVE STATE_DIR\n", arguments[0]);
    return 2;
  }
  const std::string directory = arguments[2];
  const std::string steal_before = StealTicks();
  Stopwatch watch;
  const auto log = Must(ArchiveLog::Open(arguments[1]));
  const auto store = Must(RocksStore::Open(directory + "/rows"));
  const auto publisher = Must(ArchivePublisher::Open(directory + "/published"));
  Engine engine(log.get(), store.get(), publisher.get(), {});
  Must(engine.Open());
  const double open_s = watch.wall_s();
  const size_t folded = Must(engine.FoldBatch());
  size_t drivers = 0;
  for (const auto& [code, city] : engine.machine().cities()) {
    drivers += city->drivers.size();
    std::printf("city %u outcome_root %s\n", code, Hex(AsBytes(city->outcome_tree.Root())).c_str());
  }
  std::printf(
      "%zu drivers: open %.3f s, %zu records folded at %.3f s; %.3f s of cpu; max resident %ld "
      "MiB\n",
      drivers, open_s, folded, watch.wall_s(), watch.cpu_s(), ResidentMaxMiB());
  std::printf("steal ticks before and after: %s %s\n", steal_before.c_str(), StealTicks().c_str());
  return 0;
}

}  // namespace
}  // namespace merit

int main(int count, char** arguments) { return merit::Main(count, arguments); }
