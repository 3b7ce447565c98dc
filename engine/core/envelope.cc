#include "engine/core/envelope.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/unknown_field_set.h>

#include <cstdio>
#include <string>

#include "engine/base/ed25519.h"
#include "engine/base/id.h"

namespace merit {
namespace {

// The signature's tag and length, as they stand right before its 64 bytes at the end of a signed
// event.
constexpr std::string_view kSignatureHead("\xC2\x3E\x40", 3);
constexpr size_t kSignatureSize = 64;

// Reads tags, varints and lengths of one message level; any surprise ends it.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  bool done() const { return at_ == end_; }
  // At most 9 bytes long: no value here needs more but negative numbers, which are left to
  // protobuf.
  bool Varint(uint64_t* value) { return ReadVarint(9, value); }
  // A tag or a length: protobuf takes no more than 5 bytes.
  bool ShortVarint(uint64_t* value) { return ReadVarint(5, value); }
  bool Bytes(std::string_view* bytes) {
    uint64_t size = 0;
    if (!ShortVarint(&size) || size > static_cast<uint64_t>(end_ - at_)) return false;
    *bytes = {at_, static_cast<size_t>(size)};
    at_ += size;
    return true;
  }

  // What follows a tag of that wire type; inside a group that are fields.
  bool Skip(int type) {
    std::string_view bytes;
    switch (type) {
      case 0:
        return SkipVarint();
      case 1:
        return SkipBytes(8);
      case 2:
        return Bytes(&bytes);
      case 5:
        return SkipBytes(4);
      default:
        return true;
    }
  }

