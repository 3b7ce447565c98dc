// EFFECTS.md §4, rules 5 to 9: a driver's habits, and a reviewer's with a driver.
#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

std::string At(int32_t lat_e6, int32_t lon_e6) {
  return "crs: CRS_WGS84 " + Number("lat_e6", lat_e6) + Number("lon_e6", lon_e6);
}
std::string Handled(int32_t lat_e6, unsigned seed) {
  return "mode: MODE_HANDLE " + At(lat_e6, 0) + Hash32("photo_sha256", 2 * seed) +
         Hash32("after_photo_sha256", 2 * seed + 1);
}

class Patterns : public testing::Test {
 protected:
  std::string Raised(const std::string& rule, const std::string& driver,
                     const std::string& more = "") {
    const Said said = city->Say(Submit("r" + std::to_string(++reports), driver, more));
    EXPECT_EQ(said.code(), "APPLIED");
    return said.With({"Flag " + rule});
  }
  // A new report of the driver, decided by that reviewer; the flag that the decision raises.
  std::string Decided(const std::string& driver, const std::string& reviewer, bool approve,
                      const std::string& more = "") {
    const std::string report = "d" + std::to_string(++reports);
    EXPECT_EQ(city->Say(Submit(report, driver)).code(), "APPLIED");
    const Said said = city->Say(approve ? Approve(report, more, reviewer)
                                        : Review(report, "REJECT", "", reviewer));
    EXPECT_EQ(said.code(), "APPLIED");
    return said.flags();
  }
  void DecideMany(int count, const std::string& driver, const std::string& reviewer, bool approve) {
    for (int one = 0; one < count; ++one) EXPECT_EQ(Decided(driver, reviewer, approve), "");
  }
  void Fresh() {
    city = std::make_unique<Scenario>();
    reports = 0;
  }
  std::unique_ptr<Scenario> city = std::make_unique<Scenario>();
  int reports = 0;
};

// --- 5 BURST, 6 DEVICE_SHARED, 7 STAGED ----------------------------------------------------------

TEST_F(Patterns, TheTwentyFirstOfADay) {
  for (int report = 1; report <= 20; ++report) EXPECT_EQ(Raised("BURST", "A"), "");
  EXPECT_EQ(Raised("BURST", "B"), "");
  EXPECT_EQ(Raised("BURST", "A"), "Flag BURST r22");
  EXPECT_EQ(Raised("BURST", "A"), "Flag BURST r23");
  city->Close();
  for (int report = 1; report <= 20; ++report) EXPECT_EQ(Raised("BURST", "A"), "");
  EXPECT_EQ(Raised("BURST", "A"), "Flag BURST r44");
}

TEST_F(Patterns, TheLatestOfADeviceToday) {
  const std::string device = Hash32("device_hash", 1);
  EXPECT_EQ(Raised("DEVICE", "A", device), "");
  EXPECT_EQ(Raised("DEVICE", "A", device), "");
  EXPECT_EQ(Raised("DEVICE", "B", device), "Flag DEVICE_SHARED r3 r2");
  EXPECT_EQ(Raised("DEVICE", "B", device), "");  // the latest is B's own
  EXPECT_EQ(Raised("DEVICE", "A", device), "Flag DEVICE_SHARED r5 r4");
  EXPECT_EQ(Raised("DEVICE", "C", Hash32("device_hash", 2)), "");
  EXPECT_EQ(Raised("DEVICE", "C"), "");
  city->Close();
  EXPECT_EQ(Raised("DEVICE", "C", device), "");
  EXPECT_EQ(Raised("DEVICE", "A", device), "Flag DEVICE_SHARED r9 r8");
}

