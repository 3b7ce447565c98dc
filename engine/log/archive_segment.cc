#include "engine/log/archive_segment.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>

#include "engine/base/hash.h"
#include "engine/log/archive_format.h"
#include "engine/log/archive_frame.h"

namespace merit {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they are");

template <class T>
void PutFixed(T number, std::string* out) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &number, sizeof(T));
  out->append(bytes, sizeof(T));
}

template <class T>
T TakeFixed(std::string_view* bytes) {
  T number;
  std::memcpy(&number, bytes->data(), sizeof(T));
  bytes->remove_prefix(sizeof(T));
  return number;
}

// Whether the entries name frames of a file whose index begins at `index_position`.
bool AreConsecutive(const std::vector<FrameEntry>& frames, int64_t first_offset,
                    int64_t record_count, uint64_t index_position) {
  uint64_t position = 0;
  int64_t offset = first_offset;
  for (const FrameEntry& frame : frames) {
    const bool first = &frame == frames.data();
    if (first ? frame.position != 0 : frame.position <= position) return false;
    if (frame.first_offset != offset || frame.record_count <= 0) return false;
    if (frame.record_count > static_cast<int64_t>(kArchiveFrameRecordsMax)) return false;
    position = frame.position;
    offset += frame.record_count;
  }
  return !frames.empty() && position < index_position && offset - first_offset == record_count;
}

// Fills in the segment from its index; false where there is none that holds.
StatusOr<bool> ReadIndex(FrameReader* reader, Segment* segment) {
  const uint64_t size = reader->file_size();
  if (size < kSkippableHeaderSize + kIndexTrailerSize) return false;
  ASSIGN_OR_RETURN(std::string_view trailer,
                   reader->Bytes(size - kIndexTrailerSize, kIndexTrailerSize));
  if (trailer.size() != kIndexTrailerSize || !trailer.ends_with(kIndexMark)) return false;
  const auto frame_count = TakeFixed<uint64_t>(&trailer);
  const auto record_count = TakeFixed<int64_t>(&trailer);
  const auto checksum = TakeFixed<uint64_t>(&trailer);
  if (frame_count > (size - kSkippableHeaderSize - kIndexTrailerSize) / kIndexEntrySize)
    return false;
  const uint64_t payload_size = frame_count * kIndexEntrySize + kIndexTrailerSize;
  const uint64_t position = size - payload_size - kSkippableHeaderSize;
  ASSIGN_OR_RETURN(std::string_view bytes,
                   reader->Bytes(position, static_cast<size_t>(size - position)));
  if (bytes.size() != size - position || TakeFixed<uint32_t>(&bytes) != kIndexFrameMagic ||
      TakeFixed<uint32_t>(&bytes) != payload_size) {
    return false;
  }
  if (Hash64(bytes.substr(0, bytes.size() - sizeof(checksum) - kIndexMark.size())) != checksum)
    return false;
  std::vector<FrameEntry> frames(static_cast<size_t>(frame_count));
  for (FrameEntry& frame : frames) frame = TakeFixed<FrameEntry>(&bytes);
  static_assert(sizeof(FrameEntry) == kIndexEntrySize);
  if (!AreConsecutive(frames, segment->first_offset, record_count, position)) return false;
  segment->frames = std::move(frames);
  segment->frames_end = position;
  segment->next_offset = segment->first_offset + record_count;
  segment->closed = true;
  return true;
}

// Counts a frame's records and takes their times. False: its content is not records.
bool SurveyFrame(std::string_view content, FrameEntry* frame) {
  Record record;
  for (frame->record_count = 0; !content.empty(); ++frame->record_count) {
    if (!ParseFramedLogRecord(&content, &record)) return false;
    if (frame->record_count == 0)
      frame->first_timestamp_ms = frame->timestamp_ms_max = record.timestamp_ms;
    frame->timestamp_ms_max = std::max(frame->timestamp_ms_max, record.timestamp_ms);
  }
  return frame->record_count > 0 &&
         frame->record_count <= static_cast<int64_t>(kArchiveFrameRecordsMax);
}

