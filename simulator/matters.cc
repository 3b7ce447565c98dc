#include "simulator/matters.h"

#include <algorithm>

namespace merit {
namespace {

v1::MatterKind KindOf(uint32_t category) {
  if (category == 20) return v1::MATTER_KIND_OPINION;
  if (category == 30) return v1::MATTER_KIND_INCIDENT;
  return v1::MATTER_KIND_HAZARD;
}

constexpr const char* kUnits[] = {"urban-management", "traffic-police", "road-bureau",
                                  "transport-bureau", "water-works",    "subdistrict"};

}  // namespace

void Matters::PlanDay() {
  if (town_.options.matters_permille == 0) return;
  const uint32_t count = town_.DrawCount(town_.roster.enrolled_count, 600);
  for (uint32_t i = 0; i < count; ++i) {
    town_.Plan(town_.DrawTime(town_.today), Family::kMatters, kGrievance);
  }
}

void Matters::Run(const Action& action) {
  const uint32_t slot = action.subject;
  switch (static_cast<Step>(action.step)) {
    case kOpen:
      return Open(slot);
    case kAssign:
      return Assign(slot);
    case kReturn:
      Name(matters_[slot], &returned_);
      returned_.set_reason_code("not-ours");
      town_.Emit(Desk(matters_[slot]), returned_);
      return Next(kAssign, slot, kHourMs, kDayMs);
    case kEscalate:
      return Escalate(slot);
    case kResolve:
      return Resolve(slot);
    case kVerify:
      return Verify(slot);
    case kFollowUp:
      return FollowUp(slot);
    case kReopen:
      matters_[slot].reopened = true;
      Name(matters_[slot], &reopened_);
      town_.Emit(Desk(matters_[slot]), reopened_);
      return Next(kAssign, slot, kHourMs, kDayMs);
    case kVoid:
      Name(matters_[slot], &voided_);
      town_.Emit(Desk(matters_[slot]), voided_);
      return matters_.Give(slot);
    case kMerge:
      return Merge(slot);
    case kGrievance:
      return OpenGrievance();
  }
}

void Matters::Next(Step step, uint32_t slot, int64_t from_ms, int64_t to_ms, bool office) {
  const int64_t time_ms = town_.DrawDelay(from_ms, to_ms);
  town_.Plan(office ? town_.OfficeHours(time_ms) : time_ms, Family::kMatters, step, slot);
}

uint32_t Matters::NewMatter(v1::MatterKind kind, uint32_t county, v1::Channel channel) {
  const uint32_t slot = matters_.Take();
  Matter& matter = matters_[slot];
  matter.id = town_.NewId(Entity::kMatter);
  matter.kind = kind;
  matter.county = static_cast<uint8_t>(county);
  matter.channel = channel;
  const uint32_t draw = town_.random.Below(1000u);
  if (draw < 12) matter.fate = Fate::kVoided;
  if (draw >= 12 && draw < 30) matter.fate = Fate::kMerged;
  return slot;
}

EntityId Matters::OpenFor(EntityId report, uint32_t category, uint32_t county,
                          v1::Channel channel) {
  const uint32_t slot = NewMatter(KindOf(category), county, channel);
  matters_[slot].report = report;
  Next(kOpen, slot, kMinuteMs, 50 * kMinuteMs, false);
  return matters_[slot].id;
}

void Matters::OpenGrievance() {
  const uint32_t driver = town_.roster.DrawAny(town_.random);
  if (driver == kNobody) return;
  const bool welfare = town_.random.Permille(250);
  const uint32_t county = town_.roster.drivers[driver].county;
  const bool listened = town_.random.Permille(500);
  const uint32_t slot = NewMatter(welfare ? v1::MATTER_KIND_WELFARE : v1::MATTER_KIND_GRIEVANCE,
                                  county, listened ? v1::CHANNEL_LISTEN : v1::CHANNEL_UNSPECIFIED);
  matters_[slot].driver = driver;
  Open(slot);
}

void Matters::Open(uint32_t slot) {
  const Matter& matter = matters_[slot];
  Name(matter, &opened_);
  opened_.set_kind(matter.kind);
  const bool whole_city = matter.driver != kNobody && town_.random.Permille(40);
  opened_.set_county_code(whole_city ? town_.city_code : town_.roster.counties[matter.county].code);
  opened_.set_channel(matter.channel);
  opened_.clear_report_id();
  opened_.clear_complainant_driver_id();
  if (matter.report) WriteId(Entity::kReport, matter.report, opened_.mutable_report_id());
  if (matter.driver != kNobody) {
    town_.roster.WriteDriverId(matter.driver, opened_.mutable_complainant_driver_id());
  }
  town_.Emit(matter.driver != kNobody ? town_.roster.app : Desk(matter), opened_);
  PlanFirst(slot);
}

void Matters::PlanFirst(uint32_t slot) {
  const Matter& matter = matters_[slot];
  if (matter.fate == Fate::kVoided) return Next(kVoid, slot, kHourMs, 2 * kDayMs);
  EntityId& latest = latest_[matter.county];
  if (matter.fate == Fate::kMerged && latest) return Next(kMerge, slot, kHourMs, 2 * kDayMs);
  if (matter.fate == Fate::kUsual) latest = matter.id;
  if (matter.kind == v1::MATTER_KIND_INCIDENT) {
    return Next(kAssign, slot, kMinuteMs, 150 * kMinuteMs, false);
  }
  if (town_.random.Permille(35)) return Next(kEscalate, slot, kHourMs, kDayMs);
  Next(kAssign, slot, 10 * kMinuteMs, 10 * kHourMs);
}

void Matters::Assign(uint32_t slot) {
  const Matter& matter = matters_[slot];
  Name(matter, &assigned_);
  assigned_.set_unit_id(kUnits[town_.random.Below(std::size(kUnits))]);
  assigned_.set_level(matter.level);
  town_.Emit(Desk(matter), assigned_);
  if (town_.random.Permille(40)) return Next(kReturn, slot, kHourMs, kDayMs);
  if (matter.level != v1::MATTER_LEVEL_PROVINCE && town_.random.Permille(15)) {
    return Next(kEscalate, slot, kDayMs, 3 * kDayMs);
  }
  if (matter.kind == v1::MATTER_KIND_INCIDENT) {
    return Next(kResolve, slot, 30 * kMinuteMs, 26 * kHourMs, false);
  }
  const bool grievance = matter.kind == v1::MATTER_KIND_GRIEVANCE;
  Next(kResolve, slot, 2 * kHourMs, (grievance ? 9 : 4) * kDayMs);
}

void Matters::Escalate(uint32_t slot) {
  Matter& matter = matters_[slot];
  matter.level = static_cast<v1::MatterLevel>(matter.level + 1);
  Name(matter, &escalated_);
  escalated_.set_to_level(matter.level);
  town_.Emit(town_.random.Permille(200) ? town_.roster.clock : Desk(matter), escalated_);
  Next(kAssign, slot, kHourMs, 2 * kDayMs);
}

void Matters::Resolve(uint32_t slot) {
  static constexpr std::array<uint16_t, 3> kResults = {80, 16, 4};
  Name(matters_[slot], &resolved_);
  resolved_.set_result(static_cast<v1::MatterResult>(1 + town_.random.Weighted(kResults)));
  town_.Emit(Desk(matters_[slot]), resolved_);
  Next(kVerify, slot, kHourMs, 2 * kDayMs);
}

void Matters::Verify(uint32_t slot) {
  const bool ok = !town_.random.Permille(40);
  Name(matters_[slot], &verified_);
  verified_.set_ok(ok);
  town_.Emit(Desk(matters_[slot]), verified_);
  if (!ok) return Next(kAssign, slot, kHourMs, kDayMs);
  if (!matters_[slot].followed_up && town_.random.Permille(650)) {
    return Next(kFollowUp, slot, kHourMs, 5 * kDayMs);
  }
  matters_.Give(slot);
}

void Matters::FollowUp(uint32_t slot) {
  Matter& matter = matters_[slot];
  const bool reached = !town_.random.Permille(150);
  const bool solved = reached && !town_.random.Permille(80);
  const bool satisfied = solved && !town_.random.Permille(60);
  Name(matter, &followed_up_);
  followed_up_.set_reached(reached);
  followed_up_.set_solved(solved);
  followed_up_.set_satisfied(satisfied);
  town_.Emit(Desk(matter), followed_up_);
  matter.followed_up = true;
  if (reached && !solved && !matter.reopened && town_.random.Permille(500)) {
    return Next(kReopen, slot, kHourMs, kDayMs);
  }
  matters_.Give(slot);
}

void Matters::Merge(uint32_t slot) {
  const Matter& matter = matters_[slot];
  Name(matter, &merged_);
  WriteId(Entity::kMatter, latest_[matter.county], merged_.mutable_into_matter_id());
  town_.Emit(Desk(matter), merged_);
  matters_.Give(slot);
}

}  // namespace merit
