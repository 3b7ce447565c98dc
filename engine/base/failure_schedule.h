// Which calls of an in-memory twin fail, so that a test can stop the world between any two of them.
//
//   Input    Fail(n, status): the n-th call from now (1: the next one) gives `status`, once
//   Output   Next(): what the call that begins now must give
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "engine/base/status.h"

namespace merit {

class FailureSchedule {
 public:
  void Fail(int64_t n, Status status) { failures_[calls_ + n] = std::move(status); }
  void Clear() { failures_.clear(); }
  // How many calls there were.
  int64_t calls() const { return calls_; }

  [[nodiscard]] Status Next() {
    const auto found = failures_.find(++calls_);
    if (found == failures_.end()) return OkStatus();
    Status status = std::move(found->second);
    failures_.erase(found);
    return status;
  }

 private:
  int64_t calls_ = 0;
  std::map<int64_t, Status> failures_;
};

}  // namespace merit
