// EFFECTS.md §2.1: policies, producers, reviewers, the clock, adjustments.
#include "engine/core/programme.h"

#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

struct Activation {
  int32_t published_day = kOpenDay;
  int32_t effective_day = kOpenDay + 30;
  bool emergency = false;
  uint32_t version = 2;
};

v1::Event EventOf(Scenario& city, const Activation& a, const PolicyEdit& edit = {}) {
  v1::Event event = city.EventOf("policy_activated { " + Hash32("doc_sha256", 1) + " }");
  v1::PolicyActivated& m = *event.mutable_policy_activated();
  m.set_published_day(a.published_day);
  m.set_effective_day(a.effective_day);
  m.set_emergency(a.emergency);
  *m.mutable_policy() = PolicyV1();
  m.mutable_policy()->set_version(a.version);
  if (edit) edit(*m.mutable_policy());
  return event;
}

TEST(PolicyActivated, NoticeAndVersion) {
  struct Case {
    Activation activation;
    const char* answer;
  };
  const Case kCases[] = {
      {{}, "APPLIED"},
      {{.effective_day = kOpenDay + 29}, "NOTICE.2"},
      {{.published_day = kOpenDay - 10, .effective_day = kOpenDay + 20}, "APPLIED"},
      {{.published_day = kOpenDay + 1}, "RANGE.1"},
      {{.published_day = -1}, "RANGE.1"},
      {{.effective_day = 84'005}, "APPLIED"},
      {{.effective_day = 84'006}, "RANGE.2"},
      {{.effective_day = kOpenDay, .emergency = true}, "NOTICE.2"},
      {{.effective_day = kOpenDay + 1, .emergency = true}, "APPLIED"},
      {{.published_day = 0, .effective_day = kOpenDay}, "NOTICE.2"},
      {{.version = 3}, "POLICY_VERSION.2"},
      {{.version = 1}, "POLICY_VERSION.2"},
      {{.effective_day = kOpenDay, .version = 9}, "NOTICE.2"},  // before POLICY_VERSION
  };
  int place = 0;
  for (const auto& [activation, answer] : kCases) {
    Scenario city;
    EXPECT_EQ(city.SayEvent(EventOf(city, activation)).code(), answer) << place++;
  }
}

// notice_days are those of the day on which it is said.
TEST(PolicyActivated, NoticeByThePolicyOfToday) {
  Scenario city;
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_notice_days(0); }).code(),
            "APPLIED");
  EXPECT_EQ(city.SayEvent(EventOf(city, {.effective_day = kOpenDay + 29, .version = 3})).code(),
            "NOTICE.2");
  city.Close();
  const Activation now = {
      .published_day = kOpenDay + 1, .effective_day = kOpenDay + 2, .version = 3};
  EXPECT_EQ(city.SayEvent(EventOf(city, now)).code(), "APPLIED");
}

TEST(PolicyActivated, ItsOtherFields) {
  Scenario city;
  const auto say = [&](const PolicyEdit& edit) {
    return city.SayEvent(EventOf(city, {}, edit)).code();
  };
  EXPECT_EQ(say([](v1::Policy& p) { p.set_dedupe_days(36); }), "RANGE.6");
  EXPECT_EQ(say([](v1::Policy& p) { p.set_landmark_day(kOpenDay + 31); }), "RANGE.6");
  v1::Event event = EventOf(city, {});
  event.mutable_policy_activated()->set_doc_sha256(std::string(31, 'd'));
  EXPECT_EQ(city.SayEvent(event).code(), "RANGE.4");
  event = EventOf(city, {});
  event.mutable_policy_activated()->set_agreement_ref(std::string(201, 'a'));
  EXPECT_EQ(city.SayEvent(event).code(), "RANGE.5");
  event = EventOf(city, {}, [](v1::Policy& p) { p.set_landmark_day(kOpenDay + 30); });
  event.mutable_policy_activated()->set_agreement_ref(std::string(200, 'a'));
  EXPECT_EQ(city.SayEvent(event).code(), "APPLIED");
}

TEST(PolicyActivated, AThousandVersions) {
  Scenario city;
  for (uint32_t version = 2; version <= 1'000; ++version) {
    ASSERT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy&) {}).code(), "APPLIED") << version;
  }
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy&) {}).code(), "RANGE.6");
  // With the field checks: before NOTICE.
  EXPECT_EQ(city.SayEvent(EventOf(city, {.effective_day = kOpenDay})).code(), "RANGE.6");
  EXPECT_EQ(city.Close().outcomes[0].effects_size(), 999);
}

