// What an import has to say about single rows: which file, where in it, and why.
//
//   Caveats  A row is either left out, or imported with a note; whoever reads the list can find
//            each in the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace merit {

struct Issue {
  std::string file;
  const char* unit = "line";  // what `number` counts: "line" or "request"
  uint64_t number = 0;        // from 1; the line on which the row begins
  std::string reason;
  bool left_out = true;  // false: imported, and this is what was done about it
};

using Issues = std::vector<Issue>;

}  // namespace merit
