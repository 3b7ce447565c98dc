// EFFECTS.md §2.2: what makes a Score anew, and what is left of an erased driver.
#include <gtest/gtest.h>

#include "tests/core/good_bodies.h"

namespace merit {
namespace {

TEST(Drivers, OptingOutTwice) {
  Scenario city;
  const size_t before = city.scores_published;
  EXPECT_EQ(city.Say("driver_opted_in { driver_id: 'A' }").text(), "APPLIED");  // so already
  EXPECT_EQ(city.scores_published, before);
  EXPECT_EQ(city.Say("driver_opted_out { driver_id: 'A' }").text(), "APPLIED");
  EXPECT_EQ(city.scores_published, before + 1);
  const uint64_t version = city.Score("A").city_seq();
  EXPECT_EQ(city.Score("A").gates(), v1::GATE_BIT_OPTED_OUT);
  EXPECT_EQ(city.Say("driver_opted_out { driver_id: 'A' }").text(), "APPLIED");
  EXPECT_EQ(city.scores_published, before + 1);
  EXPECT_EQ(city.Score("A").city_seq(), version);
  EXPECT_EQ(city.Say("driver_opted_in { driver_id: 'A' }").text(), "APPLIED");
  EXPECT_EQ(city.Score("A").gates(), 0u);
}

TEST(Drivers, OnlyAPermitIsNews) {
  Scenario city;
  const size_t before = city.scores_published;
  const std::string update = "driver_updated { driver_id: 'A' person_permit: true ";
  EXPECT_EQ(city.Say(update + "vehicle_permit: true grid_id: 'g' platform_ids: 'p' }").code(),
            "APPLIED");
  EXPECT_EQ(city.scores_published, before);
  EXPECT_EQ(city.Say(update + "}").code(), "APPLIED");
  EXPECT_EQ(city.scores_published, before + 1);
  EXPECT_EQ(city.Score("A").gates(), v1::GATE_BIT_UNQUALIFIED);
}

// --- erased ------------------------------------------------------------------------------------

TEST(Erased, EveryEventThatNamesThem) {
  const std::string copy = "category: 10 duplicate_of: ";
  const std::pair<std::string, const char*> kAnswers[] = {
      {Enrol("A"), "ID_TAKEN.1"},
      {"driver_updated { driver_id: 'A' }", "UNKNOWN_DRIVER.1"},
      {"driver_opted_out { driver_id: 'A' }", "UNKNOWN_DRIVER.1"},
      {"driver_opted_in { driver_id: 'A' }", "UNKNOWN_DRIVER.1"},
      {"driver_erased { driver_id: 'A' }", "UNKNOWN_DRIVER.1"},
      {"points_adjusted { adjustment_id: 'n' driver_id: 'A' delta_pts: 5 reason: 'r' signer_a: 'a' "
       "signer_b: 'b' }",
       "UNKNOWN_DRIVER.2"},
      {Submit("n", "A"), "UNKNOWN_DRIVER.2"},
      {"report_withdrawn { report_id: 'submitted' }", "UNKNOWN_DRIVER.1"},
      {Approve("submitted"), "UNKNOWN_DRIVER.1"},
      {Approve("awarded"), "UNKNOWN_DRIVER.1"},  // before BAD_STATE
      {Review("of B", "DUPLICATE", copy + "'awarded'"), "RANGE.1"},
      {Review("ofB", "DUPLICATE", copy + "'awarded'"), "UNKNOWN_DRIVER.7"},
      {Review("submitted", "DUPLICATE", copy + "'ofB'"), "UNKNOWN_DRIVER.1"},
      {Review("submitted", "DUPLICATE", copy + "'awarded'"), "UNKNOWN_DRIVER.1"},
      {"report_co_reviewed { report_id: 'second' reviewer_id: 'v2' agree: true }",
       "UNKNOWN_DRIVER.1"},
      {Revoke("awarded"), "UNKNOWN_DRIVER.1"},
      {"appeal_filed { appeal_id: 'n' report_id: 'rejected' }", "UNKNOWN_DRIVER.2"},
      {"appeal_filed { appeal_id: 'n' violation_id: 'violation' }", "UNKNOWN_DRIVER.3"},
      {"appeal_filed { appeal_id: 'appeal' report_id: 'rejected' }",
       "ID_TAKEN.1"},  // precedes the erased driver
      {"appeal_decided { appeal_id: 'appeal' outcome: APPEAL_OUTCOME_UPHELD reviewer_id: 'v2' }",
       "UNKNOWN_DRIVER.1"},
      {Matter("n", "complainant_driver_id: 'A' report_id: 'awarded'"), "APPLIED"},  // notes
      {Serve("n", "A", kOpenDay, 60), "UNKNOWN_DRIVER.2"},
      {"volunteer_service_revoked { record_id: 'record' }", "UNKNOWN_DRIVER.1"},
      {Honour("n", "A", kOpenDay, kOpenDay), "UNKNOWN_DRIVER.2"},
      {"honour_revoked { honour_id: 'honour' }", "UNKNOWN_DRIVER.1"},
      {Assess("A", "SAFETY", kOpenDay, 900), "UNKNOWN_DRIVER.1"},
      {Violate("n", "A", 1, kOpenDay), "UNKNOWN_DRIVER.2"},
      {"violation_rescinded { violation_id: 'violation' }", "UNKNOWN_DRIVER.1"},
      {Suspend("n", "A", "SCORE", kOpenDay, kOpenDay), "UNKNOWN_DRIVER.2"},
      {"suspension_lifted { suspension_id: 'ofA' }", "UNKNOWN_DRIVER.1"},
      {Redeem("n", "A", "item"), "APPLIED"},
      {"reviewer_registered { reviewer_id: 'v3' linked_driver_id: 'A' }", "APPLIED"},
  };
  Scenario city;
  Prepare(city);
  EXPECT_EQ(city.Say(Submit("ofB", "B")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Suspend("ofA", "A", "REDEEM", 0, 0)).code(), "APPLIED");
  EXPECT_EQ(city.Say("driver_erased { driver_id: 'A' }").code(), "APPLIED");
  for (const auto& [body, answer] : kAnswers) EXPECT_EQ(city.Say(body).code(), answer) << body;
  EXPECT_EQ(city.Say(Redeem("n2", "A", "item")).text(),
            "APPLIED: RedemptionDecided{n2, A, item, UNKNOWN_DRIVER, 0}");
}

TEST(Erased, WhatIsLeft) {
  Scenario city;
  Prepare(city);
  const std::string available =
      city.Field("DRIVER", "A", "available");  // 10 of a report, 8 of service
  EXPECT_EQ(available, "18");
  const size_t tombstones = city.tombstones;
  EXPECT_EQ(city.Say("driver_erased { driver_id: 'A' }").text(),
            "APPLIED: P AVAILABLE(A) -18; P FORFEITED +18; L A 21183 -18");
  EXPECT_EQ(city.tombstones, tombstones + 1);
  const v1::Score score = city.Score("A");
  EXPECT_EQ(score.gates(), v1::GATE_BIT_REMOVED);
  EXPECT_EQ(score.contrib_count(), 0u);
  EXPECT_EQ(score.honours_size(), 0);
  EXPECT_EQ(score.merit().lo(), 0u);
  for (const v1::Score::Explain& line : score.explain()) {
    EXPECT_EQ(line.mpt(), 0);
    EXPECT_EQ(line.count(), 0u);
  }
  for (const char* key :
       {"a", "n", "contrib_count", "used_day", "used_month", "flag_open_until_day", "available"}) {
    EXPECT_EQ(city.Field("DRIVER", "A", key), "0") << key;
  }
  EXPECT_EQ(city.Field("DRIVER", "A", "state"), "2");
  EXPECT_EQ(city.Field("HONOUR", "honour", "state"), "no such line");
  EXPECT_EQ(city.Field("VIOLATION", "violation", "state"), "no such line");
  EXPECT_EQ(city.Field("PROGRAMME", "511500", "drivers"), "3");
  // Undecided reports run out; the appealed one stays.
  city.CloseUntil(kOpenDay + 30);
  EXPECT_EQ(city.Close().effects(),
            "ReportState submitted EXPIRED_UNREVIEWED; ReportState second EXPIRED_UNREVIEWED");
}

TEST(Erased, ArrearsStay) {
  Scenario city;
  EXPECT_EQ(city.Say("points_adjusted { adjustment_id: 'a' driver_id: 'A' delta_pts: -7 reason: "
                     "'r' signer_a: 'a' "
                     "signer_b: 'b' }")
                .code(),
            "APPLIED");
  EXPECT_EQ(city.Say("driver_erased { driver_id: 'A' }").text(), "APPLIED");
  EXPECT_EQ(city.Balance("A"), "0 0 -7");
}

// Held points run to their end; what comes back is forfeited.
TEST(Erased, RedemptionsRunToTheirEnd) {
  Scenario city;
  Prepare(city);
  EXPECT_EQ(city.Balance("rich"), "910 60 0");
  EXPECT_EQ(city.Say("driver_erased { driver_id: 'rich' }").text(),
            "APPLIED: P AVAILABLE(rich) -910; P FORFEITED +910; L rich 21183 -910");
  EXPECT_EQ(city.Balance("rich"), "0 60 0");
  EXPECT_EQ(city.Say("redemption_cancelled { redemption_id: 'reserved' }").text(),
            "APPLIED: RedemptionState reserved RELEASED; P HELD(rich) -30; P FORFEITED +30");
  EXPECT_EQ(city.Say("voucher_returned { redemption_id: 'verified' }").text(),
            "APPLIED: RedemptionState verified RETURNED; P PARTNER(st1) -30; P FORFEITED +30");
  EXPECT_EQ(city.Say("voucher_verified { redemption_id: 'issued' partner_id: 'st1' " +
                         Hash32("voucher_hash", 7) + "}",
                     "st1")
                .text(),
            "APPLIED: RedemptionState issued VERIFIED; P HELD(rich) -30; P PARTNER(st1) +30");
  EXPECT_EQ(city.Balance("rich"), "0 0 0");
  EXPECT_EQ(city.Field("ITEM", "item", "stock"), "99");
}

// A new landmark folds nothing for them, nor does a changed score row publish anything.
TEST(Erased, AndANewLandmark) {
  Scenario city;
  Prepare(city);
  EXPECT_EQ(city.Say("driver_erased { driver_id: 'A' }").code(), "APPLIED");
  const std::string sums = city.Field("DRIVER", "A", "sums");
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_landmark_day(20'000); }).code(),
            "APPLIED");
  const size_t before = city.scores_published;
  city.Close();
  EXPECT_EQ(city.scores_published, before + 3);  // B, C and rich
  EXPECT_EQ(city.Field("DRIVER", "A", "sums"), sums);
}

}  // namespace
}  // namespace merit
