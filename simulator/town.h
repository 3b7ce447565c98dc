// What every family of a city's events shares: time, chance, people, rules, and the way out.
//
//   Caveats  every draw and every event is in the order of the agenda: nothing here may depend on
//            anything else
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/agenda.h"
#include "simulator/entity.h"
#include "simulator/event_writer.h"
#include "simulator/policy.h"
#include "simulator/random.h"
#include "simulator/roster.h"
#include "simulator/simulator.h"

namespace merit {

// Records that are on their way out, oldest first.
class Outbox {
 public:
  std::string& bytes() { return bytes_; }
  // What was appended to bytes() since `begin` is a record: key, then value.
  void Add(size_t begin, size_t key_size, int64_t timestamp_ms) {
    entries_.push_back({begin, key_size, bytes_.size(), timestamp_ms});
  }
  bool empty() const { return next_ == entries_.size(); }
  size_t size() const { return entries_.size() - next_; }
  // The views live until the next Add or Clear.
  Record Take() {
    const Entry& entry = entries_[next_++];
    const std::string_view all(bytes_);
    return {all.substr(entry.begin, entry.key_size), entry.timestamp_ms,
            all.substr(entry.begin + entry.key_size, entry.end - entry.begin - entry.key_size)};
  }
  void Clear() {
    bytes_.clear();
    entries_.clear();
    next_ = 0;
  }

 private:
  struct Entry {
    size_t begin;
    size_t key_size;
    size_t end;
    int64_t timestamp_ms;
  };
  std::string bytes_;
  std::vector<Entry> entries_;
  size_t next_ = 0;
};

// The step of Family::kRedemption that starts a redemption; its subject is the driver.
inline constexpr uint8_t kRequestStep = 0;
// What the simulator may believe of a driver's points beyond what is there: caps, second opinions
// it did not see.
inline constexpr int32_t kDoubtPts = 25;

// Bytes that wait for their time: redelivered, or held back.
struct Parcel {
  std::string key;
  std::string value;
};

class Town {
 public:
  // Sees each event as it leaves.
  using Watcher = std::function<void(std::string_view value)>;

  Town(const SimulationOptions& options, uint32_t city_code);

  const SimulationOptions& options;
  const uint32_t city_code;
  const std::string key;
  static constexpr int32_t kUtcOffsetMinutes = 480;

  Random random;
  Agenda agenda;
  Roster roster;
  Policies policies;
  EventWriter writer;
  Outbox outbox;
  Watcher watcher;
  int64_t now_ms = 0;
  int32_t today = 0;     // by the calendar
  int32_t open_day = 0;  // by the clock's last DayClosed
  int32_t clock_silent_until_day = 0;

  // --- Writing

  template <class Body>
  void Emit(uint32_t producer, const Body& body) {
    EmitBody(producer, BodyNumber<Body>(), body, now_ms - DrawLag());
  }
  template <class Body>
  void EmitAt(uint32_t producer, const Body& body, int64_t occurred_at_ms) {
    EmitBody(producer, BodyNumber<Body>(), body, occurred_at_ms);
  }
  // As Emit, but it leaves only at `time_ms`.
  template <class Body>
  void EmitHeld(uint32_t producer, const Body& body, int64_t time_ms) {
    EmitHeldAt(producer, body, time_ms, now_ms - DrawLag());
  }
  template <class Body>
  void EmitHeldAt(uint32_t producer, const Body& body, int64_t time_ms, int64_t occurred_at_ms) {
    parcel_ms_ = time_ms;
    EmitBody(producer, BodyNumber<Body>(), body, occurred_at_ms);
    parcel_ms_ = 0;
  }
  // Any bytes, under any key, at any time.
  void EmitBytes(std::string_view record_key, int64_t timestamp_ms, std::string_view value);
  void Deliver(int64_t time_ms, std::string_view record_key, std::string_view value);
  void RunDelivery(const Action& action);

  // --- Planning

  void Plan(int64_t time_ms, Family family, uint8_t step, uint32_t subject = 0,
            uint32_t extra = 0) {
    agenda.Push({time_ms, 0, family, step, subject, extra});
  }
  int64_t Midnight(int32_t day) const { return MidnightMs(day, kUtcOffsetMinutes); }
  // A moment of that day when people drive; when people sleep, a few.
  int64_t DrawTime(int32_t day);
  int64_t DrawDelay(int64_t from_ms, int64_t to_ms) {
    return now_ms + random.Between(from_ms, to_ms);
  }
  // `time_ms` where an office is open then, else a moment early in the next working day.
  int64_t OfficeHours(int64_t time_ms);
  // How many of `per_million` of `count` happen: the floor, and one more by chance.
  uint32_t DrawCount(uint64_t count, uint64_t per_million);

  // --- Names and values

  EntityId NewId(Entity entity);
  void DrawHash(std::string* bytes);  // 32 bytes
  // 32 bytes that the same `a` and `b` give again.
  void DerivedHash(uint64_t a, uint64_t b, std::string* bytes) const;

  // Points that a driver has got; who has enough for what they save for goes shopping.
  void Credit(uint32_t driver, int64_t points);
  void Debit(uint32_t driver, int64_t points);

 private:
  void EmitBody(uint32_t producer, int number, const google::protobuf::Message& body,
                int64_t occurred_at_ms);
  int64_t DrawLag() { return random.Between(200, 20'000); }
  uint32_t TakeParcel();

  const uint64_t seed_;
  std::array<int32_t, kEntityCount> id_days_{};
  std::array<uint32_t, kEntityCount> id_numbers_{};
  std::vector<Parcel> parcels_;
  std::vector<uint32_t> free_parcels_;
  int64_t parcel_ms_ = 0;
};

// Reuses places: a slot is an index that stays while its thing lasts.
template <class Thing>
class Pool {
 public:
  uint32_t Take() {
    if (free_.empty()) {
      things_.emplace_back();
      return static_cast<uint32_t>(things_.size() - 1);
    }
    const uint32_t slot = free_.back();
    free_.pop_back();
    things_[slot] = Thing();
    return slot;
  }
  void Give(uint32_t slot) { free_.push_back(slot); }
  Thing& operator[](uint32_t slot) { return things_[slot]; }

 private:
  std::vector<Thing> things_;
  std::vector<uint32_t> free_;
};

}  // namespace merit
