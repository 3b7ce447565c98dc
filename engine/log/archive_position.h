// A place between two frames of an archive, to which a writer can go back.
//
//   Errors   kInvalidArgument: Decode of bytes that are no position; kDataLoss: FindPosition in an
//            archive that has no such place, or is damaged before it
//   Format   24 bytes: the three numbers, little-endian; stored by whoever saves a position
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/log/archive_segment.h"

namespace merit {

struct ArchivePosition {
  int64_t first_offset = 0;  // of the segment
  uint64_t size = 0;         // how much of its file is meant; 0: it need not be there yet
  int64_t next_offset = 0;

  std::string Encode() const;
  // No bytes: the very beginning.
  static StatusOr<ArchivePosition> Decode(std::string_view bytes);
};

// The segment that ends at the position once all that comes after it is gone. What does come after
// it is not looked at.
StatusOr<Segment> FindPosition(const std::string& directory, const ArchivePosition& position);

// Removes the files that begin at the position or after it, last first: whenever this is
// interrupted, what is left has no gap.
[[nodiscard]] Status RemoveSegmentsAfter(const std::string& directory,
                                         const ArchivePosition& position);

}  // namespace merit
