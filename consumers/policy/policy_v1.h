// The policy that a programme starts with where nobody says otherwise.
//
//   Output   version 1 with the defaults of DOMAIN.md §6, as policy_v1.json beside this file has
//            them
//   Cost     the JSON is in the program, and parsed at the first call
//   Source   DOMAIN.md §6
#pragma once

#include <string>

#include "engine/base/status.h"
#include "merit/v1/policy.pb.h"

namespace merit {

const char* PolicyV1Json();
const v1::Policy& PolicyV1();

// Any policy in protobuf's JSON mapping; kInvalidArgument names what in it is wrong.
[[nodiscard]] Status ParsePolicyJson(const std::string& json, v1::Policy* policy);

}  // namespace merit
