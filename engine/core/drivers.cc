// Drivers: enrolling, leaving preferential dispatch and coming back, being forgotten.
//
//   Source   EFFECTS.md §2.2

#include <algorithm>

#include "engine/core/checks.h"
#include "engine/core/ledger.h"
#include "engine/core/rules.h"
#include "engine/core/score.h"

namespace merit {
namespace {

constexpr int32_t kOpeningPtsMax = 1'000'000;

bool PlatformsInRange(const google::protobuf::RepeatedPtrField<std::string>& platform_ids) {
  return platform_ids.size() <= 32 && AreDistinct(platform_ids) &&
         std::all_of(platform_ids.begin(), platform_ids.end(),
                     [](const std::string& id) { return IsId(id); });
}

Verdict SetOptedOut(Fold& fold, const std::string& driver_id, bool opted_out) {
  constexpr int kField = v1::DriverOptedOut::kDriverIdFieldNumber;
  if (!IsId(driver_id)) return Range(kField);
  const uint32_t driver = FindDriver(fold.city, driver_id);
  if (driver == kNone) return UnknownDriver(kField);
  if (fold.city.drivers.Get(driver).opted_out == opted_out) return Applied();
  fold.city.drivers.Edit(driver).opted_out = opted_out;
  ScoreChanged(fold, driver);
  return Applied();
}

// Takes the driver's counts out of the rows that outlive the driver, and forgets everything but id,
// arrears, what is held, and the rows of flag rule 8.
void Forget(DriverRow& driver) {
  DriverRow forgotten;
  forgotten.id = driver.id;
  forgotten.erased = true;
  forgotten.leaf_stale = driver.leaf_stale;
  forgotten.held_pts = driver.held_pts;
  forgotten.arrears_pts = driver.arrears_pts;
  forgotten.limits = driver.limits;
  forgotten.pairs = std::move(driver.pairs);
  forgotten.window_approvals = driver.window_approvals;
  forgotten.open_reports_flagged = driver.open_reports_flagged;
  forgotten.pending_score = driver.pending_score;
  driver = std::move(forgotten);
}

}  // namespace

Verdict Apply(Fold& fold, const v1::DriverEnrolled& m) {
  using M = v1::DriverEnrolled;
  City& city = fold.city;
  if (!IsId(m.driver_id())) return Range(M::kDriverIdFieldNumber);
  if (!PlatformsInRange(m.platform_ids())) return Range(M::kPlatformIdsFieldNumber);
  if (!IsIdOrEmpty(m.grid_id())) return Range(M::kGridIdFieldNumber);
  if (!IsWithin(m.opening_pts(), 0, kOpeningPtsMax)) return Range(M::kOpeningPtsFieldNumber);
  if (city.drivers.Find(m.driver_id()) != kNone) return IdTaken(M::kDriverIdFieldNumber);

  const uint32_t driver = city.drivers.size();
  city.drivers.AddWithId(m.driver_id());
  DriverRow& row = city.EditDriver(driver);
  row.person_permit = m.person_permit();
  row.vehicle_permit = m.vehicle_permit();
  ++city.row.drivers;
  ScoreChanged(fold, driver);
  if (m.opening_pts() > 0) {
    PayAward(fold, {.source = v1::AWARD_SOURCE_OPENING,
                    .source_id = m.driver_id(),
                    .original_id = {},
                    .driver = driver,
                    .policy = &city.policy(),
                    .merit_day = fold.open_day(),
                    .computed_pts = m.opening_pts()});
  }
  return Applied();
}

Verdict Apply(Fold& fold, const v1::DriverUpdated& m) {
  using M = v1::DriverUpdated;
  City& city = fold.city;
  if (!IsId(m.driver_id())) return Range(M::kDriverIdFieldNumber);
  if (!PlatformsInRange(m.platform_ids())) return Range(M::kPlatformIdsFieldNumber);
  if (!IsIdOrEmpty(m.grid_id())) return Range(M::kGridIdFieldNumber);
  const uint32_t driver = FindDriver(city, m.driver_id());
  if (driver == kNone) return UnknownDriver(M::kDriverIdFieldNumber);
  const DriverRow& known = city.drivers.Get(driver);
  if (known.person_permit == m.person_permit() && known.vehicle_permit == m.vehicle_permit())
    return Applied();
  DriverRow& row = city.drivers.Edit(driver);
  row.person_permit = m.person_permit();
  row.vehicle_permit = m.vehicle_permit();
  ScoreChanged(fold, driver);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::DriverOptedOut& m) {
  return SetOptedOut(fold, m.driver_id(), true);
}
Verdict Apply(Fold& fold, const v1::DriverOptedIn& m) {
  return SetOptedOut(fold, m.driver_id(), false);
}

Verdict Apply(Fold& fold, const v1::DriverErased& m) {
  constexpr int kField = v1::DriverErased::kDriverIdFieldNumber;
  if (!IsId(m.driver_id())) return Range(kField);
  const uint32_t driver = FindDriver(fold.city, m.driver_id());
  if (driver == kNone) return UnknownDriver(kField);
  ForfeitAll(fold, driver);
  Forget(fold.city.EditDriver(driver));
  --fold.city.row.drivers;
  ScoreChanged(fold, driver);
  return Applied();
}

}  // namespace merit
