#include "engine/log/archive_writer.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/base/destroyed_by.h"
#include "engine/log/archive_format.h"
#include "engine/log/archive_position.h"
#include "engine/log/archive_segment.h"
#include "engine/log/file.h"

namespace merit {
namespace {

constexpr size_t kFrameBytesMax = size_t{16} << 20;

class SegmentWriter final : public ArchiveWriter {
 public:
  SegmentWriter(std::string directory, const ArchiveOptions& options, File lock)
      : directory_(std::move(directory)), options_(options), lock_(std::move(lock)) {}

  Status Prepare();
  Status GoOn();

  Status Append(const Record& record) override;
  Status Flush() override { return Kept(DoFlush()); }
  Status Close() override { return Kept(DoClose()); }
  std::string position() const override { return flushed_.Encode(); }
  Status Resume(std::string_view position) override;
  int64_t next_offset() const override { return next_offset_; }

 private:
  Status Kept(Status status);
  Status DoFlush();
  Status DoClose();
  Status DoResume(const ArchivePosition& position);
  Status EndFrame();
  Status Compress();
  Status OpenSegment();
  Status CloseSegment();
  Status SyncAll();
  void Adopt(Segment segment);
  void Reserve(size_t size);
  ArchivePosition end() const { return {segment_first_offset_, segment_size_, next_offset_}; }

  const std::string directory_;
  const ArchiveOptions options_;
  File lock_;      // also what syncs the directory
  Status failed_;  // the first failure: what is on disk after it is unknown

  // The segment that is being written; its file is made with its first frame.
  File file_;
  int64_t segment_first_offset_ = 0;
  uint64_t segment_size_ = 0;  // of its whole frames
  std::vector<FrameEntry> frames_;
  bool closed_ = false;  // it has its index, which the next frame replaces
  bool file_unsynced_ = false;
  bool directory_unsynced_ = false;
  ArchivePosition flushed_;

  // The frame that is being filled.
  std::unique_ptr<char[]> content_;
  size_t content_capacity_ = 0;
  size_t content_size_ = 0;
  FrameEntry frame_{};
  int64_t next_offset_ = 0;

