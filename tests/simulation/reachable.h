// What answers there are: which codes an event type can get, and with which details. A person's
// reading of docs/EFFECTS.md §1 and §2; a suite of runs is compared with it.
#pragma once

#include <set>

#include "tests/simulation/coverage.h"

namespace merit {

// All codes that outcomes of this event type can have.
std::set<int> CodesOf(int body_number);

// Codes that an event type got and cannot get: a rule that is wrong, or a reading.
void ExpectOnlyReachable(const Coverage& coverage);

// Every code of every event type, every detail, and every word of what is published: all of it was
// reached.
void ExpectAllReached(const Coverage& coverage);

}  // namespace merit
