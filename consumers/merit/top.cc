// merit top: the drivers with the highest boost.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "consumers/merit/phrases.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/state_command.h"
#include "consumers/merit/text.h"
#include "engine/core/decimal.h"
#include "engine/core/policy.h"
#include "engine/core/score.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(The drivers with the highest boost on each city's open day.

In the order of the monthly rank: boost, then merit, then driver_id. Drivers with boost 0 are
not listed.)";

constexpr char kExample[] = R"(Examples:
  merit top yibin
  merit top yibin -n 100 --json)";

struct Options {
  StateOptions state;
  uint32_t count = 20;
};

struct Ranked {
  Id driver_id;
  Evaluation value;
  uint32_t contrib_count;
};

// As RankSnapshot: boost falling, A falling, driver_id rising.
bool Before(const Ranked& a, const Ranked& b) {
  if (a.value.boost_bp != b.value.boost_bp) return a.value.boost_bp > b.value.boost_bp;
  if (a.value.sum != b.value.sum) return a.value.sum > b.value.sum;
  return a.driver_id < b.driver_id;
}

std::vector<Ranked> RankCity(City& city) {
  const int32_t day = city.open_day();
  const Policy& policy = city.PolicyOn(day);
  std::vector<Ranked> ranked;
  city.drivers.ForEach([&](uint32_t, const DriverRow& driver) {
    if (driver.erased) return;
    const Evaluation value = Evaluate(city, driver, day, policy);
    if (value.boost_bp > 0) ranked.push_back({driver.id, value, driver.contrib_count});
  });
  std::sort(ranked.begin(), ranked.end(), Before);
  return ranked;
}

void Print(const Speaker& say, const City& city, const std::vector<Ranked>& ranked, size_t count) {
  std::printf("%s\n", say.Fill(Say::kTopOf, {city.key, city.row.name, DayText(city.open_day()),
                                             WithCommas(static_cast<int64_t>(ranked.size()))})
                          .c_str());
  TextTable table;
  table.Column(say(Say::kRank), TextTable::Side::kRight);
  table.Column(say(Say::kDriver), TextTable::Side::kLeft);
  for (const Phrase& heading : {Say::kBoost, Say::kTier, Say::kMeritColumn, Say::kHonourColumn,
                                Say::kRawIs, Say::kContributions}) {
    table.Column(say(heading), TextTable::Side::kRight);
  }
  for (size_t place = 0; place < std::min(count, ranked.size()); ++place) {
    const auto& [driver_id, value, contrib_count] = ranked[place];
    table.Row({std::to_string(place + 1), driver_id.str(), BpText(value.boost_bp),
               "T" + std::to_string(TierOf(value.boost_bp)), ThousandthsText(value.merit_mpt),
               ThousandthsText(value.honour_mpt), ThousandthsText(value.raw_mpt),
               WithCommas(contrib_count)});
  }
  if (!table.empty()) table.Print("  ");
}

Json CityJson(const City& city, const std::vector<Ranked>& ranked, size_t count) {
  Json json = {{"city_code", city.code},
               {"day", city.open_day()},
               {"boosted_drivers", ranked.size()},
               {"rows", Json::array()}};
  for (size_t place = 0; place < std::min(count, ranked.size()); ++place) {
    const auto& [driver_id, value, contrib_count] = ranked[place];
    json["rows"].push_back({{"rank", place + 1},
                            {"driver_id", driver_id.str()},
                            {"boost_bp", value.boost_bp},
                            {"tier", TierOf(value.boost_bp)},
                            {"merit", Decimal(value.sum)},
                            {"merit_mpt", value.merit_mpt},
                            {"honour_mpt", value.honour_mpt},
                            {"raw_mpt", value.raw_mpt},
                            {"contrib_count", contrib_count}});
  }
  return json;
}

int RunTop(const Options& options) {
  return RunOnState("top", options.state, [&](RestingState& state) -> Status {
    const Speaker say(LanguageOf(options.state.language));
    ASSIGN_OR_RETURN(const std::vector<City*> cities, CitiesOf(state, options.state));
    Json json = Json::array();
    for (City* city : cities) {
      const std::vector<Ranked> ranked = RankCity(*city);
      if (options.state.json) {
        json.push_back(CityJson(*city, ranked, options.count));
      } else {
        Print(say, *city, ranked, options.count);
      }
    }
    if (options.state.json) PrintJson({{"cities", json}});
    return OkStatus();
  });
}

}  // namespace

void AddTop(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = AddStateCommand(app, "top", kAbout, kExample, &options->state);
  command->add_option("-n,--count", options->count, "how many of each city")
      ->check(CLI::Range(1, 10'000'000))
      ->option_text("COUNT [20]");
  OfferLanguages(command, &options->state);
  command->callback([options, &run] { run = [options] { return RunTop(*options); }; });
}

}  // namespace merit
