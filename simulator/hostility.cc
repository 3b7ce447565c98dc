#include "simulator/hostility.h"

#include <algorithm>

namespace merit {

Hostility::Hostility(Town& town)
    : town_(town),
      random_(Spread(town.options.seed + 3) ^ Spread(town.city_code)),
      forger_(town, witness_, random_),
      composer_(town, witness_, random_),
      attacks_(town, witness_, composer_, forger_, random_),
      stories_(town, composer_, forger_, random_) {
  if (town_.options.hostile_permille == 0) return;
  town_.watcher = [this](std::string_view value) { witness_.See(town_.now_ms, value); };
}

void Hostility::PlanDay() {
  if (town_.options.hostile_permille == 0 || town_.today == town_.options.first_day) return;
  town_.Plan(town_.Midnight(town_.today) + kHourMs, Family::kHostile, kDay);
}

void Hostility::Run(const Action&) {
  const uint64_t before = forger_.written();
  stories_.PlanDay();
  owed_permille_ -= 1'000 * static_cast<int64_t>(forger_.written() - before);
}

void Hostility::Answer(uint64_t count) {
  const int64_t share = std::min(900u, town_.options.hostile_permille);
  if (share == 0) return;
  owed_permille_ += static_cast<int64_t>(count) * 1'000 * share / (1'000 - share);
  while (owed_permille_ >= 1'000) {
    const uint64_t before = forger_.written();
    if (random_.Permille(40)) {
      stories_.TellOne();
    } else {
      attacks_.Strike();
    }
    owed_permille_ -=
        1'000 * static_cast<int64_t>(std::max<uint64_t>(1, forger_.written() - before));
  }
}

}  // namespace merit
