// The golden logs through the program: imported, replayed, exported.
#include <algorithm>

#include "merit/v1/bulletin.pb.h"
#include "merit/v1/outcome.pb.h"
#include "merit/v1/score.pb.h"
#include "merit/v1/seal.pb.h"
#include "tests/commands/program.h"
#include "tests/golden/golden_file.h"
#include "tests/text.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

std::string WithoutSpaces(std::string line) {
  std::erase(line, ' ');
  return line;
}

template <class Normalise>
void ExpectSame(const fs::path& golden, const fs::path& exported, Normalise normalise) {
  const std::vector<std::string> expected = GoldenLines(golden), actual = LinesOf(TextOf(exported));
  for (size_t place = 0; place < std::min(expected.size(), actual.size()); ++place) {
    ASSERT_EQ(normalise(expected[place]), normalise(actual[place]))
        << golden << " line " << place + 1;
  }
  ASSERT_EQ(expected.size(), actual.size()) << golden;
}

class GoldenReplay : public CommandTest, public testing::WithParamInterface<const char*> {};

TEST_P(GoldenReplay, GivesTheSameFiles) {
  const fs::path folder = fs::path(MERIT_GOLDEN) / "logs" / GetParam();
  Good({"import", GoldenFile(folder / "log.jsonl"), "--archive", Path("log")});
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
