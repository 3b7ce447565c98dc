#include <algorithm>

#include "simulator/stories.h"

namespace merit {

// Reviewed, revoked and appealed before it was submitted: each waits, and is folded in the order in
// which it came.
void Stories::ReportChain() {
  const std::string driver = Enrol();
  v1::ReportSubmitted report = Report(driver, 5'000);
  const std::string& id = report.report_id();
  Review(id, Reviewer(0), v1::DECISION_APPROVE, 1'000, 14);
  Review(id, Reviewer(1), v1::DECISION_REJECT, 1'500);
  CoReview(id, Reviewer(1), true, 2'000);
  Revoke(id, v1::REVOKE_CAUSE_COPIED, 2'500);
  const std::string appeal = Appeal(id, "", 3'000);
  Decide(appeal, Reviewer(2), true, 0, 3'500);
  v1::ReportReviewed review;  // of a report that is there, as a duplicate of one that is not
  review.set_report_id(SubmitSimple(Enrol(), 500));
  review.set_reviewer_id(Reviewer(0));
  review.set_decision(v1::DECISION_DUPLICATE);
  review.set_category(14);
  review.set_duplicate_of(id);
  forger_.Say(town_.roster.city_desk, review, At(4'000));
  v1::ReportWithdrawn withdrawn;
  withdrawn.set_report_id(id);
  forger_.Say(town_.roster.app, withdrawn, At(4'500));
  Submit(report, random_.Permille(500) ? 5'000 : random_.Between(1, 9) * kDayMs);
}

// The whole of it upside down: decided, filed, rejected, submitted.
void Stories::AppealChain() {
  const std::string driver = Enrol();
  v1::ReportSubmitted report = Report(driver, 5'000);
  v1::AppealFiled filed;
  filed.set_appeal_id(composer_.NewId("A"));
  filed.set_report_id(report.report_id());
  Decide(filed.appeal_id(), Reviewer(3), true, 13, 1'000);
  Review(report.report_id(), Reviewer(0), v1::DECISION_REJECT, 2'000);
  forger_.Say(town_.roster.app, filed, At(3'000));
  Decide(filed.appeal_id(), Reviewer(2), false, 0, 4'000);
  Submit(report, 5'000);
  // A violation's appeal, and its rescinding, before the violation.
  v1::ViolationRecorded violation;
  violation.set_violation_id(composer_.NewId("L"));
  violation.set_driver_id(driver);
  violation.set_grade(v1::VIOLATION_GRADE_V2);
  violation.set_violation_day(town_.open_day);
  violation.set_doc_sha256(composer_.Hash());
  const std::string appeal = Appeal("", violation.violation_id(), 1'000);
  Decide(appeal, Reviewer(1), true, 0, 1'500);
  v1::ViolationRescinded rescinded;
  rescinded.set_violation_id(violation.violation_id());
  forger_.Say(town_.roster.authority, rescinded, At(2'000));
  forger_.Say(town_.roster.authority, violation, At(6'000));
}

void Stories::RedemptionChain() {
  const std::string driver = Enrol(random_.Permille(800) ? 60 : 0);
  const v1::ItemListed item = Item(20, 3);
  v1::RedemptionRequested requested;
  requested.set_redemption_id(composer_.NewId("X"));
  requested.set_driver_id(driver);
  requested.set_item_id(item.item_id());
  const std::string& id = requested.redemption_id();
  Issue(id, id, 1'000);
  Verify(id, id, item.partner_id(), 2'000);
  Return(id, 3'000);
  Cancel(id, 4'000);
  if (random_.Permille(800)) List(item, 4'500);
  forger_.Say(town_.roster.app, requested, At(5'000));
}

void Stories::MatterChain() {
  v1::MatterOpened opened[2];
  for (v1::MatterOpened& matter : opened) {
    matter.set_matter_id(composer_.NewId("M"));
    matter.set_kind(v1::MATTER_KIND_OPINION);
    matter.set_county_code(town_.roster.counties[0].code);
  }
  v1::MatterMerged merged;
  merged.set_matter_id(opened[0].matter_id());
  merged.set_into_matter_id(opened[1].matter_id());
  forger_.Say(town_.roster.city_desk, merged, At(1'000));
  v1::MatterAssigned assigned;
  assigned.set_matter_id(opened[1].matter_id());
  assigned.set_unit_id("unit-1");
  assigned.set_level(v1::MATTER_LEVEL_CITY);
  forger_.Say(town_.roster.city_desk, assigned, At(2'000));
  const int first = random_.Permille(500) ? 0 : 1;
  forger_.Say(town_.roster.city_desk, opened[first], At(3'000));
  forger_.Say(town_.roster.city_desk, opened[1 - first],
              At(random_.Permille(500) ? 4'000 : 3 * kDayMs));
}

// A waiting review whose reviewer is gone when its time comes; one whose driver is.
void Stories::ReviewerGone() {
  const std::string driver = Enrol();
  const std::string reviewer = NewReviewer("", "");
  v1::ReportSubmitted report = Report(driver, 4'000);
  Review(report.report_id(), reviewer, v1::DECISION_APPROVE, 1'000);
  v1::ReviewerRevoked revoked;
  revoked.set_reviewer_id(reviewer);
  for (const int64_t offset_ms : {2'000, 2'500})
    forger_.Say(town_.roster.authority, revoked, At(offset_ms));
  Submit(report, 4'000);
  Review(report.report_id(), reviewer, v1::DECISION_REJECT, 5'000);
  v1::HonourGranted granted;
  granted.set_honour_id(composer_.NewId("H"));
  granted.set_driver_id(driver);
  granted.set_title("too late");
  granted.set_level(v1::HONOUR_LEVEL_CITY);
  granted.set_from_day(town_.open_day);
  granted.set_to_day(town_.open_day);
  granted.set_doc_sha256(composer_.Hash());
  v1::HonourRevoked honour_revoked;
  honour_revoked.set_honour_id(granted.honour_id());
  forger_.Say(town_.roster.authority, honour_revoked, At(6'000));
  forger_.Say(town_.roster.authority, granted, At(7'000));
}

// One of each kind that waits for what never comes; as many as fill a small memory.
void Stories::NeverCame() {
  const std::string id = composer_.NewId("never");
  Review(id, Reviewer(0), v1::DECISION_NEED_MORE, 1'000);
  CoReview(id, Reviewer(0), true, 1'000);
  Appeal("", id, 1'000);
  Decide(id, Reviewer(0), false, 0, 1'000);
  Issue(id, id, 1'000);
  Cancel(id, 1'000);
  Return(id, 1'000);
  v1::VolunteerServiceRevoked service;
  service.set_record_id(id);
  forger_.Say(town_.roster.city_desk, service, At(1'000));
  v1::SuspensionLifted lifted;
  lifted.set_suspension_id(id);
  forger_.Say(town_.roster.authority, lifted, At(1'000));
  v1::MatterFollowedUp followed;
  followed.set_matter_id(id);
  followed.set_reached(true);
  forger_.Say(town_.roster.city_desk, followed, At(1'000));
  // It comes after all, as something else: an id names one thing of its type.
  if (random_.Permille(500)) {
    v1::ReportSubmitted report = Report(Enrol(), 2 * kDayMs);
    report.set_report_id(id);
    Submit(report, 2 * kDayMs);
  }
}

// Every transition that there is, and some that are not.
void Stories::WholeMatter() {
  const uint32_t desk = town_.roster.city_desk;
  v1::MatterOpened opened;
  opened.set_matter_id(composer_.NewId("M"));
  opened.set_kind(static_cast<v1::MatterKind>(1 + random_.Below(5u)));
  opened.set_county_code(random_.Permille(200) ? town_.city_code : town_.roster.counties[2].code);
  opened.set_channel(v1::CHANNEL_LISTEN);
  forger_.Say(desk, opened);
  v1::MatterAssigned assigned;
  v1::MatterReturned returned;
  v1::MatterEscalated escalated;
  v1::MatterResolved resolved;
  v1::MatterVerified verified;
  v1::MatterFollowedUp followed;
  v1::MatterReopened reopened;
  v1::MatterVoided voided;
  assigned.set_matter_id(opened.matter_id());
  assigned.set_unit_id("unit-2");
  assigned.set_level(v1::MATTER_LEVEL_COUNTY);
  returned.set_matter_id(opened.matter_id());
  escalated.set_matter_id(opened.matter_id());
  resolved.set_matter_id(opened.matter_id());
  resolved.set_result(v1::MATTER_RESULT_SOLVED);
  verified.set_matter_id(opened.matter_id());
  followed.set_matter_id(opened.matter_id());
  followed.set_reached(true);
  reopened.set_matter_id(opened.matter_id());
  voided.set_matter_id(opened.matter_id());
  int64_t at = 0;
  const auto pass = [&at, this] { return At(at += random_.Between(1, 30) * kHourMs); };
  for (const int level : {2, 2, 3}) {
    escalated.set_to_level(static_cast<v1::MatterLevel>(level));
    forger_.Say(desk, escalated, pass());
  }
  forger_.Say(desk, resolved, pass());
  forger_.Say(desk, assigned, pass());
  forger_.Say(desk, returned, pass());
  forger_.Say(desk, assigned, pass());
  forger_.Say(desk, assigned, pass());
  forger_.Say(desk, resolved, pass());
  forger_.Say(desk, followed, pass());
  forger_.Say(desk, verified, pass());
  forger_.Say(desk, assigned, pass());
  forger_.Say(desk, resolved, pass());
  verified.set_ok(true);
  forger_.Say(desk, verified, pass());
  forger_.Say(desk, followed, pass());
  if (random_.Permille(500)) {
    forger_.Say(desk, reopened, pass());
    forger_.Say(desk, escalated, pass());
  }
  if (random_.Permille(300)) {
    forger_.Say(desk, voided, pass());
    forger_.Say(desk, reopened, pass());
  }
}

}  // namespace merit
