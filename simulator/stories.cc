#include "simulator/stories.h"

#include <iterator>

#include "engine/base/sha256.h"

namespace merit {

void Stories::TellOne() {
  using Story = void (Stories::*)();
  static constexpr Story kStories[] = {&Stories::EqualPhotos,
                                       &Stories::NearDuplicates,
                                       &Stories::Jump,
                                       &Stories::Stuck,
                                       &Stories::Burst,
                                       &Stories::SharedDevice,
                                       &Stories::Staged,
                                       &Stories::Collusion,
                                       &Stories::Strikes,
                                       &Stories::Watched,
                                       &Stories::Caps,
                                       &Stories::Arrears,
                                       &Stories::BornRich,
                                       &Stories::Adjustments,
                                       &Stories::Volunteers,
                                       &Stories::Corroboration,
                                       &Stories::SecondOpinions,
                                       &Stories::Appeals,
                                       &Stories::Suspensions,
                                       &Stories::ListsOf64,
                                       &Stories::Limits,
                                       &Stories::WrongHands,
                                       &Stories::TooLate,
                                       &Stories::HeldPastExpiry,
                                       &Stories::ErasedHolder,
                                       &Stories::Settlement,
                                       &Stories::ReportChain,
                                       &Stories::AppealChain,
                                       &Stories::RedemptionChain,
                                       &Stories::MatterChain,
                                       &Stories::ReviewerGone,
                                       &Stories::NeverCame,
                                       &Stories::WholeMatter,
                                       &Stories::ProducerLife,
                                       &Stories::AdministratorLife,
                                       &Stories::Notices,
                                       &Stories::WrongDays,
                                       &Stories::Conflicts};
  (this->*kStories[random_.Below(std::size(kStories))])();
}

std::string Stories::Enrol(int32_t opening_pts, int64_t offset_ms) {
  v1::DriverEnrolled enrolled;
  enrolled.set_driver_id(composer_.NewId("D"));
  enrolled.set_person_permit(true);
  enrolled.set_vehicle_permit(true);
  enrolled.set_opening_pts(opening_pts);
  forger_.Say(town_.roster.first_platform, enrolled, At(offset_ms));
  return enrolled.driver_id();
}

std::string Stories::NewReviewer(const std::string& prefix, const std::string& linked_driver) {
  v1::ReviewerRegistered registered;
  registered.set_reviewer_id(composer_.NewId("V"));
  registered.set_jurisdiction_prefix(prefix);
  registered.set_linked_driver_id(linked_driver);
  forger_.Say(town_.roster.authority, registered);
  return registered.reviewer_id();
}

// One that raises no flag by itself.
v1::ReportSubmitted Stories::Report(const std::string& driver, int64_t offset_ms) {
  v1::ReportSubmitted report;
  report.set_report_id(composer_.NewId("R"));
  report.set_driver_id(driver);
  report.set_channel(v1::CHANNEL_SNAP);
  report.set_mode(v1::MODE_REPORT);
  report.set_claimed_category(10);
  report.set_county_code(town_.roster.counties[0].code);
  report.set_crs(v1::CRS_NONE);
  report.set_address_code("addr-" + std::to_string(random_.Below(1'000'000u)));
  report.set_observed_at_ms(At(offset_ms) - 1'000);
  return report;
}

void Stories::Submit(const v1::ReportSubmitted& report, int64_t offset_ms) {
  forger_.Say(town_.roster.app, report, At(offset_ms));
}

std::string Stories::SubmitSimple(const std::string& driver, int64_t offset_ms, v1::Mode mode) {
  v1::ReportSubmitted report = Report(driver, offset_ms);
  report.set_mode(mode);
  if (mode == v1::MODE_HANDLE) {
    report.add_photo_sha256(composer_.Hash());
    report.set_after_photo_sha256(composer_.Hash());
  }
  Submit(report, offset_ms);
  return report.report_id();
}

void Stories::Review(const std::string& report, const std::string& reviewer, v1::Decision decision,
                     int64_t offset_ms, uint32_t category, v1::Severity severity) {
  v1::ReportReviewed review;
  review.set_report_id(report);
  review.set_reviewer_id(reviewer);
  review.set_decision(decision);
  if (decision == v1::DECISION_APPROVE) {
    review.set_category(category);
    review.set_severity(severity);
    review.set_evidence(v1::EVIDENCE_COMPLETE);
  }
  forger_.Say(town_.roster.city_desk, review, At(offset_ms));
}

void Stories::CoReview(const std::string& report, const std::string& reviewer, bool agree,
                       int64_t offset_ms) {
  v1::ReportCoReviewed review;
  review.set_report_id(report);
  review.set_reviewer_id(reviewer);
  review.set_agree(agree);
  forger_.Say(town_.roster.city_desk, review, At(offset_ms));
}

void Stories::Revoke(const std::string& report, v1::RevokeCause cause, int64_t offset_ms) {
  v1::ReportRevoked revoked;
  revoked.set_report_id(report);
  revoked.set_cause(cause);
  revoked.set_reviewer_id(Reviewer(0));
  revoked.set_second_reviewer_id(Reviewer(1));
  forger_.Say(town_.roster.authority, revoked, At(offset_ms));
}

std::string Stories::Appeal(const std::string& report, const std::string& violation,
                            int64_t offset_ms) {
  v1::AppealFiled filed;
  filed.set_appeal_id(composer_.NewId("A"));
  filed.set_report_id(report);
  filed.set_violation_id(violation);
  forger_.Say(town_.roster.app, filed, At(offset_ms));
  return filed.appeal_id();
}

void Stories::Decide(const std::string& appeal, const std::string& reviewer, bool overturned,
                     uint32_t category, int64_t offset_ms) {
  v1::AppealDecided decided;
  decided.set_appeal_id(appeal);
  decided.set_outcome(overturned ? v1::APPEAL_OUTCOME_OVERTURNED : v1::APPEAL_OUTCOME_UPHELD);
  decided.set_reviewer_id(reviewer);
  if (category != 0) {
    decided.set_category(category);
    decided.set_severity(static_cast<v1::Severity>(1 + random_.Below(4u)));
    decided.set_evidence(static_cast<v1::Evidence>(1 + random_.Below(3u)));
  }
  forger_.Say(town_.roster.authority, decided, At(offset_ms));
}

v1::ItemListed Stories::Item(int32_t price_pts, int32_t stock) {
  v1::ItemListed item;
  item.set_item_id(composer_.NewId("I"));
  item.set_partner_id(town_.roster.producers[town_.roster.first_partner].id);
  item.set_kind(v1::ITEM_KIND_WASH);
  item.set_price_pts(price_pts);
  item.set_settle_fen(price_pts * 50);
  item.set_stock(stock);
  item.set_voucher_days(3);
  item.set_on_expire(v1::ON_EXPIRE_REFUND);
  item.set_return_days(2);
  item.set_cancellable(true);
  item.set_open_day(town_.open_day);
  item.set_close_day(town_.open_day + 60);
  return item;
}

std::string Stories::List(const v1::ItemListed& item, int64_t offset_ms) {
  forger_.Say(town_.roster.administrator, item, At(offset_ms));
  return item.item_id();
}

std::string Stories::Request(const std::string& driver, const std::string& item,
                             int64_t offset_ms) {
  v1::RedemptionRequested requested;
  requested.set_redemption_id(composer_.NewId("X"));
  requested.set_driver_id(driver);
  requested.set_item_id(item);
  forger_.Say(town_.roster.app, requested, At(offset_ms));
  return requested.redemption_id();
}

void Stories::Issue(const std::string& redemption, const std::string& secret, int64_t offset_ms) {
  v1::VoucherIssued issued;
  issued.set_redemption_id(redemption);
  issued.set_voucher_hash(std::string(AsBytes(Sha256(secret))));
  forger_.Say(town_.roster.app, issued, At(offset_ms));
}

uint32_t Stories::PartnerIndex(const std::string& partner) const {
  for (uint32_t index = 0; index < town_.roster.producers.size(); ++index) {
    if (town_.roster.producers[index].id == partner) return index;
  }
  return town_.roster.first_partner;
}

void Stories::Verify(const std::string& redemption, const std::string& secret,
                     const std::string& partner, int64_t offset_ms) {
  v1::VoucherVerified verified;
  verified.set_redemption_id(redemption);
  verified.set_partner_id(partner);
  verified.set_voucher_hash(std::string(AsBytes(Sha256(secret))));
  forger_.Say(PartnerIndex(partner), verified, At(offset_ms));
}

void Stories::Cancel(const std::string& redemption, int64_t offset_ms) {
  v1::RedemptionCancelled cancelled;
  cancelled.set_redemption_id(redemption);
  forger_.Say(town_.roster.app, cancelled, At(offset_ms));
}

void Stories::Return(const std::string& redemption, int64_t offset_ms) {
  v1::VoucherReturned returned;
  returned.set_redemption_id(redemption);
  forger_.Say(town_.roster.administrator, returned, At(offset_ms));
}

void Stories::Suspend(const std::string& driver, v1::SuspensionScope scope, int32_t from_day,
                      int32_t to_day, int64_t offset_ms, const std::string& id) {
  v1::SuspensionImposed imposed;
  imposed.set_suspension_id(id.empty() ? composer_.NewId("P") : id);
  imposed.set_driver_id(driver);
  imposed.set_scope(scope);
  imposed.set_from_day(from_day);
  imposed.set_to_day(to_day);
  imposed.set_decided_by("panel-1");
  forger_.Say(town_.roster.authority, imposed, At(offset_ms));
}

void Stories::Serve(const std::string& driver, int32_t minutes, int32_t service_day,
                    int64_t offset_ms, const std::string& id) {
  v1::VolunteerServiceRecorded served;
  served.set_record_id(id.empty() ? composer_.NewId("S") : id);
  served.set_driver_id(driver);
  served.set_activity_id("exam-escort");
  served.set_minutes(minutes);
  served.set_service_day(service_day);
  served.set_organiser_confirmed(true);
  served.set_beneficiary_confirmed(true);
  forger_.Say(town_.roster.city_desk, served, At(offset_ms));
}

void Stories::Adjust(const std::string& driver, int32_t delta_pts, int64_t offset_ms,
                     bool one_signer) {
  v1::PointsAdjusted adjusted;
  adjusted.set_adjustment_id(composer_.NewId("J"));
  adjusted.set_driver_id(driver);
  adjusted.set_delta_pts(delta_pts);
  adjusted.set_reason("a story");
  adjusted.set_signer_a("signer-1");
  adjusted.set_signer_b(one_signer ? "signer-1" : "signer-2");
  forger_.Say(town_.roster.administrator, adjusted, At(offset_ms));
}

}  // namespace merit
