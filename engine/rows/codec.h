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

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/base/id.h"
#include "engine/base/sha256.h"
#include "engine/rows/list.h"

namespace merit {

using Int128 = __int128;

namespace codec_detail {
template <class T>
inline constexpr bool kIsInteger = std::is_integral_v<T> || std::is_enum_v<T>;
}  // namespace codec_detail

class RowWriter {
 public:
  explicit RowWriter(std::string* out) : out_(out) {}

  template <class... T>
  void operator()(const T&... fields) {
    (Put(fields), ...);
  }

  void PutVarint(uint64_t value) {
    if (value < 0x80) return out_->push_back(static_cast<char>(value));  // four in five of them
    char bytes[10];
    size_t size = 0;
    for (; value >= 0x80; value >>= 7) bytes[size++] = static_cast<char>(value | 0x80);
    bytes[size++] = static_cast<char>(value);
    out_->append(bytes, size);
  }

 private:
  template <class T>
  void Put(const T& field) {
    if constexpr (std::is_same_v<T, Int128>) {
      Put(static_cast<int64_t>(field >> 64));
      const auto low = static_cast<uint64_t>(field);
      out_->append(reinterpret_cast<const char*>(&low), 8);
    } else if constexpr (std::is_enum_v<T>) {
      PutVarint(static_cast<uint64_t>(field));
    } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
      const auto wide = static_cast<int64_t>(field);
      PutVarint((static_cast<uint64_t>(wide) << 1) ^ static_cast<uint64_t>(wide >> 63));
    } else if constexpr (std::is_integral_v<T>) {
      PutVarint(field);
    } else if constexpr (std::is_same_v<T, Digest>) {
      out_->append(AsBytes(field));
    } else if constexpr (std::is_same_v<T, Id>) {
      PutBytes(field.view());
    } else if constexpr (std::is_same_v<T, std::string>) {
      PutBytes(field);
    } else {
      const_cast<T&>(field).Fields(*this);  // Fields only hands its members to this writer
    }
  }

  template <class T>
  void Put(const List<T>& list) {
    PutVarint(list.size());
    for (const T& element : list) Put(element);
  }

  void PutBytes(std::string_view bytes) {
    PutVarint(bytes.size());
    out_->append(bytes);
  }

  std::string* const out_;
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
