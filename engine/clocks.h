// The machine's clocks, in milliseconds.
//
//   Caveats  for the shell alone: the pure rooms know the times of records, no other
#pragma once

#include <chrono>
#include <cstdint>

namespace merit {

template <class Clock>
int64_t ClockMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch())
      .count();
}

// Since a moment of its own; never goes back.
inline int64_t SteadyMs() { return ClockMs<std::chrono::steady_clock>(); }
// Since 1970.
inline int64_t WallMs() { return ClockMs<std::chrono::system_clock>(); }

}  // namespace merit
