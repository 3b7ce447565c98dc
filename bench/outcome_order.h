// Each outcome once: of every city in order of its city_seq, each in order of its parts.
//
//   Input    Next: of a pipe, any number of a source and a number in it that begins with 1
//   Output   whether it is a first part
//   Errors   one too many, or one that is missing, ends the process (Must)
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "bench/bench.h"

namespace merit {

class OutcomeOrder {
 public:
  bool Next(uint64_t city_code, uint64_t city_seq, uint64_t part) {
    auto& [last_seq, last_part] = last_[city_code];
    const bool first = city_seq == last_seq + 1 && part == 0;
    if (!first && (city_seq != last_seq || part != last_part + 1)) {
      Must(DataLoss(Cat("city ", city_code, ": outcome ", city_seq, ", part ", part,
                        " came after outcome ", last_seq, ", part ", last_part)));
    }
    last_seq = city_seq;
    last_part = part;
    return first;
  }

 private:
  std::map<uint64_t, std::pair<uint64_t, uint64_t>> last_;  // city_seq and part, by city
};

}  // namespace merit
