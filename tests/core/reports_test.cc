// EFFECTS.md §2.3: reviews, second opinions, duplicates, and which policy judges a report.
#include "engine/core/reports.h"

#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

class Reports : public testing::Test {
 protected:
  std::string CodeOf(const std::string& body) { return city.Say(body).code(); }
  void Submitted(const std::string& report, const std::string& driver,
                 const std::string& more = "") {
    EXPECT_EQ(CodeOf(Submit(report, driver, more)), "APPLIED");
  }
  std::string Copy(const std::string& report, const std::string& original = "first") {
    return city.Say(Review(report, "DUPLICATE", "category: 10 duplicate_of: '" + original + "'"))
        .text();
  }
  Scenario city;
};

// --- order of the checks -----------------------------------------------------------------------

TEST_F(Reports, Precedence) {
  Submitted("r", "A");
  EXPECT_EQ(CodeOf("reviewer_registered { reviewer_id: 'self' linked_driver_id: 'A' "
                   "jurisdiction_prefix: '9' }"),
            "APPLIED");
  EXPECT_EQ(CodeOf("reviewer_registered { reviewer_id: 'far' jurisdiction_prefix: '511503' }"),
            "APPLIED");
  const std::string copy = Review("r", "DUPLICATE", "category: 999 duplicate_of: 'none'", "self");
  EXPECT_EQ(CodeOf(Approve("none", "", "nobody")), "UNKNOWN_REVIEWER.2");
  EXPECT_EQ(CodeOf(copy), "PARKED.7");
  EXPECT_EQ(CodeOf(Approve("r", "category: 999", "self")), "SELF_REVIEW.2");
  EXPECT_EQ(CodeOf(Approve("r", "category: 999", "far")), "JURISDICTION.2");
  EXPECT_EQ(CodeOf(Approve("r", "category: 999")), "RANGE.4");  // late
  EXPECT_EQ(CodeOf(Approve("r", "category: 40")), "RANGE.4");
  EXPECT_EQ(CodeOf("report_withdrawn { report_id: 'r' }"), "APPLIED");
  EXPECT_EQ(CodeOf(Approve("r", "category: 999")), "BAD_STATE.7");  // before what is late
  EXPECT_EQ(CodeOf(Submit("r", "nobody")), "UNKNOWN_DRIVER.2");
  EXPECT_EQ(CodeOf(Submit("r", "A")), "ID_TAKEN.1");
  EXPECT_EQ(CodeOf(Suspend("s", "A", "EARNING", 0, kOpenDay)), "APPLIED");
  EXPECT_EQ(CodeOf(Submit("r", "A")), "ID_TAKEN.1");
  EXPECT_EQ(CodeOf(Submit("n", "A")), "BAD_STATE.10");
}

TEST_F(Reports, RevocationChecksBothSigners) {
  Submitted("r", "A");
  EXPECT_EQ(CodeOf("reviewer_registered { reviewer_id: 'self' linked_driver_id: 'A' "
                   "jurisdiction_prefix: '9' }"),
            "APPLIED");
  EXPECT_EQ(CodeOf("reviewer_registered { reviewer_id: 'far' jurisdiction_prefix: '511503' }"),
            "APPLIED");
  const auto by = [&](const std::string& first, const std::string& second) {
    return CodeOf(Revoke("r", "reviewer_id: '" + first + "' second_reviewer_id: '" + second + "'"));
  };
  EXPECT_EQ(by("nobody", "none"), "UNKNOWN_REVIEWER.3");
  EXPECT_EQ(by("v1", "none"), "UNKNOWN_REVIEWER.4");
  EXPECT_EQ(by("self", "self"), "SELF_REVIEW.3");
  EXPECT_EQ(by("far", "self"), "SELF_REVIEW.4");
  EXPECT_EQ(by("far", "far"), "SAME_REVIEWER.4");
  EXPECT_EQ(by("far", "v1"), "JURISDICTION.3");
  EXPECT_EQ(by("v1", "far"), "JURISDICTION.4");
  EXPECT_EQ(by("v1", "v2"), "BAD_STATE.1");
}

