#include "engine/log/archive_frame.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>

#include "engine/log/archive_format.h"

namespace merit {
namespace {

constexpr size_t kFrameHeaderSizeMax = 18;
constexpr std::string_view kFrameMagicBytes("\x28\xB5\x2F\xFD", 4);

Status CutShort(const char* what) { return Failure(StatusCode::kOutOfRange, what); }

// What a header must say beyond what zstd asks of it: a checksum, no dictionary and nothing that is
// not defined. So no single bit of it can change without being seen.
bool IsOurDescriptor(char byte) {
  constexpr unsigned kChecksum = 0x04, kUnused = 0x10, kReserved = 0x08, kDictionary = 0x03;
  const auto descriptor = static_cast<unsigned char>(byte);
  return (descriptor & (kChecksum | kUnused | kReserved | kDictionary)) == kChecksum;
}

// The size of the content, by the header.
StatusOr<size_t> ContentSize(std::string_view bytes) {
  const size_t magic_size = std::min(bytes.size(), kFrameMagicBytes.size());
  if (bytes.substr(0, magic_size) != kFrameMagicBytes.substr(0, magic_size)) {
    return DataLoss("no frame begins here");
  }
  if (bytes.size() <= kFrameMagicBytes.size()) return CutShort("the frame is cut short");
  if (!IsOurDescriptor(bytes[kFrameMagicBytes.size()])) {
    return DataLoss("the frame's header is damaged, or it was made without a checksum");
  }
  const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_ERROR) {
    return bytes.size() < kFrameHeaderSizeMax ? CutShort("the frame is cut short")
                                              : DataLoss("the frame's header is damaged");
  }
  if (size == ZSTD_CONTENTSIZE_UNKNOWN) {
    return DataLoss("the frame's header is damaged, or it was made without its content's size");
  }
  if (size > kArchiveFrameBytesMax)
    return DataLoss("the frame's header is damaged: it names too large a content");
  return static_cast<size_t>(size);
}

}  // namespace

void FrameReader::FreeContext::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

FrameReader::FrameReader() : context_(ZSTD_createDCtx()) {}
FrameReader::~FrameReader() = default;

Status FrameReader::Open(const std::string& path) {
  ASSIGN_OR_RETURN(file_, File::OpenForRead(path));
  ASSIGN_OR_RETURN(file_size_, file_.Size());
  buffer_size_ = 0;
  return OkStatus();
}

StatusOr<std::string_view> FrameReader::Bytes(uint64_t position, size_t size) {
  if (position >= file_size_) return std::string_view();
  size = static_cast<size_t>(std::min<uint64_t>(size, file_size_ - position));
  if (position < buffer_position_ || position + size > buffer_position_ + buffer_size_) {
    const size_t wanted = std::max(size, kReadAhead);
    if (buffer_capacity_ < wanted) {
      buffer_ = std::make_unique_for_overwrite<char[]>(wanted);
      buffer_capacity_ = wanted;
    }
    buffer_size_ = 0;
    ASSIGN_OR_RETURN(buffer_size_, file_.ReadAt(position, wanted, buffer_.get()));
    buffer_position_ = position;
  }
  const size_t begin = static_cast<size_t>(position - buffer_position_);
  return std::string_view(buffer_.get() + begin, std::min(size, buffer_size_ - begin));
}

StatusOr<std::string_view> FrameReader::WholeFrame(uint64_t position, size_t* content_size) {
  ASSIGN_OR_RETURN(std::string_view bytes, Bytes(position, kFrameHeaderSizeMax));
  ASSIGN_OR_RETURN(*content_size, ContentSize(bytes));
  // Incompressible content grows a little; what grows more is no frame, but a damaged block's size.
  const size_t size_max = ZSTD_compressBound(*content_size) + *content_size / 8 + 1024;
  for (size_t size = std::min(size_max, *content_size / 2 + 1024);;
       size = std::min(size_max, size * 2)) {
    ASSIGN_OR_RETURN(bytes, Bytes(position, size));
    const size_t frame_size = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
    if (!ZSTD_isError(frame_size)) return bytes.substr(0, frame_size);
    if (ZSTD_getErrorCode(frame_size) != ZSTD_error_srcSize_wrong) {
      return DataLoss(Cat("the frame is damaged: ", ZSTD_getErrorName(frame_size)));
    }
    if (bytes.size() < size || position + size == file_size_)
      return CutShort("the frame is cut short");
    if (size == size_max) return DataLoss("the frame is damaged: it does not end");
  }
}

StatusOr<uint64_t> FrameReader::Read(uint64_t position, FrameContent* content) {
  size_t content_size;
  ASSIGN_OR_RETURN(const std::string_view frame, WholeFrame(position, &content_size));
  if (content->capacity < content_size) {
    content->bytes = std::make_unique_for_overwrite<char[]>(content_size);
    content->capacity = content_size;
  }
  content->size = 0;
  const size_t decoded = ZSTD_decompressDCtx(context_.get(), content->bytes.get(),
                                             content->capacity, frame.data(), frame.size());
  if (ZSTD_isError(decoded))
    return DataLoss(Cat("the frame is damaged: ", ZSTD_getErrorName(decoded)));
  content->size = decoded;
  return frame.size();
}

}  // namespace merit
