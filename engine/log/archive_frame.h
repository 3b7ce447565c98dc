// One frame of a segment, from the file to its content.
//
//   Errors   kDataLoss: no whole frame of ours begins there, or its checksum does not hold;
//            kOutOfRange: it begins, and the file ends before it does. The message says what, not
//            where: the caller knows
//   Threads  one
//   Cost     no allocation once warm; reads ahead by kReadAhead
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/log/file.h"

struct ZSTD_DCtx_s;

namespace merit {

// Bytes that stay where they are when the object moves.
struct FrameContent {
  std::unique_ptr<char[]> bytes;
  size_t capacity = 0;
  size_t size = 0;

  std::string_view view() const { return {bytes.get(), size}; }
};

// Whether a failed FrameReader::Read lies in the bytes, not in the system.
inline bool IsDamage(const Status& failed) {
  return failed.code() == StatusCode::kDataLoss || failed.code() == StatusCode::kOutOfRange;
}

class FrameReader {
 public:
  static constexpr size_t kReadAhead = size_t{1} << 20;

  FrameReader();
  ~FrameReader();

  [[nodiscard]] Status Open(const std::string& path);
  bool is_open() const { return file_.is_open(); }
  // Of the file when it was opened.
  uint64_t file_size() const { return file_size_; }

  // The bytes at `position`, fewer than `size` only at the end of the file. Valid until the next
  // call of this object.
  StatusOr<std::string_view> Bytes(uint64_t position, size_t size);

  // Decodes the frame that begins at `position` and says how many bytes of the file it takes.
  StatusOr<uint64_t> Read(uint64_t position, FrameContent* content);

 private:
  struct FreeContext {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  StatusOr<std::string_view> WholeFrame(uint64_t position, size_t* content_size);

  std::unique_ptr<ZSTD_DCtx_s, FreeContext> context_;
  File file_;
  uint64_t file_size_ = 0;
  std::unique_ptr<char[]> buffer_;
  size_t buffer_capacity_ = 0;
  uint64_t buffer_position_ = 0;  // in the file, of buffer_[0]
  size_t buffer_size_ = 0;
};

}  // namespace merit
