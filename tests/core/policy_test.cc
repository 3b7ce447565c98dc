// policy.proto: every number at its limit and one over, in a policy that would be version 2.
#include "engine/core/policy.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

// Whether the policy of PolicyV1() with those fields would be taken.
bool Taken(const std::string& more) {
  v1::Policy policy = PolicyV1();
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(more, &policy)) << more;
  return PolicyInRange(policy, kOpenDay);
}

struct NumberLimit {
  const char* field;
  int64_t low;   // the smallest allowed; one below is tried where it is above 0
  int64_t high;  // the largest allowed
};

TEST(PolicyLimits, Numbers) {
  const NumberLimit kLimits[] = {
      {"mode_report_permille", 0, 5'000},
      {"mode_handle_permille", 0, 5'000},
      {"severity_minor_permille", 0, 5'000},
      {"severity_normal_permille", 0, 5'000},
      {"severity_major_permille", 0, 5'000},
      {"severity_critical_permille", 0, 5'000},
      {"evidence_complete_permille", 0, 5'000},
      {"evidence_partial_permille", 0, 5'000},
      {"evidence_poor_permille", 0, 5'000},
      {"corroboration_permille", 0, 5'000},
      {"corroboration_drivers_max", 0, 100},
      {"cap_daily_pts", 0, 1'000'000},
      {"cap_monthly_pts", 0, 10'000'000},
      {"budget_monthly_pts", 0, 1'000'000'000'000},
      {"volunteer_minutes_daily_max", 1, 1'440},
      {"adjustment_max_pts", 0, 1'000'000},
      {"second_points_min", 0, 1'000'000},
      {"second_sample_percent", 0, 100},
      {"cred_floor_permille", 0, 1'000},
      {"cred_watch_permille", 0, 1'000},
      {"watch_decided_min", 0, 1'000'000},
      {"expiry_n", 0, 10},
      {"release_grace_days", 0, 365},
      {"review_days", 1, 90},
      {"need_more_days", 1, 90},
      {"park_days", 1, 30},
      {"parked_max", 0, 1'000'000},
      {"appeal_days", 1, 90},
      {"notice_days", 0, 365},
      {"voucher_issue_days", 0, 90},
      {"violation_v1_mpt", 0, 1'000'000'000},
      {"violation_v2_mpt", 0, 1'000'000'000},
      {"violation_v3_mpt", 0, 1'000'000'000},
      {"violation_v4_mpt", 0, 1'000'000'000},
      {"honour_national_mpt", 0, 1'000'000'000},
      {"honour_province_mpt", 0, 1'000'000'000},
      {"honour_city_mpt", 0, 1'000'000'000},
      {"honour_county_mpt", 0, 1'000'000'000},
      {"honour_enterprise_mpt", 0, 1'000'000'000},
      {"honour_cap_mpt", 0, 1'000'000'000},
      {"landmark_day", 0, kOpenDay},
      {"half_life_days", 1, 3'650},
      {"cap_bp", 0, 10'000},
      {"r50_mpt", 1, 1'000'000'000},
      {"assessment_stale_days", 0, 3'650},
      {"insufficient_min", 0, 1'000},
  };
  for (const NumberLimit& limit : kLimits) {
    EXPECT_TRUE(Taken(Number(limit.field, limit.low))) << limit.field;
    EXPECT_TRUE(Taken(Number(limit.field, limit.high))) << limit.field;
    EXPECT_FALSE(Taken(Number(limit.field, limit.high + 1))) << limit.field;
    EXPECT_TRUE(limit.low == 0 || !Taken(Number(limit.field, limit.low - 1))) << limit.field;
  }
  EXPECT_FALSE(Taken("budget_monthly_pts: -1"));
  EXPECT_FALSE(Taken("landmark_day: -1"));
}

TEST(PolicyLimits, ParkDaysAtMostDedupeDays) {
  EXPECT_TRUE(Taken("dedupe_days: 90 park_days: 30"));
  EXPECT_FALSE(Taken("dedupe_days: 91"));
  EXPECT_FALSE(Taken("dedupe_days: 0"));
  EXPECT_TRUE(Taken("dedupe_days: 1 park_days: 1"));
  EXPECT_FALSE(Taken("dedupe_days: 6"));  // park_days is 7
  EXPECT_TRUE(Taken("dedupe_days: 7"));
}

TEST(PolicyLimits, Expiry) {
  for (const auto& [rule, taken] : std::initializer_list<std::pair<const char*, bool>>{
           {"expiry: EXPIRY_RULE_NONE expiry_n: 4294967295", true},
           {"expiry: EXPIRY_RULE_FIXED_DAYS expiry_n: 1", true},
           {"expiry: EXPIRY_RULE_FIXED_DAYS expiry_n: 0", false},
           {"expiry: EXPIRY_RULE_FIXED_DAYS expiry_n: 3650", true},
           {"expiry: EXPIRY_RULE_FIXED_DAYS expiry_n: 3651", false},
           {"expiry: EXPIRY_RULE_UNSPECIFIED", false},
           {"expiry: 4", false}}) {
    EXPECT_EQ(Taken(rule), taken) << rule;
  }
}

TEST(PolicyLimits, Deadlines) {
  for (const char* kind : {"hazard", "opinion", "incident", "welfare", "grievance"}) {
    const auto taken = [&](const std::string& minutes, const std::string& close,
                           const std::string& days) {
      return Taken(std::string(kind) + "_deadline { first_response_minutes: " + minutes +
                   " close_minutes: " + close + " close_working_days: " + days + " }");
    };
    EXPECT_TRUE(taken("525600", "525600", "0")) << kind;
    EXPECT_TRUE(taken("0", "0", "250")) << kind;
    EXPECT_FALSE(taken("525601", "0", "0")) << kind;
    EXPECT_FALSE(taken("0", "525601", "0")) << kind;
    EXPECT_FALSE(taken("0", "0", "251")) << kind;
    EXPECT_FALSE(taken("0", "1", "1")) << kind;
  }
}

// 190 more categories, rising from 100: with those of v1 and the one added, 200 and more.
std::string Categories(int count) {
  std::string text;
  for (int code = 100; code < 100 + count; ++code) {
    text += "categories { code: " + std::to_string(code) +
            " name: 'n' base_pts: 1 cap_group: CAP_GROUP_CAPPED } ";
  }
  return text;
}

TEST(PolicyLimits, Categories) {
  EXPECT_EQ(PolicyV1().categories_size(), 11);
  EXPECT_TRUE(Taken(Categories(189)));
  EXPECT_FALSE(Taken(Categories(190)));
  const auto taken = [](const std::string& category) {
    return Taken("categories { " + category + " }");
  };
  const std::string good = "code: 999 name: 'n' base_pts: 1 cap_group: CAP_GROUP_CAPPED ";
  EXPECT_TRUE(taken(good));
  EXPECT_FALSE(taken(good + "code: 1000"));
  EXPECT_FALSE(taken(good + "code: 52"));  // as the last one of v1
  EXPECT_TRUE(taken(good + "code: 53"));
  EXPECT_TRUE(taken(good + Text("name", 40)));
  EXPECT_FALSE(taken(good + Text("name", 41)));
  EXPECT_FALSE(taken(good + "name: ''"));
  EXPECT_TRUE(taken(good + "base_pts: 10000"));
  EXPECT_FALSE(taken(good + "base_pts: 10001"));
  EXPECT_FALSE(taken(good + "base_pts: 0"));
  EXPECT_FALSE(taken(good + "cap_group: CAP_GROUP_UNSPECIFIED"));
  EXPECT_FALSE(taken(good + "cap_group: 4"));
  EXPECT_FALSE(taken(good + "cap_group: CAP_GROUP_VOLUNTEER"));  // the second one
  v1::Policy policy = PolicyV1();
  policy.mutable_categories(0)->set_code(0);
  EXPECT_FALSE(PolicyInRange(policy, kOpenDay));
  policy = PolicyV1();
  policy.mutable_categories(7)->set_cap_group(v1::CAP_GROUP_CAPPED);  // none is VOLUNTEER
  EXPECT_FALSE(PolicyInRange(policy, kOpenDay));
  policy.clear_categories();
  EXPECT_FALSE(PolicyInRange(policy, kOpenDay));
}

TEST(PolicyLimits, Campaigns) {
  const auto campaigns = [](int count) {
    std::string text;
    for (int number = 0; number < count; ++number) {
      text += "campaigns { from_day: 1 to_day: 1 categories: 10 permille: 1 } ";
    }
    return text;
  };
  EXPECT_TRUE(Taken(campaigns(50)));
  EXPECT_FALSE(Taken(campaigns(51)));
  const auto taken = [](const std::string& campaign) {
    return Taken("campaigns { from_day: 1 to_day: 1 categories: 10 permille: 1 " + campaign + " }");
  };
  EXPECT_TRUE(taken("permille: 5000"));
  EXPECT_FALSE(taken("permille: 5001"));
  EXPECT_FALSE(taken("permille: 0"));
  EXPECT_TRUE(taken("from_day: 84005 to_day: 84005"));
  EXPECT_FALSE(taken("to_day: 84006"));
  EXPECT_FALSE(taken("from_day: -1"));
  EXPECT_FALSE(taken("to_day: 0"));
  EXPECT_TRUE(taken("categories: 11"));
  EXPECT_FALSE(taken("categories: 10"));  // again
  EXPECT_FALSE(taken("categories: 15"));  // no such code
  EXPECT_FALSE(Taken("campaigns { from_day: 1 to_day: 1 permille: 1 }"));
  std::string all = "campaigns { from_day: 1 to_day: 1 permille: 1 ";
  for (int code : {10, 11, 12, 13, 14, 20, 30, 40, 50, 51, 52}) all += Number("categories", code);
  for (int code = 100; code < 289; ++code) all += Number("categories", code);
  EXPECT_TRUE(Taken(Categories(189) + all + "}"));  // all 200 of them
}

TEST(Policy, ThePolicyInForceOnADay) {
  Scenario city;
  EXPECT_EQ(city.Activate(kOpenDay + 2, [](v1::Policy& p) { p.set_appeal_days(20); }).code(),
            "APPLIED");
  EXPECT_EQ(city.Activate(kOpenDay + 2, [](v1::Policy& p) { p.set_appeal_days(30); }).code(),
            "APPLIED");
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy&) {}).code(),
            "NOTICE.2");  // before the last one's
  EXPECT_EQ(city.city().PolicyOn(0).version(), 1u);
  EXPECT_EQ(city.city().PolicyOn(kOpenDay + 1).version(), 1u);
  EXPECT_EQ(city.city().PolicyOn(kOpenDay + 2).version(), 3u);
  EXPECT_EQ(city.Close().text(), "APPLIED");
  EXPECT_EQ(city.Close().text(), "APPLIED: PolicyInForce 2; PolicyInForce 3");
}

TEST(Policy, PointsOfAReport) {
  Scenario city([](v1::Policy& p) {
    for (const auto& [from, to, permille] :
         {std::tuple{1, 5, 3'000}, {3, 9, 2'000}, {20, 20, 500}}) {
      v1::Campaign* const campaign = p.add_campaigns();
      campaign->set_from_day(from);
      campaign->set_to_day(to);
      campaign->set_permille(static_cast<uint32_t>(permille));
      campaign->add_categories(10);
    }
  });
  const Policy& policy = city.city().policy();
  const v1::Category& hazard = *policy.FindCategory(10);
  const auto points = [&](int32_t day) {
    return policy.ReportPoints(hazard, v1::MODE_REPORT, v1::SEVERITY_NORMAL, v1::EVIDENCE_COMPLETE,
                               day);
  };
  EXPECT_EQ(points(0), 10u);
  EXPECT_EQ(points(1), 30u);
  EXPECT_EQ(points(4), 30u);  // the largest of those that hold
  EXPECT_EQ(points(6), 20u);
  EXPECT_EQ(points(9), 20u);
  EXPECT_EQ(points(10), 10u);
  EXPECT_EQ(points(20), 5u);                            // may be below 1,000
  const v1::Category& info = *policy.FindCategory(14);  // 2 points
  EXPECT_EQ(policy.ReportPoints(info, v1::MODE_REPORT, v1::SEVERITY_MINOR, v1::EVIDENCE_POOR, 0),
            1u);  // at least 1
}

}  // namespace
}  // namespace merit
