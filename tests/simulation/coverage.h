// What a suite of runs has reached: event types by outcome code, kinds of rows, kinds of trouble.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <ostream>
#include <string_view>
#include <utility>

#include "merit/v1/outcome.pb.h"

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
  std::array<TableUse, 256> tables;  // by number in the store's keys

  uint64_t records = 0, runs = 0, seals = 0, bulletins = 0, parts = 0, dead_letters = 0;
  std::map<int, uint64_t> bulletin_kinds;  // by field number in Bulletin
  std::map<int, uint64_t> effects;         // by field number in Effect

  uint64_t lives = 0;  // engines that were opened, or tried to be
  uint64_t kills = 0;  // of these, dropped between two batches, with no call failing
  std::map<std::string_view, uint64_t> early, late;  // outside calls that failed, by name
  uint64_t saves = 0;
};

void Print(const Coverage& coverage, std::ostream& out);

}  // namespace merit
