// An independent light model: it sees records and what was published, nothing of the engine, and
// holds one against the other.
//
//   Input    the records of the log in order; the history of one run of it
//   Output   the first thing that is wrong, or nothing; what was seen is counted in `coverage`
//   Source   DOMAIN.md §5 (outcomes), §8 (ledger), §10 (score), §12 (seals)
#pragma once

#include <string>
#include <vector>

#include "engine/base/record.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/runs.h"

namespace merit {

std::string Audit(const std::vector<Record>& records, const History& history, Coverage* coverage);

// The scores alone: batches decide which of them are published.
std::string AuditScores(const History& history);

}  // namespace merit
