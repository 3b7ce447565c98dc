// merit stats: how matters were handled 闭环办理, by county, city, province, month, kind and
// channel.
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "consumers/merit/phrases.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/state_command.h"
#include "consumers/merit/text.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(How matters were handled, by county, month, kind and channel.

Opened, closed, on time, satisfied. Counters are summed first, from county to city to
province, and divided once (DOMAIN.md §11); an average of rates would be wrong. A matter
counts in the month in which it was opened. Voided and merged ones do not count. Matters of
the city as a whole are in the city's line alone.)";

constexpr char kExample[] = R"(Examples:
  merit stats yibin                              counties, the city, the province
  merit stats yibin --by month
  merit stats yibin --by kind,channel --month 202603 --county 511502
  merit stats yibin --by county,month,kind,channel --json)";

struct Options {
  StateOptions state;
  std::vector<std::string> by = {"county"};
  int32_t month = 0;
  uint32_t county = 0;

  bool By(const char* what) const { return std::find(by.begin(), by.end(), what) != by.end(); }
};

enum class Level { kCounty, kCity, kProvince };

struct Key {
  uint32_t region_code = 0;
  Level level = Level::kCity;
  int32_t month = 0;  // 0, and UNSPECIFIED below: all
  int kind = -1;      // -1: all
  int channel = -1;
  friend auto operator<=>(const Key&, const Key&) = default;
};

using Sums = std::map<Key, LoopCounters>;

// The addresses of a row's fields, in their order.
struct Collect {
  std::vector<int64_t*> places;
  template <class... Fields>
  void operator()(Fields&... fields) {
    (places.push_back(&fields), ...);
  }
};

void AddTo(LoopCounters& sum, LoopCounters counters) {
  Collect to, from;
  sum.Fields(to);
  counters.Fields(from);
  for (size_t place = 0; place < to.places.size(); ++place)
    *to.places[place] += *from.places[place];
}

// Every line that a cell counts in.
void AddCell(const City& city, const CellKey& cell, const LoopCounters& counters,
             const Options& options, Sums* sums) {
  const bool whole_city = cell.region_code == city.code;
  if (options.month != 0 && cell.month != options.month) return;
  if (options.county != 0 && cell.region_code != options.county) return;
  Key key{cell.region_code, whole_city ? Level::kCity : Level::kCounty,
          options.By("month") ? cell.month : 0, -1, -1};
  if (options.By("kind")) key.kind = cell.kind;
  if (options.By("channel")) key.channel = cell.channel;
  if (!whole_city && !options.By("county") && options.county == 0) return;
  AddTo((*sums)[key], counters);
  if (!whole_city) return;
  key.region_code = city.code / 10'000 * 10'000;
  key.level = Level::kProvince;
  AddTo((*sums)[key], counters);
}

Sums SumCells(const std::vector<City*>& cities, const Options& options) {
  const bool detail = options.By("kind") || options.By("channel");
  Sums sums;
  for (const City* city : cities) {
    for (const auto& [cell, row] : city->cells.all()) {
      if (cell.detail == detail && row.counters != LoopCounters{})
        AddCell(*city, cell, row.counters, options, &sums);
    }
  }
  // A province of one city would say the same twice.
  if (cities.size() == 1)
    std::erase_if(sums, [](const auto& sum) { return sum.first.level == Level::kProvince; });
  return sums;
}

