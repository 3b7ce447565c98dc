// A log as far as it can be read: damage is its end, and is told when it is asked for.
//
//   Output   Read gives nothing where the log is damaged; failure() then says why. last() is the
//            newest record that was read, a copy: it outlives the read that met the damage
#pragma once

#include <string>
#include <vector>

#include "engine/log/log.h"

namespace merit {

class ReadableLog final : public Log {
 public:
  explicit ReadableLog(Log* log) : log_(log) {}

  [[nodiscard]] Status Seek(int64_t offset) override { return log_->Seek(offset); }
  [[nodiscard]] Status Read(size_t count, std::vector<Record>* records) override {
    if (!failure_.ok()) return OkStatus();
    const size_t before = records->size();
    failure_ = log_->Read(count, records);
    if (records->size() > before) Keep(records->back());
    return OkStatus();
  }
  int64_t next_offset() const override { return log_->next_offset(); }
  int64_t end_offset() const override { return log_->end_offset(); }

  const Status& failure() const { return failure_; }
  Record last() const { return {last_key_, last_timestamp_ms_, last_value_}; }

 private:
  void Keep(const Record& record) {
    last_key_.assign(record.key);
    last_timestamp_ms_ = record.timestamp_ms;
    last_value_.assign(record.value);
  }

  Log* const log_;
  Status failure_;
  std::string last_key_, last_value_;
  int64_t last_timestamp_ms_ = 0;
};

}  // namespace merit
