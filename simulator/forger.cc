#include "simulator/forger.h"

#include <google/protobuf/unknown_field_set.h>

#include "engine/base/ed25519.h"

namespace merit {

bool HasUnknownBody(std::string_view value) {
  v1::Event event;
  if (!ParseQuietly(value, &event)) return false;
  const auto& unknown = v1::Event::GetReflection()->GetUnknownFields(event);
  for (int i = 0; i < unknown.field_count(); ++i) {
    const int number = unknown.field(i).number();
    if (number >= 10 && number <= 999) return true;
  }
  return false;
}

void Forger::FillEnvelope(v1::Event* event) {
  town_.writer.NewEventId(town_.now_ms, event->mutable_event_id());
  event->set_city_code(town_.city_code);
  event->set_occurred_at_ms(town_.now_ms - random_.Between(200, 20'000));
}

const Producer* Forger::Find(std::string_view producer_id) const {
  for (const Producer& producer : town_.roster.producers) {
    if (producer.id == producer_id) return &producer;
  }
  return nullptr;
}

std::string Forger::Seal(const v1::Event& event) {
  std::string value = event.SerializeAsString();
  for (size_t at = value.find(kNotUtf8); at != std::string::npos; at = value.find(kNotUtf8, at)) {
    value[at] = '\xff';
  }
  const Producer* producer = Find(event.producer_id());
  if (producer != nullptr && !producer->private_key.empty() && event.signature().empty()) {
    Sign(producer->private_key, 0, &value);
  }
  return value;
}

// Mostly now. A clock that is behind, a little ahead, or makes no sense is a record's, too.
int64_t Forger::DrawTimestamp() {
  const uint32_t draw = random_.Below(1000u);
  if (draw < 15) return town_.now_ms - random_.Between(1, 3 * kDayMs);
  if (draw < 17) return -random_.Between(1, kDayMs);
  if (draw == 17) return INT64_MIN;
  if (draw == 18) return 0;
  if (draw == 19) return town_.now_ms + random_.Between(1, 10 * kMinuteMs);
  return town_.now_ms;
}

// With a key that nobody has the administrator could mend nothing any more.
bool Forger::LocksOut(const v1::Event& event) const {
  const Producer& administrator = town_.roster.producers[town_.roster.administrator];
  if (event.producer_registered().registered_producer_id() != administrator.id) return false;
  const std::string key =
      administrator.private_key.empty() ? std::string() : PublicKeyOf(administrator.private_key);
  return event.producer_registered().public_key() != key;
}

void Forger::SendBytesAs(std::string_view key, int64_t timestamp_ms, std::string value) {
  ++written_;
  v1::Event event;
  const bool parsed = ParseQuietly(value, &event);
  const bool stops = parsed && event.producer_id() != kStranger && HasUnknownBody(value);
  if (stops || (parsed && LocksOut(event))) value = "\xff\xff no event";
  town_.EmitBytes(key, timestamp_ms, value);
  witness_.See(town_.now_ms, value);
  if (parsed) Mend(event);
}

void Forger::SendBytesAt(int64_t time_ms, std::string value) {
  ++written_;
  town_.Deliver(time_ms, town_.key, value);
}

void Forger::Mend(const v1::Event& event) {
  const int64_t soon_ms = town_.now_ms + random_.Between(5, 60) * kMinuteMs;
  std::string id = event.producer_registered().registered_producer_id();
  if (id.empty()) id = event.producer_revoked().registered_producer_id();
  const Producer* producer = Find(id);
  if (producer != nullptr && producer->role != v1::ROLE_ADMIN) {
    v1::ProducerRegistered registered;
    registered.set_registered_producer_id(producer->id);
    registered.add_roles(producer->role);
    registered.set_name(producer->id);
    if (!producer->private_key.empty())
      registered.set_public_key(PublicKeyOf(producer->private_key));
    Say(town_.roster.administrator, registered, soon_ms);
  }
  id = event.reviewer_registered().reviewer_id();
  if (id.empty()) id = event.reviewer_revoked().reviewer_id();
  for (const Reviewer& reviewer : town_.roster.reviewers) {
    if (reviewer.id != id) continue;
    v1::ReviewerRegistered registered;
    registered.set_reviewer_id(reviewer.id);
    registered.set_jurisdiction_prefix(reviewer.prefix);
    if (reviewer.linked_driver != kNobody) {
      registered.set_linked_driver_id(town_.roster.DriverId(reviewer.linked_driver));
    }
    Say(town_.roster.authority, registered, soon_ms);
  }
}

}  // namespace merit
