// The bodies of scenario.h: each good as it stands.
#include "tests/core/scenario.h"

namespace merit {
namespace {

std::string Quoted(const std::string& key, const std::string& text) {
  return key + ": '" + text + "' ";
}

std::string Body(const std::string& name, const std::string& fields) {
  return name + " { " + fields + " }";
}

}  // namespace

std::string Number(const std::string& key, int64_t number) {
  return key + ": " + std::to_string(number) + " ";
}

std::string Text(const std::string& key, size_t size, char c) {
  return Quoted(key, std::string(size, c));
}

std::string Hash32(const std::string& key, unsigned seed) {
  std::string digits = std::to_string(seed);
  digits.insert(0, 32 - digits.size(), '0');
  return Quoted(key, digits);
}

std::string Submit(const std::string& report, const std::string& driver, const std::string& more) {
  return Body(
      "report_submitted",
      Quoted("report_id", report) + Quoted("driver_id", driver) +
          "channel: CHANNEL_SNAP mode: MODE_REPORT claimed_category: 10 county_code: 511502 "
          "address_code: 'x' " +
          more);
}

std::string Review(const std::string& report, const std::string& decision, const std::string& more,
                   const std::string& reviewer) {
  return Body("report_reviewed", Quoted("report_id", report) + Quoted("reviewer_id", reviewer) +
                                     "decision: DECISION_" + decision + " " + more);
}

std::string Approve(const std::string& report, const std::string& more,
                    const std::string& reviewer) {
  return Review(report, "APPROVE",
                "category: 10 severity: SEVERITY_NORMAL evidence: EVIDENCE_COMPLETE " + more,
                reviewer);
}

std::string Revoke(const std::string& report, const std::string& more) {
  return Body("report_revoked",
              Quoted("report_id", report) +
                  "cause: REVOKE_CAUSE_FALSE_REPORT reviewer_id: 'v1' second_reviewer_id: 'v2' " +
                  more);
}

std::string Enrol(const std::string& driver, const std::string& more) {
  return Body("driver_enrolled",
              Quoted("driver_id", driver) + "person_permit: true vehicle_permit: true " + more);
}

std::string Item(const std::string& item, const std::string& more) {
  return Body(
      "item_listed",
      Quoted("item_id", item) +
          "partner_id: 'st1' kind: ITEM_KIND_WASH price_pts: 30 settle_fen: 2000 stock: 100 "
          "voucher_days: 5 on_expire: ON_EXPIRE_REFUND cancellable: true open_day: 0 "
          "close_day: 84005 " +
          more);
}

std::string Redeem(const std::string& redemption, const std::string& driver,
                   const std::string& item) {
  return Body("redemption_requested", Quoted("redemption_id", redemption) +
                                          Quoted("driver_id", driver) + Quoted("item_id", item));
}

std::string Serve(const std::string& record, const std::string& driver, int32_t day, int minutes) {
  return Body("volunteer_service_recorded",
              Quoted("record_id", record) + Quoted("driver_id", driver) +
                  Number("service_day", day) + Number("minutes", minutes) +
                  "activity_id: 'act' organiser_confirmed: true beneficiary_confirmed: true ");
}

std::string Honour(const std::string& honour, const std::string& driver, int32_t from_day,
                   int32_t to_day) {
  return Body("honour_granted", Quoted("honour_id", honour) + Quoted("driver_id", driver) +
                                    Number("from_day", from_day) + Number("to_day", to_day) +
                                    "title: 'title' level: HONOUR_LEVEL_CITY " +
                                    Hash32("doc_sha256", 1));
}

std::string Suspend(const std::string& suspension, const std::string& driver,
                    const std::string& scope, int32_t from_day, int32_t to_day) {
  return Body("suspension_imposed", Quoted("suspension_id", suspension) +
                                        Quoted("driver_id", driver) + "scope: SUSPENSION_SCOPE_" +
                                        scope + " " + Number("from_day", from_day) +
                                        Number("to_day", to_day) + "decided_by: 'board' ");
}

std::string Violate(const std::string& violation, const std::string& driver, int grade,
                    int32_t day) {
  return Body("violation_recorded", Quoted("violation_id", violation) +
                                        Quoted("driver_id", driver) + "grade: VIOLATION_GRADE_V" +
                                        std::to_string(grade) + " " + Number("violation_day", day) +
                                        Hash32("doc_sha256", 1));
}

std::string Assess(const std::string& driver, const std::string& kind, int32_t to_day,
                   int permille) {
  return Body("standing_assessed", Quoted("driver_id", driver) + "kind: STANDING_KIND_" + kind +
                                       " " + Number("from_day", 0) + Number("to_day", to_day) +
                                       Number("score_permille", permille));
}

std::string Matter(const std::string& matter, const std::string& more) {
  return Body("matter_opened",
              Quoted("matter_id", matter) +
                  "kind: MATTER_KIND_HAZARD county_code: 511502 channel: CHANNEL_SNAP " + more);
}

std::string Day(int32_t day) { return Body("day_closed", Number("day", day)); }

}  // namespace merit
