#include "engine/log/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace merit {
namespace {

Status SystemError(const std::string& path, const char* what, int code) {
  const std::string message =
      Cat(path, ": cannot ", what, ": ", std::generic_category().message(code));
  switch (code) {
    case ENOENT:
      return NotFound(message);
    case EACCES:
    case EPERM:
    case EROFS:
      return Failure(StatusCode::kPermissionDenied, message);
    case ENOSPC:
    case EDQUOT:
      return Failure(StatusCode::kResourceExhausted, message);
    case EIO:
      return DataLoss(message);
    default:
      return Failure(StatusCode::kInternal, message);
  }
}

int Retried(auto call) {
  int result;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

// A new name is an entry of the directory above: until that is synced, a power failure can take it
// back.
Status SyncDirectory(const std::filesystem::path& path) {
  ASSIGN_OR_RETURN(File directory, File::OpenForRead(path.empty() ? "." : path.string()));
  return directory.Sync();
}

}  // namespace

File& File::operator=(File&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

StatusOr<File> File::OpenForRead(const std::string& path) {
  const int descriptor = Retried([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
  if (descriptor < 0) return SystemError(path, "open", errno);
  return File(path, descriptor);
}

StatusOr<File> File::OpenForWrite(const std::string& path) {
  const int descriptor =
      Retried([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644); });
  if (descriptor < 0) return SystemError(path, "open for writing", errno);
  return File(path, descriptor);
}

StatusOr<File> File::LockDirectory(const std::string& path) {
  const int descriptor =
      Retried([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (descriptor < 0) return SystemError(path, "open", errno);
  File directory(path, descriptor);
  if (Retried([&] { return ::flock(descriptor, LOCK_EX | LOCK_NB); }) < 0) {
    if (errno == EWOULDBLOCK)
      return Unavailable(Cat(path, ": another process is writing here; stop it first"));
    return SystemError(path, "lock", errno);
  }
  return directory;
}

StatusOr<uint64_t> File::Size() const {
  struct stat status;
  if (::fstat(descriptor_, &status) < 0) return SystemError(path_, "get the size", errno);
  return static_cast<uint64_t>(status.st_size);
}

StatusOr<size_t> File::ReadAt(uint64_t position, size_t size, char* bytes) const {
  size_t done = 0;
  while (done < size) {
    const ssize_t count =
        ::pread(descriptor_, bytes + done, size - done, static_cast<off_t>(position + done));
    if (count == 0) break;
    if (count < 0 && errno != EINTR) return SystemError(path_, "read", errno);
    if (count > 0) done += static_cast<size_t>(count);
  }
  return done;
}

Status File::WriteAt(uint64_t position, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(position));
    if (count < 0 && errno != EINTR) return SystemError(path_, "write", errno);
    if (count > 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
      position += static_cast<uint64_t>(count);
    }
  }
  return OkStatus();
}

Status File::Truncate(uint64_t size) {
  if (Retried([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); }) < 0) {
    return SystemError(path_, "cut", errno);
  }
  return OkStatus();
}

Status File::Sync() {
  // A directory has no data apart from its entries, and a file's size is synced by fdatasync as
  // well.
  if (Retried([&] { return ::fdatasync(descriptor_); }) < 0)
    return SystemError(path_, "sync", errno);
  return OkStatus();
}

Status MakeDirectory(const std::string& path) {
  const std::filesystem::path directory(path);
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) return OkStatus();
  const std::filesystem::path parent =
      directory.has_filename() ? directory.parent_path() : directory.parent_path().parent_path();
  if (!parent.empty() && parent != directory) RETURN_IF_ERROR(MakeDirectory(parent.string()));
  std::filesystem::create_directory(directory, error);
  if (error) return SystemError(path, "make the directory", error.value());
  return SyncDirectory(parent);
}

StatusOr<std::string> ReadFile(const std::string& path) {
  ASSIGN_OR_RETURN(const File file, File::OpenForRead(path));
  ASSIGN_OR_RETURN(const uint64_t size, file.Size());
  std::string bytes(size, '\0');
  ASSIGN_OR_RETURN(const size_t read, file.ReadAt(0, bytes.size(), bytes.data()));
  bytes.resize(read);
  return bytes;
}

Status ReplaceFile(const std::string& path, std::string_view bytes) {
  const std::string beside = path + ".new";
  {
    ASSIGN_OR_RETURN(File file, File::OpenForWrite(beside));
    RETURN_IF_ERROR(file.Truncate(0));
    RETURN_IF_ERROR(file.WriteAt(0, bytes));
    RETURN_IF_ERROR(file.Sync());
  }
  if (::rename(beside.c_str(), path.c_str()) < 0) return SystemError(path, "write", errno);
  return SyncDirectory(std::filesystem::path(path).parent_path());
}

Status RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) < 0) return SystemError(path, "remove", errno);
  return OkStatus();
}

StatusOr<std::vector<std::string>> ListDirectory(const std::string& path) {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entries(path, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    names.push_back(entries->path().filename().string());
  }
  if (error) return SystemError(path, "list", error.value());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace merit
