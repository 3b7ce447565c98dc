// One record of the log, as it travels: bytes at an offset of a partition.
//
//   Input    views into the buffer of whoever read it; they live until that reader is asked for
//            more
#pragma once

#include <cstdint>
#include <string_view>

namespace merit {

struct Record {
  std::string_view key;
  int64_t timestamp_ms = 0;  // the record's own, as it came
  std::string_view value;    // a null value is read as no bytes: both are undecodable alike
};

}  // namespace merit
