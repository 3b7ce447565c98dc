#include "simulator/policy.h"

#include <algorithm>
#include <utility>

namespace merit {
namespace {

struct CategoryRow {
  uint32_t code;
  const char* name;
  uint32_t base_pts;
  v1::CapGroup group;
};

constexpr CategoryRow kCategories[] = {
    {10, "ROAD_HAZARD", 10, v1::CAP_GROUP_CAPPED},
    {11, "ILLEGAL_PARKING", 4, v1::CAP_GROUP_CAPPED},
    {12, "WASTE", 4, v1::CAP_GROUP_CAPPED},
    {13, "FACILITY", 6, v1::CAP_GROUP_CAPPED},
    {14, "ROAD_INFO", 2, v1::CAP_GROUP_CAPPED},
    {20, "PUBLIC_OPINION", 5, v1::CAP_GROUP_CAPPED},
    {30, "EMERGENCY", 20, v1::CAP_GROUP_UNCAPPED},
    {40, "VOLUNTEER", 8, v1::CAP_GROUP_VOLUNTEER},
    {50, "LOST_PROPERTY", 10, v1::CAP_GROUP_CAPPED},
    {51, "MEDICAL_HELP", 30, v1::CAP_GROUP_UNCAPPED},
    {52, "CRIME_ASSIST", 50, v1::CAP_GROUP_UNCAPPED},
};

void SetPoints(v1::Policy* policy) {
  policy->set_mode_report_permille(1000);
  policy->set_mode_handle_permille(1500);
  policy->set_severity_minor_permille(800);
  policy->set_severity_normal_permille(1000);
  policy->set_severity_major_permille(1500);
  policy->set_severity_critical_permille(2000);
  policy->set_evidence_complete_permille(1000);
  policy->set_evidence_partial_permille(700);
  policy->set_evidence_poor_permille(400);
  policy->set_corroboration_permille(200);
  policy->set_corroboration_drivers_max(4);
  policy->set_cap_daily_pts(60);
  policy->set_cap_monthly_pts(600);
  policy->set_volunteer_minutes_daily_max(240);
  policy->set_adjustment_max_pts(500);
  policy->set_second_points_min(50);
  policy->set_second_sample_percent(5);
  policy->set_cred_floor_permille(500);
  policy->set_cred_watch_permille(600);
  policy->set_watch_decided_min(20);
}

void SetDays(v1::Policy* policy) {
  policy->set_expiry(v1::EXPIRY_RULE_YEAR_END);
  policy->set_expiry_n(1);
  policy->set_release_grace_days(30);
  policy->set_review_days(30);
  policy->set_need_more_days(7);
  policy->set_park_days(7);
  policy->set_parked_max(100'000);
  policy->set_appeal_days(15);
  policy->set_notice_days(30);
  policy->set_dedupe_days(35);
  policy->set_voucher_issue_days(2);
  policy->mutable_hazard_deadline()->set_close_working_days(3);
  policy->mutable_opinion_deadline()->set_close_working_days(3);
  policy->mutable_incident_deadline()->set_first_response_minutes(120);
  policy->mutable_incident_deadline()->set_close_minutes(1'440);
  policy->mutable_welfare_deadline()->set_close_working_days(3);
  policy->mutable_grievance_deadline()->set_close_working_days(10);
}

void SetScore(v1::Policy* policy) {
  policy->set_violation_v1_mpt(5'000);
  policy->set_violation_v2_mpt(20'000);
  policy->set_violation_v3_mpt(40'000);
  policy->set_violation_v4_mpt(100'000);
  policy->set_honour_national_mpt(400'000);
  policy->set_honour_province_mpt(250'000);
  policy->set_honour_city_mpt(150'000);
  policy->set_honour_county_mpt(80'000);
  policy->set_honour_enterprise_mpt(50'000);
  policy->set_honour_cap_mpt(500'000);
  policy->set_landmark_day(19723);
  policy->set_half_life_days(90);
  policy->set_cap_bp(1000);
  policy->set_r50_mpt(500'000);
  policy->set_assessment_stale_days(92);
  policy->set_insufficient_min(3);
}

}  // namespace

v1::Policy DefaultPolicy() {
  v1::Policy policy;
  policy.set_version(1);
  for (const CategoryRow& row : kCategories) {
    v1::Category* category = policy.add_categories();
    category->set_code(row.code);
    category->set_name(row.name);
    category->set_base_pts(row.base_pts);
    category->set_cap_group(row.group);
  }
  SetPoints(&policy);
  SetDays(&policy);
  SetScore(&policy);
  return policy;
}

void Policies::Add(int32_t effective_day, v1::Policy policy) {
  versions_.push_back({effective_day, std::move(policy)});
}

const v1::Policy& Policies::On(int32_t day) const {
  size_t index = versions_.size() - 1;
  while (index > 0 && versions_[index].effective_day > day) --index;
  return versions_[index].policy;
}

const v1::Category* FindCategory(const v1::Policy& policy, uint32_t code) {
  for (const v1::Category& category : policy.categories()) {
    if (category.code() == code) return &category;
  }
  return nullptr;
}

int64_t ComputedPoints(const v1::Policy& policy, uint32_t category, int mode, int severity,
                       int evidence, int32_t submission_day) {
  const v1::Category* found = FindCategory(policy, category);
  if (found == nullptr) return 1;
  const uint32_t modes[] = {1000, policy.mode_report_permille(), policy.mode_handle_permille()};
  const uint32_t severities[] = {
      1000, policy.severity_minor_permille(), policy.severity_normal_permille(),
      policy.severity_major_permille(), policy.severity_critical_permille()};
  const uint32_t evidences[] = {1000, policy.evidence_complete_permille(),
                                policy.evidence_partial_permille(),
                                policy.evidence_poor_permille()};
  uint32_t campaign = 0;
  for (const v1::Campaign& row : policy.campaigns()) {
    if (row.from_day() > submission_day || row.to_day() < submission_day) continue;
    const auto& codes = row.categories();
    if (std::find(codes.begin(), codes.end(), category) == codes.end()) continue;
    campaign = std::max(campaign, row.permille());
  }
  if (campaign == 0) campaign = 1000;
  const int64_t product = int64_t{found->base_pts()} * modes[mode] * severities[severity] *
                          evidences[evidence] * campaign;
  return std::max<int64_t>(1, product / 1'000'000'000'000);
}

}  // namespace merit
