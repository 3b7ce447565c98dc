// EFFECTS.md §3: the steps of a closing, in order; a policy that changes the score, or not.
#include <gtest/gtest.h>

#include "engine/core/decay.h"
#include "engine/core/decimal.h"
#include "tests/core/good_bodies.h"

namespace merit {
namespace {

// Everything due on one day, and a policy in force on the next.
TEST(Days, TheStepsInOrder) {
  Scenario city([](v1::Policy& p) {
    p.set_expiry(v1::EXPIRY_RULE_FIXED_DAYS);
    p.set_expiry_n(2);
    p.set_review_days(2);
    p.set_need_more_days(2);
    p.mutable_hazard_deadline()->set_close_working_days(2);
    p.set_voucher_issue_days(2);
    p.set_park_days(2);
  });
  const auto say = [&](const std::string& body) {
    EXPECT_EQ(city.Say(body).code(), "APPLIED") << body;
  };
  say(Matter("m"));
  say(Submit("r1", "A"));
  say(Submit("r2", "A"));
  say(Review("r2", "NEED_MORE"));
  say(Item("i", "price_pts: 4 voucher_days: 2"));
  say(Enrol("E", "opening_pts: 9"));
  say(Enrol("D", "opening_pts: 9"));
  say(Redeem("x", "D", "i"));
  say(Redeem("y", "D", "i"));
  say("voucher_issued { redemption_id: 'y' " + Hash32("voucher_hash", 1) + "}");
  const v1::Event early = city.EventOf(Approve("none"));
  EXPECT_EQ(city.SayEvent(early).code(), "PARKED.1");
  EXPECT_EQ(city.Activate(kOpenDay + 3, [](v1::Policy& p) { p.set_release_grace_days(1); }).code(),
            "APPLIED");
  city.CloseUntil(kOpenDay + 2);
  const int64_t deadline_ms = (int64_t{kOpenDay} + 3) * kDayMs - 8 * kHourMs - 1;
  const Said said = city.Close();
  // 20516 + 1 day of grace is in the new policy.
  EXPECT_EQ(said.effects(),
            "P AVAILABLE(E) -9; P EXPIRED +9; L E 20515 -9; P AVAILABLE(D) -1; P EXPIRED +1; L D "
            "20515 -1; "
            "RedemptionState y EXPIRED; P HELD(D) -4; P AVAILABLE(D) +4; L D 20517 +4; "
            "RedemptionState x RELEASED; P HELD(D) -4; P AVAILABLE(D) +4; L D 20517 +4; "
            "ReportState r1 EXPIRED_UNREVIEWED; ReportState r2 LAPSED; "
            "MatterOverdue m " +
                std::to_string(deadline_ms) + "; PolicyInForce 2");
  EXPECT_EQ(said.woken(), early.event_id() + " ORPHAN.1");
}

// --- policies that come into force -------------------------------------------------------------

TEST(Days, AVersionWithoutAChangedScoreRowPublishesNoScores) {
  Scenario city;
  Prepare(city);
  EXPECT_EQ(city.Activate(kOpenDay + 1,
                          [](v1::Policy& p) {
                            p.set_honour_city_mpt(1);  // 88: of honours granted from then on
                            p.set_violation_v1_mpt(1);
                            p.set_cred_floor_permille(999);
                            p.mutable_categories(0)->set_base_pts(1);
                          })
                .code(),
            "APPLIED");
  const size_t before = city.scores_published;
  EXPECT_EQ(city.Close().With({"PolicyInForce"}), "PolicyInForce 2");
  EXPECT_EQ(city.scores_published, before);
  EXPECT_EQ(city.Score("A").policy_version(), 1u);
}

TEST(Days, EachScoreRowIsNewsForEveryDriver) {
  const PolicyEdit kEdits[] = {[](v1::Policy& p) { p.set_honour_cap_mpt(1); },
                               [](v1::Policy& p) { p.set_landmark_day(20'000); },
                               [](v1::Policy& p) { p.set_half_life_days(91); },
                               [](v1::Policy& p) { p.set_cap_bp(1); },
                               [](v1::Policy& p) { p.set_r50_mpt(1); },
                               [](v1::Policy& p) { p.set_assessment_stale_days(1); },
                               [](v1::Policy& p) { p.set_insufficient_min(1); }};
  for (const PolicyEdit& edit : kEdits) {
    Scenario city;
    EXPECT_EQ(city.Say("driver_erased { driver_id: 'B' }").code(), "APPLIED");
    EXPECT_EQ(city.Activate(kOpenDay + 1, edit).code(), "APPLIED");
    const size_t before = city.scores_published;
    const uint64_t closing = city.Close().outcomes[0].city_seq();
    EXPECT_EQ(city.scores_published, before + 2);  // A and C; B is erased
    for (const char* driver : {"A", "C"}) {
      EXPECT_EQ(city.Score(driver).city_seq(), closing);
      EXPECT_EQ(city.Score(driver).policy_version(), 2u);
      EXPECT_EQ(city.Score(driver).as_of_day(), kOpenDay + 1);
    }
  }
}

// There and back on one day: P(d) and P(d + 1) do not differ.
TEST(Days, AScoreRowThatIsBackAtOnce) {
  Scenario city;
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_cap_bp(1); }).code(), "APPLIED");
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_cap_bp(1'000); }).code(),
            "APPLIED");
  const size_t before = city.scores_published;
  EXPECT_EQ(city.Close().effects(), "PolicyInForce 2; PolicyInForce 3");
  EXPECT_EQ(city.scores_published, before);
}

// Every sum from what is kept: what was taken back is not in it, and can be taken back exactly
// afterwards.
TEST(Days, ANewLandmarkFoldsEverySumAgain) {
  Scenario city;
  const auto say = [&](const std::string& body) {
    EXPECT_EQ(city.Say(body).code(), "APPLIED") << body;
  };
  const std::string handle =
      "mode: MODE_HANDLE " + Hash32("photo_sha256", 1) + Hash32("after_photo_sha256", 2);
  for (const char* report : {"kept", "revoked", "rejected", "open"}) say(Submit(report, "A"));
  say(Submit("first", "B"));
  say(Submit("copy", "A"));
  say(Submit("handled", "A", handle));
  for (const char* report : {"kept", "revoked", "handled"}) say(Approve(report));
  say(Revoke("revoked"));
  say(Review("rejected", "REJECT"));
  say(Review("copy", "DUPLICATE", "category: 10 duplicate_of: 'first'"));
  say(Serve("served", "A", kOpenDay - 100, 60));
  say(Serve("taken", "A", kOpenDay - 100, 60));
  say("volunteer_service_revoked { record_id: 'taken' }");
  say(Violate("bad", "A", 1, 19'000));
  say(Violate("pardoned", "A", 4, kOpenDay));
  say("violation_rescinded { violation_id: 'pardoned' }");
  const auto value = [&](const char* report) {
    return std::stoll(city.Field("REPORT", report, "value_mpt"));
  };
  const auto expect = [&](int32_t landmark_day, uint32_t half_life_days) {
    const Decay decay(landmark_day, half_life_days);
    const auto text = [&](__int128 sum) { return "\"" + Decimal(sum) + "\""; };
    EXPECT_EQ(city.Field("DRIVER", "A", "sums"),
              "[" + text((value("kept") + value("copy")) * decay.Weight(kOpenDay)) + "," +
                  text(value("handled") * decay.Weight(kOpenDay)) + "," +
                  text(8 * 750 * decay.Weight(kOpenDay - 100)) + "," +
                  text(5'000 * decay.Weight(19'000)) + "]");
  };
  expect(19'723, 90);
  EXPECT_EQ(city.Activate(kOpenDay + 1,
                          [](v1::Policy& p) {
                            p.set_landmark_day(kOpenDay + 1);
                            p.set_half_life_days(30);
                          })
                .code(),
            "APPLIED");
  city.Close();
  expect(kOpenDay + 1, 30);
  for (const char* report : {"kept", "handled"}) say(Revoke(report));
  say("volunteer_service_revoked { record_id: 'served' }");
  say("violation_rescinded { violation_id: 'bad' }");
  const Decay decay(kOpenDay + 1, 30);
  EXPECT_EQ(city.Field("DRIVER", "A", "sums"),
            "[\"" + Decimal(value("copy") * decay.Weight(kOpenDay)) + "\",\"0\",\"0\",\"0\"]");
}

}  // namespace
}  // namespace merit
