// merit state: how a programme stands.
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "consumers/merit/export.h"
#include "consumers/merit/phrases.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/state_command.h"
#include "consumers/merit/text.h"
#include "consumers/merit/totals_json.h"
#include "engine/core/policy.h"
#include "engine/core/score.h"

namespace merit {
namespace {

constexpr char kAbout[] =
    R"(How a programme stands: its day, policy and points; how many of everything.

Drivers, reports, matters, redemptions and items are counted by their states. The points
equation holds after every event: issued = available + held + arrears + at partners + settled
+ expired + forfeited + clawed back (arrears are 0 or below).)";

constexpr char kExample[] = R"(Examples:
  merit replay logs/yibin --state-dir yibin
  merit state yibin
  merit state yibin --lang zh
  merit state yibin --export - | sha256sum      the state's digest (EFFECTS.md §7))";

struct Options {
  StateOptions state;
  std::string file;
};

struct Count {
  int64_t count = 0;
  int64_t pts = 0;
};

struct Counts {
  int64_t erased = 0, opted_out = 0, unqualified = 0, boosted = 0;
  std::map<v1::ReportState, int64_t> reports;
  std::map<v1::MatterState, int64_t> matters;
  std::map<v1::RedemptionState, Count> redemptions;
};

Counts CountRows(City& city) {
  Counts counts;
  const int32_t day = city.open_day();
  const Policy& policy = city.PolicyOn(day);
  city.drivers.ForEach([&](uint32_t, const DriverRow& driver) {
    const uint32_t gates = StoredGates(driver);
    counts.erased += driver.erased;
    counts.opted_out += (gates & v1::GATE_BIT_OPTED_OUT) != 0;
    counts.unqualified += (gates & v1::GATE_BIT_UNQUALIFIED) != 0;
    counts.boosted += !driver.erased && Evaluate(city, driver, day, policy).boost_bp > 0;
  });
  city.reports.ForEach([&](uint32_t, const ReportRow& report) { ++counts.reports[report.state]; });
  city.matters.ForEach([&](uint32_t, const MatterRow& matter) { ++counts.matters[matter.state]; });
  city.redemptions.ForEach([&](uint32_t, const RedemptionRow& redemption) {
    Count& count = counts.redemptions[redemption.state];
    ++count.count;
    count.pts += redemption.price_pts;
  });
  return counts;
}

template <class State>
void PrintStates(const Speaker& say, const Phrase& title, const std::map<State, int64_t>& counts) {
  constexpr size_t kNameWidth = 30, kNumberWidth = 12;
  std::printf("%s\n", say(title).c_str());
  if (counts.empty()) std::printf("  %s\n", say(Say::kNothing).c_str());
  for (const auto& [state, count] : counts) {
    std::printf("  %s%s\n", PaddedRight(say(PhraseOf(state)), kNameWidth).c_str(),
                PaddedLeft(WithCommas(count), kNumberWidth).c_str());
  }
}

void PrintItems(const Speaker& say, City& city) {
  TextTable table;
  table.Column(say(Say::kItem), TextTable::Side::kLeft);
  table.Column(say(Say::kPartner), TextTable::Side::kLeft);
  table.Column(say(Say::kPrice), TextTable::Side::kRight);
  table.Column(say(Say::kStock), TextTable::Side::kRight);
  table.Column(say(Say::kOpenClosed), TextTable::Side::kLeft);
  city.items.ForEach([&](uint32_t, const ItemRow& item) {
    table.Row({item.id.str(), city.producers.Get(item.partner).id.str(), WithCommas(item.price_pts),
               WithCommas(item.stock),
               item.ended ? say(Say::kClosed)
                          : DayText(item.open_day) + " - " + DayText(item.close_day)});
  });
  if (table.empty()) return;
  std::printf("%s\n", say(Say::kItems).c_str());
  table.Print("  ");
}

void PrintCity(const Speaker& say, City& city) {
  const Totals& t = city.row.totals;
  const auto line = [](const std::string& text) { std::printf("%s\n", text.c_str()); };
  line(say.Fill(Say::kCityOn, {city.key, city.row.name, DayText(city.open_day()),
                               std::to_string(city.policy().version()),
                               WithCommas(static_cast<int64_t>(city.row.seq))}));
  line(say.Fill(Say::kEquation,
                {WithCommas(-t.issued), WithCommas(t.available), WithCommas(t.held),
                 WithCommas(t.arrears), WithCommas(t.partner), WithCommas(t.settled),
                 WithCommas(t.expired), WithCommas(t.forfeited), WithCommas(t.clawed)}));
  const Counts counts = CountRows(city);
  line(say(Say::kDrivers));
  line("  " +
       say.Fill(Say::kDriverCounts, {WithCommas(city.row.drivers), WithCommas(counts.erased),
                                     WithCommas(counts.opted_out), WithCommas(counts.unqualified),
                                     WithCommas(counts.boosted)}));
  PrintStates(say, Say::kReports, counts.reports);
  PrintStates(say, Say::kMatters, counts.matters);
  std::map<v1::RedemptionState, int64_t> redemptions;
  for (const auto& [state, count] : counts.redemptions) redemptions[state] = count.count;
  PrintStates(say, Say::kRedemptions, redemptions);
  PrintItems(say, city);
  line(say.Fill(Say::kMemory, {WithCommas(city.row.waiting),
                               WithCommas(static_cast<int64_t>(city.dedupe.remembered()))}));
}

Json CityJson(City& city) {
  const Counts counts = CountRows(city);
  Json json = {{"city_code", city.code},
               {"name", city.row.name},
               {"open_day", city.open_day()},
               {"policy_version", city.policy().version()},
               {"city_seq", city.row.seq},
               {"record_time_ms", city.row.time_ms},
               {"totals", TotalsJson(city.row.totals)},
               {"drivers",
                {{"enrolled", city.row.drivers},
                 {"erased", counts.erased},
                 {"opted_out", counts.opted_out},
                 {"unqualified", counts.unqualified},
                 {"boosted", counts.boosted}}},
               {"reports", Json::object()},
               {"matters", Json::object()},
               {"redemptions", Json::object()},
               {"items", Json::array()},
               {"waiting", city.row.waiting},
               {"remembered", city.dedupe.remembered()}};
  for (const auto& [state, count] : counts.reports)
    json["reports"][v1::ReportState_Name(state)] = count;
  for (const auto& [state, count] : counts.matters)
    json["matters"][v1::MatterState_Name(state)] = count;
  for (const auto& [state, count] : counts.redemptions) {
    json["redemptions"][v1::RedemptionState_Name(state)] = {{"count", count.count},
                                                            {"price_pts", count.pts}};
  }
  city.items.ForEach([&](uint32_t, const ItemRow& item) {
    json["items"].push_back({{"item_id", item.id.str()},
                             {"partner_id", city.producers.Get(item.partner).id.str()},
                             {"price_pts", item.price_pts},
                             {"stock", item.stock},
                             {"closed", item.ended}});
  });
  return json;
}

int RunState(const Options& options) {
  return RunOnState("state", options.state, [&](RestingState& state) -> Status {
    if (!options.file.empty()) {
      RETURN_IF_ERROR(ExportCities(state.cities(), options.file));
      if (options.file == "-") return OkStatus();
    }
    const Speaker say(LanguageOf(options.state.language));
    ASSIGN_OR_RETURN(const std::vector<City*> cities, CitiesOf(state, options.state));
    Json json = {{"archive", state.about().archive},
                 {"next_offset", state.next_offset()},
                 {"cities", Json::array()}};
    for (City* city : cities) {
      if (options.state.json) {
        json["cities"].push_back(CityJson(*city));
      } else {
        PrintCity(say, *city);
      }
    }
    if (options.state.json) PrintJson(json);
    return OkStatus();
  });
}

}  // namespace

void AddState(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = AddStateCommand(app, "state", kAbout, kExample, &options->state);
  command
      ->add_option("--export", options->file,
                   "every row as text (EFFECTS.md §7), all cities; - is standard output")
      ->option_text("FILE");
  OfferLanguages(command, &options->state);
  command->callback([options, &run] { run = [options] { return RunState(*options); }; });
}

}  // namespace merit
