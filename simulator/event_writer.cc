#include "simulator/event_writer.h"

#include "engine/base/check.h"
#include "engine/base/ed25519.h"
#include "simulator/random.h"

namespace merit {
namespace {

void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    *out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out += static_cast<char>(value);
}

void AppendBytes(uint32_t number, std::string_view bytes, std::string* out) {
  if (bytes.empty()) return;
  AppendVarint(number << 3 | 2, out);
  AppendVarint(bytes.size(), out);
  out->append(bytes);
}

void AppendNumber(uint32_t number, uint64_t value, std::string* out) {
  if (value == 0) return;
  AppendVarint(number << 3, out);
  AppendVarint(value, out);
}

void WriteHex(uint64_t value, int digits, char* out) {
  for (int place = digits - 1; place >= 0; --place) {
    out[place] = "0123456789abcdef"[value & 15];
    value >>= 4;
  }
}

}  // namespace

int BodyNumberOf(const google::protobuf::Descriptor* body) {
  const auto* bodies = v1::Event::descriptor()->oneof_decl(0);
  for (int i = 0; i < bodies->field_count(); ++i) {
    if (bodies->field(i)->message_type() == body) return bodies->field(i)->number();
  }
  MERIT_CHECK(false);
  return 0;
}

void EventWriter::NewEventId(int64_t time_ms, std::string* id) {
  const uint64_t low = Spread(seed_ + ++events_);
  const uint64_t high = Spread(low);
  const auto time = static_cast<uint64_t>(time_ms) & 0xffff'ffff'ffffu;
  char text[36];
  WriteHex(time >> 16, 8, text);
  text[8] = '-';
  WriteHex(time & 0xffff, 4, text + 9);
  text[13] = '-';
  WriteHex(0x7000 | (high & 0xfff), 4, text + 14);
  text[18] = '-';
  WriteHex(0x8000 | (low >> 48 & 0x3fff), 4, text + 19);
  text[23] = '-';
  WriteHex(low & 0xffff'ffff'ffffu, 12, text + 24);
  id->assign(text, sizeof text);
}

void EventWriter::Write(const Producer& producer, int64_t event_ms, int64_t occurred_at_ms,
                        int number, const google::protobuf::Message& body, std::string* out) {
  const size_t begin = out->size();
  NewEventId(event_ms, &id_);
  AppendBytes(1, id_, out);
  AppendNumber(2, city_code_, out);
  AppendBytes(3, producer.id, out);
  AppendNumber(4, static_cast<uint64_t>(occurred_at_ms), out);
  const size_t size = body.ByteSizeLong();
  AppendVarint(static_cast<uint64_t>(number) << 3 | 2, out);
  AppendVarint(size, out);
  const size_t place = out->size();
  out->resize(place + size);
  body.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(out->data() + place));
  if (!producer.private_key.empty()) Sign(producer.private_key, begin, out);
}

void Sign(const std::string& private_key, size_t begin, std::string* event) {
  const std::string signature = SignEd25519(private_key, std::string_view(*event).substr(begin));
  AppendBytes(1000, signature, event);
}

}  // namespace merit