// Whether a whole frame begins anywhere after `position`: then what is at `position` is damage in
// the middle, not the frame at which a writer was killed.
StatusOr<bool> FrameFollows(FrameReader* reader, uint64_t position, FrameContent* content) {
  constexpr size_t kStep = FrameReader::kReadAhead;
  for (++position; position < reader->file_size();) {
    ASSIGN_OR_RETURN(const std::string_view bytes, reader->Bytes(position, kStep));
    const size_t found = bytes.find(std::string_view("\x28\xB5\x2F\xFD", 4));
    if (found == std::string_view::npos) {
      if (bytes.size() < kStep) return false;
      position += kStep - 3;  // the magic may lie across the edge
      continue;
    }
    position += found;
    if (reader->Read(position, content).ok()) return true;
    ++position;
  }
  return false;
}

void SetCutShort(const char* what, Segment* segment) {
  segment->cut_short = true;
  segment->damage = ArchiveDamage(
      segment->path, segment->frames_end, segment->next_offset, what,
      "if its writer was killed, what it had flushed is all here: opening the archive to "
      "append removes the rest; if it still runs, read again later; else restore the file "
      "from a copy");
}

// Says what stands at frames_end, where a frame should begin and `failed` came of reading it.
Status FindDamage(const Status& failed, FrameReader* reader, Segment* segment,
                  FrameContent* content) {
  const uint64_t position = segment->frames_end;
  ASSIGN_OR_RETURN(std::string_view bytes, reader->Bytes(position, kSkippableHeaderSize));
  constexpr std::string_view kIndexMagicBytes("\x50\x2A\x4D\x18", 4);
  const size_t magic_size = std::min(bytes.size(), kIndexMagicBytes.size());
  if (bytes.substr(0, magic_size) == kIndexMagicBytes.substr(0, magic_size)) {
    uint32_t payload_size = UINT32_MAX;
    if (bytes.size() == kSkippableHeaderSize)
      std::memcpy(&payload_size, bytes.data() + 4, sizeof(payload_size));
    if (payload_size > reader->file_size() - position - bytes.size()) {
      SetCutShort("the index is cut short", segment);
    } else {
      segment->damage = ArchiveDamage(
          segment->path, position, segment->next_offset,
          "the index is damaged, or a newer program wrote it",
          Cat("if no segment is missing, the records before it are all there were: cut the index "
              "off with "
              "truncate -s ",
              position, " and the file is read without it; else restore it from a copy"));
    }
    return OkStatus();
  }
  if (failed.code() == StatusCode::kOutOfRange) {
    ASSIGN_OR_RETURN(const bool follows, FrameFollows(reader, position, content));
    if (!follows) {
      SetCutShort("the frame is cut short", segment);
      return OkStatus();
    }
  }
  segment->damage =
      ArchiveDamage(segment->path, position, segment->next_offset,
                    failed.code() == StatusCode::kOutOfRange ? "the frame is damaged"
                                                             : std::string(failed.message()),
                    kRestoreRemedy);
  return OkStatus();
}

// Finds the frames one after the other, for want of an index.
Status ScanFrames(FrameReader* reader, uint64_t limit, Segment* segment) {
  FrameContent content;
  const uint64_t end = std::min(limit, reader->file_size());
  while (segment->frames_end < end) {
    StatusOr<uint64_t> size = reader->Read(segment->frames_end, &content);
    FrameEntry frame{segment->frames_end, segment->next_offset, 0, 0, 0};
    if (size.ok() && !SurveyFrame(content.view(), &frame))
      size = DataLoss("the frame's content is not records");
    if (!size.ok()) {
      return IsDamage(size.status()) ? FindDamage(size.status(), reader, segment, &content)
                                     : size.status();
    }
    segment->frames.push_back(frame);
    segment->frames_end += *size;
    segment->next_offset += frame.record_count;
  }
  return OkStatus();
}

