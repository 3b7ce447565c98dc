#include "simulator/drivers.h"

#include <algorithm>

namespace merit {

// Nine in ten come in the first weeks, the others through all the rest.
uint32_t Drivers::EnrolledBy(int32_t day) const {
  const uint64_t all = town_.options.drivers;
  const auto days = static_cast<uint64_t>(std::max(1, town_.options.days));
  const auto passed = static_cast<uint64_t>(day - town_.options.first_day + 1);
  const uint64_t rush = std::min<uint64_t>(30, days / 5 + 1);
  const uint64_t in_rush = all * 9 / 10 * std::min(passed, rush) / rush;
  const uint64_t later =
      passed <= rush ? 0
                     : (all - all * 9 / 10) * (passed - rush) / std::max<uint64_t>(1, days - rush);
  return static_cast<uint32_t>(std::min(all, in_rush + later));
}

void Drivers::PlanDay() {
  const uint32_t target = EnrolledBy(town_.today);
  const bool first = town_.today == town_.options.first_day;
  for (; planned_ < target; ++planned_) {
    const int64_t in_day = town_.random.Between((first ? 2 : 8) * kHourMs, 20 * kHourMs);
    town_.Plan(town_.Midnight(town_.today) + in_day, Family::kDrivers, kEnrol);
  }
  PlanSome(kUpdate, 150);
  PlanSome(kOptOut, 15);
  PlanSome(kErase, 12);
}

void Drivers::PlanSome(Step step, uint64_t per_million) {
  const uint32_t count = town_.DrawCount(town_.roster.enrolled_count, per_million);
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t driver = town_.roster.DrawAny(town_.random);
    if (driver != kNobody) town_.Plan(town_.DrawTime(town_.today), Family::kDrivers, step, driver);
  }
}

void Drivers::Run(const Action& action) {
  const auto step = static_cast<Step>(action.step);
  if (step == kEnrol) return Enrol();
  Driver& driver = town_.roster.drivers[action.subject];
  if (!driver.active()) return;
  switch (step) {
    case kEnrol:
      break;
    case kUpdate:
      Update(action.subject);
      break;
    case kOptOut:
      if (driver.opted_out) break;
      driver.opted_out = true;
      town_.roster.WriteDriverId(action.subject, opted_out_.mutable_driver_id());
      town_.Emit(town_.roster.app, opted_out_);
      if (town_.random.Permille(600)) {
        town_.Plan(town_.DrawDelay(kDayMs, 90 * kDayMs), Family::kDrivers, kOptIn, action.subject);
      }
      break;
    case kOptIn:
      driver.opted_out = false;
      town_.roster.WriteDriverId(action.subject, opted_in_.mutable_driver_id());
      town_.Emit(town_.roster.app, opted_in_);
      break;
    case kErase:
      Erase(action.subject);
      break;
  }
}

template <class Body>
void Drivers::WritePermits(uint32_t index, Body* body) {
  const Driver& driver = town_.roster.drivers[index];
  town_.roster.WriteDriverId(index, body->mutable_driver_id());
  body->set_person_permit(true);
  body->set_vehicle_permit(driver.vehicle_permit);
  body->clear_platform_ids();
  body->add_platform_ids(town_.roster.producers[town_.roster.first_platform + driver.platform].id);
  // One driver in six drives for a second platform, one in ten is a part-time grid worker
  // 兼职网格员.
  const uint32_t other = index % 6 == 0 ? index / 6 % town_.roster.platform_count : driver.platform;
  if (other != driver.platform) {
    body->add_platform_ids(town_.roster.producers[town_.roster.first_platform + other].id);
  }
  body->clear_grid_id();
  if (index % 10 == 3) {
    body->set_grid_id("grid-" + std::to_string(town_.roster.counties[driver.county].code) + "-" +
                      std::to_string(index % 97));
  }
}

void Drivers::Enrol() {
  const uint32_t index = town_.roster.enrolled_count++;
  Driver& driver = town_.roster.drivers[index];
  driver.enrolled = true;
  driver.vehicle_permit = !town_.random.Permille(20);
  WritePermits(index, &enrolled_);
  // Points that chat groups and spreadsheets held before.
  const int32_t opening = town_.random.Permille(200) ? town_.random.Day(5, 180) : 0;
  enrolled_.set_opening_pts(opening);
  const bool own = !town_.random.Permille(50);
  town_.Emit(own ? town_.roster.first_platform + driver.platform : town_.roster.authority,
             enrolled_);
  if (opening > 0) town_.Credit(index, opening);
}

void Drivers::Update(uint32_t index) {
  Driver& driver = town_.roster.drivers[index];
  if (town_.random.Permille(400)) driver.vehicle_permit = !driver.vehicle_permit;
  if (town_.random.Permille(300)) {
    driver.platform = static_cast<uint8_t>(town_.random.Below(town_.roster.platform_count));
  }
  WritePermits(index, &updated_);
  town_.Emit(town_.roster.first_platform + driver.platform, updated_);
}

void Drivers::Erase(uint32_t index) {
  town_.roster.WriteDriverId(index, erased_.mutable_driver_id());
  town_.Emit(town_.roster.administrator, erased_);
  Driver& driver = town_.roster.drivers[index];
  driver.erased = true;
  driver.points_older = driver.points_newer = 0;
}

}  // namespace merit
