// The checkout itself keeps the rules.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>

#include "tests/text.h"
#include "tests/tidy/rules.h"

namespace merit::tidy {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = MERIT_SOURCE_DIR;

// Path from the root -> text, of everything that people write here.
const std::map<std::string, std::string>& Files() {
  static const std::map<std::string, std::string> kFiles = [] {
    std::map<std::string, std::string> files;
    for (const char* top :
         {"engine", "simulator", "consumers", "tests", "bench", "proto", "deploy"}) {
      if (!fs::exists(kRoot / top)) continue;
      for (const auto& entry : fs::recursive_directory_iterator(kRoot / top)) {
        const std::string ending = entry.path().extension();
        const bool text = ending == ".h" || ending == ".cc" || ending == ".proto" ||
                          ending == ".py" || ending == ".sh" || ending == ".md" || ending == ".txt";
        if (entry.is_regular_file() && text) {
          files[fs::relative(entry.path(), kRoot).generic_string()] = TextOf(entry.path());
        }
      }
    }
    return files;
  }();
  return kFiles;
}

void Hold(Offences (*check)(const std::string&, const std::string&)) {
  ASSERT_GT(Files().size(), 50u) << "is " << kRoot << " the checkout?";
  for (const auto& [path, text] : Files()) {
    for (const Offence& offence : check(path, text)) {
      ADD_FAILURE_AT((kRoot / path).c_str(), offence.line) << offence.what;
    }
  }
}

TEST(Tidy, RoomsIncludeWhatTheyMay) { Hold(CheckIncludes); }
TEST(Tidy, ThePureRoomsArePure) { Hold(CheckPurity); }
TEST(Tidy, NamesSaySomething) { Hold(CheckNames); }
TEST(Tidy, LinesAreNotLong) { Hold(CheckLineLengths); }
TEST(Tidy, HeadersBeginWithTheirContract) { Hold(CheckHeader); }
TEST(Tidy, TheProjectStandsAlone) { Hold(CheckStandsAlone); }

// A command that main.cc does not list, or a folder of tests that nobody builds, would be dead
// without a word.
TEST(Tidy, EveryCommandIsListed) {
  const std::string& main = Files().at("consumers/merit/main.cc");
  const std::regex definition(R"(\nvoid (Add\w+)\(CLI::App& app, Run& run\))");
  int count = 0;
  for (const auto& [path, text] : Files()) {
    if (!path.starts_with("consumers/merit/") || !path.ends_with(".cc")) continue;
    for (std::sregex_iterator match(text.begin(), text.end(), definition), end; match != end;
         ++match, ++count) {
      EXPECT_NE(main.find((*match)[1].str() + "(app, run);"), std::string::npos)
          << path << " defines " << (*match)[1] << ", and main.cc does not call it";
    }
  }
  EXPECT_GT(count, 0);
}

// Two classes of one name in one namespace would be one to the linker, without a word.
TEST(Tidy, EveryClassHasItsName) {
  const std::regex definition(R"(\n(?:class|struct|enum class|enum) (\w+)(?: final)?[^\n;]*\{)");
  std::map<std::string, std::string> defined;  // name -> file
  for (const auto& [path, text] : Files()) {
    if (!path.ends_with(".h") || path.starts_with("tests/")) continue;
    for (std::sregex_iterator match(text.begin(), text.end(), definition), end; match != end;
         ++match) {
      const auto [first, added] = defined.emplace((*match)[1], path);
      EXPECT_TRUE(added) << path << " and " << first->second << " both define " << first->first;
    }
  }
  EXPECT_GT(defined.size(), 100u);
}

TEST(Tidy, EveryFolderOfTestsIsBuilt) {
  const std::string& top = Files().at("tests/CMakeLists.txt");
  for (const auto& entry : fs::directory_iterator(kRoot / "tests")) {
    if (!fs::exists(entry.path() / "CMakeLists.txt")) continue;
    const std::string folder = entry.path().filename();
    EXPECT_NE(top.find("add_subdirectory(" + folder + ")"), std::string::npos)
        << "tests/" << folder;
  }
}

}  // namespace
}  // namespace merit::tidy
