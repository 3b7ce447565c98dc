// The state as text, for comparing implementations: one JSON object a line, sorted by type and id.
//
//   Output   emit(line) for each line of a city, without its newline, in byte order of (type, id)
//   Errors   RowsUnavailable (engine/rows/image.h)
//   Cost     holds all lines of one type at a time
//   Source   EFFECTS.md §7
#pragma once

#include <functional>
#include <string>

#include "engine/core/city.h"

namespace merit {

void ExportState(City& city, const std::function<void(const std::string& line)>& emit);

}  // namespace merit
