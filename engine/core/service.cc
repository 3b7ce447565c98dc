// Volunteer service: minutes become points by the hour, day by day.
//
//   Source   DOMAIN.md §7 (Volunteer); EFFECTS.md §2.5

#include <algorithm>

#include "engine/core/checks.h"
#include "engine/core/ledger.h"
#include "engine/core/reports.h"
#include "engine/core/rules.h"
#include "engine/core/score.h"
#include "engine/core/standing.h"

namespace merit {
namespace {

constexpr int32_t kServiceDays = 128;  // how late service may be recorded

int BreachOf(const v1::VolunteerServiceRecorded& m, int32_t open_day) {
  using M = v1::VolunteerServiceRecorded;
  if (!IsId(m.record_id())) return M::kRecordIdFieldNumber;
  if (!IsId(m.driver_id())) return M::kDriverIdFieldNumber;
  if (!IsId(m.activity_id())) return M::kActivityIdFieldNumber;
  if (!IsWithin(m.minutes(), 1, 1'440)) return M::kMinutesFieldNumber;
  if (!IsDay(m.service_day()) || m.service_day() < open_day - kServiceDays ||
      m.service_day() > open_day) {
    return M::kServiceDayFieldNumber;
  }
  if (!m.organiser_confirmed()) return M::kOrganiserConfirmedFieldNumber;
  if (!m.beneficiary_confirmed()) return M::kBeneficiaryConfirmedFieldNumber;
  return 0;
}

// The driver's counter of that service day; those that no record can name any more are dropped on
// the way.
ServiceDay& CounterOf(DriverRow& driver, int32_t service_day, int32_t open_day) {
  driver.service_days.erase_if(
      [&](const ServiceDay& day) { return day.day < open_day - kServiceDays; });
  for (ServiceDay& day : driver.service_days) {
    if (day.day == service_day) return day;
  }
  driver.service_days.push_back({service_day, 0, 0});
  return driver.service_days.back();
}

}  // namespace

Verdict Apply(Fold& fold, const v1::VolunteerServiceRecorded& m) {
  using M = v1::VolunteerServiceRecorded;
  City& city = fold.city;
  if (const int field = BreachOf(m, fold.open_day())) return Range(field);
  const uint32_t driver = FindDriver(city, m.driver_id());
  if (driver == kNone) return UnknownDriver(M::kDriverIdFieldNumber);
  if (city.services.Find(m.record_id()) != kNone) return IdTaken(M::kRecordIdFieldNumber);
  if (IsSuspended(city, city.drivers.Get(driver), v1::SUSPENSION_SCOPE_EARNING, m.service_day())) {
    return BadState(kSuspendedFromEarning);
  }

  const Policy& policy = city.PolicyOn(m.service_day());
  const v1::Category& category = policy.volunteer_category();
  DriverRow& driver_row = city.EditDriver(driver);
  ServiceDay& counter = CounterOf(driver_row, m.service_day(), fold.open_day());
  const uint32_t room = policy.numbers().volunteer_minutes_daily_max() - counter.minutes;
  counter.minutes += std::min(static_cast<uint32_t>(m.minutes()), room);
  const uint32_t points_of_day = counter.minutes * category.base_pts() / 60;
  const uint32_t computed = points_of_day - counter.computed_pts;
  counter.computed_pts = points_of_day;
  ++driver_row.contrib_count;
  const uint32_t cred = policy.Credibility(driver_row.approved, driver_row.decided);
  const int64_t awarded = PayAward(fold, {.source = v1::AWARD_SOURCE_VOLUNTEER,
                                          .source_id = m.record_id(),
                                          .original_id = {},
                                          .driver = driver,
                                          .policy = &policy,
                                          .merit_day = m.service_day(),
                                          .category = category.code(),
                                          .cap_group = category.cap_group(),
                                          .computed_pts = computed,
                                          .cred_permille = cred});
  ServiceRow& row = city.services.AddWithId(m.record_id());
  row.driver = driver;
  row.service_day = m.service_day();
  row.awarded_pts = static_cast<uint32_t>(awarded);
  row.value_mpt = awarded * cred;
  AddMerit(fold, driver, v1::FACTOR_VOLUNTEER, row.service_day, row.value_mpt);
  fold.created = {Awaited::kService, Id(m.record_id())};
  return Applied();
}

Verdict Apply(Fold& fold, const v1::VolunteerServiceRevoked& m) {
  constexpr int kField = v1::VolunteerServiceRevoked::kRecordIdFieldNumber;
  City& city = fold.city;
  if (!IsId(m.record_id())) return Range(kField);
  const uint32_t record = city.services.Find(m.record_id());
  if (record == kNone) return Park(kField, Awaited::kService, m.record_id());
  const ServiceRow& known = city.services.Get(record);
  if (city.drivers.Get(known.driver).erased) return UnknownDriver(kField);
  if (known.ended) return BadState(v1::LIFE_STATE_ENDED);
  ServiceRow& row = city.services.Edit(record);
  row.ended = true;
  --city.EditDriver(row.driver).contrib_count;
  ScoreChanged(fold, row.driver);
  ClawBack(fold, row.driver, row.awarded_pts);
  TakeMeritBack(fold, row.driver, v1::FACTOR_VOLUNTEER, row.service_day, row.value_mpt);
  return Applied();
}

}  // namespace merit
