// Holds a directory for one writer or many readers, among all processes of this machine, until it
// is destroyed or the process dies.
//
//   Errors   kFailedPrecondition  held by another, whose process is named where it can be
//            found out; kPermissionDenied; kNotFound; kInvalidArgument: not a directory
//   IO       flock(2) on the directory itself, so there is no lock file to leave behind
//   Caveats  Network file systems that ignore flock are refused nothing: RocksDB's own LOCK is
//            behind this one.
#pragma once

#include <memory>
#include <string>

#include "engine/base/status.h"

namespace merit {

class DirectoryLock {
 public:
  enum class Mode { kOneWriter, kManyReaders };
  [[nodiscard]] static StatusOr<std::unique_ptr<DirectoryLock>> Take(const std::string& directory,
                                                                     Mode mode);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  const int descriptor_;
};

}  // namespace merit
