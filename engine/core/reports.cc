#include "engine/core/reports.h"

#include <algorithm>

#include "engine/base/sha256.h"
#include "engine/core/checks.h"
#include "engine/core/flags.h"
#include "engine/core/ledger.h"
#include "engine/core/rules.h"
#include "engine/core/standing.h"

namespace merit {
namespace {

// --- fields ------------------------------------------------------------------------------------

int BreachOfPosition(const v1::ReportSubmitted& m) {
  using M = v1::ReportSubmitted;
  const bool none = m.crs() == v1::CRS_NONE;
  if (!IsWithin(m.lat_e6(), -90'000'000, 90'000'000) || (none && m.lat_e6() != 0))
    return M::kLatE6FieldNumber;
  if (!IsWithin(m.lon_e6(), -180'000'000, 180'000'000) || (none && m.lon_e6() != 0))
    return M::kLonE6FieldNumber;
  if (!v1::Crs_IsValid(m.crs())) return M::kCrsFieldNumber;
  if (!IsIdOrEmpty(m.address_code()) || (none && m.address_code().empty()))
    return M::kAddressCodeFieldNumber;
  return 0;
}

int BreachOfPhotos(const v1::ReportSubmitted& m) {
  using M = v1::ReportSubmitted;
  const bool handled = m.mode() == v1::MODE_HANDLE;
  const auto& photos = m.photo_sha256();
  if (photos.size() > 9 || (handled && photos.empty()) || !AreDistinct(photos) ||
      !std::all_of(photos.begin(), photos.end(), [](const std::string& h) { return IsHash(h); })) {
    return M::kPhotoSha256FieldNumber;
  }
  if (m.photo_phash64_size() != 0 && m.photo_phash64_size() != photos.size())
    return M::kPhotoPhash64FieldNumber;
  if (!IsHashOrEmpty(m.after_photo_sha256()) || (handled && m.after_photo_sha256().empty())) {
    return M::kAfterPhotoSha256FieldNumber;
  }
  if (!IsHashOrEmpty(m.device_hash())) return M::kDeviceHashFieldNumber;
  return 0;
}

int BreachOf(const Fold& fold, const v1::ReportSubmitted& m) {
  using M = v1::ReportSubmitted;
  if (!IsId(m.report_id())) return M::kReportIdFieldNumber;
  if (!IsId(m.driver_id())) return M::kDriverIdFieldNumber;
  if (!IsSaid(m.channel(), v1::Channel_IsValid)) return M::kChannelFieldNumber;
  if (!IsSaid(m.mode(), v1::Mode_IsValid)) return M::kModeFieldNumber;
  if (!fold.city.policy().IsReportCategory(m.claimed_category()))
    return M::kClaimedCategoryFieldNumber;
  if (!IsCountyOf(fold.city.code, m.county_code())) return M::kCountyCodeFieldNumber;
  if (const int field = BreachOfPosition(m)) return field;
  if (m.observed_at_ms() < 0 || m.observed_at_ms() - kDayMs > fold.time_ms)
    return M::kObservedAtMsFieldNumber;
  return BreachOfPhotos(m);
}

int BreachOf(const v1::ReportReviewed& m) {
  using M = v1::ReportReviewed;
  const bool approve = m.decision() == v1::DECISION_APPROVE;
  const bool duplicate = m.decision() == v1::DECISION_DUPLICATE;
  if (!IsId(m.report_id())) return M::kReportIdFieldNumber;
  if (!IsId(m.reviewer_id())) return M::kReviewerIdFieldNumber;
  if (!IsSaid(m.decision(), v1::Decision_IsValid)) return M::kDecisionFieldNumber;
  if ((m.category() != 0) != (approve || duplicate)) return M::kCategoryFieldNumber;
  if (approve ? !IsSaid(m.severity(), v1::Severity_IsValid) : m.severity() != 0)
    return M::kSeverityFieldNumber;
  if (approve ? !IsSaid(m.evidence(), v1::Evidence_IsValid) : m.evidence() != 0)
    return M::kEvidenceFieldNumber;
  if (duplicate ? !IsId(m.duplicate_of()) || m.duplicate_of() == m.report_id()
                : !m.duplicate_of().empty()) {
    return M::kDuplicateOfFieldNumber;
  }
  if (!IsIdOrEmpty(m.matter_id())) return M::kMatterIdFieldNumber;
  if (!IsIdOrEmpty(m.reason_code())) return M::kReasonCodeFieldNumber;
  return 0;
}

// --- reviewing ---------------------------------------------------------------------------------

// Bits of ReportStateChanged.second_reasons.
enum SecondReason : uint32_t {
  kHandledMajor = 1,
  kUncapped = 2,
  kManyPoints = 4,
  kWatchedDriver = 8,
  kOpenFlag = 16,
  kSample = 32,
};

bool IsSampled(const Id& report_id, uint32_t sample_percent) {
  const Digest hash = Sha256(report_id.view());
  const uint32_t number = static_cast<uint32_t>(hash[0]) << 24 |
                          static_cast<uint32_t>(hash[1]) << 16 |
                          static_cast<uint32_t>(hash[2]) << 8 | hash[3];
  return number % 100 < sample_percent;
}

uint32_t SecondReasons(City& city, const ReportRow& report, const Policy& policy) {
  const v1::Policy& numbers = policy.numbers();
  const DriverRow& driver = city.drivers.Get(report.driver);
  uint32_t reasons = 0;
  if (report.severity >= v1::SEVERITY_MAJOR && report.mode == v1::MODE_HANDLE)
    reasons |= kHandledMajor;
  if (policy.FindCategory(report.category)->cap_group() == v1::CAP_GROUP_UNCAPPED)
    reasons |= kUncapped;
  if (report.computed_pts >= numbers.second_points_min()) reasons |= kManyPoints;
  if (driver.decided >= numbers.watch_decided_min() &&
      policy.Credibility(driver.approved, driver.decided) < numbers.cred_watch_permille()) {
    reasons |= kWatchedDriver;
  }
  if (report.flags != 0) reasons |= kOpenFlag;
  if (IsSampled(report.id, numbers.second_sample_percent())) reasons |= kSample;
  return reasons;
}

void SetDue(Fold& fold, uint32_t report, int32_t due_day) {
  ReportRow& row = fold.city.reports.Edit(report);
  if (row.due_day == due_day) return;
  row.due_day = due_day;
  fold.city.AppendTo(ListKind::kReportsDue, due_day, report);
}

void Reject(Fold& fold, uint32_t report, uint32_t second_reviewer) {
  ReportRow& row = fold.city.reports.Edit(report);
  ++fold.city.EditDriver(row.driver).decided;
  row.decision_day = fold.open_day();
  row.appealed = false;
  row.deciders[0] = row.first_reviewer;
  row.deciders[1] = second_reviewer;
  SetReportState(fold, report, v1::REPORT_STATE_REJECTED);
}

void Approve(Fold& fold, uint32_t report, const Policy& policy) {
  const uint32_t reasons = SecondReasons(fold.city, fold.city.reports.Get(report), policy);
  if (reasons == 0) {
    AwardReport(fold, report, true);
    return;
  }
  const v1::Policy& numbers = policy.numbers();
  const v1::Policy& today = fold.city.policy().numbers();
  const int32_t submission_day = fold.city.reports.Get(report).submission_day;
  SetReportState(fold, report, v1::REPORT_STATE_AWAIT_SECOND, reasons);
  SetDue(fold, report,
         std::max(submission_day + static_cast<int32_t>(numbers.review_days()),
                  fold.open_day() + static_cast<int32_t>(today.need_more_days())));
}

// The driver of a duplicate corroborates the original, once, and as long as there is room.
void Corroborate(Fold& fold, uint32_t report, uint32_t original, const Policy& policy) {
  City& city = fold.city;
  const ReportRow copy = city.reports.Get(report);
  const ReportRow& first = city.reports.Get(original);
  const auto& corroborators = first.corroborators;
  if (copy.driver == first.driver ||
      std::find(corroborators.begin(), corroborators.end(), copy.driver) != corroborators.end() ||
      corroborators.size() >= policy.numbers().corroboration_drivers_max()) {
    return;
  }
  city.reports.Edit(original).corroborators.push_back(copy.driver);
  const v1::Category& category = *policy.FindCategory(copy.category);
  const DriverRow& driver = city.drivers.Get(copy.driver);
  const uint32_t cred = policy.Credibility(driver.approved, driver.decided);
  const uint32_t computed = policy.CorroborationPoints(category);
  const Id original_id = first.id;
  const int64_t awarded = PayAward(fold, {.source = v1::AWARD_SOURCE_CORROBORATION,
                                          .source_id = copy.id.view(),
                                          .original_id = original_id.view(),
                                          .driver = copy.driver,
                                          .policy = &policy,
                                          .merit_day = copy.submission_day,
                                          .category = copy.category,
                                          .cap_group = category.cap_group(),
                                          .computed_pts = computed,
                                          .cred_permille = cred});
  ReportRow& row = city.reports.Edit(report);
  row.computed_pts = computed;
  row.awarded_pts = static_cast<uint32_t>(awarded);
  row.value_mpt = awarded * cred;
  AddMerit(fold, copy.driver, FactorOf(copy.mode), copy.submission_day, awarded * cred);
}

// SELF_REVIEW, SAME_REVIEWER and JURISDICTION of one or two reviewers, each check for both in field
// order.
struct ReviewerField {
  uint32_t reviewer;
  int field;
};

std::optional<Verdict> SelfReviewOf(City& city, uint32_t driver,
                                    std::initializer_list<ReviewerField> reviewers) {
  for (const ReviewerField& r : reviewers) {
    if (IsSelfReview(city, r.reviewer, driver))
      return Refused(v1::CODE_SELF_REVIEW, static_cast<uint32_t>(r.field));
  }
  return std::nullopt;
}

std::optional<Verdict> OutOfJurisdiction(City& city, uint32_t county_code,
                                         std::initializer_list<ReviewerField> reviewers) {
  for (const ReviewerField& r : reviewers) {
    if (!InJurisdiction(city, r.reviewer, county_code)) {
      return Refused(v1::CODE_JURISDICTION, static_cast<uint32_t>(r.field));
    }
  }
  return std::nullopt;
}

Verdict Decide(Fold& fold, const v1::ReportReviewed& m, uint32_t report, uint32_t original,
               uint32_t reviewer) {
  City& city = fold.city;
  const Policy& policy = city.PolicyOn(city.reports.Get(report).submission_day);
  if (m.decision() == v1::DECISION_NEED_MORE) {
    SetReportState(fold, report, v1::REPORT_STATE_NEED_MORE);
    SetDue(fold, report,
           fold.open_day() + static_cast<int32_t>(city.policy().numbers().need_more_days()));
    return Applied();
  }
  city.reports.Edit(report).first_reviewer = reviewer;
  switch (m.decision()) {
    case v1::DECISION_APPROVE:
      KeepTerms(city, report, {m.category(), m.severity(), m.evidence()});
      Approve(fold, report, policy);
      break;
    case v1::DECISION_REJECT:
      Reject(fold, report, kNone);
      break;
    default:
      city.reports.Edit(report).category = static_cast<uint16_t>(m.category());
      SetReportState(fold, report, v1::REPORT_STATE_DUPLICATE);
      Corroborate(fold, report, original, policy);
      return Applied();
  }
  CountDecision(fold, city.reports.Get(report).driver, reviewer,
                m.decision() == v1::DECISION_APPROVE);
  return Applied();
}

bool CanBeOriginal(v1::ReportState state) {
  return state != v1::REPORT_STATE_REJECTED && state != v1::REPORT_STATE_DUPLICATE &&
         state != v1::REPORT_STATE_WITHDRAWN && state != v1::REPORT_STATE_REVOKED &&
         state != v1::REPORT_STATE_APPEALED;
}

}  // namespace

// --- shared with appeals and days --------------------------------------------------------------

void SetReportState(Fold& fold, uint32_t report, v1::ReportState state, uint32_t second_reasons) {
  ReportRow& row = fold.city.reports.Edit(report);
  if (row.flags != 0 && IsUndecided(row.state) != IsUndecided(state)) {
    uint32_t& open_flagged = fold.city.drivers.Edit(row.driver).open_reports_flagged;
    open_flagged = IsUndecided(state) ? open_flagged + 1 : open_flagged - 1;
  }
  row.state = state;
  fold.effects.ReportState(row.id.view(), state, second_reasons);
}

void KeepTerms(City& city, uint32_t report, const ReviewTerms& terms) {
  ReportRow& row = city.reports.Edit(report);
  const Policy& policy = city.PolicyOn(row.submission_day);
  row.category = static_cast<uint16_t>(terms.category);
  row.severity = terms.severity;
  row.evidence = terms.evidence;
  row.computed_pts = policy.ReportPoints(*policy.FindCategory(terms.category), row.mode,
                                         terms.severity, terms.evidence, row.submission_day);
}

void AwardReport(Fold& fold, uint32_t report, bool n_counts) {
  City& city = fold.city;
  const ReportRow decided = city.reports.Get(report);
  const Policy& policy = city.PolicyOn(decided.submission_day);
  DriverRow& driver = city.EditDriver(decided.driver);
  ++driver.approved;
  driver.decided += n_counts;
  ++driver.contrib_count;
  const uint32_t cred = policy.Credibility(driver.approved, driver.decided);
  SetReportState(fold, report, v1::REPORT_STATE_AWARDED);
  const int64_t awarded =
      PayAward(fold, {.source = v1::AWARD_SOURCE_REPORT,
                      .source_id = decided.id.view(),
                      .original_id = {},
                      .driver = decided.driver,
                      .policy = &policy,
                      .merit_day = decided.submission_day,
                      .category = decided.category,
                      .cap_group = policy.FindCategory(decided.category)->cap_group(),
                      .computed_pts = decided.computed_pts,
                      .cred_permille = cred});
  ReportRow& row = city.reports.Edit(report);
  row.awarded_pts = static_cast<uint32_t>(awarded);
  row.value_mpt = awarded * cred;
  AddMerit(fold, row.driver, FactorOf(row.mode), row.submission_day, row.value_mpt);
}

bool IsSelfReview(City& city, uint32_t reviewer, uint32_t driver) {
  const ReviewerRow& row = city.reviewers.Get(reviewer);
  return !row.linked_driver.empty() && row.linked_driver == city.drivers.Get(driver).id;
}

bool InJurisdiction(City& city, uint32_t reviewer, uint32_t county_code) {
  return std::to_string(county_code).starts_with(city.reviewers.Get(reviewer).jurisdiction);
}

// --- the events --------------------------------------------------------------------------------

Verdict Apply(Fold& fold, const v1::ReportSubmitted& m) {
  using M = v1::ReportSubmitted;
  City& city = fold.city;
  if (const int field = BreachOf(fold, m)) return Range(field);
  const uint32_t driver = FindDriver(city, m.driver_id());
  if (driver == kNone) return UnknownDriver(M::kDriverIdFieldNumber);
  if (city.reports.Find(m.report_id()) != kNone) return IdTaken(M::kReportIdFieldNumber);
  if (IsSuspended(city, city.drivers.Get(driver), v1::SUSPENSION_SCOPE_EARNING, fold.open_day())) {
    return BadState(kSuspendedFromEarning);
  }
  const uint32_t report = city.reports.size();
  ReportRow& row = city.reports.AddWithId(m.report_id());
  row.driver = driver;
  row.county_code = m.county_code();
  row.submission_day = fold.open_day();
  row.mode = m.mode();
  SetReportState(fold, report, v1::REPORT_STATE_SUBMITTED);
  SetDue(fold, report,
         fold.open_day() + static_cast<int32_t>(city.policy().numbers().review_days()));
  FlagReport(fold, report, m);
  fold.created = {Awaited::kReport, Id(m.report_id())};
  return Applied();
}

Verdict Apply(Fold& fold, const v1::ReportWithdrawn& m) {
  constexpr int kField = v1::ReportWithdrawn::kReportIdFieldNumber;
  City& city = fold.city;
  if (!IsId(m.report_id())) return Range(kField);
  const uint32_t report = city.reports.Find(m.report_id());
  if (report == kNone) return Park(kField, Awaited::kReport, m.report_id());
  const ReportRow& row = city.reports.Get(report);
  if (city.drivers.Get(row.driver).erased) return UnknownDriver(kField);
  if (row.state != v1::REPORT_STATE_SUBMITTED && row.state != v1::REPORT_STATE_NEED_MORE)
    return BadState(row.state);
  SetReportState(fold, report, v1::REPORT_STATE_WITHDRAWN);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::ReportReviewed& m) {
  using M = v1::ReportReviewed;
  City& city = fold.city;
  if (const int field = BreachOf(m)) return Range(field);
  const uint32_t reviewer = FindReviewer(city, m.reviewer_id());
  if (reviewer == kNone) return UnknownReviewer(M::kReviewerIdFieldNumber);
  const uint32_t report = city.reports.Find(m.report_id());
  if (report == kNone) return Park(M::kReportIdFieldNumber, Awaited::kReport, m.report_id());
  uint32_t original = kNone;
  if (m.decision() == v1::DECISION_DUPLICATE) {
    original = city.reports.Find(m.duplicate_of());
    if (original == kNone)
      return Park(M::kDuplicateOfFieldNumber, Awaited::kReport, m.duplicate_of());
  }
  const ReportRow& row = city.reports.Get(report);
  if (city.drivers.Get(row.driver).erased) return UnknownDriver(M::kReportIdFieldNumber);
  if (original != kNone && city.drivers.Get(city.reports.Get(original).driver).erased) {
    return UnknownDriver(M::kDuplicateOfFieldNumber);
  }
  const ReviewerField field{reviewer, M::kReviewerIdFieldNumber};
  if (const auto no = SelfReviewOf(city, row.driver, {field})) return *no;
  if (const auto no = OutOfJurisdiction(city, row.county_code, {field})) return *no;
  if (row.state != v1::REPORT_STATE_SUBMITTED && row.state != v1::REPORT_STATE_NEED_MORE)
    return BadState(row.state);
  if (original != kNone && !CanBeOriginal(city.reports.Get(original).state)) {
    return BadState(city.reports.Get(original).state);
  }
  if (m.category() != 0 && !city.PolicyOn(row.submission_day).IsReportCategory(m.category())) {
    return Range(M::kCategoryFieldNumber);
  }
  return Decide(fold, m, report, original, reviewer);
}

Verdict Apply(Fold& fold, const v1::ReportCoReviewed& m) {
  using M = v1::ReportCoReviewed;
  City& city = fold.city;
  if (!IsId(m.report_id())) return Range(M::kReportIdFieldNumber);
  if (!IsId(m.reviewer_id())) return Range(M::kReviewerIdFieldNumber);
  const uint32_t reviewer = FindReviewer(city, m.reviewer_id());
  if (reviewer == kNone) return UnknownReviewer(M::kReviewerIdFieldNumber);
  const uint32_t report = city.reports.Find(m.report_id());
  if (report == kNone) return Park(M::kReportIdFieldNumber, Awaited::kReport, m.report_id());
  const ReportRow& row = city.reports.Get(report);
  if (city.drivers.Get(row.driver).erased) return UnknownDriver(M::kReportIdFieldNumber);
  const ReviewerField field{reviewer, M::kReviewerIdFieldNumber};
  if (const auto no = SelfReviewOf(city, row.driver, {field})) return *no;
  if (reviewer == row.first_reviewer)
    return Refused(v1::CODE_SAME_REVIEWER, M::kReviewerIdFieldNumber);
  if (const auto no = OutOfJurisdiction(city, row.county_code, {field})) return *no;
  if (row.state != v1::REPORT_STATE_AWAIT_SECOND) return BadState(row.state);
  if (m.agree()) {
    AwardReport(fold, report, true);
  } else {
    Reject(fold, report, reviewer);
  }
  return Applied();
}

Verdict Apply(Fold& fold, const v1::ReportRevoked& m) {
  using M = v1::ReportRevoked;
  City& city = fold.city;
  if (!IsId(m.report_id())) return Range(M::kReportIdFieldNumber);
  if (!IsSaid(m.cause(), v1::RevokeCause_IsValid)) return Range(M::kCauseFieldNumber);
  if (!IsId(m.reviewer_id())) return Range(M::kReviewerIdFieldNumber);
  if (!IsId(m.second_reviewer_id())) return Range(M::kSecondReviewerIdFieldNumber);
  const ReviewerField first{FindReviewer(city, m.reviewer_id()), M::kReviewerIdFieldNumber};
  if (first.reviewer == kNone) return UnknownReviewer(first.field);
  const ReviewerField second{FindReviewer(city, m.second_reviewer_id()),
                             M::kSecondReviewerIdFieldNumber};
  if (second.reviewer == kNone) return UnknownReviewer(second.field);
  const uint32_t report = city.reports.Find(m.report_id());
  if (report == kNone) return Park(M::kReportIdFieldNumber, Awaited::kReport, m.report_id());
  const ReportRow revoked = city.reports.Get(report);
  if (city.drivers.Get(revoked.driver).erased) return UnknownDriver(M::kReportIdFieldNumber);
  if (const auto no = SelfReviewOf(city, revoked.driver, {first, second})) return *no;
  if (first.reviewer == second.reviewer)
    return Refused(v1::CODE_SAME_REVIEWER, M::kSecondReviewerIdFieldNumber);
  if (const auto no = OutOfJurisdiction(city, revoked.county_code, {first, second})) return *no;
  if (revoked.state != v1::REPORT_STATE_AWARDED) return BadState(revoked.state);

  DriverRow& driver = city.EditDriver(revoked.driver);
  --driver.approved;
  --driver.contrib_count;
  ReportRow& row = city.reports.Edit(report);
  row.decision_day = fold.open_day();
  row.appealed = false;
  row.deciders[0] = first.reviewer;
  row.deciders[1] = second.reviewer;
  SetReportState(fold, report, v1::REPORT_STATE_REVOKED);
  ClawBack(fold, revoked.driver, revoked.awarded_pts);
  TakeMeritBack(fold, revoked.driver, FactorOf(revoked.mode), revoked.submission_day,
                revoked.value_mpt);
  if (m.cause() != v1::REVOKE_CAUSE_ERROR) AddStrike(fold, revoked.driver, report);
  return Applied();
}

}  // namespace merit
