// When which city's day is over: what the clock knows of the cities of one partition.
//
//   Input    Read: every record of the partition's intake, in order, from where Encode was called
//            on; Seal: every seal of the partition
//   Output   Due: the day of each city that is over at `now_ms` and that no seal says is closed, at
//            most one a city: the next is due when that one is sealed, so a day that is refused
//            keeps the later ones waiting. Encode: the cities, to be read back with Restore
//   Cost     Read: about 100 ns; of an opening, as the engine
//   Source   DOMAIN.md §6
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/record.h"
#include "engine/core/envelope.h"
#include "engine/core/machine.h"
#include "merit/v1/seal.pb.h"

namespace merit {

struct ClockDay {
  uint32_t city_code = 0;
  int32_t day = 0;
  int64_t end_ms = 0;  // the last millisecond of it, where the city is

  // "clock:511500:20513": the same whoever says it, so that a second one is a duplicate.
  std::string EventId() const;
  // The event's bytes; private_key: 32 bytes, or none.
  std::string Event(const std::string& producer_id, const std::string& private_key) const;
};

class CityClock {
 public:
  CityClock();
  ~CityClock();

  void Read(const Record& record);
  void Seal(const v1::DaySeal& seal);
  std::vector<ClockDay> Due(int64_t now_ms) const;

  size_t cities() const { return cities_.size(); }
  std::string Encode() const;
  // False: these are no cities.
  bool Restore(const std::string& text);

 private:
  struct Opened {
    int32_t utc_offset_minutes = 0;
    int32_t open_day = 0;  // at first; seals tell the rest
  };

  std::map<uint32_t, Opened> cities_;
  std::map<uint32_t, int32_t> sealed_;  // the last day of each city, known or not yet
  EnvelopeReader reader_;
  std::unique_ptr<Image> image_;
  Machine machine_;  // only to judge openings: it never gets anything else
};

}  // namespace merit
