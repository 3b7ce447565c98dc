#include "consumers/merit/text.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "consumers/merit/progress.h"
#include "engine/core/calendar.h"

namespace merit {

std::string DayText(int32_t day) {
  if (day > kDayMax) return "-";
  const CivilDay civil = CivilOf(day);
  char text[48];
  std::snprintf(text, sizeof(text), "%04d-%02d-%02d", civil.year, civil.month, civil.day);
  return text;
}

std::string TimeText(int64_t time_ms, int32_t utc_offset_minutes) {
  const int64_t day = LocalDayOf(time_ms, utc_offset_minutes);
  if (day < 0 || day > kDayMax) return std::to_string(time_ms) + " ms";
  const int64_t minute = (time_ms + utc_offset_minutes * kMinuteMs - day * kDayMs) / kMinuteMs;
  char text[16];
  std::snprintf(text, sizeof(text), " %02d:%02d", static_cast<int>(minute / 60 % 24),
                static_cast<int>(minute % 60));
  return DayText(static_cast<int32_t>(day)) + text;
}

std::string SignedText(int64_t number) { return (number > 0 ? "+" : "") + WithCommas(number); }

std::string ThousandthsText(int64_t thousandths) {
  const int64_t whole = thousandths / 1'000;
  char rest[8];
  std::snprintf(rest, sizeof(rest), ".%03d", static_cast<int>(std::abs(thousandths % 1'000)));
  return (thousandths < 0 && whole == 0 ? "-" : "") + WithCommas(whole) + rest;
}

std::string SignedThousandthsText(int64_t thousandths) {
  return (thousandths > 0 ? "+" : "") + ThousandthsText(thousandths);
}

std::string BpText(int64_t bp) {
  char rest[16];
  std::snprintf(rest, sizeof(rest), ".%02d %%", static_cast<int>(std::abs(bp % 100)));
  return (bp < 0 && bp > -100 ? "-" : "") + WithCommas(bp / 100) + rest;
}

bool ParseDay(const std::string& text, int32_t* day) {
  const char* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, *day);
  if (number.ec == std::errc() && number.ptr == end) return *day >= 0 && *day <= kDayMax;
  CivilDay civil{};
  int read = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &civil.year, &civil.month, &civil.day, &read) != 3)
    return false;
  if (static_cast<size_t>(read) != text.size() || civil.month < 1 || civil.month > 12) return false;
  *day = DayOf(civil);
  return civil.day >= 1 && CivilOf(*day).month == civil.month && *day >= 0 && *day <= kDayMax;
}

size_t WidthOf(std::string_view text) {
  size_t width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // The first byte of a character of three or four: here always a Chinese one, or a sign as wide.
    if (byte >= 0xe0) {
      width += 2;
    } else if ((byte & 0xc0) != 0x80) {
      ++width;
    }
  }
  return width;
}

std::string PaddedRight(std::string_view text, size_t width) {
  const size_t own = WidthOf(text);
  return std::string(text) + std::string(own < width ? width - own : 0, ' ');
}

std::string PaddedLeft(std::string_view text, size_t width) {
  const size_t own = WidthOf(text);
  return std::string(own < width ? width - own : 0, ' ') + std::string(text);
}

void TextTable::Row(std::vector<std::string> cells) {
  for (size_t place = 0; place < columns_.size() && place < cells.size(); ++place) {
    columns_[place].width = std::max(columns_[place].width, WidthOf(cells[place]));
  }
  rows_.push_back(std::move(cells));
}

std::string TextTable::LineOf(const std::vector<std::string>& cells) const {
  std::string line;
  for (size_t place = 0; place < columns_.size() && place < cells.size(); ++place) {
    const ColumnOf& column = columns_[place];
    if (place > 0) line += "  ";
    line += column.side == Side::kLeft ? PaddedRight(cells[place], column.width)
                                       : PaddedLeft(cells[place], column.width);
  }
  line.resize(line.find_last_not_of(' ') + 1);
  return line;
}

void TextTable::Print(const std::string& indent) const {
  std::vector<std::string> headings;
  for (const ColumnOf& column : columns_) headings.push_back(column.heading);
  std::printf("%s%s\n", indent.c_str(), LineOf(headings).c_str());
  for (const auto& row : rows_) std::printf("%s%s\n", indent.c_str(), LineOf(row).c_str());
}

}  // namespace merit
