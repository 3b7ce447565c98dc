// What the closing of a day does to matters, and the counters of the closed loop.
//
//   Source   DOMAIN.md §11; EFFECTS.md §2.4
#pragma once

#include "engine/core/fold.h"

namespace merit {

// The matter's deadline was on the day that closes: marks it if it is overdue.
void CloseDeadline(Fold& fold, uint32_t matter);

// What a matter adds to its cells: a function of its row.
LoopCounters ShareOf(const MatterRow& matter);

}  // namespace merit
