// Bad bytes: none that anybody wrote, or what somebody wrote with something done to it.
#pragma once

#include <string>

#include "simulator/random.h"
#include "tests/poison/corpus.h"

namespace merit {

std::string DrawBadValue(const Corpus& corpus, Random& random);
std::string DrawBadKey(const std::string& good, Random& random);

}  // namespace merit
