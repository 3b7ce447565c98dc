// What the engine says of a log, folded record by record in this process: what a bench expects of
// it, and how much a bare pipe has to send.
//
//   Input    Fold: the records of all cities, in the order in which each city's come
//   Output   outcomes(): so many city_seq; an event that waits for another has two of them.
//            OutcomesOf: of the first so many records. CauseOf: the place, from 0, of the record
//            whose fold gave the outcome: its own, or the one that it had waited for. count and
//            samples: of each topic, all parts of an outcome, scores coalesced as the engine does
//   Errors   an event of a newer program ends the process
//   Threads  one
//   Cost     the fold's, and 8 bytes a record
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bench/no_image.h"
#include "engine/base/output.h"
#include "engine/base/record.h"
#include "engine/core/machine.h"

namespace merit {

class CalmFold {
 public:
  CalmFold() : machine_(&image_) {}

  void Fold(const Record& record);

  uint64_t records() const { return outcomes_until_.size(); }
  uint64_t outcomes() const { return OutcomesOf(records()); }
  uint64_t OutcomesOf(uint64_t records) const {
    return records == 0 ? 0 : outcomes_until_.at(records - 1);
  }
  uint64_t CauseOf(uint64_t city_code, uint64_t city_seq) const {
    return causes_.at(city_code).at(city_seq - 1);
  }

  uint64_t count(Topic topic) const { return count_[static_cast<size_t>(topic)]; }
  const std::vector<std::string>& samples(Topic topic) const {
    return samples_[static_cast<size_t>(topic)];
  }

 private:
  void Count();
  void Keep(const Output& output);

  NoImage image_;
  Machine machine_;
  Outputs outputs_;
  std::vector<uint32_t> outcomes_until_;              // by record
  std::map<uint64_t, std::vector<uint32_t>> causes_;  // by city, by city_seq - 1
  std::array<uint64_t, kTopicCount> count_{};
  std::array<std::vector<std::string>, kTopicCount> samples_;
};

}  // namespace merit
