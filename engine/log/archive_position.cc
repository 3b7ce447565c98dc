#include "engine/log/archive_position.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/log/file.h"

namespace merit {
namespace {

static_assert(sizeof(ArchivePosition) == 24);

// The first segment that comes after the position.
int64_t FirstAfter(const ArchivePosition& position) {
  return position.first_offset + (position.size == 0 ? 0 : 1);
}

Status Mismatch(const std::string& path, const ArchivePosition& position) {
  return ArchiveDamage(path, position.size, position.next_offset,
                       "no frame ends here, but the saved position does",
                       "give the archive that belongs to the position, or publish it anew from "
                       "the beginning");
}

}  // namespace

std::string ArchivePosition::Encode() const {
  std::string bytes(sizeof(ArchivePosition), '\0');
  std::memcpy(bytes.data(), this, sizeof(ArchivePosition));
  return bytes;
}

StatusOr<ArchivePosition> ArchivePosition::Decode(std::string_view bytes) {
  ArchivePosition position;
  if (bytes.empty()) return position;
  if (bytes.size() == sizeof(ArchivePosition)) {
    std::memcpy(&position, bytes.data(), sizeof(ArchivePosition));
    const bool holds_records = position.next_offset > position.first_offset;
    const bool is_empty = position.next_offset == position.first_offset;
    if (position.first_offset >= 0 && (position.size > 0 ? holds_records : is_empty)) {
      return position;
    }
  }
  return Invalid("these bytes are no position of an archive; give what position() gave");
}

StatusOr<Segment> FindPosition(const std::string& directory, const ArchivePosition& position) {
  const bool begins = position.size == 0;  // a new segment: then the one before must end there
  Segment none;
  none.first_offset = none.next_offset = position.first_offset;
  if (begins && position.first_offset == 0) return none;

  ASSIGN_OR_RETURN(const std::vector<int64_t> offsets, ListSegments(directory));
  const auto after = std::lower_bound(offsets.begin(), offsets.end(), FirstAfter(position));
  const std::string path = SegmentPath(directory, position.first_offset);
  if (after == offsets.begin()) return Mismatch(path, position);
  const int64_t last = *(after - 1);
  if (!begins && last != position.first_offset) return Mismatch(path, position);

  const std::string last_path = SegmentPath(directory, last);
  ASSIGN_OR_RETURN(Segment segment,
                   ReadSegment(last_path, last, begins ? UINT64_MAX : position.size));
  const bool fits = segment.next_offset == position.next_offset &&
                    (begins || segment.frames_end == position.size);
  if (!fits) return segment.damage.ok() ? Mismatch(last_path, position) : segment.damage;
  return begins ? none : segment;
}

Status RemoveSegmentsAfter(const std::string& directory, const ArchivePosition& position) {
  ASSIGN_OR_RETURN(std::vector<int64_t> offsets, ListSegments(directory));
  for (; !offsets.empty() && offsets.back() >= FirstAfter(position); offsets.pop_back()) {
    RETURN_IF_ERROR(RemoveFile(SegmentPath(directory, offsets.back())));
  }
  return OkStatus();
}

}  // namespace merit
