// One event being folded: what a rule is given, and what it answers.
//
//   Input    a rule checks everything first, in the order of EFFECTS.md §2, then changes the city
//            and names its effects; once it has changed something it must end in Applied()
//   Output   a Verdict
#pragma once

#include <optional>

#include "engine/core/city.h"
#include "engine/core/effects.h"
#include "engine/core/envelope.h"

namespace merit {

struct Verdict {
  v1::Code code = v1::CODE_APPLIED;
  uint32_t detail = 0;
  // With PARKED: what is missing.
  Awaited awaited = Awaited::kReport;
  Id awaited_id;

  bool applied() const { return code == v1::CODE_APPLIED; }
};

inline Verdict Applied() { return {}; }
inline Verdict Refused(v1::Code code, uint32_t detail = 0) { return {code, detail, {}, {}}; }
inline Verdict Range(int field) { return Refused(v1::CODE_RANGE, static_cast<uint32_t>(field)); }
template <class State>
Verdict BadState(State state) {
  return Refused(v1::CODE_BAD_STATE, static_cast<uint32_t>(state));
}
inline Verdict Park(int field, Awaited awaited, std::string_view id) {
  return {v1::CODE_PARKED, static_cast<uint32_t>(field), awaited, Id(id)};
}

struct Created {
  Awaited type;
  Id id;
};

struct Fold {
  City& city;
  Effects& effects;
  const Envelope& event;
  uint64_t seq;                    // the outcome's city_seq
  int64_t time_ms;                 // T
  uint32_t producer = kNone;       // who emitted it, once that is known
  std::optional<Created> created;  // an id that waiting events may wait for
  int64_t posted_pts = 0;          // sum of the postings so far: 0 at the end

  int32_t open_day() const { return city.open_day(); }
};

}  // namespace merit
