// An image in memory: what is collected from rows is there to be read again.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "engine/rows/image.h"

namespace merit {

class MemoryImage final : public Image, public ImageChanges {
 public:
  std::string Read(std::string_view key) override {
    ++reads;
    const auto found = keys.find(key);
    if (found == keys.end()) throw RowsUnavailable{"no such key"};
    return found->second;
  }
  void Put(std::string key, std::string value) override {
    ++puts;
    keys.insert_or_assign(std::move(key), std::move(value));
  }
  void Erase(std::string key) override {
    ++erasures;
    keys.erase(key);
  }

  // visit(key without the prefix, value) in key order.
  template <class Visit>
  void Scan(const std::string& prefix, Visit visit) const {
    for (auto at = keys.lower_bound(prefix); at != keys.end() && at->first.starts_with(prefix);
         ++at) {
      visit(std::string_view(at->first).substr(prefix.size()), std::string_view(at->second));
    }
  }

  std::map<std::string, std::string, std::less<>> keys;
  uint64_t reads = 0, puts = 0, erasures = 0;
};

}  // namespace merit
