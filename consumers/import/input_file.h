// A file's text, gzipped or plain, as one stream of bytes.
//
//   Input    a path; what is compressed is seen by its first two bytes, not by its name
//   Output   Read gives up to `size` bytes, 0 at the end
//   Errors   kNotFound: no such file, or it may not be read; kDataLoss: a gzip file is damaged or
//            cut off
//   Threads  one
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/status.h"

struct gzFile_s;

namespace merit {

class InputFile {
 public:
  [[nodiscard]] static StatusOr<InputFile> Open(const std::string& path);

  [[nodiscard]] StatusOr<size_t> Read(char* bytes, size_t size);
  // The same, behind what is in `text`; gives how many.
  [[nodiscard]] StatusOr<size_t> ReadOnto(std::string* text, size_t size);
  // The next bytes without taking them, at most `size` <= 64 KiB.
  [[nodiscard]] StatusOr<std::string> Peek(size_t size);
  // All that is left; kInvalidArgument beyond `size_max`.
  [[nodiscard]] StatusOr<std::string> ReadAll(size_t size_max);

  const std::string& path() const { return path_; }
  // Bytes on disk: all, and those read so far.
  uint64_t file_size() const { return file_size_; }
  uint64_t position() const;

 private:
  struct Close {
    void operator()(gzFile_s* file) const;
  };

  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::string peeked_;
  uint64_t file_size_ = 0;
};

}  // namespace merit