  std::unique_ptr<ZSTD_CCtx, DestroyedBy<ZSTD_freeCCtx>> context_;
  std::unique_ptr<char[]> compressed_;
  size_t compressed_capacity_ = 0;
  size_t compressed_size_ = 0;
};

Status SegmentWriter::Prepare() {
  if (options_.frame_bytes == 0 || options_.frame_bytes > kFrameBytesMax) {
    return Invalid(Cat("frame_bytes ", options_.frame_bytes, ": give 1 to ", kFrameBytesMax));
  }
  if (options_.compression_level < ZSTD_minCLevel() ||
      options_.compression_level > ZSTD_maxCLevel()) {
    return Invalid(Cat("compression level ", options_.compression_level, ": give ",
                       ZSTD_minCLevel(), " to ", ZSTD_maxCLevel()));
  }
  context_.reset(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, options_.compression_level);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  return OkStatus();
}

// Goes on after the last whole frame.
Status SegmentWriter::GoOn() {
  ASSIGN_OR_RETURN(std::vector<Segment> segments, ReadArchive(directory_));
  for (const Segment& segment : segments) {
    if (!segment.damage.ok() && !segment.cut_short) return segment.damage;
  }
  if (segments.empty()) return OkStatus();
  const bool cut_short = segments.back().cut_short;
  Adopt(std::move(segments.back()));
  RETURN_IF_ERROR(OpenSegment());
  if (cut_short) RETURN_IF_ERROR(file_.Truncate(segment_size_));
  // A killed process leaves its writes to the system; now they are on the disk.
  file_unsynced_ = directory_unsynced_ = true;
  RETURN_IF_ERROR(SyncAll());
  flushed_ = end();
  return OkStatus();
}

void SegmentWriter::Adopt(Segment segment) {
  segment_first_offset_ = segment.first_offset;
  segment_size_ = segment.frames_end;
  next_offset_ = segment.next_offset;
  frames_ = std::move(segment.frames);
  closed_ = segment.closed;
}

Status SegmentWriter::Kept(Status status) {
  if (failed_.ok()) failed_ = status;
  return status;
}

void SegmentWriter::Reserve(size_t size) {
  if (size <= content_capacity_) return;
  const size_t capacity = std::max(size, options_.frame_bytes + (options_.frame_bytes >> 2));
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (content_size_ > 0) std::memcpy(larger.get(), content_.get(), content_size_);
  content_ = std::move(larger);
  content_capacity_ = capacity;
}

Status SegmentWriter::Append(const Record& record) {
  RETURN_IF_ERROR(failed_);
  const size_t size = record.key.size() + record.value.size();
  if (size > kArchiveRecordBytesMax) {
    return Invalid(
        Cat("a record of ", size, " bytes: an archive takes at most ", kArchiveRecordBytesMax));
  }
  Reserve(content_size_ + size + kLogRecordOverheadMax);
  if (content_size_ == 0) {
    frame_ = {segment_size_, next_offset_, 0, record.timestamp_ms, record.timestamp_ms};
  }
  char* const begin = content_.get() + content_size_;
  content_size_ += static_cast<size_t>(EncodeLogRecord(record, begin) - begin);
  frame_.timestamp_ms_max = std::max(frame_.timestamp_ms_max, record.timestamp_ms);
  ++frame_.record_count;
  ++next_offset_;
  return content_size_ < options_.frame_bytes ? OkStatus() : Kept(EndFrame());
}

Status SegmentWriter::Compress() {
  const size_t bound = ZSTD_compressBound(content_size_);
  if (compressed_capacity_ < bound) {
    compressed_ = std::make_unique_for_overwrite<char[]>(bound);
    compressed_capacity_ = bound;
  }
  compressed_size_ = ZSTD_compress2(context_.get(), compressed_.get(), compressed_capacity_,
                                    content_.get(), content_size_);
  if (!ZSTD_isError(compressed_size_)) return OkStatus();
  return Failure(StatusCode::kInternal,
                 Cat(directory_, ": cannot compress: ", ZSTD_getErrorName(compressed_size_)));
}

Status SegmentWriter::OpenSegment() {
  ASSIGN_OR_RETURN(file_, File::OpenForWrite(SegmentPath(directory_, segment_first_offset_)));
  directory_unsynced_ = true;
  return OkStatus();
}

Status SegmentWriter::EndFrame() {
  if (content_size_ == 0) return OkStatus();
  if (closed_ && segment_size_ >= options_.segment_bytes) {  // a full one of before stays as it is
    segment_first_offset_ = frame_.first_offset;
    segment_size_ = frame_.position = 0;
    frames_.clear();
    closed_ = false;
    file_ = File();
  }
  RETURN_IF_ERROR(Compress());
  if (!file_.is_open()) RETURN_IF_ERROR(OpenSegment());
  if (closed_) RETURN_IF_ERROR(file_.Truncate(segment_size_));
  closed_ = false;
  file_unsynced_ = true;
  RETURN_IF_ERROR(file_.WriteAt(segment_size_, {compressed_.get(), compressed_size_}));
  frames_.push_back(frame_);
  segment_size_ += compressed_size_;
  content_size_ = 0;
  return segment_size_ < options_.segment_bytes ? OkStatus() : CloseSegment();
}

Status SegmentWriter::CloseSegment() {
  file_unsynced_ = true;
  RETURN_IF_ERROR(file_.WriteAt(segment_size_, EncodeIndex(frames_)));
  RETURN_IF_ERROR(SyncAll());
  file_ = File();
  frames_.clear();
  segment_first_offset_ = next_offset_;
  segment_size_ = 0;
  return OkStatus();
}

Status SegmentWriter::SyncAll() {
  if (file_unsynced_) RETURN_IF_ERROR(file_.Sync());
  file_unsynced_ = false;
  if (directory_unsynced_) RETURN_IF_ERROR(lock_.Sync());
  directory_unsynced_ = false;
  return OkStatus();
}

Status SegmentWriter::DoFlush() {
  RETURN_IF_ERROR(failed_);
  RETURN_IF_ERROR(EndFrame());
  RETURN_IF_ERROR(SyncAll());
  flushed_ = end();
  return OkStatus();
}

Status SegmentWriter::DoClose() {
  RETURN_IF_ERROR(DoFlush());
  if (!closed_ && !frames_.empty()) RETURN_IF_ERROR(CloseSegment());
  file_ = File();
  failed_ = Failure(StatusCode::kFailedPrecondition,
                    Cat(directory_, ": the archive is closed; open it again"));
  return OkStatus();
}

Status SegmentWriter::Resume(std::string_view position) {
  ASSIGN_OR_RETURN(const ArchivePosition decoded, ArchivePosition::Decode(position));
  failed_ = OkStatus();
  return Kept(DoResume(decoded));
}

Status SegmentWriter::DoResume(const ArchivePosition& position) {
  file_ = File();
  file_unsynced_ = false;
  content_size_ = 0;
  // Nothing is removed for a position that is wrong.
  ASSIGN_OR_RETURN(Segment segment, FindPosition(directory_, position));
  Adopt(std::move(segment));
  closed_ = false;
  RETURN_IF_ERROR(RemoveSegmentsAfter(directory_, position));
  directory_unsynced_ = true;
  if (segment_size_ > 0) {
    RETURN_IF_ERROR(OpenSegment());
    RETURN_IF_ERROR(file_.Truncate(segment_size_));
    file_unsynced_ = true;
  }
  RETURN_IF_ERROR(SyncAll());
  flushed_ = end();
  return OkStatus();
}

StatusOr<std::unique_ptr<SegmentWriter>> NewWriter(const std::string& directory,
                                                   const ArchiveOptions& options) {
  RETURN_IF_ERROR(MakeDirectory(directory));
  ASSIGN_OR_RETURN(File lock, File::LockDirectory(directory));
  auto writer = std::make_unique<SegmentWriter>(directory, options, std::move(lock));
  RETURN_IF_ERROR(writer->Prepare());
  return writer;
}

}  // namespace

ArchiveWriter::~ArchiveWriter() = default;

StatusOr<std::unique_ptr<ArchiveWriter>> ArchiveWriter::Open(const std::string& directory,
                                                             const ArchiveOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<SegmentWriter> writer, NewWriter(directory, options));
  RETURN_IF_ERROR(writer->GoOn());
  return std::unique_ptr<ArchiveWriter>(std::move(writer));
}

StatusOr<std::unique_ptr<ArchiveWriter>> ArchiveWriter::OpenAt(const std::string& directory,
                                                               std::string_view position,
                                                               const ArchiveOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<SegmentWriter> writer, NewWriter(directory, options));
  RETURN_IF_ERROR(writer->Resume(position));
  return std::unique_ptr<ArchiveWriter>(std::move(writer));
}

}  // namespace merit
