#include "tests/golden/golden_file.h"

#include <zlib.h>

#include <algorithm>

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
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace merit
