// The closing of a day: what is due, in order. The seal and the bulletins follow the outcome
// (machine.cc).
//
//   Cost     in proportion to what is due; a changed score row in the policy touches every driver,
//            a new landmark or half-life every contribution
//   Source   DOMAIN.md §6; EFFECTS.md §3

#include <algorithm>

#include "engine/core/checks.h"
#include "engine/core/flags.h"
#include "engine/core/ledger.h"
#include "engine/core/matters.h"
#include "engine/core/redemption.h"
#include "engine/core/reports.h"
#include "engine/core/rules.h"
#include "engine/core/score.h"

namespace merit {
namespace {

constexpr int32_t kExposureDays = 28;

// What is due on a day, in order of creation, each once.
std::vector<uint32_t> TakeDue(City& city, ListKind kind, int32_t day) {
  std::vector<uint32_t> due = city.TakeDue(kind, day);
  std::sort(due.begin(), due.end());
  due.erase(std::unique(due.begin(), due.end()), due.end());
  return due;
}

void CloseRedemptions(Fold& fold, int32_t day) {
  City& city = fold.city;
  for (uint32_t number : TakeDue(city, ListKind::kVouchersDue, day)) {
    if (city.redemptions.Get(number).state == v1::REDEMPTION_STATE_ISSUED)
      ExpireVoucher(fold, number, day + 1);
  }
  for (uint32_t number : TakeDue(city, ListKind::kReservationsDue, day)) {
    if (city.redemptions.Get(number).state == v1::REDEMPTION_STATE_RESERVED)
      ReleaseReservation(fold, number, day + 1);
  }
}

void CloseReports(Fold& fold, int32_t day) {
  for (uint32_t number : TakeDue(fold.city, ListKind::kReportsDue, day)) {
    const ReportRow& report = fold.city.reports.Get(number);
    if (report.due_day != day || !IsUndecided(report.state)) continue;
    SetReportState(fold, number,
                   report.state == v1::REPORT_STATE_NEED_MORE
                       ? v1::REPORT_STATE_LAPSED
                       : v1::REPORT_STATE_EXPIRED_UNREVIEWED);
  }
}

// Takes from the drivers' lists what nobody needs there any more; the rows stay.
template <class Row>
void DropPast(City& city, Table<Row>& table, ListKind kind, int32_t day,
              List<uint32_t> DriverRow::*list) {
  for (uint32_t number : TakeDue(city, kind, day)) {
    List<uint32_t>& numbers = city.drivers.Edit(table.Get(number).driver).*list;
    numbers.erase_if([&](uint32_t other) { return other == number; });
  }
}

void CloseMemory(City& city, int32_t day) {
  city.dedupe.CloseDay(day);
  CloseFlagsOf(city, day);
  DropPast(city, city.honours, ListKind::kHonoursPast, day, &DriverRow::honours);
  DropPast(city, city.suspensions, ListKind::kSuspensionsPast, day, &DriverRow::suspensions);
  const auto& exposures = city.exposures.all();
  while (!exposures.empty() && exposures.begin()->first.day <= day - kExposureDays) {
    city.exposures.Erase(ExposureKey(exposures.begin()->first));
  }
}

// --- policy ------------------------------------------------------------------------------------

// Every sum from the kept contributions and violations, with the new weights.
void RefoldSums(City& city, const Decay& decay) {
  for (uint32_t driver = 0; driver < city.drivers.size(); ++driver) {
    for (Int128& sum : city.EditDriver(driver).sums) sum = 0;
  }
  const auto add = [&](uint32_t driver, v1::Factor factor, int32_t day, int64_t value_mpt) {
    if (value_mpt == 0 || city.drivers.Get(driver).erased) return;
    city.drivers.Edit(driver).sums[factor - 1] +=
        static_cast<Int128>(value_mpt) * decay.Weight(day);
  };
  city.reports.ForEach([&](uint32_t, const ReportRow& report) {
    if (report.state != v1::REPORT_STATE_AWARDED && report.state != v1::REPORT_STATE_DUPLICATE)
      return;
    add(report.driver, FactorOf(report.mode), report.submission_day, report.value_mpt);
  });
  city.services.ForEach([&](uint32_t, const ServiceRow& service) {
    if (!service.ended)
      add(service.driver, v1::FACTOR_VOLUNTEER, service.service_day, service.value_mpt);
  });
  city.violations.ForEach([&](uint32_t, const ViolationRow& violation) {
    if (!violation.ended)
      add(violation.driver, v1::FACTOR_VIOLATION, violation.violation_day, violation.mpt);
  });
}

void ChangePolicy(Fold& fold, int32_t day) {
  City& city = fold.city;
  for (const auto& policy : city.policies) {
    if (policy->version() > 1 && policy->effective_day() == day + 1)
      fold.effects.PolicyInForce(policy->version());
  }
  const Policy& before = city.PolicyOn(day);
  const Policy& after = city.PolicyOn(day + 1);
  if (SameScoreRow(before.numbers(), after.numbers())) return;
  if (before.decay().landmark_day() != after.decay().landmark_day() ||
      before.decay().half_life_days() != after.decay().half_life_days()) {
    RefoldSums(city, after.decay());
  }
  for (uint32_t driver = 0; driver < city.drivers.size(); ++driver) {
    if (!city.drivers.Get(driver).erased) ScoreChanged(fold, driver);
  }
}

}  // namespace

Verdict Apply(Fold& fold, const v1::DayClosed& m) {
  City& city = fold.city;
  if (!IsDay(m.day()) || m.day() == kDayMax) return Range(v1::DayClosed::kDayFieldNumber);
  if (m.day() > city.open_day()) return Refused(v1::CODE_CLOCK_GAP);
  if (m.day() < city.open_day()) return Refused(v1::CODE_DUPLICATE, v1::CODE_APPLIED);
  const int32_t day = m.day();
  for (uint32_t driver : TakeDue(city, ListKind::kLotsDue, day)) ExpireLot(fold, driver, day);
  CloseRedemptions(fold, day);
  CloseReports(fold, day);
  for (uint32_t matter : TakeDue(city, ListKind::kMattersDue, day)) CloseDeadline(fold, matter);
  CloseMemory(city, day);
  ChangePolicy(fold, day);
  return Applied();
}

}  // namespace merit
