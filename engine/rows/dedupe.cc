#include "engine/rows/dedupe.h"

#include <cstring>

#include "engine/base/check.h"
#include "engine/base/id.h"
#include "engine/rows/table.h"

namespace merit {
namespace {

// An entry's id and its size, its payload's hash, its code.
constexpr size_t kBlockBytes = Dedupe::kBlockEntries * (1 + kIdSizeMax + sizeof(Digest) + 1);
constexpr uint32_t kHashesOfChunk = Dedupe::kBlockEntries * Dedupe::kHashBlocks;

// The due day behind ten of its bits: the only one in reach of open_day, or one that is long
// closed.
int32_t DueDayOf(uint32_t place, int32_t open_day) {
  const int32_t bits = static_cast<int32_t>(place >> 22);
  return open_day + ((bits - open_day) & 1023);
}

}  // namespace

std::string Dedupe::Key(uint8_t table, int32_t due_day, uint32_t number) const {
  std::string key = prefix_;
  key.push_back(static_cast<char>(table));
  AppendBigEndian(&key, static_cast<uint32_t>(due_day));
  AppendBigEndian(&key, number);
  return key;
}

bool Dedupe::Find(uint32_t hash, std::string_view event_id, int32_t open_day, Entry* entry) {
  return index_.Find(hash, [&](uint32_t place) {
    return FindInBlock(place, event_id, open_day, entry);
  }) != kNone;
}

bool Dedupe::FindInBlock(uint32_t place, std::string_view event_id, int32_t open_day,
                         Entry* entry) {
  const int32_t due_day = DueDayOf(place, open_day);
  const uint32_t number = place & ((1u << kBlockBits) - 1);
  const auto day = days_.find(due_day);
  // Forgotten; or the slot of a day long gone, whose bits another day has by now.
  if (day == days_.end() || number * kBlockEntries >= day->second.count) return false;
  const std::string* block = nullptr;
  if (number >= day->second.blocks_begin) {
    block = &day->second.blocks[number - day->second.blocks_begin];
  } else {
    std::string key = Key(number_, due_day, number);
    if (key != last_read_key_) {
      last_read_ = image_->Read(key);
      last_read_key_ = std::move(key);
    }
    block = &last_read_;
  }
  RowReader reader(*block);
  while (!reader.done() && reader.ok()) {
    Id id;
    reader(id, entry->payload_hash, entry->code);
    if (reader.ok() && id.view() == event_id) return true;
  }
  return false;
}

Dedupe::Day& Dedupe::DayOf(int32_t due_day) {
  if (last_day_ == nullptr || last_due_day_ != due_day) {
    const auto [place, is_new] = days_.try_emplace(due_day);
    if (is_new) days_bytes_ += BytesOf(place->second);
    last_day_ = &place->second;
    last_due_day_ = due_day;
    is_kept_.set(static_cast<uint32_t>(due_day) & 1023u);
  }
  return *last_day_;
}

void Dedupe::Insert(uint32_t hash, std::string_view event_id, const Entry& entry, int32_t due_day) {
  Day& day = DayOf(due_day);
  const size_t bytes_before = BytesOf(day);
  const uint32_t block = day.count / kBlockEntries;
  MERIT_CHECK(block < 1u << kBlockBits);
  if (block == day.blocks_begin + day.blocks.size()) {
    day.blocks.emplace_back().reserve(kBlockBytes);
  }
  entry_.Clear();
  entry_(event_id, entry.payload_hash, entry.code);
  day.blocks.back().append(entry_.view());
  day.hashes.push_back(hash);
  day.changed = true;
  ++day.count;
  ++remembered_;
  days_bytes_ += BytesOf(day) - bytes_before;
  // Slots of forgotten entries are used again. One that outlives the 1,024 days which ten bits tell
  // apart is looked at in vain, no more: what counts is the event_id in the block.
  index_.Insert(hash, PlaceOf(due_day, block),
                [&](uint32_t place) { return is_kept_.test(place >> kBlockBits); });
}

void Dedupe::CloseDay(int32_t day) {
  const auto due = days_.find(day);
  if (due == days_.end()) return;
  remembered_ -= due->second.count;
  days_bytes_ -= BytesOf(due->second);
  if (due->second.saved_blocks > 0) forgotten_.emplace_back(day, due->second.saved_blocks);
  last_read_key_.clear();
  last_day_ = nullptr;
  is_kept_.reset(static_cast<uint32_t>(day) & 1023u);
  days_.erase(due);
}

size_t Dedupe::BytesOf(const Day& day) {
  return sizeof(Day) + day.hashes.capacity() * sizeof(day.hashes[0]) +
         day.blocks.size() * (sizeof(std::string) + kBlockBytes);
}

void Dedupe::Collect(ImageChanges* changes) {
  for (const auto& [due_day, blocks] : forgotten_) {
    for (uint32_t block = 0; block < blocks; ++block) {
      changes->Erase(Key(number_, due_day, block));
    }
  }
  for (auto& [due_day, day] : days_) {
    if (!day.changed) continue;
    const size_t bytes_before = BytesOf(day);
    for (size_t place = 0; place < day.blocks.size(); ++place) {
      changes->Put(Key(number_, due_day, day.blocks_begin + static_cast<uint32_t>(place)),
                   day.blocks[place]);
    }
    // Full blocks are read again where they are asked for.
    const uint32_t full = day.count / kBlockEntries;
    day.blocks.erase(day.blocks.begin(), day.blocks.begin() + (full - day.blocks_begin));
    day.blocks_begin = full;
    day.saved_blocks = (day.count + kBlockEntries - 1) / kBlockEntries;
    days_bytes_ += BytesOf(day) - bytes_before;
  }
}

void Dedupe::CollectHashes(ImageChanges* changes) {
  const auto table = static_cast<uint8_t>(number_ + kHashChunkTables);
  for (const auto& [due_day, blocks] : forgotten_) {
    for (uint32_t chunk = 0; chunk * kHashBlocks < blocks; ++chunk) {
      changes->Erase(Key(table, due_day, chunk));
    }
  }
  forgotten_.clear();
  for (auto& [due_day, day] : days_) {
    if (!day.changed) continue;
    day.changed = false;
    const size_t bytes_before = BytesOf(day);
    for (size_t begin = 0; begin < day.hashes.size(); begin += kHashesOfChunk) {
      const size_t count = std::min<size_t>(day.hashes.size() - begin, kHashesOfChunk);
      changes->Put(Key(table, due_day,
                       static_cast<uint32_t>((day.hashes_begin + begin) / kHashesOfChunk)),
                   {reinterpret_cast<const char*>(&day.hashes[begin]), count * 4});
    }
    const size_t whole = day.hashes.size() / kHashesOfChunk * kHashesOfChunk;
    day.hashes.erase(day.hashes.begin(), day.hashes.begin() + static_cast<ptrdiff_t>(whole));
    day.hashes_begin += static_cast<uint32_t>(whole);
    days_bytes_ += BytesOf(day) - bytes_before;
  }
}

bool Dedupe::RestoreHashes(std::string_view key, std::string_view value) {
  if (key.size() != 8 || value.size() % 4 != 0 || value.empty()) return false;
  const auto due_day = static_cast<int32_t>(ReadBigEndian(key));
  const uint32_t chunk = ReadBigEndian(key.substr(4));
  const auto count = static_cast<uint32_t>(value.size() / 4);
  Day& day = DayOf(due_day);
  const uint32_t begin = chunk * kHashesOfChunk;
  const bool full = count == kHashesOfChunk;
  if (!full) {
    day.hashes.resize(count);
    std::memcpy(day.hashes.data(), value.data(), value.size());
    day.hashes_begin = begin;
  } else if (begin + count > day.hashes_begin) {
    day.hashes_begin = begin + count;
  }
  for (uint32_t place = 0; place < count; ++place) {
    uint32_t hash;
    std::memcpy(&hash, value.data() + place * 4, 4);
    restored_.emplace_back(hash, PlaceOf(due_day, (begin + place) / kBlockEntries));
  }
  day.count += count;
  day.saved_blocks = (day.count + kBlockEntries - 1) / kBlockEntries;
  remembered_ += count;
  return true;
}

void Dedupe::RestoreOpenBlocks() {
  // All at once: the index is made in its size, and its slots are asked for before they are needed.
  index_.Reserve(restored_.size());
  constexpr size_t kAhead = 16;
  for (size_t place = 0; place < restored_.size(); ++place) {
    if (place + kAhead < restored_.size()) index_.Prefetch(restored_[place + kAhead].first);
    index_.Insert(restored_[place].first, restored_[place].second);
  }
  restored_ = {};
  days_bytes_ = 0;
  for (auto& [due_day, day] : days_) {
    day.blocks_begin = day.count / kBlockEntries;
    if (day.count % kBlockEntries != 0)
      day.blocks.push_back(image_->Read(Key(number_, due_day, day.blocks_begin)));
    days_bytes_ += BytesOf(day);
  }
}

}  // namespace merit
