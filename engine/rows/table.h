// All rows of a kind in one city: numbered 0, 1, 2 … in order of creation, kept in pages that can
// leave memory.
//
//   Input    Row has Fields() (codec.h). Rows that are found by an identifier have a member `Id id`
//   Output   Get and Edit give the row; the reference lives until the next Evict. Edit marks it as
//            changed
//   Errors   RowsUnavailable (image.h) where a page has left memory and cannot be read again
//   Cost     Get: two loads. Find: one cache miss in the index and one for the row. A page of
//            kPageRows rows is what is read, written and evicted at once
//   Format   table | page number -> the page's rows one after the other; table + 64 | chunk number
//            -> the identifiers' 32-bit hashes of kChunkHashes rows, little endian (what a start
//            needs to find rows)
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bring_near.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/rows/codec.h"
#include "engine/rows/hash_index.h"
#include "engine/rows/image.h"

namespace merit {

inline constexpr uint8_t kHashChunkTables = 64;  // added to a table's number for its hash chunks

// What the city does with all its tables alike.
class AnyTable {
 public:
  virtual ~AnyTable() = default;
  virtual uint8_t number() const = 0;
  virtual uint32_t size() const = 0;
  virtual uint32_t first() const = 0;
  // Puts the pages that changed since the last call, and forgets that they did; then, as their keys
  // come after those of all pages, the hashes of new identifiers.
  virtual void Collect(ImageChanges* changes) = 0;
  virtual void CollectHashes(ImageChanges* changes) = 0;
  // Lets go of pages that are as saved and were not looked at since the last pass, until `bytes`
  // are freed.
  virtual size_t Evict(size_t bytes) = 0;
  virtual size_t memory_bytes() const = 0;
  virtual size_t evictable_bytes() const = 0;
  // Of the pages that changed since the last Collect, without their rows' lists.
  virtual size_t unsaved_bytes() const = 0;
  // Where a start begins: how many rows there are; and a chunk of their identifiers' hashes, in any
  // order.
  virtual void Restore(uint32_t first, uint32_t size) = 0;
  virtual bool RestoreHashes(uint32_t chunk, std::string_view hashes) = 0;
};

template <class Row>
concept HasId = requires(Row row) {
  row.id.view();
};

template <class Row>
class Table final : public AnyTable {
 public:
  static constexpr uint32_t kPageRows = 32;
  static constexpr uint32_t kChunkHashes = 4096;

  // `prefix` is put before every key; `image` must outlive the table.
  Table(std::string prefix, uint8_t number, Image* image)
      : prefix_(std::move(prefix)), number_(number), image_(image) {}

  uint8_t number() const override { return number_; }
  uint32_t size() const override { return size_; }
  uint32_t first() const override { return first_; }

  const Row& Get(uint32_t index) { return (*PageOf(index).rows)[index % kPageRows]; }
  Row& Edit(uint32_t index) {
    Page& page = PageOf(index);
    if (!page.dirty) {
      page.dirty = true;
      dirty_.push_back(index / kPageRows);
    }
    return (*page.rows)[index % kPageRows];
  }

  // A new row at index size(); the caller fills it (an id through AddWithId).
  Row& Add() {
    const uint32_t number = size_ / kPageRows;
    if (number == pages_.size()) {
      pages_.push_back({.rows = std::make_unique<Rows>()});
      ++resident_;
    } else {
      PageAt(number);  // a start leaves it in the image, and there it has no new row yet
    }
    return Edit(size_++);
  }
  Row& AddWithId(std::string_view id) requires HasId<Row> {
    const auto hash = static_cast<uint32_t>(Hash64(id));
    index_.Insert(hash, size_);
    hashes_.push_back(hash);
    Row& row = Add();
    row.id = Id(id);
    return row;
  }

  uint32_t Find(std::string_view id) requires HasId<Row> {
    return index_.Find(static_cast<uint32_t>(Hash64(id)),
                       [&](uint32_t index) { return Get(index).id.view() == id; });
  }

  // Bring near what a Find, and a Get of what it finds, will look at. Nothing is read from the
  // image for it.
  void PrefetchSlot(uint32_t hash) const requires HasId<Row> { index_.Prefetch(hash); }
  uint32_t Guess(uint32_t hash) const requires HasId<Row> { return index_.Guess(hash); }
  void PrefetchRow(uint32_t index) const {
    if (const Row* const row = Peek(index)) {
      constexpr size_t kLine = 64;
      for (size_t place = 0; place < sizeof(Row); place += kLine) {
        BringNear(reinterpret_cast<const char*>(row) + place);
      }
    }
  }
  // The row if it is in memory, or null.
  const Row* Peek(uint32_t index) const {
    if (index < first_ || index >= size_) return nullptr;
    const Rows* const rows = pages_[index / kPageRows].rows.get();
    return rows == nullptr ? nullptr : &(*rows)[index % kPageRows];
  }

