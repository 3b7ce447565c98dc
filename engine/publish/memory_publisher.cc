#include "engine/publish/memory_publisher.h"

#include <cstring>

namespace merit {

Status MemoryPublisher::Publish(Outputs* outputs, int64_t) {
  if (outputs->empty()) return OkStatus();
  const Status status = failures.Next();
  const size_t count = status.ok() ? outputs->size() : outputs->size() / 2;
  for (size_t i = 0; i < count; ++i) {
    const Output output = (*outputs)[i];
    topics_[static_cast<size_t>(output.topic)].push_back(
        {std::string(output.key), output.timestamp_ms, std::string(output.value),
         output.tombstone});
  }
  outputs->Clear();
  return status;
}

Status MemoryPublisher::Flush() {
  RETURN_IF_ERROR(failures.Next());
  for (size_t i = 0; i < kTopicCount; ++i) flushed_[i] = topics_[i].size();
  return OkStatus();
}

std::string MemoryPublisher::position() const {
  std::string position(sizeof(flushed_), '\0');
  std::memcpy(position.data(), flushed_.data(), sizeof(flushed_));
  return position;
}

Status MemoryPublisher::Resume(const std::string& position) {
  RETURN_IF_ERROR(failures.Next());
  std::array<uint64_t, kTopicCount> sizes{};
  if (!position.empty()) {
    if (position.size() != sizeof(sizes))
      return Invalid("these bytes are no position of a publisher in memory");
    std::memcpy(sizes.data(), position.data(), sizeof(sizes));
  }
  for (size_t i = 0; i < kTopicCount; ++i) {
    if (sizes[i] > topics_[i].size()) {
      return Invalid(Cat("position ", sizes[i], " of ", kTopicNames[i], " lies after its end, ",
                         topics_[i].size()));
    }
  }
  for (size_t i = 0; i < kTopicCount; ++i) topics_[i].resize(sizes[i]);
  flushed_ = sizes;
  return OkStatus();
}

}  // namespace merit
