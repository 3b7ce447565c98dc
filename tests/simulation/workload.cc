#include "tests/simulation/workload.h"

#include "simulator/random.h"

namespace merit {
namespace {

template <size_t kSize>
uint32_t OneOf(Random& random, const uint32_t (&choices)[kSize]) {
  return choices[random.Below(kSize)];
}

constexpr uint64_t kSeedsBetweenLong = 100;

// A quarter and more, of honest people or with some who enrol by the hundred: what only a long log
// comes to, such as candidates, and outcomes in parts.
SimulationOptions LongWorkloadOf(uint64_t seed) {
  SimulationOptions options;
  options.seed = seed;
  options.days = 100;
  options.platforms = 2;
  options.partners = 3;
  const bool honest = seed / kSeedsBetweenLong % 2 == 0;
  options.drivers = honest ? 12 : 50;
  if (honest) options.reports_per_driver_1000_days = 1'000;
  options.hostile_permille = honest ? 0 : 20;
  return options;
}

}  // namespace

SimulationOptions WorkloadOf(uint64_t seed) {
  if (seed % kSeedsBetweenLong == 0) return LongWorkloadOf(seed);
  Random random(Spread(seed));
  SimulationOptions options;
  options.seed = seed;
  const uint32_t cities = OneOf(random, {1, 1, 1, 1, 1, 2, 3});
  const std::vector<uint32_t> codes = CityCodes(24);
  const uint32_t first_city = random.Below(codes.size() - 2);
  options.city_codes.assign(codes.begin() + first_city, codes.begin() + first_city + cities);
  options.first_day = 20454 + random.Day(0, 364);
  options.days = random.Day(3, 120);
  options.events_max = cities * static_cast<uint64_t>(random.Between(150, 450));
  options.drivers = OneOf(random, {2, 5, 10, 20, 40});
  options.platforms = 2;
  options.partners = OneOf(random, {1, 3});
  options.reports_per_driver_1000_days = OneOf(random, {46, 200, 1'000});
  options.matters_permille = OneOf(random, {0, 280, 900});
  options.disorder_permille = OneOf(random, {0, 5, 80});
  // A signature costs as much as folding a hundred events.
  options.signed_permille = random.Below(16) == 0 ? 300 : 0;
  options.hostile_permille = OneOf(random, {0, 100, 300, 500, 700, 900});
  return options;
}

void WriteWorkload(const SimulationOptions& options, MemoryLog* log) {
  Simulator simulator(options);
  for (Record record; simulator.Next(&record);) log->Append(record);
}

}  // namespace merit
