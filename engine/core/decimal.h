// A 128-bit integer in decimal digits.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>

namespace merit {

inline constexpr size_t kDecimalMax64 = 20;  // digits and sign of an int64
inline constexpr size_t kDecimalMax = 40;    // of an int128

// Writes the number at `to`, where there is room for kDecimalMax; gives the end of it.
inline char* PutDecimal(char* to, __int128 number) {
  using Unsigned = unsigned __int128;
  constexpr uint64_t kBillions = 1'000'000'000'000'000'000u;  // 18 digits: one division for as many
  constexpr int kDigits = 18;
  Unsigned rest = static_cast<Unsigned>(number);
  if (number < 0) {
    *to++ = '-';
    rest = -rest;
  }
  if (rest < kBillions)
    return std::to_chars(to, to + kDecimalMax64, static_cast<uint64_t>(rest)).ptr;
  to = PutDecimal(to, static_cast<__int128>(rest / kBillions));
  auto low = static_cast<uint64_t>(rest % kBillions);
  for (int place = kDigits; place-- > 0; low /= 10) to[place] = static_cast<char>('0' + low % 10);
  return to + kDigits;
}

inline std::string Decimal(__int128 number) {
  char digits[kDecimalMax];
  return {digits, PutDecimal(digits, number)};
}

}  // namespace merit
