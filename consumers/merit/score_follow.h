// A driver's score as dispatchers see it on the topic: the record that counts now, and each one
// that is committed after it.
//
//   Input    city_code 0: in whichever cities the driver is. day: the day to read each record on;
//            none: the day on which it was made. follow: go on until interrupted
//   Output   a row each, or with `json` an object a line, on standard output, as soon as it is
//            there
//   Errors   those of engine/kafka/errors.h; kNotFound: nothing is published, and it is not to
//            wait; kDataLoss: a record that is no score
//   Cost     reads the whole topic, which is compacted, before the first line
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "consumers/merit/kafka_options.h"

namespace merit {

struct FollowOptions {
  std::string driver_id;
  uint32_t city_code = 0;
  std::optional<int32_t> day;
  std::string language;
  bool follow = false;
  bool json = false;
};

[[nodiscard]] Status FollowScore(const KafkaOptions& kafka, const FollowOptions& options);

}  // namespace merit
