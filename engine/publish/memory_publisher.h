// Publishes into memory: the twin of the others, whose calls can be made to fail.
//
//   Output   what was published, by topic, in order
//   Errors   what `failures` says. As outside, a failed Publish may have taken a part: here, the
//            first half. kInvalidArgument: Resume at a position that lies after the end
//   Threads  one
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/failure_schedule.h"
#include "engine/publish/publisher.h"

namespace merit {

struct PublishedRecord {
  std::string key;
  int64_t timestamp_ms = 0;
  std::string value;
  bool tombstone = false;

  friend bool operator==(const PublishedRecord&, const PublishedRecord&) = default;
};

class MemoryPublisher : public Publisher {
 public:
  [[nodiscard]] Status Publish(Outputs* outputs, int64_t next_offset) override;
  [[nodiscard]] Status Flush() override;
  std::string position() const override;
  [[nodiscard]] Status Resume(const std::string& position) override;

  const std::vector<PublishedRecord>& topic(Topic topic) const {
    return topics_[static_cast<size_t>(topic)];
  }

  FailureSchedule failures;  // counts Publish, Flush and Resume

 private:
  std::array<std::vector<PublishedRecord>, kTopicCount> topics_;
  std::array<uint64_t, kTopicCount> flushed_{};  // how many of each are durable
};

}  // namespace merit
