// An identifier of the log: 1 to 40 bytes of [A-Za-z0-9._:-], or empty where none was given.
//
//   Cost     no allocation: 41 bytes in place, so rows can be copied and compared without touching
//            the heap
//   Source   DOMAIN.md §3
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "engine/base/check.h"

namespace merit {

inline constexpr size_t kIdSizeMax = 40;

// Whether `text` is an identifier; the empty string is not.
inline bool IsId(std::string_view text) {
  static constexpr auto kAllowed = [] {
    std::array<bool, 256> allowed{};
    for (size_t c = 'A'; c <= 'Z'; ++c) allowed[c] = true;
    for (size_t c = 'a'; c <= 'z'; ++c) allowed[c] = true;
    for (size_t c = '0'; c <= '9'; ++c) allowed[c] = true;
    for (char c : {'.', '_', ':', '-'}) allowed[static_cast<unsigned char>(c)] = true;
    return allowed;
  }();
  if (text.empty() || text.size() > kIdSizeMax) return false;
  bool good = true;  // nearly all are: no branch for each byte
  for (char c : text) good &= kAllowed[static_cast<unsigned char>(c)];
  return good;
}

class Id {
 public:
  Id() = default;
  explicit Id(std::string_view text) : size_(static_cast<uint8_t>(text.size())) {
    MERIT_CHECK(text.size() <= kIdSizeMax);
    std::memcpy(bytes_, text.data(), text.size());
  }

  std::string_view view() const { return {bytes_, size_}; }
  bool empty() const { return size_ == 0; }
  std::string str() const { return std::string(view()); }

  friend bool operator==(const Id& a, const Id& b) { return a.view() == b.view(); }
  friend auto operator<=>(const Id& a, const Id& b) { return a.view() <=> b.view(); }

 private:
  uint8_t size_ = 0;
  char bytes_[kIdSizeMax];  // the first size_ count
};

}  // namespace merit
