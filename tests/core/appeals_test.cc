// EFFECTS.md §2.3, AppealFiled and AppealDecided.
#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

std::string File(const std::string& appeal, const std::string& report) {
  return "appeal_filed { appeal_id: '" + appeal + "' report_id: '" + report + "' }";
}
std::string FileViolation(const std::string& appeal, const std::string& violation) {
  return "appeal_filed { appeal_id: '" + appeal + "' violation_id: '" + violation + "' }";
}
std::string Decide(const std::string& appeal, const std::string& outcome,
                   const std::string& more = "", const std::string& reviewer = "v3") {
  return "appeal_decided { appeal_id: '" + appeal + "' outcome: APPEAL_OUTCOME_" + outcome +
         " reviewer_id: '" + reviewer + "' " + more + "}";
}
const char kTerms[] = "category: 10 severity: SEVERITY_NORMAL evidence: EVIDENCE_COMPLETE ";

class Appeals : public testing::Test {
 protected:
  Appeals() { EXPECT_EQ(city.Say("reviewer_registered { reviewer_id: 'v3' }").code(), "APPLIED"); }
  void Reject(const std::string& report) {
    EXPECT_EQ(city.Say(Submit(report, "A")).code(), "APPLIED");
    EXPECT_EQ(city.Say(Review(report, "REJECT")).code(), "APPLIED");
  }
  void Award(const std::string& report, const std::string& more = "") {
    EXPECT_EQ(city.Say(Submit(report, "A", more)).code(), "APPLIED");
    EXPECT_EQ(city.Say(Approve(report)).code(), "APPLIED");
  }
  Scenario city;
};

// appeal_days of the day of the decision: a later policy moves nothing.
TEST_F(Appeals, InTime) {
  for (const char* report : {"r1", "r2"}) Reject(report);
  EXPECT_EQ(city.Say(Violate("x1", "A", 1, 0)).code(), "APPLIED");
  EXPECT_EQ(city.Say(Violate("x2", "A", 1, 0)).code(), "APPLIED");
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_appeal_days(1); }).code(),
            "APPLIED");
  city.Close();
  for (const char* report : {"s1", "s2"}) Reject(report);
  city.CloseUntil(kOpenDay + 2);
  EXPECT_EQ(city.Say(File("s1", "s1")).code(), "APPLIED");
  city.Close();
  EXPECT_EQ(city.Say(File("s2", "s2")).code(), "BAD_STATE.5");
  city.CloseUntil(kOpenDay + 15);
  EXPECT_EQ(city.Say(File("r1", "r1")).text(),
            "APPLIED: AppealState r1 FILED; ReportState r1 APPEALED");
  EXPECT_EQ(city.Say(FileViolation("x1", "x1")).text(), "APPLIED: AppealState x1 FILED");
  city.Close();
  EXPECT_EQ(city.Say(File("r2", "r2")).code(), "BAD_STATE.5");
  EXPECT_EQ(city.Say(FileViolation("x2", "x2")).code(), "BAD_STATE.1");
}

TEST_F(Appeals, OneForADecision) {
  Reject("r");
  EXPECT_EQ(city.Say(File("a1", "r")).code(), "APPLIED");
  EXPECT_EQ(city.Say(File("a2", "r")).code(), "BAD_STATE.9");
  EXPECT_EQ(city.Say(Decide("a1", "UPHELD")).text(),
            "APPLIED: AppealState a1 UPHELD; ReportState r REJECTED");
  EXPECT_EQ(city.Say(File("a2", "r")).code(), "BAD_STATE.5");  // final
  EXPECT_EQ(city.Say(Decide("a1", "OVERTURNED", kTerms)).code(), "BAD_STATE.2");
}

TEST_F(Appeals, AnotherAfterANewRevocation) {
  Award("r");
  EXPECT_EQ(city.Say(Revoke("r")).code(), "APPLIED");
  EXPECT_EQ(city.Say(File("a1", "r")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Decide("a1", "OVERTURNED")).code(), "APPLIED");
  EXPECT_EQ(city.Say(File("a2", "r")).code(), "BAD_STATE.4");  // AWARDED again
  EXPECT_EQ(city.Say(Decide("a1", "OVERTURNED")).code(), "BAD_STATE.3");
  EXPECT_EQ(city.Say(Revoke("r")).code(), "APPLIED");
  EXPECT_EQ(city.Say(File("a2", "r")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Decide("a2", "UPHELD")).text(),
            "APPLIED: AppealState a2 UPHELD; ReportState r REVOKED");
  EXPECT_EQ(city.Say(File("a3", "r")).code(), "BAD_STATE.8");
}

