// The merit program as a user has it: in the PATH, called by a shell in a directory of one's own.
#pragma once

#include <cstddef>
#include <string>

#include "tests/answer.h"
#include "tests/scratch_directory.h"

namespace merit {

class Desk : public ScratchDirectory {
 public:
  // What sh -c "<line>" says and ends with.
  Answer Do(const std::string& line) const;
};

// On a terminal, where a Chinese character has two columns.
size_t ColumnsOf(const std::string& line);

}  // namespace merit
