// Appends records to an archive directory: files of zstd frames, named by their first offset.
//
//   Output   Append takes the records in order; a record's offset is its place among all of them,
//            from 0. After Flush all that was taken is durable. Close ends the archive with its
//            index; nothing can follow on this object. Destroyed without Close, what was not
//            flushed is lost, and the rest can be read.
//   Errors   kDataLoss: the archive is damaged, or a position is not of it; the message names file,
//            byte, offset and remedy. kInvalidArgument: a record over kArchiveRecordBytesMax, which
//            is not taken; options out of range. kUnavailable: another writer has the directory.
//            Anything else: the disk; after it every call gives it again until Resume
//   IO       one write a frame; Flush and Close sync. One writer a directory at a time: it is
//            locked. An archive that was closed is opened again by replacing its last index with
//            what comes next
//   Threads  one
//   Cost     a copy into one buffer that is reused; the compression of a frame; no allocation once
//            warm
//   Format   engine/log/FORMAT.md
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/record.h"
#include "engine/base/status.h"

namespace merit {

struct ArchiveOptions {
  // zstd's: -7 fast and large ... 19 slow and small.
  int compression_level = 1;
  // A frame ends at the first record that reaches it; at most 16 MiB.
  size_t frame_bytes = size_t{256} << 10;
  // A segment ends at the first frame that reaches it.
  uint64_t segment_bytes = uint64_t{256} << 20;
};

class ArchiveWriter {
 public:
  virtual ~ArchiveWriter();

  // Makes the directory where there is none. Where there are segments it goes on after the last
  // whole frame: a frame that a killed writer left incomplete is removed, any other damage is
  // kDataLoss.
  static StatusOr<std::unique_ptr<ArchiveWriter>> Open(const std::string& directory,
                                                       const ArchiveOptions& options = {});
  // The same at a saved position: all that came after it is removed, whatever state it is in.
  static StatusOr<std::unique_ptr<ArchiveWriter>> OpenAt(const std::string& directory,
                                                         std::string_view position,
                                                         const ArchiveOptions& options = {});

  [[nodiscard]] virtual Status Append(const Record& record) = 0;
  // Ends the frame and waits for the disk.
  [[nodiscard]] virtual Status Flush() = 0;
  [[nodiscard]] virtual Status Close() = 0;

  // The end of what was flushed, as opaque bytes.
  virtual std::string position() const = 0;
  // Makes the archive what it was at `position`; empty: without a record. Nothing is removed for a
  // wrong one.
  [[nodiscard]] virtual Status Resume(std::string_view position) = 0;
  // The offset that the next record gets.
  virtual int64_t next_offset() const = 0;

 protected:
  ArchiveWriter() = default;
};

}  // namespace merit
