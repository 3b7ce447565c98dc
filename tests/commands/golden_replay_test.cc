// The golden logs through the program: imported, replayed, exported.
#include <google/protobuf/util/json_util.h>
#include <zlib.h>

#include <algorithm>

#include "engine/wire/exchange.h"
#include "merit/v1/bulletin.pb.h"
#include "merit/v1/outcome.pb.h"
#include "merit/v1/score.pb.h"
#include "merit/v1/seal.pb.h"
#include "tests/commands/program.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

// The file, or the same with .gz behind its name.
fs::path Found(const fs::path& path) {
  return fs::exists(path) ? path : fs::path(path.string() + ".gz");
}

std::string Unzipped(const fs::path& path) {
  const gzFile file = gzopen(Found(path).c_str(), "rb");
  EXPECT_NE(file, nullptr) << path;
  std::string text;
  std::vector<char> buffer(1 << 16);
  for (int size; (size = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0;) {
    text.append(buffer.data(), static_cast<size_t>(size));
  }
  gzclose(file);
  return text;
}

// One form for a message however its JSON was written.
template <class Message>
std::string Normal(const std::string& line) {
  if (line.find("\"tombstone\"") != std::string::npos) return line;
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(line, &message);
  EXPECT_TRUE(status.ok()) << line;
  return ToJson(message).value();
}

std::string WithoutSpaces(std::string line) {
  std::erase(line, ' ');
  return line;
}

template <class Normalise>
void ExpectSame(const fs::path& golden, const fs::path& exported, Normalise normalise) {
  const std::vector<std::string> expected = LinesOf(Unzipped(golden)),
                                 actual = LinesOf(TextOf(exported));
  for (size_t place = 0; place < std::min(expected.size(), actual.size()); ++place) {
    ASSERT_EQ(normalise(expected[place]), normalise(actual[place]))
        << golden << " line " << place + 1;
  }
  ASSERT_EQ(expected.size(), actual.size()) << golden;
}

class GoldenReplay : public CommandTest, public testing::WithParamInterface<const char*> {};

TEST_P(GoldenReplay, GivesTheSameFiles) {
  const fs::path folder = fs::path(MERIT_GOLDEN) / "logs" / GetParam();
  Good({"import", Found(folder / "log.jsonl"), "--archive", Path("log")});
  Good({"replay", Path("log"), "--outcomes", Path("outcomes"), "--scores", Path("scores"),
        "--seals", Path("seals"), "--bulletins", Path("bulletins"), "--state", Path("state")});
  ExpectSame(folder / "outcomes.jsonl", Path("outcomes"), Normal<v1::Outcome>);
  ExpectSame(folder / "scores.jsonl", Path("scores"), Normal<v1::Score>);
  ExpectSame(folder / "seals.jsonl", Path("seals"), Normal<v1::DaySeal>);
  ExpectSame(folder / "bulletins.jsonl", Path("bulletins"), Normal<v1::Bulletin>);
  ExpectSame(folder / "state.jsonl", Path("state"), WithoutSpaces);
}

std::string TestName(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Logs, GoldenReplay,
                         testing::Values("small-1", "hostile-1", "year-1", "parts-1"), TestName);

}  // namespace
}  // namespace merit
