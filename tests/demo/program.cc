#include "tests/demo/program.h"

#include <stdlib.h>
#include <sys/wait.h>

#include <cstdlib>
#include <stdexcept>

#include "tests/text.h"

namespace merit {

namespace fs = std::filesystem;

Desk::Desk() {
  std::string name = (fs::temp_directory_path() / "merit-demo-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error(name + " could not be made");
  path_ = name;
}

Desk::~Desk() {
  std::error_code error;
  fs::remove_all(path_, error);
}

Answer Desk::Do(const std::string& line) const {
  const fs::path out = path_ / ".out", complaint = path_ / ".err";
  const std::string whole = "cd '" + path_.string() +
                            "' && PATH='" MERIT_PROGRAM_DIRECTORY "':\"$PATH\" && { " + line +
                            "\n} >'" + out.string() + "' 2>'" + complaint.string() + "'";
  const int status = std::system(whole.c_str());
  Answer answer;
  answer.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  answer.text = TextOf(out);
  answer.complaint = TextOf(complaint);
  return answer;
}

size_t ColumnsOf(const std::string& line) {
  size_t columns = 0;
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80) columns += byte >= 0xe0 ? 2 : 1;
  }
  return columns;
}

}  // namespace merit
