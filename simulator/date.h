// Days since 1970-01-01 as dates of the Gregorian calendar, and local midnights.
//
//   Source   the era arithmetic of "chrono-Compatible Low-Level Date Algorithms", H. Hinnant
#pragma once

#include <cstdint>

namespace merit {

inline constexpr int64_t kMinuteMs = 60'000;
inline constexpr int64_t kHourMs = 60 * kMinuteMs;
inline constexpr int64_t kDayMs = 24 * kHourMs;

struct Date {
  int32_t year;
  int32_t month;  // 1 to 12
  int32_t day;    // 1 to 31

  int32_t yyyymm() const { return year * 100 + month; }
};

constexpr Date DateOf(int32_t day_number) {
  const int32_t shifted = day_number + 719468;
  const int32_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const int32_t of_era = shifted - era * 146097;
  const int32_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int32_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int32_t part = (5 * of_year + 2) / 153;
  const int32_t month = part < 10 ? part + 3 : part - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          of_year - (153 * part + 2) / 5 + 1};
}

constexpr int32_t DayOf(Date date) {
  const int32_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int32_t era = (year >= 0 ? year : year - 399) / 400;
  const int32_t of_era = year - era * 400;
  const int32_t of_year =
      (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

// 0 Monday to 6 Sunday.
constexpr int32_t WeekdayOf(int32_t day_number) { return (day_number % 7 + 7 + 3) % 7; }

constexpr int64_t MidnightMs(int32_t day_number, int32_t utc_offset_minutes) {
  return day_number * kDayMs - utc_offset_minutes * kMinuteMs;
}

constexpr int32_t LocalDay(int64_t time_ms, int32_t utc_offset_minutes) {
  const int64_t local = time_ms + utc_offset_minutes * kMinuteMs;
  return static_cast<int32_t>(local >= 0 ? local / kDayMs : -((-local + kDayMs - 1) / kDayMs));
}

static_assert(DayOf({2026, 1, 1}) == 20454 && WeekdayOf(20454) == 3);
static_assert(DateOf(20513).month == 3 && DateOf(20513).day == 1);

}  // namespace merit
