#include "simulator/calendar.h"

#include "simulator/date.h"

namespace merit {
namespace {

// First day of the Spring Festival holiday; the years from 2035 on, which no notice has fixed, take
// the mean.
int32_t SpringFestival(int32_t year) {
  static constexpr Date kNewYears[] = {{2024, 2, 10}, {2025, 1, 29}, {2026, 2, 17}, {2027, 2, 6},
                                       {2028, 1, 26}, {2029, 2, 13}, {2030, 2, 3},  {2031, 1, 23},
                                       {2032, 2, 11}, {2033, 1, 31}, {2034, 2, 19}};
  for (const Date& date : kNewYears) {
    if (date.year == year) return DayOf(date) - 1;
  }
  return DayOf({year, 2, 5});
}

bool IsHoliday(int32_t day, int32_t year) {
  const int32_t spring = SpringFestival(year);
  const int32_t may = DayOf({year, 5, 1});
  const int32_t october = DayOf({year, 10, 1});
  return day == DayOf({year, 1, 1}) || (day >= spring && day < spring + 8) ||
         (day >= may && day < may + 5) || (day >= october && day < october + 7);
}

// A weekend day next to a long holiday is worked for it 调休.
bool IsMakeUp(int32_t day, int32_t year) {
  for (const int32_t first : {SpringFestival(year), DayOf({year, 5, 1}), DayOf({year, 10, 1})}) {
    const int32_t sunday_before = first - 1 - WeekdayOf(first);
    if (day == sunday_before) return true;
  }
  const int32_t back = SpringFestival(year) + 8;
  return day == back + (5 - WeekdayOf(back) + 7) % 7;
}

}  // namespace

bool IsWorkday(int32_t day) {
  const int32_t year = DateOf(day).year;
  if (IsHoliday(day, year)) return false;
  return WeekdayOf(day) < 5 || IsMakeUp(day, year);
}

std::string WorkdaysOf(int32_t year) {
  std::string bits(46, '\0');
  const int32_t first = DayOf({year, 1, 1});
  const int32_t count = DayOf({year + 1, 1, 1}) - first;
  for (int32_t i = 0; i < count; ++i) {
    if (!IsWorkday(first + i)) continue;
    char& byte = bits[static_cast<size_t>(i / 8)];
    byte = static_cast<char>(static_cast<unsigned char>(byte) | (1u << (i % 8)));
  }
  return bits;
}

}  // namespace merit