// --- the second opinion ------------------------------------------------------------------------

TEST_F(Reports, ReasonsForASecondReviewer) {
  EXPECT_EQ(city.Activate(kOpenDay + 1,
                          [](v1::Policy& p) {
                            p.set_watch_decided_min(2);
                            p.set_second_points_min(20);
                          })
                .code(),
            "APPLIED");
  city.Close();
  const auto reasons = [&](const std::string& report, const std::string& driver,
                           const std::string& more, const std::string& terms) {
    Submitted(report, driver, more);
    return city.Say(Approve(report, terms)).With({"ReportState"});
  };
  const std::string handle =
      "mode: MODE_HANDLE " + Hash32("photo_sha256", 1) + Hash32("after_photo_sha256", 2);
  EXPECT_EQ(reasons("r1", "A", "", "severity: SEVERITY_MAJOR"),
            "ReportState r1 AWARDED");  // only reported
  EXPECT_EQ(reasons("r2", "A", handle, "evidence: EVIDENCE_POOR severity: SEVERITY_MAJOR"),
            "ReportState r2 AWAIT_SECOND, reasons 1");
  EXPECT_EQ(reasons("r3", "A", "", "category: 30 evidence: EVIDENCE_POOR"),
            "ReportState r3 AWAIT_SECOND, reasons 2");
  EXPECT_EQ(reasons("r4", "A", "", "severity: SEVERITY_CRITICAL"),
            "ReportState r4 AWAIT_SECOND, reasons 4");
  EXPECT_EQ(reasons("r5", "B", Hash32("photo_sha256", 1), ""),
            "ReportState r5 AWAIT_SECOND, reasons 16");
  // C: n = 1 at 640, then n = 2 with 1000·16/22 = 727; cred is that before the decision.
  for (const char* report : {"c1", "c2", "c3", "c4", "c5", "c6", "c7"}) {
    Submitted(report, "C");
    EXPECT_EQ(CodeOf(Review(report, "REJECT")), "APPLIED");
  }
  EXPECT_EQ(reasons("r6", "C", "", ""),
            "ReportState r6 AWAIT_SECOND, reasons 8");  // 16·1000/27 = 592
}

TEST_F(Reports, OfASampleByItsId) {
  EXPECT_EQ(
      city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_second_sample_percent(98); }).code(),
      "APPLIED");
  EXPECT_EQ(
      city.Activate(kOpenDay + 2, [](v1::Policy& p) { p.set_second_sample_percent(97); }).code(),
      "APPLIED");
  city.Close();
  Submitted("R9", "A");  // its sample is 97 (EFFECTS.md, example 7)
  EXPECT_EQ(city.Say(Approve("R9")).With({"ReportState"}),
            "ReportState R9 AWAIT_SECOND, reasons 32");
  Scenario other([](v1::Policy& p) { p.set_second_sample_percent(97); });
  EXPECT_EQ(other.Say(Submit("R9", "A")).code(), "APPLIED");
  EXPECT_EQ(other.Say(Approve("R9")).With({"ReportState"}), "ReportState R9 AWARDED");
}

// --- which policy, which day -------------------------------------------------------------------

