// Holds those who save to the order they promised: keys ascend, and each comes once.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/check.h"

namespace merit {

class KeyOrder {
 public:
  // A key out of its turn would make what is saved depend on more than the changes: a bug of the
  // caller.
  void Next(std::string_view key) {
    MERIT_CHECK(is_first_ || last_ < key);
    is_first_ = false;
    last_.assign(key);
  }

 private:
  bool is_first_ = true;
  std::string last_;
};

}  // namespace merit
