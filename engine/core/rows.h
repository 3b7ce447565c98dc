// The rows of a city: what it remembers of each thing, by kind.
//
//   Format   the order of the fields is the order on disk (engine/rows/codec.h). Stored: a change
//            is a new kFormat
//   Source   DOMAIN.md §§6–11; EFFECTS.md §§2, 4
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/base/id.h"
#include "engine/base/sha256.h"
#include "engine/rows/codec.h"
#include "engine/rows/hash_index.h"
#include "engine/rows/list.h"
#include "merit/v1/event.pb.h"
#include "merit/v1/outcome.pb.h"

namespace merit {

// Tables by number, as in the keys of the store. Stored: never renumber.
enum class TableNumber : uint8_t {
  kCity = 1,
  kPolicies = 2,
  kCalendars = 3,
  kProducers = 4,
  kReviewers = 5,
  kDrivers = 6,
  kReports = 7,
  kSightings = 8,
  kPhotos = 9,
  kDecisions = 10,
  kAppeals = 11,
  kMatters = 12,
  kServices = 13,
  kHonours = 14,
  kViolations = 15,
  kSuspensions = 16,
  kItems = 17,
  kRedemptions = 18,
  kAdjustments = 19,
  kBatches = 20,
  kWaiting = 21,
  kLists = 22,
  kDedupe = 23,
  kAccountLeaves = 24,
  kExposures = 25,
  kCells = 26,
};

// --- Programme ---------------------------------------------------------------------------------

struct PolicyRow {
  int32_t effective_day = 0;
  std::string policy;  // the message's bytes
  template <class V>
  void Fields(V& visit) {
    visit(effective_day, policy);
  }
};

struct CalendarRow {
  std::string workdays;  // 46 bytes
  template <class V>
  void Fields(V& visit) {
    visit(workdays);
  }
};

struct ProducerRow {
  Id id;
  bool revoked = false;
  uint32_t roles = 0;        // bit r: the role numbered r
  bool was_partner = false;  // has or had the role
  std::string public_key;    // 32 bytes, or none
  int64_t partner_pts = 0;
  int64_t settled_pts = 0;
  template <class V>
  void Fields(V& visit) {
    visit(id, revoked, roles, was_partner, public_key, partner_pts, settled_pts);
  }
  bool Has(v1::Role role) const { return roles >> role & 1; }
  // A partner that may do business now.
  bool IsPartner() const { return !revoked && Has(v1::ROLE_PARTNER); }
};

struct ReviewerRow {
  Id id;
  bool revoked = false;
  std::string jurisdiction;  // 0 to 6 digits
  Id linked_driver;
  uint32_t window_approvals = 0;  // of the last 30 days: flag rule 8
  uint32_t window_decisions = 0;
  template <class V>
  void Fields(V& visit) {
    visit(id, revoked, jurisdiction, linked_driver, window_approvals, window_decisions);
  }
};

// --- Drivers -----------------------------------------------------------------------------------

struct Lot {
  int32_t expire_day = 0;
  int64_t pts = 0;
  template <class V>
  void Fields(V& visit) {
    visit(expire_day, pts);
  }
};

struct CapUse {
  int32_t period = 0;  // a day, or a yyyymm
  uint32_t used_pts = 0;
  template <class V>
  void Fields(V& visit) {
    visit(period, used_pts);
  }
};

struct ServiceDay {
  int32_t day = 0;
  uint32_t minutes = 0;
  uint32_t computed_pts = 0;
  template <class V>
  void Fields(V& visit) {
    visit(day, minutes, computed_pts);
  }
};

struct LimitUse {
  uint32_t item = 0;
  int32_t last_day = 0;  // of the period
  uint32_t count = 0;
  template <class V>
  void Fields(V& visit) {
    visit(item, last_day, count);
  }
};

struct Strike {
  uint32_t report = 0;
  int32_t day = 0;
  template <class V>
  void Fields(V& visit) {
    visit(report, day);
  }
};

struct PairCount {  // decisions of one reviewer in the last 30 days: flag rule 8
  uint32_t reviewer = 0;
  uint32_t approvals = 0;
  uint32_t decisions = 0;
  uint32_t flags = 0;
  template <class V>
  void Fields(V& visit) {
    visit(reviewer, approvals, decisions, flags);
  }
};

struct Assessment {
  bool kept = false;
  uint16_t permille = 0;
  int32_t to_day = 0;
  template <class V>
  void Fields(V& visit) {
    visit(kept, permille, to_day);
  }
};

// Factors that are summed, in the order of v1::Factor from 1 on.
inline constexpr int kSummedFactors = 4;

struct DriverRow {
  Int128 sums[kSummedFactors] = {};
  uint32_t counts[kSummedFactors] = {};
  Id id;
  bool erased = false;
  bool person_permit = false;
  bool vehicle_permit = false;
  bool opted_out = false;
  bool leaf_stale =
      false;  // its leaf in the account tree is not as the row; it is in the list of such
  int64_t available_pts = 0;
  int64_t held_pts = 0;
  int64_t arrears_pts = 0;  // <= 0
  uint32_t approved = 0;    // a
  uint32_t decided = 0;     // n
  uint32_t contrib_count = 0;
  List<Lot> lots;  // by expire_day; none is empty
  List<CapUse> used_days;  // by period, as those of months
  List<CapUse> used_months;
  List<ServiceDay> service_days;
  List<LimitUse> limits;
  List<uint32_t> honours;      // not revoked, not past
  List<uint32_t> suspensions;  // not lifted, not past for 128 days
  List<uint32_t>
      grave_violations;  // V2 or above, not rescinded; those of the last 365 days are all there
  List<Strike> strikes;  // the newest 16
  Assessment safety;
  Assessment business;
  int32_t burst_day = 0;
  uint32_t burst_count = 0;
  uint32_t last_position = kNone;  // report: the newest with a position
  uint32_t last_handle = kNone;    // report: the newest HANDLE with a position
  List<PairCount> pairs;               // with each reviewer; none is empty
  uint32_t window_approvals = 0;       // the sum of theirs
  uint32_t open_reports_flagged = 0;
  int32_t flag_open_until_day = 0;
  // Not saved: where its score waits to be published, if the one there is its own.
  uint32_t pending_score = kNone;

