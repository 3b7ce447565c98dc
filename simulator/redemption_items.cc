#include <algorithm>

#include "simulator/redemption.h"

namespace merit {
namespace {

struct ItemRow {
  v1::ItemKind kind;
  int32_t price_pts;
  int32_t stock_permille;  // of the drivers
  int32_t limit;
  v1::LimitPeriod period;
};

constexpr ItemRow kItems[] = {
    {v1::ITEM_KIND_WASH, 20, 12, 4, v1::LIMIT_PERIOD_MONTH},
    {v1::ITEM_KIND_MEAL, 15, 15, 0, v1::LIMIT_PERIOD_UNSPECIFIED},
    {v1::ITEM_KIND_CHARGING, 30, 15, 0, v1::LIMIT_PERIOD_UNSPECIFIED},
    {v1::ITEM_KIND_MAINTENANCE, 80, 6, 1, v1::LIMIT_PERIOD_QUARTER},
    {v1::ITEM_KIND_INSPECTION, 60, 6, 1, v1::LIMIT_PERIOD_YEAR},
    {v1::ITEM_KIND_REPAIR, 100, 4, 0, v1::LIMIT_PERIOD_UNSPECIFIED},
    {v1::ITEM_KIND_CLAIM_SERVICE, 50, 4, 2, v1::LIMIT_PERIOD_YEAR},
    {v1::ITEM_KIND_LODGING, 90, 3, 1, v1::LIMIT_PERIOD_DAY},
    {v1::ITEM_KIND_GOODS, 25, 12, 0, v1::LIMIT_PERIOD_UNSPECIFIED},
};

}  // namespace

void Redemptions::Start() {
  accounts_.resize(town_.roster.partner_count);
  town_.Plan(town_.now_ms + 30 * kMinuteMs, Family::kRedemption, kListItems);
}

void Redemptions::PlanDay() {
  const Date date = DateOf(town_.today);
  if (date.month == 1 && date.day == 1 && town_.today != town_.options.first_day) {
    // What the year before last gave has expired.
    for (Driver& driver : town_.roster.drivers) {
      driver.points_older = driver.points_newer;
      driver.points_newer = 0;
    }
  }
  if (date.day >= 3 && date.day <= 5) PlanSettlements(date);
  for (uint32_t index = 0; index < items_.size(); ++index) {
    if (items_[index].closed || items_[index].close_day >= town_.today) continue;
    town_.Plan(town_.DrawTime(town_.today), Family::kRedemption, kReplaceItem, index);
  }
}

void Redemptions::ListItems() {
  const uint32_t count = std::max(9u, town_.roster.partner_count * 3 / 2);
  for (uint32_t index = 0; index < count; ++index) {
    town_.now_ms += town_.random.Between(1'000, 20'000);
    items_.emplace_back();
    List(index);
  }
}

void Redemptions::List(uint32_t index) {
  const ItemRow& row = kItems[index % std::size(kItems)];
  Item& item = items_[index];
  item.id = town_.NewId(Entity::kItem);
  item.partner = town_.roster.first_partner + index % town_.roster.partner_count;
  item.kind = row.kind;
  item.price_pts = row.price_pts + 5 * town_.random.Day(-1, 3);
  item.settle_fen = int64_t{item.price_pts} * town_.random.Between(60, 90);
  const auto drivers = static_cast<int64_t>(town_.options.drivers);
  item.full_stock = static_cast<int32_t>(4 + drivers * row.stock_permille / 1000);
  item.stock = item.full_stock;
  item.voucher_days = 10 * town_.random.Day(1, 6);
  item.return_days = town_.random.Permille(600) ? town_.random.Day(3, 15) : 0;
  item.limited = row.limit > 0;
  item.only_one = row.limit == 1;
  item.refunds = !town_.random.Permille(250);
  item.cancellable = !town_.random.Permille(150);
  item.close_day = town_.open_day + town_.random.Day(90, 400);
  item.closed = false;
  v1::ItemListed listed;
  WriteId(Entity::kItem, item.id, listed.mutable_item_id());
  listed.set_partner_id(town_.roster.producers[item.partner].id);
  listed.set_kind(item.kind);
  listed.set_price_pts(item.price_pts);
  listed.set_settle_fen(item.settle_fen);
  listed.set_stock(item.stock);
  listed.set_per_driver_limit(row.limit);
  listed.set_limit_period(row.period);
  listed.set_voucher_days(item.voucher_days);
  listed.set_on_expire(item.refunds ? v1::ON_EXPIRE_REFUND : v1::ON_EXPIRE_FORFEIT);
  listed.set_return_days(item.return_days);
  listed.set_cancellable(item.cancellable);
  listed.set_open_day(town_.open_day);
  listed.set_close_day(item.close_day);
  town_.Emit(town_.random.Permille(800) ? item.partner : town_.roster.administrator, listed);
}

void Redemptions::ReplaceItem(uint32_t index) {
  Item& item = items_[index];
  v1::ItemClosed closed;
  WriteId(Entity::kItem, item.id, closed.mutable_item_id());
  town_.Emit(item.partner, closed);
  item.closed = true;
  // Vouchers of the old item are still out, so the new one gets a place of its own.
  town_.now_ms += 60'000;
  const auto next = static_cast<uint32_t>(items_.size());
  items_.emplace_back();
  List(next);
}

void Redemptions::Restock(Item* item) {
  if (item->stock > item->full_stock / 10 || item->closed || town_.random.Permille(600)) return;
  v1::StockAdjusted adjusted;
  WriteId(Entity::kItem, item->id, adjusted.mutable_item_id());
  adjusted.set_delta(item->full_stock);
  item->stock += item->full_stock;
  town_.Emit(item->partner, adjusted);
}

void Redemptions::PlanSettlements(const Date& date) {
  for (uint32_t partner = 0; partner < accounts_.size(); ++partner) {
    if (partner % 3 != static_cast<uint32_t>(date.day - 3)) continue;
    const int64_t in_day = town_.random.Between(9 * kHourMs, 17 * kHourMs);
    town_.Plan(town_.Midnight(town_.today) + in_day, Family::kRedemption, kSettle, partner);
  }
}

void Redemptions::Count(uint32_t partner, int32_t month, int32_t count, int64_t amount_fen) {
  std::vector<Tally>& open = accounts_[partner - town_.roster.first_partner].open;
  for (Tally& tally : open) {
    if (tally.month != month) continue;
    tally.count += count;
    tally.amount_fen += amount_fen;
    return;
  }
  open.push_back({month, count, amount_fen});
}

void Redemptions::Settle(uint32_t partner, bool again) {
  Account& account = accounts_[partner];
  const Date today = DateOf(town_.open_day);
  const int32_t month = DateOf(DayOf({today.year, today.month, 1}) - 1).yyyymm();
  v1::SettlementBatchClosed closed;
  if (!again) account.batch = town_.NewId(Entity::kBatch);
  WriteId(Entity::kBatch, account.batch, closed.mutable_batch_id());
  closed.set_partner_id(town_.roster.producers[town_.roster.first_partner + partner].id);
  closed.set_month(month);
  int32_t count = 0;
  int64_t amount_fen = 0;
  for (const Tally& tally : account.open) {
    if (tally.month > month) continue;
    count += tally.count;
    amount_fen += tally.amount_fen;
  }
  // A voucher that the accountant overlooked; the next day they look again.
  const bool wrong = !again && count > 0 && town_.random.Permille(40);
  closed.set_count(wrong ? count - 1 : count);
  closed.set_amount_fen(amount_fen);
  town_.Emit(town_.roster.finance, closed);
  if (wrong) {
    town_.Plan(town_.now_ms + 3 * kHourMs, Family::kRedemption, kSettleAgain, partner);
    return;
  }
  account.settled_month = month;
  std::erase_if(account.open, [month](const Tally& tally) { return tally.month <= month; });
}

}  // namespace merit
