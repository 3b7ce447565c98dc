// What the documents name exists, and what exists is named: folders, tests, files, commands,
// options.
#include <cstdio>
#include <set>

#include "tests/docs/document.h"

namespace merit::docs {
namespace {

namespace fs = std::filesystem;

const char* const kReadmes[] = {"README.md", "README.zh.md"};
const char* const kDocuments[] = {"README.md", "README.zh.md", "ARCHITECTURE.md", "bench/README.md",
                                  "deploy/service/README.md"};

// --- folders -----------------------------------------------------------------------------------

bool IsOurs(const fs::path& folder) {
  const std::string name = folder.filename();
  return !name.starts_with('.') && name != "build" && name != "var" && name != "__pycache__";
}

// The top folders, and the rooms in those that have rooms: "engine/", "engine/base/".
std::set<std::string> FoldersOnDisk() {
  std::set<std::string> folders;
  for (const auto& top : fs::directory_iterator(kRoot)) {
    if (!top.is_directory() || !IsOurs(top.path())) continue;
    const std::string name = top.path().filename();
    folders.insert(name + "/");
    if (name != "engine" && name != "consumers" && name != "tests") continue;
    for (const auto& room : fs::directory_iterator(top.path())) {
      if (!room.is_directory() || !IsOurs(room.path())) continue;
      folders.insert(name + "/" + room.path().filename().string() + "/");
    }
  }
  return folders;
}

TEST(Docs, RoomsAreTheFolders) {
  std::set<std::string> named;
  for (const std::string& line : Section("ARCHITECTURE.md", 3)) {
    if (!line.starts_with("| `")) continue;
    for (const std::string& folder :
         Matches({line.substr(0, line.find('|', 1))}, "`([a-z_/]+/)`")) {
      EXPECT_TRUE(named.insert(folder).second) << folder << " has two lines";
    }
  }
  const std::set<std::string> on_disk = FoldersOnDisk();
  for (const std::string& folder : named) {
    EXPECT_TRUE(on_disk.contains(folder))
        << "ARCHITECTURE.md §3 names " << folder << ", which is not there; take its line out";
  }
  for (const std::string& folder : on_disk) {
    EXPECT_TRUE(named.contains(folder))
        << folder << " has no line in ARCHITECTURE.md §3; say what it is";
  }
}

// --- tests -------------------------------------------------------------------------------------

// "Suite.Name" of every test in a source that its folder's CMakeLists.txt builds.
std::set<std::string> TestsThatAreBuilt() {
  static const std::regex kTest(R"(\nTEST(?:_F|_P)?\((\w+),\s*(\w+)\))");
  std::set<std::string> tests;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "tests")) {
    if (entry.path().extension() != ".cc") continue;
    const std::string make = TextOf(entry.path().parent_path() / "CMakeLists.txt");
    const std::string name = entry.path().filename();
    const auto makes = [&](const std::string& what) {
      return make.find(what) != std::string::npos;
    };
    const bool built = makes(name) || makes("CONFIGURE_DEPENDS *.cc") ||
                       (makes("CONFIGURE_DEPENDS *_test.cc") && name.ends_with("_test.cc"));
    if (!built) continue;
    const std::string text = TextOf(entry.path());
    for (std::sregex_iterator match(text.begin(), text.end(), kTest), end; match != end; ++match) {
      tests.insert((*match)[1].str() + "." + (*match)[2].str());
    }
  }
  return tests;
}

TEST(Docs, TestsThatAreNamedExist) {
  const std::set<std::string> tests = TestsThatAreBuilt();
  ASSERT_GT(tests.size(), 100u);
  constexpr const char* kTestName = "`([A-Z]\\w+\\.[A-Z]\\w+)`";
  EXPECT_GT(Matches(Section("ARCHITECTURE.md", 4), kTestName).size(), 10u);
  for (const char* document : kDocuments) {
    for (const std::string& name : Matches(LinesOfFile(document), kTestName)) {
      EXPECT_TRUE(tests.contains(name)) << document << ": no test " << name << " is built";
    }
  }
}

// --- files -------------------------------------------------------------------------------------

