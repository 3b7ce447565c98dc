// The order in which a save is written: by key, each key once.
#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "engine/base/check.h"
#include "engine/store/store.h"

namespace merit {

//   Output   pointers into `changes`, which must outlive them and not move
//   Cost     the first 16 bytes of a key are compared as one number: rows' keys are hardly longer
inline std::vector<const Change*> InKeyOrder(const Changes& changes) {
  struct Place {
    unsigned __int128 begin;
    const Change* change;
  };
  const auto begin_of = [](std::string_view key) {
    unsigned char bytes[16] = {};
    std::memcpy(bytes, key.data(), std::min(key.size(), sizeof(bytes)));
    unsigned __int128 number = 0;
    for (unsigned char byte : bytes) number = number << 8 | byte;
    return number;
  };
  std::vector<Place> places;
  places.reserve(changes.size());
  for (const Change& change : changes) places.push_back({begin_of(change.key), &change});
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.change->key < b.change->key;
  });
  std::vector<const Change*> order;
  order.reserve(changes.size());
  for (const Place& place : places) {
    // A key twice would make the saved value depend on the order of the changes: a bug of the
    // caller.
    MERIT_CHECK(order.empty() || order.back()->key != place.change->key);
    order.push_back(place.change);
  }
  return order;
}

}  // namespace merit
