#include "engine/log/archive_format.h"

#include <cstring>

namespace merit {
namespace {

constexpr size_t kDigits = 20;
constexpr std::string_view kSuffix = ".zst";

// A tag is (field number << 3) | wire type.
enum WireType : uint32_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kGroup = 3,
  kGroupEnd = 4,
  kFixed32 = 5
};
constexpr uint32_t kKeyTag = (1 << 3) | kBytes;
constexpr uint32_t kTimestampTag = (2 << 3) | kVarint;
constexpr uint32_t kValueTag = (3 << 3) | kBytes;
constexpr int kGroupDepthMax = 100;  // protobuf's own limit

char* PutVarint(uint64_t number, char* out) {
  while (number >= 0x80) {
    *out++ = static_cast<char>(number | 0x80);
    number >>= 7;
  }
  *out++ = static_cast<char>(number);
  return out;
}

size_t VarintSize(uint64_t number) {
  size_t size = 1;
  for (; number >= 0x80; number >>= 7) ++size;
  return size;
}

bool TakeVarint(const char** in, const char* end, uint64_t* number) {
  const char* at = *in;
  if (at < end && static_cast<uint8_t>(*at) < 0x80) [[likely]] {
    *number = static_cast<uint8_t>(*at);
    *in = at + 1;
    return true;
  }
  uint64_t result = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (at == end) return false;
    const auto byte = static_cast<uint8_t>(*at++);
    result |= uint64_t{byte & 0x7Fu}
              << (shift & 63);  // the tenth byte's upper bits fall off, as in protobuf
    if (byte < 0x80) {
      *number = result;
      *in = at;
      return true;
    }
  }
  return false;
}

bool TakeBytes(const char** in, const char* end, std::string_view* bytes) {
  uint64_t size;
  if (!TakeVarint(in, end, &size) || size > static_cast<uint64_t>(end - *in)) return false;
  *bytes = {*in, static_cast<size_t>(size)};
  *in += size;
  return true;
}

// At most five bytes; what they say beyond 32 bits falls off, as in protobuf.
bool TakeTag(const char** in, const char* end, uint32_t* tag) {
  constexpr std::ptrdiff_t kTagSizeMax = 5;
  uint64_t number;
  if (!TakeVarint(in, end - *in < kTagSizeMax ? end : *in + kTagSizeMax, &number)) return false;
  *tag = static_cast<uint32_t>(number);
  return *tag >= 8;
}

bool SkipField(uint32_t tag, const char** in, const char* end, int depth) {
  uint64_t number;
  std::string_view bytes;
  switch (tag & 7) {
    case kVarint:
      return TakeVarint(in, end, &number);
    case kBytes:
      return TakeBytes(in, end, &bytes);
    case kFixed64:
    case kFixed32: {
      const std::ptrdiff_t size = (tag & 7) == kFixed64 ? 8 : 4;
      if (end - *in < size) return false;
      *in += size;
      return true;
    }
    case kGroup:
      for (uint32_t inner; depth < kGroupDepthMax && TakeTag(in, end, &inner);) {
        if ((inner & 7) == kGroupEnd) return inner >> 3 == tag >> 3;
        if (!SkipField(inner, in, end, depth + 1)) return false;
      }
      return false;
    default:
      return false;
  }
}

}  // namespace

std::string SegmentName(int64_t first_offset) {
  const std::string number = std::to_string(first_offset);
  return std::string(kDigits - number.size(), '0').append(number).append(kSuffix);
}

int64_t SegmentFirstOffset(std::string_view name) {
  if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix)) return -1;
  uint64_t number = 0;
  for (const char digit : name.substr(0, kDigits)) {
    if (digit < '0' || digit > '9' || number > INT64_MAX / 10) return -1;
    number = number * 10 + static_cast<uint64_t>(digit - '0');
  }
  return number > INT64_MAX ? -1 : static_cast<int64_t>(number);
}

char* EncodeLogRecord(const Record& record, char* out) {
  const auto timestamp = static_cast<uint64_t>(record.timestamp_ms);
  size_t size = 0;
  if (!record.key.empty()) size += 1 + VarintSize(record.key.size()) + record.key.size();
  if (timestamp != 0) size += 1 + VarintSize(timestamp);
  if (!record.value.empty()) size += 1 + VarintSize(record.value.size()) + record.value.size();
  out = PutVarint(size, out);
  if (!record.key.empty()) {
    *out++ = static_cast<char>(kKeyTag);
    out = PutVarint(record.key.size(), out);
    std::memcpy(out, record.key.data(), record.key.size());
    out += record.key.size();
  }
  if (timestamp != 0) {
    *out++ = static_cast<char>(kTimestampTag);
    out = PutVarint(timestamp, out);
  }
  if (!record.value.empty()) {
    *out++ = static_cast<char>(kValueTag);
    out = PutVarint(record.value.size(), out);
    std::memcpy(out, record.value.data(), record.value.size());
    out += record.value.size();
  }
  return out;
}

bool ParseLogRecord(std::string_view bytes, Record* record) {
  *record = Record();
  const char* in = bytes.data();
  const char* const end = in + bytes.size();
  while (in < end) {
    uint32_t tag;
    if (!TakeTag(&in, end, &tag)) return false;
    uint64_t number;
    switch (tag) {
      case kKeyTag:
        if (!TakeBytes(&in, end, &record->key)) return false;
        break;
      case kTimestampTag:
        if (!TakeVarint(&in, end, &number)) return false;
        record->timestamp_ms = static_cast<int64_t>(number);
        break;
      case kValueTag:
        if (!TakeBytes(&in, end, &record->value)) return false;
        break;
      default:
        if (!SkipField(tag, &in, end, 0)) return false;
    }
  }
  return true;
}

bool ParseFramedLogRecord(std::string_view* bytes, Record* record) {
  const char* in = bytes->data();
  const char* const end = in + bytes->size();
  std::string_view message;
  if (!TakeBytes(&in, end, &message) || !ParseLogRecord(message, record)) return false;
  bytes->remove_prefix(static_cast<size_t>(in - bytes->data()));
  return true;
}

}  // namespace merit
