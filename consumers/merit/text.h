// Numbers, days and times as people read them: the same in every language.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace merit {

std::string DayText(int32_t day);                                   // 2026-03-01
std::string TimeText(int64_t time_ms, int32_t utc_offset_minutes);  // 2026-03-01 08:00, local
std::string SignedText(int64_t number);                             // +1,234
std::string ThousandthsText(int64_t thousandths);                   // 8090 -> 8.090
std::string SignedThousandthsText(int64_t thousandths);             // +8.090
std::string BpText(int64_t bp);                                     // 276 -> 2.76 %
// "2026-03-01" or a day number; false: neither.
bool ParseDay(const std::string& text, int32_t* day);

// Columns on a terminal: Chinese characters are two wide.
size_t WidthOf(std::string_view text);
std::string PaddedRight(std::string_view text, size_t width);
std::string PaddedLeft(std::string_view text, size_t width);

// Rows under a heading; numbers stand at the right of their column.
class TextTable {
 public:
  enum class Side { kLeft, kRight };
  void Column(const std::string& heading, Side side) {
    columns_.push_back({heading, side, WidthOf(heading)});
  }
  void Row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  void Print(const std::string& indent = "") const;

 private:
  struct ColumnOf {
    std::string heading;
    Side side;
    size_t width;
  };
  std::string LineOf(const std::vector<std::string>& cells) const;

  std::vector<ColumnOf> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace merit
