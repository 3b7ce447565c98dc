#include "consumers/import/programme_log.h"

#include <algorithm>
#include <tuple>

#include "engine/base/hash.h"
#include "engine/base/id.h"
#include "engine/base/sha256.h"

namespace merit {
namespace {

constexpr size_t kNoRow = static_cast<size_t>(-1);

constexpr char kAdmin[] = "admin";
constexpr char kPlatform[] = "platform";
constexpr char kApp[] = "app";
constexpr char kDesk[] = "desk";
constexpr char kAuthority[] = "authority";
constexpr char kClock[] = "clock";

// The n-th driver of a county is drawn in proportion to 1/(n + kSkew): of forty the first reports 6
// % and the last 1 %. Without it the first alone would report a quarter, more than a person can in
// a day.
constexpr uint32_t kSkew = 9;

// A duplicate's original: of the same category, this near and this recent.
constexpr int32_t kCellE6 = 2'000;  // some 200 m
constexpr int64_t kOriginalAgeMsMax = 30 * kDayMs;

int64_t FloorDiv(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

std::string MatterId(const ImportedRow& row) {
  const std::string& id = row.submitted.report_id();
  const std::string matter = "m-" + id;
  return IsId(matter) ? matter : "m-" + Hex(AsBytes(Sha256(id))).substr(0, 24);
}

std::string EventId(const char* kind, const std::string& key) {
  const std::string id = Cat(kind, "-", key);
  return IsId(id) ? id : Cat(kind, "-", Hex(AsBytes(Sha256(key))).substr(0, 24));
}

std::tuple<uint32_t, int32_t, int32_t> PlaceOf(const v1::ReportSubmitted& report) {
  return {report.claimed_category(), static_cast<int32_t>(FloorDiv(report.lat_e6(), kCellE6)),
          static_cast<int32_t>(FloorDiv(report.lon_e6(), kCellE6))};
}

}  // namespace

ProgrammeLog::ProgrammeLog(const Mapping& mapping, uint64_t seed, Sink sink)
    : mapping_(mapping),
      seed_(seed),
      sink_(std::move(sink)),
      key_(std::to_string(mapping.city_code)),
      policy_(mapping.policy) {
  uint64_t sum = 0;
  for (uint32_t rank = 1; rank <= mapping.drivers_per_county; ++rank) {
    driver_weights_.push_back(sum += 1'000'000 / (rank + kSkew));
  }
}

int32_t ProgrammeLog::DayOf(int64_t time_ms) const {
  return static_cast<int32_t>(FloorDiv(time_ms + mapping_.utc_offset_minutes * kMinuteMs, kDayMs));
}

int64_t ProgrammeLog::DayBegin(int32_t day) const {
  return day * kDayMs - mapping_.utc_offset_minutes * kMinuteMs;
}

v1::Event& ProgrammeLog::Start(const char* kind, const std::string& key, const char* producer,
                               int64_t time_ms) {
  event_.Clear();
  event_.set_event_id(EventId(kind, key));
  event_.set_city_code(mapping_.city_code);
  event_.set_producer_id(producer);
  event_.set_occurred_at_ms(time_ms);
  return event_;
}

Status ProgrammeLog::Send(int64_t not_before_ms) {
  last_ms_ = std::max(last_ms_ + 1, not_before_ms);
  value_.clear();
  if (!event_.AppendToString(&value_)) return Invalid("an event is too large to serialise");
  ++counts_.records;
  outputs_.Clear();
  if (fold_.FoldRecord({key_, last_ms_, value_}, &outputs_) != Stop::kNone) {
    return Unimplemented("an event that this program writes is not known to it");
  }
  return sink_({key_, last_ms_, value_});
}

Status ProgrammeLog::Write(std::vector<ImportedRow>& rows) {
  if (rows.empty()) return OkStatus();
  std::sort(rows.begin(), rows.end(), [](const ImportedRow& a, const ImportedRow& b) {
    return std::tie(a.created_ms, a.submitted.report_id()) <
           std::tie(b.created_ms, b.submitted.report_id());
  });
  rows_ = &rows;
  fates_.assign(rows.size(), Fate::kOpen);
  sent_.assign(rows.size(), false);
  duplicates_ = std::any_of(rows.begin(), rows.end(), [](const ImportedRow& row) {
    return row.decision == RowDecision::kDuplicate;
  });
  RETURN_IF_ERROR(Open());
  for (size_t next = 0; next < rows.size() || !due_.empty();) {
    const bool submit =
        next < rows.size() && (due_.empty() || rows[next].created_ms <= due_.top().time_ms);
    const int64_t time_ms = submit ? rows[next].created_ms : due_.top().time_ms;
    RETURN_IF_ERROR(CloseDays(DayOf(time_ms)));
    if (submit) {
      RETURN_IF_ERROR(Submit(next++));
    } else {
      const Due due = due_.top();
      due_.pop();
      RETURN_IF_ERROR(Take(due));
    }
  }
  RETURN_IF_ERROR(CloseDays(open_day_ + 1));  // so that the last day is sealed, too
  counts_.last_day = open_day_ - 1;
  return OkStatus();
}

// --- The programme -------------------------------------------------------------------------------

Status ProgrammeLog::Open() {
  open_day_ = DayOf(rows_->front().created_ms);
  counts_.first_day = open_day_;
  // Scores count from a landmark that may not lie after the first day (EFFECTS §1.2).
  policy_.set_landmark_day(std::min(policy_.landmark_day(), open_day_));
  counts_.landmark_day = policy_.landmark_day();
  const int64_t begin_ms = std::max<int64_t>(0, DayBegin(open_day_));
  RETURN_IF_ERROR(OpenProgramme(begin_ms));
  return RegisterPeople(begin_ms);
}

Status ProgrammeLog::OpenProgramme(int64_t begin_ms) {
  auto* opened = Start("programme", key_, kAdmin, begin_ms).mutable_programme_opened();
  opened->set_name(mapping_.name);
  opened->set_open_day(open_day_);
  opened->set_utc_offset_minutes(mapping_.utc_offset_minutes);
  opened->set_admin_producer_id(kAdmin);
  *opened->mutable_policy() = policy_;
  return Send(begin_ms);
}

Status ProgrammeLog::RegisterPeople(int64_t begin_ms) {
  static constexpr std::pair<const char*, v1::Role> kProducers[] = {
      {kPlatform, v1::ROLE_PLATFORM},
      {kApp, v1::ROLE_APP},
      {kDesk, v1::ROLE_REVIEW},
      {kAuthority, v1::ROLE_AUTHORITY},
      {kClock, v1::ROLE_CLOCK}};
  for (const auto& [producer_id, role] : kProducers) {
    auto* registered =
        Start("producer", producer_id, kAdmin, begin_ms).mutable_producer_registered();
    registered->set_registered_producer_id(producer_id);
    registered->add_roles(role);
    registered->set_name(producer_id);
    RETURN_IF_ERROR(Send(begin_ms));
  }
  for (uint32_t number = 1; number <= mapping_.reviewers; ++number) {
    const std::string reviewer_id = Cat("reviewer-", number);
    auto* registered =
        Start("registered", reviewer_id, kAuthority, begin_ms).mutable_reviewer_registered();
    registered->set_reviewer_id(reviewer_id);
    registered->set_body("review desk");
    RETURN_IF_ERROR(Send(begin_ms));
  }
  return OkStatus();
}

// The clock speaks of the end of the day that it closes, however late it comes (EFFECTS §2.1).
Status ProgrammeLog::CloseDays(int32_t until_day) {
  for (; open_day_ < until_day; ++open_day_) {
    const int64_t end_ms = DayBegin(open_day_ + 1);
    Start("day", std::to_string(open_day_), kClock, end_ms - 1)
        .mutable_day_closed()
        ->set_day(open_day_);
    RETURN_IF_ERROR(Send(end_ms));
    ++counts_.days;
  }
  return OkStatus();
}

// --- One row after the other ---------------------------------------------------------------------

Status ProgrammeLog::Submit(size_t index) {
  ImportedRow& row = (*rows_)[index];
  if (row.submitted.driver_id().empty()) row.submitted.set_driver_id(DrawDriver(row));
  RETURN_IF_ERROR(Enrol(row.submitted.driver_id(), row.created_ms));
  *Start("submitted", row.submitted.report_id(), kApp, row.created_ms).mutable_report_submitted() =
      row.submitted;
  RETURN_IF_ERROR(Send(row.created_ms));
  ++counts_.reports;
  sent_[index] = true;
  if (duplicates_) RememberPlace(index);
  if (row.matter_kind != v1::MATTER_KIND_UNSPECIFIED) RETURN_IF_ERROR(OpenMatter(row));
  PlanSteps(index);
  return OkStatus();
}

Status ProgrammeLog::Enrol(const std::string& driver_id, int64_t time_ms) {
  if (!enrolled_.insert(driver_id).second) return OkStatus();
  auto* enrolled = Start("enrolled", driver_id, kPlatform, time_ms).mutable_driver_enrolled();
  enrolled->set_driver_id(driver_id);
  enrolled->set_person_permit(true);
  enrolled->set_vehicle_permit(true);
  enrolled->add_platform_ids(kPlatform);
  ++counts_.drivers;
  return Send(time_ms);
}

Status ProgrammeLog::OpenMatter(const ImportedRow& row) {
  auto* opened = Start("opened", MatterId(row), kDesk, row.created_ms).mutable_matter_opened();
  opened->set_matter_id(MatterId(row));
  opened->set_kind(row.matter_kind);
  opened->set_county_code(row.submitted.county_code());
  opened->set_channel(row.submitted.channel());
  opened->set_report_id(row.submitted.report_id());
  ++counts_.matters;
  return Send(row.created_ms);
}

void ProgrammeLog::Plan(int64_t time_ms, Step step, size_t row) {
  due_.push({time_ms, planned_++, step, row});
}

void ProgrammeLog::PlanSteps(size_t index) {
  const ImportedRow& row = (*rows_)[index];
  const bool matter = row.matter_kind != v1::MATTER_KIND_UNSPECIFIED;
  if (matter) {
    int64_t assigned_ms = row.assigned_ms.value_or(row.created_ms);
    if (row.closed_ms) assigned_ms = std::min(assigned_ms, *row.closed_ms);
    if (row.assigned_ms || row.closed_ms) Plan(assigned_ms, Step::kAssign, index);
  }
  if (row.decision == RowDecision::kNone) {
    ++counts_.undecided;
  } else if (DayOf(*row.decided_ms) > open_day_ + static_cast<int32_t>(policy_.review_days())) {
    ++counts_.decided_too_late;  // by then the report has expired
    if (matter && row.decision != RowDecision::kApprove) {
      Plan(*row.decided_ms, Step::kVoid, index);
      return;
    }
  } else {
    Plan(*row.decided_ms, Step::kDecide, index);
  }
  if (matter && row.closed_ms) Plan(*row.closed_ms, Step::kResolve, index);
}

Status ProgrammeLog::Take(const Due& due) {
  const ImportedRow& row = (*rows_)[due.row];
  const Fate fate = fates_[due.row];
  const bool matter_ended =
      fate == Fate::kRejected || fate == Fate::kDuplicate || fate == Fate::kWithdrawn;
  switch (due.step) {
    case Step::kDecide:
      return Decide(due.row, due.time_ms);
    case Step::kSecond:
      return GiveSecond(row, due.time_ms);
    case Step::kAssign:
      return matter_ended ? OkStatus() : Assign(row, due.time_ms);
    case Step::kResolve:
      return matter_ended ? OkStatus() : Resolve(row, due.time_ms);
    case Step::kVoid:
      return EndMatter(due.row, due.time_ms, "");
  }
  return OkStatus();
}

Status ProgrammeLog::Decide(size_t index, int64_t time_ms) {
  const ImportedRow& row = (*rows_)[index];
  if (row.decision != RowDecision::kWithdraw) return Review(index, time_ms);
  fates_[index] = Fate::kWithdrawn;
  ++counts_.withdrawals;
  const std::string& report_id = row.submitted.report_id();
  Start("withdrawn", report_id, kApp, time_ms).mutable_report_withdrawn()->set_report_id(report_id);
  RETURN_IF_ERROR(Send(time_ms));
  return EndMatter(index, time_ms, "");
}

Status ProgrammeLog::Review(size_t index, int64_t time_ms) {
  const ImportedRow& row = (*rows_)[index];
  const std::string& report_id = row.submitted.report_id();
  const size_t original = row.decision == RowDecision::kDuplicate ? FindOriginal(index) : kNoRow;
  std::string into_matter;
  auto* reviewed = Start("reviewed", report_id, kDesk, time_ms).mutable_report_reviewed();
  reviewed->set_report_id(report_id);
  reviewed->set_reviewer_id(Reviewer(report_id, false));
  reviewed->set_reason_code(row.reason_code);
  if (row.decision == RowDecision::kApprove) {
    fates_[index] = Fate::kApproved;
    reviewed->set_decision(v1::DECISION_APPROVE);
    reviewed->set_category(row.submitted.claimed_category());
    reviewed->set_severity(row.severity);
    reviewed->set_evidence(row.evidence);
    if (row.matter_kind != v1::MATTER_KIND_UNSPECIFIED) reviewed->set_matter_id(MatterId(row));
  } else if (row.decision == RowDecision::kNeedMore) {
    reviewed->set_decision(v1::DECISION_NEED_MORE);
  } else if (original != kNoRow) {
    fates_[index] = Fate::kDuplicate;
    const ImportedRow& first = (*rows_)[original];
    reviewed->set_decision(v1::DECISION_DUPLICATE);
    reviewed->set_category(row.submitted.claimed_category());
    reviewed->set_duplicate_of(first.submitted.report_id());
    if (first.matter_kind != v1::MATTER_KIND_UNSPECIFIED) into_matter = MatterId(first);
  } else {
    fates_[index] = Fate::kRejected;
    reviewed->set_decision(v1::DECISION_REJECT);
    if (row.decision == RowDecision::kDuplicate) {
      ++counts_.duplicates_unmatched;
      reviewed->set_reason_code("DUPLICATE");
    }
  }
  RETURN_IF_ERROR(Send(time_ms));
  ++counts_.reviews;
  if (fates_[index] == Fate::kOpen) return OkStatus();
  if (fates_[index] != Fate::kApproved) return EndMatter(index, time_ms, into_matter);
  if (AwaitsSecond(report_id)) {
    Plan(time_ms + mapping_.second_after_minutes * kMinuteMs, Step::kSecond, index);
  }
  return OkStatus();
}

Status ProgrammeLog::GiveSecond(const ImportedRow& row, int64_t time_ms) {
  const std::string& report_id = row.submitted.report_id();
  auto* reviewed = Start("second", report_id, kDesk, time_ms).mutable_report_co_reviewed();
  reviewed->set_report_id(report_id);
  reviewed->set_reviewer_id(Reviewer(report_id, true));
  reviewed->set_agree(true);
  ++counts_.second_opinions;
  return Send(time_ms);
}

Status ProgrammeLog::EndMatter(size_t index, int64_t time_ms, const std::string& into_matter) {
  const ImportedRow& row = (*rows_)[index];
  if (row.matter_kind == v1::MATTER_KIND_UNSPECIFIED) return OkStatus();
  const std::string matter_id = MatterId(row);
  if (into_matter.empty()) {
    Start("voided", matter_id, kDesk, time_ms).mutable_matter_voided()->set_matter_id(matter_id);
  } else {
    auto* merged = Start("merged", matter_id, kDesk, time_ms).mutable_matter_merged();
    merged->set_matter_id(matter_id);
    merged->set_into_matter_id(into_matter);
  }
  return Send(time_ms);
}

Status ProgrammeLog::Assign(const ImportedRow& row, int64_t time_ms) {
  auto* assigned = Start("assigned", MatterId(row), kDesk, time_ms).mutable_matter_assigned();
  assigned->set_matter_id(MatterId(row));
  assigned->set_unit_id(row.unit_id);
  assigned->set_level(v1::MATTER_LEVEL_COUNTY);
  return Send(time_ms);
}

Status ProgrammeLog::Resolve(const ImportedRow& row, int64_t time_ms) {
  const std::string matter_id = MatterId(row);
  auto* resolved = Start("resolved", matter_id, kDesk, time_ms).mutable_matter_resolved();
  resolved->set_matter_id(matter_id);
  resolved->set_result(row.result);
  RETURN_IF_ERROR(Send(time_ms));
  auto* verified = Start("verified", matter_id, kDesk, time_ms).mutable_matter_verified();
  verified->set_matter_id(matter_id);
  verified->set_ok(true);
  return Send(time_ms);
}

// --- What the source does not say ----------------------------------------------------------------

std::string ProgrammeLog::DrawDriver(const ImportedRow& row) const {
  const uint64_t drawn =
      Hash64(Cat(seed_, "/", row.submitted.report_id())) % driver_weights_.back();
  const auto rank = std::upper_bound(driver_weights_.begin(), driver_weights_.end(), drawn) -
                    driver_weights_.begin();
  return Cat("d-", row.submitted.county_code(), "-", rank + 1);
}

std::string ProgrammeLog::Reviewer(const std::string& report_id, bool second) const {
  const uint64_t first = Hash64("reviewer/" + report_id) % mapping_.reviewers;
  return Cat("reviewer-", (first + (second ? 1 : 0)) % mapping_.reviewers + 1);
}

bool ProgrammeLog::AwaitsSecond(const std::string& report_id) const {
  City& city = *fold_.cities().at(mapping_.city_code);
  const uint32_t report = city.reports.Find(report_id);
  return report != kNone && city.reports.Get(report).state == v1::REPORT_STATE_AWAIT_SECOND;
}

void ProgrammeLog::RememberPlace(size_t index) {
  const v1::ReportSubmitted& report = (*rows_)[index].submitted;
  by_report_id_[report.report_id()] = index;
  if (report.crs() != v1::CRS_NONE) by_place_[PlaceOf(report)].push_back(index);
}

bool ProgrammeLog::CanBeOriginal(size_t original, size_t duplicate) const {
  return original != duplicate && sent_[original] &&
         (fates_[original] == Fate::kOpen || fates_[original] == Fate::kApproved);
}

// The report that the source names, else the newest earlier one of the category nearby.
size_t ProgrammeLog::FindOriginal(size_t index) const {
  const ImportedRow& row = (*rows_)[index];
  if (!row.duplicate_of.empty()) {
    const auto found = by_report_id_.find(row.duplicate_of);
    return found != by_report_id_.end() && CanBeOriginal(found->second, index) ? found->second
                                                                               : kNoRow;
  }
  if (row.submitted.crs() == v1::CRS_NONE) return kNoRow;
  const auto [category, lat, lon] = PlaceOf(row.submitted);
  size_t newest = kNoRow;
  for (int32_t i = 0; i < 9; ++i) {
    const auto cell = by_place_.find({category, lat + i / 3 - 1, lon + i % 3 - 1});
    if (cell == by_place_.end()) continue;
    for (auto at = cell->second.rbegin(); at != cell->second.rend(); ++at) {
      if (row.created_ms - (*rows_)[*at].created_ms > kOriginalAgeMsMax) break;
      if (*at >= index || !CanBeOriginal(*at, index)) continue;
      if ((*rows_)[*at].submitted.crs() != row.submitted.crs()) continue;
      if (newest == kNoRow || *at > newest) newest = *at;
      break;
    }
  }
  return newest;
}

}  // namespace merit
