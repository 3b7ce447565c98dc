#include "engine/log/archive_log.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/log/archive_format.h"
#include "engine/log/archive_frame.h"
#include "engine/log/archive_segment.h"

namespace merit {
namespace {

class SegmentedLog final : public ArchiveLog {
 public:
  explicit SegmentedLog(std::vector<Segment> segments) : segments_(std::move(segments)) {}

  Status Seek(int64_t offset) override;
  Status Read(size_t count, std::vector<Record>* records) override;
  int64_t next_offset() const override { return next_offset_; }
  int64_t end_offset() const override {
    return segments_.empty() ? 0 : segments_.back().next_offset;
  }
  StatusOr<int64_t> OffsetAtTime(int64_t timestamp_ms) override;

 private:
  const Segment& segment() const { return segments_[segment_index_]; }
  const FrameEntry& frame() const { return segment().frames[frame_index_]; }
  void RecycleContents();
  StatusOr<bool> NextFrame();
  Status DecodeFrame();
  Status TakeRecords(size_t count, std::vector<Record>* records);
  Status FrameDamage(const std::string& what) const;
  Status FrameDamage(const Status& failed) const;
  StatusOr<int64_t> OffsetInFrame(const Segment& segment, const FrameEntry& frame,
                                  int64_t timestamp_ms);

