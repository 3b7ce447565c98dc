// Brings near what the next records of a batch will look at, while the ones before them are folded: most of an event's
// time is waiting for memory.
//
//   Input    the records of a batch, in order, each given to Show once
//   Output   nothing that can be observed but time
//   Cost     about 60 ns a record; it saves several hundred where a city does not fit the processor's caches
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/base/record.h"
#include "engine/core/city.h"

namespace merit {

class LookAhead {
 public:
  // How many records a look goes ahead of the fold.
  static constexpr size_t kRecords = 12;

  // `city`: the record's, or null.
  void Show(City* city, const Record& record);

 private:
  // What can be told of a record without decoding it: the ids that its body begins with.
  struct Sight {
    City* city = nullptr;
    uint32_t body_number = 0;
    uint32_t first_hash = 0;   // of the id in the body's field 1, 0 where there is none
    uint32_t second_hash = 0;  // of field 2
    uint32_t report = kNone;   // that field 1 most likely names
  };
  static constexpr size_t kStage = kRecords / 3;  // records between two looks at the same one

  static Sight SightOf(City* city, std::string_view value);
  static void LookAtSlots(const Sight& sight);
  static void LookAtRows(Sight* sight);
  static void LookAtDriver(const Sight& sight);

  std::array<Sight, kRecords> sights_;
  size_t next_ = 0;
};

}  // namespace merit
