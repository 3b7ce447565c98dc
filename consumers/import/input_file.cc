#include "consumers/import/input_file.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace merit {
namespace {

constexpr unsigned kBufferBytes = 256 * 1024;

}  // namespace

void InputFile::Close::operator()(gzFile_s* file) const { gzclose(file); }

StatusOr<InputFile> InputFile::Open(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return Invalid(Cat(path, " is a directory; name the files in it"));
  }
  InputFile input;
  input.path_ = path;
  input.file_.reset(gzopen(path.c_str(), "rb"));
  if (!input.file_) {
    return NotFound(Cat("cannot read ", path, ": ", std::strerror(errno)));
  }
  gzbuffer(input.file_.get(), kBufferBytes);
  const auto size = std::filesystem::file_size(path, error);
  input.file_size_ = error ? 0 : size;
  return input;
}

StatusOr<size_t> InputFile::Read(char* bytes, size_t size) {
  if (!peeked_.empty()) {
    const size_t count = std::min(size, peeked_.size());
    std::memcpy(bytes, peeked_.data(), count);
    peeked_.erase(0, count);
    return count;
  }
  size = std::min(size, size_t{1} << 30);
  const int count = gzread(file_.get(), bytes, static_cast<unsigned>(size));
  int error = Z_OK;
  const char* message = gzerror(file_.get(), &error);
  // A gzip file that ends in the middle gives its bytes first, and Z_BUF_ERROR with them.
  if (count < 0 || (count == 0 && error == Z_BUF_ERROR)) {
    return DataLoss(Cat(path_, " is damaged near byte ", position(), " (", message,
                        "); fetch it again from its source"));
  }
  return static_cast<size_t>(count);
}

StatusOr<size_t> InputFile::ReadOnto(std::string* text, size_t size) {
  const size_t before = text->size();
  text->resize(before + size);
  const StatusOr<size_t> count = Read(text->data() + before, size);
  text->resize(before + (count.ok() ? *count : 0));
  return count;
}

StatusOr<std::string> InputFile::Peek(size_t size) {
  while (peeked_.size() < size) {
    std::string more(size - peeked_.size(), '\0');
    std::string before;
    before.swap(peeked_);
    const StatusOr<size_t> count = Read(more.data(), more.size());
    if (!count.ok()) return count.status();
    more.resize(*count);
    peeked_ = before + more;
    if (*count == 0) break;
  }
  return peeked_.substr(0, size);
}

StatusOr<std::string> InputFile::ReadAll(size_t size_max) {
  std::string text;
  for (;;) {
    ASSIGN_OR_RETURN(const size_t count, ReadOnto(&text, kBufferBytes));
    if (count == 0) return text;
    if (text.size() > size_max) {
      return Invalid(Cat(path_, " holds more than ", size_max, " bytes; split it"));
    }
  }
}

uint64_t InputFile::position() const {
  const auto offset = gzoffset(file_.get());
  return offset < 0 ? 0 : static_cast<uint64_t>(offset);
}

}  // namespace merit
