// What a suite of runs has reached: event types by outcome code, kinds of rows, kinds of trouble.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <ostream>
#include <set>
#include <string_view>
#include <utility>

#include "merit/v1/outcome.pb.h"
#include "tests/simulation/reach.h"

namespace merit {

struct TableUse {
  uint64_t puts = 0;  // keys written, all saves together
  uint64_t erasures = 0;
  uint64_t reads = 0;          // keys read again, but for those that a start reads whole
  uint64_t reads_evicted = 0;  // of these, those that the same engine had written
};

struct Coverage {
  // By field number of the body in Event (0: undecodable, or a body of a newer program) and code.
  std::map<std::pair<int, int>, uint64_t> outcomes;
  std::map<std::pair<int, int>, std::set<uint32_t>> details;  // detail_code by the same
  Reach applied;                                              // of events that were applied
  Reach published;                                            // of everything that was published
  uint32_t gates = 0, tiers = 0;     // of scores: every gate, and a bit for each tier
  std::array<TableUse, 256> tables;  // by number in the store's keys

  uint64_t records = 0, runs = 0, seals = 0, bulletins = 0, parts = 0, dead_letters = 0;

  uint64_t lives = 0;  // engines that were opened, or tried to be
  uint64_t kills = 0;  // of these, dropped between two batches, with no call failing
  std::map<std::string_view, uint64_t> early, late;  // outside calls that failed, by name
  uint64_t saves = 0;
};

void Print(const Coverage& coverage, std::ostream& out);

}  // namespace merit
