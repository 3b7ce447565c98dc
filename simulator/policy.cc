#include "simulator/policy.h"

#include <algorithm>
#include <utility>

namespace merit {

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
