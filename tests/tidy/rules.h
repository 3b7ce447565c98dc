// The rules of this house that a machine can hold: who includes whom, what the pure rooms may not
// use, names, and line length.
//
//   Input    a file's path from the root of the checkout, with '/', and its text
//   Output   each offence against the rule, in order of lines; a rule looks only at the files it is
//            about
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace merit::tidy {

struct Offence {
  int line;  // from 1; 0: the file as a whole
  std::string what;
};
using Offences = std::vector<Offence>;

// Rooms include what ARCHITECTURE.md draws; the core nothing but its own, the messages and the
// standard library.
Offences CheckIncludes(const std::string& path, const std::string& text);
// In engine/core and engine/rows: no floating point, clock, randomness, hash order, locale or
// environment.
Offences CheckPurity(const std::string& path, const std::string& text);
// Words that say nothing, in the names of files and classes.
Offences CheckNames(const std::string& path, const std::string& text);
Offences CheckLineLengths(const std::string& path, const std::string& text);
// A header begins with its contract and is included once.
Offences CheckHeader(const std::string& path, const std::string& text);
// No path of one machine, and no document that is not part of this project.
Offences CheckStandsAlone(const std::string& path, const std::string& text);

// The text with comments and the insides of literals blanked, every line where it was.
std::string CodeOf(std::string_view text);

}  // namespace merit::tidy
