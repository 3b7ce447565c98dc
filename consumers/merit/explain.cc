// merit explain: from a point back to the report, the review, the rule and every cut.
#include "consumers/merit/explain.h"

#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "consumers/merit/history.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(Why it is so: a report's points, a driver's score, a redemption's way.

A report: its submission, flags, decisions and refusals, the policy's numbers multiplied out,
every cut, the credibility, and what became of it. A driver: each factor of the score, what
holds the boost back, what the next tier needs. A redemption: every state with its postings.
An id that names nothing: the events that spoke of it, and why each was refused.)";

constexpr char kExample[] = R"(Examples:
  merit explain yibin R20260112-00007
  merit explain yibin d-17 --lang zh
  merit explain yibin X20260203-00012 --as redemption --json)";

struct Options {
  StateOptions state;
  std::string id;
  std::string kind;
};

struct Found {
  City* city = nullptr;
  uint32_t row = kNone;
  Status (*explain)(const Explanation&, uint32_t) = nullptr;
};

// The first thing of that id: a report, a redemption or a driver.
Found Find(const std::vector<City*>& cities, const Options& options) {
  const auto wanted = [&](const char* kind) {
    return options.kind.empty() || options.kind == kind;
  };
  for (City* city : cities) {
    const uint32_t report = wanted("report") ? city->reports.Find(options.id) : kNone;
    if (report != kNone) return {city, report, ExplainReport};
    const uint32_t redemption = wanted("redemption") ? city->redemptions.Find(options.id) : kNone;
    if (redemption != kNone) return {city, redemption, ExplainRedemption};
    const uint32_t driver = wanted("driver") ? city->drivers.Find(options.id) : kNone;
    if (driver != kNone) return {city, driver, ExplainDriver};
  }
  return {};
}

// What was said of an id that nothing has: refused, or still waiting.
Status ExplainUnknown(RestingState& state, const std::vector<City*>& cities, const Options& options,
                      const Speaker& say) {
  bool any = false;
  Json json = Json::array();
  for (City* city : cities) {
    History history(say, *city);
    RETURN_IF_ERROR(history.Read(state, options.id));
    if (history.empty()) continue;
    if (options.state.json) {
      json.push_back({{"city_code", city->code}, {"history", history.json()}});
    } else {
      if (!any) std::printf("%s\n", say.Fill(Say::kNoSuchThing, {options.id}).c_str());
      history.Print();
    }
    any = true;
  }
  if (!any)
    return NotFound(Cat(
        options.id, " is no report, driver or redemption of this state, and no event names it"));
  if (options.state.json) PrintJson({{"kind", "unknown"}, {"id", options.id}, {"cities", json}});
  return OkStatus();
}

int RunExplain(const Options& options) {
  return RunOnState("explain", options.state, [&](RestingState& state) -> Status {
    const Speaker say(LanguageOf(options.state.language));
    ASSIGN_OR_RETURN(const std::vector<City*> cities, CitiesOf(state, options.state));
    const Found found = Find(cities, options);
    if (found.city == nullptr) return ExplainUnknown(state, cities, options, say);
    return found.explain({state, *found.city, say, options.state.json}, found.row);
  });
}

}  // namespace

void AddExplain(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = AddStateCommand(app, "explain", kAbout, kExample, &options->state);
  command->add_option("id", options->id, "a report_id, driver_id or redemption_id")->required();
  command->add_option("--as", options->kind, "what the id is, where several things have it")
      ->check(CLI::IsMember({"report", "driver", "redemption"}))
      ->option_text("report|driver|redemption");
  OfferLanguages(command, &options->state);
  command->callback([options, &run] { run = [options] { return RunExplain(*options); }; });
}

}  // namespace merit
