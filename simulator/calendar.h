// The working days of a Chinese year, near enough: Monday to Friday, the long holidays, and the
// weekends worked for them.
//
//   Source   the yearly notices on holidays 节假日安排: New Year, Spring Festival 8 days, May Day
//   5, National Day 7
#pragma once

#include <cstdint>
#include <string>

namespace merit {

bool IsWorkday(int32_t day);

// 46 bytes as CalendarPublished wants them.
std::string WorkdaysOf(int32_t year);

}  // namespace merit
