#include "tests/commands/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "tests/text.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

// Another program can be tested, such as an installed one.
const char* ProgramPath() {
  const char* const other = std::getenv("MERIT_PROGRAM");
  return other != nullptr ? other : MERIT_BINARY;
}

std::string NextName() {
  static std::atomic<int> number{0};
  return "run-" + std::to_string(++number);
}

void Redirect(const fs::path& file, int to) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (descriptor < 0 || dup2(descriptor, to) < 0) _exit(126);
  close(descriptor);
}

}  // namespace

Program::Program(const Words& words, const fs::path& directory)
    : out_(directory / (NextName() + ".out")), error_(out_.string() + ".error") {
  std::vector<char*> arguments = {const_cast<char*>(ProgramPath())};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  child_ = fork();
  if (child_ != 0) return;
  Redirect(out_, STDOUT_FILENO);
  Redirect(error_, STDERR_FILENO);
  setenv("LC_ALL", "C", 1);
  execv(ProgramPath(), arguments.data());
  _exit(127);
}

Program::~Program() {
  if (child_ > 0) {
    Send(SIGKILL);
    Wait();
  }
}

void Program::Send(int signal) {
  if (child_ > 0) kill(child_, signal);
}

std::string Program::OutSoFar() const { return TextOf(out_); }

Answer Program::Wait() {
  int status = 0;
  EXPECT_EQ(waitpid(child_, &status, 0), child_);
  child_ = -1;
  return {ExitCodeOf(status), TextOf(out_), TextOf(error_)};
}

Answer CommandTest::Good(const Words& words) {
  Answer answer = Merit(words);
  EXPECT_EQ(answer.exit_code, 0) << words[0] << ": " << answer.error;
  return answer;
}

}  // namespace merit
