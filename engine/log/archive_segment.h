// What stands in the files of an archive directory: the frames of each segment, and where one is
// damaged.
//
//   Errors   of the functions: those of File. Damage to an archive is no error here but
//            Segment::damage, so that what is before it can be read
//   Cost     two small reads of a closed segment; one without an index is decoded whole
//   Format   engine/log/FORMAT.md
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace merit {

struct FrameEntry {
  uint64_t position;  // in the file
  int64_t first_offset;
  int64_t record_count;
  int64_t first_timestamp_ms;
  int64_t timestamp_ms_max;
};

struct Segment {
  std::string path;
  int64_t first_offset = 0;
  int64_t next_offset = 0;
  std::vector<FrameEntry> frames;
  // In the file: where the index stands, or the file ends, or `damage` begins.
  uint64_t frames_end = 0;
  bool closed = false;  // it has its index
  Status damage;        // kDataLoss: why next_offset cannot be read
  // The damage is what a killed writer leaves: an incomplete frame or index at the end.
  bool cut_short = false;
};

// Reads no further than `limit`, and finds no damage there.
StatusOr<Segment> ReadSegment(const std::string& path, int64_t first_offset,
                              uint64_t limit = UINT64_MAX);

// All segments, in order. Where one does not follow the one before, the latter has it as its
// damage; where the first is missing, an empty one stands for it.
StatusOr<std::vector<Segment>> ReadArchive(const std::string& directory);

// The first offsets of the directory's segments, ascending.
StatusOr<std::vector<int64_t>> ListSegments(const std::string& directory);

std::string SegmentPath(const std::string& directory, int64_t first_offset);

// The skippable frame that closes a segment.
std::string EncodeIndex(const std::vector<FrameEntry>& frames);

// kDataLoss as it is told everywhere: file, byte, offset, what, remedy.
Status ArchiveDamage(const std::string& path, uint64_t position, int64_t offset,
                     const std::string& what, const std::string& remedy);
inline constexpr const char* kRestoreRemedy =
    "restore the file from a copy, or make the archive anew from its source";

}  // namespace merit
