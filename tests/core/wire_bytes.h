// Pieces of protobuf's wire format, for records that no serialiser writes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace merit {

inline std::string Varint(uint64_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7) bytes.push_back(static_cast<char>(number | 0x80));
  bytes.push_back(static_cast<char>(number));
  return bytes;
}

enum WireType { kVarint = 0, kBytes = 2, kStartGroup = 3, kEndGroup = 4 };
inline std::string Tag(uint64_t field, WireType type) { return Varint(field << 3 | type); }
inline std::string BytesField(uint64_t field, std::string_view bytes) {
  return Tag(field, kBytes) + Varint(bytes.size()) + std::string(bytes);
}

// Unknown groups, one inside the other.
inline std::string Groups(int levels) {
  std::string bytes;
  for (int level = 0; level < levels; ++level) bytes += Tag(2000, kStartGroup);
  for (int level = 0; level < levels; ++level) bytes += Tag(2000, kEndGroup);
  return bytes;
}

// `bytes` and an unknown field that is ignored: `size` bytes together.
inline std::string PaddedTo(const std::string& bytes, size_t size) {
  for (size_t head : {3u, 4u, 5u}) {
    const std::string padded =
        bytes + BytesField(2000, std::string(size - bytes.size() - head, 'p'));
    if (padded.size() == size) return padded;
  }
  return {};
}

}  // namespace merit
