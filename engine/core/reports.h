// What becomes of reports: shared by reviews, appeals and the closing of days.
//
//   Source   DOMAIN.md §7; EFFECTS.md §2.3
#pragma once

#include "engine/core/fold.h"

namespace merit {

inline bool IsUndecided(v1::ReportState state) {
  return state == v1::REPORT_STATE_SUBMITTED || state == v1::REPORT_STATE_NEED_MORE ||
         state == v1::REPORT_STATE_AWAIT_SECOND;
}

// Changes a report's state, keeps the driver's count of open flagged reports, and names the effect.
void SetReportState(Fold& fold, uint32_t report, v1::ReportState state,
                    uint32_t second_reasons = 0);

// Awards a report whose review is final; n_counts: this is its first final decision.
void AwardReport(Fold& fold, uint32_t report, bool n_counts);

// The factor that a report's value counts in.
inline v1::Factor FactorOf(v1::Mode mode) {
  return mode == v1::MODE_HANDLE ? v1::FACTOR_HANDLE : v1::FACTOR_REPORT;
}

inline constexpr uint32_t kSuspendedFromEarning = 10;  // detail of BAD_STATE: EFFECTS.md §1.4

// SELF_REVIEW, or nothing: the reviewer is the same person as that driver.
bool IsSelfReview(City& city, uint32_t reviewer, uint32_t driver);
bool InJurisdiction(City& city, uint32_t reviewer, uint32_t county_code);

// The points of a review or of an overturned rejection; the category is known to be a report's.
struct ReviewTerms {
  uint32_t category;
  v1::Severity severity;
  v1::Evidence evidence;
};
void KeepTerms(City& city, uint32_t report, const ReviewTerms& terms);

}  // namespace merit
