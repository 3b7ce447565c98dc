// The programme itself: opening a city, and the field checks of its first event.
//
//   Source   EFFECTS.md §2.1; DOMAIN.md §4
#pragma once

#include "engine/core/fold.h"

namespace merit {

// The first field of a ProgrammeOpened that is out of its range, or 0.
int BreachOf(const v1::ProgrammeOpened& m);

// Sets up a new city; `m` was found good.
void OpenCity(City& city, const v1::ProgrammeOpened& m);

inline constexpr uint32_t kPolicyVersionsMax = 1'000;

}  // namespace merit
