#include "engine/core/redemption.h"

#include <algorithm>

#include "engine/core/checks.h"
#include "engine/core/ledger.h"
#include "engine/core/reports.h"
#include "engine/core/rules.h"
#include "engine/core/standing.h"

namespace merit {
namespace {

constexpr int64_t kStockMax = 1'000'000'000;

// --- fields ------------------------------------------------------------------------------------

int BreachOf(const v1::ItemListed& m) {
  using M = v1::ItemListed;
  if (!IsId(m.item_id())) return M::kItemIdFieldNumber;
  if (!IsId(m.partner_id())) return M::kPartnerIdFieldNumber;
  if (!IsSaid(m.kind(), v1::ItemKind_IsValid)) return M::kKindFieldNumber;
  if (!IsWithin(m.price_pts(), 1, 1'000'000)) return M::kPricePtsFieldNumber;
  if (!IsWithin(m.settle_fen(), 0, 1'000'000'000)) return M::kSettleFenFieldNumber;
  if (!IsWithin(m.stock(), 0, kStockMax)) return M::kStockFieldNumber;
  if (!IsWithin(m.per_driver_limit(), 0, 1'000)) return M::kPerDriverLimitFieldNumber;
  if (m.per_driver_limit() > 0 ? !IsSaid(m.limit_period(), v1::LimitPeriod_IsValid)
                               : m.limit_period() != 0) {
    return M::kLimitPeriodFieldNumber;
  }
  if (!IsWithin(m.voucher_days(), 1, 730)) return M::kVoucherDaysFieldNumber;
  if (!IsSaid(m.on_expire(), v1::OnExpire_IsValid)) return M::kOnExpireFieldNumber;
  if (!IsWithin(m.return_days(), 0, 365)) return M::kReturnDaysFieldNumber;
  if (!IsDay(m.open_day())) return M::kOpenDayFieldNumber;
  if (!IsDay(m.close_day()) || m.close_day() < m.open_day()) return M::kCloseDayFieldNumber;
  return 0;
}

int BreachOf(const v1::SettlementBatchClosed& m, int32_t open_day) {
  using M = v1::SettlementBatchClosed;
  if (!IsId(m.batch_id())) return M::kBatchIdFieldNumber;
  if (!IsId(m.partner_id())) return M::kPartnerIdFieldNumber;
  const bool is_month = m.month() >= 197'001 && m.month() % 100 >= 1 && m.month() % 100 <= 12;
  if (!is_month || m.month() > MonthOf(open_day)) return M::kMonthFieldNumber;
  return 0;
}

// --- owners, limits ----------------------------------------------------------------------------

// Whether the event's producer may speak of that partner's things: the partner itself, or one who
// has another of the event's roles.
bool MayActFor(Fold& fold, uint32_t partner, std::initializer_list<v1::Role> other_roles) {
  if (fold.producer == partner && fold.city.producers.Get(partner).Has(v1::ROLE_PARTNER))
    return true;
  const ProducerRow& producer = fold.city.producers.Get(fold.producer);
  return std::any_of(other_roles.begin(), other_roles.end(),
                     [&](v1::Role role) { return producer.Has(role); });
}

uint32_t PartnerOf(City& city, const RedemptionRow& redemption) {
  return redemption.item == kNone ? kNone : city.items.Get(redemption.item).partner;
}

Verdict NotTheOwner() { return Refused(v1::CODE_UNAUTHORISED, 6); }

// Last day of the calendar period of `day`.
int32_t LastDayOfPeriod(v1::LimitPeriod period, int32_t day) {
  const CivilDay civil = CivilOf(day);
  switch (period) {
    case v1::LIMIT_PERIOD_DAY:
      return day;
    case v1::LIMIT_PERIOD_MONTH:
      return LastDayOfMonth(MonthOf(day));
    case v1::LIMIT_PERIOD_QUARTER:
      return LastDayOfMonth(civil.year * 100 + (civil.month + 2) / 3 * 3);
    default:
      return DayOf({civil.year, 12, 31});
  }
}

uint32_t CountInPeriod(const DriverRow& driver, uint32_t item, int32_t last_day) {
  for (const LimitUse& use : driver.limits) {
    if (use.item == item && use.last_day == last_day) return use.count;
  }
  return 0;
}

void CountRequest(Fold& fold, uint32_t driver, uint32_t item_number) {
  const ItemRow& item = fold.city.items.Get(item_number);
  if (item.per_driver_limit == 0) return;
  DriverRow& row = fold.city.drivers.Edit(driver);
  row.limits.erase_if([&](const LimitUse& use) { return use.last_day < fold.open_day(); });
  const int32_t last_day = LastDayOfPeriod(item.limit_period, fold.open_day());
  for (LimitUse& use : row.limits) {
    if (use.item == item_number && use.last_day == last_day) {
      ++use.count;
      return;
    }
  }
  row.limits.push_back({item_number, last_day, 1});
}

// A redemption came to nothing: its unit goes back on the shelf, and, while the period of its
// request lasts, the driver may ask again. `today`: open_day, or the day after the one closing.
void GiveUnitBack(Fold& fold, const RedemptionRow& redemption, bool uncount, int32_t today) {
  ItemRow& item = fold.city.items.Edit(redemption.item);
  ++item.stock;
  if (!uncount || item.per_driver_limit == 0) return;
  const int32_t last_day = LastDayOfPeriod(item.limit_period, redemption.request_day);
  if (last_day < today) return;
  for (LimitUse& use : fold.city.drivers.Edit(redemption.driver).limits) {
    if (use.item == redemption.item && use.last_day == last_day && use.count > 0) --use.count;
  }
}

// --- requests ----------------------------------------------------------------------------------

v1::DeclineCode DeclineOf(Fold& fold, uint32_t driver, uint32_t item_number) {
  City& city = fold.city;
  const int32_t today = fold.open_day();
  if (driver == kNone) return v1::DECLINE_CODE_UNKNOWN_DRIVER;
  if (IsSuspended(city, city.drivers.Get(driver), v1::SUSPENSION_SCOPE_REDEEM, today))
    return v1::DECLINE_CODE_SUSPENDED;
  if (item_number == kNone) return v1::DECLINE_CODE_UNKNOWN_ITEM;
  const ItemRow& item = city.items.Get(item_number);
  if (item.ended || today < item.open_day || today > item.close_day ||
      !city.producers.Get(item.partner).IsPartner()) {
    return v1::DECLINE_CODE_ITEM_CLOSED;
  }
  const DriverRow& row = city.drivers.Get(driver);
  if (item.per_driver_limit > 0 &&
      CountInPeriod(row, item_number, LastDayOfPeriod(item.limit_period, today)) >=
          item.per_driver_limit) {
    return v1::DECLINE_CODE_LIMIT;
  }
  if (item.stock == 0) return v1::DECLINE_CODE_STOCK;
  if (row.arrears_pts < 0) return v1::DECLINE_CODE_ARREARS;
  if (row.available_pts < item.price_pts) return v1::DECLINE_CODE_BALANCE;
  return v1::DECLINE_CODE_UNSPECIFIED;
}

void Reserve(Fold& fold, uint32_t redemption) {
  City& city = fold.city;
  RedemptionRow& row = city.redemptions.Edit(redemption);
  row.state = v1::REDEMPTION_STATE_RESERVED;
  row.due_day =
      fold.open_day() + static_cast<int32_t>(city.policy().numbers().voucher_issue_days());
  city.AppendTo(ListKind::kReservationsDue, row.due_day, redemption);
  --city.items.Edit(row.item).stock;
  CountRequest(fold, row.driver, row.item);
  Hold(fold, row.driver, row.price_pts, &row.slices);
}

// --- what ends a redemption --------------------------------------------------------------------

void SetState(Fold& fold, uint32_t redemption, v1::RedemptionState state) {
  RedemptionRow& row = fold.city.redemptions.Edit(redemption);
  row.state = state;
  fold.effects.RedemptionState(row.id.view(), state);
}

void ReleaseHold(Fold& fold, uint32_t redemption, int32_t today) {
  SetState(fold, redemption, v1::REDEMPTION_STATE_RELEASED);
  RedemptionRow& row = fold.city.redemptions.Edit(redemption);
  Release(fold, row.driver, row.slices, today);
  row.slices.clear();
  GiveUnitBack(fold, row, true, today);
}

// The redemption that an event names in its first field, or why there is none to work on.
struct Found {
  Verdict verdict;
  uint32_t number = kNone;
};

Found FindRedemption(Fold& fold, const std::string& redemption_id) {
  constexpr int kField = 1;  // redemption_id, in each of these messages
  if (!IsId(redemption_id)) return {Range(kField)};
  const uint32_t number = fold.city.redemptions.Find(redemption_id);
  if (number == kNone) return {Park(kField, Awaited::kRedemption, redemption_id)};
  return {Applied(), number};
}

bool IsOwner(Fold& fold, const RedemptionRow& redemption,
             std::initializer_list<v1::Role> other_roles) {
  return MayActFor(fold, PartnerOf(fold.city, redemption), other_roles);
}

}  // namespace

void ExpireVoucher(Fold& fold, uint32_t redemption, int32_t tomorrow) {
  SetState(fold, redemption, v1::REDEMPTION_STATE_EXPIRED);
  RedemptionRow& row = fold.city.redemptions.Edit(redemption);
  const bool refund = fold.city.items.Get(row.item).on_expire == v1::ON_EXPIRE_REFUND;
  if (refund) {
    Release(fold, row.driver, row.slices, tomorrow);
  } else {
    Forfeit(fold, row.driver, row.price_pts);
  }
  row.slices.clear();
  GiveUnitBack(fold, row, refund, tomorrow);
}

void ReleaseReservation(Fold& fold, uint32_t redemption, int32_t tomorrow) {
  ReleaseHold(fold, redemption, tomorrow);
}

Verdict Apply(Fold& fold, const v1::ItemListed& m) {
  using M = v1::ItemListed;
  City& city = fold.city;
  if (const int field = BreachOf(m)) return Range(field);
  const uint32_t partner = city.producers.Find(m.partner_id());
  if (partner == kNone || !city.producers.Get(partner).IsPartner()) {
    return Refused(v1::CODE_UNKNOWN_PARTNER, M::kPartnerIdFieldNumber);
  }
  if (city.items.Find(m.item_id()) != kNone) return IdTaken(M::kItemIdFieldNumber);
  if (!MayActFor(fold, partner, {v1::ROLE_ADMIN})) return NotTheOwner();
  ItemRow& row = city.items.AddWithId(m.item_id());
  row.partner = partner;
  row.on_expire = m.on_expire();
  row.limit_period = m.limit_period();
  row.cancellable = m.cancellable();
  row.price_pts = m.price_pts();
  row.settle_fen = m.settle_fen();
  row.stock = m.stock();
  row.per_driver_limit = static_cast<uint32_t>(m.per_driver_limit());
  row.voucher_days = m.voucher_days();
  row.return_days = m.return_days();
  row.open_day = m.open_day();
  row.close_day = m.close_day();
  return Applied();
}

Verdict Apply(Fold& fold, const v1::StockAdjusted& m) {
  using M = v1::StockAdjusted;
  City& city = fold.city;
  if (!IsId(m.item_id())) return Range(M::kItemIdFieldNumber);
  if (m.delta() == 0 || !IsWithin(m.delta(), -kStockMax, kStockMax))
    return Range(M::kDeltaFieldNumber);
  const uint32_t item = city.items.Find(m.item_id());
  if (item == kNone) return Refused(v1::CODE_UNKNOWN_ITEM, M::kItemIdFieldNumber);
  const ItemRow& row = city.items.Get(item);
  if (!MayActFor(fold, row.partner, {v1::ROLE_ADMIN})) return NotTheOwner();
  if (row.ended) return BadState(v1::LIFE_STATE_ENDED);
  if (!IsWithin(row.stock + m.delta(), 0, kStockMax)) return Range(M::kDeltaFieldNumber);
  city.items.Edit(item).stock += m.delta();
  return Applied();
}

Verdict Apply(Fold& fold, const v1::ItemClosed& m) {
  constexpr int kField = v1::ItemClosed::kItemIdFieldNumber;
  City& city = fold.city;
  if (!IsId(m.item_id())) return Range(kField);
  const uint32_t item = city.items.Find(m.item_id());
  if (item == kNone) return Refused(v1::CODE_UNKNOWN_ITEM, kField);
  if (!MayActFor(fold, city.items.Get(item).partner, {v1::ROLE_ADMIN})) return NotTheOwner();
  if (city.items.Get(item).ended) return BadState(v1::LIFE_STATE_ENDED);
  city.items.Edit(item).ended = true;
  return Applied();
}

Verdict Apply(Fold& fold, const v1::RedemptionRequested& m) {
  using M = v1::RedemptionRequested;
  City& city = fold.city;
  if (!IsId(m.redemption_id())) return Range(M::kRedemptionIdFieldNumber);
  if (!IsId(m.driver_id())) return Range(M::kDriverIdFieldNumber);
  if (!IsId(m.item_id())) return Range(M::kItemIdFieldNumber);
  if (city.redemptions.Find(m.redemption_id()) != kNone)
    return IdTaken(M::kRedemptionIdFieldNumber);

  const uint32_t driver = FindDriver(city, m.driver_id());
  const uint32_t item = city.items.Find(m.item_id());
  const v1::DeclineCode decline = DeclineOf(fold, driver, item);
  const bool item_was_reached =
      decline == v1::DECLINE_CODE_UNSPECIFIED || decline > v1::DECLINE_CODE_UNKNOWN_ITEM;
  const uint32_t redemption = city.redemptions.size();
  RedemptionRow& row = city.redemptions.AddWithId(m.redemption_id());
  row.driver_id = Id(m.driver_id());
  row.item_id = Id(m.item_id());
  row.driver = driver;
  row.item = item_was_reached ? item : kNone;
  row.state = v1::REDEMPTION_STATE_DECLINED;
  row.price_pts = item_was_reached ? city.items.Get(item).price_pts : 0;
  row.request_day = fold.open_day();
  fold.effects.RedemptionDecided(m.redemption_id(), m.driver_id(), m.item_id(), decline,
                                 row.price_pts);
  if (decline == v1::DECLINE_CODE_UNSPECIFIED) Reserve(fold, redemption);
  fold.created = {Awaited::kRedemption, Id(m.redemption_id())};
  return Applied();
}

Verdict Apply(Fold& fold, const v1::RedemptionCancelled& m) {
  const Found found = FindRedemption(fold, m.redemption_id());
  if (!found.verdict.applied()) return found.verdict;
  const RedemptionRow& row = fold.city.redemptions.Get(found.number);
  const bool under_way =
      row.state == v1::REDEMPTION_STATE_RESERVED || row.state == v1::REDEMPTION_STATE_ISSUED;
  if (!under_way || !fold.city.items.Get(row.item).cancellable) return BadState(row.state);
  ReleaseHold(fold, found.number, fold.open_day());
  return Applied();
}

Verdict Apply(Fold& fold, const v1::VoucherIssued& m) {
  City& city = fold.city;
  if (IsId(m.redemption_id()) && !IsHash(m.voucher_hash()))
    return Range(v1::VoucherIssued::kVoucherHashFieldNumber);
  const Found found = FindRedemption(fold, m.redemption_id());
  if (!found.verdict.applied()) return found.verdict;
  const RedemptionRow& known = city.redemptions.Get(found.number);
  if (!IsOwner(fold, known, {v1::ROLE_APP})) return NotTheOwner();
  if (known.state != v1::REDEMPTION_STATE_RESERVED) return BadState(known.state);
  RedemptionRow& row = city.redemptions.Edit(found.number);
  row.state = v1::REDEMPTION_STATE_ISSUED;
  row.due_day = fold.open_day() + city.items.Get(row.item).voucher_days;
  row.voucher_hash = m.voucher_hash();
  city.AppendTo(ListKind::kVouchersDue, row.due_day, found.number);
  fold.effects.RedemptionState(row.id.view(), row.state, row.due_day);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::VoucherVerified& m) {
  using M = v1::VoucherVerified;
  City& city = fold.city;
  if (!IsId(m.redemption_id())) return Range(M::kRedemptionIdFieldNumber);
  if (!IsId(m.partner_id())) return Range(M::kPartnerIdFieldNumber);
  if (!IsHash(m.voucher_hash())) return Range(M::kVoucherHashFieldNumber);
  const Found found = FindRedemption(fold, m.redemption_id());
  if (!found.verdict.applied()) return found.verdict;
  const RedemptionRow& known = city.redemptions.Get(found.number);
  const uint32_t partner = PartnerOf(city, known);
  if (!MayActFor(fold, partner, {}) || city.producers.Get(partner).id.view() != m.partner_id())
    return NotTheOwner();
  if (known.state != v1::REDEMPTION_STATE_ISSUED) return BadState(known.state);
  if (known.voucher_hash != m.voucher_hash()) return Range(M::kVoucherHashFieldNumber);
  SetState(fold, found.number, v1::REDEMPTION_STATE_VERIFIED);
  RedemptionRow& row = city.redemptions.Edit(found.number);
  row.verified_day = fold.open_day();
  city.lists.Append(static_cast<uint8_t>(ListKind::kVerified), partner, found.number);
  Capture(fold, row.driver, partner, row.price_pts);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::VoucherVoided& m) {
  if (IsId(m.redemption_id()) && !IsIdOrEmpty(m.reason_code()))
    return Range(v1::VoucherVoided::kReasonCodeFieldNumber);
  const Found found = FindRedemption(fold, m.redemption_id());
  if (!found.verdict.applied()) return found.verdict;
  const RedemptionRow& row = fold.city.redemptions.Get(found.number);
  if (!IsOwner(fold, row, {v1::ROLE_ADMIN})) return NotTheOwner();
  if (row.state != v1::REDEMPTION_STATE_ISSUED) return BadState(row.state);
  ReleaseHold(fold, found.number, fold.open_day());
  return Applied();
}

Verdict Apply(Fold& fold, const v1::VoucherReturned& m) {
  City& city = fold.city;
  if (IsId(m.redemption_id()) && !IsIdOrEmpty(m.reason_code())) {
    return Range(v1::VoucherReturned::kReasonCodeFieldNumber);
  }
  const Found found = FindRedemption(fold, m.redemption_id());
  if (!found.verdict.applied()) return found.verdict;
  const RedemptionRow& known = city.redemptions.Get(found.number);
  if (!IsOwner(fold, known, {v1::ROLE_ADMIN})) return NotTheOwner();
  if (known.state != v1::REDEMPTION_STATE_VERIFIED) return BadState(known.state);
  const int32_t return_days = city.items.Get(known.item).return_days;
  if (return_days == 0 || fold.open_day() > known.verified_day + return_days)
    return BadState(known.state);
  SetState(fold, found.number, v1::REDEMPTION_STATE_RETURNED);
  RedemptionRow& row = city.redemptions.Edit(found.number);
  ReturnPoints(fold, row.driver, PartnerOf(city, row), row.slices, fold.open_day());
  row.slices.clear();
  GiveUnitBack(fold, row, true, fold.open_day());
  return Applied();
}

Verdict Apply(Fold& fold, const v1::SettlementBatchClosed& m) {
  using M = v1::SettlementBatchClosed;
  City& city = fold.city;
  if (const int field = BreachOf(m, fold.open_day())) return Range(field);
  const uint32_t partner = city.producers.Find(m.partner_id());
  if (partner == kNone || !city.producers.Get(partner).was_partner) {
    return Refused(v1::CODE_UNKNOWN_PARTNER, M::kPartnerIdFieldNumber);
  }
  if (const uint32_t batch = city.batches.Find(m.batch_id()); batch != kNone) {
    const BatchRow& before = city.batches.Get(batch);
    const bool same = before.partner_id.view() == m.partner_id() && before.month == m.month() &&
                      before.count == m.count() && before.amount_fen == m.amount_fen();
    return same ? Refused(v1::CODE_DUPLICATE, v1::CODE_APPLIED) : IdTaken(M::kBatchIdFieldNumber);
  }

  const int32_t last_day = LastDayOfMonth(m.month());
  std::vector<uint32_t> settled;
  std::vector<uint32_t> left;
  int64_t amount_fen = 0;
  int64_t pts = 0;
  constexpr auto kKind = static_cast<uint8_t>(ListKind::kVerified);
  for (uint32_t number : city.lists.Peek(kKind, partner)) {
    const RedemptionRow& row = city.redemptions.Get(number);
    if (row.state != v1::REDEMPTION_STATE_VERIFIED) continue;
    if (row.verified_day > last_day) {
      left.push_back(number);
      continue;
    }
    settled.push_back(number);
    amount_fen += city.items.Get(row.item).settle_fen;
    pts += row.price_pts;
  }
  const auto count = static_cast<uint32_t>(settled.size());
  if (m.count() != static_cast<int64_t>(count) || m.amount_fen() != amount_fen) {
    fold.effects.Settlement(m.batch_id(), count, amount_fen, pts);
    return Refused(v1::CODE_SETTLEMENT_MISMATCH);
  }
  for (uint32_t number : settled) {
    SetState(fold, number, v1::REDEMPTION_STATE_SETTLED);
    city.redemptions.Edit(number).slices.clear();
  }
  city.lists.Take(kKind, partner);
  for (uint32_t number : left) city.lists.Append(kKind, partner, number);
  BatchRow& batch = city.batches.AddWithId(m.batch_id());
  batch.partner_id = Id(m.partner_id());
  batch.month = m.month();
  batch.count = m.count();
  batch.amount_fen = m.amount_fen();
  fold.effects.Settlement(m.batch_id(), count, amount_fen, pts);
  Settle(fold, partner, pts);
  return Applied();
}

}  // namespace merit