void DropFramesFrom(uint64_t limit, Segment* segment) {
  if (segment->frames_end <= limit) return;
  while (!segment->frames.empty() && segment->frames.back().position >= limit) {
    segment->frames_end = segment->frames.back().position;
    segment->next_offset = segment->frames.back().first_offset;
    segment->frames.pop_back();
  }
  segment->closed = false;
}

void FindGaps(const std::string& directory, std::vector<Segment>* segments) {
  if (!segments->empty() && segments->front().first_offset > 0) {
    Segment missing;
    missing.path = SegmentPath(directory, 0);
    segments->insert(segments->begin(), missing);
  }
  for (size_t i = 0; i + 1 < segments->size(); ++i) {
    Segment& segment = (*segments)[i];
    const Segment& next = (*segments)[i + 1];
    if (segment.cut_short) {  // a killed writer leaves that in the last segment alone
      segment.cut_short = false;
      segment.damage = ArchiveDamage(segment.path, segment.frames_end, segment.next_offset,
                                     "the file is cut short", kRestoreRemedy);
    }
    if (!segment.damage.ok() || segment.next_offset == next.first_offset) continue;
    segment.damage = ArchiveDamage(
        segment.path, segment.frames_end, segment.next_offset,
        segment.next_offset < next.first_offset
            ? Cat("the records up to ", next.first_offset - 1, " are missing: the next file is ",
                  next.path)
            : Cat("the file ", next.path, " begins before this one ends"),
        "put the missing files back from a copy, or make the archive anew from its source");
  }
}

}  // namespace

std::string SegmentPath(const std::string& directory, int64_t first_offset) {
  return (std::filesystem::path(directory) / SegmentName(first_offset)).string();
}

Status ArchiveDamage(const std::string& path, uint64_t position, int64_t offset,
                     const std::string& what, const std::string& remedy) {
  return DataLoss(Cat(path, ": at byte ", position, ", offset ", offset, ": ", what, "; ", remedy));
}

std::string EncodeIndex(const std::vector<FrameEntry>& frames) {
  std::string payload;
  int64_t record_count = 0;
  for (const FrameEntry& frame : frames) {
    PutFixed(frame, &payload);
    record_count += frame.record_count;
  }
  PutFixed<uint64_t>(frames.size(), &payload);
  PutFixed(record_count, &payload);
  PutFixed(Hash64(payload), &payload);
  payload.append(kIndexMark);
  std::string index;
  PutFixed(kIndexFrameMagic, &index);
  PutFixed(static_cast<uint32_t>(payload.size()), &index);
  return index + payload;
}

StatusOr<Segment> ReadSegment(const std::string& path, int64_t first_offset, uint64_t limit) {
  Segment segment;
  segment.path = path;
  segment.first_offset = segment.next_offset = first_offset;
  FrameReader reader;
  RETURN_IF_ERROR(reader.Open(path));
  ASSIGN_OR_RETURN(const bool indexed, ReadIndex(&reader, &segment));
  if (indexed) {
    DropFramesFrom(limit, &segment);
  } else {
    RETURN_IF_ERROR(ScanFrames(&reader, limit, &segment));
  }
  return segment;
}

StatusOr<std::vector<int64_t>> ListSegments(const std::string& directory) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDirectory(directory));
  std::vector<int64_t> offsets;
  for (const std::string& name : names) {
    if (const int64_t offset = SegmentFirstOffset(name); offset >= 0) offsets.push_back(offset);
  }
  return offsets;
}

StatusOr<std::vector<Segment>> ReadArchive(const std::string& directory) {
  ASSIGN_OR_RETURN(const std::vector<int64_t> offsets, ListSegments(directory));
  std::vector<Segment> segments;
  for (const int64_t offset : offsets) {
    ASSIGN_OR_RETURN(Segment segment, ReadSegment(SegmentPath(directory, offset), offset));
    segments.push_back(std::move(segment));
  }
  FindGaps(directory, &segments);
  return segments;
}

}  // namespace merit
