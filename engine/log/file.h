// A file, or a directory, of the operating system: whole reads and writes, and errors that name the
// path.
//
//   Errors   kNotFound: not there; kPermissionDenied; kResourceExhausted: the disk is full;
//            kDataLoss: the disk could not read; kInternal: anything else. Each message has the
//            path and the system's own words
//   Threads  one
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/status.h"

namespace merit {

class File {
 public:
  File() = default;
  File(File&& other) noexcept
      : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept;
  ~File();

  static StatusOr<File> OpenForRead(const std::string& path);
  // Made empty where there is none.
  static StatusOr<File> OpenForWrite(const std::string& path);
  // Holds a directory for this object alone until it is destroyed. kUnavailable: another one holds
  // it.
  static StatusOr<File> LockDirectory(const std::string& path);

  bool is_open() const { return descriptor_ >= 0; }
  const std::string& path() const { return path_; }

  StatusOr<uint64_t> Size() const;
  // Reads up to `size` bytes at `position` into `bytes`, fewer at the end of the file alone.
  StatusOr<size_t> ReadAt(uint64_t position, size_t size, char* bytes) const;
  [[nodiscard]] Status WriteAt(uint64_t position, std::string_view bytes);
  [[nodiscard]] Status Truncate(uint64_t size);
  // Waits until the content, or the directory's entries, are on the disk.
  [[nodiscard]] Status Sync();

 private:
  File(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_ = -1;
};

// Makes the directory and those above it.
[[nodiscard]] Status MakeDirectory(const std::string& path);
// The whole content.
StatusOr<std::string> ReadFile(const std::string& path);
// Whole or not at all, whatever happens to the machine: written beside, then put in its place.
[[nodiscard]] Status ReplaceFile(const std::string& path, std::string_view bytes);
[[nodiscard]] Status RemoveFile(const std::string& path);
// The names in a directory, sorted.
StatusOr<std::vector<std::string>> ListDirectory(const std::string& path);

}  // namespace merit