// Points, caps, second review and cred floor by the submission day; expiry by the day of the award.
TEST_F(Reports, JudgedByTheSubmissionDay) {
  Submitted("old", "A");
  EXPECT_EQ(city.Activate(kOpenDay + 1,
                          [](v1::Policy& p) {
                            p.mutable_categories(0)->set_base_pts(20);
                            p.set_second_points_min(1);
                            p.set_cap_daily_pts(3);
                            p.set_cred_floor_permille(1'000);
                            p.set_expiry(v1::EXPIRY_RULE_FIXED_DAYS);
                            p.set_expiry_n(7);
                          })
                .code(),
            "APPLIED");
  city.Close();
  Submitted("new", "B");
  EXPECT_EQ(city.Say(Approve("old")).text(),
            "APPLIED: ReportState old AWARDED; Award{REPORT, old, driver A, policy 1, day 20513, "
            "category 10, computed "
            "10, awarded 10, cred 809}; P ISSUED -10; P AVAILABLE(A) +10; L A 20521 +10; "
            "MeritChanged A REPORT 20513 "
            "+8090");
  EXPECT_EQ(city.Say(Approve("new")).text(), "APPLIED: ReportState new AWAIT_SECOND, reasons 4");
  EXPECT_EQ(city.Say("report_co_reviewed { report_id: 'new' reviewer_id: 'v2' agree: true }")
                .With({"Award"}),
            "Award{REPORT, new, driver B, policy 2, day 20514, category 10, computed 20, awarded "
            "3, cut_day 17, cred "
            "1000}");
}

TEST_F(Reports, DueDaysAndTheirPolicies) {
  for (const char* report : {"wait", "more", "second", "twice"}) Submitted(report, "A");
  EXPECT_EQ(city.Activate(kOpenDay + 1,
                          [](v1::Policy& p) {
                            p.set_review_days(1);
                            p.set_need_more_days(40);
                          })
                .code(),
            "APPLIED");
  EXPECT_EQ(CodeOf(Review("more", "NEED_MORE")), "APPLIED");
  city.Close();
  Submitted("new", "A");
  EXPECT_EQ(CodeOf(Approve("second", "category: 30")), "APPLIED");
  EXPECT_EQ(CodeOf(Review("twice", "NEED_MORE")), "APPLIED");
  const auto due = [&](const std::string& report) {
    return city.Field("REPORT", report, "due_day");
  };
  EXPECT_EQ(due("wait"), std::to_string(kOpenDay + 30));        // review_days of the submission day
  EXPECT_EQ(due("more"), std::to_string(kOpenDay + 7));         // need_more_days of that day
  EXPECT_EQ(due("second"), std::to_string(kOpenDay + 1 + 40));  // the later of both
  EXPECT_EQ(due("twice"), std::to_string(kOpenDay + 1 + 40));
  EXPECT_EQ(due("new"), std::to_string(kOpenDay + 1 + 1));
  city.CloseUntil(kOpenDay + 2);
  EXPECT_EQ(city.Close().effects(), "ReportState new EXPIRED_UNREVIEWED");
  city.CloseUntil(kOpenDay + 7);
  EXPECT_EQ(CodeOf(Review("twice", "NEED_MORE")), "APPLIED");  // anew
  EXPECT_EQ(city.Close().effects(), "ReportState more LAPSED");
  city.CloseUntil(kOpenDay + 30);
  EXPECT_EQ(city.Close().effects(), "ReportState wait EXPIRED_UNREVIEWED");
  city.CloseUntil(kOpenDay + 41);
  EXPECT_EQ(city.Close().effects(), "ReportState second EXPIRED_UNREVIEWED");
  city.CloseUntil(kOpenDay + 47);
  EXPECT_EQ(city.Close().effects(), "ReportState twice LAPSED");
  EXPECT_EQ(CodeOf(Approve("twice")), "BAD_STATE.11");
  EXPECT_EQ(CodeOf(Approve("wait")), "BAD_STATE.10");
}

// --- duplicates --------------------------------------------------------------------------------

TEST_F(Reports, CorroborationForTheFirstDrivers) {
  EXPECT_EQ(
      city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_corroboration_drivers_max(1); }).code(),
      "APPLIED");
  for (const char* driver : {"D", "E", "F"}) EXPECT_EQ(CodeOf(Enrol(driver)), "APPLIED");
  Submitted("first", "A");
  for (const char* driver : {"A", "B", "C", "D", "E", "F"})
    Submitted(std::string("by") + driver, driver);
  Submitted("againB", "B");
  EXPECT_EQ(Copy("byA"), "APPLIED: ReportState byA DUPLICATE");  // their own
  EXPECT_EQ(Copy("byB"),
            "APPLIED: ReportState byB DUPLICATE; Award{CORROBORATION, byB, original first, driver "
            "B, policy 1, day "
            "20513, category 10, computed 2, awarded 2, cred 800}; P ISSUED -2; P AVAILABLE(B) +2; "
            "L B 21183 +2; "
            "MeritChanged B REPORT 20513 +1600");
  EXPECT_EQ(Copy("againB"), "APPLIED: ReportState againB DUPLICATE");  // once a driver
  EXPECT_EQ(city.Field("DRIVER", "B", "n"), "0");
  EXPECT_EQ(city.Field("DRIVER", "B", "contrib_count"), "0");
  EXPECT_TRUE(Copy("byC").find("Award") != std::string::npos);
  city.Close();
  Submitted("tomorrow", "E");
  // How many there may be is judged by the duplicate's submission day.
  EXPECT_EQ(Copy("tomorrow"), "APPLIED: ReportState tomorrow DUPLICATE");
  EXPECT_TRUE(Copy("byD").find("Award") != std::string::npos);
  EXPECT_TRUE(Copy("byE").find("Award") != std::string::npos);
  EXPECT_EQ(Copy("byF"), "APPLIED: ReportState byF DUPLICATE");  // the fifth
  EXPECT_EQ(city.Field("REPORT", "first", "corroborators"), "4");
}

