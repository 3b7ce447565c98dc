// EFFECTS.md §1.5: events that came before what they speak of.
#include "engine/core/waiting.h"

#include <gtest/gtest.h>

#include "tests/core/scenario.h"
#include "tests/core/wire_bytes.h"

namespace merit {
namespace {

TEST(Waiting, AtMost4096Bytes) {
  Scenario city;
  EXPECT_EQ(city.SayBytes(PaddedTo(city.EventOf(Approve("r")).SerializeAsString(), 4'096)).code(),
            "PARKED.1");
  EXPECT_EQ(city.SayBytes(PaddedTo(city.EventOf(Approve("r")).SerializeAsString(), 4'097)).code(),
            "ORPHAN.1");
}

TEST(Waiting, AtMostParkedMax) {
  Scenario city([](v1::Policy& p) { p.set_parked_max(2); });
  EXPECT_EQ(city.Say(Approve("r1")).code(), "PARKED.1");
  EXPECT_EQ(city.Say(Approve("r2")).code(), "PARKED.1");
  EXPECT_EQ(city.Say(Approve("r3")).code(), "ORPHAN.1");
  EXPECT_EQ(city.Field("PROGRAMME", "511500", "parked"), "2");
  EXPECT_EQ(city.Say(Submit("r1", "A")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Approve("r3")).code(), "PARKED.1");  // there is room again
}

TEST(Waiting, NoneWhereParkedMaxIsNull) {
  Scenario city([](v1::Policy& p) { p.set_parked_max(0); });
  EXPECT_EQ(city.Say(Approve("r1")).code(), "ORPHAN.1");
}

// One that waits again does so whatever parked_max says by then.
TEST(Waiting, AgainWhateverTheLimit) {
  Scenario city([](v1::Policy& p) { p.set_parked_max(2); });
  EXPECT_EQ(city.Say("matter_merged { matter_id: 'm1' into_matter_id: 'm2' }").code(), "PARKED.1");
  EXPECT_EQ(city.Say(Approve("r1")).code(), "PARKED.1");
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_parked_max(0); }).code(),
            "APPLIED");
  city.Close();
  const Said opened = city.Say(Matter("m1"));
  EXPECT_EQ(opened.outcomes.at(1).code(), v1::CODE_PARKED);
  EXPECT_EQ(opened.outcomes.at(1).detail_code(), 2u);
  EXPECT_EQ(city.Field("PROGRAMME", "511500", "parked"), "2");
}

// Each type of thing under whose id an event can wait: the event that waits, and the one that
// creates the thing.
TEST(Waiting, WhatCreatesAnId) {
  const std::string hash = Hash32("voucher_hash", 1);
  const std::tuple<std::string, std::string, const char*> kPairs[] = {
      {"report_withdrawn { report_id: 'x' }", Submit("x", "A"), "APPLIED"},
      {"report_co_reviewed { report_id: 'x' reviewer_id: 'v1' }", Submit("x", "A"), "BAD_STATE.1"},
      {Revoke("x"), Submit("x", "A"), "BAD_STATE.1"},
      {"appeal_filed { appeal_id: 'a' report_id: 'x' }", Submit("x", "A"), "BAD_STATE.1"},
      {"appeal_filed { appeal_id: 'a' violation_id: 'x' }", Violate("x", "A", 1, 0), "APPLIED"},
      {"matter_voided { matter_id: 'x' }", Matter("x"), "APPLIED"},
      {"matter_merged { matter_id: 'x' into_matter_id: 'y' }", Matter("x"), "PARKED.2"},
      {"volunteer_service_revoked { record_id: 'x' }", Serve("x", "A", kOpenDay, 60), "APPLIED"},
      {"honour_revoked { honour_id: 'x' }", Honour("x", "A", 0, 0), "APPLIED"},
      {"violation_rescinded { violation_id: 'x' }", Violate("x", "A", 1, 0), "APPLIED"},
      {"suspension_lifted { suspension_id: 'x' }", Suspend("x", "A", "SCORE", 0, 0), "APPLIED"},
      {"redemption_cancelled { redemption_id: 'x' }", Redeem("x", "A", "none"),
       "BAD_STATE.1"},  // declined, too
      {"voucher_issued { redemption_id: 'x' " + hash + "}", Redeem("x", "nobody", "none"),
       "BAD_STATE.1"},
      {"voucher_voided { redemption_id: 'x' }", Redeem("x", "A", "none"), "BAD_STATE.1"},
      {"voucher_returned { redemption_id: 'x' }", Redeem("x", "A", "none"), "BAD_STATE.1"},
  };
  for (const auto& [early, creating, answer] : kPairs) {
    Scenario city;
    const v1::Event event = city.EventOf(early);
    EXPECT_TRUE(city.SayEvent(event).code().starts_with("PARKED.")) << early;
    const Said said = city.Say(creating);
    EXPECT_EQ(said.code(), "APPLIED");
    EXPECT_EQ(said.woken(), event.event_id() + " " + answer) << early;
  }
}

// A violation and a report of one id are two things.
TEST(Waiting, UnderTheTypeToo) {
  Scenario city;
  EXPECT_EQ(city.Say("violation_rescinded { violation_id: 'x' }").code(), "PARKED.1");
  EXPECT_EQ(city.Say(Submit("x", "A")).woken(), "");
  EXPECT_EQ(city.Say(Honour("x", "A", 0, 0)).woken(), "");
  EXPECT_EQ(city.Say(Violate("x", "A", 1, 0)).outcomes.size(), 2u);
}

TEST(Waiting, AWokenEventIsAnOutcomeOfItsOwn) {
  Scenario city;
  const v1::Event review = city.EventOf(Approve("r"));
  const uint64_t first_seq = city.SayEvent(review).outcomes[0].city_seq();
  city.Close();
  const uint64_t leaves = city.city().log_tree.size();
  city.now_ms += 5;
  const Said said = city.Say(Submit("r", "A"));
  ASSERT_EQ(said.outcomes.size(), 2u);
  const v1::Outcome& woken = said.outcomes[1];
  EXPECT_EQ(woken.event_id(), review.event_id());
  EXPECT_EQ(woken.city_seq(), first_seq + 3);
  EXPECT_EQ(woken.record_time_ms(), city.now_ms);
  EXPECT_EQ(woken.open_day(), kOpenDay + 1);
  EXPECT_EQ(city.city().log_tree.size(), leaves + 1);  // no leaf of its own
}

// All is checked again from UNAUTHORISED on, with the state of then.
TEST(Waiting, CheckedAgain) {
  Scenario city;
  const v1::Event by_revoked = city.EventOf(Approve("r"));
  EXPECT_EQ(city.SayEvent(by_revoked).code(), "PARKED.1");
  EXPECT_EQ(city.Say("producer_revoked { registered_producer_id: 'rev' }").code(), "APPLIED");
  EXPECT_EQ(city.Say(Submit("r", "A")).woken(), by_revoked.event_id() + " UNAUTHORISED.2");
  // It was absorbed as PARKED and stays so.
  EXPECT_EQ(city.SayEvent(by_revoked).code(), "DUPLICATE.15");
  EXPECT_EQ(
      city.Say("producer_registered { registered_producer_id: 'rev' roles: ROLE_APP }").code(),
      "APPLIED");
  EXPECT_EQ(
      city.Say("producer_registered { registered_producer_id: 'rev' roles: ROLE_REVIEW }").code(),
      "APPLIED");
  const v1::Event by_reviewer = city.EventOf(Approve("s", "", "v2"));
  EXPECT_EQ(city.SayEvent(by_reviewer).code(), "PARKED.1");
  EXPECT_EQ(city.Say("reviewer_revoked { reviewer_id: 'v2' }").code(), "APPLIED");
  EXPECT_EQ(city.Say(Submit("s", "A")).woken(), by_reviewer.event_id() + " UNKNOWN_REVIEWER.2");
}

// In order of the first outcome, also after one waited under another id before.
TEST(Waiting, OrderAfterWaitingAgain) {
  Scenario city;
  const v1::Event merge = city.EventOf("matter_merged { matter_id: 'm1' into_matter_id: 'm2' }");
  const v1::Event assign =
      city.EventOf("matter_assigned { matter_id: 'm2' unit_id: 'u' level: MATTER_LEVEL_CITY }");
  EXPECT_EQ(city.SayEvent(merge).code(), "PARKED.1");
  EXPECT_EQ(city.SayEvent(assign).code(), "PARKED.1");
  EXPECT_EQ(city.Say(Matter("m1")).woken(), merge.event_id() + " PARKED.2");
  // merge came under m2 last, but was there first.
  EXPECT_EQ(city.Say(Matter("m2")).woken(),
            merge.event_id() + " APPLIED, " + assign.event_id() + " APPLIED");
}

// A woken event that creates an id puts those that wait under it at the end of the queue.
TEST(Waiting, Chains) {
  Scenario city;
  const v1::Event decide = city.EventOf(
      "appeal_decided { appeal_id: 'a' outcome: APPEAL_OUTCOME_UPHELD reviewer_id: 'v2' }");
  const v1::Event file = city.EventOf("appeal_filed { appeal_id: 'a' report_id: 'r' }");
  const v1::Event reject = city.EventOf(Review("r", "REJECT"));
  const v1::Event revoke = city.EventOf(Revoke("r"));
  EXPECT_EQ(city.SayEvent(decide).code(), "PARKED.1");
  EXPECT_EQ(city.SayEvent(reject).code(), "PARKED.1");
  EXPECT_EQ(city.SayEvent(file).code(), "PARKED.2");
  EXPECT_EQ(city.SayEvent(revoke).code(), "PARKED.1");
  const Said said = city.Say(Submit("r", "A"));
  EXPECT_EQ(said.woken(), reject.event_id() + " APPLIED, " + file.event_id() + " APPLIED, " +
                              revoke.event_id() + " BAD_STATE.9, " + decide.event_id() +
                              " APPLIED");
  EXPECT_EQ(city.Field("REPORT", "r", "state"), std::to_string(v1::REPORT_STATE_REJECTED));
  EXPECT_EQ(city.Field("PROGRAMME", "511500", "parked"), "0");
}

// Field by field in order: the first that is missing counts.
TEST(Waiting, TheFirstMissingReferenceCounts) {
  Scenario city;
  const std::string body = Review("copy", "DUPLICATE", "category: 10 duplicate_of: 'first'");
  EXPECT_EQ(city.Say(body).code(), "PARKED.1");
  const v1::Event again = city.EventOf(body);
  EXPECT_EQ(city.Say(Submit("copy", "B")).woken().substr(3), " PARKED.7");
  EXPECT_EQ(city.SayEvent(again).code(), "PARKED.7");
  EXPECT_EQ(city.Say(Submit("first", "A")).outcomes.size(), 3u);
}

// --- running out -------------------------------------------------------------------------------

TEST(Waiting, OrphansAfterParkDays) {
  Scenario city;
  const v1::Event review = city.EventOf(Approve("r"));
  EXPECT_EQ(city.SayEvent(review).code(), "PARKED.1");
  city.CloseUntil(kOpenDay + 6);
  const v1::Event late = city.EventOf(Approve("s"));
  EXPECT_EQ(city.SayEvent(late).code(), "PARKED.1");
  EXPECT_EQ(city.Close().woken(), "");
  const Said closing = city.Close();  // of the day parked + 7
  EXPECT_EQ(closing.woken(), review.event_id() + " ORPHAN.1");
  EXPECT_EQ(closing.outcomes[1].open_day(), kOpenDay + 8);
  EXPECT_EQ(closing.outcomes[0].open_day(), kOpenDay + 7);
  EXPECT_EQ(city.SayEvent(review).code(), "DUPLICATE.15");
  EXPECT_EQ(city.Say(Submit("r", "A")).woken(), "");
  EXPECT_EQ(city.Say(Submit("s", "A")).outcomes.size(), 2u);
}

// The first day and the first place stay; the field is that under which it waits now.
TEST(Waiting, OrphanOfAnEventThatWaitedAgain) {
  Scenario city;
  const v1::Event merge = city.EventOf("matter_merged { matter_id: 'm1' into_matter_id: 'm2' }");
  const v1::Event other = city.EventOf("matter_voided { matter_id: 'm3' }");
  EXPECT_EQ(city.SayEvent(merge).code(), "PARKED.1");
  EXPECT_EQ(city.SayEvent(other).code(), "PARKED.1");
  city.CloseUntil(kOpenDay + 5);
  EXPECT_EQ(city.Say(Matter("m1")).woken(), merge.event_id() + " PARKED.2");
  city.CloseUntil(kOpenDay + 7);
  EXPECT_EQ(city.Close().woken(),
            merge.event_id() + " ORPHAN.2, " + other.event_id() + " ORPHAN.1");
}

// park_days of the day on which it was parked first.
TEST(Waiting, ALaterPolicyMovesNoDueDay) {
  Scenario city;
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_park_days(1); }).code(),
            "APPLIED");
  const v1::Event early = city.EventOf(Approve("r"));
  EXPECT_EQ(city.SayEvent(early).code(), "PARKED.1");
  city.Close();
  const v1::Event late = city.EventOf(Approve("s"));
  EXPECT_EQ(city.SayEvent(late).code(), "PARKED.1");
  city.Close();
  EXPECT_EQ(city.Close().woken(), late.event_id() + " ORPHAN.1");
  city.CloseUntil(kOpenDay + 7);
  EXPECT_EQ(city.Close().woken(), early.event_id() + " ORPHAN.1");
}

}  // namespace
}  // namespace merit
