#include "simulator/service.h"

#include <algorithm>

namespace merit {
namespace {

constexpr std::array<uint16_t, 5> kHonourLevels = {1, 4, 20, 30, 45};
constexpr std::array<uint16_t, 4> kGrades = {60, 28, 10, 2};
constexpr const char* kTitles[] = {"e行先锋", "最美网约车司机", "畅先锋", "党员红旗车",
                                   "最美货车司机"};
constexpr const char* kActivities[] = {"exam-escort", "supply-run",   "station-care",
                                       "flood-watch", "night-clinic", "school-crossing"};

}  // namespace

void Service::PlanSome(Step step, uint64_t per_million) {
  const uint32_t count = town_.DrawCount(town_.roster.enrolled_count, per_million);
  for (uint32_t i = 0; i < count; ++i)
    town_.Plan(town_.DrawTime(town_.today), Family::kService, step);
}

void Service::PlanDay() {
  PlanSome(kServe, 2'500);
  PlanSome(kViolate, 60);
  const Date date = DateOf(town_.today);
  PlanSome(kGrant, date.month % 3 == 0 && date.day >= 24 && date.day <= 26 ? 500 : 12);
  if (date.day >= 2 && date.day <= 6) PlanAssessments(date.day);
  if (town_.today == town_.options.first_day) return;
  for (uint32_t i = 0; i < town_.roster.platform_count; ++i) {
    const int64_t in_day = town_.random.Between(2 * kHourMs, 6 * kHourMs);
    town_.Plan(town_.Midnight(town_.today) + in_day, Family::kService, kExpose, i);
  }
}

// Platforms assess each month whoever takes part much, each quarter everybody else by turns.
void Service::PlanAssessments(int32_t day_of_month) {
  const uint32_t count = std::min(town_.roster.enrolled_count, town_.options.drivers / 6 + 1);
  const auto turn = static_cast<uint32_t>(day_of_month - 2);
  for (uint32_t rank = turn; rank < count; rank += 5) {
    const uint32_t driver = town_.roster.ByRank(rank);
    const int64_t in_day = town_.random.Between(6 * kHourMs, 22 * kHourMs);
    town_.Plan(town_.Midnight(town_.today) + in_day, Family::kService, kAssess, driver,
               v1::STANDING_KIND_SAFETY);
    town_.Plan(town_.Midnight(town_.today) + in_day + 1'000, Family::kService, kAssess, driver,
               v1::STANDING_KIND_BUSINESS);
  }
}

void Service::Run(const Action& action) {
  const auto step = static_cast<Step>(action.step);
  switch (step) {
    case kServe:
      return Serve();
    case kGrant:
      return Grant();
    case kAssess:
      return Assess(action.subject, static_cast<v1::StandingKind>(action.extra));
    case kViolate:
      return Violate();
    case kSuspend:
      return Suspend(action.subject);
    case kExpose:
      return Expose(action.subject);
    default:
      break;
  }
  const uint32_t slot = action.subject;
  if (!town_.roster.drivers[entries_[slot].driver].active()) return entries_.Give(slot);
  switch (step) {
    case kRevokeService:
      return RevokeService(slot);
    case kRevokeHonour:
      return RevokeHonour(slot);
    case kRescind:
      return Rescind(slot);
    case kAppeal:
      return Appeal(slot);
    case kDecide:
      return Decide(slot);
    case kLift:
      return Lift(slot);
    default:
      break;
  }
}

void Service::Next(Step step, uint32_t slot, int64_t from_ms, int64_t to_ms) {
  town_.Plan(town_.OfficeHours(town_.DrawDelay(from_ms, to_ms)), Family::kService, step, slot);
}

uint32_t Service::PlatformOf(uint32_t driver) const {
  return town_.roster.first_platform + town_.roster.drivers[driver].platform;
}

void Service::Serve() {
  const uint32_t driver = town_.roster.DrawBusy(town_.random);
  if (driver == kNobody) return;
  if (town_.roster.drivers[driver].no_earning_until_day >= town_.open_day - 6) return;
  const EntityId id = town_.NewId(Entity::kRecord);
  const int32_t minutes = 30 * town_.random.Day(1, 8);
  const int32_t service_day = town_.open_day - town_.random.Day(0, 5);
  WriteId(Entity::kRecord, id, served_.mutable_record_id());
  town_.roster.WriteDriverId(driver, served_.mutable_driver_id());
  served_.set_activity_id(kActivities[town_.random.Below(std::size(kActivities))]);
  served_.set_minutes(minutes);
  served_.set_service_day(service_day);
  served_.set_organiser_confirmed(true);
  served_.set_beneficiary_confirmed(true);
  const bool desk = town_.random.Permille(700);
  town_.Emit(desk ? town_.roster.city_desk : PlatformOf(driver), served_);
  const int32_t points = minutes * 8 / 60;
  town_.Credit(driver, points);
  if (!town_.random.Permille(10)) return;
  const uint32_t slot = entries_.Take();
  entries_[slot].id = id;
  entries_[slot].driver = driver;
  entries_[slot].points = points;
  Next(kRevokeService, slot, kDayMs, 20 * kDayMs);
}

void Service::RevokeService(uint32_t slot) {
  WriteId(Entity::kRecord, entries_[slot].id, service_revoked_.mutable_record_id());
  town_.Emit(town_.roster.city_desk, service_revoked_);
  town_.Debit(entries_[slot].driver, entries_[slot].points);
  entries_.Give(slot);
}

void Service::Grant() {
  const uint32_t driver = town_.roster.DrawBusy(town_.random);
  if (driver == kNobody) return;
  const EntityId id = town_.NewId(Entity::kHonour);
  WriteId(Entity::kHonour, id, granted_.mutable_honour_id());
  town_.roster.WriteDriverId(driver, granted_.mutable_driver_id());
  granted_.set_title(kTitles[town_.random.Below(std::size(kTitles))]);
  granted_.set_level(static_cast<v1::HonourLevel>(1 + town_.random.Weighted(kHonourLevels)));
  granted_.set_from_day(town_.open_day + 1);
  granted_.set_to_day(town_.open_day + (town_.random.Permille(500) ? 365 : 180));
  town_.DrawHash(granted_.mutable_doc_sha256());
  town_.Emit(town_.roster.authority, granted_);
  if (!town_.random.Permille(100)) return;
  const uint32_t slot = entries_.Take();
  entries_[slot].id = id;
  entries_[slot].driver = driver;
  Next(kRevokeHonour, slot, 5 * kDayMs, 100 * kDayMs);
}

void Service::RevokeHonour(uint32_t slot) {
  WriteId(Entity::kHonour, entries_[slot].id, honour_revoked_.mutable_honour_id());
  town_.Emit(town_.roster.authority, honour_revoked_);
  entries_.Give(slot);
}

void Service::Assess(uint32_t driver, v1::StandingKind kind) {
  if (!town_.roster.drivers[driver].active()) return;
  const Date date = DateOf(town_.open_day);
  const int32_t to_day = DayOf({date.year, date.month, 1}) - 1;
  const Date month = DateOf(to_day);
  // Most are good and stay what they are.
  const auto base =
      static_cast<int32_t>(740 + Spread(driver * 2 + static_cast<uint32_t>(kind)) % 220);
  town_.roster.WriteDriverId(driver, assessed_.mutable_driver_id());
  assessed_.set_kind(kind);
  assessed_.set_from_day(DayOf({month.year, month.month, 1}));
  assessed_.set_to_day(to_day);
  assessed_.set_score_permille(std::min(1000, base + town_.random.Day(-40, 40)));
  town_.Emit(PlatformOf(driver), assessed_);
}

void Service::Violate() {
  const uint32_t driver = town_.roster.DrawAny(town_.random);
  if (driver == kNobody) return;
  const EntityId id = town_.NewId(Entity::kViolation);
  const auto grade = static_cast<v1::ViolationGrade>(1 + town_.random.Weighted(kGrades));
  WriteId(Entity::kViolation, id, violated_.mutable_violation_id());
  town_.roster.WriteDriverId(driver, violated_.mutable_driver_id());
  violated_.set_grade(grade);
  violated_.set_violation_day(town_.open_day - town_.random.Day(0, 12));
  town_.DrawHash(violated_.mutable_doc_sha256());
  town_.Emit(town_.random.Permille(500) ? town_.roster.authority : PlatformOf(driver), violated_);
  if (grade >= v1::VIOLATION_GRADE_V3) {
    town_.Plan(town_.OfficeHours(town_.DrawDelay(kHourMs, kDayMs)), Family::kService, kSuspend,
               driver);
  }
  const uint32_t draw = town_.random.Below(100);
  if (draw >= 14) return;
  const uint32_t slot = entries_.Take();
  entries_[slot].id = id;
  entries_[slot].driver = driver;
  if (draw < 6) return Next(kRescind, slot, kDayMs, 30 * kDayMs);
  Next(kAppeal, slot, kHourMs, 7 * kDayMs);
}

void Service::Rescind(uint32_t slot) {
  WriteId(Entity::kViolation, entries_[slot].id, rescinded_.mutable_violation_id());
  town_.Emit(town_.roster.authority, rescinded_);
  entries_.Give(slot);
}

void Service::Appeal(uint32_t slot) {
  entries_[slot].appeal = town_.NewId(Entity::kAppeal);
  WriteId(Entity::kAppeal, entries_[slot].appeal, filed_.mutable_appeal_id());
  WriteId(Entity::kViolation, entries_[slot].id, filed_.mutable_violation_id());
  town_.Emit(town_.roster.app, filed_);
  Next(kDecide, slot, kDayMs, 9 * kDayMs);
}

void Service::Decide(uint32_t slot) {
  const Entry& entry = entries_[slot];
  const uint32_t county = town_.roster.drivers[entry.driver].county;
  const uint32_t reviewer = town_.roster.DrawReviewer(town_.random, county, entry.driver);
  const bool overturned = town_.random.Permille(300);
  WriteId(Entity::kAppeal, entry.appeal, decided_.mutable_appeal_id());
  decided_.set_outcome(overturned ? v1::APPEAL_OUTCOME_OVERTURNED : v1::APPEAL_OUTCOME_UPHELD);
  decided_.set_reviewer_id(town_.roster.reviewers[reviewer].id);
  town_.Emit(town_.roster.authority, decided_);
  entries_.Give(slot);
}

void Service::Suspend(uint32_t index) {
  Driver& driver = town_.roster.drivers[index];
  if (!driver.active()) return;
  const EntityId id = town_.NewId(Entity::kSuspension);
  const auto scope = static_cast<v1::SuspensionScope>(1 + town_.random.Below(3));
  const int32_t to_day = town_.open_day + 10 * town_.random.Day(1, 9);
  WriteId(Entity::kSuspension, id, suspended_.mutable_suspension_id());
  town_.roster.WriteDriverId(index, suspended_.mutable_driver_id());
  suspended_.set_scope(scope);
  suspended_.set_from_day(town_.open_day + 1);
  suspended_.set_to_day(to_day);
  suspended_.set_decided_by("panel-" + std::to_string(1 + town_.random.Below(4)));
  town_.Emit(town_.roster.authority, suspended_);
  if (scope == v1::SUSPENSION_SCOPE_EARNING) driver.no_earning_until_day = to_day;
  if (scope == v1::SUSPENSION_SCOPE_REDEEM) driver.no_redeeming_until_day = to_day;
  if (!town_.random.Permille(250)) return;
  const uint32_t slot = entries_.Take();
  entries_[slot].id = id;
  entries_[slot].driver = index;
  Next(kLift, slot, 2 * kDayMs, 9 * kDayMs);
}

void Service::Lift(uint32_t slot) {
  // The driver stays quiet until the day first said: what stands in other suspensions is not
  // remembered here.
  WriteId(Entity::kSuspension, entries_[slot].id, lifted_.mutable_suspension_id());
  town_.Emit(town_.roster.authority, lifted_);
  entries_.Give(slot);
}

void Service::Expose(uint32_t platform) {
  static constexpr int32_t kShares[] = {780, 150, 45, 20, 5};
  const int64_t drivers =
      platform < 3 ? town_.roster.enrolled_count / 4 : town_.roster.enrolled_count / 100 + 1;
  for (uint32_t tier = 0; tier < 5; ++tier) {
    const int64_t minutes = drivers * kShares[tier] * town_.random.Between(330, 400) / 1000;
    const int64_t per_hour = town_.random.Between(130, 145) + tier;  // hundredths of an order
    exposed_.set_day(town_.open_day - 1);
    exposed_.set_tier(tier);
    exposed_.set_online_minutes(minutes);
    exposed_.set_orders_assigned(minutes * per_hour / 6'000);
    exposed_.set_median_pickup_s(town_.random.Day(190, 330));
    town_.Emit(town_.roster.first_platform + platform, exposed_);
    town_.now_ms += 20;
  }
}

}  // namespace merit
