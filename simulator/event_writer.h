// Serialises events of one city: the envelope by hand around a body that its family reuses, then
// the signature.
//
//   Output   bytes as an importer of the exchange form would write them: fields in ascending order,
//            defaults left out
//   Cost     no allocation once `out` is large enough; a signature 50 to 100 µs
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "merit/v1/event.pb.h"

namespace merit {

// The number of Event's field that holds such a body.
int BodyNumberOf(const google::protobuf::Descriptor* body);

template <class Body>
int BodyNumber() {
  static const int number = BodyNumberOf(Body::descriptor());
  return number;
}

struct Producer {
  std::string id;
  v1::Role role = v1::ROLE_UNSPECIFIED;
  std::string private_key;  // empty: does not sign
};

class EventWriter {
 public:
  EventWriter(uint32_t city_code, uint64_t seed) : city_code_(city_code), seed_(seed) {}

  // 36 characters in the form of UUIDv7: the time, then bits that no other event of the city has.
  void NewEventId(int64_t time_ms, std::string* id);

  // Appends the event to `*out`.
  void Write(const Producer& producer, int64_t event_ms, int64_t occurred_at_ms, int number,
             const google::protobuf::Message& body, std::string* out);

 private:
  const uint32_t city_code_;
  const uint64_t seed_;
  uint64_t events_ = 0;
  std::string id_;
};

// Appends the signature's field over all of `*event` from `begin` on.
void Sign(const std::string& private_key, size_t begin, std::string* event);

}  // namespace merit
