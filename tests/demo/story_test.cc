// merit demo --story against its golden texts. MERIT_REWRITE=1 writes them anew: read the
// difference before it is committed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/demo/program.h"
#include "tests/text.h"

namespace merit {
namespace {

Answer Tell(const Desk& desk, const std::string& language) {
  return desk.Do("merit demo --story --lang " + language);
}

class StoryTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Languages, StoryTest, testing::Values("en", "zh"));

TEST_P(StoryTest, IsTheGoldenOne) {
  const Desk desk;
  const Answer told = Tell(desk, GetParam());
  ASSERT_EQ(told.exit_code, 0) << told.error;
  const std::string golden = MERIT_SOURCE_DIR "/tests/demo/story." + GetParam() + ".txt";
  if (std::getenv("MERIT_REWRITE") != nullptr) std::ofstream(golden, std::ios::binary) << told.out;
  EXPECT_EQ(told.out, TextOf(golden));
}

TEST_P(StoryTest, IsToldAgainFromItsDirectory) {
  const Desk desk;
  const Answer told = Tell(desk, GetParam());
  EXPECT_EQ(told.exit_code, 0) << told.error;
  EXPECT_EQ(Tell(desk, GetParam()).out, told.out);
}

TEST_P(StoryTest, ItsCommandsShowWhatItTells) {
  const Desk desk;
  const Answer told = Tell(desk, GetParam());
  size_t commands = 0;
  for (const std::string& line : LinesOf(told.out)) {
    EXPECT_LE(ColumnsOf(line), 110u) << line;
    if (!line.starts_with("     $ ")) continue;
    ++commands;
    const Answer answer = desk.Do(line.substr(7));
    EXPECT_EQ(answer.exit_code, 0) << line << "\n" << answer.error;
    EXPECT_FALSE(answer.out.empty()) << line;
  }
  EXPECT_EQ(commands, 10u);
}

}  // namespace
}  // namespace merit
