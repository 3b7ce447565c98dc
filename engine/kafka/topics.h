// The topics of a deployment: one prefix, six names. Intake and outputs have the same number of
// partitions, and what a partition's records come to stands in the partition of that number.
#pragma once

#include <array>
#include <string>

#include "engine/base/output.h"

namespace merit {

struct KafkaTopics {
  explicit KafkaTopics(const std::string& prefix = "merit") : intake(prefix + ".intake") {
    for (size_t place = 0; place < kTopicCount; ++place) {
      outputs[place] = prefix + "." + kTopicNames[place];
    }
  }
  const std::string& of(Topic topic) const { return outputs[static_cast<size_t>(topic)]; }

  std::string intake;
  std::array<std::string, kTopicCount> outputs;  // by Topic: merit.outcomes, merit.scores, ...
};

}  // namespace merit
