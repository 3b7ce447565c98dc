// Reads a run of records before their turn and brings near what folding them will look at: much of
// an event's time is waiting for memory, and for code. One kind of work at a time over the whole
// run keeps that work's code near, and what one step asks memory for has come when the next step
// needs it.
//
//   Input    records in the order in which they will be folded, with the city of each, or null.
//            Nothing is checked yet: a body may hold any value, and the ids in it may name nothing
//   Output   a Reading for each; nothing else that can be observed but time
//   Cost     about 100 ns a record beside decoding and hashing; it saves several times as much
//            where a city does not fit the processor's caches
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/record.h"
#include "engine/base/sha256.h"
#include "engine/core/city.h"
#include "engine/core/envelope.h"
#include "engine/core/sightings.h"

namespace merit {

// A record, read. Lives until the next Show, or the next Take of a record that was not shown.
struct Reading {
  const Envelope* event = nullptr;
  City* city = nullptr;  // null: there was none when it was read
  uint32_t id_hash = 0;  // of event_id
  Digest payload_hash;   // of the value
  Digest log_leaf;
};

class LookAhead {
 public:
  // How many records are shown at once, at most.
  static constexpr size_t kRecords = 32;

  // The records that are folded next. What was shown before has been taken.
  template <class CityOf>
  void Show(std::span<const Record> records, CityOf city_of) {
    Read(records);
    for (size_t place = 0; place < count_; ++place) {
      sights_[place].reading.city = city_of(records[place].key);
      Name(&sights_[place]);
    }
    Look();
  }

  // The next record to fold: what was read of it, or, where it was not shown, is read now.
  const Reading& Take(const Record& record);

  // Forgets what was shown and not taken: its bytes may go.
  void Clear() { taken_ = count_ = 0; }

 private:
  // What an event most likely names. Hashes are 0 and rows kNone where there is nothing.
  struct Sight {
    EnvelopeReader reader;
    Reading reading;
    std::string_view value;
    bool named = false;  // its city is there, and it is decodable
    uint32_t report_hash = 0;
    uint32_t driver_hash = 0;
    uint32_t matter_hash = 0;
    uint32_t redemption_hash = 0;
    SightingKeys keys;  // of a ReportSubmitted
    uint32_t report = kNone;
    uint32_t driver = kNone;
  };

  void Read(std::span<const Record> records);
  void Look();
  static void Decode(const Record& record, Sight* sight);
  static void Hash(const Record& record, Sight* sight);
  static void Name(Sight* sight);
  static void LookAtSlots(const Sight& sight);
  static void LookAtRows(Sight* sight);
  static void LookAtDriver(Sight* sight);
  static void LookAtLists(const Sight& sight);

  std::array<Sight, kRecords> sights_;
  size_t count_ = 0;  // shown
  size_t taken_ = 0;  // of them
};

}  // namespace merit
