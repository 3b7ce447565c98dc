#include "tests/core/good_bodies.h"

namespace merit {

std::string With(const std::string& body, const std::string& more) {
  return body.substr(0, body.rfind('}')) + " " + more + "}";
}

void Prepare(Scenario& city) {
  const auto say = [&](const std::string& body, const char* producer = "") {
    ASSERT_EQ(city.Say(body, producer).code(), "APPLIED") << body;
  };
  for (const char* report : {"submitted", "awarded", "rejected", "second", "appealed"})
    say(Submit(report, "A"));
  say(Approve("awarded"));
  say(Review("rejected", "REJECT"));
  say(Approve("second", "category: 30"));
  say(Review("appealed", "REJECT"));
  say("appeal_filed { appeal_id: 'appeal' report_id: 'appealed' }");
  for (const char* matter : {"open", "other", "assigned", "resolved", "closed"})
    say(Matter(matter));
  for (const char* matter : {"assigned", "resolved", "closed"}) {
    say("matter_assigned { matter_id: '" + std::string(matter) +
        "' unit_id: 'unit' level: MATTER_LEVEL_COUNTY }");
  }
  for (const char* matter : {"resolved", "closed"}) {
    say("matter_resolved { matter_id: '" + std::string(matter) +
        "' result: MATTER_RESULT_SOLVED }");
  }
  say("matter_verified { matter_id: 'closed' ok: true }");
  say(Serve("record", "A", kOpenDay, 60));
  say(Honour("honour", "A", kOpenDay, kOpenDay));
  say(Violate("violation", "A", 1, kOpenDay));
  say(Suspend("suspension", "C", "SCORE", kOpenDay, kOpenDay));
  say(Enrol("rich", "opening_pts: 1000"));
  say(Item("item", "return_days: 5"));
  for (const char* redemption : {"reserved", "issued", "verified"})
    say(Redeem(redemption, "rich", "item"));
  for (const char* redemption : {"issued", "verified"}) {
    say("voucher_issued { redemption_id: '" + std::string(redemption) + "' " +
        Hash32("voucher_hash", 7) + "}");
  }
  say("voucher_verified { redemption_id: 'verified' partner_id: 'st1' " +
          Hash32("voucher_hash", 7) + "}",
      "st1");
}

std::vector<GoodBody> GoodBodies() {
  return {
      {"calendar_published { year: 2026 " + Text("workdays", 46) + "}"},
      {"producer_registered { registered_producer_id: 'new' roles: ROLE_APP }"},
      {"producer_revoked { registered_producer_id: 'st2' }"},
      {"reviewer_registered { reviewer_id: 'new' }"},
      {"reviewer_revoked { reviewer_id: 'v2' }"},
      {Day(kOpenDay)},
      {"points_adjusted { adjustment_id: 'new' driver_id: 'A' delta_pts: 5 reason: 'r' signer_a: "
       "'a' signer_b: 'b' }"},
      {Enrol("new")},
      {"driver_updated { driver_id: 'A' person_permit: true vehicle_permit: true }"},
      {"driver_opted_out { driver_id: 'A' }"},
      {"driver_opted_in { driver_id: 'A' }"},
      {"driver_erased { driver_id: 'A' }"},
      {Submit("new", "A")},
      {"report_withdrawn { report_id: 'submitted' }"},
      {Approve("submitted")},
      {"report_co_reviewed { report_id: 'second' reviewer_id: 'v2' agree: true }"},
      {Revoke("awarded")},
      {"appeal_filed { appeal_id: 'new' report_id: 'rejected' }"},
      {"appeal_decided { appeal_id: 'appeal' outcome: APPEAL_OUTCOME_OVERTURNED reviewer_id: 'v2' "
       "category: 10 "
       "severity: SEVERITY_NORMAL evidence: EVIDENCE_COMPLETE }"},
      {Matter("new")},
      {"matter_assigned { matter_id: 'open' unit_id: 'unit' level: MATTER_LEVEL_CITY }"},
      {"matter_returned { matter_id: 'assigned' }"},
      {"matter_escalated { matter_id: 'open' to_level: MATTER_LEVEL_CITY }"},
      {"matter_resolved { matter_id: 'assigned' result: MATTER_RESULT_SOLVED }"},
      {"matter_verified { matter_id: 'resolved' ok: true }"},
      {"matter_followed_up { matter_id: 'closed' reached: true }"},
      {"matter_reopened { matter_id: 'closed' }"},
      {"matter_voided { matter_id: 'open' }"},
      {"matter_merged { matter_id: 'open' into_matter_id: 'other' }"},
      {Serve("new", "A", kOpenDay, 60)},
      {"volunteer_service_revoked { record_id: 'record' }"},
      {Honour("new", "A", kOpenDay, kOpenDay)},
      {"honour_revoked { honour_id: 'honour' }"},
      {Assess("A", "SAFETY", kOpenDay, 900)},
      {Violate("new", "A", 1, kOpenDay)},
      {"violation_rescinded { violation_id: 'violation' }"},
      {Suspend("new", "A", "SCORE", kOpenDay, kOpenDay)},
      {"suspension_lifted { suspension_id: 'suspension' }"},
      {"dispatch_exposure_reported { day: 20513 tier: 1 }"},
      {Item("new")},
      {"stock_adjusted { item_id: 'item' delta: 1 }"},
      {"item_closed { item_id: 'item' }"},
      {Redeem("new", "rich", "item")},
      {"redemption_cancelled { redemption_id: 'reserved' }"},
      {"voucher_issued { redemption_id: 'reserved' " + Hash32("voucher_hash", 7) + "}"},
      {"voucher_verified { redemption_id: 'issued' partner_id: 'st1' " + Hash32("voucher_hash", 7) +
           "}",
       "st1"},
      {"voucher_voided { redemption_id: 'issued' }"},
      {"voucher_returned { redemption_id: 'verified' }"},
      {"settlement_batch_closed { batch_id: 'new' partner_id: 'st1' month: 202603 count: 1 "
       "amount_fen: 2000 }"},
  };
}

GoodBody GoodBodyOf(const std::string& name) {
  for (const GoodBody& body : GoodBodies()) {
    if (body.text.starts_with(name + " ")) return body;
  }
  ADD_FAILURE() << name;
  return {};
}

}  // namespace merit
