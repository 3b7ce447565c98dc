// The rows' side of the durable image: what they ask of it, and what they hand to it.
//
//   Input    keys are whole: city, table, place (engine/store/FORMAT.md)
//   Errors   Read throws RowsUnavailable where the bytes cannot be had. It is the one exception of
//            this house: a rule in the midst of an event has no way on without a row, and 60 rules
//            that each pass a Status up would hide the rules. FoldBatch in engine/engine.cc catches
//            it; the memory of the partition is then dropped whole, nothing of that batch is
//            published or saved.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace merit {

struct RowsUnavailable {
  std::string what;  // names the key and why
};

class Image {
 public:
  virtual ~Image() = default;
  // The saved bytes under `key`; throws RowsUnavailable, also where there are none.
  virtual std::string Read(std::string_view key) = 0;
};

// What has changed since the last save, in ascending order of the keys. What is handed over may be
// gone when the call returns.
class ImageChanges {
 public:
  virtual ~ImageChanges() = default;
  virtual void Put(std::string_view key, std::string_view value) = 0;
  virtual void Erase(std::string_view key) = 0;
};

// Big-endian, so that keys sort as their numbers.
inline void AppendBigEndian(std::string* key, uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) key->push_back(static_cast<char>(number >> shift));
}

inline uint32_t ReadBigEndian(std::string_view bytes) {
  uint32_t number = 0;
  for (int place = 0; place < 4; ++place) {
    number = number << 8 | static_cast<unsigned char>(bytes[static_cast<size_t>(place)]);
  }
  return number;
}

}  // namespace merit
