// Ids of what the simulator makes: a letter for the type, the day, a number in that day:
// "R20260315-00482".
#pragma once

#include <cstdint>
#include <string>

#include "simulator/date.h"

namespace merit {

enum class Entity : uint8_t {
  kReport,
  kAppeal,
  kMatter,
  kRecord,
  kHonour,
  kViolation,
  kSuspension,
  kItem,
  kRedemption,
  kBatch,
  kAdjustment
};
inline constexpr size_t kEntityCount = 11;
inline constexpr char kEntityLetters[kEntityCount + 1] = "RAMSHVPIXBJ";

struct EntityId {
  int32_t day = 0;
  uint32_t number = 0;  // from 1; 0: none

  explicit operator bool() const { return number != 0; }
  friend bool operator==(const EntityId&, const EntityId&) = default;
};

// Replaces `*text`; no allocation once it is large enough.
inline void WriteId(Entity entity, EntityId id, std::string* text) {
  const Date date = DateOf(id.day);
  char bytes[24];
  char* out = bytes;
  const auto digits = [&out](uint32_t number, int width) {
    for (int place = width - 1; place >= 0; --place) {
      out[place] = static_cast<char>('0' + number % 10);
      number /= 10;
    }
    out += width;
  };
  *out++ = kEntityLetters[static_cast<size_t>(entity)];
  digits(static_cast<uint32_t>(date.year), 4);
  digits(static_cast<uint32_t>(date.month), 2);
  digits(static_cast<uint32_t>(date.day), 2);
  *out++ = '-';
  digits(id.number, id.number < 100'000 ? 5 : 10);
  text->assign(bytes, static_cast<size_t>(out - bytes));
}

inline std::string IdText(Entity entity, EntityId id) {
  std::string text;
  WriteId(entity, id, &text);
  return text;
}

}  // namespace merit
