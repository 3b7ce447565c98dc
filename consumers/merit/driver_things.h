// What belongs to one driver: by whose ids an outcome or event concerns them.
//
//   Cost     one pass over reports, redemptions, appeals, violations, honours, suspensions of the
//            city
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "consumers/merit/journal.h"
#include "engine/core/city.h"

namespace merit {

struct DriverThings {
  std::string driver_id;
  uint32_t driver = kNone;
  std::set<std::string, std::less<>> reports, redemptions, appeals;
  // Honours, suspensions, violations, volunteer records: whose ends have no effect that names the
  // driver.
  std::set<std::string, std::less<>> quiet;

  bool Concerns(const v1::Effect& effect) const;
  // Whether the event itself names the driver, or one of the quiet things; never one that was said
  // before.
  bool Concerns(const JournalEntry& entry) const;
};

// The driver must be enrolled in the city.
DriverThings ThingsOf(City& city, const std::string& driver_id);

// Whether a field of the event's body, one named `…_id`, is this id.
bool NamesId(const v1::Event& event, std::string_view id);

}  // namespace merit
