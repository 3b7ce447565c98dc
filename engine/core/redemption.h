// What the closing of a day does to redemptions.
//
//   Source   DOMAIN.md §9; EFFECTS.md §3, steps 2 and 3
#pragma once

#include "engine/core/fold.h"

namespace merit {

// A voucher whose last day is over: refunded or forfeited, as its item says. `tomorrow`: the day
// after the one closing.
void ExpireVoucher(Fold& fold, uint32_t redemption, int32_t tomorrow);

// A reservation for which no voucher was issued in time.
void ReleaseReservation(Fold& fold, uint32_t redemption, int32_t tomorrow);

}  // namespace merit
