// A demo told on one screen: at most 45 lines of 100 columns; and the same as JSON.
//
//   Input    figures of CountFigures; equal ones give equal lines, the one with the rates apart
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "consumers/merit/demo_directory.h"
#include "consumers/merit/demo_figures.h"
#include "consumers/merit/phrases.h"

namespace merit {

struct DemoCommand {
  std::string line;
  Phrase what;
};

// What there is to see in the directory that a demo leaves.
std::vector<DemoCommand> DemoCommands(const DemoDirectory& demo, const DemoFigures& figures);

// Every line that makes up the screen but the first, which says what the demo is of.
std::string DemoText(const Speaker& say, const DemoDirectory& demo, const DemoFigures& figures);

nlohmann::ordered_json DemoJson(const DemoDirectory& demo, const DemoFigures& figures);

// A path as a shell takes it.
std::string ShellWord(const std::string& path);

// A remark on how this program is called where `merit` alone does not find it; empty where it does.
std::string ProgramHint(const Speaker& say);

}  // namespace merit
