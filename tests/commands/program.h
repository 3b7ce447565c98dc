// The built program, run as a person runs it: real processes, real directories.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/answer.h"
#include "tests/scratch_directory.h"

namespace merit {

using Words = std::vector<std::string>;

// A child that runs `merit <words>`, its output in files of `directory`.
class Program {
 public:
  Program(const Words& words, const std::filesystem::path& directory);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void Send(int signal);
  // What it has printed so far.
  std::string OutSoFar() const;
  // Waits for its end.
  Answer Wait();

 private:
  const std::filesystem::path out_, error_;
  pid_t child_ = -1;
};

// A scratch directory for each test, gone with it.
class CommandTest : public testing::Test {
 protected:
  Answer Merit(const Words& words) { return Program(words, scratch_.path()).Wait(); }
  // The same, and it must succeed.
  Answer Good(const Words& words);
  std::string Path(const std::string& name) const { return scratch_ / name; }

  const ScratchDirectory scratch_;
};

}  // namespace merit
