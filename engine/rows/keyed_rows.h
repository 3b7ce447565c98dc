// Few rows under keys of their own, always in memory, in key order: policies, calendars, cells,
// exposures.
//
//   Input    Key has Fields(), all of them numbers, and orders by them one after the other; Row has
//            Fields()
//   Format   table | the key's fields -> the row's fields (codec.h). A field of a key has the width
//            of its type and is big-endian, a signed one with its sign bit turned over: so keys
//            sort as bytes as they do here
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/rows/codec.h"
#include "engine/rows/image.h"

namespace merit {

namespace keyed_rows_detail {

// The number whose bytes, the highest first, sort as `field` does.
template <class T>
constexpr auto Sortable(T field) {
  if constexpr (std::is_enum_v<T>) {
    return Sortable(static_cast<std::underlying_type_t<T>>(field));
  } else if constexpr (std::is_same_v<T, bool>) {
    return static_cast<uint8_t>(field);
  } else {
    using Unsigned = std::make_unsigned_t<T>;
    constexpr auto kSign = static_cast<Unsigned>(Unsigned{1} << (8 * sizeof(T) - 1));
    return static_cast<Unsigned>(static_cast<Unsigned>(field) ^ (std::is_signed_v<T> ? kSign : 0));
  }
}

}  // namespace keyed_rows_detail

class KeyWriter {
 public:
  explicit KeyWriter(std::string* out) : out_(out) {}
  template <class... T>
  void operator()(const T&... fields) {
    (Put(keyed_rows_detail::Sortable(fields)), ...);
  }

 private:
  template <class Unsigned>
  void Put(Unsigned number) {
    for (size_t byte = sizeof(number); byte-- > 0;) {
      out_->push_back(static_cast<char>(number >> (8 * byte)));
    }
  }

  std::string* const out_;
};

class KeyReader {
 public:
  explicit KeyReader(std::string_view bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  bool done() const { return rest_.empty(); }
  template <class... T>
  void operator()(T&... fields) {
    (Get(fields), ...);
  }

 private:
  template <class T>
  void Get(T& field) {
    using Number = decltype(keyed_rows_detail::Sortable(field));
    ok_ = ok_ && rest_.size() >= sizeof(Number);
    if (!ok_) return;
    uint64_t number = 0;
    for (const char byte : rest_.substr(0, sizeof(Number))) {
      number = number << 8 | static_cast<unsigned char>(byte);
    }
    rest_.remove_prefix(sizeof(Number));
    // Turning the sign bit over twice leaves it as it was.
    const auto turned = static_cast<Number>(number ^ keyed_rows_detail::Sortable(T{}));
    field = static_cast<T>(turned);
  }

  std::string_view rest_;
  bool ok_ = true;
};

template <class KeyType, class Row>
class KeyedRows {
 public:
  KeyedRows(std::string prefix, uint8_t number) : prefix_(std::move(prefix)) {
    prefix_.push_back(static_cast<char>(number));
  }

  struct Kept : Row {
    bool unsaved = false;
  };

  const std::map<KeyType, Kept>& all() const { return rows_; }
  const Row* Find(const KeyType& key) const {
    const auto found = rows_.find(key);
    return found == rows_.end() ? nullptr : &found->second;
  }
  // The row, made anew where there was none; marked as changed.
  Row& Edit(const KeyType& key) {
    Kept& row = rows_[key];
    if (!row.unsaved) changed_.push_back(key);
    row.unsaved = true;
    return row;
  }
  void Erase(const KeyType& key) {
    if (rows_.erase(key) > 0) changed_.push_back(key);
  }

  void Collect(ImageChanges* changes) {
    std::sort(changed_.begin(), changed_.end());
    changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
    RowWriter value;
    for (KeyType key : changed_) {
      std::string saved_key = prefix_;
      KeyWriter key_writer(&saved_key);
      key.Fields(key_writer);
      const auto found = rows_.find(key);
      if (found == rows_.end()) {
        changes->Erase(saved_key);
        continue;
      }
      value.Clear();
      value(static_cast<const Row&>(found->second));
      found->second.unsaved = false;
      changes->Put(saved_key, value.view());
    }
    changed_.clear();
  }

  // `key` without the prefix and the table's number.
  bool Restore(std::string_view key, std::string_view value) {
    KeyReader key_reader(key);
    KeyType restored_key{};
    restored_key.Fields(key_reader);
    if (!key_reader.ok() || !key_reader.done()) return false;
    RowReader value_reader(value);
    value_reader(static_cast<Row&>(rows_[restored_key]));
    return value_reader.ok() && value_reader.done();
  }

 private:
  std::string prefix_;
  std::map<KeyType, Kept> rows_;
  std::vector<KeyType> changed_;
};

}  // namespace merit
