#include "engine/log/memory_log.h"

#include <algorithm>

namespace merit {

void MemoryLog::Append(std::string_view key, int64_t timestamp_ms, std::string_view value) {
  records_.push_back({std::string(key), timestamp_ms, std::string(value)});
}

void MemoryLog::DeleteBefore(int64_t offset) {
  for (; begin_offset_ < offset && !records_.empty(); ++begin_offset_) records_.pop_front();
}

int64_t MemoryLog::end_offset() const {
  return begin_offset_ + static_cast<int64_t>(records_.size());
}

Status MemoryLog::Seek(int64_t offset) {
  RETURN_IF_ERROR(failures.Next());
  if (offset < 0) return Invalid(Cat("offset ", offset, ": offsets begin at 0"));
  if (offset < begin_offset_ || offset > end_offset()) {
    return DataLoss(Cat("offset ", offset, " was asked for, but the log holds ", begin_offset_,
                        " to ", end_offset()));
  }
  next_offset_ = offset;
  return OkStatus();
}

Status MemoryLog::Read(size_t count, std::vector<Record>* records) {
  RETURN_IF_ERROR(failures.Next());
  if (next_offset_ < begin_offset_) {
    return DataLoss(
        Cat("offset ", next_offset_, " is no longer in the log, which begins at ", begin_offset_));
  }
  const int64_t end =
      next_offset_ + std::min(static_cast<int64_t>(count), end_offset() - next_offset_);
  for (; next_offset_ < end; ++next_offset_) {
    const Kept& kept = records_[static_cast<size_t>(next_offset_ - begin_offset_)];
    records->push_back({kept.key, kept.timestamp_ms, kept.value});
  }
  return OkStatus();
}

}  // namespace merit
