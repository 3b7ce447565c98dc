#include "engine/core/ledger.h"

#include <algorithm>

#include "engine/core/score.h"

namespace merit {
namespace {

constexpr int32_t kCapDays = 128;  // a cap's counter lives this many days past its day or month

// One posting to an account: the owner's balance, the city's total, the effect.
void Post(Fold& fold, v1::AccountKind account, uint32_t owner, int64_t delta_pts) {
  if (delta_pts == 0) return;
  City& city = fold.city;
  Totals& totals = city.row.totals;
  std::string_view owner_id;
  const auto driver_balance = [&](int64_t DriverRow::*balance, int64_t& total) {
    DriverRow& driver = city.EditDriver(owner);
    driver.*balance += delta_pts;
    total += delta_pts;
    owner_id = driver.id.view();
  };
  const auto partner_balance = [&](int64_t ProducerRow::*balance, int64_t& total) {
    ProducerRow& partner = city.producers.Edit(owner);
    partner.*balance += delta_pts;
    total += delta_pts;
    owner_id = partner.id.view();
  };
  switch (account) {
    case v1::ACCOUNT_KIND_ISSUED:
      totals.issued += delta_pts;
      break;
    case v1::ACCOUNT_KIND_CLAWED:
      totals.clawed += delta_pts;
      break;
    case v1::ACCOUNT_KIND_EXPIRED:
      totals.expired += delta_pts;
      break;
    case v1::ACCOUNT_KIND_FORFEITED:
      totals.forfeited += delta_pts;
      break;
    case v1::ACCOUNT_KIND_AVAILABLE:
      driver_balance(&DriverRow::available_pts, totals.available);
      break;
    case v1::ACCOUNT_KIND_HELD:
      driver_balance(&DriverRow::held_pts, totals.held);
      break;
    case v1::ACCOUNT_KIND_ARREARS:
      driver_balance(&DriverRow::arrears_pts, totals.arrears);
      break;
    case v1::ACCOUNT_KIND_PARTNER:
      partner_balance(&ProducerRow::partner_pts, totals.partner);
      break;
    case v1::ACCOUNT_KIND_SETTLED:
      partner_balance(&ProducerRow::settled_pts, totals.settled);
      break;
    default:
      MERIT_CHECK(false);
  }
  fold.posted_pts += delta_pts;
  fold.effects.Posting(account, owner_id, delta_pts);
}

// Adds points to the lot of that day, and says so.
void ChangeLot(Fold& fold, uint32_t driver, int32_t expire_day, int64_t delta_pts) {
  if (delta_pts == 0) return;
  DriverRow& row = fold.city.drivers.Edit(driver);
  uint32_t place = 0;
  while (place < row.lots.size() && row.lots[place].expire_day < expire_day) ++place;
  if (place == row.lots.size() || row.lots[place].expire_day != expire_day) {
    row.lots.insert(place, {expire_day, 0});
    if (expire_day <= kDayMax) fold.city.AppendTo(ListKind::kLotsDue, expire_day, driver);
  }
  row.lots[place].pts += delta_pts;
  MERIT_CHECK(row.lots[place].pts >= 0);
  if (row.lots[place].pts == 0) row.lots.erase(place);
  fold.effects.LotChanged(row.id.view(), expire_day, delta_pts);
}

// Takes points from the earliest lots; what was taken of each goes to `slices`, where there is one.
void TakeFromLots(Fold& fold, uint32_t driver, int64_t pts, List<Lot>* slices) {
  while (pts > 0) {
    const Lot lot = fold.city.drivers.Get(driver).lots[0];
    const int64_t taken = std::min(pts, lot.pts);
    if (slices != nullptr) slices->push_back({lot.expire_day, taken});
    ChangeLot(fold, driver, lot.expire_day, -taken);
    pts -= taken;
  }
}

// Points come back: to the lots that they came from, or, where these are past, to one of the days
// of grace.
void GiveBack(Fold& fold, uint32_t driver, const List<Lot>& slices, int32_t day) {
  const Policy& policy = fold.city.PolicyOn(day);
  const int32_t grace_day = day + static_cast<int32_t>(policy.numbers().release_grace_days());
  List<Lot> lots;  // by expire_day, each once
  for (const Lot& slice : slices) {
    const int32_t expire_day = slice.expire_day < day ? grace_day : slice.expire_day;
    uint32_t place = 0;
    while (place < lots.size() && lots[place].expire_day < expire_day) ++place;
    if (place == lots.size() || lots[place].expire_day != expire_day)
      lots.insert(place, {expire_day, 0});
    lots[place].pts += slice.pts;
  }
  for (const Lot& lot : lots) ChangeLot(fold, driver, lot.expire_day, lot.pts);
}

int64_t SumOf(const List<Lot>& slices) {
  int64_t sum = 0;
  for (const Lot& slice : slices) sum += slice.pts;
  return sum;
}

// Points of an award reach the driver: debts first, the rest into today's lot. Returns what repaid
// debts.
int64_t RepaidBy(const DriverRow& driver, int64_t pts) {
  return std::min(pts, -driver.arrears_pts);
}

void PayOut(Fold& fold, uint32_t driver, int64_t pts, int64_t repaid_pts) {
  const int32_t day = fold.open_day();
  Post(fold, v1::ACCOUNT_KIND_ISSUED, kNone, -pts);
  Post(fold, v1::ACCOUNT_KIND_ARREARS, driver, repaid_pts);
  Post(fold, v1::ACCOUNT_KIND_AVAILABLE, driver, pts - repaid_pts);
  ChangeLot(fold, driver, fold.city.PolicyOn(day).ExpireDay(day), pts - repaid_pts);
}

// --- caps

// Where the counter of that period stands, or would. They are sorted, and the newest are asked for:
// from the end.
uint32_t PlaceOfUse(const List<CapUse>& uses, int32_t period) {
  uint32_t place = uses.size();
  while (place > 0 && uses[place - 1].period >= period) --place;
  return place;
}

// The counter of that period, or null where there is none; those that are past their life are
// dropped on the way.
const CapUse* FindUse(List<CapUse>* uses, int32_t period, int32_t oldest) {
  while (!uses->empty() && (*uses)[0].period < oldest) uses->erase(0);
  const uint32_t place = PlaceOfUse(*uses, period);
  return place < uses->size() && (*uses)[place].period == period ? &(*uses)[place] : nullptr;
}

// Cuts `*pts` to what the cap leaves; returns the cut.
int64_t CutTo(int64_t room, int64_t* pts) {
  const int64_t cut = std::max<int64_t>(0, *pts - std::max<int64_t>(0, room));
  *pts -= cut;
  return cut;
}

void AddUse(List<CapUse>* uses, int32_t period, int64_t pts) {
  if (pts == 0) return;
  const uint32_t place = PlaceOfUse(*uses, period);
  if (place == uses->size() || (*uses)[place].period != period) uses->insert(place, {period, 0});
  (*uses)[place].used_pts += static_cast<uint32_t>(pts);
}

// The oldest month whose last day is at most kCapDays before today.
int32_t OldestMonth(int32_t open_day) { return MonthOf(open_day - kCapDays); }

bool IsBudgeted(v1::AwardSource source) {
  return source == v1::AWARD_SOURCE_REPORT || source == v1::AWARD_SOURCE_CORROBORATION ||
         source == v1::AWARD_SOURCE_VOLUNTEER;
}

void CutByCaps(Fold& fold, const AwardOrder& order, AwardEffect* award) {
  if (order.cap_group != v1::CAP_GROUP_CAPPED) return;
  const v1::Policy& policy = order.policy->numbers();
  DriverRow& driver = fold.city.drivers.Edit(order.driver);
  const int32_t today = fold.open_day();
  const int32_t month = MonthOf(order.merit_day);
  const CapUse* const day_use = FindUse(&driver.used_days, order.merit_day, today - kCapDays);
  const int64_t used_day = day_use == nullptr ? 0 : day_use->used_pts;
  const CapUse* const month_use = FindUse(&driver.used_months, month, OldestMonth(today));
  const int64_t used_month = month_use == nullptr ? 0 : month_use->used_pts;
  award->cut_day_pts = CutTo(policy.cap_daily_pts() - used_day, &award->awarded_pts);
  award->cut_month_pts = CutTo(policy.cap_monthly_pts() - used_month, &award->awarded_pts);
}

void CutByBudget(Fold& fold, const AwardOrder& order, AwardEffect* award) {
  if (!IsBudgeted(order.source)) return;
  CityRow& city = fold.city.row;
  const int32_t month = MonthOf(city.open_day);
  if (city.budget_month != month) {
    city.budget_month = month;
    city.budget_used_pts = 0;
    city.budget_cut_pts = 0;
  }
  const int64_t budget = fold.city.policy().numbers().budget_monthly_pts();
  if (budget > 0) award->cut_budget_pts = CutTo(budget - city.budget_used_pts, &award->awarded_pts);
  city.budget_used_pts += award->awarded_pts;
  city.budget_cut_pts += award->cut_budget_pts;
}

void CountTowardsCaps(Fold& fold, const AwardOrder& order, int64_t awarded_pts) {
  if (order.cap_group != v1::CAP_GROUP_CAPPED) return;
  DriverRow& driver = fold.city.drivers.Edit(order.driver);
  const int32_t today = fold.open_day();
  if (order.merit_day >= today - kCapDays) AddUse(&driver.used_days, order.merit_day, awarded_pts);
  const int32_t month = MonthOf(order.merit_day);
  if (month >= OldestMonth(today)) AddUse(&driver.used_months, month, awarded_pts);
}

AwardEffect AwardOf(Fold& fold, const AwardOrder& order) {
  AwardEffect award;
  award.source = order.source;
  award.source_id = order.source_id;
  award.original_id = order.original_id;
  award.driver_id = fold.city.drivers.Get(order.driver).id.view();
  award.policy_version = order.policy->version();
  award.merit_day = order.merit_day;
  award.category = order.category;
  award.computed_pts = order.computed_pts;
  award.awarded_pts = order.computed_pts;
  award.cred_permille = order.cred_permille;
  return award;
}

void ChangeMerit(Fold& fold, uint32_t driver, v1::Factor factor, int32_t day, int64_t value_mpt,
                 int count) {
  DriverRow& row = fold.city.EditDriver(driver);
  const int place = static_cast<int>(factor) - 1;
  row.sums[place] += static_cast<Int128>(value_mpt) * fold.city.policy().decay().Weight(day);
  row.counts[place] += static_cast<uint32_t>(count);
  if (value_mpt != 0) fold.effects.MeritChanged(row.id.view(), factor, day, value_mpt);
  ScoreChanged(fold, driver);
}

}  // namespace

int64_t PayAward(Fold& fold, const AwardOrder& order) {
  AwardEffect award = AwardOf(fold, order);
  CutByCaps(fold, order, &award);
  CutByBudget(fold, order, &award);
  CountTowardsCaps(fold, order, award.awarded_pts);
  award.repaid_pts = RepaidBy(fold.city.drivers.Get(order.driver), award.awarded_pts);
  fold.effects.Award(award);
  PayOut(fold, order.driver, award.awarded_pts, award.repaid_pts);
  return award.awarded_pts;
}

void PayRestored(Fold& fold, const AwardOrder& order) {
  AwardEffect award = AwardOf(fold, order);
  award.repaid_pts = RepaidBy(fold.city.drivers.Get(order.driver), award.awarded_pts);
  fold.effects.Award(award);
  PayOut(fold, order.driver, award.awarded_pts, award.repaid_pts);
}

void AddMerit(Fold& fold, uint32_t driver, v1::Factor factor, int32_t day, int64_t value_mpt) {
  ChangeMerit(fold, driver, factor, day, value_mpt, 1);
}

void TakeMeritBack(Fold& fold, uint32_t driver, v1::Factor factor, int32_t day, int64_t value_mpt) {
  ChangeMerit(fold, driver, factor, day, -value_mpt, -1);
}

void ClawBack(Fold& fold, uint32_t driver, int64_t pts) {
  const int64_t from_lots = std::min(pts, fold.city.drivers.Get(driver).available_pts);
  Post(fold, v1::ACCOUNT_KIND_CLAWED, kNone, pts);
  Post(fold, v1::ACCOUNT_KIND_AVAILABLE, driver, -from_lots);
  Post(fold, v1::ACCOUNT_KIND_ARREARS, driver, -(pts - from_lots));
  TakeFromLots(fold, driver, from_lots, nullptr);
}

void Hold(Fold& fold, uint32_t driver, int64_t pts, List<Lot>* slices) {
  Post(fold, v1::ACCOUNT_KIND_AVAILABLE, driver, -pts);
  Post(fold, v1::ACCOUNT_KIND_HELD, driver, pts);
  TakeFromLots(fold, driver, pts, slices);
}

void Release(Fold& fold, uint32_t driver, const List<Lot>& slices, int32_t day) {
  const int64_t pts = SumOf(slices);
  const bool erased = fold.city.drivers.Get(driver).erased;
  Post(fold, v1::ACCOUNT_KIND_HELD, driver, -pts);
  Post(fold, erased ? v1::ACCOUNT_KIND_FORFEITED : v1::ACCOUNT_KIND_AVAILABLE, driver, pts);
  if (!erased) GiveBack(fold, driver, slices, day);
}

void Capture(Fold& fold, uint32_t driver, uint32_t partner, int64_t pts) {
  Post(fold, v1::ACCOUNT_KIND_HELD, driver, -pts);
  Post(fold, v1::ACCOUNT_KIND_PARTNER, partner, pts);
}

void Forfeit(Fold& fold, uint32_t driver, int64_t pts) {
  Post(fold, v1::ACCOUNT_KIND_HELD, driver, -pts);
  Post(fold, v1::ACCOUNT_KIND_FORFEITED, kNone, pts);
}

void ReturnPoints(Fold& fold, uint32_t driver, uint32_t partner, const List<Lot>& slices,
                  int32_t day) {
  const int64_t pts = SumOf(slices);
  const bool erased = fold.city.drivers.Get(driver).erased;
  Post(fold, v1::ACCOUNT_KIND_PARTNER, partner, -pts);
  Post(fold, erased ? v1::ACCOUNT_KIND_FORFEITED : v1::ACCOUNT_KIND_AVAILABLE, driver, pts);
  if (!erased) GiveBack(fold, driver, slices, day);
}

void Settle(Fold& fold, uint32_t partner, int64_t pts) {
  Post(fold, v1::ACCOUNT_KIND_PARTNER, partner, -pts);
  Post(fold, v1::ACCOUNT_KIND_SETTLED, partner, pts);
}

void ExpireLot(Fold& fold, uint32_t driver, int32_t expire_day) {
  for (const Lot lot : fold.city.drivers.Get(driver).lots) {
    if (lot.expire_day != expire_day) continue;
    Post(fold, v1::ACCOUNT_KIND_AVAILABLE, driver, -lot.pts);
    Post(fold, v1::ACCOUNT_KIND_EXPIRED, kNone, lot.pts);
    ChangeLot(fold, driver, expire_day, -lot.pts);
    return;
  }
}

void ForfeitAll(Fold& fold, uint32_t driver) {
  const int64_t pts = fold.city.drivers.Get(driver).available_pts;
  Post(fold, v1::ACCOUNT_KIND_AVAILABLE, driver, -pts);
  Post(fold, v1::ACCOUNT_KIND_FORFEITED, kNone, pts);
  TakeFromLots(fold, driver, pts, nullptr);
}

}  // namespace merit
