// Forward decay in integers: what a contribution of a day weighs, so that sums never need touching
// as days pass.
//
//   Output   Weight(d) = G(d), a positive 128-bit integer for d >= landmark; M(D) = ⌊A / G(D)⌋
//   Cost     the table of g(r) is made once a half-life (H entries, 32 products each); Weight is a
//            look-up
//   Source   DOMAIN.md §10
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace merit {

class Decay {
 public:
  // half_life_days 1 to 3,650.
  Decay(int32_t landmark_day, uint32_t half_life_days);

  // 0 from 33 half-lives before the landmark down; grows no more after 41 half-lives.
  __int128 Weight(int32_t day) const {
    const int64_t half_life = static_cast<int64_t>(table_.size());
    int64_t n = static_cast<int64_t>(day) - landmark_day_;
    if (n > 41 * half_life - 1) n = 41 * half_life - 1;
    int64_t q = n / half_life;
    if (n < q * half_life) --q;
    const uint64_t g = table_[static_cast<size_t>(n - q * half_life)];
    if (q >= 0) return static_cast<__int128>(g) << q;
    return q <= -33 ? 0 : static_cast<__int128>(g >> -q);
  }

  int32_t landmark_day() const { return landmark_day_; }
  uint32_t half_life_days() const { return static_cast<uint32_t>(table_.size()); }

 private:
  int32_t landmark_day_;
  std::vector<uint64_t> table_;  // g(0) … g(H − 1)
};

// C[1] … C[32] at 0 … 31: 2^63 times the 2^i-th roots of 2.
const std::vector<uint64_t>& DecayRoots();

// ⌊a / b⌋ for b > 0, also for negative a.
inline __int128 FloorDivide(__int128 a, __int128 b) {
  const __int128 quotient = a / b;
  return quotient * b > a ? quotient - 1 : quotient;
}

}  // namespace merit