// --- producers, reviewers ----------------------------------------------------------------------

TEST(Producers, TheFirstAdministratorStays) {
  Scenario city;
  const std::string first = "producer_registered { registered_producer_id: 'adm' ";
  EXPECT_EQ(city.Say("producer_revoked { registered_producer_id: 'adm' }").code(), "RANGE.1");
  EXPECT_EQ(city.Say(first + "roles: ROLE_APP }").code(), "RANGE.2");
  EXPECT_EQ(city.Say(first + "roles: ROLE_APP roles: ROLE_ADMIN }").code(), "APPLIED");
  EXPECT_EQ(
      city.Say("producer_registered { registered_producer_id: 'other' roles: ROLE_ADMIN }").code(),
      "APPLIED");
  EXPECT_EQ(city.Say("producer_revoked { registered_producer_id: 'other' }").code(), "APPLIED");
}

TEST(Producers, RevokedOnceAndNeverUnknown) {
  Scenario city;
  EXPECT_EQ(city.Say("producer_revoked { registered_producer_id: 'stranger' }").code(), "RANGE.1");
  EXPECT_EQ(city.Say("producer_revoked { registered_producer_id: 'plat' }").code(), "APPLIED");
  EXPECT_EQ(city.Say("producer_revoked { registered_producer_id: 'plat' }").code(), "BAD_STATE.2");
  EXPECT_EQ(city.Say("producer_registered { registered_producer_id: 'plat' roles: ROLE_PLATFORM }")
                .code(),
            "APPLIED");
  EXPECT_EQ(city.Say("producer_revoked { registered_producer_id: 'plat' }").code(), "APPLIED");
}

TEST(Reviewers, RevokedAndRegisteredAgain) {
  Scenario city;
  EXPECT_EQ(city.Say("reviewer_revoked { reviewer_id: 'stranger' }").code(), "UNKNOWN_REVIEWER.1");
  EXPECT_EQ(city.Say("reviewer_revoked { reviewer_id: 'v1' }").code(), "APPLIED");
  EXPECT_EQ(city.Say("reviewer_revoked { reviewer_id: 'v1' }").code(), "UNKNOWN_REVIEWER.1");
  EXPECT_EQ(city.Say(Submit("r", "A")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Approve("r")).code(), "UNKNOWN_REVIEWER.2");
  EXPECT_EQ(
      city.Say("reviewer_registered { reviewer_id: 'v1' jurisdiction_prefix: '511503' }").code(),
      "APPLIED");
  EXPECT_EQ(city.Say(Approve("r")).code(), "JURISDICTION.2");
  EXPECT_EQ(
      city.Say("reviewer_registered { reviewer_id: 'v1' jurisdiction_prefix: '511502' }").code(),
      "APPLIED");
  EXPECT_EQ(city.Say(Approve("r")).code(), "APPLIED");
}

// --- adjustments -------------------------------------------------------------------------------

std::string Adjust(const std::string& id, int delta, const std::string& more = "") {
  return "points_adjusted { adjustment_id: '" + id +
         "' driver_id: 'A' reason: 'r' signer_a: 'a' signer_b: 'b' " + Number("delta_pts", delta) +
         more + "}";
}

