// From 32 bits of hash to a row's number: 8 bytes a slot, for millions of keys.
//
//   Input    hash: any 32 well-spread bits of the key; value: below kNone. The key itself is not
//            kept: the caller compares it in the row that the value names
//   Cost     one cache miss a look-up; 8 bytes / (0.4 to 0.67) an entry. Hashes that differ in
//            their last three bits alone share a line of the cache: keys that are looked up
//            together may be given such
//   Caveats  two keys may have one hash: Find asks `same` for each candidate
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/bring_near.h"

namespace merit {

inline constexpr uint32_t kNone = 0xffffffffu;

class HashIndex {
 public:
  // The value under `hash` for which same(value) holds, or kNone.
  template <class Same>
  uint32_t Find(uint32_t hash, Same same) const {
    if (lines_.empty()) return kNone;
    for (Probe at(*this, hash);; at.Next()) {
      const Slot& slot = lines_[at.line].slots[at.place];
      if (slot.value == kNone) return kNone;
      if (slot.hash == hash && same(slot.value)) return slot.value;
    }
  }

  // Brings the entry near, for a Find that comes soon. Guess: what Find will most likely give,
  // unchecked, or kNone.
  void Prefetch(uint32_t hash) const {
    if (!lines_.empty()) BringNear(&lines_[LineOf(hash)]);
  }
  uint32_t Guess(uint32_t hash) const {
    return Find(hash, [](uint32_t) { return true; });
  }

  // Adds an entry. `alive(value)` says which entries are still wanted: the others' slots are used
  // again, and they are dropped when the table grows.
  template <class Alive>
  void Insert(uint32_t hash, uint32_t value, Alive alive) {
    if (IsFull(used_ + 1)) Rebuild(alive);
    Slot& slot = FirstFree(hash, alive);
    if (slot.value == kNone) ++used_;
    slot = {hash, value};
  }
  void Insert(uint32_t hash, uint32_t value) {
    Insert(hash, value, [](uint32_t) { return true; });
  }

  // Replaces the value of the entry for which same(value) holds, or adds one.
  template <class Same, class Alive>
  void Set(uint32_t hash, uint32_t value, Same same, Alive alive) {
    for (Probe at(*this, hash); !lines_.empty(); at.Next()) {
      Slot& slot = lines_[at.line].slots[at.place];
      if (slot.value == kNone) break;
      if (slot.hash != hash || !same(slot.value)) continue;
      slot.value = value;
      return;
    }
    Insert(hash, value, alive);
  }

  void Reserve(size_t count) {
    if (IsFull(count)) Resize(2 * count + 16, [](uint32_t) { return true; });
  }
  void Clear() {
    lines_ = {};
    used_ = 0;
  }

  size_t memory_bytes() const { return lines_.capacity() * sizeof(Line); }

 private:
  struct Slot {
    uint32_t hash;
    uint32_t value = kNone;
  };
  static constexpr uint32_t kLineSlots = 8;
  struct alignas(64) Line {
    Slot slots[kLineSlots];
  };

  // Where a hash may stand: all of its line, round from its own place in it, then the next lines.
  struct Probe {
    Probe(const HashIndex& of, uint32_t hash)
        : index(of), line(of.LineOf(hash)), place(hash % kLineSlots) {}
    void Next() {
      place = (place + 1) % kLineSlots;
      if (++tried % kLineSlots == 0) line = line + 1 == index.lines_.size() ? 0 : line + 1;
    }
    const HashIndex& index;
    size_t line;
    uint32_t place;
    uint32_t tried = 0;
  };

  // Two thirds full at most: most look-ups are for what is not there, and beyond that their runs
  // grow long.
  bool IsFull(size_t used) const { return 3 * used > 2 * kLineSlots * lines_.size(); }

  size_t LineOf(uint32_t hash) const {
    return static_cast<size_t>((static_cast<uint64_t>(hash) * lines_.size()) >> 32);
  }

  template <class Alive>
  Slot& FirstFree(uint32_t hash, Alive alive) {
    for (Probe at(*this, hash);; at.Next()) {
      Slot& slot = lines_[at.line].slots[at.place];
      if (slot.value == kNone || !alive(slot.value)) return slot;
    }
  }

  template <class Alive>
  void Rebuild(Alive alive) {
    size_t kept = 0;
    for (const Line& line : lines_) {
      for (const Slot& slot : line.slots) kept += slot.value != kNone && alive(slot.value);
    }
    Resize(5 * kept / 2 + 16, alive);
  }

  template <class Alive>
  void Resize(size_t slots, Alive alive) {
    std::vector<Line> old(slots / kLineSlots);
    old.swap(lines_);
    used_ = 0;
    for (const Line& line : old) {
      for (const Slot& slot : line.slots) {
        if (slot.value == kNone || !alive(slot.value)) continue;
        FirstFree(slot.hash, [](uint32_t) { return true; }) = slot;
        ++used_;
      }
    }
  }

  std::vector<Line> lines_;
  size_t used_ = 0;  // slots that are not empty, wanted or not
};

}  // namespace merit
