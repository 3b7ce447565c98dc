// A record's value, read: the envelope's fields, and the body in a message that is used again for
// the next record.
//
//   Input    value: at most kRecordBytesMax are looked at
//   Output   an Envelope whose views and body live until the next Read of the same reader
//   Cost     about 100 ns for 150 bytes; no allocation once warm. Values in the form that every
//            serialiser writes are read by hand; any other legal form through the generated Event
//   Source   EFFECTS.md §1.1, steps 3 and 7
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "engine/base/sha256.h"
#include "merit/v1/event.pb.h"

namespace merit {

inline constexpr size_t kRecordBytesMax = 65'536;
inline constexpr int kBodyFirst = 10;  // field numbers of Event that are bodies, known or not
inline constexpr int kBodyLast = 999;

struct Envelope {
  bool decodable =
      false;  // an Event with well-formed ids and a body; nothing below counts otherwise
  bool unknown_body = false;  // a newer program's: body is null or not all there is
  std::string_view value;
  std::string_view event_id;
  std::string_view producer_id;
  std::string_view signature;
  uint32_t city_code = 0;
  int64_t occurred_at_ms = 0;
  int body_number = 0;  // field number in Event; 0 with an unknown body alone
  const google::protobuf::Message* body = nullptr;
};

class EnvelopeReader {
 public:
  EnvelopeReader();
  const Envelope& Read(std::string_view value);

 private:
  bool ReadPlain(std::string_view value);
  bool ReadAny(std::string_view value);

  static constexpr int kBodies = 70;
  Envelope envelope_;
  v1::Event event_;
  std::array<std::unique_ptr<google::protobuf::Message>, kBodies> bodies_;  // by field number
};

// Whether the value ends with a signature in its place, over everything before it (step 7).
bool SignatureHolds(const Envelope& envelope, std::string_view public_key);

}  // namespace merit
