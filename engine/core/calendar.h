// Day numbers as calendar days: months, quarters, years. Proleptic Gregorian, days since
// 1970-01-01.
//
//   Source   DOMAIN.md §2, §6; the conversion is Howard Hinnant's civil_from_days
#pragma once

#include <cstdint>

namespace merit {

inline constexpr int64_t kDayMs = 86'400'000;
inline constexpr int64_t kMinuteMs = 60'000;
inline constexpr int32_t kDayMax = 84'005;  // 2199-12-31

struct CivilDay {
  int32_t year;
  int32_t month;  // 1 to 12
  int32_t day;    // 1 to 31
};

CivilDay CivilOf(int32_t day);
int32_t DayOf(const CivilDay& civil);

int32_t MonthOf(int32_t day);            // yyyymm
int32_t FirstDayOfMonth(int32_t month);  // of a yyyymm
int32_t LastDayOfMonth(int32_t month);
int32_t QuarterOf(int32_t day);  // yyyyq
bool EndsMonth(int32_t day);
bool EndsQuarter(int32_t day);

// The local day of a time: any int64 and any offset, without overflow.
int64_t LocalDayOf(int64_t time_ms, int64_t utc_offset_minutes);

}  // namespace merit
