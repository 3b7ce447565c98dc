// The field checks that many events share.
//
//   Source   EFFECTS.md §1.2
#pragma once

#include <algorithm>
#include <string_view>

#include "engine/base/id.h"
#include "engine/core/calendar.h"
#include "engine/core/fold.h"

namespace merit {

inline bool IsIdOrEmpty(std::string_view text) { return text.empty() || IsId(text); }
inline bool IsDay(int64_t day) { return day >= 0 && day <= kDayMax; }
inline bool IsHash(std::string_view bytes) { return bytes.size() == 32; }
inline bool IsHashOrEmpty(std::string_view bytes) { return bytes.empty() || IsHash(bytes); }
inline bool IsText(std::string_view text, size_t size_min) {
  return text.size() >= size_min && text.size() <= 200;
}
template <class Number>
bool IsWithin(Number number, int64_t low, int64_t high) {
  return static_cast<int64_t>(number) >= low && static_cast<int64_t>(number) <= high;
}

// An enum's number that is named and says something.
template <class Enum>
bool IsSaid(Enum number, bool (*is_valid)(int)) {
  return static_cast<int>(number) != 0 && is_valid(static_cast<int>(number));
}

// For the short lists of the contract: every pair is compared.
template <class Elements>
bool AreDistinct(const Elements& elements) {
  for (auto a = elements.begin(); a != elements.end(); ++a) {
    if (std::find(elements.begin(), a, *a) != a) return false;
  }
  return true;
}

// The city's own code, or a county of it.
inline bool IsCountyOf(uint32_t city_code, uint32_t county_code) {
  if (county_code == city_code) return true;
  if (county_code < 100'000 || county_code > 999'999) return false;
  return county_code / 100 == city_code / 100 ||
         (city_code % 10'000 == 0 && county_code / 10'000 == city_code / 10'000);
}

// A driver who is there and not erased, or kNone.
inline uint32_t FindDriver(City& city, std::string_view driver_id) {
  const uint32_t driver = city.drivers.Find(driver_id);
  return driver == kNone || city.drivers.Get(driver).erased ? kNone : driver;
}

// A reviewer who is there and not revoked, or kNone.
inline uint32_t FindReviewer(City& city, std::string_view reviewer_id) {
  const uint32_t reviewer = city.reviewers.Find(reviewer_id);
  return reviewer == kNone || city.reviewers.Get(reviewer).revoked ? kNone : reviewer;
}

inline Verdict UnknownDriver(int field) {
  return Refused(v1::CODE_UNKNOWN_DRIVER, static_cast<uint32_t>(field));
}
inline Verdict UnknownReviewer(int field) {
  return Refused(v1::CODE_UNKNOWN_REVIEWER, static_cast<uint32_t>(field));
}
inline Verdict IdTaken(int field) {
  return Refused(v1::CODE_ID_TAKEN, static_cast<uint32_t>(field));
}

}  // namespace merit
