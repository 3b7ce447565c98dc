// Where records come from: one partition, from an offset on.
//
//   Output   Read appends up to `count` records to `*records`, oldest first, without a gap, and
//            moves next_offset() past them. None appended: the end of what is there now. The views
//            live until the next Read.
//   Errors   kDataLoss: damaged or missing at next_offset(), the message names the place and the
//            remedy; kUnavailable: try again. Records appended before the failure are good.
//   Threads  one
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/record.h"
#include "engine/base/status.h"

namespace merit {

class Log {
 public:
  virtual ~Log() = default;
  [[nodiscard]] virtual Status Seek(int64_t offset) = 0;
  [[nodiscard]] virtual Status Read(size_t count, std::vector<Record>* records) = 0;
  virtual int64_t next_offset() const = 0;
  // One past the last record known now; what progress and ETA are counted against.
  virtual int64_t end_offset() const = 0;
};

}  // namespace merit