TEST(Docs, FilesThatAreNamedExist) {
  Lines documents(std::begin(kDocuments), std::end(kDocuments));
  documents.insert(documents.end(), {"docs/DOMAIN.md", "docs/EFFECTS.md"});
  for (const std::string& document : documents) {
    const Lines lines = LinesOfFile(document);
    Lines paths = Matches(
        lines, "((?:engine|simulator|consumers|tests|bench|proto|deploy)/[A-Za-z0-9_./-]*\\w)");
    const fs::path folder = fs::path(document).parent_path();
    for (const std::string& target : Matches(lines, "\\]\\(([^):#]+)\\)")) {
      paths.push_back((folder / target).string());
    }
    EXPECT_FALSE(paths.empty()) << document;
    for (const std::string& path : paths) {
      // What a command makes: build/release/bench/…
      if (path.starts_with("bench/merit-bench-")) continue;
      EXPECT_TRUE(fs::exists(kRoot / path)) << document << " names " << path;
    }
  }
}

// --- metrics -----------------------------------------------------------------------------------

TEST(Docs, MetricsAreThoseOfTheEngine) {
  const Lines metrics =
      Matches(LinesOfFile("consumers/merit/engine_http.cc"), "(?:\\(all, |one\\()\"([a-z_]+)\"");
  const std::set<std::string> known(metrics.begin(), metrics.end());
  ASSERT_GT(known.size(), 10u);
  std::set<std::string> named;
  for (const char* document : {"deploy/service/README.md", "deploy/service/alerts.yml"}) {
    for (const std::string& metric : Matches(LinesOfFile(document), "\\bmerit_([a-z_]+)")) {
      EXPECT_TRUE(known.contains(metric)) << document << ": there is no merit_" << metric;
      named.insert(metric);
    }
  }
  for (const std::string& metric : known) {
    EXPECT_TRUE(named.contains(metric)) << "deploy/service/README.md lacks merit_" << metric;
  }
}

// --- commands ----------------------------------------------------------------------------------

std::string OutputOf(const std::string& arguments) {
  std::FILE* const pipe = popen((std::string(MERIT_PROGRAM) + " " + arguments).c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::string output;
  char bytes[4096];
  while (const size_t size = std::fread(bytes, 1, sizeof(bytes), pipe)) output.append(bytes, size);
  EXPECT_EQ(pclose(pipe), 0) << "merit " << arguments;
  return output;
}

std::set<std::string> Commands() {
  const std::string help = OutputOf("--help");
  const size_t begin = help.find("\nSubcommands:");
  EXPECT_NE(begin, std::string::npos) << help;
  const Lines commands =
      Matches(LinesOf(help.substr(begin, help.find("\n\n", begin) - begin)), "^  ([a-z][a-z-]*)  ");
  return {commands.begin(), commands.end()};
}

TEST(Docs, CommandsAreThoseOfTheProgram) {
  const std::set<std::string> commands = Commands();
  ASSERT_FALSE(commands.empty());
  for (const char* readme : kReadmes) {
    const Lines rows = Matches(LinesOfFile(readme), "^\\| `merit ([a-z-]+)` \\|");
    const std::set<std::string> named(rows.begin(), rows.end());
    for (const std::string& command : named) {
      EXPECT_TRUE(commands.contains(command)) << readme << ": there is no merit " << command;
    }
    for (const std::string& command : commands) {
      EXPECT_TRUE(named.contains(command))
          << readme << ": the table of commands lacks merit " << command;
    }
  }
}

// A command line is indented: "    $ merit replay logs/small \" goes on in the next line.
Lines CommandLines(const char* document) {
  static const std::regex kBegin(R"(^    (?:\$ )?(?:build/release/)?merit [a-z].*)");
  Lines found;
  bool goes_on = false;
  for (const std::string& line : LinesOfFile(document)) {
    if (goes_on) {
      found.back() += line;
    } else if (std::regex_match(line, kBegin)) {
      found.push_back(line);
    } else {
      continue;
    }
    goes_on = line.ends_with('\\');
  }
  return found;
}

TEST(Docs, CommandLinesCanBeTyped) {
  const std::set<std::string> commands = Commands();
  for (const char* document : kDocuments) {
    const Lines lines = CommandLines(document);
    EXPECT_FALSE(lines.empty()) << document;
    for (const std::string& line : lines) {
      const std::string command = Matches({line}, "merit ([a-z-]+)").at(0);
      ASSERT_TRUE(commands.contains(command)) << document << ":" << line;
      const std::string help = OutputOf(command + " --help");
      for (const std::string& option : Matches({line}, " (--[a-z-]+)")) {
        EXPECT_NE(help.find(option), std::string::npos)
            << document << ": merit " << command << " has no " << option;
      }
    }
  }
}

}  // namespace
}  // namespace merit::docs
