// Each rule finds what it is about, and lets the rest be.
#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

namespace merit::tidy {
namespace {

std::vector<int> Lines(const Offences& offences) {
  std::vector<int> lines;
  for (const Offence& offence : offences) lines.push_back(offence.line);
  return lines;
}
using Found = std::vector<int>;

Found Includes(const std::string& path, const std::string& header) {
  return Lines(CheckIncludes(path, "// x\n#include " + header + "\n"));
}

TEST(TidyRules, PortsDoNotKnowEachOther) {
  EXPECT_EQ(Includes("engine/log/a.cc", "\"engine/store/store.h\""), Found{2});
  EXPECT_EQ(Includes("engine/store/a.h", "\"engine/publish/publisher.h\""), Found{2});
  EXPECT_EQ(Includes("engine/publish/a.cc", "\"engine/log/log.h\""), Found{2});
  EXPECT_EQ(Includes("engine/publish/a.cc", "\"engine/log/archive_writer.h\""), Found{});
  EXPECT_EQ(Includes("engine/log/a.cc", "\"engine/core/city.h\""), Found{2});
  EXPECT_EQ(Includes("engine/log/a.cc", "\"engine/engine.h\""), Found{2});
  EXPECT_EQ(Includes("engine/log/a.cc", "\"engine/base/status.h\""), Found{});
  EXPECT_EQ(Includes("engine/log/a.cc", "<zstd.h>"), Found{});
  EXPECT_EQ(Includes("engine/engine.cc", "\"engine/store/store.h\""), Found{});
  EXPECT_EQ(Includes("engine/engine.cc", "\"consumers/merit/command.h\""), Found{2});
  EXPECT_EQ(Includes("engine/attic/a.cc", "<string>"), Found{0});
  EXPECT_EQ(Includes("consumers/merit/a.cc", "\"engine/store/store.h\""), Found{});
}

TEST(TidyRules, TheCoreIncludesItsOwnTheMessagesAndTheStandardLibrary) {
  for (const char* good :
       {"\"engine/base/id.h\"", "\"engine/rows/table.h\"", "\"engine/core/city.h\"",
        "\"merit/v1/event.pb.h\"", "<google/protobuf/message.h>", "<vector>", "<span>"}) {
    EXPECT_EQ(Includes("engine/core/a.cc", good), Found{}) << good;
  }
  for (const char* bad :
       {"\"engine/store/store.h\"", "\"engine/wire/exchange.h\"", "\"absl/strings/str_cat.h\"",
        "<unistd.h>", "<sys/stat.h>", "<openssl/evp.h>", "\"merit/v1/event.h\""}) {
    EXPECT_EQ(Includes("engine/core/a.cc", bad), Found{2}) << bad;
  }
  EXPECT_EQ(Includes("engine/rows/a.h", "\"merit/v1/event.pb.h\""), Found{2});
  EXPECT_EQ(Includes("engine/rows/a.h", "\"engine/core/city.h\""), Found{2});
  EXPECT_EQ(Includes("engine/wire/a.cc", "\"absl/status/status.h\""), Found{2});
  EXPECT_EQ(Includes("engine/base/status.h", "\"absl/status/status.h\""), Found{});
}

TEST(TidyRules, TheCoreIsPure) {
  const std::string text =
      "double a;\n"
      "// a float, told of in a comment\n"
      "Say(\"double \\\" float\"); /* double\n"
      " float */ float b;\n"
      "std::unordered_map<int, int> c;\n"
      "d = time(nullptr) + std::time(0);\n"
      "e = record.time() + record_time(f) + row->time() + 1'000;\n"
      "#include <chrono>\n"
      "g = std::rand();\n"
      "int doubled, randomly, timeout(int), float_free;\n"
      "h = '\"'; double i = '\\'';\n"
      "if (MERIT_VERSION > 2) j = 1;  // and not a policy's version\n";
  EXPECT_EQ(Lines(CheckPurity("engine/core/a.cc", text)), (Found{1, 4, 5, 6, 8, 9, 11, 12}));
  EXPECT_EQ(Lines(CheckPurity("engine/rows/a.h", text)).size(), 8u);
  EXPECT_EQ(Lines(CheckPurity("engine/log/a.cc", text)), Found{});
}

TEST(TidyRules, NamesSaySomething) {
  EXPECT_EQ(Lines(CheckNames("engine/log/file_util.cc", "")), Found{0});
  EXPECT_EQ(Lines(CheckNames("engine/common/file.cc", "")), Found{0});
  EXPECT_EQ(Lines(CheckNames("consumers/x/ReportManager.java", "")), Found{0});
  EXPECT_EQ(Lines(CheckNames("engine/import/simple_utility.cc", "")), Found{});
  EXPECT_EQ(Lines(CheckNames(
                "engine/core/a.h",
                "class Fold {};\nstruct FoldImpl {};\nclass TheirManager;\n// class Manager\n")),
            Found{2});
  EXPECT_EQ(Lines(CheckNames("engine/core/a.h", "class Simple : public CommonRoad {};\n")),
            Found{});
}

TEST(TidyRules, LinesAreNotLong) {
  const std::string just(100, 'x'), over(101, 'x');
  std::string chinese;
  for (int count = 0; count < 100; ++count) chinese += "分";
  EXPECT_EQ(Lines(CheckLineLengths("a.cc", just + "\n" + over + "\n" + chinese + "\n" + over)),
            (Found{2, 4}));
  EXPECT_EQ(Lines(CheckLineLengths("a.json", over)), Found{});
}

TEST(TidyRules, HeadersBeginWithTheirContract) {
  EXPECT_EQ(Lines(CheckHeader("a.h", "// What it is.\n#pragma once\n")), Found{});
  EXPECT_EQ(Lines(CheckHeader("a.h", "#pragma once\n")), Found{1});
  EXPECT_EQ(Lines(CheckHeader("a.h", "// What it is.\n")), Found{1});
  EXPECT_EQ(Lines(CheckHeader("a.cc", "#include <a>\n")), Found{});
}

TEST(TidyRules, TheProjectStandsAlone) {
  const std::string home = "/ho", notes = "NOTES";
  EXPECT_EQ(
      Lines(CheckStandsAlone("a.cc", "open(\"" + home + "me/x\")\n" + "see " + notes + ".md\n")),
      (Found{1, 2}));
  EXPECT_EQ(
      Lines(CheckStandsAlone("a.cc", "https://x.org/home/y DOMAIN.md engine/store/FORMAT.md\n")),
      Found{});
}

}  // namespace
}  // namespace merit::tidy
