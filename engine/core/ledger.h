// Points: awards, clawbacks, holds and what becomes of them. Double entry: every event's postings
// sum to zero.
//
//   Input    drivers by number; points > 0 unless said otherwise
//   Output   the rows changed, and the effects in the order of EFFECTS.md §1.7
//   Source   DOMAIN.md §8; EFFECTS.md §1.7
#pragma once

#include "engine/core/fold.h"

namespace merit {

// --- awards

struct AwardOrder {
  v1::AwardSource source;
  std::string_view source_id;
  std::string_view original_id;
  uint32_t driver;
  const Policy* policy;  // that judged it
  int32_t merit_day;
  uint32_t category = 0;
  v1::CapGroup cap_group = v1::CAP_GROUP_UNSPECIFIED;
  int64_t computed_pts = 0;  // may be 0
  uint32_t cred_permille = 0;
};

// Cuts the computed points by the caps and the budget, and pays the rest. Returns the awarded
// points, which may be 0.
int64_t PayAward(Fold& fold, const AwardOrder& order);

// Pays awarded points again as they once were: no caps, no budget.
void PayRestored(Fold& fold, const AwardOrder& order);

// Adds a contribution or a violation to what the score is made of; value_mpt < 0 takes it back.
// Counts it either way, also where its value is 0.
void AddMerit(Fold& fold, uint32_t driver, v1::Factor factor, int32_t day, int64_t value_mpt);
void TakeMeritBack(Fold& fold, uint32_t driver, v1::Factor factor, int32_t day, int64_t value_mpt);

void ClawBack(Fold& fold, uint32_t driver, int64_t pts);

// --- redemptions; `day` is what points that come back are treated as on: open_day, or the day
// after the one that closes

void Hold(Fold& fold, uint32_t driver, int64_t pts, List<Lot>* slices);
void Release(Fold& fold, uint32_t driver, const List<Lot>& slices, int32_t day);
void Capture(Fold& fold, uint32_t driver, uint32_t partner, int64_t pts);
void Forfeit(Fold& fold, uint32_t driver, int64_t pts);
void ReturnPoints(Fold& fold, uint32_t driver, uint32_t partner, const List<Lot>& slices,
                  int32_t day);
void Settle(Fold& fold, uint32_t partner, int64_t pts);

// --- the rest

void ExpireLot(Fold& fold, uint32_t driver, int32_t expire_day);
void ForfeitAll(Fold& fold, uint32_t driver);  // of one that is erased

}  // namespace merit