TEST(PointsAdjusted, AtTheLimit) {
  Scenario city;
  EXPECT_EQ(city.Say(Adjust("a1", 500)).text(),
            "APPLIED: Award{ADJUSTMENT, a1, driver A, policy 1, day 20513, computed 500, awarded "
            "500}; P ISSUED -500; "
            "P AVAILABLE(A) +500; L A 21183 +500");
  EXPECT_EQ(city.Say(Adjust("a2", 501)).code(), "ADJUSTMENT_LIMIT.0");
  EXPECT_EQ(city.Say(Adjust("a3", -501)).code(), "ADJUSTMENT_LIMIT.0");
  EXPECT_EQ(city.Say(Adjust("a3", INT32_MIN)).code(), "ADJUSTMENT_LIMIT.0");
  EXPECT_EQ(city.Say(Adjust("a4", -500)).text(),
            "APPLIED: P CLAWED +500; P AVAILABLE(A) -500; L A 21183 -500");
  EXPECT_EQ(city.Say(Adjust("a5", -5)).text(), "APPLIED: P CLAWED +5; P ARREARS(A) -5");
  // Refused, and the id is free; taken only by what was applied.
  EXPECT_EQ(city.Say(Adjust("a2", 7)).text(),
            "APPLIED: Award{ADJUSTMENT, a2, driver A, policy 1, day 20513, computed 7, awarded 7, "
            "repaid 5}; "
            "P ISSUED -7; P ARREARS(A) +5; P AVAILABLE(A) +2; L A 21183 +2");
}

TEST(PointsAdjusted, Precedence) {
  Scenario city;
  EXPECT_EQ(city.Say(Adjust("a1", 1)).code(), "APPLIED");
  EXPECT_EQ(city.Say(Adjust("a1", 501, "driver_id: 'X' signer_b: 'a'")).code(), "UNKNOWN_DRIVER.2");
  EXPECT_EQ(city.Say(Adjust("a1", 501, "signer_b: 'a'")).code(), "ID_TAKEN.1");
  EXPECT_EQ(city.Say(Adjust("a2", 501, "signer_b: 'a'")).code(), "SAME_REVIEWER.6");
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_adjustment_max_pts(0); }).code(),
            "APPLIED");
  city.Close();
  EXPECT_EQ(city.Say(Adjust("a3", 1)).code(), "ADJUSTMENT_LIMIT.0");
}

// --- the clock ---------------------------------------------------------------------------------

TEST(DayClosed, OnlyTheOpenDay) {
  Scenario city;
  EXPECT_EQ(city.Say(Day(kOpenDay + 1)).code(), "CLOCK_GAP.0");
  EXPECT_EQ(city.Say(Day(84'004)).code(), "CLOCK_GAP.0");
  EXPECT_EQ(city.Say(Day(84'005)).code(), "RANGE.1");
  EXPECT_EQ(city.Say(Day(kOpenDay - 1)).code(), "DUPLICATE.1");
  EXPECT_EQ(city.Say(Day(0)).code(), "DUPLICATE.1");
  EXPECT_EQ(city.Say(Day(kOpenDay)).code(), "APPLIED");
  EXPECT_EQ(city.Say(Day(kOpenDay)).code(), "DUPLICATE.1");
}

// The clock was silent for 100 days: it says the end of the day as the time, and goes on day by
// day.
TEST(DayClosed, CatchingUp) {
  Scenario city;
  city.now_ms += 100 * kDayMs;
  v1::Event event = city.EventOf(Day(kOpenDay));
  event.set_occurred_at_ms(city.now_ms);
  EXPECT_EQ(city.SayEvent(event).code(), "STALE.0");
  for (int32_t day = kOpenDay; day < kOpenDay + 100; ++day) {
    event = city.EventOf(Day(day));
    event.set_occurred_at_ms((int64_t{day} + 1) * kDayMs - 8 * kHourMs - 1);
    const Said said = city.SayEvent(event);
    ASSERT_EQ(said.code(), "APPLIED");
    EXPECT_EQ(said.outcomes[0].record_time_ms(), city.now_ms);
  }
  EXPECT_EQ(city.open_day(), kOpenDay + 100);
}

TEST(DayClosed, TheLastDayOfAll) {
  Scenario city({}, 84'004);
  EXPECT_EQ(city.Say(Day(84'004)).code(), "APPLIED");
  EXPECT_EQ(city.Say(Day(84'005)).code(), "RANGE.1");
  EXPECT_EQ(city.Say(Enrol("D", "opening_pts: 5")).With({"L"}),
            "L D 84370 +5");  // expires after the last day
}

}  // namespace
}  // namespace merit
