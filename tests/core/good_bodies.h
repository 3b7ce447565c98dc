// One acceptable body of every event but ProgrammeOpened and PolicyActivated, and a city in which
// each is APPLIED.
#pragma once

#include <string>
#include <vector>

#include "tests/core/scenario.h"

namespace merit {

// Says what the bodies refer to.
void Prepare(Scenario& city);

struct GoodBody {
  std::string text;
  const char* producer = "";  // who says it where that is not the usual one
};
std::vector<GoodBody> GoodBodies();

// The one whose text begins with that name.
GoodBody GoodBodyOf(const std::string& name);

// The body with more fields; one said again has its new value.
std::string With(const std::string& body, const std::string& more);

}  // namespace merit