TEST_F(Patterns, ThreeHandledWithin100Metres) {
  for (const auto& [lat_e6, flag] :
       {std::pair{899, "Flag STAGED r3 r2"}, {900, ""}}) {  // 99,964 and 100,075 mm
    Fresh();
    EXPECT_EQ(Raised("STAGED", "A", Handled(0, 1)), "");
    EXPECT_EQ(Raised("STAGED", "A", Handled(0, 2)), "");
    EXPECT_EQ(Raised("STAGED", "A", Handled(lat_e6, 3)), flag) << lat_e6;
  }
  Fresh();
  EXPECT_EQ(Raised("STAGED", "A", Handled(0, 1)), "");
  EXPECT_EQ(Raised("STAGED", "A", At(0, 0)), "");       // only reported
  EXPECT_EQ(Raised("STAGED", "B", Handled(0, 2)), "");  // another's
  EXPECT_EQ(Raised("STAGED", "A", Handled(0, 3)), "");
  EXPECT_EQ(Raised("STAGED", "A", At(0, 0)), "");
  EXPECT_EQ(Raised("STAGED", "A", Handled(5'000, 4)), "");  // elsewhere
  EXPECT_EQ(Raised("STAGED", "A", Handled(0, 5)), "Flag STAGED r7 r4");
}

TEST_F(Patterns, StagedWithinSevenDays) {
  for (const auto& [days, flag] : {std::pair{7, "Flag STAGED r3 r2"}, {8, ""}}) {
    Fresh();
    EXPECT_EQ(Raised("STAGED", "A", Handled(0, 1)), "");
    city->Close();
    EXPECT_EQ(Raised("STAGED", "A", Handled(0, 2)), "");
    city->CloseUntil(kOpenDay + days);
    EXPECT_EQ(Raised("STAGED", "A", Handled(0, 3)), flag) << days;
  }
}

TEST_F(Patterns, TheNewestSixteenHandled) {
  for (const auto& [others, flag] : {std::pair{14, "Flag STAGED"}, {15, ""}}) {
    Fresh();
    unsigned seed = 0;
    for (int near = 0; near < 2; ++near) EXPECT_EQ(Raised("STAGED", "A", Handled(0, ++seed)), "");
    for (int other = 0; other < others; ++other) {
      EXPECT_EQ(Raised("STAGED", "A", Handled(10'000 * (other + 1), ++seed)), "");
    }
    EXPECT_EQ(Raised("STAGED", "A", Handled(0, ++seed)).substr(0, 11), flag) << others;
  }
}

// --- 8 COLLUSION -------------------------------------------------------------------------------

TEST_F(Patterns, TenApprovals) {
  DecideMany(3, "B", "v1", false);
  DecideMany(9, "A", "v1", true);
  EXPECT_EQ(Decided("A", "v1", true), "Flag COLLUSION A v1");
  EXPECT_EQ(city->Field("DRIVER", "A", "flag_open_until_day"), std::to_string(kOpenDay + 29));
  EXPECT_EQ(Decided("A", "v1", true), "");  // not again in these days
}

// ⌊1000·10/10⌋ − ⌊1000·12/15⌋ is 200; with one more approval elsewhere ⌊1000·13/16⌋ is 812.
TEST_F(Patterns, TwoHundredPermilleAboveTheReviewersRate) {
  for (const auto& [approvals, flag] : {std::pair{2, "Flag COLLUSION A v1"}, {3, ""}}) {
    Fresh();
    DecideMany(approvals, "B", "v1", true);
    DecideMany(3, "B", "v1", false);
    DecideMany(9, "A", "v1", true);
    EXPECT_EQ(Decided("A", "v1", true), flag) << approvals;
  }
}

TEST_F(Patterns, EightyPercentOfTheDriversApprovals) {
  for (const auto& [of_pair, flag] : {std::pair{8, "Flag COLLUSION A v1"}, {7, ""}}) {
    Fresh();
    DecideMany(8, "B", "v1", false);
    DecideMany(10 - of_pair, "A", "v2", true);
    DecideMany(of_pair - 1, "A", "v1", true);
    EXPECT_EQ(Decided("A", "v1", true), flag) << of_pair;
  }
}

// A duplicate is no decision of this rule; an approval counts at once, whatever a second opinion
// says.
TEST_F(Patterns, WhatIsADecision) {
  EXPECT_EQ(city->Say(Submit("original", "C")).code(), "APPLIED");
  for (int copy = 0; copy < 5; ++copy) {
    const std::string report = "copy" + std::to_string(copy);
    EXPECT_EQ(city->Say(Submit(report, "B")).code(), "APPLIED");
    EXPECT_EQ(
        city->Say(Review(report, "DUPLICATE", "category: 10 duplicate_of: 'original'")).code(),
        "APPLIED");
  }
  DecideMany(11, "A", "v1", true);  // v1's rate is 1,000 as before
  Fresh();
  DecideMany(3, "B", "v1", false);
  DecideMany(8, "A", "v1", true);
  EXPECT_EQ(Decided("A", "v1", true, "category: 30"), "");
  EXPECT_EQ(city->Say("report_co_reviewed { report_id: 'd" + std::to_string(reports) +
                      "' reviewer_id: 'v2' }")
                .text(),
            "APPLIED: ReportState d12 REJECTED");
  EXPECT_EQ(Decided("A", "v1", true), "Flag COLLUSION A v1");
}

TEST_F(Patterns, ThirtyDays) {
  for (const auto& [days, flag] : {std::pair{29, "Flag COLLUSION A v1"}, {30, ""}}) {
    Fresh();
    EXPECT_EQ(Decided("A", "v1", true), "");
    city->Close();
    DecideMany(3, "B", "v1", false);
    DecideMany(8, "A", "v1", true);
    city->CloseUntil(kOpenDay + days);
    EXPECT_EQ(Decided("A", "v1", true), flag) << days;
  }
}

TEST_F(Patterns, FlaggedAgainAfter30Days) {
  DecideMany(3, "B", "v1", false);
  DecideMany(9, "A", "v1", true);
  EXPECT_EQ(Decided("A", "v1", true), "Flag COLLUSION A v1");
  city->Close();
  DecideMany(4, "B", "v1", false);
  DecideMany(10, "A", "v1", true);
  city->CloseUntil(kOpenDay + 29);
  EXPECT_EQ(Decided("A", "v1", true), "");
  city->Close();
  EXPECT_EQ(Decided("A", "v1", true), "Flag COLLUSION A v1");
}

// --- 9 STRIKES ---------------------------------------------------------------------------------

class Strikes : public Patterns {
 protected:
  // Awards a report of A and revokes it; the flags of the revocation.
  std::string Revoked(const std::string& report, const std::string& cause = "FALSE_REPORT") {
    EXPECT_EQ(city->Say(Submit(report, "A")).code(), "APPLIED");
    EXPECT_EQ(city->Say(Approve(report)).code(), "APPLIED");
    return city->Say(Revoke(report, "cause: REVOKE_CAUSE_" + cause)).flags();
  }
  void Overturn(const std::string& report) {
    EXPECT_EQ(city->Say("appeal_filed { appeal_id: 'a" + report + "' report_id: '" + report + "' }")
                  .code(),
              "APPLIED");
    EXPECT_EQ(city->Say("appeal_decided { appeal_id: 'a" + report +
                        "' outcome: APPEAL_OUTCOME_OVERTURNED "
                        "reviewer_id: 'v3' }")
                  .code(),
              "APPLIED");
  }
  void SetUp() override {
    EXPECT_EQ(city->Say("reviewer_registered { reviewer_id: 'v3' }").code(), "APPLIED");
  }
};

TEST_F(Strikes, ThreeIn364Days) {
  for (const auto& [days, flag] : {std::pair{364, "Flag STRIKES A s3"}, {365, ""}}) {
    Fresh();
    EXPECT_EQ(Revoked("s1"), "");
    city->Close();
    EXPECT_EQ(Revoked("s2"), "");
    city->CloseUntil(kOpenDay + days);
    EXPECT_EQ(Revoked("s3"), flag) << days;
    if (days != 364) continue;
    EXPECT_EQ(city->Field("DRIVER", "A", "flag_open_until_day"),
              std::to_string(kOpenDay + 364 + 364));
  }
}

TEST_F(Strikes, TheDesksErrorsAndWhatWasOverturned) {
  EXPECT_EQ(Revoked("s1", "STAGED"), "");
  EXPECT_EQ(Revoked("s2", "COPIED"), "");
  EXPECT_EQ(Revoked("s3", "ERROR"), "");
  Overturn("s2");
  EXPECT_EQ(Revoked("s4"), "");
  EXPECT_EQ(Revoked("s5", "ERROR"), "");
  EXPECT_EQ(Revoked("s6"), "Flag STRIKES A s6");
  EXPECT_EQ(Revoked("s7"), "Flag STRIKES A s7");
}

// The newest 16 are kept: of 17 the first is forgotten, and stays so when others are overturned.
TEST_F(Strikes, SixteenAreKept) {
  for (const auto& [strikes, flag] : {std::pair{16, "Flag STRIKES A last"}, {17, ""}}) {
    Fresh();
    SetUp();
    for (int strike = 1; strike <= strikes; ++strike) Revoked("s" + std::to_string(strike));
    for (int strike = 3; strike <= strikes; ++strike) Overturn("s" + std::to_string(strike));
    EXPECT_EQ(Revoked("last"), flag) << strikes;
  }
}

}  // namespace
}  // namespace merit
