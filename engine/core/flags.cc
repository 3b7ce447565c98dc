#include "engine/core/flags.h"

#include <algorithm>
#include <array>
#include <bit>

#include "engine/core/sightings.h"

namespace merit {
namespace {

constexpr int32_t kNearDupDays = 3;  // rule 2
constexpr int64_t kNearDupMs = 259'200'000;
constexpr int64_t kNearDupMm = 50'000;
constexpr int64_t kJumpMm = 1'000'000;  // rule 3
constexpr int64_t kJumpMmPerMs = 42;
constexpr int kStuckReports = 5;  // rule 4
constexpr int64_t kStuckMs = 86'400'000;
constexpr uint32_t kBurstReports = 20;  // rule 5
constexpr int32_t kStagedDays = 7;      // rule 7
constexpr int64_t kStagedMm = 100'000;
constexpr int kKept = 16;            // of a bucket, a cell, a driver's HANDLE positions, strikes
constexpr int32_t kWindowDays = 30;  // rule 8
constexpr uint32_t kCollusionApprovals = 10;
constexpr int32_t kStrikeDays = 364;  // rule 9
constexpr uint32_t kStrikes = 3;
constexpr int32_t kCollusionFlagDays = 29;

// round(1000 · cos d°) for d = 0 … 90.
constexpr std::array<int16_t, 91> kCosPermille = {
    1000, 1000, 999, 999, 998, 996, 995, 993, 990, 988, 985, 982, 978, 974, 970, 966, 961, 956, 951,
    946,  940,  934, 927, 921, 914, 906, 899, 891, 883, 875, 866, 857, 848, 839, 829, 819, 809, 799,
    788,  777,  766, 755, 743, 731, 719, 707, 695, 682, 669, 656, 643, 629, 616, 602, 588, 574, 559,
    545,  530,  515, 500, 485, 469, 454, 438, 423, 407, 391, 375, 358, 342, 326, 309, 292, 276, 259,
    242,  225,  208, 191, 174, 156, 139, 122, 105, 87,  70,  52,  35,  17,  0};

// --- distances ---------------------------------------------------------------------------------

// The square of the distance in mm, with the new position's latitude.
Int128 SquaredMm(const SightingRow& now, const SightingRow& then) {
  const int64_t dlat = std::abs(static_cast<int64_t>(now.lat_e6) - then.lat_e6);
  const int64_t dlon = std::abs(static_cast<int64_t>(now.lon_e6) - then.lon_e6);
  const int64_t cos_permille = kCosPermille[static_cast<size_t>(std::abs(now.lat_e6) / 1'000'000)];
  const int64_t dy = dlat * 111'195 / 1'000;
  const auto dx =
      static_cast<int64_t>(static_cast<Int128>(dlon) * 111'195 * cos_permille / 1'000'000);
  return static_cast<Int128>(dx) * dx + static_cast<Int128>(dy) * dy;
}

bool IsWithinMm(const SightingRow& now, const SightingRow& then, int64_t mm) {
  return SquaredMm(now, then) <= static_cast<Int128>(mm) * mm;
}

void RaiseOnReport(Fold& fold, uint32_t report, v1::FlagRule rule, uint32_t other) {
  ReportRow& row = fold.city.reports.Edit(report);
  row.flags = static_cast<uint16_t>(row.flags | 1u << (rule - 1));
  fold.effects.Flag(rule, row.id.view(),
                    other == kNone ? std::string_view() : fold.city.reports.Get(other).id.view());
}

// --- rules 1 to 7 ------------------------------------------------------------------------------

// Each gives the report that this one was compared with, or kNone where the rule does not hold.

uint32_t SamePhoto(City& city, const SightingKeys& keys, const SightingRow& now) {
  const std::span<const Digest> photos = now.photos();
  for (size_t photo = 0; photo < photos.size(); ++photo) {
    const uint32_t report = NewestWithPhoto(city, keys, photo, photos[photo]);
    if (report != kNone && now.day - city.sightings.Get(report).day <= kSightingDays) return report;
  }
  return kNone;
}

uint32_t SimilarPhoto(City& city, const v1::ReportSubmitted& m, int32_t today) {
  for (uint64_t phash : m.photo_phash64()) {
    if (phash == 0) continue;
    for (int block = 0; block < PhotoBuckets::kBlocks; ++block) {
      uint32_t photo = NewestInBucket(city, phash, block);
      for (int step = 0; step < kKept && photo != kNone && photo >= city.photos.first(); ++step) {
        const PhotoRow& seen = city.photos.Get(photo);
        if (today - seen.day > kSightingDays) break;
        if (std::popcount(seen.phash ^ phash) <= 3) return seen.report;
        photo = seen.previous_in_bucket[block];
      }
    }
  }
  return kNone;
}

uint32_t NearDuplicate(City& city, const SightingKeys& keys, const SightingRow& now) {
  uint32_t newest = kNone;
  for (size_t place = 0; place < SightingKeys::kCells; ++place) {
    uint32_t report = NewestInCell(city, keys, place);
    for (int step = 0; step < kKept && report != kNone && report >= city.sightings.first();
         ++step) {
      if (newest != kNone && report < newest) break;
      const SightingRow& then = city.sightings.Get(report);
      if (now.day - then.day > kNearDupDays || now.time_ms - then.time_ms > kNearDupMs) break;
      if (IsWithinMm(now, then, kNearDupMm)) {
        newest = report;
        break;
      }
      report = then.previous_in_cell;
    }
  }
  return newest;
}

// Follows one of a driver's chains of sightings, newest first, while they are kept.
bool IsKept(City& city, uint32_t report, int32_t today, int32_t days) {
  return report != kNone && report >= city.sightings.first() &&
         today - city.sightings.Get(report).day <= days;
}

uint32_t Jump(City& city, const SightingRow& now) {
  if (!IsKept(city, now.previous_position, now.day, kSightingDays)) return kNone;
  const SightingRow& then = city.sightings.Get(now.previous_position);
  if (then.crs != now.crs) return kNone;
  const Int128 squared = SquaredMm(now, then);
  const Int128 elapsed_ms = static_cast<Int128>(now.observed_at_ms) - then.observed_at_ms;
  const Int128 reach_mm = kJumpMmPerMs * (elapsed_ms < 0 ? -elapsed_ms : elapsed_ms);
  // Two positions lie less than 2^36 mm apart: a longer reach needs no square.
  const bool beyond_reach = reach_mm < (Int128{1} << 40) && squared > reach_mm * reach_mm;
  return squared > Int128{kJumpMm} * kJumpMm && beyond_reach ? now.previous_position : kNone;
}

uint32_t Stuck(City& city, const SightingRow& now) {
  uint32_t report = now.previous_position;
  int64_t time_ms = now.time_ms;
  for (int step = 1; step < kStuckReports; ++step) {
    if (!IsKept(city, report, now.day, kSightingDays)) return kNone;
    const SightingRow& then = city.sightings.Get(report);
    if (then.crs != now.crs || then.lat_e6 != now.lat_e6 || then.lon_e6 != now.lon_e6) return kNone;
    time_ms = then.time_ms;
    report = then.previous_position;
  }
  return now.time_ms - time_ms <= kStuckMs ? now.previous_position : kNone;
}

bool Burst(Fold& fold, uint32_t driver_number) {
  DriverRow& driver = fold.city.drivers.Edit(driver_number);
  if (driver.burst_count == 0 || driver.burst_day != fold.open_day()) {
    driver.burst_day = fold.open_day();
    driver.burst_count = 0;
  }
  return ++driver.burst_count > kBurstReports;
}

uint32_t SharedDevice(City& city, const SightingKeys& keys, const SightingRow& now) {
  if (!now.has_device) return kNone;
  const uint32_t report = NewestFromDevice(city, keys, now.hashes.back());
  if (report == kNone) return kNone;
  const SightingRow& then = city.sightings.Get(report);
  return then.day == now.day && then.driver != now.driver ? report : kNone;
}

uint32_t Staged(City& city, const SightingRow& now) {
  uint32_t newest = kNone;
  int found = 0;
  uint32_t report = now.previous_handle;
  for (int step = 0; step < kKept && IsKept(city, report, now.day, kStagedDays); ++step) {
    const SightingRow& then = city.sightings.Get(report);
    if (then.crs == now.crs && IsWithinMm(now, then, kStagedMm)) {
      if (newest == kNone) newest = report;
      ++found;
    }
    report = then.previous_handle;
  }
  return found >= 2 ? newest : kNone;
}

}  // namespace

void FlagReport(Fold& fold, uint32_t report, const v1::ReportSubmitted& m) {
  City& city = fold.city;
  const SightingKeys keys = KeysOf(m);
  SightingRow now = SightingOf(fold, report, keys, m);
  const auto raise = [&](v1::FlagRule rule, uint32_t other) {
    if (other != kNone) RaiseOnReport(fold, report, rule, other);
  };
  const uint32_t same_photo = SamePhoto(city, keys, now);
  raise(v1::FLAG_RULE_DUP_PHOTO, same_photo != kNone ? same_photo : SimilarPhoto(city, m, now.day));
  if (keys.has_cell) {
    raise(v1::FLAG_RULE_NEAR_DUP, NearDuplicate(city, keys, now));
    raise(v1::FLAG_RULE_GEO_JUMP, Jump(city, now));
    raise(v1::FLAG_RULE_GEO_STUCK, Stuck(city, now));
  }
  if (Burst(fold, now.driver)) RaiseOnReport(fold, report, v1::FLAG_RULE_BURST, kNone);
  raise(v1::FLAG_RULE_DEVICE_SHARED, SharedDevice(city, keys, now));
  if (keys.has_cell && m.mode() == v1::MODE_HANDLE) {
    raise(v1::FLAG_RULE_STAGED, Staged(city, now));
  }
  if (city.reports.Get(report).flags != 0) ++city.drivers.Edit(now.driver).open_reports_flagged;
  KeepSighting(fold, report, m, std::move(now));
}

// --- rule 8 ------------------------------------------------------------------------------------

namespace {

PairCount& PairOf(List<PairCount>* pairs, uint32_t reviewer) {
  for (PairCount& pair : *pairs) {
    if (pair.reviewer == reviewer) return pair;
  }
  pairs->push_back({.reviewer = reviewer});
  return pairs->back();
}

}  // namespace

void CountDecision(Fold& fold, uint32_t driver, uint32_t reviewer, bool approved) {
  City& city = fold.city;
  DecisionRow& decision = city.decisions.Add();
  decision.driver = driver;
  decision.reviewer = reviewer;
  decision.day = fold.open_day();
  decision.approved = approved;
  DriverRow& driver_row = city.drivers.Edit(driver);
  ReviewerRow& reviewer_row = city.reviewers.Edit(reviewer);
  PairCount& pair = PairOf(&driver_row.pairs, reviewer);
  ++pair.decisions;
  ++reviewer_row.window_decisions;
  if (!approved) return;
  ++pair.approvals;
  ++driver_row.window_approvals;
  ++reviewer_row.window_approvals;

  if (driver_row.window_approvals < kCollusionApprovals) return;
  if (uint64_t{100} * pair.approvals < uint64_t{80} * driver_row.window_approvals) return;
  if (pair.flags > 0) return;
  const int64_t pair_permille = int64_t{1'000} * pair.approvals / pair.decisions;
  const int64_t all_permille =
      int64_t{1'000} * reviewer_row.window_approvals / reviewer_row.window_decisions;
  if (pair_permille - all_permille < 200) return;
  decision.flagged = true;
  ++pair.flags;
  driver_row.flag_open_until_day =
      std::max(driver_row.flag_open_until_day, fold.open_day() + kCollusionFlagDays);
  fold.effects.Flag(v1::FLAG_RULE_COLLUSION, driver_row.id.view(), reviewer_row.id.view());
}

// --- rule 9 ------------------------------------------------------------------------------------

void AddStrike(Fold& fold, uint32_t driver, uint32_t report) {
  DriverRow& row = fold.city.drivers.Edit(driver);
  row.strikes.push_back({report, fold.open_day()});
  if (row.strikes.size() > kKept) row.strikes.erase(0);
  const auto recent = std::count_if(
      row.strikes.begin(), row.strikes.end(),
      [&](const Strike& strike) { return fold.open_day() - strike.day <= kStrikeDays; });
  if (recent < static_cast<int64_t>(kStrikes)) return;
  row.flag_open_until_day = std::max(row.flag_open_until_day, fold.open_day() + kStrikeDays);
  fold.effects.Flag(v1::FLAG_RULE_STRIKES, row.id.view(), fold.city.reports.Get(report).id.view());
}

void ForgetStrike(Fold& fold, uint32_t driver, uint32_t report) {
  fold.city.drivers.Edit(driver).strikes.erase_if(
      [&](const Strike& strike) { return strike.report == report; });
}

// --- days --------------------------------------------------------------------------------------

namespace {

// What is beyond the window counts no more.
void ForgetDecision(City& city, const DecisionRow& old) {
  ReviewerRow& reviewer = city.reviewers.Edit(old.reviewer);
  DriverRow& driver = city.drivers.Edit(old.driver);
  PairCount& pair = PairOf(&driver.pairs, old.reviewer);
  --reviewer.window_decisions;
  --pair.decisions;
  reviewer.window_approvals -= old.approved;
  driver.window_approvals -= old.approved;
  pair.approvals -= old.approved;
  pair.flags -= old.flagged;
  if (pair.decisions == 0) driver.pairs.erase(static_cast<uint32_t>(&pair - driver.pairs.begin()));
}

}  // namespace

void CloseFlagsOf(City& city, int32_t day) {
  const int32_t tomorrow = day + 1;
  TrimSightings(city, tomorrow);
  uint32_t decision = city.decisions.first();
  for (; decision < city.decisions.size(); ++decision) {
    const DecisionRow& old = city.decisions.Get(decision);
    if (tomorrow - old.day < kWindowDays) break;
    ForgetDecision(city, old);
  }
  if (decision != city.decisions.first()) city.decisions.TrimBefore(decision);
}

}  // namespace merit
