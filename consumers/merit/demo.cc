// merit demo: a city's programme from the first event to the last seal, on one screen.
#include <cstdio>
#include <memory>
#include <string>

#include "consumers/merit/command.h"
#include "consumers/merit/demo_directory.h"
#include "consumers/merit/demo_figures.h"
#include "consumers/merit/demo_text.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/state_command.h"
#include "consumers/merit/story.h"
#include "consumers/merit/text.h"
#include "engine/rows/image.h"
#include "simulator/simulator.h"

namespace merit {
namespace {

constexpr char kAbout[] =
    R"(The whole programme in one command: a made-up city, folded and explained.

A city of Yibin's size; needs no broker and no data. It writes a log, folds it, and tells what
came of it: where every point is, what was reported and redeemed, who is preferred and why,
and the last seal. The directory that it leaves is for the other commands; the same demo
again only reads it.)";

constexpr char kExample[] = R"(Examples:
  merit demo                                   23,400 drivers, 28 platforms, 300 days
  merit demo --lang zh                         the same in Chinese
  merit demo --drivers 300 --days 40 --out small
  merit demo --json | jq .points               the sum of the accounts is 0
  merit demo --story                           one driver's way through it, step by step)";

constexpr char kDirectory[] = "merit-demo";
constexpr char kStoryDirectory[] = "merit-story";

struct Options {
  SimulationOptions simulation;
  std::string directory;
  std::string language;
  bool story = false;
  bool json = false;
};

constexpr Phrase kTitle{"merit demo: {0}, {1} drivers, {2} days from {3}, seed {4}",
                        "merit demo：{0}，司机 {1} 人，{3} 起 {2} 天，种子 {4}"};

Status MakeDemo(const Options& options, DemoDirectory* demo) {
  if (!demo->work().log_written) {
    Simulator simulator(options.simulation);
    RETURN_IF_ERROR(demo->WriteLog([&](Record* record) { return simulator.Next(record); },
                                   simulator.expected_events()));
  }
  return demo->work().finished ? OkStatus() : demo->Fold();
}

Status ShowDemo(const Options& options) {
  const SimulationOptions& simulation = options.simulation;
  const Json made_of = {
      {"drivers", simulation.drivers}, {"days", simulation.days}, {"seed", simulation.seed}};
  ASSIGN_OR_RETURN(const std::unique_ptr<DemoDirectory> demo,
                   DemoDirectory::Open(options.directory, made_of));
  RETURN_IF_ERROR(MakeDemo(options, demo.get()));
  ASSIGN_OR_RETURN(const std::unique_ptr<RestingState> state, RestingState::Open(demo->state()));
  ASSIGN_OR_RETURN(const DemoFigures figures, CountFigures(*state));
  if (options.json) {
    PrintJson(DemoJson(*demo, figures));
    return OkStatus();
  }
  const Speaker say(LanguageOf(options.language));
  const std::string title = say.Fill(
      kTitle, {figures.city_name, WithCommas(simulation.drivers), WithCommas(simulation.days),
               DayText(simulation.first_day), std::to_string(simulation.seed)});
  std::printf("%s\n%s", title.c_str(), DemoText(say, *demo, figures).c_str());
  return OkStatus();
}

int RunDemo(Options options) {
  if (options.directory.empty()) options.directory = options.story ? kStoryDirectory : kDirectory;
  std::string& directory = options.directory;
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  const Status status = [&]() -> Status {
    try {
      if (!options.story) return ShowDemo(options);
      return TellStory(options.directory, Speaker(LanguageOf(options.language)));
    } catch (const RowsUnavailable& no) {
      return DataLoss(Cat("the state in ", options.directory, " cannot be read: ", no.what,
                          "; remove the directory, the demo makes it anew"));
    }
  }();
  return status.ok() ? kExitOk : Report("demo", status);
}

}  // namespace

void AddDemo(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  SimulationOptions& simulation = options->simulation;
  CLI::App* command = app.add_subcommand("demo", kAbout);
  command->footer(kExample);
  CLI::Option* const drivers =
      command->add_option("--drivers", simulation.drivers, "how many drivers the city has")
          ->check(CLI::Range(1, 2'000'000))
          ->capture_default_str();
  CLI::Option* const days = command->add_option("--days", simulation.days, "business days")
                                ->check(CLI::Range(1, 7'300))
                                ->capture_default_str();
  CLI::Option* const seed =
      command->add_option("--seed", simulation.seed, "another seed, another city")
          ->capture_default_str();
  command->add_option("--out", options->directory, "where log and state are left")
      ->option_text("DIR [merit-demo, merit-story]");
  command->add_option("--lang", options->language, "en or zh; else as LANG says")
      ->check(CLI::IsMember({"en", "zh"}))
      ->option_text("en|zh");
  CLI::Option* const json = command->add_flag("--json", options->json, "for machines");
  command->add_flag("--story", options->story, "a short log written by hand, told step by step")
      ->excludes(drivers)
      ->excludes(days)
      ->excludes(seed)
      ->excludes(json);
  command->callback([options, &run] { run = [options] { return RunDemo(*options); }; });
}

}  // namespace merit
