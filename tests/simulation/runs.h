// Folds a log once in peace and once in trouble, and says what came of it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/log/memory_log.h"
#include "engine/publish/memory_publisher.h"
#include "engine/store/memory_store.h"
#include "tests/simulation/coverage.h"

namespace merit {

struct History {
  std::vector<PublishedRecord> outcomes, seals, bulletins, dead_letters;
  std::vector<PublishedRecord> scores;                 // as they were published
  std::map<std::string, PublishedRecord> last_scores;  // by key
  std::string state;                                   // exported by the engine that ended the log
  std::string state_reopened;                          // and by another that took up what it left
  MemoryStore::Rows rows;                              // what it left, but for the cursor
};

// One engine, one batch, one save.
History FoldInPeace(MemoryLog* log);

// Many engines, each of which goes on where the last save of those before it left off: any batch
// size, any saves, hardly any memory, and outside calls that fail.
History FoldInTrouble(MemoryLog* log, uint64_t seed, Coverage* coverage);

}  // namespace merit
