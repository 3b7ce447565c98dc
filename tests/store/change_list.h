// Changes in a list, in any order: a save of them is store.Save(list).
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "engine/store/store.h"

namespace merit {

struct Change {
  std::string key;
  std::string value;
  bool erase = false;
};

struct ChangeList : std::vector<Change> {
  using vector::vector;

  void operator()(Changes* changes) const {
    ChangeList sorted = *this;
    std::sort(sorted.begin(), sorted.end(),
              [](const Change& a, const Change& b) { return a.key < b.key; });
    for (const Change& change : sorted) {
      if (change.erase) {
        changes->Erase(change.key);
      } else {
        changes->Put(change.key, change.value);
      }
    }
  }
};

}  // namespace merit
