// The integers among fields 1 to 3 of a published record; parsing the whole of it would cost a
// bench's reader more than the engine is to be measured with.
//
//   Output   [n]: field n; 0 where it is absent or no integer. Outcome: city_code, city_seq, part.
//            Score: city_code, -, city_seq
//   Errors   bytes that are no message end the process, with the reason (Must)
#pragma once

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>
#include <string_view>

#include "bench/bench.h"

namespace merit {

class FirstFields {
 public:
  explicit FirstFields(std::string_view value) {
    using Wire = google::protobuf::internal::WireFormatLite;
    google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(value.data()),
                                              static_cast<int>(value.size()));
    while (const uint32_t tag = in.ReadTag()) {
      const int field = Wire::GetTagFieldNumber(tag);
      if (field > 3) break;
      const bool integer = Wire::GetTagWireType(tag) == Wire::WIRETYPE_VARINT;
      uint64_t* const value = &values_[static_cast<size_t>(field)];
      if (integer ? in.ReadVarint64(value) : Wire::SkipField(&in, tag)) continue;
      Must(DataLoss("an output of the engine cannot be read"));
    }
  }
  uint64_t operator[](size_t field) const { return values_[field]; }

 private:
  uint64_t values_[4] = {};
};

}  // namespace merit
