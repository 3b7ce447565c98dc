// The golden logs through the program: imported, replayed, exported.
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

class GoldenReplay : public CommandTest, public testing::WithParamInterface<const char*> {
 protected:
  std::vector<std::string> Exported(const std::string& name) const {
    return LinesOf(TextOf(Path(name)));
  }
};

TEST_P(GoldenReplay, GivesTheSameFiles) {
  const fs::path folder = fs::path(MERIT_GOLDEN) / "logs" / GetParam();
  Good({"import", GoldenFile(folder / "log.jsonl"), "--archive", Path("log")});
  Good({"replay", Path("log"), "--outcomes", Path("outcomes"), "--scores", Path("scores"),
        "--seals", Path("seals"), "--bulletins", Path("bulletins"), "--state", Path("state")});
  ExpectGolden(folder / "outcomes.jsonl", Exported("outcomes"), Normal<v1::Outcome>);
  ExpectGolden(folder / "scores.jsonl", Exported("scores"), Normal<v1::Score>);
  ExpectGolden(folder / "seals.jsonl", Exported("seals"), Normal<v1::DaySeal>);
  ExpectGolden(folder / "bulletins.jsonl", Exported("bulletins"), Normal<v1::Bulletin>);
  ExpectGolden(folder / "state.jsonl", Exported("state"), WithoutSpaces);
}

INSTANTIATE_TEST_SUITE_P(Logs, GoldenReplay,
                         testing::Values("small-1", "hostile-1", "year-1", "parts-1"),
                         TestName<const char*>);

}  // namespace
}  // namespace merit
