#include "engine/core/calendar.h"

namespace merit {
namespace {

constexpr int32_t kDaysOf400Years = 146'097;
constexpr int32_t kDaysFromMarchOfYear0 = 719'468;  // 0000-03-01 to 1970-01-01

}  // namespace

CivilDay CivilOf(int32_t day) {
  const int32_t shifted = day + kDaysFromMarchOfYear0;
  const int32_t era = (shifted >= 0 ? shifted : shifted - (kDaysOf400Years - 1)) / kDaysOf400Years;
  const int32_t day_of_era = shifted - era * kDaysOf400Years;
  const int32_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int32_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int32_t month_from_march = (5 * day_of_year + 2) / 153;
  const int32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {year_of_era + era * 400 + (month <= 2), month,
          day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

int32_t DayOf(const CivilDay& civil) {
  const int32_t year = civil.year - (civil.month <= 2);
  const int32_t era = (year >= 0 ? year : year - 399) / 400;
  const int32_t year_of_era = year - era * 400;
  const int32_t month_from_march = civil.month > 2 ? civil.month - 3 : civil.month + 9;
  const int32_t day_of_year = (153 * month_from_march + 2) / 5 + civil.day - 1;
  const int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysOf400Years + day_of_era - kDaysFromMarchOfYear0;
}

int32_t MonthOf(int32_t day) {
  const CivilDay civil = CivilOf(day);
  return civil.year * 100 + civil.month;
}

int32_t FirstDayOfMonth(int32_t month) { return DayOf({month / 100, month % 100, 1}); }

int32_t LastDayOfMonth(int32_t month) {
  const bool december = month % 100 == 12;
  return FirstDayOfMonth(december ? month + 89 : month + 1) - 1;
}

int32_t QuarterOf(int32_t day) {
  const CivilDay civil = CivilOf(day);
  return civil.year * 10 + (civil.month + 2) / 3;
}

bool EndsMonth(int32_t day) { return CivilOf(day + 1).day == 1; }

bool EndsQuarter(int32_t day) {
  const CivilDay next = CivilOf(day + 1);
  return next.day == 1 && next.month % 3 == 1;
}

int64_t LocalDayOf(int64_t time_ms, int64_t utc_offset_minutes) {
  const __int128 local =
      static_cast<__int128>(time_ms) + static_cast<__int128>(utc_offset_minutes) * kMinuteMs;
  const __int128 day = local >= 0 ? local / kDayMs : -((-local + kDayMs - 1) / kDayMs);
  return static_cast<int64_t>(day);
}

}  // namespace merit
