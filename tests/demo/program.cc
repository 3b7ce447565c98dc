#include "tests/demo/program.h"

#include <cstdlib>

#include "tests/text.h"

namespace merit {

Answer Desk::Do(const std::string& line) const {
  const std::string out = *this / ".out", error = *this / ".err";
  const std::string whole = "cd '" + path() +
                            "' && PATH='" MERIT_PROGRAM_DIRECTORY "':\"$PATH\" && { " + line +
                            "\n} >'" + out + "' 2>'" + error + "'";
  const int status = std::system(whole.c_str());
  return {ExitCodeOf(status), TextOf(out), TextOf(error)};
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
