// An image in memory: what is collected from rows is there to be read again.
#pragma once

#include <gtest/gtest.h>

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
  void Put(std::string_view key, std::string_view value) override {
    ++puts;
    Next(key);
    keys.insert_or_assign(std::string(key), std::string(value));
  }
  void Erase(std::string_view key) override {
    ++erasures;
    Next(key);
    keys.erase(std::string(key));
  }
  // All that has changed in a table, lists or the like.
  template <class Rows>
  void Save(Rows* rows) {
    last_.clear();
    rows->Collect(this);
    if constexpr (requires { rows->CollectHashes(this); }) rows->CollectHashes(this);
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

 private:
  void Next(std::string_view key) {
    EXPECT_LT(last_, key) << "keys are collected in ascending order";
    last_ = key;
  }
  std::string last_;
};

}  // namespace merit
