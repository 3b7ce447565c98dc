// Where outputs go.
//
//   Input    Publish: the outputs of the records before next_offset, in order. It empties them; the
//            buffer, too, goes where the publisher keeps it
//   Output   after Flush all that was published is durable, and position() names the end of it;
//            what is published after a position can be taken back with Resume(position)
//   Errors   anything: what was not flushed is unknown; resume at the last saved position
//   Threads  one
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/output.h"
#include "engine/base/status.h"

namespace merit {

class Publisher {
 public:
  virtual ~Publisher() = default;
  [[nodiscard]] virtual Status Publish(Outputs* outputs, int64_t next_offset) = 0;
  [[nodiscard]] virtual Status Flush() = 0;
  // Opaque bytes, saved with the rows; empty: the very beginning.
  virtual std::string position() const = 0;
  // Makes what was published equal to what it was at `position`.
  [[nodiscard]] virtual Status Resume(const std::string& position) = 0;
};

}  // namespace merit
