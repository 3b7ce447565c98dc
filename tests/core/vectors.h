// The machine-readable examples of DOMAIN.md §13.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace merit {

inline nlohmann::json Vector(const std::string& name) {
  std::ifstream file(std::string(MERIT_VECTORS) + "/" + name + ".json");
  return nlohmann::json::parse(file);
}

}  // namespace merit
