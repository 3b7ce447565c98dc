// Few rows under keys of their own, always in memory, in key order: policies, calendars, cells,
// exposures.
//
//   Input    Key has <=> and Fields(); Row has Fields()
//   Format   table | the key's fields (codec.h) -> the row's fields
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/rows/codec.h"
#include "engine/rows/image.h"

namespace merit {

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
    for (KeyType key : changed_) {
      std::string saved_key = prefix_;
      RowWriter key_writer(&saved_key);
      key_writer(key);
      const auto found = rows_.find(key);
      if (found == rows_.end()) {
        changes->Erase(std::move(saved_key));
        continue;
      }
      std::string value;
      RowWriter row_writer(&value);
      row_writer(static_cast<const Row&>(found->second));
      found->second.unsaved = false;
      changes->Put(std::move(saved_key), std::move(value));
    }
    changed_.clear();
  }

  // `key` without the prefix and the table's number.
  bool Restore(std::string_view key, std::string_view value) {
    RowReader key_reader(key);
    RowReader value_reader(value);
    KeyType restored_key{};
    key_reader(restored_key);
    value_reader(static_cast<Row&>(rows_[restored_key]));
    return key_reader.ok() && key_reader.done() && value_reader.ok() && value_reader.done();
  }

 private:
  std::string prefix_;
  std::map<KeyType, Kept> rows_;
  std::vector<KeyType> changed_;
};

}  // namespace merit
