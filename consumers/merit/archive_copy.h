// One partition of a topic, copied into an archive directory, so that a copy that was ended goes on
// where it was.
//
//   Input    Open: an empty or absent directory, or one that an earlier copy of the same partition
//            has left. Take: the partition's records in order, from next_offset() on, none left out
//   Output   <directory>/ the archive (engine/log/FORMAT.md); <directory>.json where it came from,
//            and how far it is
//   Errors   kInvalidArgument: the directory is another partition's, another cluster's or no
//            copy's; kDataLoss: the archive is damaged, or what was written reads back differently;
//            else the disk's
//   IO       Save makes durable what was taken, reads it back, and only then writes down how far it
//            is. Killed at any moment, the next Open finds the last Save. Close: Save, and the
//            archive's index
//   Threads  one
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/record.h"
#include "engine/base/status.h"
#include "engine/log/archive_writer.h"

namespace merit {

struct ArchiveSource {
  std::string cluster_id;
  std::string topic;
  int32_t partition = 0;
};

class ArchiveCopy {
 public:
  static StatusOr<std::unique_ptr<ArchiveCopy>> Open(ArchiveSource source,
                                                     const std::string& directory);

  [[nodiscard]] Status Take(int64_t offset, const Record& record);
  [[nodiscard]] Status Save();
  [[nodiscard]] Status Close();

  // In the topic: the first that was not taken.
  int64_t next_offset() const { return next_offset_; }
  // In the archive, whose offsets have no gaps.
  int64_t records() const { return writer_->next_offset(); }
  int64_t unsaved() const { return records() - saved_records_; }
  const ArchiveSource& source() const { return source_; }
  const std::string& directory() const { return directory_; }

 private:
  ArchiveCopy(ArchiveSource source, std::string directory)
      : source_(std::move(source)), directory_(std::move(directory)) {}
  Status ReadPlace();
  Status WritePlace();
  Status ReadBack() const;

  const ArchiveSource source_;
  const std::string directory_;
  std::unique_ptr<ArchiveWriter> writer_;
  int64_t next_offset_ = 0;
  std::string saved_position_;
  int64_t saved_records_ = 0;
  uint64_t taken_ = 0;  // a hash over all records since the last Save, in order
};

}  // namespace merit