  const std::vector<Segment> segments_;
  int64_t next_offset_ = 0;
  size_t segment_index_ =
      0;  // the frame that holds next_offset_, or the end of the segment before it
  size_t frame_index_ = 0;
  bool decoded_ = false;  // rest_ is what is left of that frame
  std::string_view rest_;
  FrameReader reader_;  // of segment open_index_
  size_t open_index_ = SIZE_MAX;
  // What the caller's views point into: contents_[0, in_use_), the last of them is rest_'s.
  std::vector<FrameContent> contents_;
  size_t in_use_ = 0;
  FrameReader search_reader_;
  FrameContent search_content_;
};

Status SegmentedLog::Seek(int64_t offset) {
  if (offset < 0) return Invalid(Cat("offset ", offset, ": offsets begin at 0"));
  if (offset > end_offset()) {
    return DataLoss(
        Cat("offset ", offset, " was asked for, but the archive ends at ", end_offset(),
            ": it is another log, or has lost its end; restore its last files from a copy"));
  }
  decoded_ = false;
  rest_ = {};
  next_offset_ = offset;
  segment_index_ = frame_index_ = 0;
  if (segments_.empty()) return OkStatus();
  const auto after =
      std::upper_bound(segments_.begin(), segments_.end(), offset,
                       [](int64_t wanted, const Segment& s) { return wanted < s.first_offset; });
  segment_index_ = static_cast<size_t>(after - segments_.begin()) - 1;  // the first one begins at 0
  const auto& frames = segment().frames;
  const auto frame_after =
      std::upper_bound(frames.begin(), frames.end(), offset,
                       [](int64_t wanted, const FrameEntry& f) { return wanted < f.first_offset; });
  if (offset < segment().next_offset) {
    frame_index_ = static_cast<size_t>(frame_after - frames.begin()) - 1;
    return OkStatus();
  }
  frame_index_ = frames.size();
  return offset == segment().next_offset ? OkStatus() : segment().damage;
}

// Keeps what is left of the frame that is being read; the views into the others have ended.
void SegmentedLog::RecycleContents() {
  if (in_use_ == 0) return;
  std::swap(contents_[0], contents_[in_use_ - 1]);
  in_use_ = decoded_ ? 1 : 0;
}

Status SegmentedLog::FrameDamage(const std::string& what) const {
  return ArchiveDamage(segment().path, frame().position, next_offset_, what, kRestoreRemedy);
}

// What the bytes did not allow is damage; what the system did not is told as it is.
Status SegmentedLog::FrameDamage(const Status& failed) const {
  return IsDamage(failed) ? FrameDamage(std::string(failed.message())) : failed;
}

// Goes to the frame of next_offset_; false at the end.
StatusOr<bool> SegmentedLog::NextFrame() {
  if (segments_.empty()) return false;
  while (frame_index_ == segment().frames.size()) {
    if (!segment().damage.ok()) return segment().damage;
    if (segment_index_ + 1 == segments_.size()) return false;
    ++segment_index_;
    frame_index_ = 0;
  }
  return true;
}

Status SegmentedLog::DecodeFrame() {
  if (open_index_ != segment_index_) {
    open_index_ = SIZE_MAX;
    if (const Status opened = reader_.Open(segment().path); !opened.ok()) {
      return opened.code() == StatusCode::kNotFound
                 ? ArchiveDamage(segment().path, 0, next_offset_, "the file is gone",
                                 kRestoreRemedy)
                 : opened;
    }
    open_index_ = segment_index_;
  }
  if (in_use_ == contents_.size()) contents_.emplace_back();
  const StatusOr<uint64_t> size = reader_.Read(frame().position, &contents_[in_use_]);
  if (!size.ok()) return FrameDamage(size.status());
  const bool last = frame_index_ + 1 == segment().frames.size();
  const uint64_t end = last ? segment().frames_end : segment().frames[frame_index_ + 1].position;
  if (frame().position + *size != end)
    return FrameDamage("the frame does not end where its index says");
  rest_ = contents_[in_use_].view();
  Record record;
  for (int64_t skipped = frame().first_offset; skipped < next_offset_; ++skipped) {
    if (!ParseFramedLogRecord(&rest_, &record))
      return FrameDamage("the frame's content is not records");
  }
  ++in_use_;
  decoded_ = true;
  return OkStatus();
}

// Up to `count` records of the decoded frame.
Status SegmentedLog::TakeRecords(size_t count, std::vector<Record>* records) {
  const int64_t frame_end = frame().first_offset + frame().record_count;
  const int64_t end =
      next_offset_ + std::min<int64_t>(static_cast<int64_t>(count), frame_end - next_offset_);
  Record record;
  for (; next_offset_ < end; ++next_offset_) {
    if (!ParseFramedLogRecord(&rest_, &record))
      return FrameDamage("the frame's content is not records");
    records->push_back(record);
  }
  if (next_offset_ < frame_end) return OkStatus();
  if (!rest_.empty()) return FrameDamage("the frame holds more records than its index says");
  decoded_ = false;
  ++frame_index_;
  return OkStatus();
}

Status SegmentedLog::Read(size_t count, std::vector<Record>* records) {
  RecycleContents();
  const size_t begin = records->size();
  Status status;
  while (status.ok() && records->size() - begin < count) {
    if (!decoded_) {
      StatusOr<bool> more = NextFrame();
      if (more.ok() && !*more) break;
      status = more.ok() ? DecodeFrame() : more.status();
      if (!status.ok()) break;
    }
    status = TakeRecords(count - (records->size() - begin), records);
  }
  // What was read is good: the damage is met again by the next call, which begins at it.
  return records->size() > begin ? OkStatus() : status;
}

StatusOr<int64_t> SegmentedLog::OffsetInFrame(const Segment& segment, const FrameEntry& frame,
                                              int64_t timestamp_ms) {
  if (frame.first_timestamp_ms >= timestamp_ms) return frame.first_offset;
  RETURN_IF_ERROR(search_reader_.Open(segment.path));
  const StatusOr<uint64_t> size = search_reader_.Read(frame.position, &search_content_);
  std::string what = "the frame does not hold the times that its index says";
  if (size.ok()) {
    std::string_view rest = search_content_.view();
    Record record;
    for (int64_t offset = frame.first_offset; ParseFramedLogRecord(&rest, &record); ++offset) {
      if (record.timestamp_ms >= timestamp_ms) return offset;
    }
  } else if (IsDamage(size.status())) {
    what = std::string(size.status().message());
  } else {
    return size.status();
  }
  return ArchiveDamage(segment.path, frame.position, frame.first_offset, what, kRestoreRemedy);
}

StatusOr<int64_t> SegmentedLog::OffsetAtTime(int64_t timestamp_ms) {
  for (const Segment& segment : segments_) {
    for (const FrameEntry& frame : segment.frames) {
      if (frame.timestamp_ms_max >= timestamp_ms)
        return OffsetInFrame(segment, frame, timestamp_ms);
    }
    if (!segment.damage.ok()) return segment.damage;  // it may have stood in what is gone
  }
  return end_offset();
}

}  // namespace

StatusOr<std::unique_ptr<ArchiveLog>> ArchiveLog::Open(const std::string& directory) {
  ASSIGN_OR_RETURN(std::vector<Segment> segments, ReadArchive(directory));
  if (segments.empty()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDirectory(directory));
    if (!names.empty()) {
      return Invalid(Cat(directory, ": no archive: there are files, such as ", names.front(),
                         ", but none named like ", SegmentName(0),
                         "; give the directory of an archive"));
    }
  }
  return std::unique_ptr<ArchiveLog>(std::make_unique<SegmentedLog>(std::move(segments)));
}

}  // namespace merit
