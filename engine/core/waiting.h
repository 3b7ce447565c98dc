// Events that came before what they speak of: they wait under its id.
//
//   Source   DOMAIN.md §5 (PARKED); EFFECTS.md §1.5
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/fold.h"

namespace merit {

inline constexpr size_t kWaitingBytesMax = 4'096;

// Whether one more may wait; if not it is an ORPHAN at once.
bool MayWait(const City& city, std::string_view value);

// Puts an event to wait. `first_seq`: the city_seq of its PARKED outcome.
void StartWaiting(City& city, std::string_view value, uint64_t first_seq, const Verdict& parked);

// Puts one that waited before to wait under another id, in its old place in the order.
void WaitAgain(City& city, uint32_t waiting, std::string value, const Verdict& parked);

// The events that wait under an id, in order of their first city_seq; they still wait.
std::vector<uint32_t> WaitingFor(const City& city, const Created& created);

// Takes one out and gives its bytes, which its row keeps no longer.
std::string StopWaiting(City& city, uint32_t waiting);

// Those whose time is over once `day` closes, in order of their first city_seq.
std::vector<uint32_t> WaitingDue(City& city, int32_t day);

}  // namespace merit