  // visit(index, row) for every row, in order; pages that were not in memory do not stay there.
  template <class Visit>
  void ForEach(Visit visit) {
    for (uint32_t index = first_; index < size_;) {
      const uint32_t end = std::min(size_, (index / kPageRows + 1) * kPageRows);
      std::unique_ptr<Rows> passing;
      const Rows* rows = pages_[index / kPageRows].rows.get();
      if (rows == nullptr) {
        passing = Load(index / kPageRows);
        rows = passing.get();
      }
      for (; index < end; ++index) visit(index, (*rows)[index % kPageRows]);
    }
  }

  // Forgets all rows before `index` (whole pages of them). They may not be asked for again.
  void TrimBefore(uint32_t index) {
    MERIT_CHECK(index >= first_ && index <= size_);
    for (uint32_t page = first_ / kPageRows; page < index / kPageRows; ++page) {
      if (pages_[page].rows != nullptr) Drop(page);
      if (page < saved_pages_) erased_.push_back(page);
    }
    first_ = index;
  }

  void Collect(ImageChanges* changes) override {
    for (uint32_t page : erased_) changes->Erase(Key(number_, page));
    erased_.clear();
    std::sort(dirty_.begin(), dirty_.end());
    RowWriter writer;
    for (uint32_t number : dirty_) {
      Page& page = pages_[number];
      if (page.rows == nullptr) continue;  // trimmed since
      writer.Clear();
      Encode(&page, number, &writer);
      changes->Put(Key(number_, number), writer.view());
      page.dirty = false;
    }
    dirty_.clear();
    saved_pages_ = static_cast<uint32_t>(pages_.size());
  }

  void CollectHashes(ImageChanges* changes) override {
    if constexpr (HasId<Row>) {
      if (hashes_saved_ == hashes_.size()) return;
      for (size_t begin = 0; begin < hashes_.size(); begin += kChunkHashes) {
        const size_t count = std::min<size_t>(hashes_.size() - begin, kChunkHashes);
        changes->Put(Key(static_cast<uint8_t>(number_ + kHashChunkTables),
                         static_cast<uint32_t>((hashes_begin_ + begin) / kChunkHashes)),
                     {reinterpret_cast<const char*>(&hashes_[begin]), count * sizeof(hashes_[0])});
      }
      const size_t full = hashes_.size() / kChunkHashes * kChunkHashes;
      hashes_.erase(hashes_.begin(), hashes_.begin() + static_cast<ptrdiff_t>(full));
      hashes_begin_ += static_cast<uint32_t>(full);
      hashes_saved_ = hashes_.size();
    }
  }

  size_t Evict(size_t bytes) override {
    size_t freed = 0;
    const auto count = static_cast<uint32_t>(pages_.size());
    // The page that grows stays, so that Add never has to read.
    for (uint32_t step = 0; step < 2 * count && freed < bytes; ++step) {
      hand_ = hand_ + 1 >= count ? first_ / kPageRows : hand_ + 1;
      Page& page = pages_[hand_];
      if (page.rows == nullptr || page.dirty || hand_ + 1 == count) continue;
      if (page.looked_at) {
        page.looked_at = false;
        continue;
      }
      freed += sizeof(Rows) + page.heap_bytes;
      Drop(hand_);
    }
    return freed;
  }

  size_t memory_bytes() const override {
    return pages_.capacity() * sizeof(pages_[0]) + index_.memory_bytes() +
           hashes_.capacity() * sizeof(hashes_[0]) + evictable_bytes();
  }
  size_t evictable_bytes() const override {
    return resident_ * sizeof(Rows) + heap_bytes_estimate();
  }
  size_t unsaved_bytes() const override { return dirty_.size() * sizeof(Rows); }

