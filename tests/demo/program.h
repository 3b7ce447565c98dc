// The merit program as a user has it: in the PATH, called by a shell in a directory of one's own.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace merit {

struct Answer {
  int exit_status = 0;    // 128 + signal, as a shell says it
  std::string text;       // standard output
  std::string complaint;  // standard error
};

// An empty directory until the end of the test.
class Desk {
 public:
  Desk();
  ~Desk();
  // What sh -c "<line>" says and ends with.
  Answer Do(const std::string& line) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// On a terminal, where a Chinese character has two columns.
size_t ColumnsOf(const std::string& line);

}  // namespace merit
