// Rows as bytes: each row type names its fields once, in Fields(); writing, reading and counting
// follow from it.
//
//   Input    a row type has `template <class V> void Fields(V& visit) { visit(a, b, ...); }`; a
//            field is an integer, bool, enum, __int128, Id, Digest, std::string, List, or a struct
//            that has Fields itself
//   Format   fields one after the other, no tags: integers as varints (signed ones zigzag),
//            __int128 as two 64-bit halves, Digest as 32 bytes, the rest with their size in front.
//            Stored: a changed field list is a new kFormat (engine/store/FORMAT.md)
//   Errors   a reader that runs past the end, or finds a number too large, says !ok(): the bytes
//            are damaged
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "engine/base/id.h"
#include "engine/base/sha256.h"
#include "engine/rows/list.h"

namespace merit {

using Int128 = __int128;

namespace codec_detail {

inline constexpr size_t kVarintBytesMax = 10;

// How many bytes a field takes at most.
class Bound {
 public:
  template <class... T>
  void operator()(const T&... fields) {
    bytes_ += (Of(fields) + ...);
  }
  size_t bytes() const { return bytes_; }

  template <class T>
  static size_t Of(const T& field) {
    if constexpr (std::is_same_v<T, Int128>) {
      return kVarintBytesMax + 8;
    } else if constexpr (std::is_enum_v<T>) {
      return kVarintBytesMax;
    } else if constexpr (std::is_integral_v<T>) {
      return (8 * sizeof(T) + 6) / 7;
    } else if constexpr (std::is_same_v<T, Digest>) {
      return sizeof(Digest);
    } else if constexpr (std::is_same_v<T, Id>) {
      return 1 + kIdSizeMax;
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
      return kVarintBytesMax + field.size();
    } else {
      Bound bound;
      const_cast<T&>(field).Fields(bound);
      return bound.bytes();
    }
  }
  template <class T>
  static size_t Of(const List<T>& list) {
    return kVarintBytesMax + (list.empty() ? 0 : list.size() * Of(list[0]));
  }

 private:
  size_t bytes_ = 0;
};

// Writes fields to where there is room for them.
class FieldWriter {
 public:
  explicit FieldWriter(char* end) : end_(end) {}
  char* end() const { return end_; }

  template <class... T>
  void operator()(const T&... fields) {
    (Put(fields), ...);
  }

  void PutVarint(uint64_t value) {
    while (value >= 0x80) {  // one in five of them
      *end_++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *end_++ = static_cast<char>(value);
  }

 private:
  template <class T>
  void Put(const T& field) {
    if constexpr (std::is_same_v<T, Int128>) {
      Put(static_cast<int64_t>(field >> 64));
      const auto low = static_cast<uint64_t>(field);
      PutRaw(&low, sizeof(low));
    } else if constexpr (std::is_enum_v<T>) {
      PutVarint(static_cast<uint64_t>(field));
    } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
      const auto wide = static_cast<int64_t>(field);
      PutVarint((static_cast<uint64_t>(wide) << 1) ^ static_cast<uint64_t>(wide >> 63));
    } else if constexpr (std::is_integral_v<T>) {
      PutVarint(field);
    } else if constexpr (std::is_same_v<T, Digest>) {
      PutRaw(field.data(), field.size());
    } else if constexpr (std::is_same_v<T, Id>) {
      Put(field.view());
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
      PutVarint(field.size());
      PutRaw(field.data(), field.size());
    } else {
      const_cast<T&>(field).Fields(*this);  // Fields only hands its members to this writer
    }
  }

  template <class T>
  void Put(const List<T>& list) {
    PutVarint(list.size());
    for (const T& element : list) Put(element);
  }

  void PutRaw(const void* bytes, size_t size) {
    std::memcpy(end_, bytes, size);
    end_ += size;
  }

  char* end_;
};

}  // namespace codec_detail

// What was written lies in one block of memory, which is used again after Clear.
class RowWriter {
 public:
  template <class... T>
  void operator()(const T&... fields) {
    codec_detail::FieldWriter writer(Room((codec_detail::Bound::Of(fields) + ...)));
    writer(fields...);
    size_ = static_cast<size_t>(writer.end() - block_.get());
  }
  void PutVarint(uint64_t value) { (*this)(value); }

  std::string_view view() const { return {block_.get(), size_}; }
  void Clear() { size_ = 0; }

 private:
  char* Room(size_t bytes) {
    if (bytes > capacity_ - size_) {
      capacity_ = std::max(size_ + bytes, 2 * capacity_);
      auto grown = std::make_unique_for_overwrite<char[]>(capacity_);
      if (size_ > 0) std::memcpy(grown.get(), block_.get(), size_);
      block_ = std::move(grown);
    }
    return block_.get() + size_;
  }

  std::unique_ptr<char[]> block_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

class RowReader {
 public:
  explicit RowReader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool done() const { return rest_.empty(); }

  template <class... T>
  void operator()(T&... fields) {
    (Get(fields), ...);
  }

  uint64_t GetVarint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      ok_ = ok_ && (shift < 63 || byte <= 1);
      return value;
    }
    ok_ = false;
    return 0;
  }

 private:
  template <class T>
  void Get(T& field) {
    if constexpr (std::is_same_v<T, Int128>) {
      int64_t high = 0;
      uint64_t low = 0;
      Get(high);
      const std::string_view bytes = Take(8);
      if (ok_) std::memcpy(&low, bytes.data(), 8);
      field = (static_cast<Int128>(high) << 64) | low;
    } else if constexpr (std::is_enum_v<T>) {
      field = static_cast<T>(GetVarint());
    } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
      const uint64_t raw = GetVarint();
      const auto wide = static_cast<int64_t>((raw >> 1) ^ (~(raw & 1) + 1));
      field = static_cast<T>(wide);
      ok_ = ok_ && field == wide;
    } else if constexpr (std::is_integral_v<T>) {
      const uint64_t wide = GetVarint();
      field = static_cast<T>(wide);
      ok_ = ok_ && field == wide;
    } else if constexpr (std::is_same_v<T, Digest>) {
      const std::string_view bytes = Take(field.size());
      if (ok_) std::memcpy(field.data(), bytes.data(), field.size());
    } else if constexpr (std::is_same_v<T, Id>) {
      const std::string_view bytes = Take(GetVarint());
      ok_ = ok_ && bytes.size() <= kIdSizeMax;
      if (ok_) field = Id(bytes);
    } else if constexpr (std::is_same_v<T, std::string>) {
      field = std::string(Take(GetVarint()));
    } else {
      field.Fields(*this);
    }
  }

  template <class T>
  void Get(List<T>& list) {
    list.clear();
    for (uint64_t left = GetVarint(); left > 0 && ok_; --left) {
      T element{};
      Get(element);
      if (ok_) list.push_back(element);
    }
  }

  std::string_view Take(uint64_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  std::string_view rest_;
  bool ok_ = true;
};

// Bytes of a row outside the row itself.
class HeapCounter {
 public:
  template <class... T>
  void operator()(const T&... fields) {
    (Count(fields), ...);
  }
  uint32_t bytes() const { return bytes_; }

 private:
  template <class T>
  void Count(const T&) {}
  template <class T>
  void Count(const List<T>& list) {
    bytes_ += list.heap_bytes();
  }
  void Count(const std::string& text) {
    bytes_ += text.capacity() > 15 ? static_cast<uint32_t>(text.capacity()) : 0;
  }

  uint32_t bytes_ = 0;
};

}  // namespace merit
