// Writes protobuf's wire form by hand, canonically: the caller names fields in ascending order,
// defaults are left out. For outcomes and scores, which the outcome tree pins to the byte and which
// are made for every event; the field numbers come from the generated classes, and tests parse what
// was written with them.
//
//   Output   appended to the buffer that the constructor got
//   Cost     a few stores a field; no allocation once that buffer has grown
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "engine/base/check.h"

namespace merit {

// Bytes that only grow, and are used again: std::string would fill what it grows by before it is
// written over.
class WireBuffer {
 public:
  std::string_view view() const { return {bytes_.get(), size_}; }
  size_t size() const { return size_; }
  void Clear() { size_ = 0; }

  // Room for `size` more bytes, to be followed by Commit of those that were written.
  char* Reserve(size_t size) {
    if (size_ + size > capacity_) Grow(size);
    return bytes_.get() + size_;
  }
  void Commit(const char* end) { size_ = static_cast<size_t>(end - bytes_.get()); }
  char* At(size_t place) { return bytes_.get() + place; }
  void Append(std::string_view bytes) {
    if (bytes.empty()) return;  // memcpy must not be given a null, not even for no bytes
    char* const at = Reserve(bytes.size());
    std::memcpy(at, bytes.data(), bytes.size());
    size_ += bytes.size();
  }

 private:
  void Grow(size_t size) {
    capacity_ = 2 * (size_ + size) + 256;
    std::unique_ptr<char[]> grown(new char[capacity_]);
    if (size_ > 0) std::memcpy(grown.get(), bytes_.get(), size_);
    bytes_ = std::move(grown);
  }

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

class WireWriter {
 public:
  explicit WireWriter(WireBuffer* out) : out_(out) {}

  // uint32, uint64, bool, enum.
  void Unsigned(int field, uint64_t value) {
    if (value == 0) return;
    char* at = PutVarint(out_->Reserve(20), static_cast<uint64_t>(field) << 3);
    out_->Commit(PutVarint(at, value));
  }
  // int32, int64: a negative one takes ten bytes.
  void Signed(int field, int64_t value) { Unsigned(field, static_cast<uint64_t>(value)); }
  void Bytes(int field, std::string_view bytes) {
    if (!bytes.empty()) Nested(field, bytes);
  }
  // A message in this one, written in place: its fields go between Begin and End. Written also when
  // it is empty.
  size_t Begin(int field) {
    char* const at = PutVarint(out_->Reserve(20), static_cast<uint64_t>(field) << 3 | 2);
    out_->Commit(at + 1);  // room for a size of one byte, as nearly all are
    return out_->size();
  }
  void End(size_t begin) {
    const size_t size = out_->size() - begin;
    if (size >= 0x80) return EndLong(begin, size);
    *out_->At(begin - 1) = static_cast<char>(size);
  }
  // A message that is there already.
  void Nested(int field, std::string_view message) {
    char* at = PutVarint(out_->Reserve(20 + message.size()), static_cast<uint64_t>(field) << 3 | 2);
    at = PutVarint(at, message.size());
    if (!message.empty()) std::memcpy(at, message.data(), message.size());
    out_->Commit(at + message.size());
  }

 private:
  void EndLong(size_t begin, size_t size) {
    char head[10];
    const auto head_size = static_cast<size_t>(PutVarint(head, size) - head);
    char* const end = out_->Reserve(head_size) + head_size - 1;
    char* const at = out_->At(begin - 1);
    std::memmove(at + head_size, at + 1, size);
    std::memcpy(at, head, head_size);
    out_->Commit(end);
  }

  static char* PutVarint(char* at, uint64_t value) {
    while (value >= 0x80) {
      *at++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *at++ = static_cast<char>(value);
    return at;
  }

  WireBuffer* const out_;
};

}  // namespace merit
