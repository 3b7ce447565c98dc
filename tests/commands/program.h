// The built program, run as a person runs it: real processes, real directories.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace merit {

using Words = std::vector<std::string>;

struct Answer {
  int exit_code = -1;  // 128 + the signal, where one ended it
  std::string out;
  std::string error;

  nlohmann::ordered_json json() const { return nlohmann::ordered_json::parse(out, nullptr, false); }
};

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
  CommandTest();
  ~CommandTest() override;

  Answer Merit(const Words& words) { return Program(words, scratch_).Wait(); }
  // The same, and it must succeed.
  Answer Good(const Words& words);
  std::string operator/(const std::string& name) const { return scratch_ / name; }
  std::string Path(const std::string& name) const { return scratch_ / name; }

  std::filesystem::path scratch_;
};

}  // namespace merit
