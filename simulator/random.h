// Numbers that look random and are the same on every machine: no std:: distribution, no floating
// point.
//
//   Cost     1 ns a number
//   Caveats  C++ leaves the order of a call's arguments open: draw into a variable first, then pass
//            it on
//   Source   xoshiro256++ 1.0 and splitmix64, Blackman and Vigna, prng.di.unimi.it; bounds by
//            multiplication (Lemire 2019) without its rejection step: a bias of 2^-32 at most does
//            not matter here
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace merit {

// splitmix64's output function: spreads any 64 bits, one to one.
constexpr uint64_t Spread(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

class Random {
 public:
  explicit Random(uint64_t seed) {
    for (uint64_t& word : state_) {
      word = Spread(seed);
      seed += 0x9e3779b97f4a7c15u;
    }
  }

  // xoshiro's own state, not all zero: to compare with other implementations.
  explicit Random(const std::array<uint64_t, 4>& state)
      : state_{state[0], state[1], state[2], state[3]} {}

  uint64_t Next() {
    const uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // 0 to bound − 1; 0 where bound is 0.
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(((Next() >> 32) * bound) >> 32); }
  uint32_t Below(size_t bound) { return Below(static_cast<uint32_t>(bound)); }
  uint32_t Below(int bound) { return Below(static_cast<uint32_t>(bound)); }

  // first to last, both included; at most 2^32 apart.
  int64_t Between(int64_t first, int64_t last) {
    const uint64_t span = static_cast<uint64_t>(last - first) + 1;
    return first + static_cast<int64_t>(((Next() >> 32) * span) >> 32);
  }
  int32_t Day(int64_t first, int64_t last) { return static_cast<int32_t>(Between(first, last)); }

  bool Permille(uint32_t permille) { return Below(1000u) < permille; }

  // The index of a weight, each in proportion to it.
  template <size_t kSize>
  uint32_t Weighted(const std::array<uint16_t, kSize>& weights) {
    uint32_t total = 0;
    for (uint16_t weight : weights) total += weight;
    uint32_t place = Below(total);
    for (uint32_t index = 0; index < kSize; ++index) {
      if (place < weights[index]) return index;
      place -= weights[index];
    }
    return kSize - 1;
  }

 private:
  uint64_t state_[4];
};

}  // namespace merit
