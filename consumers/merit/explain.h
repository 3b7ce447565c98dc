// What merit explain says of each kind of thing.
#pragma once

#include <string>

#include "consumers/merit/phrases.h"
#include "consumers/merit/state_command.h"

namespace merit {

struct Explanation {
  RestingState& state;
  City& city;
  const Speaker& say;
  const bool json;
};

// `report`, `driver`, `redemption`: rows of the city.
[[nodiscard]] Status ExplainReport(const Explanation& to, uint32_t report);
[[nodiscard]] Status ExplainDriver(const Explanation& to, uint32_t driver);
[[nodiscard]] Status ExplainRedemption(const Explanation& to, uint32_t redemption);

}  // namespace merit
