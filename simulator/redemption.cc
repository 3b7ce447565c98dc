#include "simulator/redemption.h"

#include <algorithm>

namespace merit {

void Redemptions::Run(const Action& action) {
  const uint32_t subject = action.subject;
  switch (static_cast<Step>(action.step)) {
    case kRequest:
      return Request(subject);
    case kListItems:
      return ListItems();
    case kReplaceItem:
      return ReplaceItem(subject);
    case kIssue:
      return Issue(subject);
    case kCancel:
      return Cancel(subject);
    case kVerify:
      return Verify(subject);
    case kVoid:
      return Void(subject);
    case kReturn:
      return Return(subject);
    case kRunOut:
      return RunOut(subject);
    case kSettle:
      return Settle(subject, false);
    case kSettleAgain:
      return Settle(subject, true);
  }
}

void Redemptions::Next(Step step, uint32_t slot, int64_t from_ms, int64_t to_ms) {
  town_.Plan(town_.DrawDelay(from_ms, to_ms), Family::kRedemption, step, slot);
}

// An item that they can afford, the simulator's doubt included; kNobody where there is none.
uint32_t Redemptions::DrawItem(const Driver& driver) {
  const int32_t month = DateOf(town_.open_day).yyyymm();
  for (int i = 0; i < 8 && !items_.empty(); ++i) {
    const uint32_t index = town_.random.Below(items_.size());
    const Item& item = items_[index];
    if (item.closed || item.close_day < town_.open_day) continue;
    if (item.price_pts + kDoubtPts > driver.points()) continue;
    // One such item a year stays within every limit.
    const bool rested = month >= driver.limited_item_month + 100;
    if (item.limited && !rested) continue;
    return index;
  }
  return kNobody;
}

EntityId Redemptions::WriteRequest(uint32_t driver, const Item& item) {
  const EntityId id = town_.NewId(Entity::kRedemption);
  WriteId(Entity::kRedemption, id, requested_.mutable_redemption_id());
  town_.roster.WriteDriverId(driver, requested_.mutable_driver_id());
  WriteId(Entity::kItem, item.id, requested_.mutable_item_id());
  town_.Emit(town_.roster.app, requested_);
  return id;
}

// Somebody hopes: an item far beyond their points, declined.
void Redemptions::RequestTooMuch(uint32_t driver) {
  for (const Item& item : items_) {
    if (item.closed || item.price_pts <= town_.roster.drivers[driver].points() + 2 * kDoubtPts)
      continue;
    WriteRequest(driver, item);
    return;
  }
}

void Redemptions::Request(uint32_t index) {
  Driver& driver = town_.roster.drivers[index];
  driver.wish_planned = false;
  if (!driver.active()) return;
  if (town_.random.Permille(40)) return RequestTooMuch(index);
  const uint32_t item_index = DrawItem(driver);
  driver.wish_pts = town_.random.Day(15, 130);
  if (item_index == kNobody) return;
  Item& item = items_[item_index];
  const EntityId id = WriteRequest(index, item);
  if (driver.no_redeeming_until_day >= town_.open_day || item.stock == 0) {
    return Restock(&item);  // declined
  }
  const uint32_t slot = redemptions_.Take();
  redemptions_[slot].id = id;
  redemptions_[slot].driver = index;
  redemptions_[slot].item = item_index;
  Reserve(slot);
}

void Redemptions::Reserve(uint32_t slot) {
  const Redemption& redemption = redemptions_[slot];
  Item& item = items_[redemption.item];
  Driver& driver = town_.roster.drivers[redemption.driver];
  town_.Debit(redemption.driver, item.price_pts);
  --item.stock;
  if (item.limited) driver.limited_item_month = DateOf(town_.open_day).yyyymm();
  // A second one, where one is the limit, is declined.
  if (item.only_one && town_.random.Permille(60)) WriteRequest(redemption.driver, item);
  Restock(&item);
  const uint32_t draw = town_.random.Below(1000u);
  if (draw < 30)
    return Next(kRunOut, slot, 5 * kDayMs, 6 * kDayMs);  // never issued: released by the clock
  if (draw < 70 && item.cancellable) return Next(kCancel, slot, kMinuteMs, 20 * kHourMs);
  Next(kIssue, slot, 1'000, draw < 700 ? kHourMs : 20 * kHourMs);
}

void Redemptions::Issue(uint32_t slot) {
  Redemption& redemption = redemptions_[slot];
  const Item& item = items_[redemption.item];
  redemption.secret = town_.random.Next();
  Name(slot, &issued_);
  town_.DerivedHash(redemption.secret, 11, issued_.mutable_voucher_hash());
  town_.Emit(town_.random.Permille(750) ? town_.roster.app : item.partner, issued_);
  const uint32_t draw = town_.random.Below(1000u);
  const int64_t while_valid_ms = std::min(item.voucher_days - 1, 20) * kDayMs;
  if (draw < 60)
    return Next(kRunOut, slot, (item.voucher_days + 2) * kDayMs, (item.voucher_days + 3) * kDayMs);
  if (draw < 85 && item.cancellable) return Next(kCancel, slot, kHourMs, while_valid_ms);
  if (draw < 105) return Next(kVoid, slot, kHourMs, while_valid_ms);
  Next(kVerify, slot, 10 * kMinuteMs, while_valid_ms);
}

void Redemptions::Cancel(uint32_t slot) {
  Name(slot, &cancelled_);
  town_.Emit(town_.roster.app, cancelled_);
  Release(slot);
}

void Redemptions::Void(uint32_t slot) {
  Name(slot, &voided_);
  voided_.set_reason_code("closed-today");
  const bool own = town_.random.Permille(800);
  town_.Emit(own ? items_[redemptions_[slot].item].partner : town_.roster.administrator, voided_);
  Release(slot);
}

void Redemptions::Verify(uint32_t slot) {
  Redemption& redemption = redemptions_[slot];
  const Item& item = items_[redemption.item];
  Name(slot, &verified_);
  verified_.set_partner_id(town_.roster.producers[item.partner].id);
  town_.DerivedHash(redemption.secret, 11, verified_.mutable_voucher_hash());
  town_.Emit(item.partner, verified_);
  redemption.verified_month = DateOf(town_.open_day).yyyymm();
  Count(item.partner, redemption.verified_month, 1, item.settle_fen);
  if (item.return_days > 0 && town_.random.Permille(25)) {
    return Next(kReturn, slot, kHourMs, (item.return_days - 1) * kDayMs);
  }
  redemptions_.Give(slot);
}

void Redemptions::Return(uint32_t slot) {
  const Redemption& redemption = redemptions_[slot];
  const Item& item = items_[redemption.item];
  const Account& account = accounts_[item.partner - town_.roster.first_partner];
  if (account.settled_month >= redemption.verified_month) return redemptions_.Give(slot);
  Name(slot, &returned_);
  returned_.set_reason_code("not-as-promised");
  town_.Emit(town_.random.Permille(700) ? item.partner : town_.roster.administrator, returned_);
  Count(item.partner, redemption.verified_month, -1, -item.settle_fen);
  Release(slot);
}

// The clock has ended it: a reservation without a voucher, or a voucher that nobody used.
void Redemptions::RunOut(uint32_t slot) {
  const Item& item = items_[redemptions_[slot].item];
  const bool issued = redemptions_[slot].secret != 0;
  if (issued && !item.refunds) town_.Debit(redemptions_[slot].driver, item.price_pts);
  Release(slot);
}

void Redemptions::Release(uint32_t slot) {
  const Redemption& redemption = redemptions_[slot];
  ++items_[redemption.item].stock;
  if (town_.roster.drivers[redemption.driver].active()) {
    town_.Credit(redemption.driver, items_[redemption.item].price_pts);
  }
  redemptions_.Give(slot);
}

}  // namespace merit
