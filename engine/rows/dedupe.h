// The memory of absorbed events: which event_id was seen, with what payload, and what was said of
// it.
//
//   Input    due_day: the day whose closing forgets the entry; open_day: now. 0 <= due_day -
//            open_day <= 181
//   Output   Find gives the entry of an event_id that is not forgotten
//   Errors   RowsUnavailable (image.h)
//   Cost     an entry takes 8 bytes / (0.4 to 0.67) of memory and about 80 on disk, written in
//            runs. A look-up of an id that was never seen costs one cache miss; of one that was,
//            one read of its block
//   Format   table | due day | block number -> kBlockEntries entries of (event_id, payload hash,
//            code); table + 64 | due day | block number / kHashBlocks -> the 32-bit hashes of these
//            blocks' ids in order
//   Source   DOMAIN.md §5 (DUPLICATE, STALE)
#pragma once

#include <bitset>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/sha256.h"
#include "engine/rows/codec.h"
#include "engine/rows/hash_index.h"
#include "engine/rows/image.h"

namespace merit {

class Dedupe {
 public:
  struct Entry {
    Digest payload_hash;
    uint32_t code = 0;
  };
  static constexpr uint32_t kBlockEntries = 256;
  static constexpr uint32_t kHashBlocks = 16;

  Dedupe(std::string prefix, uint8_t number, Image* image)
      : prefix_(std::move(prefix)), number_(number), image_(image) {}

  void Prefetch(uint32_t hash) const { index_.Prefetch(hash); }
  // `hash` is Hash64(event_id), cut to 32 bits.
  bool Find(uint32_t hash, std::string_view event_id, int32_t open_day, Entry* entry);
  void Insert(uint32_t hash, std::string_view event_id, const Entry& entry, int32_t due_day);
  // Drops the entries that are due on `day`.
  void CloseDay(int32_t day);

  uint64_t remembered() const { return remembered_; }
  size_t memory_bytes() const { return index_.memory_bytes() + days_bytes_; }
  size_t unsaved_bytes() const { return days_bytes_; }

  // The blocks; then, as their keys come after those of all pages, the hashes.
  void Collect(ImageChanges* changes);
  void CollectHashes(ImageChanges* changes);
  // One saved chunk of hashes (table + 64), `key` without the prefix and the table's number, in key
  // order; then, after all of them, the blocks that are not full are read.
  bool RestoreHashes(std::string_view key, std::string_view value);
  void RestoreOpenBlocks();

 private:
  // Where an entry lies: 10 bits of its due day, 22 of its block's number.
  static constexpr uint32_t kBlockBits = 22;
  static uint32_t PlaceOf(int32_t due_day, uint32_t block) {
    return (static_cast<uint32_t>(due_day) & 1023u) << kBlockBits | block;
  }
  struct Day {
    uint32_t count = 0;               // entries
    std::vector<uint32_t> hashes;     // of the entries from hashes_begin on
    uint32_t hashes_begin = 0;        // a multiple of kBlockEntries * kHashBlocks
    std::vector<std::string> blocks;  // those not saved, and the one that is not full
    uint32_t blocks_begin = 0;        // number of the first of them
    uint32_t saved_blocks = 0;        // keys that exist in the image
    bool changed = false;
  };
  Day& DayOf(int32_t due_day);
  static size_t BytesOf(const Day& day);

  std::string Key(uint8_t table, int32_t due_day, uint32_t number) const;
  bool FindInBlock(uint32_t place, std::string_view event_id, int32_t open_day, Entry* entry);

  const std::string prefix_;
  const uint8_t number_;
  Image* const image_;
  HashIndex index_;
  std::map<int32_t, Day> days_;  // by due day
  std::bitset<1024> is_kept_;    // the same due days, by their ten bits
  Day* last_day_ = nullptr;      // events come day by day
  int32_t last_due_day_ = 0;
  uint64_t remembered_ = 0;
  size_t days_bytes_ = 0;                                // what days_ takes: BytesOf all of them
  std::vector<std::pair<int32_t, uint32_t>> forgotten_;  // days with saved blocks, and how many
  RowWriter entry_;                                      // the one that is inserted
  std::vector<std::pair<uint32_t, uint32_t>>
      restored_;               // hashes and places, between RestoreHashes and the end
  std::string last_read_key_;  // one block of reading, for runs of redeliveries
  std::string last_read_;
};

}  // namespace merit
