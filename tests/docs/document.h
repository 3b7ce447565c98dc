// A Markdown document of the checkout, as the tests read it.
//
//   Input    a path from the root of the checkout
//   Output   its lines; section 4 is from "## 4. …" to the next "## "
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "tests/text.h"

namespace merit::docs {

using Lines = std::vector<std::string>;

inline const std::filesystem::path kRoot = MERIT_SOURCE_DIR;

inline Lines LinesOfFile(const std::string& path) {
  EXPECT_TRUE(std::filesystem::exists(kRoot / path)) << path << " is not there";
  return LinesOf(TextOf(kRoot / path));
}

inline Lines Section(const std::string& path, int number) {
  const std::string head = "## " + std::to_string(number) + ". ";
  Lines lines;
  bool inside = false;
  for (const std::string& line : LinesOfFile(path)) {
    if (line.starts_with("## ")) inside = line.starts_with(head);
    if (inside) lines.push_back(line);
  }
  EXPECT_FALSE(lines.empty()) << path << " has no section " << number;
  return lines;
}

// Every match's first group.
inline Lines Matches(const Lines& lines, const char* pattern) {
  const std::regex regex(pattern);
  Lines found;
  for (const std::string& line : lines) {
    for (std::sregex_iterator match(line.begin(), line.end(), regex), end; match != end; ++match) {
      found.push_back((*match)[1]);
    }
  }
  return found;
}

}  // namespace merit::docs
