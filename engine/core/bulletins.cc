#include "engine/core/bulletins.h"

#include <algorithm>
#include <array>

#include "engine/core/calendar.h"
#include "engine/core/score.h"

namespace merit {
namespace {

constexpr int kRankRowsMax = 1'000;
constexpr int kCandidatesMax = 1'000;
constexpr int32_t kExposureDays = 28;
constexpr int64_t kUpliftMax = 1'000'000'000;
constexpr int32_t kGraveDays = 365;
constexpr uint32_t kCandidateSafety = 900;
constexpr uint32_t kCandidateBusiness = 850;
constexpr uint32_t kCandidateContributions = 10;
constexpr int kTiers = 5;

void SetInt128(v1::Int128* message, Int128 number) {
  message->set_hi(static_cast<int64_t>(number >> 64));
  message->set_lo(static_cast<uint64_t>(number));
}

// --- LoopStats ---------------------------------------------------------------------------------

uint32_t RateBp(int64_t numerator, int64_t denominator) {
  return static_cast<uint32_t>((numerator * 20'000 + denominator) / (2 * denominator));
}

v1::LoopStats StatsOf(const CellKey& cell, const LoopCounters& c) {
  v1::LoopStats stats;
  stats.set_region_code(cell.region_code);
  stats.set_month(cell.month);
  stats.set_kind(cell.kind);
  stats.set_channel(cell.channel);
  stats.set_all(!cell.detail);
  stats.set_opened(c.opened);
  stats.set_closed(c.closed);
  stats.set_closed_on_time(c.closed_on_time);
  stats.set_open_overdue(c.open_overdue);
  stats.set_reopened(c.reopened);
  stats.set_answered(c.answered);
  stats.set_solved(c.solved);
  stats.set_satisfied(c.satisfied);
  stats.set_response_due(c.response_due);
  stats.set_response_on_time(c.response_on_time);
  stats.set_handling_minutes(c.handling_minutes);
  if (c.opened > 0) stats.set_completion_bp(RateBp(c.closed, c.opened));
  if (c.closed + c.open_overdue > 0)
    stats.set_on_time_bp(RateBp(c.closed_on_time, c.closed + c.open_overdue));
  if (c.answered > 0) stats.set_satisfaction_bp(RateBp(c.satisfied, c.answered));
  if (c.closed > 0) stats.set_follow_up_bp(RateBp(c.answered, c.closed));
  if (c.answered > 0) stats.set_solved_bp(RateBp(c.solved, c.answered));
  if (c.closed > 0) stats.set_reopen_bp(RateBp(c.reopened, c.closed));
  if (c.response_due > 0) stats.set_response_bp(RateBp(c.response_on_time, c.response_due));
  return stats;
}

void AddLoopStats(City& city, std::vector<v1::Bulletin>* bulletins) {
  std::vector<CellKey> changed = std::move(city.changed_cells);
  city.changed_cells.clear();
  std::sort(changed.begin(), changed.end());
  for (const CellKey& cell : changed) {
    CellRow& row = city.cells.Edit(cell);
    row.changed = false;
    *bulletins->emplace_back().mutable_loop_stats() = StatsOf(cell, row.counters);
  }
}

// --- BudgetUse ---------------------------------------------------------------------------------

void AddBudgetUse(const City& city, int32_t day, std::vector<v1::Bulletin>* bulletins) {
  v1::BudgetUse& use = *bulletins->emplace_back().mutable_budget_use();
  use.set_month(MonthOf(day));
  use.set_budget_pts(city.PolicyOn(day).numbers().budget_monthly_pts());
  if (city.row.budget_month != MonthOf(day)) return;
  use.set_awarded_pts(city.row.budget_used_pts);
  use.set_cut_pts(city.row.budget_cut_pts);
}

// --- RankSnapshot, Concentration ---------------------------------------------------------------

struct Ranked {
  uint32_t driver;
  uint32_t boost_bp;
  Int128 sum;
  Id id;
};

bool RanksBefore(const Ranked& a, const Ranked& b) {
  if (a.boost_bp != b.boost_bp) return a.boost_bp > b.boost_bp;
  if (a.sum != b.sum) return a.sum > b.sum;
  return a.id < b.id;
}

// The first kRankRowsMax so far, as a heap whose top is the last of them.
class RankHeap {
 public:
  void Add(const Ranked& candidate) {
    if (heap_.size() < kRankRowsMax) {
      heap_.push_back(candidate);
      std::push_heap(heap_.begin(), heap_.end(), RanksBefore);
    } else if (RanksBefore(candidate, heap_.front())) {
      std::pop_heap(heap_.begin(), heap_.end(), RanksBefore);
      heap_.back() = candidate;
      std::push_heap(heap_.begin(), heap_.end(), RanksBefore);
    }
  }
  std::vector<Ranked> Take() {
    std::sort_heap(heap_.begin(), heap_.end(), RanksBefore);
    return std::move(heap_);
  }

 private:
  std::vector<Ranked> heap_;
};

struct BoostCounts {
  std::array<uint32_t, 10'001> drivers_with{};  // by boost
  uint32_t boosted = 0;
  int64_t sum_bp = 0;
};

// One pass over the drivers, for both bulletins.
std::vector<Ranked> RankDrivers(City& city, int32_t tomorrow, BoostCounts* counts) {
  const Policy& policy = city.PolicyOn(tomorrow);
  RankHeap heap;
  city.drivers.ForEach([&](uint32_t number, const DriverRow& driver) {
    if (driver.erased) return;
    const Evaluation e = Evaluate(city, driver, tomorrow, policy);
    if (e.boost_bp == 0) return;
    ++counts->drivers_with[e.boost_bp];
    ++counts->boosted;
    counts->sum_bp += e.boost_bp;
    heap.Add({number, e.boost_bp, e.sum, driver.id});
  });
  return heap.Take();
}

void AddRankSnapshot(const std::vector<Ranked>& ranked, uint32_t boosted,
                     std::vector<v1::Bulletin>* bulletins) {
  v1::RankSnapshot& snapshot = *bulletins->emplace_back().mutable_rank_snapshot();
  snapshot.set_boosted_drivers(boosted);
  uint32_t rank = 0;
  for (const Ranked& driver : ranked) {
    v1::RankSnapshot::Row& row = *snapshot.add_rows();
    row.set_rank(++rank);
    row.set_driver_id(driver.id.str());
    row.set_boost_bp(driver.boost_bp);
    row.set_tier(TierOf(driver.boost_bp));
    SetInt128(row.mutable_merit(), driver.sum);
  }
}

void AddConcentration(const BoostCounts& counts, std::vector<v1::Bulletin>* bulletins) {
  v1::Concentration& concentration = *bulletins->emplace_back().mutable_concentration();
  const uint32_t top = (counts.boosted + 99) / 100;
  int64_t top_sum_bp = 0;
  uint32_t left = top;
  for (uint32_t boost_bp = 10'000; boost_bp > 0 && left > 0; --boost_bp) {
    const uint32_t taken = std::min(left, counts.drivers_with[boost_bp]);
    top_sum_bp += static_cast<int64_t>(taken) * boost_bp;
    left -= taken;
  }
  concentration.set_boosted_drivers(counts.boosted);
  concentration.set_top_drivers(top);
  concentration.set_boost_bp_sum(counts.sum_bp);
  concentration.set_top_boost_bp_sum(top_sum_bp);
  if (counts.boosted > 0) {
    concentration.set_share_bp(
        static_cast<uint32_t>(static_cast<Int128>(10'000) * top_sum_bp / counts.sum_bp));
  }
}

// --- ExposureAudit -----------------------------------------------------------------------------

struct TierExposure {
  int64_t online_minutes = 0;
  int64_t orders_assigned = 0;
  Int128 pickup_s_times_orders = 0;
};
using Exposure = std::array<TierExposure, kTiers>;

void AddRow(const Exposure& exposure, uint32_t tier, uint32_t cap_bp, v1::ExposureAudit* audit) {
  const TierExposure& base = exposure[0];
  const TierExposure& own = exposure[tier];
  v1::ExposureAudit::Row& row = *audit->add_rows();
  row.set_tier(tier);
  row.set_online_minutes(own.online_minutes);
  row.set_orders_assigned(own.orders_assigned);
  if (tier > 0 && base.orders_assigned > 0 && own.online_minutes > 0) {
    const Int128 ratio_bp = Int128{10'000} *
                            (static_cast<Int128>(own.orders_assigned) * base.online_minutes) /
                            (static_cast<Int128>(base.orders_assigned) * own.online_minutes);
    const auto uplift_bp = static_cast<int64_t>(std::min<Int128>(ratio_bp - 10'000, kUpliftMax));
    row.set_uplift_bp(uplift_bp);
    row.set_alarm(uplift_bp > 2 * static_cast<int64_t>(cap_bp));
  }
  if (own.orders_assigned > 0) {
    row.set_pickup_s(static_cast<int64_t>(own.pickup_s_times_orders / own.orders_assigned));
  }
}

void AddAudits(City& city, int32_t day, std::vector<v1::Bulletin>* bulletins) {
  const uint32_t cap_bp = city.PolicyOn(day + 1).numbers().cap_bp();
  const int32_t from_day = day - kExposureDays + 1;
  std::map<Id, Exposure> by_platform;
  Exposure all{};
  for (const auto& [key, row] : city.exposures.all()) {
    if (key.day < from_day || key.day > day) continue;
    Exposure& platform = by_platform[city.producers.Get(key.producer).id];
    for (TierExposure* tier : {&platform[key.tier], &all[key.tier]}) {
      tier->online_minutes += row.online_minutes;
      tier->orders_assigned += row.orders_assigned;
      tier->pickup_s_times_orders += static_cast<Int128>(row.median_pickup_s) * row.orders_assigned;
    }
  }
  const auto add_audit = [&](std::string_view producer_id, const Exposure& exposure) {
    v1::ExposureAudit& audit = *bulletins->emplace_back().mutable_exposure_audit();
    audit.set_producer_id(std::string(producer_id));
    audit.set_from_day(from_day);
    audit.set_to_day(day);
    for (uint32_t tier = 0; tier < kTiers; ++tier) AddRow(exposure, tier, cap_bp, &audit);
  };
  for (const auto& [producer_id, exposure] : by_platform) add_audit(producer_id.view(), exposure);
  if (!by_platform.empty()) add_audit({}, all);
}

// --- CandidateList -----------------------------------------------------------------------------

bool Passed(const Assessment& assessment, uint32_t permille_min, int32_t day,
            const Policy& policy) {
  return assessment.kept && assessment.permille >= permille_min &&
         day <= assessment.to_day + static_cast<int32_t>(policy.numbers().assessment_stale_days());
}

bool IsCandidate(City& city, const DriverRow& driver, int32_t tomorrow, const Policy& policy) {
  if (driver.erased || !driver.person_permit || !driver.vehicle_permit || driver.opted_out)
    return false;
  if (driver.contrib_count < kCandidateContributions || driver.open_reports_flagged > 0 ||
      driver.flag_open_until_day >= tomorrow) {
    return false;
  }
  if (!Passed(driver.safety, kCandidateSafety, tomorrow, policy) ||
      !Passed(driver.business, kCandidateBusiness, tomorrow, policy)) {
    return false;
  }
  return std::none_of(
      driver.grave_violations.begin(), driver.grave_violations.end(), [&](uint32_t number) {
        return city.violations.Get(number).violation_day > tomorrow - 1 - kGraveDays;
      });
}

void AddCandidates(City& city, int32_t day, std::vector<v1::Bulletin>* bulletins) {
  struct Candidate {
    int64_t merit_mpt;
    Id id;
    uint32_t driver;
  };
  const int32_t tomorrow = day + 1;
  const Policy& policy = city.PolicyOn(tomorrow);
  std::vector<Candidate> candidates;
  city.drivers.ForEach([&](uint32_t number, const DriverRow& driver) {
    if (!IsCandidate(city, driver, tomorrow, policy)) return;
    candidates.push_back({Evaluate(city, driver, tomorrow, policy).merit_mpt, driver.id, number});
  });
  if (candidates.empty()) return;
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.merit_mpt != b.merit_mpt ? a.merit_mpt > b.merit_mpt : a.id < b.id;
  });
  const size_t names =
      std::min<size_t>(std::max<size_t>(5, city.row.drivers / 200), kCandidatesMax);
  if (candidates.size() > names) candidates.resize(names);
  v1::CandidateList& list = *bulletins->emplace_back().mutable_candidate_list();
  list.set_quarter(QuarterOf(day));
  for (const Candidate& candidate : candidates) {
    const DriverRow& driver = city.drivers.Get(candidate.driver);
    v1::CandidateList::Row& row = *list.add_rows();
    row.set_driver_id(candidate.id.str());
    row.set_merit_mpt(candidate.merit_mpt);
    row.set_safety_permille(driver.safety.permille);
    row.set_business_permille(driver.business.permille);
    row.set_contrib_count(driver.contrib_count);
  }
}

}  // namespace

std::vector<v1::Bulletin> BulletinsOf(City& city, int32_t day) {
  std::vector<v1::Bulletin> bulletins;
  if (!EndsMonth(day)) return bulletins;
  AddLoopStats(city, &bulletins);
  AddBudgetUse(city, day, &bulletins);
  BoostCounts counts;
  const std::vector<Ranked> ranked = RankDrivers(city, day + 1, &counts);
  AddRankSnapshot(ranked, counts.boosted, &bulletins);
  AddConcentration(counts, &bulletins);
  AddAudits(city, day, &bulletins);
  if (EndsQuarter(day)) AddCandidates(city, day, &bulletins);
  return bulletins;
}

}  // namespace merit
