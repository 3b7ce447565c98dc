#include "engine/core/decay.h"

namespace merit {
namespace {

using Wide = unsigned __int128;

uint64_t SquareRoot(Wide number) {
  uint64_t root = 0;
  for (int bit = 63; bit >= 0; --bit) {
    const uint64_t with = root | uint64_t{1} << bit;
    if (static_cast<Wide>(with) * with <= number) root = with;
  }
  return root;
}

uint64_t Weight31(uint64_t r, uint64_t half_life_days) {
  const std::vector<uint64_t>& roots = DecayRoots();
  const auto fraction = static_cast<uint64_t>((static_cast<Wide>(r) << 32) / half_life_days);
  Wide x = Wide{1} << 63;
  for (unsigned i = 1; i <= 32; ++i) {
    if (fraction >> (32 - i) & 1) x = x * roots[i - 1] >> 63;
  }
  return static_cast<uint64_t>(x >> 31);
}

}  // namespace

const std::vector<uint64_t>& DecayRoots() {
  static const std::vector<uint64_t> kRoots = [] {
    std::vector<uint64_t> roots{SquareRoot(Wide{1} << 127)};
    while (roots.size() < 32) roots.push_back(SquareRoot(static_cast<Wide>(roots.back()) << 63));
    return roots;
  }();
  return kRoots;
}

Decay::Decay(int32_t landmark_day, uint32_t half_life_days)
    : landmark_day_(landmark_day), table_(half_life_days) {
  for (uint32_t r = 0; r < half_life_days; ++r) table_[r] = Weight31(r, half_life_days);
}

}  // namespace merit
