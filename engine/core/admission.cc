#include "engine/core/admission.h"

#include "engine/core/calendar.h"
#include "engine/core/event_types.h"

namespace merit {

int64_t OccurredDay(const Envelope& event, int32_t utc_offset_minutes) {
  return LocalDayOf(event.occurred_at_ms, utc_offset_minutes);
}

std::optional<Verdict> RefuseEnvelope(City& city, const Envelope& event, const Digest& payload_hash,
                                      uint32_t id_hash) {
  if (!event.decodable) return Refused(v1::CODE_UNDECODABLE);
  if (event.city_code != city.code) return Refused(v1::CODE_WRONG_KEY);
  if (Dedupe::Entry seen; city.dedupe.Find(id_hash, event.event_id, city.open_day(), &seen)) {
    return seen.payload_hash == payload_hash ? Refused(v1::CODE_DUPLICATE, seen.code)
                                             : Refused(v1::CODE_ID_CONFLICT);
  }
  if (IsStale(OccurredDay(event, city.row.utc_offset_minutes), city.open_day(),
              city.policies[0]->numbers().dedupe_days())) {
    return Refused(v1::CODE_STALE);
  }
  return std::nullopt;
}

std::optional<Verdict> RefuseProducer(City& city, const Envelope& event, uint32_t* producer) {
  *producer = city.producers.Find(event.producer_id);
  if (*producer == kNone) return Refused(v1::CODE_UNAUTHORISED, 1);
  const ProducerRow& row = city.producers.Get(*producer);
  if (row.revoked) return Refused(v1::CODE_UNAUTHORISED, 2);
  if (!event.unknown_body && (row.roles & EventTypeOf(event.body_number).roles) == 0) {
    return Refused(v1::CODE_UNAUTHORISED, 3);
  }
  if (row.public_key.empty()) return std::nullopt;
  if (event.signature.empty()) return Refused(v1::CODE_UNAUTHORISED, 4);
  if (!SignatureHolds(event, row.public_key)) return Refused(v1::CODE_UNAUTHORISED, 5);
  return std::nullopt;
}

}  // namespace merit
