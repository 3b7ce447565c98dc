// Local times to UTC, as the zone's clocks went: the system's tzdata, or a fixed offset.
//
//   Input    Load takes an IANA name ("America/Los_Angeles"), "UTC", or an offset ("+08:00")
//   Output   milliseconds since 1970-01-01 UTC; nothing for what is no time from 1970-01-02 to
//            2198-12-31
//   Errors   kInvalidArgument: no such zone
//   Caveats  A time that the clocks jumped over counts as though they had not yet jumped (02:30 is
//            03:30); one that they showed twice is the first of the two. So does RFC 5545.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "engine/base/status.h"

namespace merit {

class Zone {
 public:
  [[nodiscard]] static StatusOr<Zone> Load(const std::string& name);

  // "2017-12-27T13:36:22", "2026/3/1 8:05", "2018-01-03", with fractions, "Z" or an offset as they
  // come; `format` (as strptime's, empty: none) for whatever else a source writes.
  std::optional<int64_t> Parse(std::string_view text, const std::string& format = "") const;

  // The offset where the zone is fixed; nothing where it moves.
  std::optional<int> fixed_offset_minutes() const { return fixed_offset_minutes_; }

 private:
  int64_t ToUtcSeconds(absl::CivilSecond local) const;

  absl::TimeZone zone_;
  std::optional<int> fixed_offset_minutes_ = 0;
};

}  // namespace merit
