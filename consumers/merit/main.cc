// The `merit` program: reads the command line, then does what one command says.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "consumers/merit/command.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(Merit points for drivers who report what is wrong in their city.
A log of events in; outcomes, ledger, scores and sealed days out. The same log gives the
same history on any machine, so whoever holds the log can check every point.)";

constexpr char kFirstSteps[] = R"(First steps:
  merit demo                the whole programme in one command; needs no broker and no data
  merit <command> --help    what a command does, with an example

Exit status: 0 done; 1 checked, and it does not hold; 2 the command line or an input file
asks for what cannot be; 3 damaged or missing bytes; 4 written by a newer merit; 5 disk,
broker or permission failed.)";

// A command's own help has its whole description; the list of commands has the first line of each.
class FirstLines : public CLI::Formatter {
 public:
  std::string make_subcommand(const CLI::App* command) const override {
    std::string about = command->get_description();
    about.resize(std::min(about.find('\n'), about.size()));
    const std::string name = command->get_display_name(true);
    std::string line = "  " + name;
    line.resize(std::max(line.size() + 1, kNameWidth), ' ');
    return line + about + "\n";
  }

 private:
  static constexpr size_t kNameWidth = 14;
};

void AddCommands(CLI::App& app, Run& run) {
  AddSimulate(app, run);
  AddImport(app, run);
  AddReplay(app, run);
  AddEngine(app, run);
  AddDemo(app, run);
  AddState(app, run);
  AddLedger(app, run);
  AddExplain(app, run);
  AddTop(app, run);
  AddScore(app, run);
  AddStats(app, run);
  AddBulletins(app, run);
  AddFlags(app, run);
  AddTopics(app, run);
  AddSubmit(app, run);
  AddTail(app, run);
  AddClock(app, run);
  AddArchive(app, run);
  AddKeygen(app, run);
}

int Main(int count, char** arguments) {
  CLI::App app(kAbout, "merit");
  app.formatter(std::make_shared<FirstLines>());
  app.footer(kFirstSteps);
  app.set_version_flag("--version", "merit " MERIT_VERSION);
  app.require_subcommand(0, 1);
  Run run;
  AddCommands(app, run);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help and --version end here too
    const std::vector<CLI::App*> parsed = app.get_subcommands();
    if (parsed.empty() && count > 1 && arguments[1][0] != '-') {
      std::fprintf(stderr, "merit: there is no command %s; merit --help lists them\n",
                   arguments[1]);
      return kExitUsage;
    }
    const std::string command = parsed.empty() ? "merit" : "merit " + parsed[0]->get_name();
    std::fprintf(stderr, "%s: %s; see %s --help\n", command.c_str(), error.what(), command.c_str());
    return kExitUsage;
  }
  if (!run) {
    std::fputs(app.help().c_str(), stdout);
    return kExitOk;
  }
  return run();
}

}  // namespace
}  // namespace merit

int main(int count, char** arguments) { return merit::Main(count, arguments); }
