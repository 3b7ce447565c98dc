// Two machines that are given the same records: one that runs on, one that is saved and started
// again now and then.
//
//   Output   Feed: both said the same, and each city's outcomes are numbered without a gap; false
//            otherwise, and wrong() says why
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "engine/core/machine.h"
#include "tests/rows/memory_image.h"

namespace merit {

class Twins {
 public:
  Twins();

  bool Feed(const Record& record);
  // Publishes what is pending, saves the second machine and starts it again from what was saved.
  bool Restart();
  // Whether both would export the same state.
  bool SameState();

  Machine& machine() { return *machines_[0]; }
  const std::string& wrong() const { return wrong_; }
  uint64_t stops() const { return stops_; }
  const CodeCounts& code_counts() const { return machines_[0]->code_counts(); }

 private:
  bool Same(const Outputs& a, const Outputs& b);
  bool Number(const Outputs& outputs);
  bool Wrong(const std::string& what);

  MemoryImage images_[2];
  std::unique_ptr<Machine> machines_[2];
  std::map<std::string, std::pair<uint64_t, uint32_t>, std::less<>>
      last_;  // city_seq and part by key
  uint64_t stops_ = 0;
  std::string wrong_;
};

}  // namespace merit
