#include "engine/base/sha256.h"
#include "simulator/stories.h"

namespace merit {

// One unit, one a day: LIMIT before STOCK, both given back by a cancellation.
void Stories::Limits() {
  const std::string first = Enrol(100);
  const std::string second = Enrol(100);
  const std::string poor = Enrol(3);
  v1::ItemListed item = Item(10, 1);
  item.set_per_driver_limit(1);
  item.set_limit_period(static_cast<v1::LimitPeriod>(1 + random_.Below(4u)));
  List(item);
  const std::string held = Request(first, item.item_id(), 1'000);
  Request(first, item.item_id(), 2'000);
  Request(second, item.item_id(), 3'000);
  Cancel(held, 4'000);
  Cancel(held, 5'000);
  Request(poor, item.item_id(), 6'000);
  Request(second, item.item_id(), 7'000);
  v1::StockAdjusted adjusted;
  adjusted.set_item_id(item.item_id());
  for (const int32_t delta : {1, -2, 1'000'000'000, 5}) {
    adjusted.set_delta(delta);
    forger_.Say(town_.roster.administrator, adjusted, At(8'000));
  }
  Request(first, item.item_id(), 9'000);
  Request(first, item.item_id(), kDayMs);
  Request(first, item.item_id(), 32 * kDayMs);
  Request(first, "x-no-item", 10'000);
  Request("x-nobody", item.item_id(), 11'000);
}

// Another partner, another hash, another redemption.
void Stories::WrongHands() {
  const std::string driver = Enrol(100);
  const v1::ItemListed item = Item(10, 5);
  List(item);
  const std::string other =
      town_.roster.producers[town_.roster.first_partner + town_.roster.partner_count - 1].id;
  const std::string redemption = Request(driver, item.item_id(), 1'000);
  Verify(redemption, redemption, item.partner_id(), 2'000);
  Issue(redemption, redemption, 3'000);
  Issue(redemption, "again", 3'500);
  Verify(redemption, redemption, other, 4'000);
  Verify(redemption, "a guess", item.partner_id(), 5'000);
  Return(redemption, 6'000);
  Verify(redemption, redemption, item.partner_id(), 7'000);
  Verify(redemption, redemption, item.partner_id(), 8'000);
  Cancel(redemption, 9'000);
  v1::VoucherVoided voided;
  voided.set_redemption_id(redemption);
  forger_.Say(PartnerIndex(other), voided, At(10'000));
  forger_.Say(town_.roster.first_partner, voided, At(11'000));
  v1::ItemClosed closed;
  closed.set_item_id(item.item_id());
  forger_.Say(PartnerIndex(other), closed, At(12'000));
  for (const int64_t offset_ms : {13'000, 14'000})
    forger_.Say(town_.roster.first_partner, closed, At(offset_ms));
  Request(driver, item.item_id(), 15'000);
}

// Vouchers that nobody uses, reservations that nobody turns into one, returns on the last day and
// after it.
void Stories::TooLate() {
  const std::string driver = Enrol(300);
  v1::ItemListed item = Item(10, 20);
  item.set_on_expire(random_.Permille(500) ? v1::ON_EXPIRE_REFUND : v1::ON_EXPIRE_FORFEIT);
  item.set_cancellable(random_.Permille(500));
  item.set_return_days(random_.Permille(300) ? 0 : 2);
  List(item);
  Request(driver, item.item_id(), 1'000);
  const std::string unused = Request(driver, item.item_id(), 2'000);
  Issue(unused, unused, 3'000);
  Verify(unused, unused, item.partner_id(), 5 * kDayMs);
  const std::string cancelled = Request(driver, item.item_id(), 4'000);
  Cancel(cancelled, 5'000);
  for (const int64_t days : {2, 3}) {
    const std::string returned = Request(driver, item.item_id(), 6'000);
    Issue(returned, returned, 7'000);
    Verify(returned, returned, item.partner_id(), 8'000);
    Return(returned, days * kDayMs);
  }
}

// Points are held while their lot expires; released, they come back for the days of grace.
void Stories::HeldPastExpiry() {
  const std::string driver = Enrol(50);
  v1::ItemListed item = Item(30, 20);
  item.set_voucher_days(20);
  item.set_return_days(60);
  List(item);
  const std::string cancelled = Request(driver, item.item_id(), 1'000);
  Issue(cancelled, cancelled, 2'000);
  Cancel(cancelled, random_.Between(1, 15) * kDayMs);
  Adjust(driver, 20, 2 * kDayMs);
  const std::string returned = Request(driver, item.item_id(), 2 * kDayMs + 1'000);
  Issue(returned, returned, 2 * kDayMs + 2'000);
  Verify(returned, returned, item.partner_id(), 3 * kDayMs);
  Return(returned, random_.Between(3, 20) * kDayMs);
}

Stories::Things Stories::GiveThings(const std::string& driver, int64_t offset_ms) {
  const int32_t to_day = town_.open_day + 9;
  Things things{composer_.NewId("H"), composer_.NewId("X"), composer_.NewId("P")};
  v1::HonourGranted granted;
  granted.set_honour_id(things.honour);
  granted.set_driver_id(driver);
  granted.set_title("a story");
  granted.set_level(v1::HONOUR_LEVEL_COUNTY);
  granted.set_from_day(town_.open_day);
  granted.set_to_day(to_day);
  granted.set_doc_sha256(composer_.Hash());
  forger_.Say(town_.roster.authority, granted, At(offset_ms));
  v1::ViolationRecorded recorded;
  recorded.set_violation_id(things.violation);
  recorded.set_driver_id(driver);
  recorded.set_grade(v1::VIOLATION_GRADE_V2);
  recorded.set_violation_day(town_.open_day);
  recorded.set_doc_sha256(composer_.Hash());
  forger_.Say(town_.roster.authority, recorded, At(offset_ms));
  Suspend(driver, v1::SUSPENSION_SCOPE_SCORE, town_.open_day, to_day, offset_ms, things.suspension);
  return things;
}

void Stories::TakeThingsBack(const Things& things, int64_t offset_ms) {
  v1::HonourRevoked revoked;
  revoked.set_honour_id(things.honour);
  forger_.Say(town_.roster.authority, revoked, At(offset_ms));
  v1::ViolationRescinded rescinded;
  rescinded.set_violation_id(things.violation);
  forger_.Say(town_.roster.authority, rescinded, At(offset_ms));
  v1::SuspensionLifted lifted;
  lifted.set_suspension_id(things.suspension);
  forger_.Say(town_.roster.authority, lifted, At(offset_ms));
}

// Erased with one redemption in each state; what is named after it.
void Stories::ErasedHolder() {
  const std::string driver = Enrol(200);
  v1::ItemListed item = Item(10, 20);
  item.set_return_days(30);
  List(item);
  std::vector<std::string> redemptions;
  for (int64_t i = 0; i < 5; ++i) {
    redemptions.push_back(Request(driver, item.item_id(), 1'000 + i));
    if (i > 0) Issue(redemptions.back(), redemptions.back(), 2'000 + i);
    if (i > 2) Verify(redemptions.back(), redemptions.back(), item.partner_id(), 3'000 + i);
  }
  const std::string pending = SubmitSimple(driver, 3'500);
  const std::string rejected = SubmitSimple(driver, 3'500);
  Review(rejected, Reviewer(0), v1::DECISION_REJECT, 3'600);
  const std::string appeal = Appeal(rejected, "", 3'700);
  const Things things = GiveThings(driver, 3'800);
  v1::DriverErased erased;
  erased.set_driver_id(driver);
  for (const int64_t offset_ms : {4'000, 4'500}) {
    forger_.Say(town_.roster.administrator, erased, At(offset_ms));
  }
  Review(pending, Reviewer(0), v1::DECISION_APPROVE, 5'000);
  Decide(appeal, Reviewer(1), true, 10, 5'500);
  Cancel(redemptions[1], 6'000);
  Return(redemptions[3], 7'000);
  TakeThingsBack(things, 7'500);
  SubmitSimple(driver, 8'000);
  Request(driver, item.item_id(), 9'000);
  v1::DriverEnrolled again;
  again.set_driver_id(driver);
  forger_.Say(town_.roster.first_platform, again, At(10'000));
}

// A partner of its own: its figures are known to the fen. Then it goes, and is paid all the same.
void Stories::Settlement() {
  v1::ProducerRegistered registered;
  registered.set_registered_producer_id(composer_.NewId("P"));
  registered.add_roles(v1::ROLE_PARTNER);
  forger_.Say(town_.roster.administrator, registered);
  const std::string partner = registered.registered_producer_id();
  const std::string driver = Enrol(100);
  v1::ItemListed item = Item(10, 20);
  item.set_partner_id(partner);
  item.set_settle_fen(700);
  List(item);
  std::vector<std::string> redemptions;
  for (int64_t i = 0; i < 3; ++i) {
    redemptions.push_back(Request(driver, item.item_id(), 1'000 + i));
    Issue(redemptions.back(), redemptions.back(), 2'000 + i);
    v1::Event event;
    forger_.FillEnvelope(&event);
    event.set_producer_id(partner);
    event.set_occurred_at_ms(At(3'000));
    event.mutable_voucher_verified()->set_redemption_id(redemptions.back());
    event.mutable_voucher_verified()->set_partner_id(partner);
    event.mutable_voucher_verified()->set_voucher_hash(
        std::string(AsBytes(Sha256(redemptions.back()))));
    forger_.SendBytesAt(At(3'000 + i), forger_.Seal(event));
  }
  Return(redemptions[0], 4'000);
  v1::SettlementBatchClosed closed;
  closed.set_batch_id(composer_.NewId("B"));
  closed.set_partner_id(partner);
  const Date today = DateOf(town_.open_day);
  struct Case {
    int32_t month;
    int32_t count;
    int64_t amount_fen;
  };
  const int32_t month = today.yyyymm();
  const Case cases[] = {{month, 3, 2'100},     {month, 2, 1'399},
                        {month + 1, 2, 1'400}, {today.year * 100 + 13, 2, 1'400},
                        {196'912, 0, 0},       {month, 2, 1'400},
                        {month, 2, 1'400},     {month, 0, 0}};
  int64_t offset_ms = 5'000;
  for (const Case& row : cases) {
    closed.set_month(row.month);
    closed.set_count(row.count);
    closed.set_amount_fen(row.amount_fen);
    forger_.Say(town_.roster.finance, closed, At(offset_ms++));
  }
  Return(redemptions[1], 6'000);
  v1::ProducerRevoked revoked;
  revoked.set_registered_producer_id(partner);
  forger_.Say(town_.roster.administrator, revoked, At(7'000));
  Request(driver, item.item_id(), 8'000);
  item.set_item_id(composer_.NewId("I"));
  List(item, 9'000);
  closed.set_batch_id(composer_.NewId("B"));
  forger_.Say(town_.roster.finance, closed, At(10'000));
}

}  // namespace merit
