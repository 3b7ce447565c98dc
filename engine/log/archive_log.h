// Reads an archive directory, from any offset on.
//
//   Output   offsets are the records' places in the archive, from 0; an empty directory is an
//            archive without records. end_offset() comes from the indexes; only a segment without
//            one is read at Open
//   Errors   kNotFound: no such directory; kInvalidArgument: files, but no segment among them;
//            kDataLoss: damaged, cut short or missing at next_offset(): the message names file,
//            byte, offset and remedy. All records before it can be read, and Open succeeds
//   IO       reads a frame at a time; what is appended after Open is not seen
//   Threads  one
//   Cost     decompression, a checksum and about 10 ns a record; no allocation once warm. Seek
//            decodes one frame; OffsetAtTime one more. 40 bytes of memory a frame of the archive
//   Format   engine/log/FORMAT.md
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/status.h"
#include "engine/log/log.h"

namespace merit {

class ArchiveLog : public Log {
 public:
  static StatusOr<std::unique_ptr<ArchiveLog>> Open(const std::string& directory);

  // The first record whose timestamp is timestamp_ms or later; end_offset() where there is none.
  // Does not move next_offset(), and ends no views.
  virtual StatusOr<int64_t> OffsetAtTime(int64_t timestamp_ms) = 0;

 protected:
  ArchiveLog() = default;
};

}  // namespace merit