TEST_F(Reports, WhatCanBeAnOriginal) {
  for (const char* report : {"submitted", "more", "second", "awarded", "rejected", "copy",
                             "withdrawn", "revoked", "appealed", "first", "byC"}) {
    Submitted(report, "A");
  }
  for (const auto& [report, decision] :
       {std::pair{"more", "NEED_MORE"}, {"rejected", "REJECT"}, {"appealed", "REJECT"}}) {
    EXPECT_EQ(CodeOf(Review(report, decision)), "APPLIED");
  }
  EXPECT_EQ(CodeOf(Approve("second", "category: 30")), "APPLIED");
  EXPECT_EQ(CodeOf(Approve("awarded")), "APPLIED");
  EXPECT_EQ(Copy("copy", "awarded"), "APPLIED: ReportState copy DUPLICATE");
  EXPECT_EQ(CodeOf("report_withdrawn { report_id: 'withdrawn' }"), "APPLIED");
  EXPECT_EQ(CodeOf(Approve("revoked")), "APPLIED");
  EXPECT_EQ(CodeOf(Revoke("revoked")), "APPLIED");
  EXPECT_EQ(CodeOf("appeal_filed { appeal_id: 'a' report_id: 'appealed' }"), "APPLIED");
  for (const auto& [original, code] : {std::pair{"rejected", "BAD_STATE.5"},
                                       {"copy", "BAD_STATE.6"},
                                       {"withdrawn", "BAD_STATE.7"},
                                       {"revoked", "BAD_STATE.8"},
                                       {"appealed", "BAD_STATE.9"}}) {
    EXPECT_EQ(Copy("byC", original), code) << original;
  }
  for (const char* original : {"submitted", "more", "second", "awarded"}) {
    const std::string report = std::string("of-") + original;
    Submitted(report, "B");
    EXPECT_TRUE(
        Copy(report, original).starts_with("APPLIED: ReportState " + report + " DUPLICATE; Award"))
        << original;
  }
}

// A late RANGE 4 of a duplicate: its category must be one of a report in the policy of its
// submission day.
TEST_F(Reports, TheCategoryOfADuplicate) {
  Submitted("first", "A");
  Submitted("copy", "B");
  EXPECT_EQ(CodeOf(Review("copy", "DUPLICATE", "category: 40 duplicate_of: 'first'")), "RANGE.4");
  EXPECT_EQ(CodeOf(Review("copy", "DUPLICATE", "category: 15 duplicate_of: 'first'")), "RANGE.4");
  EXPECT_EQ(CodeOf(Review("copy", "DUPLICATE", "category: 52 duplicate_of: 'first'")), "APPLIED");
  EXPECT_EQ(city.Field("REPORT", "copy", "computed_pts"), "10");
}

}  // namespace
}  // namespace merit
