#include "engine/core/policy.h"

#include <algorithm>

namespace merit {
namespace {

constexpr uint32_t kPermilleMax = 5'000;
constexpr int32_t kNeverExpires = 0x7fffffff;

uint32_t SeverityPermille(const v1::Policy& policy, v1::Severity severity) {
  switch (severity) {
    case v1::SEVERITY_MINOR:
      return policy.severity_minor_permille();
    case v1::SEVERITY_NORMAL:
      return policy.severity_normal_permille();
    case v1::SEVERITY_MAJOR:
      return policy.severity_major_permille();
    default:
      return policy.severity_critical_permille();
  }
}

uint32_t EvidencePermille(const v1::Policy& policy, v1::Evidence evidence) {
  switch (evidence) {
    case v1::EVIDENCE_COMPLETE:
      return policy.evidence_complete_permille();
    case v1::EVIDENCE_PARTIAL:
      return policy.evidence_partial_permille();
    default:
      return policy.evidence_poor_permille();
  }
}

// The largest of the campaigns that hold on the day and name the category; 1,000 where none does.
uint32_t CampaignPermille(const v1::Policy& policy, uint32_t category, int32_t day) {
  uint32_t permille = 0;
  for (const v1::Campaign& campaign : policy.campaigns()) {
    if (day < campaign.from_day() || day > campaign.to_day()) continue;
    const auto& codes = campaign.categories();
    if (std::binary_search(codes.begin(), codes.end(), category)) {
      permille = std::max(permille, campaign.permille());
    }
  }
  return permille == 0 ? 1'000 : permille;
}

bool CategoriesInRange(const v1::Policy& policy) {
  if (policy.categories_size() < 1 || policy.categories_size() > 200) return false;
  uint32_t last_code = 0;
  int volunteers = 0;
  for (const v1::Category& category : policy.categories()) {
    if (category.code() <= last_code || category.code() > 999) return false;
    last_code = category.code();
    if (category.name().empty() || category.name().size() > 40) return false;
    if (category.base_pts() < 1 || category.base_pts() > 10'000) return false;
    if (!v1::CapGroup_IsValid(category.cap_group())) return false;
    if (category.cap_group() == v1::CAP_GROUP_UNSPECIFIED) return false;
    volunteers += category.cap_group() == v1::CAP_GROUP_VOLUNTEER;
  }
  return volunteers == 1;
}

bool CampaignsInRange(const v1::Policy& policy) {
  if (policy.campaigns_size() > 50) return false;
  for (const v1::Campaign& campaign : policy.campaigns()) {
    if (campaign.from_day() < 0 || campaign.from_day() > kDayMax) return false;
    if (campaign.to_day() < campaign.from_day() || campaign.to_day() > kDayMax) return false;
    if (campaign.categories_size() < 1 || campaign.categories_size() > 200) return false;
    uint32_t last_code = 0;
    for (uint32_t code : campaign.categories()) {
      if (code <= last_code) return false;
      last_code = code;
      const bool known = std::any_of(policy.categories().begin(), policy.categories().end(),
                                     [&](const v1::Category& c) { return c.code() == code; });
      if (!known) return false;
    }
    if (campaign.permille() < 1 || campaign.permille() > kPermilleMax) return false;
  }
  return true;
}

bool DeadlineInRange(const v1::MatterDeadline& deadline) {
  return deadline.first_response_minutes() <= 525'600 && deadline.close_minutes() <= 525'600 &&
         deadline.close_working_days() <= 250 &&
         (deadline.close_minutes() == 0 || deadline.close_working_days() == 0);
}

bool ExpiryInRange(const v1::Policy& policy) {
  switch (policy.expiry()) {
    case v1::EXPIRY_RULE_NONE:
      return true;
    case v1::EXPIRY_RULE_FIXED_DAYS:
      return policy.expiry_n() >= 1 && policy.expiry_n() <= 3'650;
    case v1::EXPIRY_RULE_YEAR_END:
      return policy.expiry_n() <= 10;
    default:
      return false;
  }
}

bool Within(uint64_t number, uint64_t low, uint64_t high) {
  return number >= low && number <= high;
}

bool PointsInRange(const v1::Policy& p) {
  for (uint32_t permille :
       {p.mode_report_permille(), p.mode_handle_permille(), p.severity_minor_permille(),
        p.severity_normal_permille(), p.severity_major_permille(), p.severity_critical_permille(),
        p.evidence_complete_permille(), p.evidence_partial_permille(), p.evidence_poor_permille(),
        p.corroboration_permille()}) {
    if (permille > kPermilleMax) return false;
  }
  return p.corroboration_drivers_max() <= 100 && p.cap_daily_pts() <= 1'000'000 &&
         p.cap_monthly_pts() <= 10'000'000 && p.budget_monthly_pts() >= 0 &&
         p.budget_monthly_pts() <= 1'000'000'000'000 &&
         Within(p.volunteer_minutes_daily_max(), 1, 1'440) && p.adjustment_max_pts() <= 1'000'000;
}

bool ReviewAndDaysInRange(const v1::Policy& p) {
  return p.second_points_min() <= 1'000'000 && p.second_sample_percent() <= 100 &&
         p.cred_floor_permille() <= 1'000 && p.cred_watch_permille() <= 1'000 &&
         p.watch_decided_min() <= 1'000'000 && p.release_grace_days() <= 365 &&
         Within(p.review_days(), 1, 90) && Within(p.need_more_days(), 1, 90) &&
         Within(p.dedupe_days(), 1, 90) && Within(p.park_days(), 1, 30) &&
         p.park_days() <= p.dedupe_days() && p.parked_max() <= 1'000'000 &&
         Within(p.appeal_days(), 1, 90) && p.notice_days() <= 365 && p.voucher_issue_days() <= 90;
}

bool ScoreInRange(const v1::Policy& p, int32_t in_force_day) {
  constexpr uint32_t kMptMax = 1'000'000'000;
  for (uint32_t mpt :
       {p.violation_v1_mpt(), p.violation_v2_mpt(), p.violation_v3_mpt(), p.violation_v4_mpt(),
        p.honour_national_mpt(), p.honour_province_mpt(), p.honour_city_mpt(),
        p.honour_county_mpt(), p.honour_enterprise_mpt(), p.honour_cap_mpt()}) {
    if (mpt > kMptMax) return false;
  }
  return p.landmark_day() >= 0 && p.landmark_day() <= kDayMax && p.landmark_day() <= in_force_day &&
         Within(p.half_life_days(), 1, 3'650) && p.cap_bp() <= 10'000 &&
         Within(p.r50_mpt(), 1, kMptMax) && p.assessment_stale_days() <= 3'650 &&
         p.insufficient_min() <= 1'000;
}

}  // namespace

const v1::Category* Policy::FindCategory(uint32_t code) const {
  for (const v1::Category& category : message_.categories()) {
    if (category.code() == code) return &category;
  }
  return nullptr;
}

const v1::Category& Policy::volunteer_category() const {
  return *std::find_if(
      message_.categories().begin(), message_.categories().end(),
      [](const v1::Category& c) { return c.cap_group() == v1::CAP_GROUP_VOLUNTEER; });
}

bool Policy::IsReportCategory(uint32_t code) const {
  const v1::Category* const category = FindCategory(code);
  return category != nullptr && category->cap_group() != v1::CAP_GROUP_VOLUNTEER;
}

uint32_t Policy::ReportPoints(const v1::Category& category, v1::Mode mode, v1::Severity severity,
                              v1::Evidence evidence, int32_t submission_day) const {
  const uint64_t mode_permille =
      mode == v1::MODE_HANDLE ? message_.mode_handle_permille() : message_.mode_report_permille();
  const uint64_t product = static_cast<uint64_t>(category.base_pts()) * mode_permille *
                           SeverityPermille(message_, severity) *
                           EvidencePermille(message_, evidence) *
                           CampaignPermille(message_, category.code(), submission_day);
  return std::max<uint32_t>(1, static_cast<uint32_t>(product / 1'000'000'000'000));
}

uint32_t Policy::CorroborationPoints(const v1::Category& category) const {
  return std::max<uint32_t>(1, category.base_pts() * message_.corroboration_permille() / 1'000);
}

uint32_t Policy::Credibility(uint32_t approved, uint32_t decided) const {
  const auto cred =
      static_cast<uint32_t>(1'000 * (uint64_t{approved} + 16) / (uint64_t{decided} + 20));
  return std::max(message_.cred_floor_permille(), cred);
}

int32_t Policy::ExpireDay(int32_t day) const {
  const auto n = static_cast<int32_t>(message_.expiry_n());
  switch (message_.expiry()) {
    case v1::EXPIRY_RULE_FIXED_DAYS:
      return day + n;
    case v1::EXPIRY_RULE_YEAR_END:
      return DayOf({CivilOf(day).year + n, 12, 31});
    default:
      return kNeverExpires;
  }
}

uint32_t Policy::ViolationMpt(v1::ViolationGrade grade) const {
  switch (grade) {
    case v1::VIOLATION_GRADE_V1:
      return message_.violation_v1_mpt();
    case v1::VIOLATION_GRADE_V2:
      return message_.violation_v2_mpt();
    case v1::VIOLATION_GRADE_V3:
      return message_.violation_v3_mpt();
    default:
      return message_.violation_v4_mpt();
  }
}

uint32_t Policy::HonourMpt(v1::HonourLevel level) const {
  switch (level) {
    case v1::HONOUR_LEVEL_NATIONAL:
      return message_.honour_national_mpt();
    case v1::HONOUR_LEVEL_PROVINCE:
      return message_.honour_province_mpt();
    case v1::HONOUR_LEVEL_CITY:
      return message_.honour_city_mpt();
    case v1::HONOUR_LEVEL_COUNTY:
      return message_.honour_county_mpt();
    default:
      return message_.honour_enterprise_mpt();
  }
}

const v1::MatterDeadline& Policy::Deadline(v1::MatterKind kind) const {
  switch (kind) {
    case v1::MATTER_KIND_HAZARD:
      return message_.hazard_deadline();
    case v1::MATTER_KIND_OPINION:
      return message_.opinion_deadline();
    case v1::MATTER_KIND_INCIDENT:
      return message_.incident_deadline();
    case v1::MATTER_KIND_WELFARE:
      return message_.welfare_deadline();
    default:
      return message_.grievance_deadline();
  }
}

bool PolicyInRange(const v1::Policy& policy, int32_t in_force_day) {
  return CategoriesInRange(policy) && CampaignsInRange(policy) && PointsInRange(policy) &&
         ReviewAndDaysInRange(policy) && ExpiryInRange(policy) &&
         DeadlineInRange(policy.hazard_deadline()) && DeadlineInRange(policy.opinion_deadline()) &&
         DeadlineInRange(policy.incident_deadline()) &&
         DeadlineInRange(policy.welfare_deadline()) &&
         DeadlineInRange(policy.grievance_deadline()) && ScoreInRange(policy, in_force_day);
}

bool SameScoreRow(const v1::Policy& a, const v1::Policy& b) {
  return a.honour_cap_mpt() == b.honour_cap_mpt() && a.landmark_day() == b.landmark_day() &&
         a.half_life_days() == b.half_life_days() && a.cap_bp() == b.cap_bp() &&
         a.r50_mpt() == b.r50_mpt() && a.assessment_stale_days() == b.assessment_stale_days() &&
         a.insufficient_min() == b.insufficient_min();
}

}  // namespace merit
