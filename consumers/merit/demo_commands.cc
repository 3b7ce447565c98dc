// What a demo says to try next, as a shell takes it.
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "consumers/merit/demo_text.h"

namespace merit {
namespace {

constexpr Phrase kTryExplain{"how the boost is made, and what would lift it",
                             "优先度如何得出，离下一档还差多少"};
constexpr Phrase kTryLedger{"why this driver has each point", "该司机每一分的来由"};
constexpr Phrase kTryTop{"who is preferred", "哪些司机享有优先"};
constexpr Phrase kTryStats{"how matters were closed, county by county", "各区县事项办结情况"};
constexpr Phrase kTryReplay{"the same history from the log alone", "仅凭日志重现同样的结果"};
constexpr Phrase kTryOutcomes{"every answer, one JSON object a line",
                              "每条处理结果，一行一个 JSON"};
constexpr Phrase kTryStory{"one driver's way through it, step by step", "一位司机的全程，逐步讲述"};
constexpr Phrase kNotInPath{"(merit is {0} here)", "（此处 merit 即 {0}）"};

}  // namespace

std::vector<DemoCommand> DemoCommands(const DemoDirectory& demo, const DemoFigures& figures) {
  const std::string state = ShellWord(demo.state()), log = ShellWord(demo.log());
  const std::string& first = figures.first.driver_id;
  std::vector<DemoCommand> commands;
  if (!first.empty()) {
    commands.push_back({"merit explain " + state + " " + first, kTryExplain});
    commands.push_back({"merit ledger " + state + " " + first, kTryLedger});
  }
  commands.push_back({"merit top " + state, kTryTop});
  commands.push_back({"merit stats " + state, kTryStats});
  commands.push_back({"merit replay " + log, kTryReplay});
  commands.push_back({"merit replay " + log + " --outcomes - | head", kTryOutcomes});
  commands.push_back({"merit demo --story", kTryStory});
  return commands;
}

std::string ShellWord(const std::string& path) {
  const bool plain = path.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789_./-+:@") == std::string::npos;
  if (plain) return path;
  std::string word = "'";
  for (const char c : path) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

std::string ProgramHint(const Speaker& say) {
  namespace fs = std::filesystem;
  std::error_code error;
  const char* const path = std::getenv("PATH");
  std::istringstream places(path == nullptr ? "" : path);
  for (std::string place; std::getline(places, place, ':');) {
    if (fs::exists(fs::path(place) / "merit", error)) return "";
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return "";
  const auto remark = [&](const std::string& place) { return say.Fill(kNotInPath, {place}); };
  const fs::path near = fs::proximate(program, error);
  if (error || near.string().starts_with("..")) return remark(program.string());
  return remark(near.has_parent_path() ? near.string() : "./" + near.string());
}

}  // namespace merit
