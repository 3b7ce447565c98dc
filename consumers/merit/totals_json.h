// A city's nine totals (DOMAIN.md §8) as every command writes them: issued is negative, and the sum
// of all nine is 0.
#pragma once

#include <nlohmann/json.hpp>

#include "engine/core/rows.h"

namespace merit {

inline nlohmann::ordered_json TotalsJson(const Totals& totals) {
  return {{"issued", totals.issued},   {"available", totals.available}, {"held", totals.held},
          {"arrears", totals.arrears}, {"partner", totals.partner},     {"settled", totals.settled},
          {"expired", totals.expired}, {"forfeited", totals.forfeited}, {"clawed", totals.clawed}};
}

}  // namespace merit
