#include "simulator/stories.h"

namespace merit {

// The day's cap is met exactly, then overrun; what is UNCAPPED goes on.
void Stories::Caps() {
  const std::string driver = Enrol();
  constexpr uint32_t kCategories[] = {10, 10, 10, 10, 10, 13, 11, 10, 30, 14};
  for (uint32_t i = 0; i < std::size(kCategories); ++i) {
    v1::ReportSubmitted report = Report(driver, i * 1'000);
    report.set_claimed_category(kCategories[i]);
    Submit(report, i * 1'000);
    const v1::Severity severity = i == 7 ? v1::SEVERITY_CRITICAL : v1::SEVERITY_NORMAL;
    Review(report.report_id(), Reviewer(0), v1::DECISION_APPROVE, kHourMs + i, kCategories[i],
           severity);
    CoReview(report.report_id(), Reviewer(1), true, 2 * kHourMs + i);
  }
}

// Points are spent, then what gave them is revoked: debts, which the next award repays first.
void Stories::Arrears() {
  const std::string driver = Enrol();
  std::vector<std::string> reports;
  for (int64_t i = 0; i < 3; ++i) {
    reports.push_back(SubmitSimple(driver, i));
    Review(reports.back(), Reviewer(0), v1::DECISION_APPROVE, kHourMs + i);
    CoReview(reports.back(), Reviewer(1), true, kHourMs + 10 + i);
  }
  const v1::ItemListed item = Item(20, 10);
  List(item);
  const std::string held = Request(driver, item.item_id(), 2 * kHourMs);
  Revoke(reports[0], v1::REVOKE_CAUSE_FALSE_REPORT, 3 * kHourMs);
  Revoke(reports[1], v1::REVOKE_CAUSE_ERROR, 3 * kHourMs + 1);
  Request(driver, item.item_id(), 4 * kHourMs);
  Issue(held, held, 5 * kHourMs);
  Verify(held, held, item.partner_id(), 6 * kHourMs);
  Adjust(driver, 4, 7 * kHourMs);
  Adjust(driver, 50, 8 * kHourMs);
  Return(held, kDayMs);
  const std::string appeal = Appeal(reports[0], "", kDayMs + 1);
  Decide(appeal, Reviewer(2), true, 0, kDayMs + kHourMs);
}

void Stories::BornRich() {
  const std::string driver = Enrol(1'000'000);
  Enrol(1'000'001);
  v1::ItemListed item = Item(1'000'000, 1'000'000'000);
  item.set_settle_fen(1'000'000'000);
  item.set_voucher_days(730);
  List(item);
  const std::string redemption = Request(driver, item.item_id(), 1'000);
  Request(driver, item.item_id(), 2'000);
  Issue(redemption, redemption, 3'000);
  Verify(redemption, redemption, item.partner_id(), 4'000);
}

void Stories::Adjustments() {
  const std::string driver = Enrol(10);
  const auto most = static_cast<int32_t>(town_.policies.Last().adjustment_max_pts());
  for (const int32_t delta : {most, most + 1, -most, -most - 1, 0, 1, -2})
    Adjust(driver, delta, 1'000);
  Adjust(driver, 5, 2'000, true);
}

// The day's minutes run out; service long ago, too long ago, tomorrow; taken back twice.
void Stories::Volunteers() {
  const std::string driver = Enrol();
  const int32_t today = town_.open_day;
  const std::string record = composer_.NewId("S");
  Serve(driver, 7, today, 1'000, record);
  for (const int32_t minutes : {8, 200, 25, 1, 1'440, 1'441}) Serve(driver, minutes, today, 2'000);
  for (const int32_t day : {today - 128, today - 129, today + 2}) Serve(driver, 60, day, 3'000);
  Serve(driver, 60, today, 4'000, record);
  v1::VolunteerServiceRevoked revoked;
  revoked.set_record_id(record);
  for (const int64_t offset_ms : {5'000, 6'000})
    forger_.Say(town_.roster.city_desk, revoked, At(offset_ms));
  Serve(driver, 30, today, 7'000);
}

// Six drivers saw what a seventh had reported; the first twice.
void Stories::Corroboration() {
  const std::string first = Enrol();
  const std::string original = SubmitSimple(first, 0);
  std::vector<std::string> drivers = {first};
  for (int i = 0; i < 6; ++i) drivers.push_back(Enrol());
  drivers.push_back(drivers[1]);
  for (uint32_t i = 0; i < drivers.size(); ++i) {
    const std::string report =
        SubmitSimple(drivers[i], 1'000 + i, i % 2 == 0 ? v1::MODE_REPORT : v1::MODE_HANDLE);
    v1::ReportReviewed review;
    review.set_report_id(report);
    review.set_reviewer_id(Reviewer(i % 4));
    review.set_decision(v1::DECISION_DUPLICATE);
    review.set_category(i == 3 ? 52 : 10);
    review.set_duplicate_of(i == 5 ? drivers[2] : original);
    forger_.Say(town_.roster.city_desk, review, At(kHourMs + i));
  }
  Review(original, Reviewer(0), v1::DECISION_APPROVE, 2 * kHourMs);
}

void Stories::SecondOpinions() {
  const std::string driver = Enrol();
  const std::string linked = NewReviewer("", driver);
  const std::string elsewhere = NewReviewer(std::to_string(town_.roster.counties[1].code), "");
  const std::string report = SubmitSimple(driver, 1'000, v1::MODE_HANDLE);
  Review(report, linked, v1::DECISION_APPROVE, 2'000);
  Review(report, elsewhere, v1::DECISION_APPROVE, 3'000);
  Review(report, Reviewer(0), v1::DECISION_NEED_MORE, 4'000);
  Review(report, Reviewer(0), v1::DECISION_APPROVE, 5'000, 999);
  Review(report, Reviewer(0), v1::DECISION_APPROVE, 5'000, 40);
  Review(report, Reviewer(0), v1::DECISION_APPROVE, 6'000, 10, v1::SEVERITY_MAJOR);
  for (const std::string& reviewer : {linked, Reviewer(0), elsewhere, Reviewer(1)}) {
    CoReview(report, reviewer, true, 7'000);
  }
  v1::ReportRevoked revoked;
  revoked.set_report_id(report);
  revoked.set_cause(v1::REVOKE_CAUSE_STAGED);
  const std::string pairs[][2] = {{linked, Reviewer(0)},      {Reviewer(0), linked},
                                  {Reviewer(2), Reviewer(2)}, {elsewhere, Reviewer(2)},
                                  {Reviewer(2), elsewhere},   {Reviewer(2), Reviewer(3)}};
  for (const auto& pair : pairs) {
    revoked.set_reviewer_id(pair[0]);
    revoked.set_second_reviewer_id(pair[1]);
    forger_.Say(town_.roster.city_desk, revoked, At(7'500));
  }
  const std::string appeal = Appeal(report, "", 7'600);
  for (const std::string& reviewer : {linked, Reviewer(3), elsewhere})
    Decide(appeal, reviewer, true, 0, 7'700);
  const std::string other = SubmitSimple(driver, 8'000);
  Review(other, Reviewer(0), v1::DECISION_APPROVE, 9'000, 52, v1::SEVERITY_CRITICAL);
  CoReview(other, Reviewer(2), false, 10'000);
}

// Every way an appeal can go, and the ways it cannot.
void Stories::Appeals() {
  const std::string driver = Enrol();
  const std::string rejected = SubmitSimple(driver, 1'000);
  Appeal(rejected, "", 1'500);
  Review(rejected, Reviewer(0), v1::DECISION_REJECT, 2'000);
  const std::string appeal = Appeal(rejected, "", 3'000);
  Decide(appeal, Reviewer(0), true, 10, 4'000);
  Decide(appeal, Reviewer(1), true, 0, 4'500);
  Decide(appeal, Reviewer(1), random_.Permille(500), 10, 5'000);
  Decide(appeal, Reviewer(1), false, 0, 6'000);
  Appeal(rejected, "", 7'000);
  v1::ViolationRecorded violation;
  violation.set_violation_id(composer_.NewId("L"));
  violation.set_driver_id(driver);
  violation.set_grade(v1::VIOLATION_GRADE_V3);
  violation.set_violation_day(town_.open_day - 5);
  violation.set_doc_sha256(composer_.Hash());
  forger_.Say(town_.roster.authority, violation, At(8'000));
  const std::string other = Appeal("", violation.violation_id(), 9'000);
  Decide(other, Reviewer(3), true, 10, 10'000);
  Decide(other, Reviewer(3), true, 0, 11'000);
  const std::string late = SubmitSimple(driver, 12'000);
  Review(late, Reviewer(0), v1::DECISION_REJECT, 13'000);
  const auto days = static_cast<int64_t>(town_.policies.Last().appeal_days());
  if (random_.Permille(500)) Appeal(late, "", days * kDayMs);
  Appeal(late, "", (days + 1) * kDayMs + kHourMs);
}

// No reports, no service, no redemption while it lasts; lifted, it never was.
void Stories::Suspensions() {
  const std::string driver = Enrol(100);
  const std::string id = composer_.NewId("P");
  const int32_t today = town_.open_day;
  SubmitSimple(driver, 500);
  Suspend(driver, v1::SUSPENSION_SCOPE_EARNING, today - 2, today + 1, 1'000, id);
  Suspend(driver, v1::SUSPENSION_SCOPE_REDEEM, today, today + 3, 1'000);
  Suspend(driver, v1::SUSPENSION_SCOPE_SCORE, today + 1, today + 2, 1'000);
  SubmitSimple(driver, 2'000);
  for (const int32_t day : {today - 3, today - 2, today}) Serve(driver, 60, day, 3'000);
  const v1::ItemListed item = Item(10, 5);
  List(item);
  Request(driver, item.item_id(), 4'000);
  v1::SuspensionLifted lifted;
  lifted.set_suspension_id(id);
  for (const int64_t offset_ms : {5'000, 6'000})
    forger_.Say(town_.roster.authority, lifted, At(offset_ms));
  SubmitSimple(driver, 7'000);
  SubmitSimple(driver, 4 * kDayMs);
  Request(driver, item.item_id(), 5 * kDayMs);
}

// 64 honours that are not past; then one of them goes, and there is room for one.
void Stories::ListsOf64() {
  const std::string driver = Enrol();
  const int32_t today = town_.open_day;
  if (random_.Permille(500)) {
    for (int i = 0; i < 66; ++i) {
      const auto scope = static_cast<v1::SuspensionScope>(2 + i % 2);
      Suspend(driver, scope, today - 200, i == 0 ? today - 129 : today - 120 + 2 * i, i * 10);
    }
    return;
  }
  std::string first;
  for (int i = 0; i < 68; ++i) {
    v1::HonourGranted granted;
    granted.set_honour_id(composer_.NewId("H"));
    granted.set_driver_id(driver);
    granted.set_title("one of many");
    granted.set_level(static_cast<v1::HonourLevel>(1 + i % 5));
    granted.set_from_day(today - 10);
    granted.set_to_day(i == 0 ? today - 1 : today + i);
    granted.set_doc_sha256(composer_.Hash());
    forger_.Say(town_.roster.authority, granted, At(i * 10));
    if (i == 1) first = granted.honour_id();
    if (i != 65) continue;
    v1::HonourRevoked revoked;
    revoked.set_honour_id(first);
    forger_.Say(town_.roster.authority, revoked, At(i * 10 + 1));
    forger_.Say(town_.roster.authority, revoked, At(i * 10 + 2));
  }
}

}  // namespace merit
