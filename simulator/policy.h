// Policies as a programme would activate them, and which of them judges what.
#pragma once

#include <cstdint>
#include <vector>

#include "merit/v1/policy.pb.h"
#include "simulator/random.h"

namespace merit {

// Every version that was meant to be activated.
//
//   Caveats  a reference from On or Last lives until the next Add
class Policies {
 public:
  explicit Policies(v1::Policy first) { Add(0, std::move(first)); }

  void Add(int32_t effective_day, v1::Policy policy);
  const v1::Policy& On(int32_t day) const;
  const v1::Policy& Last() const { return versions_.back().policy; }
  int32_t last_effective_day() const { return versions_.back().effective_day; }

 private:
  struct Version {
    int32_t effective_day;
    v1::Policy policy;
  };
  std::vector<Version> versions_;
};

const v1::Category* FindCategory(const v1::Policy& policy, uint32_t code);

// What a report is worth before caps: DOMAIN.md §7.
int64_t ComputedPoints(const v1::Policy& policy, uint32_t category, int mode, int severity,
                       int evidence, int32_t submission_day);

}  // namespace merit
