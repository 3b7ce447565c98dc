// A 128-bit integer in decimal digits.
#pragma once

#include <algorithm>
#include <string>

namespace merit {

inline std::string Decimal(__int128 number) {
  if (number == 0) return "0";
  std::string digits;
  const bool negative = number < 0;
  using Unsigned = unsigned __int128;
  for (Unsigned rest = negative ? -static_cast<Unsigned>(number) : static_cast<Unsigned>(number); rest > 0;
       rest /= 10) {
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  if (negative) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace merit
