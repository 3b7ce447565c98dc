// A log in memory: the twin of ArchiveLog and of Kafka's, whose calls can be made to fail.
//
//   Errors   what `failures` says; nothing has moved after a failed call. kDataLoss: Seek or Read
//            before begin_offset, as if the log had been deleted up to there
//   Threads  one
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/failure_schedule.h"
#include "engine/log/log.h"

namespace merit {

class MemoryLog : public Log {
 public:
  void Append(std::string_view key, int64_t timestamp_ms, std::string_view value);
  void Append(const Record& record) { Append(record.key, record.timestamp_ms, record.value); }
  // Drops what is before `offset`, as a retention limit does.
  void DeleteBefore(int64_t offset);

  [[nodiscard]] Status Seek(int64_t offset) override;
  [[nodiscard]] Status Read(size_t count, std::vector<Record>* records) override;
  int64_t next_offset() const override { return next_offset_; }
  int64_t end_offset() const override;

  FailureSchedule failures;  // counts Seek and Read

 private:
  struct Kept {
    std::string key;
    int64_t timestamp_ms;
    std::string value;
  };
  std::deque<Kept> records_;  // a deque: views stay good while records are appended
  int64_t begin_offset_ = 0;
  int64_t next_offset_ = 0;
};

}  // namespace merit
