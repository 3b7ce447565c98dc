// Honours, assessments, violations, suspensions, exposure: what people decide about a driver, and
// what dispatch did.
//
//   Source   DOMAIN.md §§4, 10; EFFECTS.md §2.5

#include "engine/core/standing.h"

#include <algorithm>

#include "engine/core/checks.h"
#include "engine/core/ledger.h"
#include "engine/core/rules.h"
#include "engine/core/score.h"

namespace merit {
namespace {

constexpr uint32_t kHonoursMax = 64;
constexpr uint32_t kSuspensionsMax = 64;
constexpr int32_t kSuspensionDays =
    128;  // a suspension is kept in the driver's list this long after its last day
constexpr int32_t kGraveDays = 365;
constexpr int32_t kExposureDays = 28;
constexpr int64_t kExposureMax = 1'000'000'000;

void EraseNumber(List<uint32_t>* numbers, uint32_t number) {
  numbers->erase_if([&](uint32_t other) { return other == number; });
}

int BreachOf(const v1::HonourGranted& m) {
  using M = v1::HonourGranted;
  if (!IsId(m.honour_id())) return M::kHonourIdFieldNumber;
  if (!IsId(m.driver_id())) return M::kDriverIdFieldNumber;
  if (!IsText(m.title(), 1)) return M::kTitleFieldNumber;
  if (!IsSaid(m.level(), v1::HonourLevel_IsValid)) return M::kLevelFieldNumber;
  if (!IsDay(m.from_day())) return M::kFromDayFieldNumber;
  if (!IsDay(m.to_day()) || m.to_day() < m.from_day()) return M::kToDayFieldNumber;
  if (!IsHash(m.doc_sha256())) return M::kDocSha256FieldNumber;
  return 0;
}

int BreachOf(const v1::StandingAssessed& m, int32_t open_day) {
  using M = v1::StandingAssessed;
  if (!IsId(m.driver_id())) return M::kDriverIdFieldNumber;
  if (!IsSaid(m.kind(), v1::StandingKind_IsValid)) return M::kKindFieldNumber;
  if (!IsDay(m.from_day())) return M::kFromDayFieldNumber;
  if (!IsDay(m.to_day()) || m.to_day() < m.from_day() || m.to_day() > open_day)
    return M::kToDayFieldNumber;
  if (!IsWithin(m.score_permille(), 0, 1'000)) return M::kScorePermilleFieldNumber;
  return 0;
}

int BreachOf(const v1::ViolationRecorded& m, int32_t open_day) {
  using M = v1::ViolationRecorded;
  if (!IsId(m.violation_id())) return M::kViolationIdFieldNumber;
  if (!IsId(m.driver_id())) return M::kDriverIdFieldNumber;
  if (!IsSaid(m.grade(), v1::ViolationGrade_IsValid)) return M::kGradeFieldNumber;
  if (!IsDay(m.violation_day()) || m.violation_day() > open_day) return M::kViolationDayFieldNumber;
  if (!IsHash(m.doc_sha256())) return M::kDocSha256FieldNumber;
  return 0;
}

int BreachOf(const v1::SuspensionImposed& m) {
  using M = v1::SuspensionImposed;
  if (!IsId(m.suspension_id())) return M::kSuspensionIdFieldNumber;
  if (!IsId(m.driver_id())) return M::kDriverIdFieldNumber;
  if (!IsSaid(m.scope(), v1::SuspensionScope_IsValid)) return M::kScopeFieldNumber;
  if (!IsDay(m.from_day())) return M::kFromDayFieldNumber;
  if (!IsDay(m.to_day()) || m.to_day() < m.from_day()) return M::kToDayFieldNumber;
  if (!IsId(m.decided_by())) return M::kDecidedByFieldNumber;
  return 0;
}

int BreachOf(const v1::DispatchExposureReported& m, int32_t open_day) {
  using M = v1::DispatchExposureReported;
  if (!IsDay(m.day()) || m.day() < open_day - kExposureDays || m.day() > open_day)
    return M::kDayFieldNumber;
  if (m.tier() > 4) return M::kTierFieldNumber;
  if (!IsWithin(m.online_minutes(), 0, kExposureMax)) return M::kOnlineMinutesFieldNumber;
  if (!IsWithin(m.orders_assigned(), 0, kExposureMax)) return M::kOrdersAssignedFieldNumber;
  if (!IsWithin(m.median_pickup_s(), 0, 86'400)) return M::kMedianPickupSFieldNumber;
  return 0;
}

// The row behind an id that ends it: absent, of an erased driver, ended already, or good to end.
template <class Row>
Verdict FindToEnd(City& city, Table<Row>& table, Awaited awaited, const std::string& id,
                  uint32_t* number) {
  constexpr int kField = 1;  // of the id, in each of these messages
  if (!IsId(id)) return Range(kField);
  *number = table.Find(id);
  if (*number == kNone) return Park(kField, awaited, id);
  const Row& row = table.Get(*number);
  if (city.drivers.Get(row.driver).erased) return UnknownDriver(kField);
  if (row.ended) return BadState(v1::LIFE_STATE_ENDED);
  return Applied();
}

}  // namespace

Verdict Apply(Fold& fold, const v1::HonourGranted& m) {
  using M = v1::HonourGranted;
  City& city = fold.city;
  if (const int field = BreachOf(m)) return Range(field);
  const uint32_t driver = FindDriver(city, m.driver_id());
  if (driver == kNone) return UnknownDriver(M::kDriverIdFieldNumber);
  if (city.honours.Find(m.honour_id()) != kNone) return IdTaken(M::kHonourIdFieldNumber);
  const auto& held = city.drivers.Get(driver).honours;
  const auto present = std::count_if(held.begin(), held.end(), [&](uint32_t number) {
    return city.honours.Get(number).to_day >= fold.open_day();
  });
  if (present >= static_cast<int64_t>(kHonoursMax)) return Range(M::kDriverIdFieldNumber);

  const uint32_t honour = city.honours.size();
  HonourRow& row = city.honours.AddWithId(m.honour_id());
  row.driver = driver;
  row.mpt = city.policy().HonourMpt(m.level());
  row.from_day = m.from_day();
  row.to_day = m.to_day();
  if (row.to_day >= fold.open_day()) {
    city.drivers.Edit(driver).honours.push_back(honour);
    city.AppendTo(ListKind::kHonoursPast, row.to_day, honour);
  }
  ScoreChanged(fold, driver);
  fold.created = {Awaited::kHonour, Id(m.honour_id())};
  return Applied();
}

Verdict Apply(Fold& fold, const v1::HonourRevoked& m) {
  City& city = fold.city;
  uint32_t honour = kNone;
  if (Verdict no = FindToEnd(city, city.honours, Awaited::kHonour, m.honour_id(), &honour);
      !no.applied())
    return no;
  HonourRow& row = city.honours.Edit(honour);
  row.ended = true;
  EraseNumber(&city.drivers.Edit(row.driver).honours, honour);
  ScoreChanged(fold, row.driver);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::StandingAssessed& m) {
  City& city = fold.city;
  if (const int field = BreachOf(m, fold.open_day())) return Range(field);
  const uint32_t driver = FindDriver(city, m.driver_id());
  if (driver == kNone) return UnknownDriver(v1::StandingAssessed::kDriverIdFieldNumber);
  const bool safety = m.kind() == v1::STANDING_KIND_SAFETY;
  const DriverRow& known = city.drivers.Get(driver);
  const Assessment& last = safety ? known.safety : known.business;
  if (last.kept && m.to_day() < last.to_day) return Applied();
  DriverRow& row = city.drivers.Edit(driver);
  (safety ? row.safety : row.business) =
      Assessment{true, static_cast<uint16_t>(m.score_permille()), m.to_day()};
  ScoreChanged(fold, driver);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::ViolationRecorded& m) {
  using M = v1::ViolationRecorded;
  City& city = fold.city;
  if (const int field = BreachOf(m, fold.open_day())) return Range(field);
  const uint32_t driver = FindDriver(city, m.driver_id());
  if (driver == kNone) return UnknownDriver(M::kDriverIdFieldNumber);
  if (city.violations.Find(m.violation_id()) != kNone) return IdTaken(M::kViolationIdFieldNumber);

  const uint32_t violation = city.violations.size();
  ViolationRow& row = city.violations.AddWithId(m.violation_id());
  row.driver = driver;
  row.grade = m.grade();
  row.violation_day = m.violation_day();
  row.recorded_day = fold.open_day();
  row.mpt = city.PolicyOn(m.violation_day()).ViolationMpt(m.grade());
  if (row.grade >= v1::VIOLATION_GRADE_V2) {
    List<uint32_t>& grave = city.drivers.Edit(driver).grave_violations;
    grave.erase_if([&](uint32_t number) {
      return city.violations.Get(number).violation_day <= fold.open_day() - kGraveDays;
    });
    grave.push_back(violation);
  }
  AddMerit(fold, driver, v1::FACTOR_VIOLATION, row.violation_day, row.mpt);
  fold.created = {Awaited::kViolation, Id(m.violation_id())};
  return Applied();
}

bool IsSuspended(City& city, const DriverRow& driver, v1::SuspensionScope scope, int32_t day) {
  return std::any_of(driver.suspensions.begin(), driver.suspensions.end(), [&](uint32_t number) {
    const SuspensionRow& suspension = city.suspensions.Get(number);
    return suspension.scope == scope && suspension.from_day <= day && day <= suspension.to_day;
  });
}

void Rescind(Fold& fold, uint32_t violation) {
  ViolationRow& row = fold.city.violations.Edit(violation);
  row.ended = true;
  EraseNumber(&fold.city.drivers.Edit(row.driver).grave_violations, violation);
  TakeMeritBack(fold, row.driver, v1::FACTOR_VIOLATION, row.violation_day, row.mpt);
}

Verdict Apply(Fold& fold, const v1::ViolationRescinded& m) {
  City& city = fold.city;
  uint32_t violation = kNone;
  if (Verdict no =
          FindToEnd(city, city.violations, Awaited::kViolation, m.violation_id(), &violation);
      !no.applied()) {
    return no;
  }
  Rescind(fold, violation);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::SuspensionImposed& m) {
  using M = v1::SuspensionImposed;
  City& city = fold.city;
  if (const int field = BreachOf(m)) return Range(field);
  const uint32_t driver = FindDriver(city, m.driver_id());
  if (driver == kNone) return UnknownDriver(M::kDriverIdFieldNumber);
  if (city.suspensions.Find(m.suspension_id()) != kNone)
    return IdTaken(M::kSuspensionIdFieldNumber);
  const int32_t oldest = fold.open_day() - kSuspensionDays;
  const auto& held = city.drivers.Get(driver).suspensions;
  const auto present = std::count_if(held.begin(), held.end(), [&](uint32_t number) {
    return city.suspensions.Get(number).to_day >= oldest;
  });
  if (present >= static_cast<int64_t>(kSuspensionsMax)) return Range(M::kDriverIdFieldNumber);

  const uint32_t suspension = city.suspensions.size();
  SuspensionRow& row = city.suspensions.AddWithId(m.suspension_id());
  row.driver = driver;
  row.scope = m.scope();
  row.from_day = m.from_day();
  row.to_day = m.to_day();
  if (row.to_day >= oldest) {
    city.drivers.Edit(driver).suspensions.push_back(suspension);
    city.AppendTo(ListKind::kSuspensionsPast, row.to_day + kSuspensionDays, suspension);
  }
  if (row.scope == v1::SUSPENSION_SCOPE_SCORE) ScoreChanged(fold, driver);
  fold.created = {Awaited::kSuspension, Id(m.suspension_id())};
  return Applied();
}

Verdict Apply(Fold& fold, const v1::SuspensionLifted& m) {
  City& city = fold.city;
  uint32_t suspension = kNone;
  if (Verdict no =
          FindToEnd(city, city.suspensions, Awaited::kSuspension, m.suspension_id(), &suspension);
      !no.applied()) {
    return no;
  }
  SuspensionRow& row = city.suspensions.Edit(suspension);
  row.ended = true;
  EraseNumber(&city.drivers.Edit(row.driver).suspensions, suspension);
  if (row.scope == v1::SUSPENSION_SCOPE_SCORE) ScoreChanged(fold, row.driver);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::DispatchExposureReported& m) {
  if (const int field = BreachOf(m, fold.open_day())) return Range(field);
  fold.city.exposures.Edit({m.day(), fold.producer, m.tier()}) = {
      m.online_minutes(), m.orders_assigned(), m.median_pickup_s()};
  return Applied();
}

}  // namespace merit
