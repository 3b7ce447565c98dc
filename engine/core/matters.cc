#include "engine/core/matters.h"

#include <algorithm>
#include <limits>

#include "engine/core/checks.h"
#include "engine/core/rules.h"

namespace merit {
namespace {

// --- deadlines ---------------------------------------------------------------------------------

// Times come from the log: sums with them stay inside 64 bits.
int64_t LaterBy(int64_t time_ms, int64_t minutes) {
  const Int128 later = static_cast<Int128>(time_ms) + static_cast<Int128>(minutes) * kMinuteMs;
  return static_cast<int64_t>(std::min<Int128>(later, std::numeric_limits<int64_t>::max()));
}

bool IsWorkday(const City& city, int32_t day) {
  const int32_t year = CivilOf(day).year;
  const CalendarRow* const calendar = city.calendars.Find({static_cast<uint32_t>(year)});
  if (calendar == nullptr) return true;
  const auto bit = static_cast<size_t>(day - DayOf({year, 1, 1}));
  return static_cast<unsigned char>(calendar->workdays[bit / 8]) >> (bit % 8) & 1;
}

// The last millisecond of the n-th working day after open_day.
int64_t EndOfWorkday(const City& city, uint32_t n) {
  int32_t day = city.open_day();
  while (n > 0) n -= IsWorkday(city, ++day);
  return (static_cast<int64_t>(day) + 1) * kDayMs - city.row.utc_offset_minutes * kMinuteMs - 1;
}

void SetDeadlines(City& city, uint32_t number) {
  MatterRow& matter = city.matters.Edit(number);
  const v1::MatterDeadline& deadline = city.policy().Deadline(matter.kind);
  matter.response_due = deadline.first_response_minutes() > 0;
  matter.respond_by_ms = LaterBy(matter.opened_ms, deadline.first_response_minutes());
  if (deadline.close_minutes() > 0) {
    matter.deadline_ms = LaterBy(matter.opened_ms, deadline.close_minutes());
  } else if (deadline.close_working_days() > 0) {
    matter.deadline_ms = EndOfWorkday(city, deadline.close_working_days());
  } else {
    return;
  }
  matter.has_deadline = true;
  const int64_t local_day = LocalDayOf(matter.deadline_ms, city.row.utc_offset_minutes);
  matter.deadline_day =
      static_cast<int32_t>(std::clamp<int64_t>(local_day, city.open_day(), kDayMax + 1));
  city.AppendTo(ListKind::kMattersDue, matter.deadline_day, number);
}

bool IsOverdueNow(const MatterRow& matter) {
  switch (matter.state) {
    case v1::MATTER_STATE_OPEN:
    case v1::MATTER_STATE_ASSIGNED:
    case v1::MATTER_STATE_REOPENED:
      return true;
    case v1::MATTER_STATE_RESOLVED:
      return matter.resolved_ms > matter.deadline_ms;
    default:
      return false;
  }
}

// --- cells -------------------------------------------------------------------------------------

void AddTo(City& city, const CellKey& key, const LoopCounters& before, const LoopCounters& after) {
  CellRow& cell = city.cells.Edit(key);
  LoopCounters& sum = cell.counters;
  const auto add = [&](int64_t LoopCounters::*counter) {
    sum.*counter += after.*counter - before.*counter;
  };
  add(&LoopCounters::opened);
  add(&LoopCounters::closed);
  add(&LoopCounters::closed_on_time);
  add(&LoopCounters::open_overdue);
  add(&LoopCounters::reopened);
  add(&LoopCounters::answered);
  add(&LoopCounters::solved);
  add(&LoopCounters::satisfied);
  add(&LoopCounters::response_due);
  add(&LoopCounters::response_on_time);
  add(&LoopCounters::handling_minutes);
  if (!cell.changed) {
    cell.changed = true;
    city.changed_cells.push_back(key);
  }
}

// Changes a matter's row, and its cells by what its share has changed.
template <class Edit>
void ChangeMatter(City& city, uint32_t number, Edit edit) {
  MatterRow& matter = city.matters.Edit(number);
  const LoopCounters before = ShareOf(matter);
  edit(matter);
  const LoopCounters after = ShareOf(matter);
  if (before == after) return;
  const auto add_to_region = [&](uint32_t region) {
    AddTo(city, {region, matter.month, true, matter.kind, matter.channel}, before, after);
    AddTo(city, {region, matter.month, false, {}, {}}, before, after);
  };
  add_to_region(city.code);
  // A matter of the city as a whole is in no county.
  if (matter.county_code != city.code) add_to_region(matter.county_code);
}

void SetState(Fold& fold, uint32_t number, v1::MatterState state) {
  ChangeMatter(fold.city, number, [&](MatterRow& matter) { matter.state = state; });
  fold.effects.MatterState(fold.city.matters.Get(number).id.view(), state);
}

void MarkOverdue(Fold& fold, uint32_t number) {
  ChangeMatter(fold.city, number, [](MatterRow& matter) { matter.overdue = true; });
  const MatterRow& matter = fold.city.matters.Get(number);
  fold.effects.MatterOverdue(matter.id.view(), matter.deadline_ms);
}

void Reopen(Fold& fold, uint32_t number) {
  ChangeMatter(fold.city, number, [](MatterRow& matter) { matter.reopened = true; });
  SetState(fold, number, v1::MATTER_STATE_REOPENED);
  const MatterRow& matter = fold.city.matters.Get(number);
  if (matter.has_deadline && !matter.overdue && matter.deadline_day < fold.open_day())
    MarkOverdue(fold, number);
}

// --- states ------------------------------------------------------------------------------------

constexpr uint32_t Bit(v1::MatterState state) { return 1u << state; }
constexpr uint32_t kOpenStates =
    Bit(v1::MATTER_STATE_OPEN) | Bit(v1::MATTER_STATE_ASSIGNED) | Bit(v1::MATTER_STATE_REOPENED);
constexpr uint32_t kAnswered = Bit(v1::MATTER_STATE_RESOLVED) | Bit(v1::MATTER_STATE_CLOSED);
constexpr uint32_t kAlive = kOpenStates | kAnswered;

bool IsIn(v1::MatterState state, uint32_t states) { return states >> state & 1; }

struct Found {
  Verdict verdict;
  uint32_t number = kNone;
};

// The matter named in an event's field, or the event waits for it. The field is in its range.
Found FindMatter(City& city, int field, const std::string& matter_id) {
  const uint32_t number = city.matters.Find(matter_id);
  if (number == kNone) return {Park(field, Awaited::kMatter, matter_id)};
  return {Applied(), number};
}

// The matter in field 1, in one of `states`.
Found FindIn(City& city, const std::string& matter_id, uint32_t states) {
  Found found = FindMatter(city, 1, matter_id);
  if (found.number == kNone) return found;
  const v1::MatterState state = city.matters.Get(found.number).state;
  if (!IsIn(state, states)) found.verdict = BadState(state);
  return found;
}

// An event that does nothing but move a matter from some states to one.
Verdict Move(Fold& fold, const std::string& matter_id, uint32_t from, v1::MatterState to) {
  const Found found = FindIn(fold.city, matter_id, from);
  if (!found.verdict.applied()) return found.verdict;
  SetState(fold, found.number, to);
  return Applied();
}

}  // namespace

LoopCounters ShareOf(const MatterRow& m) {
  LoopCounters share;
  if (m.state == v1::MATTER_STATE_UNSPECIFIED || m.state == v1::MATTER_STATE_VOIDED ||
      m.state == v1::MATTER_STATE_MERGED) {
    return share;
  }
  const bool closed = m.state == v1::MATTER_STATE_CLOSED;
  share.opened = 1;
  share.closed = closed;
  share.closed_on_time = closed && (!m.has_deadline || m.resolved_ms <= m.deadline_ms);
  share.open_overdue = m.overdue && !closed;
  share.reopened = m.reopened;
  share.answered = m.reached;
  share.solved = m.solved;
  share.satisfied = m.satisfied;
  share.response_due = m.response_due;
  share.response_on_time = m.response_on_time;
  share.handling_minutes = closed ? (m.resolved_ms - m.opened_ms) / kMinuteMs : 0;
  return share;
}

void CloseDeadline(Fold& fold, uint32_t number) {
  const MatterRow& matter = fold.city.matters.Get(number);
  if (!matter.overdue && IsOverdueNow(matter)) MarkOverdue(fold, number);
}

Verdict Apply(Fold& fold, const v1::MatterOpened& m) {
  using M = v1::MatterOpened;
  City& city = fold.city;
  if (!IsId(m.matter_id())) return Range(M::kMatterIdFieldNumber);
  if (!IsSaid(m.kind(), v1::MatterKind_IsValid)) return Range(M::kKindFieldNumber);
  if (!IsCountyOf(city.code, m.county_code())) return Range(M::kCountyCodeFieldNumber);
  if (!v1::Channel_IsValid(m.channel())) return Range(M::kChannelFieldNumber);
  if (!IsIdOrEmpty(m.report_id()) ||
      (m.kind() == v1::MATTER_KIND_GRIEVANCE && !m.report_id().empty())) {
    return Range(M::kReportIdFieldNumber);
  }
  if (!IsIdOrEmpty(m.complainant_driver_id())) return Range(M::kComplainantDriverIdFieldNumber);
  if (city.matters.Find(m.matter_id()) != kNone) return IdTaken(M::kMatterIdFieldNumber);

  const uint32_t number = city.matters.size();
  MatterRow& matter = city.matters.AddWithId(m.matter_id());
  matter.kind = m.kind();
  matter.channel = m.channel();
  matter.level = v1::MATTER_LEVEL_COUNTY;
  matter.county_code = m.county_code();
  matter.month = MonthOf(fold.open_day());
  matter.opened_ms = fold.time_ms;
  SetDeadlines(city, number);
  SetState(fold, number, v1::MATTER_STATE_OPEN);
  fold.created = {Awaited::kMatter, Id(m.matter_id())};
  return Applied();
}

Verdict Apply(Fold& fold, const v1::MatterAssigned& m) {
  using M = v1::MatterAssigned;
  if (!IsId(m.matter_id())) return Range(M::kMatterIdFieldNumber);
  if (!IsId(m.unit_id())) return Range(M::kUnitIdFieldNumber);
  if (!IsSaid(m.level(), v1::MatterLevel_IsValid)) return Range(M::kLevelFieldNumber);
  const Found found = FindIn(fold.city, m.matter_id(), kOpenStates);
  if (!found.verdict.applied()) return found.verdict;
  const bool was_assigned = fold.city.matters.Get(found.number).state == v1::MATTER_STATE_ASSIGNED;
  ChangeMatter(fold.city, found.number, [&](MatterRow& matter) {
    matter.unit = Id(m.unit_id());
    matter.level = m.level();
    if (!matter.assigned_once) {
      matter.assigned_once = true;
      matter.response_on_time = matter.response_due && fold.time_ms <= matter.respond_by_ms;
    }
  });
  if (!was_assigned) SetState(fold, found.number, v1::MATTER_STATE_ASSIGNED);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::MatterReturned& m) {
  using M = v1::MatterReturned;
  if (!IsId(m.matter_id())) return Range(M::kMatterIdFieldNumber);
  if (!IsIdOrEmpty(m.reason_code())) return Range(M::kReasonCodeFieldNumber);
  return Move(fold, m.matter_id(), Bit(v1::MATTER_STATE_ASSIGNED), v1::MATTER_STATE_OPEN);
}

Verdict Apply(Fold& fold, const v1::MatterEscalated& m) {
  using M = v1::MatterEscalated;
  if (!IsId(m.matter_id())) return Range(M::kMatterIdFieldNumber);
  if (!IsSaid(m.to_level(), v1::MatterLevel_IsValid)) return Range(M::kToLevelFieldNumber);
  const Found found = FindIn(fold.city, m.matter_id(), kOpenStates);
  if (!found.verdict.applied()) return found.verdict;
  const MatterRow& matter = fold.city.matters.Get(found.number);
  if (m.to_level() <= matter.level) return BadState(matter.state);
  fold.city.matters.Edit(found.number).level = m.to_level();
  return Applied();
}

Verdict Apply(Fold& fold, const v1::MatterResolved& m) {
  using M = v1::MatterResolved;
  if (!IsId(m.matter_id())) return Range(M::kMatterIdFieldNumber);
  if (!IsSaid(m.result(), v1::MatterResult_IsValid)) return Range(M::kResultFieldNumber);
  const Found found = FindIn(fold.city, m.matter_id(), Bit(v1::MATTER_STATE_ASSIGNED));
  if (!found.verdict.applied()) return found.verdict;
  fold.city.matters.Edit(found.number).resolved_ms = fold.time_ms;
  SetState(fold, found.number, v1::MATTER_STATE_RESOLVED);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::MatterVerified& m) {
  if (!IsId(m.matter_id())) return Range(v1::MatterVerified::kMatterIdFieldNumber);
  const Found found = FindIn(fold.city, m.matter_id(), Bit(v1::MATTER_STATE_RESOLVED));
  if (!found.verdict.applied()) return found.verdict;
  if (m.ok()) {
    SetState(fold, found.number, v1::MATTER_STATE_CLOSED);
  } else {
    Reopen(fold, found.number);
  }
  return Applied();
}

Verdict Apply(Fold& fold, const v1::MatterFollowedUp& m) {
  using M = v1::MatterFollowedUp;
  if (!IsId(m.matter_id())) return Range(M::kMatterIdFieldNumber);
  if (m.solved() && !m.reached()) return Range(M::kSolvedFieldNumber);
  if (m.satisfied() && !m.reached()) return Range(M::kSatisfiedFieldNumber);
  const Found found = FindIn(fold.city, m.matter_id(), kAnswered);
  if (!found.verdict.applied()) return found.verdict;
  const MatterRow& known = fold.city.matters.Get(found.number);
  if (known.followed_up) return BadState(known.state);
  ChangeMatter(fold.city, found.number, [&](MatterRow& matter) {
    matter.followed_up = true;
    matter.reached = m.reached();
    matter.solved = m.solved();
    matter.satisfied = m.satisfied();
  });
  return Applied();
}

Verdict Apply(Fold& fold, const v1::MatterReopened& m) {
  if (!IsId(m.matter_id())) return Range(v1::MatterReopened::kMatterIdFieldNumber);
  const Found found = FindIn(fold.city, m.matter_id(), kAnswered);
  if (!found.verdict.applied()) return found.verdict;
  Reopen(fold, found.number);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::MatterVoided& m) {
  if (!IsId(m.matter_id())) return Range(v1::MatterVoided::kMatterIdFieldNumber);
  return Move(fold, m.matter_id(), kAlive, v1::MATTER_STATE_VOIDED);
}

Verdict Apply(Fold& fold, const v1::MatterMerged& m) {
  using M = v1::MatterMerged;
  if (!IsId(m.matter_id())) return Range(M::kMatterIdFieldNumber);
  if (!IsId(m.into_matter_id()) || m.into_matter_id() == m.matter_id())
    return Range(M::kIntoMatterIdFieldNumber);
  const Found matter = FindMatter(fold.city, M::kMatterIdFieldNumber, m.matter_id());
  if (!matter.verdict.applied()) return matter.verdict;
  const Found into = FindMatter(fold.city, M::kIntoMatterIdFieldNumber, m.into_matter_id());
  if (!into.verdict.applied()) return into.verdict;
  for (uint32_t number : {matter.number, into.number}) {
    const v1::MatterState state = fold.city.matters.Get(number).state;
    if (!IsIn(state, kAlive)) return BadState(state);
  }
  SetState(fold, matter.number, v1::MATTER_STATE_MERGED);
  return Applied();
}

}  // namespace merit
