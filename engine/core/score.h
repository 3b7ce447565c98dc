// The published score: made of what changed slowly, evaluated by whoever reads it on any day.
//
//   Source   DOMAIN.md §10; EFFECTS.md §5; score.proto
#pragma once

#include "engine/base/output.h"
#include "engine/core/city.h"

namespace merit {

struct Fold;

// This event changed something in the driver's Score.
void ScoreChanged(Fold& fold, uint32_t driver);

// What a driver's rows come to on a day.
struct Evaluation {
  Int128 sum = 0;              // A
  int64_t factor_mpt[4] = {};  // ⌊A_f / G⌋ of REPORT, HANDLE, VOLUNTEER, VIOLATION
  int64_t merit_mpt = 0;       // M
  int64_t honour_mpt = 0;      // B
  uint32_t honours_on_day = 0;
  uint32_t assessments_on_day = 0;
  int64_t raw_mpt = 0;
  uint32_t boost_bp = 0;  // with all gates
};
// `policy`: the one in force on `day`.
Evaluation Evaluate(City& city, const DriverRow& driver, int32_t day, const Policy& policy);

uint32_t TierOf(uint32_t boost_bp);

// The gates that a Score stores: bits 2, 4 and 8.
uint32_t StoredGates(const DriverRow& driver);

// Publishes the scores of all drivers with a pending one, in order of city_seq, and forgets that
// they were pending. Called before a DayClosed is folded, after it, and at the end of a batch.
void PublishScores(City& city, Outputs* outputs);

}  // namespace merit
