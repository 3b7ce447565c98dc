// A mapping file: how the columns of somebody's table become reports, and which programme they
// belong to.
//
//   Input    JSON, // comments allowed; consumers/mappings/README.md has the whole format
//   Errors   kInvalidArgument: not of this form; the message names the place in it. A key that is
//            not known is an error, so that a slip of the pen is not a setting silently left out
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "consumers/import/zone.h"
#include "engine/base/status.h"
#include "merit/v1/policy.pb.h"

namespace merit {

// What a report is made of. `kFieldNames` has the names that a mapping uses.
enum class Field : size_t {
  kId,
  kCreated,
  kObserved,
  kCategory,
  kChannel,
  kMode,
  kCounty,
  kLatitude,
  kLongitude,
  kCrs,
  kAddress,
  kDriver,
  kDevice,
  kPhoto,
  kAfterPhoto,
  kDecision,
  kDecided,
  kClosed,
  kSeverity,
  kEvidence,
  kReason,
  kDuplicateOf,
  kMatterKind,
  kUnit,
  kAssigned,
  kResult,
  kCount
};
inline constexpr size_t kFieldCount = static_cast<size_t>(Field::kCount);
inline constexpr std::array<const char*, kFieldCount> kFieldNames = {
    "id",           "created",     "observed", "category", "channel",  "mode",     "county",
    "latitude",     "longitude",   "crs",      "address",  "driver",   "device",   "photo",
    "after_photo",  "decision",    "decided",  "closed",   "severity", "evidence", "reason",
    "duplicate_of", "matter_kind", "unit",     "assigned", "result"};

// One row of a source: the columns that the mapping names, in its order.
struct SourceRow {
  uint64_t number = 0;  // of its first line, or of the request
  std::vector<std::string> values;
};

// Where one field's value comes from: alternatives, the first that says something counts.
class Rule {
 public:
  struct Choice {
    int column = -1;  // -1: the constant `otherwise`
    bool mapped = false;
    std::unordered_map<std::string, std::string> map;
    std::optional<std::string> otherwise;  // where the map has nothing
    int64_t add = 0;                       // to a column that holds a number
  };

  void Add(Choice choice) { choices_.push_back(std::move(choice)); }
  bool empty() const { return choices_.empty(); }
  // Without blanks around it; empty: nothing was said.
  std::string ValueIn(const SourceRow& row) const;

 private:
  std::vector<Choice> choices_;
};

struct Mapping {
  std::string name;  // of the programme
  uint32_t city_code = 0;
  Zone zone;                   // of times that name none
  int utc_offset_minutes = 0;  // the programme's own days begin by it, summer and winter
  std::string time_format;     // as strptime's; empty: ISO 8601 and its relatives
  std::optional<int64_t>
      not_before_ms;  // times outside are a slip of the pen: a wrong century would open
  std::optional<int64_t> not_after_ms;  // or run the programme for as many days
  char delimiter = ',';
  std::string id_prefix;  // before a row's id, to make it a report_id
  v1::Policy policy;
  uint32_t drivers_per_county = 40;  // drawn, where no column names the driver
  uint32_t reviewers = 8;
  int second_after_minutes = 60;  // a second opinion, after the first
  bool photo_stand_in = false;  // HANDLE needs photos: a hash of the row's id where there are none
  bool take_closed_before_created =
      true;  // as closed when created, with a note; else the row is left out

  std::vector<std::string> columns;
  std::array<Rule, kFieldCount> rules;

  const Rule& rule(Field field) const { return rules[static_cast<size_t>(field)]; }

  [[nodiscard]] static StatusOr<Mapping> Load(const std::string& path);
  // `origin` is named in errors.
  [[nodiscard]] static StatusOr<Mapping> Parse(const std::string& text, const std::string& origin);
};

}  // namespace merit
