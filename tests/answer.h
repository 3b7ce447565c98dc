// What a program has said to a test, and how it ended.
#pragma once

#include <sys/wait.h>

#include <nlohmann/json.hpp>
#include <string>

namespace merit {

struct Answer {
  int exit_code = -1;  // 128 + the signal, where one ended it
  std::string out;
  std::string error;

  nlohmann::ordered_json json() const { return nlohmann::ordered_json::parse(out, nullptr, false); }
};

// status: as waitpid and std::system give it.
inline int ExitCodeOf(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace merit
