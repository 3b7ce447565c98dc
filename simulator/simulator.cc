#include "simulator/simulator.h"

#include <algorithm>

#include "simulator/city.h"

namespace merit {
namespace {

// The Sichuan cities and prefectures of DOMAIN.md's first source, then Yingtan, Shanghai, Lanzhou.
constexpr uint32_t kCityCodes[] = {511500, 510100, 510300, 510400, 510500, 510600, 510700, 510800,
                                   510900, 511000, 511100, 511300, 511400, 511600, 511700, 511800,
                                   511900, 512000, 513200, 513300, 513400, 360600, 310000, 620100};

}  // namespace

std::vector<uint32_t> CityCodes(size_t count) {
  std::vector<uint32_t> codes(std::begin(kCityCodes), std::end(kCityCodes));
  for (uint32_t province = 41; codes.size() < count && province < 100; ++province) {
    for (uint32_t city = 1; city <= 30; ++city) codes.push_back(province * 10'000 + city * 100);
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    // Provinces 51 and 62 meet some of the list above again.
    for (auto code = codes.begin() + std::size(kCityCodes); code != codes.end();) {
      const bool known =
          std::find(std::begin(kCityCodes), std::end(kCityCodes), *code) != std::end(kCityCodes);
      code = known ? codes.erase(code) : code + 1;
    }
  }
  codes.resize(std::min(count, codes.size()));
  return codes;
}

Simulator::Simulator(const SimulationOptions& options) : options_(options) {
  for (const uint32_t code : options_.city_codes) {
    cities_.push_back(std::make_unique<SimulatedCity>(options_, code));
  }
  for (size_t index = 0; index < cities_.size(); ++index) order_.push_back(index);
  Settle();
}

Simulator::~Simulator() = default;

bool Simulator::Earlier(size_t a, size_t b) const {
  const int64_t a_ms = cities_[a]->next_ms();
  const int64_t b_ms = cities_[b]->next_ms();
  return a_ms != b_ms ? a_ms < b_ms : a < b;
}

void Simulator::Settle() {
  std::sort(order_.begin(), order_.end(), [this](size_t a, size_t b) { return Earlier(a, b); });
}

// The first city may have moved on: it goes back to where its next record belongs.
void Simulator::SettleFirst() {
  size_t place = 0;
  const size_t city = order_[0];
  while (place + 1 < order_.size() && Earlier(order_[place + 1], city)) {
    order_[place] = order_[place + 1];
    ++place;
  }
  order_[place] = city;
}

bool Simulator::Next(Record* record) {
  if (order_.empty() || (options_.events_max > 0 && written_ == options_.events_max)) return false;
  for (;;) {
    SettleFirst();
    SimulatedCity& city = *cities_[order_[0]];
    if (city.next_ms() == INT64_MAX) return false;
    if (!city.HasRecord()) {
      city.Step();
      continue;
    }
    *record = city.Take();
    ++written_;
    return true;
  }
}

// Fitted to what logs of many shapes had; within a tenth for a few thousand drivers and a few
// months.
uint64_t Simulator::expected_events() const {
  const auto days = static_cast<uint64_t>(std::max(0, options_.days));
  const uint64_t drivers = options_.drivers;
  const uint64_t rush = std::min<uint64_t>(30, days / 5 + 1);
  const uint64_t driver_days = drivers * (days - std::min(days, rush / 2)) * 94 / 100;
  const uint64_t reports = driver_days * options_.reports_per_driver_1000_days / 1000;
  const uint64_t per_1000_reports = 2'450 + 42 * uint64_t{options_.matters_permille} / 10;
  const uint64_t platforms =
      std::min<uint64_t>(options_.platforms, std::max<uint64_t>(2, drivers / 50));
  uint64_t events = 150 + drivers + days * (1 + 5 * platforms) + reports * per_1000_reports / 1000;
  events += driver_days * (options_.matters_permille > 0 ? 158 : 125) / 10'000;
  events *= cities_.size();
  const uint64_t hostile = std::min<uint64_t>(900, options_.hostile_permille);
  events = events * 1'000 / (1'000 - hostile);
  return options_.events_max > 0 ? std::min(events, options_.events_max) : events;
}

}  // namespace merit
