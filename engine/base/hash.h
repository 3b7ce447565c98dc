// 64 bits that spread any bytes; equal on every machine, so it may be stored.
//
//   Caveats  not a proof of anything: whoever looks something up by it compares the bytes as well
//   Source   XXH3, frozen since xxHash 0.8
#pragma once

#include <cstdint>
#include <string_view>

namespace merit {

uint64_t Hash64(std::string_view bytes);

}  // namespace merit