  template <class V>
  void Fields(V& visit) {
    visit(id, erased, person_permit, vehicle_permit, opted_out, leaf_stale, available_pts, held_pts,
          arrears_pts, approved, decided, contrib_count, sums[0], sums[1], sums[2], sums[3],
          counts[0], counts[1], counts[2], counts[3], lots, used_days, used_months, service_days,
          limits, honours, suspensions, grave_violations, strikes, safety, business, burst_day,
          burst_count, last_position, last_handle, pairs, window_approvals,
          open_reports_flagged, flag_open_until_day);
  }
};

// --- Reports -----------------------------------------------------------------------------------

struct ReportRow {
  Id id;
  uint32_t driver = 0;
  uint32_t county_code = 0;
  int32_t submission_day = 0;
  int32_t due_day = 0;
  int32_t decision_day = 0;  // of a rejection or revocation
  v1::ReportState state = v1::REPORT_STATE_UNSPECIFIED;
  v1::Mode mode = v1::MODE_UNSPECIFIED;
  v1::Severity severity = v1::SEVERITY_UNSPECIFIED;
  v1::Evidence evidence = v1::EVIDENCE_UNSPECIFIED;
  uint16_t flags = 0;  // bit rule − 1
  uint16_t category = 0;
  bool appealed = false;                  // this decision was
  uint32_t first_reviewer = kNone;        // who last said APPROVE, REJECT or DUPLICATE
  uint32_t deciders[2] = {kNone, kNone};  // of a rejection or revocation
  uint32_t computed_pts = 0;
  uint32_t awarded_pts = 0;
  int64_t value_mpt = 0;
  List<uint32_t> corroborators;  // drivers
  template <class V>
  void Fields(V& visit) {
    visit(id, driver, county_code, submission_day, due_day, decision_day, state, mode, severity,
          evidence, flags, category, appealed, first_reviewer, deciders[0], deciders[1],
          computed_pts, awarded_pts, value_mpt, corroborators);
  }
};

// What flag rules 1 to 7 need of a report, for 30 days; numbered as the reports are. A line of the
// processor's cache each.
struct SightingRow {
  int64_t time_ms = 0;
  int64_t observed_at_ms = 0;
  uint32_t driver = 0;
  int32_t day = 0;
  int32_t lat_e6 = 0;
  int32_t lon_e6 = 0;
  uint32_t first_photo = 0;  // in the photos' table
  uint32_t previous_in_cell = kNone;
  uint32_t previous_position = kNone;  // of this driver
  uint32_t previous_handle = kNone;    // of this driver
  uint16_t claimed_category = 0;
  uint8_t crs = v1::CRS_NONE;
  bool has_device = false;
  List<Digest> hashes;  // photos, the after-photo, and last the device's, where there is one
  template <class V>
  void Fields(V& visit) {
    visit(time_ms, observed_at_ms, driver, day, lat_e6, lon_e6, first_photo, previous_in_cell,
          previous_position, previous_handle, claimed_category, crs, has_device, hashes);
  }
  std::span<const Digest> photos() const { return {hashes.begin(), hashes.size() - has_device}; }
};
static_assert(sizeof(SightingRow) == 64);

struct PhotoRow {  // one with a perceptual hash that is not 0
  uint64_t phash = 0;
  uint32_t report = 0;
  int32_t day = 0;  // of its submission
  uint32_t previous_in_bucket[4] = {kNone, kNone, kNone, kNone};
  template <class V>
  void Fields(V& visit) {
    visit(phash, report, day, previous_in_bucket[0], previous_in_bucket[1], previous_in_bucket[2],
          previous_in_bucket[3]);
  }
};

struct DecisionRow {  // APPROVE or REJECT of the last 30 days: flag rule 8
  uint32_t driver = 0;
  uint32_t reviewer = 0;
  int32_t day = 0;
  bool approved = false;
  bool flagged = false;
  template <class V>
  void Fields(V& visit) {
    visit(driver, reviewer, day, approved, flagged);
  }
};

struct AppealRow {
  Id id;
  v1::AppealState state = v1::APPEAL_STATE_UNSPECIFIED;
  bool of_violation = false;
  uint32_t subject = 0;  // report or violation
  v1::ReportState report_was = v1::REPORT_STATE_UNSPECIFIED;
  uint32_t deciders[2] = {kNone, kNone};
  template <class V>
  void Fields(V& visit) {
    visit(id, state, of_violation, subject, report_was, deciders[0], deciders[1]);
  }
};

// --- Matters -----------------------------------------------------------------------------------

struct MatterRow {
  Id id;
  v1::MatterState state = v1::MATTER_STATE_UNSPECIFIED;
  v1::MatterKind kind = v1::MATTER_KIND_UNSPECIFIED;
  v1::Channel channel = v1::CHANNEL_UNSPECIFIED;
  v1::MatterLevel level = v1::MATTER_LEVEL_UNSPECIFIED;
  uint32_t county_code = 0;
  int32_t month = 0;  // of opening
  int64_t opened_ms = 0;
  int64_t deadline_ms = 0;
  bool has_deadline = false;
  bool response_due = false;
  int64_t respond_by_ms = 0;
  bool assigned_once = false;
  bool response_on_time = false;
  int64_t resolved_ms = 0;
  int32_t deadline_day = 0;
  bool overdue = false;
  bool reopened = false;
  bool followed_up = false;
  bool reached = false;
  bool solved = false;
  bool satisfied = false;
  Id unit;
  template <class V>
  void Fields(V& visit) {
    visit(id, state, kind, channel, level, county_code, month, opened_ms, deadline_ms, has_deadline,
          response_due, respond_by_ms, assigned_once, response_on_time, resolved_ms, deadline_day,
          overdue, reopened, followed_up, reached, solved, satisfied, unit);
  }
};

// A matter's share in a cell, and a cell's sum of shares.
struct LoopCounters {
  int64_t opened = 0, closed = 0, closed_on_time = 0, open_overdue = 0, reopened = 0, answered = 0,
          solved = 0, satisfied = 0, response_due = 0, response_on_time = 0, handling_minutes = 0;
  template <class V>
  void Fields(V& visit) {
    visit(opened, closed, closed_on_time, open_overdue, reopened, answered, solved, satisfied,
          response_due, response_on_time, handling_minutes);
  }
  friend bool operator==(const LoopCounters&, const LoopCounters&) = default;
};

struct CellKey {  // in the order in which LoopStats are published
  uint32_t region_code = 0;
  int32_t month = 0;
  bool detail = false;  // false: over all kinds and channels
  v1::MatterKind kind = v1::MATTER_KIND_UNSPECIFIED;
  v1::Channel channel = v1::CHANNEL_UNSPECIFIED;
  template <class V>
  void Fields(V& visit) {
    visit(region_code, month, detail, kind, channel);
  }
  friend auto operator<=>(const CellKey&, const CellKey&) = default;
};

struct CellRow {
  LoopCounters counters;
  bool changed = false;  // since it was last published
  template <class V>
  void Fields(V& visit) {
    visit(counters, changed);
  }
};

// --- Service, honours, standing ----------------------------------------------------------------

struct ServiceRow {  // a volunteer record
  Id id;
  uint32_t driver = 0;
  bool ended = false;
  int32_t service_day = 0;
  uint32_t awarded_pts = 0;
  int64_t value_mpt = 0;
  template <class V>
  void Fields(V& visit) {
    visit(id, driver, ended, service_day, awarded_pts, value_mpt);
  }
};

struct HonourRow {
  Id id;
  uint32_t driver = 0;
  bool ended = false;
  uint32_t mpt = 0;
  int32_t from_day = 0;
  int32_t to_day = 0;
  template <class V>
  void Fields(V& visit) {
    visit(id, driver, ended, mpt, from_day, to_day);
  }
};

struct ViolationRow {
  Id id;
  uint32_t driver = 0;
  bool ended = false;
  bool appealed = false;
  v1::ViolationGrade grade = v1::VIOLATION_GRADE_UNSPECIFIED;
  int32_t violation_day = 0;
  int32_t recorded_day = 0;
  uint32_t mpt = 0;
  template <class V>
  void Fields(V& visit) {
    visit(id, driver, ended, appealed, grade, violation_day, recorded_day, mpt);
  }
};

struct SuspensionRow {
  Id id;
  uint32_t driver = 0;
  bool ended = false;
  v1::SuspensionScope scope = v1::SUSPENSION_SCOPE_UNSPECIFIED;
  int32_t from_day = 0;
  int32_t to_day = 0;
  template <class V>
  void Fields(V& visit) {
    visit(id, driver, ended, scope, from_day, to_day);
  }
};

struct ExposureKey {  // by day, so that what a closing lets go of comes first
  int32_t day = 0;
  uint32_t producer = 0;
  uint32_t tier = 0;
  template <class V>
  void Fields(V& visit) {
    visit(day, producer, tier);
  }
  friend auto operator<=>(const ExposureKey&, const ExposureKey&) = default;
};

struct ExposureRow {
  int64_t online_minutes = 0;
  int64_t orders_assigned = 0;
  int64_t median_pickup_s = 0;
  template <class V>
  void Fields(V& visit) {
    visit(online_minutes, orders_assigned, median_pickup_s);
  }
};

// --- Redemption --------------------------------------------------------------------------------

struct ItemRow {
  Id id;
  uint32_t partner = 0;  // producer
  bool ended = false;
  v1::OnExpire on_expire = v1::ON_EXPIRE_UNSPECIFIED;
  v1::LimitPeriod limit_period = v1::LIMIT_PERIOD_UNSPECIFIED;
  bool cancellable = false;
  int64_t price_pts = 0;
  int64_t settle_fen = 0;
  int64_t stock = 0;
  uint32_t per_driver_limit = 0;
  int32_t voucher_days = 0;
  int32_t return_days = 0;
  int32_t open_day = 0;
  int32_t close_day = 0;
  template <class V>
  void Fields(V& visit) {
    visit(id, partner, ended, on_expire, limit_period, cancellable, price_pts, settle_fen, stock,
          per_driver_limit, voucher_days, return_days, open_day, close_day);
  }
};

struct RedemptionRow {
  Id id;
  Id driver_id;  // as asked
  Id item_id;    // as asked
  uint32_t driver = kNone;
  uint32_t item = kNone;  // kNone: declined before it was found
  v1::RedemptionState state = v1::REDEMPTION_STATE_UNSPECIFIED;
  int64_t price_pts = 0;
  int32_t request_day = 0;
  int32_t due_day = 0;
  int32_t verified_day = 0;
  List<Lot> slices;
  std::string voucher_hash;
  template <class V>
  void Fields(V& visit) {
    visit(id, driver_id, item_id, driver, item, state, price_pts, request_day, due_day,
          verified_day, slices, voucher_hash);
  }
};

struct AdjustmentRow {  // its id is taken, nothing else
  Id id;
  template <class V>
  void Fields(V& visit) {
    visit(id);
  }
};

struct BatchRow {
  Id id;
  Id partner_id;
  int32_t month = 0;
  int64_t count = 0;
  int64_t amount_fen = 0;
  template <class V>
  void Fields(V& visit) {
    visit(id, partner_id, month, count, amount_fen);
  }
};

// --- Waiting events ----------------------------------------------------------------------------

// Types of things that an event can wait for. Stored: never renumber.
enum class Awaited : uint8_t {
  kReport = 1,
  kAppeal = 2,
  kMatter = 3,
  kService = 4,
  kHonour = 5,
  kViolation = 6,
  kSuspension = 7,
  kRedemption = 8,
};

struct WaitingRow {
  uint64_t first_seq = 0;
  int32_t first_day = 0;
  bool waiting = false;
  Awaited type = Awaited::kReport;
  uint32_t field = 0;
  Id id;              // of what it waits for
  std::string value;  // the record's value; none once it waits no more
  template <class V>
  void Fields(V& visit) {
    visit(first_seq, first_day, waiting, type, field, id, value);
  }
};

// Kinds of lists (engine/rows/lists.h). Stored: never renumber.
enum class ListKind : uint8_t {
  kLotsDue = 1,          // by day: drivers
  kVouchersDue = 2,      // by day: redemptions
  kReservationsDue = 3,  // by day: redemptions
  kReportsDue = 4,       // by day: reports
  kWaitingDue = 5,       // by day: waiting events
  kMattersDue = 6,       // by day: matters
  kHonoursPast = 7,      // by day: honours
  kSuspensionsPast = 8,  // by day: suspensions
  kStaleLeaves = 9,      // drivers whose leaf is not as their row
  kVerified = 10,        // by partner: redemptions in order of verification
};

}  // namespace merit
