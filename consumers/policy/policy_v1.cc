#include "consumers/policy/policy_v1.h"

#include <google/protobuf/util/json_util.h>

#include "engine/base/check.h"

namespace merit {

Status ParsePolicyJson(const std::string& json, v1::Policy* policy) {
  policy->Clear();
  const auto status = google::protobuf::util::JsonStringToMessage(json, policy);
  return status.ok() ? OkStatus() : Invalid(status.ToString());
}

const v1::Policy& PolicyV1() {
  static const v1::Policy kPolicy = [] {
    v1::Policy policy;
    MERIT_CHECK(ParsePolicyJson(PolicyV1Json(), &policy).ok());
    return policy;
  }();
  return kPolicy;
}

}  // namespace merit
