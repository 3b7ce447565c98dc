// What a programme publishes at the end of a month and a quarter.
//
//   Cost     one pass over the drivers a month (rank, concentration), another a quarter; the rest
//            what changed
//   Source   DOMAIN.md §11; EFFECTS.md §6; bulletin.proto
#pragma once

#include <vector>

#include "engine/core/city.h"
#include "merit/v1/bulletin.pb.h"

namespace merit {

// The bulletins of a day that ends a month, in order; none on other days. The day is not yet
// closed: they speak of the day after it.
std::vector<v1::Bulletin> BulletinsOf(City& city, int32_t day);

}  // namespace merit
