// Flags: patterns that a person should look at. They send a report to a second reviewer, and change
// nothing else.
//
//   Output   Flag effects, bits in the report's row, the driver's open flags
//   Cost     a look-up or two a rule; distances and Hamming distances to at most 16 neighbours a
//            cell or bucket
//   Source   DOMAIN.md §11; EFFECTS.md §4
#pragma once

#include "engine/core/fold.h"

namespace merit {

// Rules 1 to 7, on a report that was just submitted; then the report is added to what is kept.
void FlagReport(Fold& fold, uint32_t report, const v1::ReportSubmitted& m);

// Rule 8: counts an APPROVE or REJECT, and flags a pair that agrees too often.
void CountDecision(Fold& fold, uint32_t driver, uint32_t reviewer, bool approved);

// Rule 9: a revocation that was the driver's fault; and one that was overturned.
void AddStrike(Fold& fold, uint32_t driver, uint32_t report);
void ForgetStrike(Fold& fold, uint32_t driver, uint32_t report);

// Lets go of what no rule looks at once `day` is closed.
void CloseFlagsOf(City& city, int32_t day);

}  // namespace merit
