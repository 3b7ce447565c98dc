// merit score: one driver's published score, read on any day as a dispatcher reads it.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "consumers/merit/phrases.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/score_reading.h"
#include "consumers/merit/state_command.h"
#include "consumers/merit/text.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(A driver's last published score, and what it comes to on a day.

A score is published when something in it changes, never because a day passed: whoever reads
it evaluates it on his own day, from as_of_day on (DOMAIN.md §10). An earlier day is read as
as_of_day.)";

constexpr char kExample[] = R"(Examples:
  merit score yibin d-17                      on the city's open day
  merit score yibin d-17 --day 2026-12-31     at the end of the year, if nothing changes
  merit score yibin d-17 --day 20878 --json)";

struct Options {
  StateOptions state;
  std::string driver_id;
  std::string day;
};

struct Last {
  bool published = false;
  bool removed = false;  // its last record is a tombstone
  v1::Score score;       // the last one with a value
};

StatusOr<Last> LastScore(RestingState& state, const City& city, const std::string& driver_id) {
  const std::string key = city.key + "|" + driver_id;
  Last last;
  Status damaged;
  RETURN_IF_ERROR(state.ForEachPublished(Topic::kScores, [&](const Record& record) {
    if (record.key != key) return true;
    last.published = true;
    last.removed = record.value.empty();
    if (last.removed) return true;
    if (last.score.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())))
      return true;
    damaged = DataLoss(Cat("a published score of ", driver_id,
                           " cannot be read; replay the log into a new directory"));
    return false;
  }));
  RETURN_IF_ERROR(damaged);
  if (!last.published)
    return NotFound(Cat("no score of ", driver_id, " was published in city ", city.key));
  return last;
}

Json ReadingJson(const ScoreReading& reading) {
  return {{"day", reading.day},
          {"merit_mpt", reading.merit_mpt},
          {"honour_mpt", reading.honour_mpt},
          {"standing_permille", reading.standing_permille},
          {"raw_mpt", reading.raw_mpt},
          {"boost_bp", reading.boost_bp},
          {"boost_bp_before_gates", reading.ungated_bp},
          {"tier", reading.tier},
          {"gates", reading.gates},
          {"lease_over", reading.lease_over}};
}

void Print(const Speaker& say, const City& city, const Last& last, const ScoreReading& reading) {
  const auto line = [](const std::string& text) { std::printf("%s\n", text.c_str()); };
  line(say.Fill(Say::kDriverOn, {last.score.driver_id(), city.key, DayText(reading.day)}));
  line(say.Fill(Say::kScoreIs, {ThousandthsText(reading.raw_mpt), BpText(reading.boost_bp),
                                std::to_string(reading.tier)}));
  line(say.Fill(Say::kReadingIs,
                {ThousandthsText(reading.merit_mpt), ThousandthsText(reading.honour_mpt),
                 ThousandthsText(reading.standing_permille), ThousandthsText(reading.raw_mpt)}));
  line(
      say.Fill(Say::kBoostIs, {BpText(last.score.cap_bp()), ThousandthsText(reading.raw_mpt),
                               ThousandthsText(last.score.r50_mpt()), BpText(reading.ungated_bp)}));
  for (uint32_t bit = 1; bit <= v1::GATE_BIT_UNKNOWN_SCHEMA; bit <<= 1) {
    if ((reading.gates & bit) == 0) continue;
    line(say.Fill(Say::kGated, {say(PhraseOf(static_cast<v1::GateBit>(bit)))}));
  }
  if (reading.lease_over) line(say.Fill(Say::kLeaseOver, {DayText(last.score.lease_until_day())}));
  if (last.removed) line(say(Say::kErased));
  line("");
  line(say.Fill(Say::kPublishedAs, {WithCommas(static_cast<int64_t>(last.score.city_seq())),
                                    DayText(last.score.as_of_day())}));
  line(last.score.Utf8DebugString());
}

int RunScore(const Options& options) {
  return RunOnState("score", options.state, [&](RestingState& state) -> Status {
    int32_t day = 0;
    if (!options.day.empty() && !ParseDay(options.day, &day)) {
      return Invalid(Cat("--day ", options.day,
                         " is no day; write it as 2026-03-01, or as days since 1970-01-01"));
    }
    ASSIGN_OR_RETURN(City* const city, CityOfDriver(state, options.state, options.driver_id));
    ASSIGN_OR_RETURN(const Last last, LastScore(state, *city, options.driver_id));
    if (options.day.empty()) day = city->open_day();
    const ScoreReading reading = ReadScore(last.score, day);
    if (!options.state.json) {
      Print(Speaker(LanguageOf(options.state.language)), *city, last, reading);
      return OkStatus();
    }
    PrintJson({{"reading", ReadingJson(reading)},
               {"tombstone", last.removed},
               {"score", JsonOf(last.score)}});
    return OkStatus();
  });
}

}  // namespace

void AddScore(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = AddStateCommand(app, "score", kAbout, kExample, &options->state);
  command->add_option("driver", options->driver_id, "a driver_id")->required();
  command->add_option("--day", options->day, "the day to read it on; else the city's open day")
      ->option_text("YYYY-MM-DD");
  OfferLanguages(command, &options->state);
  command->callback([options, &run] { run = [options] { return RunScore(*options); }; });
}

}  // namespace merit