// Neither the first nor the second opinion of a rejection, neither signer of a revocation.
TEST_F(Appeals, DecidedBySomebodyElse) {
  EXPECT_EQ(city.Say(Submit("r", "A")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Approve("r", "category: 30")).code(), "APPLIED");
  EXPECT_EQ(city.Say("report_co_reviewed { report_id: 'r' reviewer_id: 'v1' }").code(),
            "SAME_REVIEWER.2");
  EXPECT_EQ(city.Say("report_co_reviewed { report_id: 'r' reviewer_id: 'v2' }").code(), "APPLIED");
  EXPECT_EQ(city.Say(File("a", "r")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Decide("a", "UPHELD", "", "v1")).code(), "SAME_REVIEWER.3");
  EXPECT_EQ(city.Say(Decide("a", "UPHELD", "", "v2")).code(), "SAME_REVIEWER.3");
  EXPECT_EQ(city.Say(Decide("a", "OVERTURNED", kTerms, "v2")).code(), "SAME_REVIEWER.3");
  EXPECT_EQ(city.Say(Decide("a", "UPHELD")).code(), "APPLIED");

  EXPECT_EQ(city.Say(Submit("s", "A")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Approve("s", "", "v3")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Revoke("s")).code(), "APPLIED");
  EXPECT_EQ(city.Say(File("b", "s")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Decide("b", "UPHELD", "", "v1")).code(), "SAME_REVIEWER.3");
  EXPECT_EQ(city.Say(Decide("b", "UPHELD", "", "v2")).code(), "SAME_REVIEWER.3");
  EXPECT_EQ(city.Say(Decide("b", "UPHELD")).code(),
            "APPLIED");  // v3 awarded it, which is another decision
}

TEST_F(Appeals, FieldsThatBelongTogether) {
  Reject("r");
  Award("s");
  EXPECT_EQ(city.Say(Revoke("s")).code(), "APPLIED");
  EXPECT_EQ(city.Say(File("a", "r")).code(), "APPLIED");
  EXPECT_EQ(city.Say(File("b", "s")).code(), "APPLIED");
  const std::pair<std::string, const char*> kAnswers[] = {
      {Decide("a", "OVERTURNED", "severity: SEVERITY_NORMAL evidence: EVIDENCE_POOR "), "RANGE.4"},
      {Decide("a", "OVERTURNED", "category: 10 evidence: EVIDENCE_POOR "), "RANGE.5"},
      {Decide("a", "OVERTURNED", "category: 10 severity: SEVERITY_NORMAL "), "RANGE.6"},
      {Decide("a", "OVERTURNED", "category: 10 severity: 9 evidence: EVIDENCE_POOR "), "RANGE.5"},
      {Decide("a", "UPHELD", kTerms), "RANGE.4"},
      {Decide("a", "UPHELD", "evidence: EVIDENCE_POOR "), "RANGE.4"},
      {Decide("nothing", "UPHELD", kTerms), "RANGE.4"},
      // Late: a rejection needs them, a revocation must not have them, the category must be one of
      // a report.
      {Decide("a", "OVERTURNED"), "RANGE.4"},
      {Decide("b", "OVERTURNED", kTerms), "RANGE.4"},
      {Decide("a", "OVERTURNED", "category: 40 severity: SEVERITY_NORMAL evidence: EVIDENCE_POOR "),
       "RANGE.4"},
      {Decide("a", "OVERTURNED",
              "category: 999 severity: SEVERITY_NORMAL evidence: EVIDENCE_POOR "),
       "RANGE.4"},
      {Decide("a", "OVERTURNED", "", "v1"), "SAME_REVIEWER.3"},  // before what is late
      {Decide("a", "OVERTURNED", "", "nobody"), "UNKNOWN_REVIEWER.3"},
      {Decide("nothing", "OVERTURNED", "", "nobody"), "UNKNOWN_REVIEWER.3"},
      {Decide("nothing", "OVERTURNED"), "PARKED.1"},
  };
  for (const auto& [body, answer] : kAnswers) EXPECT_EQ(city.Say(body).code(), answer) << body;
}

// n counts a report once; the award comes without a second review, with the caps of its submission
// day.
TEST_F(Appeals, AnOverturnedRejection) {
  Reject("r");
  EXPECT_EQ(city.Say(File("a", "r")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Decide("a", "OVERTURNED",
                            "category: 30 severity: SEVERITY_NORMAL evidence: EVIDENCE_COMPLETE "))
                .text(),
            "APPLIED: AppealState a OVERTURNED; ReportState r AWARDED; Award{REPORT, r, driver A, "
            "policy 1, day 20513, "
            "category 30, computed 20, awarded 20, cred 809}; P ISSUED -20; P AVAILABLE(A) +20; L "
            "A 21183 +20; "
            "MeritChanged A REPORT 20513 +16180");
  EXPECT_EQ(city.Field("DRIVER", "A", "a"), "1");
  EXPECT_EQ(city.Field("DRIVER", "A", "n"), "1");
  EXPECT_EQ(city.Field("DRIVER", "A", "contrib_count"), "1");
}