std::optional<int64_t> Rate(int64_t numerator, int64_t denominator) {
  if (denominator == 0) return std::nullopt;
  return (numerator * 20'000 + denominator) / (2 * denominator);
}

std::string RateText(std::optional<int64_t> bp) { return bp ? BpText(*bp) : "-"; }

struct Rates {
  explicit Rates(const LoopCounters& c)
      : completion(Rate(c.closed, c.opened)),
        on_time(Rate(c.closed_on_time, c.closed + c.open_overdue)),
        satisfaction(Rate(c.satisfied, c.answered)),
        follow_up(Rate(c.answered, c.closed)),
        solved(Rate(c.solved, c.answered)),
        reopen(Rate(c.reopened, c.closed)),
        response(Rate(c.response_on_time, c.response_due)) {}
  std::optional<int64_t> completion, on_time, satisfaction, follow_up, solved, reopen, response;
};

std::string RegionText(const Speaker& say, const Key& key) {
  const std::string code = std::to_string(key.region_code);
  if (key.level == Level::kCity) return say.Fill(Say::kWholeCity, {code});
  return key.level == Level::kProvince ? say.Fill(Say::kProvince, {code}) : code;
}

std::string HoursText(const LoopCounters& counters) {
  if (counters.closed == 0) return "-";
  const int64_t tenths = counters.handling_minutes * 10 / (counters.closed * 60);
  return WithCommas(tenths / 10) + "." + std::to_string(tenths % 10);
}

void Print(const Speaker& say, const Sums& sums, const Options& options) {
  TextTable table;
  table.Column(say(Say::kRegion), TextTable::Side::kLeft);
  if (options.By("month")) table.Column(say(Say::kMonth), TextTable::Side::kLeft);
  if (options.By("kind")) table.Column(say(Say::kKind), TextTable::Side::kLeft);
  if (options.By("channel")) table.Column(say(Say::kChannel), TextTable::Side::kLeft);
  for (const Phrase& heading : {Say::kOpened, Say::kClosedCount, Say::kOverdueCount, Say::kReopened,
                                Say::kCompletion, Say::kOnTime, Say::kSatisfaction, Say::kFollowUp,
                                Say::kSolved, Say::kReopenRate, Say::kResponse, Say::kMinutes}) {
    table.Column(say(heading), TextTable::Side::kRight);
  }
  for (const auto& [key, counters] : sums) {
    std::vector<std::string> cells = {RegionText(say, key)};
    if (options.By("month")) cells.push_back(std::to_string(key.month));
    if (options.By("kind")) cells.push_back(say(PhraseOf(static_cast<v1::MatterKind>(key.kind))));
    if (options.By("channel"))
      cells.push_back(say(PhraseOf(static_cast<v1::Channel>(key.channel))));
    const Rates rates(counters);
    for (const int64_t number :
         {counters.opened, counters.closed, counters.open_overdue, counters.reopened}) {
      cells.push_back(WithCommas(number));
    }
    for (const auto& rate : {rates.completion, rates.on_time, rates.satisfaction, rates.follow_up,
                             rates.solved, rates.reopen, rates.response}) {
      cells.push_back(RateText(rate));
    }
    cells.push_back(HoursText(counters));
    table.Row(std::move(cells));
  }
  table.empty() ? static_cast<void>(std::printf("%s\n", say(Say::kNothing).c_str()))
                : table.Print();
}

Json RateJson(std::optional<int64_t> bp) { return bp ? Json(*bp) : Json(nullptr); }

Json LineJson(const Key& key, const LoopCounters& c, const Options& options) {
  constexpr const char* kLevels[] = {"county", "city", "province"};
  Json json = {{"region_code", key.region_code},
               {"level", kLevels[static_cast<size_t>(key.level)]}};
  if (options.By("month")) json["month"] = key.month;
  if (options.By("kind")) json["kind"] = v1::MatterKind_Name(static_cast<v1::MatterKind>(key.kind));
  if (options.By("channel"))
    json["channel"] = v1::Channel_Name(static_cast<v1::Channel>(key.channel));
  const Rates rates(c);
  json.update({{"opened", c.opened},
               {"closed", c.closed},
               {"closed_on_time", c.closed_on_time},
               {"open_overdue", c.open_overdue},
               {"reopened", c.reopened},
               {"answered", c.answered},
               {"solved", c.solved},
               {"satisfied", c.satisfied},
               {"response_due", c.response_due},
               {"response_on_time", c.response_on_time},
               {"handling_minutes", c.handling_minutes},
               {"completion_bp", RateJson(rates.completion)},
               {"on_time_bp", RateJson(rates.on_time)},
               {"satisfaction_bp", RateJson(rates.satisfaction)},
               {"follow_up_bp", RateJson(rates.follow_up)},
               {"solved_bp", RateJson(rates.solved)},
               {"reopen_bp", RateJson(rates.reopen)},
               {"response_bp", RateJson(rates.response)}});
  return json;
}

int RunStats(const Options& options) {
  return RunOnState("stats", options.state, [&](RestingState& state) -> Status {
    ASSIGN_OR_RETURN(const std::vector<City*> cities, CitiesOf(state, options.state));
    const Sums sums = SumCells(cities, options);
    if (!options.state.json) {
      Print(Speaker(LanguageOf(options.state.language)), sums, options);
      return OkStatus();
    }
    Json json = Json::array();
    for (const auto& [key, counters] : sums) json.push_back(LineJson(key, counters, options));
    PrintJson({{"lines", json}});
    return OkStatus();
  });
}

}  // namespace

void AddStats(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = AddStateCommand(app, "stats", kAbout, kExample, &options->state);
  command->add_option("--by", options->by, "what a line is about; default county")
      ->delimiter(',')
      ->check(CLI::IsMember({"county", "city", "month", "kind", "channel"}))
      ->option_text("county,city,month,kind,channel");
  command->add_option("--month", options->month, "opened in this month")
      ->check(CLI::Range(197'001, 219'912))
      ->option_text("YYYYMM");
  command->add_option("--county", options->county, "only this county")->option_text("CODE");
  OfferLanguages(command, &options->state);
  command->callback([options, &run] { run = [options] { return RunStats(*options); }; });
}

}  // namespace merit
