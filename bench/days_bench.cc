// How long does the closing of a day take, and the end of a month?
//
//   merit-bench-days ARCHIVE
//
// Folds the archive in memory and takes the time of each DayClosed, its seal, bulletins and scores
// included. Prints the outcome root of every city.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/bench.h"
#include "engine/core/envelope.h"
#include "engine/core/machine.h"
#include "engine/log/archive_log.h"
#include "engine/rows/image.h"

namespace merit {
namespace {

class NoImage final : public Image {
 public:
  std::string Read(std::string_view) override { throw RowsUnavailable{"nothing is saved here"}; }
};

void Print(const char* what, std::vector<double> ms) {
  if (ms.empty()) return;
  std::sort(ms.begin(), ms.end());
  const auto at = [&](size_t percent) { return ms[(ms.size() - 1) * percent / 100]; };
  std::printf("%-22s %6zu  p50 %8.3f ms  p99 %8.3f ms  max %8.3f ms\n", what, ms.size(), at(50),
              at(99), at(100));
}

int Main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s ARCHIVE\n", arguments[0]);
    return 2;
  }
  const std::string steal_before = StealTicks();
  const auto log = Must(ArchiveLog::Open(arguments[1]));
  NoImage image;
  Machine machine(&image);
  EnvelopeReader reader;
  Outputs outputs;
  std::vector<Record> records;
  std::vector<double> days, months;
  for (;;) {
    records.clear();
    Must(log->Read(256, &records));
    if (records.empty()) break;
    for (const Record& record : records) {
      const Envelope& event = reader.Read(record.value);
      const bool closes = event.decodable && event.body_number == v1::Event::kDayClosed;
      const int32_t day = closes ? static_cast<const v1::DayClosed&>(*event.body).day() : 0;
      Stopwatch watch;
      if (machine.FoldRecord(record, &outputs) != Stop::kNone) return 1;
      if (closes) (EndsMonth(day) ? months : days).push_back(1e3 * watch.wall_s());
    }
    machine.Flush(&outputs);
    outputs.Clear();
  }
  size_t drivers = 0;
  for (const auto& [code, city] : machine.cities()) {
    drivers += city->drivers.size();
    std::printf("city %u outcome_root %s\n", code, Hex(AsBytes(city->outcome_tree.Root())).c_str());
  }
  std::printf("%zu drivers in %zu cities\n", drivers, machine.cities().size());
  Print("a day's closing", days);
  Print("that ends a month", months);
  std::printf("steal ticks before and after: %s %s\n", steal_before.c_str(), StealTicks().c_str());
  return 0;
}

}  // namespace
}  // namespace merit

int main(int count, char** arguments) { return merit::Main(count, arguments); }
