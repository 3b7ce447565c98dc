// Appeals: against a rejection, a revocation or a violation; once a decision, decided by somebody
// else.
//
//   Source   DOMAIN.md §7; EFFECTS.md §2.3

#include <algorithm>

#include "engine/core/checks.h"
#include "engine/core/flags.h"
#include "engine/core/ledger.h"
#include "engine/core/reports.h"
#include "engine/core/rules.h"
#include "engine/core/standing.h"

namespace merit {
namespace {

bool InTime(Fold& fold, int32_t decision_day) {
  const auto days = static_cast<int32_t>(fold.city.PolicyOn(decision_day).numbers().appeal_days());
  return fold.open_day() <= decision_day + days;
}

AppealRow& AddAppeal(Fold& fold, const std::string& appeal_id) {
  AppealRow& appeal = fold.city.appeals.AddWithId(appeal_id);
  appeal.state = v1::APPEAL_STATE_FILED;
  fold.effects.AppealState(appeal_id, v1::APPEAL_STATE_FILED);
  fold.created = {Awaited::kAppeal, Id(appeal_id)};
  return appeal;
}

Verdict FileAgainstReport(Fold& fold, const v1::AppealFiled& m) {
  constexpr int kField = v1::AppealFiled::kReportIdFieldNumber;
  City& city = fold.city;
  const uint32_t report = city.reports.Find(m.report_id());
  if (report == kNone) return Park(kField, Awaited::kReport, m.report_id());
  const ReportRow decided = city.reports.Get(report);
  if (city.drivers.Get(decided.driver).erased) return UnknownDriver(kField);
  const bool can_be =
      decided.state == v1::REPORT_STATE_REJECTED || decided.state == v1::REPORT_STATE_REVOKED;
  if (!can_be || decided.appealed || !InTime(fold, decided.decision_day))
    return BadState(decided.state);
  AppealRow& appeal = AddAppeal(fold, m.appeal_id());
  appeal.subject = report;
  appeal.report_was = decided.state;
  appeal.deciders[0] = decided.deciders[0];
  appeal.deciders[1] = decided.deciders[1];
  city.reports.Edit(report).appealed = true;
  SetReportState(fold, report, v1::REPORT_STATE_APPEALED);
  return Applied();
}

Verdict FileAgainstViolation(Fold& fold, const v1::AppealFiled& m) {
  constexpr int kField = v1::AppealFiled::kViolationIdFieldNumber;
  City& city = fold.city;
  const uint32_t violation = city.violations.Find(m.violation_id());
  if (violation == kNone) return Park(kField, Awaited::kViolation, m.violation_id());
  const ViolationRow& recorded = city.violations.Get(violation);
  if (city.drivers.Get(recorded.driver).erased) return UnknownDriver(kField);
  if (recorded.ended) return BadState(v1::LIFE_STATE_ENDED);
  if (recorded.appealed || !InTime(fold, recorded.recorded_day))
    return BadState(v1::LIFE_STATE_ACTIVE);
  AppealRow& appeal = AddAppeal(fold, m.appeal_id());
  appeal.of_violation = true;
  appeal.subject = violation;
  city.violations.Edit(violation).appealed = true;
  return Applied();
}

int BreachOf(const v1::AppealDecided& m) {
  using M = v1::AppealDecided;
  if (!IsId(m.appeal_id())) return M::kAppealIdFieldNumber;
  if (!IsSaid(m.outcome(), v1::AppealOutcome_IsValid)) return M::kOutcomeFieldNumber;
  if (!IsId(m.reviewer_id())) return M::kReviewerIdFieldNumber;
  const bool any = m.category() != 0 || m.severity() != 0 || m.evidence() != 0;
  if (!any) return 0;
  // The three are said together or not at all, and never where the decision stands.
  if (m.outcome() == v1::APPEAL_OUTCOME_UPHELD || m.category() == 0) return M::kCategoryFieldNumber;
  if (!IsSaid(m.severity(), v1::Severity_IsValid)) return M::kSeverityFieldNumber;
  if (!IsSaid(m.evidence(), v1::Evidence_IsValid)) return M::kEvidenceFieldNumber;
  return 0;
}

// Brings a revoked report back: the identical points and value, without caps.
void Restore(Fold& fold, uint32_t report) {
  City& city = fold.city;
  const ReportRow revoked = city.reports.Get(report);
  DriverRow& driver = city.EditDriver(revoked.driver);
  ++driver.approved;
  ++driver.contrib_count;
  SetReportState(fold, report, v1::REPORT_STATE_AWARDED);
  const uint32_t cred =
      revoked.awarded_pts == 0 ? 0 : static_cast<uint32_t>(revoked.value_mpt / revoked.awarded_pts);
  PayRestored(fold, {.source = v1::AWARD_SOURCE_RESTORED,
                     .source_id = revoked.id.view(),
                     .original_id = {},
                     .driver = revoked.driver,
                     .policy = &city.PolicyOn(revoked.submission_day),
                     .merit_day = revoked.submission_day,
                     .category = revoked.category,
                     .computed_pts = revoked.awarded_pts,
                     .cred_permille = cred});
  AddMerit(fold, revoked.driver, FactorOf(revoked.mode), revoked.submission_day, revoked.value_mpt);
  ForgetStrike(fold, revoked.driver, report);
}

void DecideOnReport(Fold& fold, const v1::AppealDecided& m, const AppealRow& appeal) {
  if (m.outcome() == v1::APPEAL_OUTCOME_UPHELD) {
    SetReportState(fold, appeal.subject, appeal.report_was);
  } else if (appeal.report_was == v1::REPORT_STATE_REJECTED) {
    KeepTerms(fold.city, appeal.subject, {m.category(), m.severity(), m.evidence()});
    AwardReport(fold, appeal.subject, false);
  } else {
    Restore(fold, appeal.subject);
  }
}

}  // namespace

Verdict Apply(Fold& fold, const v1::AppealFiled& m) {
  using M = v1::AppealFiled;
  if (!IsId(m.appeal_id())) return Range(M::kAppealIdFieldNumber);
  const bool of_report = !m.report_id().empty();
  if (of_report == !m.violation_id().empty() || !IsIdOrEmpty(m.report_id()))
    return Range(M::kReportIdFieldNumber);
  if (!IsIdOrEmpty(m.violation_id())) return Range(M::kViolationIdFieldNumber);
  if (fold.city.appeals.Find(m.appeal_id()) != kNone) return IdTaken(M::kAppealIdFieldNumber);
  return of_report ? FileAgainstReport(fold, m) : FileAgainstViolation(fold, m);
}

Verdict Apply(Fold& fold, const v1::AppealDecided& m) {
  using M = v1::AppealDecided;
  City& city = fold.city;
  if (const int field = BreachOf(m)) return Range(field);
  const uint32_t reviewer = FindReviewer(city, m.reviewer_id());
  if (reviewer == kNone) return UnknownReviewer(M::kReviewerIdFieldNumber);
  const uint32_t number = city.appeals.Find(m.appeal_id());
  if (number == kNone) return Park(M::kAppealIdFieldNumber, Awaited::kAppeal, m.appeal_id());
  const AppealRow appeal = city.appeals.Get(number);
  const uint32_t driver = appeal.of_violation ? city.violations.Get(appeal.subject).driver
                                              : city.reports.Get(appeal.subject).driver;
  if (city.drivers.Get(driver).erased) return UnknownDriver(M::kAppealIdFieldNumber);
  if (IsSelfReview(city, reviewer, driver))
    return Refused(v1::CODE_SELF_REVIEW, M::kReviewerIdFieldNumber);
  if (std::count(std::begin(appeal.deciders), std::end(appeal.deciders), reviewer) > 0) {
    return Refused(v1::CODE_SAME_REVIEWER, M::kReviewerIdFieldNumber);
  }
  if (!appeal.of_violation &&
      !InJurisdiction(city, reviewer, city.reports.Get(appeal.subject).county_code)) {
    return Refused(v1::CODE_JURISDICTION, M::kReviewerIdFieldNumber);
  }
  if (appeal.state != v1::APPEAL_STATE_FILED) return BadState(appeal.state);
  if (appeal.of_violation && !city.producers.Get(fold.producer).Has(v1::ROLE_AUTHORITY)) {
    return Refused(v1::CODE_UNAUTHORISED, 3);
  }
  const bool awards = m.outcome() == v1::APPEAL_OUTCOME_OVERTURNED && !appeal.of_violation &&
                      appeal.report_was == v1::REPORT_STATE_REJECTED;
  if (awards != (m.category() != 0)) return Range(M::kCategoryFieldNumber);
  if (awards && !city.PolicyOn(city.reports.Get(appeal.subject).submission_day)
                     .IsReportCategory(m.category())) {
    return Range(M::kCategoryFieldNumber);
  }

  const v1::AppealState state = m.outcome() == v1::APPEAL_OUTCOME_UPHELD
                                    ? v1::APPEAL_STATE_UPHELD
                                    : v1::APPEAL_STATE_OVERTURNED;
  city.appeals.Edit(number).state = state;
  fold.effects.AppealState(m.appeal_id(), state);
  if (!appeal.of_violation) {
    DecideOnReport(fold, m, appeal);
  } else if (state == v1::APPEAL_STATE_OVERTURNED && !city.violations.Get(appeal.subject).ended) {
    Rescind(fold, appeal.subject);
  }
  return Applied();
}

}  // namespace merit