// The identical points and value come back, though caps and policy have changed since; with today's
// expiry.
TEST_F(Appeals, AnOverturnedRevocation) {
  Scenario cut([](v1::Policy& p) { p.set_cap_daily_pts(4); });
  cut.Say("reviewer_registered { reviewer_id: 'v3' }");
  EXPECT_EQ(cut.Say(Submit("r", "A")).code(), "APPLIED");
  EXPECT_EQ(cut.Say(Approve("r")).With({"Award"}),
            "Award{REPORT, r, driver A, policy 1, day 20513, category 10, computed 10, awarded 4, "
            "cut_day 6, cred 809}");
  EXPECT_EQ(cut.Say(Revoke("r")).effects(),
            "ReportState r REVOKED; P CLAWED +4; P AVAILABLE(A) -4; L A 21183 -4; MeritChanged A "
            "REPORT 20513 -3236");
  EXPECT_EQ(cut.Say(File("a", "r")).code(), "APPLIED");
  EXPECT_EQ(cut.Activate(kOpenDay + 1,
                         [](v1::Policy& p) {
                           p.set_cap_daily_pts(0);
                           p.set_cap_monthly_pts(0);
                           p.set_budget_monthly_pts(1);
                           p.set_expiry(v1::EXPIRY_RULE_FIXED_DAYS);
                           p.set_expiry_n(9);
                         })
                .code(),
            "APPLIED");
  cut.Close();
  EXPECT_EQ(cut.Say(Decide("a", "OVERTURNED")).text(),
            "APPLIED: AppealState a OVERTURNED; ReportState r AWARDED; Award{RESTORED, r, driver "
            "A, policy 1, day 20513, "
            "category 10, computed 4, awarded 4, cred 809}; P ISSUED -4; P AVAILABLE(A) +4; L A "
            "20523 +4; "
            "MeritChanged A REPORT 20513 +3236");
  EXPECT_EQ(cut.Field("DRIVER", "A", "n"), "1");
  EXPECT_EQ(cut.Field("PROGRAMME", "511500", "budget_used"), "4");  // of the first award alone
}

TEST_F(Appeals, AgainstAViolation) {
  EXPECT_EQ(city.Say(Violate("x", "A", 2, kOpenDay)).effects(),
            "MeritChanged A VIOLATION 20513 +20000");
  EXPECT_EQ(city.Say(FileViolation("a", "x")).code(), "APPLIED");
  EXPECT_EQ(city.Say(FileViolation("b", "x")).code(), "BAD_STATE.1");  // one only
  EXPECT_EQ(city.Say(Decide("a", "OVERTURNED")).code(),
            "UNAUTHORISED.3");  // by rev, who has REVIEW alone
  EXPECT_EQ(city.Say(Decide("a", "OVERTURNED", kTerms), "auth").code(), "RANGE.4");
  EXPECT_EQ(city.Say(Decide("a", "OVERTURNED"), "auth").text(),
            "APPLIED: AppealState a OVERTURNED; MeritChanged A VIOLATION 20513 -20000");
  EXPECT_EQ(city.Say("violation_rescinded { violation_id: 'x' }").code(), "BAD_STATE.2");
  EXPECT_EQ(city.Say(FileViolation("c", "x")).code(), "BAD_STATE.2");
  EXPECT_EQ(city.Say(Decide("a", "OVERTURNED")).code(), "BAD_STATE.3");  // before UNAUTHORISED 3
}

TEST_F(Appeals, AgainstAViolationThatHasEnded) {
  EXPECT_EQ(city.Say(Violate("x", "A", 2, kOpenDay)).code(), "APPLIED");
  EXPECT_EQ(city.Say(FileViolation("a", "x")).code(), "APPLIED");
  EXPECT_EQ(city.Say("violation_rescinded { violation_id: 'x' }").code(), "APPLIED");
  EXPECT_EQ(city.Say(Decide("a", "OVERTURNED"), "auth").text(),
            "APPLIED: AppealState a OVERTURNED");
}

TEST_F(Appeals, SelfReviewAndJurisdiction) {
  Reject("r");
  EXPECT_EQ(city.Say(File("a", "r")).code(), "APPLIED");
  EXPECT_EQ(city.Say("reviewer_registered { reviewer_id: 'self' linked_driver_id: 'A' "
                     "jurisdiction_prefix: '51' }")
                .code(),
            "APPLIED");
  EXPECT_EQ(
      city.Say("reviewer_registered { reviewer_id: 'far' jurisdiction_prefix: '511503' }").code(),
      "APPLIED");
  EXPECT_EQ(city.Say(Decide("a", "UPHELD", "", "self")).code(), "SELF_REVIEW.3");
  EXPECT_EQ(city.Say(Decide("a", "UPHELD", "", "far")).code(), "JURISDICTION.3");
  EXPECT_EQ(city.Say(Violate("x", "A", 2, kOpenDay)).code(), "APPLIED");
  EXPECT_EQ(city.Say(FileViolation("b", "x")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Decide("b", "UPHELD", "", "self"), "auth").code(), "SELF_REVIEW.3");
  EXPECT_EQ(city.Say(Decide("b", "UPHELD", "", "far"), "auth").code(),
            "APPLIED");  // a violation is in no county
}

}  // namespace
}  // namespace merit
