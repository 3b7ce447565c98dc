// Writes protobuf's wire form by hand, canonically: the caller names fields in ascending order, defaults are left
// out. For outcomes and scores, which the outcome tree pins to the byte and which are made for every event; the field
// numbers come from the generated classes, and tests parse what was written with them.
//
//   Output   appended to the buffer that the constructor got
//   Cost     no allocation once that buffer has grown
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace merit {

class WireWriter {
 public:
  explicit WireWriter(std::string* out) : out_(out) {}

  // uint32, uint64, bool, enum.
  void Unsigned(int field, uint64_t value) {
    if (value != 0) Tagged(field, value);
  }
  // int32, int64: a negative one takes ten bytes.
  void Signed(int field, int64_t value) { Unsigned(field, static_cast<uint64_t>(value)); }
  void Bytes(int field, std::string_view bytes) {
    if (!bytes.empty()) Nested(field, bytes);
  }
  // A message; written also when it is empty.
  void Nested(int field, std::string_view message) {
    Varint(static_cast<uint64_t>(field) << 3 | 2);
    Varint(message.size());
    out_->append(message);
  }
  void Varint(uint64_t value) {
    char bytes[10];
    size_t size = 0;
    while (value >= 0x80) {
      bytes[size++] = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    bytes[size++] = static_cast<char>(value);
    out_->append(bytes, size);
  }

 private:
  void Tagged(int field, uint64_t value) {
    Varint(static_cast<uint64_t>(field) << 3);
    Varint(value);
  }

  std::string* const out_;
};

}  // namespace merit
