// From 32 bits of hash to a row's number: 8 bytes a slot, for millions of keys.
//
//   Input    hash: any 32 well-spread bits of the key; value: below kNone. The key itself is not
//            kept: the caller compares it in the row that the value names
//   Cost     one cache miss a look-up; 8 bytes / (0.4 to 0.67) an entry
//   Caveats  two keys may have one hash: Find asks `same` for each candidate
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace merit {

inline constexpr uint32_t kNone = 0xffffffffu;

class HashIndex {
 public:
  // The value under `hash` for which same(value) holds, or kNone.
  template <class Same>
  uint32_t Find(uint32_t hash, Same same) const {
    if (slots_.empty()) return kNone;
    for (size_t place = Home(hash); slots_[place].value != kNone; place = Next(place)) {
      if (slots_[place].hash == hash && same(slots_[place].value)) return slots_[place].value;
    }
    return kNone;
  }

  // Brings the entry near, for a Find that comes soon. Guess: what Find will most likely give,
  // unchecked, or kNone.
  void Prefetch(uint32_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[Home(hash)]);
  }
  uint32_t Guess(uint32_t hash) const {
    return Find(hash, [](uint32_t) { return true; });
  }

  // Adds an entry. `alive(value)` says which entries are still wanted: the others' slots are used
  // again, and they are dropped when the table grows.
  template <class Alive>
  void Insert(uint32_t hash, uint32_t value, Alive alive) {
    if (IsFull(used_ + 1, slots_.size())) Rebuild(alive);
    size_t place = Home(hash);
    while (slots_[place].value != kNone && alive(slots_[place].value)) place = Next(place);
    if (slots_[place].value == kNone) ++used_;
    slots_[place] = {hash, value};
  }
  void Insert(uint32_t hash, uint32_t value) {
    Insert(hash, value, [](uint32_t) { return true; });
  }

  // Replaces the value of the entry for which same(value) holds, or adds one.
  template <class Same, class Alive>
  void Set(uint32_t hash, uint32_t value, Same same, Alive alive) {
    if (!slots_.empty()) {
      for (size_t place = Home(hash); slots_[place].value != kNone; place = Next(place)) {
        if (slots_[place].hash == hash && same(slots_[place].value)) {
          slots_[place].value = value;
          return;
        }
      }
    }
    Insert(hash, value, alive);
  }

  void Reserve(size_t count) {
    if (IsFull(count, slots_.size())) Resize(2 * count + 16, [](uint32_t) { return true; });
  }
  void Clear() {
    slots_ = {};
    used_ = 0;
  }

  size_t memory_bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    uint32_t hash;
    uint32_t value;
  };

  // Two thirds full at most: most look-ups are for what is not there, and beyond that their runs
  // grow long.
  static bool IsFull(size_t used, size_t slots) { return 3 * used > 2 * slots; }

  size_t Home(uint32_t hash) const {
    return static_cast<size_t>((static_cast<uint64_t>(hash) * slots_.size()) >> 32);
  }
  size_t Next(size_t place) const { return place + 1 == slots_.size() ? 0 : place + 1; }

  template <class Alive>
  void Rebuild(Alive alive) {
    size_t kept = 0;
    for (const Slot& slot : slots_) kept += slot.value != kNone && alive(slot.value);
    Resize(5 * kept / 2 + 16, alive);
  }

  template <class Alive>
  void Resize(size_t capacity, Alive alive) {
    std::vector<Slot> old(capacity, Slot{0, kNone});
    old.swap(slots_);
    used_ = 0;
    for (const Slot& slot : old) {
      if (slot.value == kNone || !alive(slot.value)) continue;
      size_t place = Home(slot.hash);
      while (slots_[place].value != kNone) place = Next(place);
      slots_[place] = slot;
      ++used_;
    }
  }

  std::vector<Slot> slots_;
  size_t used_ = 0;  // slots that are not empty, wanted or not
};

}  // namespace merit
