// The day seal: three tree heads and the totals, what an auditor holds.
//
//   Output   the serialised DaySeal, unsigned; the city remembers its hash for the next one
//   Cost     what changed in the account tree since the last seal
//   Source   DOMAIN.md §12; seal.proto
#pragma once

#include <string>

#include "engine/core/city.h"

namespace merit {

// Seals `day`, which has just been closed; `city_seq`: of its DayClosed, whose outcome is in the
// tree.
std::string SealDay(City& city, int32_t day, uint64_t city_seq);

}  // namespace merit
