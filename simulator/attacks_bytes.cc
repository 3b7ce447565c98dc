#include "simulator/attacks.h"

namespace merit {
namespace {

constexpr size_t kRecordBytesMax = 65'536;
constexpr size_t kWaitingBytesMax = 4'096;

std::string Noise(Random& random, size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.Next());
  return bytes;
}

}  // namespace

void PadTo(size_t size, std::string* value) {
  // Field 5 with a length of two or three bytes.
  for (const size_t head : {size_t{3}, size_t{4}}) {
    if (value->size() + head > size) return;
    const size_t length = size - value->size() - head;
    if (length < 128 || (head == 3) != (length < 16'384)) continue;
    *value += '\x2a';
    *value += static_cast<char>(length | 0x80);
    if (head == 3) {
      *value += static_cast<char>(length >> 7);
    } else {
      *value += static_cast<char>((length >> 7) | 0x80);
      *value += static_cast<char>(length >> 14);
    }
    value->append(length, 'p');
    return;
  }
}

v1::Event Attacks::ComposeSigned() {
  v1::Event event;
  for (int i = 0; i < 40; ++i) {
    event.Clear();
    event = Compose();
    const Producer* producer = forger_.Find(event.producer_id());
    if (producer != nullptr && !producer->private_key.empty()) break;
  }
  return event;
}

void Attacks::BreakSignature() {
  const v1::Event event = ComposeSigned();
  std::string signed_bytes = forger_.Seal(event);
  const std::string plain = event.SerializeAsString();
  const uint32_t draw = random_.Below(9u);
  if (draw == 0) return forger_.SendBytes(plain);  // missing
  if (signed_bytes.size() == plain.size()) {
    // Its producer has no key: whatever stands there is not looked at.
    v1::Event vain = event;
    vain.set_signature(Noise(random_, random_.Below(80u)));
    return forger_.SendBytes(vain.SerializeAsString());
  }
  std::string signature = signed_bytes.substr(plain.size());
  switch (draw) {
    case 1:
      signed_bytes[random_.Below(plain.size())] ^= 1;
      break;
    case 2:
      signed_bytes.back() = static_cast<char>(signed_bytes.back() ^ 1);
      break;
    case 3: {  // of another length
      v1::Event wrong = event;
      wrong.set_signature(Noise(random_, random_.Permille(500) ? 63 : 65));
      signed_bytes = wrong.SerializeAsString();
      break;
    }
    case 4:  // not at the end
      signed_bytes = signature + plain;
      break;
    case 5:
      signed_bytes += std::string("\x28\x07", 2);
      break;
    case 6:  // somebody else's key
      signed_bytes = plain;
      Sign(std::string(32, 's'), 0, &signed_bytes);
      break;
    case 7:  // twice
      signed_bytes += signature;
      break;
    default: {  // right, over an unknown field and all
      signed_bytes = plain + std::string("\x28\x07", 2);
      Sign(forger_.Find(event.producer_id())->private_key, 0, &signed_bytes);
      break;
    }
  }
  forger_.SendBytes(std::move(signed_bytes));
}

void Attacks::BreakBytes() {
  std::string value = forger_.Seal(Compose());
  switch (random_.Below(8u)) {
    case 0:
      return forger_.SendBytes(Noise(random_, random_.Below(200u)));
    case 1:
      return forger_.SendBytes({});
    case 2:
      value.resize(random_.Below(value.size()));
      break;
    case 3:
      value += Noise(random_, 1 + random_.Below(8u));
      break;
    case 4:
    case 5:
      for (uint32_t i = 0; i <= random_.Below(3u); ++i) {
        char& byte = value[random_.Below(value.size())];
        byte = static_cast<char>(byte ^ (1 << random_.Below(8u)));
      }
      break;
    case 6:
      if (random_.Permille(850)) return SendOfSize(kWaitingBytesMax + random_.Below(2u));
      return SendOfSize(kRecordBytesMax + random_.Below(2u));
    default:
      value += value;  // two events in one record: by protobuf's rules the later fields hold
      break;
  }
  forger_.SendBytes(std::move(value));
}

// A waiting event of that size, or another one.
void Attacks::SendOfSize(size_t size) {
  v1::Event event;
  forger_.FillEnvelope(&event);
  const bool waits = size < 2 * kWaitingBytesMax;
  composer_.Compose(waits ? v1::Event::kMatterAssigned : v1::Event::kPointsAdjusted, &event);
  if (waits) event.mutable_matter_assigned()->set_matter_id(composer_.NewId("never"));
  const Producer* producer = forger_.Find(event.producer_id());
  const bool has_key = producer != nullptr && !producer->private_key.empty();
  std::string value = event.SerializeAsString();
  PadTo(size - (has_key ? 67 : 0), &value);
  if (has_key) Sign(producer->private_key, 0, &value);
  forger_.SendBytes(std::move(value));
}

// The same event in another form: fields out of order, twice, with others that nobody knows.
void Attacks::Reorder() {
  v1::Event event = Compose();
  v1::Event head;
  head.set_event_id(event.event_id());
  head.set_producer_id(event.producer_id());
  v1::Event rest = event;
  rest.clear_event_id();
  rest.clear_producer_id();
  std::string value = rest.SerializeAsString();
  if (random_.Permille(500)) {
    head.set_city_code(town_.city_code);
    value = event.SerializeAsString();
  }
  if (random_.Permille(300)) value += std::string("\x28\x07\xc8\x3f\x01", 5);  // fields 5 and 1017
  value += head.SerializeAsString();
  const Producer* producer = forger_.Find(event.producer_id());
  if (producer != nullptr && !producer->private_key.empty()) Sign(producer->private_key, 0, &value);
  forger_.SendBytes(std::move(value));
}

void Attacks::BreakKey() {
  const std::string code = town_.key;
  const std::string keys[] = {"",
                              "0" + code.substr(1),
                              code + " ",
                              code.substr(1),
                              "city",
                              "999999",
                              std::to_string(town_.city_code + 100),
                              std::string("51\0001500", 7)};
  const std::string& key = keys[random_.Below(std::size(keys))];
  forger_.SendBytesAs(key, town_.now_ms, forger_.Seal(Compose()));
}

// A newer program's event, from somebody whom nobody knows: refused, never a reason to stop.
void Attacks::SendUnknownBody() {
  v1::Event event;
  forger_.FillEnvelope(&event);
  event.set_producer_id(std::string(kStranger));
  std::string value = event.SerializeAsString();
  value += random_.Permille(500) ? std::string("\xd2\x05\x02\x08\x01", 5)   // field 90
                                 : std::string("\xba\x3e\x02\x08\x01", 5);  // field 999
  forger_.SendBytes(std::move(value));
}

}  // namespace merit
