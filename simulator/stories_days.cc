#include <algorithm>

#include "consumers/policy/policy_v1.h"
#include "simulator/stories.h"

namespace merit {

void Stories::PlanDay() {
  if (random_.Permille(150)) ActivatePolicy();
  if (random_.Permille(25)) CloseEarly();
  if (random_.Permille(20)) Outage();
  if (random_.Permille(20)) MassEnrolment();
}

// A few versions around the next one: a forged one may have been taken, or one of these may have
// been refused, and then another number is right.
void Stories::ActivatePolicy() {
  const int32_t effective_day = std::max(town_.open_day + 2, town_.policies.last_effective_day());
  const uint32_t last = town_.policies.Last().version();
  v1::Policy policy = town_.policies.Last();
  for (uint32_t version = std::max(2u, last - std::min(last, 2u)); version <= last + 2; ++version) {
    const uint32_t dedupe_days = policy.dedupe_days();
    if (random_.Permille(450)) policy = PolicyV1();
    policy.set_dedupe_days(dedupe_days);
    policy.set_version(version);
    if (random_.Permille(700)) MakeStrange(random_, effective_day, &policy);
    v1::PolicyActivated activated;
    activated.set_published_day(town_.open_day);
    activated.set_effective_day(effective_day);
    activated.set_emergency(true);
    activated.set_doc_sha256(composer_.Hash());
    *activated.mutable_policy() = policy;
    forger_.Say(town_.roster.authority, activated);
    if (version > last) town_.policies.Add(effective_day, policy);
  }
}

// The clock is in a hurry: the afternoon belongs to tomorrow already.
void Stories::CloseEarly() {
  v1::DayClosed closed;
  closed.set_day(town_.open_day);
  const int64_t time_ms = town_.Midnight(town_.today) + 15 * kHourMs;
  forger_.Say(town_.roster.clock, closed, time_ms);
}

// The clock is silent for days, in a long log for more than the memory of ids, then closes them
// all.
void Stories::Outage() {
  const bool room = town_.today + 60 < town_.options.first_day + town_.options.days;
  if (!room || town_.clock_silent_until_day > town_.today) return;
  const bool months = town_.options.days >= 200 && random_.Permille(250);
  town_.clock_silent_until_day = town_.today + (months ? random_.Day(36, 48) : random_.Day(2, 6));
}

// So many that what befalls them all on one day does not fit in one outcome.
void Stories::MassEnrolment() {
  for (int i = 0; i < 360; ++i) Enrol(random_.Day(1, 9), i);
}

namespace {

// One of a few values: at the limits, and sensible ones.
uint32_t OneOf(Random& random, std::initializer_list<uint32_t> values) {
  return values.begin()[random.Below(values.size())];
}

void StrangePoints(Random& random, v1::Policy* policy) {
  policy->set_mode_handle_permille(OneOf(random, {0, 1, 1500, 5000}));
  policy->set_severity_critical_permille(OneOf(random, {0, 2000, 5000}));
  policy->set_evidence_poor_permille(OneOf(random, {0, 400, 5000}));
  policy->set_corroboration_permille(OneOf(random, {0, 200, 5000}));
  policy->set_corroboration_drivers_max(OneOf(random, {0, 1, 4, 100}));
}

void StrangeCaps(Random& random, v1::Policy* policy) {
  policy->set_cap_daily_pts(OneOf(random, {0, 5, 25, 60, 1'000'000}));
  policy->set_cap_monthly_pts(OneOf(random, {0, 30, 600, 10'000'000}));
  static constexpr int64_t kBudgets[] = {0, 1, 100, 1'000, 1'000'000'000'000};
  policy->set_budget_monthly_pts(kBudgets[random.Below(5u)]);
  policy->set_volunteer_minutes_daily_max(OneOf(random, {1, 60, 240, 1'440}));
  policy->set_adjustment_max_pts(OneOf(random, {0, 50, 500, 1'000'000}));
}

void StrangeReviews(Random& random, v1::Policy* policy) {
  policy->set_second_points_min(OneOf(random, {0, 10, 50, 1'000'000}));
  policy->set_second_sample_percent(OneOf(random, {0, 5, 50, 100}));
  policy->set_cred_floor_permille(OneOf(random, {0, 500, 1'000}));
  policy->set_cred_watch_permille(OneOf(random, {0, 600, 1'000}));
  policy->set_watch_decided_min(OneOf(random, {0, 3, 20, 1'000'000}));
}

void StrangeExpiry(Random& random, v1::Policy* policy) {
  policy->set_expiry(static_cast<v1::ExpiryRule>(1 + random.Below(3u)));
  if (random.Permille(500)) policy->set_expiry(v1::EXPIRY_RULE_FIXED_DAYS);
  policy->set_expiry_n(policy->expiry() == v1::EXPIRY_RULE_YEAR_END ? OneOf(random, {0, 1, 10})
                       : policy->expiry() == v1::EXPIRY_RULE_NONE
                           ? OneOf(random, {0, 7})
                           : OneOf(random, {1, 3, 10, 3'650}));
  policy->set_release_grace_days(OneOf(random, {0, 1, 5, 30, 365}));
}

void StrangeDays(Random& random, v1::Policy* policy) {
  policy->set_review_days(OneOf(random, {1, 3, 30, 90}));
  policy->set_need_more_days(OneOf(random, {1, 7, 90}));
  policy->set_park_days(std::min(policy->dedupe_days(), OneOf(random, {1, 2, 7, 30})));
  policy->set_parked_max(OneOf(random, {0, 1, 5, 100'000, 1'000'000}));
  policy->set_appeal_days(OneOf(random, {1, 15, 90}));
  policy->set_notice_days(OneOf(random, {0, 1, 30, 365}));
  policy->set_voucher_issue_days(OneOf(random, {0, 2, 90}));
}

void StrangeDeadlines(Random& random, v1::Policy* policy) {
  v1::MatterDeadline* const all[] = {
      policy->mutable_hazard_deadline(), policy->mutable_opinion_deadline(),
      policy->mutable_incident_deadline(), policy->mutable_welfare_deadline(),
      policy->mutable_grievance_deadline()};
  for (v1::MatterDeadline* deadline : all) {
    deadline->Clear();
    deadline->set_first_response_minutes(OneOf(random, {0, 1, 120, 525'600}));
    if (random.Permille(400)) {
      deadline->set_close_minutes(OneOf(random, {0, 1, 1'440, 525'600}));
    } else {
      deadline->set_close_working_days(OneOf(random, {0, 1, 3, 250}));
    }
  }
}

void StrangeScore(Random& random, int32_t effective_day, v1::Policy* policy) {
  policy->set_violation_v2_mpt(OneOf(random, {0, 20'000, 1'000'000'000}));
  policy->set_honour_city_mpt(OneOf(random, {0, 150'000, 1'000'000'000}));
  policy->set_honour_cap_mpt(OneOf(random, {0, 500'000, 1'000'000'000}));
  policy->set_half_life_days(OneOf(random, {1, 7, 90, 120, 3'650}));
  const auto effective = static_cast<uint32_t>(effective_day);
  policy->set_landmark_day(
      static_cast<int32_t>(OneOf(random, {0, 19'723, effective - 30, effective})));
  policy->set_cap_bp(OneOf(random, {0, 1'000, 10'000}));
  policy->set_r50_mpt(OneOf(random, {1, 500'000, 1'000'000'000}));
  policy->set_assessment_stale_days(OneOf(random, {0, 92, 3'650}));
  policy->set_insufficient_min(OneOf(random, {0, 1, 3, 1'000}));
}

// 200 categories, among them the usual ones; 50 campaigns that name as many as a record has room
// for.
void StrangeLists(Random& random, int32_t effective_day, v1::Policy* policy) {
  const v1::Policy usual = PolicyV1();
  policy->clear_categories();
  policy->clear_campaigns();
  uint32_t spare = 200 - static_cast<uint32_t>(usual.categories_size());
  uint32_t code = 0;
  for (const v1::Category& category : usual.categories()) {
    for (++code; code < category.code(); ++code) {
      v1::Category* more = policy->add_categories();
      more->set_code(code);
      more->set_name("MORE " + std::to_string(code));
      more->set_base_pts(OneOf(random, {1, 7, 10'000}));
      more->set_cap_group(random.Permille(500) ? v1::CAP_GROUP_CAPPED : v1::CAP_GROUP_UNCAPPED);
      --spare;
    }
    *policy->add_categories() = category;
  }
  for (; spare > 0; --spare) {
    v1::Category* more = policy->add_categories();
    more->set_code(1'000 - spare);
    more->set_name(std::string(40, 'N'));
    more->set_base_pts(10'000);
    more->set_cap_group(v1::CAP_GROUP_CAPPED);
  }
  for (int i = 0; i < 50; ++i) {
    v1::Campaign* campaign = policy->add_campaigns();
    campaign->set_from_day(effective_day + random.Day(-20, 20));
    campaign->set_to_day(campaign->from_day() + random.Day(0, 30));
    campaign->set_permille(OneOf(random, {1, 500, 1'500, 5'000}));
    for (const v1::Category& category : policy->categories())
      campaign->add_categories(category.code());
  }
}

}  // namespace

void MakeStrange(Random& random, int32_t effective_day, v1::Policy* policy) {
  if (random.Permille(300)) StrangePoints(random, policy);
  if (random.Permille(400)) StrangeCaps(random, policy);
  if (random.Permille(300)) StrangeReviews(random, policy);
  if (random.Permille(450)) StrangeExpiry(random, policy);
  if (random.Permille(300)) StrangeDays(random, policy);
  if (random.Permille(250)) StrangeDeadlines(random, policy);
  if (random.Permille(250)) StrangeScore(random, effective_day, policy);
  if (random.Permille(80)) StrangeLists(random, effective_day, policy);
}

}  // namespace merit
