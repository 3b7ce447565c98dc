// The order in which a save is written: by key, each key once.
#pragma once

#include <algorithm>

#include "engine/base/check.h"
#include "engine/store/store.h"

namespace merit {

// A key twice would make the saved value depend on the order of the changes: a bug of the caller.
inline void SortChanges(Changes* changes) {
  const auto by_key = [](const Change& a, const Change& b) { return a.key < b.key; };
  if (!std::is_sorted(changes->begin(), changes->end(), by_key)) {
    std::sort(changes->begin(), changes->end(), by_key);
  }
  const auto twice =
      std::adjacent_find(changes->begin(), changes->end(),
                         [](const Change& a, const Change& b) { return a.key == b.key; });
  MERIT_CHECK(twice == changes->end());
}

}  // namespace merit