 private:
  bool ReadVarint(int bytes_max, uint64_t* value) {
    *value = 0;
    for (int shift = 0; shift < 7 * bytes_max && at_ < end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }
  bool SkipVarint() {  // of ten bytes, too
    while (at_ < end_) {
      if (static_cast<unsigned char>(*at_++) < 0x80) return true;
    }
    return false;
  }
  bool SkipBytes(ptrdiff_t count) {
    if (end_ - at_ < count) return false;
    at_ += count;
    return true;
  }

  const char* at_;
  const char* const end_;
};

// What protobuf says of a text that is no UTF-8, it says on stderr. Here that is a record like any
// other: it is refused, with an outcome that tells whoever sent it. Anybody could fill the disk
// with it, again at each replay.
void LogFatalOnly(google::protobuf::LogLevel level, const char* file, int line,
                  const std::string& message) {
  if (level < google::protobuf::LOGLEVEL_FATAL) return;
  std::fprintf(stderr, "%s:%d: protobuf: %s\n", file, line, message.c_str());
}

// Unknown groups may stand one in the other, up to protobuf's limit, and that counts from the
// Event: a body that has unknown fields, or another message that may have some, is read with the
// Event around it.
bool MayNestDeep(int body_number, const google::protobuf::Message& body) {
  return body_number == v1::Event::kProgrammeOpened || body_number == v1::Event::kPolicyActivated ||
         !body.GetReflection()->GetUnknownFields(body).empty();
}

// Whether an Event that was parsed has a tag of more than 32 bits: no field has such a number, and
// libraries differ in what they make of it.
bool HasTagBeyond32Bits(std::string_view value) {
  WireReader wire(value);
  uint64_t tag = 0;
  for (int depth = 0; !wire.done() && wire.ShortVarint(&tag);) {
    if (depth == 0 && tag >> 32 != 0) return true;
    const auto type = static_cast<int>(tag & 7);
    depth += type == 3 ? 1 : type == 4 ? -1 : 0;
    if (!wire.Skip(type)) return false;
  }
  return false;
}

}  // namespace

EnvelopeReader::EnvelopeReader() {
  [[maybe_unused]] static const auto once = google::protobuf::SetLogHandler(&LogFatalOnly);
  const auto* const descriptor = v1::Event::descriptor();
  for (int place = 0; place < descriptor->field_count(); ++place) {
    const auto* const field = descriptor->field(place);
    if (field->number() < kBodyFirst || field->number() > kBodyLast) continue;
    const auto* const prototype =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(field->message_type());
    bodies_[static_cast<size_t>(field->number())].reset(prototype->New());
  }
}

const Envelope& EnvelopeReader::Read(std::string_view value) {
  envelope_ = {};
  envelope_.value = value;
  if (value.empty() || value.size() > kRecordBytesMax) return envelope_;
  if (!ReadPlain(value) && !ReadAny(value)) return envelope_;
  envelope_.decodable = IsId(envelope_.event_id) && IsId(envelope_.producer_id) &&
                        (envelope_.body != nullptr || envelope_.unknown_body);
  return envelope_;
}

// The form that serialisers write: fields in ascending order, each at most once. False for any
// other; nothing is decided by it then.
bool EnvelopeReader::ReadPlain(std::string_view value) {
  Envelope& e = envelope_;
  WireReader wire(value);
  uint64_t last_tag = 0;
  while (!wire.done()) {
    uint64_t tag = 0;
    uint64_t number = 0;
    std::string_view bytes;
    if (!wire.ShortVarint(&tag) || tag <= last_tag) return false;
    last_tag = tag;
    if (tag == (1 << 3 | 2)) {
      if (!wire.Bytes(&e.event_id)) return false;
    } else if (tag == (2 << 3 | 0)) {
      if (!wire.Varint(&number)) return false;
      e.city_code = static_cast<uint32_t>(number);
    } else if (tag == (3 << 3 | 2)) {
      if (!wire.Bytes(&e.producer_id)) return false;
    } else if (tag == (4 << 3 | 0)) {
      if (!wire.Varint(&number)) return false;
      e.occurred_at_ms = static_cast<int64_t>(number);
    } else if (tag == (1000 << 3 | 2)) {
      if (!wire.Bytes(&e.signature)) return false;
    } else {
      const uint64_t field = tag >> 3;
      if ((tag & 7) != 2 || field >= kBodies || bodies_[field] == nullptr || e.body != nullptr)
        return false;
      if (!wire.Bytes(&bytes)) return false;
      google::protobuf::Message* const body = bodies_[field].get();
      if (!body->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
      if (MayNestDeep(static_cast<int>(field), *body)) return false;
      e.body = body;
      e.body_number = static_cast<int>(field);
    }
  }
  return e.body != nullptr;
}

bool EnvelopeReader::ReadAny(std::string_view value) {
  envelope_ = {};
  Envelope& e = envelope_;
  e.value = value;
  event_.Clear();
  if (!event_.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
      HasTagBeyond32Bits(value))
    return false;
  e.event_id = event_.event_id();
  e.producer_id = event_.producer_id();
  e.signature = event_.signature();
  e.city_code = event_.city_code();
  e.occurred_at_ms = event_.occurred_at_ms();
  e.body_number = event_.body_case();
  if (e.body_number != 0) {
    const auto* const field = v1::Event::descriptor()->FindFieldByNumber(e.body_number);
    e.body = &v1::Event::GetReflection()->GetMessage(event_, field);
  }
  const google::protobuf::UnknownFieldSet& unknown =
      v1::Event::GetReflection()->GetUnknownFields(event_);
  for (int place = 0; place < unknown.field_count(); ++place) {
    const int number = unknown.field(place).number();
    if (number < kBodyFirst || number > kBodyLast) continue;
    // A number that this program knows, in a wire type it does not expect, is no newer program's
    // body.
    if (v1::Event::descriptor()->FindFieldByNumber(number) == nullptr) e.unknown_body = true;
  }
  return true;
}

bool SignatureHolds(const Envelope& envelope, std::string_view public_key) {
  if (envelope.signature.size() != kSignatureSize) return false;
  const size_t tail = kSignatureHead.size() + kSignatureSize;
  if (envelope.value.size() < tail) return false;
  const std::string_view signed_bytes = envelope.value.substr(0, envelope.value.size() - tail);
  const std::string_view end = envelope.value.substr(signed_bytes.size());
  if (end.substr(0, kSignatureHead.size()) != kSignatureHead) return false;
  const std::string_view signature = end.substr(kSignatureHead.size());
  return signature == envelope.signature && VerifyEd25519(public_key, signature, signed_bytes);
}

}  // namespace merit
