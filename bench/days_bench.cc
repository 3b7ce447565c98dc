// How long does the closing of a day take, and the end of a month?
//
//   merit-bench-days ARCHIVE
//
// Folds the archive in memory and takes the time of each DayClosed, its seal, bulletins and scores
// included. Then a year of days on which nothing comes is closed in the first city: those of the
// last half year, when nothing is due any more, are told apart. Prints the outcome root of every
// city as the archive ends.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/bench.h"
#include "bench/no_image.h"
#include "bench/percentile.h"
#include "engine/core/envelope.h"
#include "engine/core/machine.h"
#include "engine/log/archive_log.h"
#include "merit/v1/event.pb.h"

namespace merit {
namespace {

constexpr int32_t kQuietDays = 365;
// After so many, reports, waiting events and what is remembered are gone.
constexpr int32_t kDueDays = 183;

// The day after that of a DayClosed, closed on the next day at the same time.
void MoveToNextDay(v1::Event* closing, int64_t* time_ms) {
  constexpr int64_t kDayMs = 86'400'000;
  v1::DayClosed& body = *closing->mutable_day_closed();
  body.set_day(body.day() + 1);
  closing->set_event_id("quiet-" + std::to_string(body.day()));
  closing->set_occurred_at_ms(closing->occurred_at_ms() + kDayMs);
  *time_ms += kDayMs;
}

void Print(const char* what, std::vector<double> ms) {
  if (ms.empty()) return;
  std::printf("%-22s %6zu  p50 %8.3f ms  p99 %8.3f ms  max %8.3f ms\n", what, ms.size(),
              Percentile(&ms, 0.50), Percentile(&ms, 0.99), Percentile(&ms, 1));
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
  std::vector<double> days, months, quiet_days, quiet_months;
  const auto fold = [&](const Record& record) {
    Stopwatch watch;
    if (machine.FoldRecord(record, &outputs) != Stop::kNone) std::exit(1);
    return 1e3 * watch.wall_s();
  };
  std::string key, closing_bytes;  // of the last DayClosed of the first city
  int64_t closing_time_ms = 0;
  for (;;) {
    records.clear();
    Must(log->Read(256, &records));
    if (records.empty()) break;
    for (const Record& record : records) {
      const Envelope& event = reader.Read(record.value);
      const bool closes = event.decodable && event.body_number == v1::Event::kDayClosed;
      const int32_t day = closes ? static_cast<const v1::DayClosed&>(*event.body).day() : 0;
      const double took_ms = fold(record);
      if (!closes) continue;
      (EndsMonth(day) ? months : days).push_back(took_ms);
      if (!key.empty() && key != record.key) continue;
      key = record.key;
      closing_bytes = record.value;
      closing_time_ms = record.timestamp_ms;
    }
    machine.Flush(&outputs);
    outputs.Clear();
  }
  size_t drivers = 0;
  for (const auto& [code, city] : machine.cities()) {
    drivers += city->drivers.size();
    std::printf("city %u outcome_root %s\n", code, Hex(AsBytes(city->outcome_tree.Root())).c_str());
  }
  v1::Event closing;
  if (!closing.ParseFromString(closing_bytes)) return 1;
  for (int32_t quiet = 1; quiet <= kQuietDays; ++quiet) {
    MoveToNextDay(&closing, &closing_time_ms);
    const std::string value = closing.SerializeAsString();
    const double took_ms = fold({key, closing_time_ms, value});
    if (quiet > kDueDays)
      (EndsMonth(closing.day_closed().day()) ? quiet_months : quiet_days).push_back(took_ms);
    machine.Flush(&outputs);
    outputs.Clear();
  }
  if (machine.cities().at(closing.city_code())->open_day() != closing.day_closed().day() + 1) {
    std::fprintf(stderr, "the quiet days were not closed\n");
    return 1;
  }
  std::printf("%zu drivers in %zu cities\n", drivers, machine.cities().size());
  Print("a day's closing", days);
  Print("that ends a month", months);
  Print("with nothing due", quiet_days);
  Print("a month's, the same", quiet_months);
  std::printf("steal ticks before and after: %s %s\n", steal_before.c_str(), StealTicks().c_str());
  return 0;
}

}  // namespace
}  // namespace merit

int main(int count, char** arguments) { return merit::Main(count, arguments); }
