#include "engine/store/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace merit {
namespace {

std::string ErrnoText(int error) { return std::generic_category().message(error); }

// " (process 4711)", or nothing: /proc/locks names the holder as "... FLOCK ADVISORY WRITE <pid>
// <dev>:<inode> ...".
std::string Holder(int descriptor) {
  struct stat about {};
  if (fstat(descriptor, &about) != 0) return "";
  const std::string inode = ":" + std::to_string(about.st_ino);
  std::ifstream locks("/proc/locks");
  std::string number, kind, advisory, access, process, place, rest;
  while (locks >> number >> kind >> advisory >> access >> process >> place &&
         std::getline(locks, rest)) {
    if (kind == "FLOCK" && place.ends_with(inode)) return " (process " + process + ")";
  }
  return "";
}

Status CannotOpen(const std::string& directory, int error) {
  const std::string what = Cat(directory, ": ", ErrnoText(error));
  if (error == ENOENT) return NotFound(Cat(what, "; check the path"));
  if (error == ENOTDIR) return Invalid(Cat(what, "; name a directory"));
  if (error == EACCES || error == EPERM) {
    return Failure(
        StatusCode::kPermissionDenied,
        Cat(what, "; give this user read and write permission, or run as the directory's owner"));
  }
  return Failure(StatusCode::kAborted, Cat(what, "; mend the cause and start again"));
}

}  // namespace

StatusOr<std::unique_ptr<DirectoryLock>> DirectoryLock::Take(const std::string& directory,
                                                             Mode mode) {
  const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return CannotOpen(directory, errno);
  std::unique_ptr<DirectoryLock> lock(new DirectoryLock(descriptor));

  if (flock(descriptor, (mode == Mode::kOneWriter ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return CannotOpen(directory, errno);
  return Failure(StatusCode::kFailedPrecondition,
                 Cat(directory, ": another process has this store open", Holder(descriptor),
                     "; stop it first, or name another directory"));
}

DirectoryLock::~DirectoryLock() { close(descriptor_); }

}  // namespace merit
