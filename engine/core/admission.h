// What is asked of every record before its body is looked at.
//
//   Output   the refusal, or nothing; the city does not change
//   Source   EFFECTS.md §1.1, steps 3 to 7
#pragma once

#include <optional>

#include "engine/core/fold.h"

namespace merit {

// Steps 3 to 6. `payload_hash`: SHA-256 of the record's value; `id_hash`: Hash64 of the event_id,
// cut to 32 bits.
std::optional<Verdict> RefuseEnvelope(City& city, const Envelope& event, const Digest& payload_hash,
                                      uint32_t id_hash);

// Step 7; *producer is who emitted it, where it is known.
std::optional<Verdict> RefuseProducer(City& city, const Envelope& event, uint32_t* producer);

// The day on which the event says that it happened, in the city's time zone.
int64_t OccurredDay(const Envelope& event, int32_t utc_offset_minutes);

// STALE: too far from open_day to be told from a replay.
inline bool IsStale(int64_t occurred_day, int32_t open_day, uint32_t dedupe_days) {
  return occurred_day < int64_t{open_day} - dedupe_days ||
         occurred_day > int64_t{open_day} + dedupe_days;
}

// Whether an outcome of that code takes its event_id for ever.
inline bool Absorbs(v1::Code code) {
  return code != v1::CODE_UNDECODABLE && code != v1::CODE_WRONG_KEY && code != v1::CODE_DUPLICATE &&
         code != v1::CODE_ID_CONFLICT && code != v1::CODE_STALE && code != v1::CODE_UNAUTHORISED;
}

}  // namespace merit