  void Restore(uint32_t first, uint32_t size) override {
    first_ = first;
    size_ = size;
    pages_.clear();
    pages_.resize((size + kPageRows - 1) / kPageRows);
    saved_pages_ = static_cast<uint32_t>(pages_.size());
    if constexpr (HasId<Row>) {
      index_.Clear();
      index_.Reserve(size);
      hashes_.clear();
      hashes_begin_ = size / kChunkHashes * kChunkHashes;
      hashes_.resize(size - hashes_begin_);
      hashes_saved_ = hashes_.size();
    }
  }

  bool RestoreHashes(uint32_t chunk, std::string_view bytes) override {
    const uint64_t begin = static_cast<uint64_t>(chunk) * kChunkHashes;
    if (begin >= size_) return false;
    const size_t count = std::min<uint64_t>(size_ - begin, kChunkHashes);
    if (bytes.size() != count * sizeof(uint32_t)) return false;
    for (size_t place = 0; place < count; ++place) {
      uint32_t hash;
      std::memcpy(&hash, bytes.data() + place * sizeof(hash), sizeof(hash));
      const auto index = static_cast<uint32_t>(begin + place);
      index_.Insert(hash, index);
      if (index >= hashes_begin_) hashes_[index - hashes_begin_] = hash;
    }
    return true;
  }

 private:
  using Rows = std::array<Row, kPageRows>;
  // What is noted of a page stands beside the way to its rows: a look at a row brings both.
  struct Page {
    std::unique_ptr<Rows> rows;  // null: not in memory
    bool dirty = false;
    bool looked_at = true;
    uint32_t heap_bytes = 0;  // of the rows' lists, when it was last written or read
  };

  Page& PageOf(uint32_t index) {
    MERIT_CHECK(index >= first_ && index < size_);
    return PageAt(index / kPageRows);
  }

  Page& PageAt(uint32_t number) {
    Page& page = pages_[number];
    if (page.rows == nullptr) {
      page.rows = Load(number);
      page.heap_bytes = HeapBytes(page.rows.get(), RowsIn(number));
      ++resident_;
      heap_sum_ += page.heap_bytes;
    }
    page.looked_at = true;
    return page;
  }

  void Drop(uint32_t number) {
    heap_sum_ -= pages_[number].heap_bytes;
    pages_[number] = {};
    --resident_;
  }

  std::unique_ptr<Rows> Load(uint32_t number) {
    const std::string bytes = image_->Read(Key(number_, number));
    RowReader reader(bytes);
    auto rows = std::make_unique<Rows>();
    const uint32_t count = RowsIn(number);
    for (uint32_t place = 0; place < count; ++place) (*rows)[place].Fields(reader);
    if (!reader.ok() || !reader.done()) {
      throw RowsUnavailable{"table " + std::to_string(number_) + " page " + std::to_string(number) +
                            ": the saved bytes are no rows of this program's format"};
    }
    return rows;
  }

  void Encode(Page* page, uint32_t number, RowWriter* writer) {
    const uint32_t count = RowsIn(number);
    for (uint32_t place = 0; place < count; ++place) (*page->rows)[place].Fields(*writer);
    heap_sum_ -= page->heap_bytes;
    page->heap_bytes = HeapBytes(page->rows.get(), count);
    heap_sum_ += page->heap_bytes;
  }

  static uint32_t HeapBytes(Rows* rows, uint32_t count) {
    HeapCounter counter;
    for (uint32_t place = 0; place < count; ++place) (*rows)[place].Fields(counter);
    return counter.bytes();
  }

  uint32_t RowsIn(uint32_t number) const { return std::min(size_ - number * kPageRows, kPageRows); }
  size_t heap_bytes_estimate() const { return heap_sum_ > 0 ? static_cast<size_t>(heap_sum_) : 0; }

  std::string Key(uint8_t table, uint32_t number) const {
    std::string key = prefix_;
    key.push_back(static_cast<char>(table));
    AppendBigEndian(&key, number);
    return key;
  }

  const std::string prefix_;
  const uint8_t number_;
  Image* const image_;
  std::vector<Page> pages_;
  uint32_t first_ = 0;
  uint32_t size_ = 0;
  uint32_t saved_pages_ = 0;
  uint32_t hand_ = 0;
  size_t resident_ = 0;
  int64_t heap_sum_ = 0;
  std::vector<uint32_t> dirty_;   // pages
  std::vector<uint32_t> erased_;  // pages
  HashIndex index_;
  std::vector<uint32_t>
      hashes_;  // of the rows from hashes_begin_ on: the chunk that is not full yet, and new ones
  uint32_t hashes_begin_ = 0;
  size_t hashes_saved_ = 0;
};

}  // namespace merit
