// A seeded generator of city logs: the workload of the demo, the tests and the benches.
//
// An honest log is what a real programme would write: people report, desks review, partners redeem,
// the clock closes days, a few things arrive twice or too early. A hostile one has, beside all
// that, every kind of record that the rules refuse, and stories that provoke flags, caps, arrears,
// expiries and limits.
//
//   Input     options; equal options give equal bytes on every machine and compiler
//   Output    Next: the next record in order of time; false at the end. Views live until the next
//             call. A smaller events_max gives a prefix of the same log.
//   Threads   one
//   Cost      1 to 2 µs an honest, unsigned event; 50 to 100 µs for a signature; memory for the
//             drivers and for what is pending, whatever the length
//   Caveats   the simulator remembers what it wrote, not what an engine made of it: it means an
//             honest event to be applied, and is right more than 99 times in 100
//   Source    DOMAIN.md, EFFECTS.md; sizes of DOMAIN.md §1 (Yibin: 23,400 drivers, 28 platforms,
//             3 with 80 % of them)
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/record.h"

namespace merit {

struct SimulationOptions {
  uint64_t seed = 1;
  std::vector<uint32_t> city_codes = {511500};
  int32_t first_day = 20454;  // 2026-01-01
  int32_t days = 300;         // then the log ends
  uint64_t events_max = 0;    // 0: as many as the days give
  uint32_t drivers = 23'400;  // a city
  uint32_t platforms = 28;    // at most; a city with few drivers has fewer
  uint32_t partners = 20;     // likewise
  uint32_t reports_per_driver_1000_days = 46;
  // Of 1,000 approved reports, how many lead to a matter; 0: no matters at all.
  uint32_t matters_permille = 280;
  // Of 1,000 records, how many come twice or in the wrong order.
  uint32_t disorder_permille = 5;
  // Of 1,000 producers, how many have a key and sign.
  uint32_t signed_permille = 0;
  // Of 1,000 records, how many are hostile. More than 900 is 900: something must be there to
  // attack.
  uint32_t hostile_permille = 0;
};

// `count` different division codes: Yibin, the other cities of Sichuan, then those of other
// provinces.
std::vector<uint32_t> CityCodes(size_t count);

class SimulatedCity;

class Simulator {
 public:
  explicit Simulator(const SimulationOptions& options);
  ~Simulator();

  bool Next(Record* record);

  uint64_t written() const { return written_; }
  // About how many records there will be: what progress is counted against.
  uint64_t expected_events() const;

 private:
  bool Earlier(size_t a, size_t b) const;
  void Settle();
  void SettleFirst();

  const SimulationOptions options_;
  std::vector<std::unique_ptr<SimulatedCity>> cities_;
  std::vector<size_t> order_;  // the cities by the time of their next record
  uint64_t written_ = 0;
};

}  // namespace merit
