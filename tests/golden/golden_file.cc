#include "tests/golden/golden_file.h"

#include <zlib.h>

#include "tests/text.h"

namespace merit {

namespace fs = std::filesystem;

fs::path GoldenFile(const fs::path& path) {
  return fs::exists(path) ? path : fs::path(path.string() + ".gz");
}

std::vector<std::string> GoldenLines(const fs::path& path) {
  const gzFile file = gzopen(GoldenFile(path).c_str(), "rb");
  EXPECT_NE(file, nullptr) << path;
  std::string text;
  std::vector<char> buffer(1 << 16);
  for (int size; (size = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0;) {
    text.append(buffer.data(), static_cast<size_t>(size));
  }
  gzclose(file);
  return LinesOf(text);
}

}  // namespace merit
