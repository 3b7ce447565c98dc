// merit score: one driver's published score, read on any day as a dispatcher reads it; of a state
// at rest, or as it stands and comes on the topic.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "consumers/merit/phrases.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/score_follow.h"
#include "consumers/merit/score_reading.h"
#include "consumers/merit/state_command.h"
#include "consumers/merit/text.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(A driver's last published score, and what it comes to on a day.

A score is published when something in it changes, never because a day passed: whoever reads
it evaluates it on his own day, from as_of_day on (DOMAIN.md §10). An earlier day is read as
as_of_day.

With a state directory it is the score of that state. With --brokers it is the one that
dispatchers see: the last settled record of the scores topic; with --follow each further one
is printed as soon as its transaction is committed, until Ctrl-C or SIGTERM. Give only the
driver then, no state directory.)";

constexpr char kExample[] = R"(Examples:
  merit score yibin d-17                      on the city's open day
  merit score yibin d-17 --day 2026-12-31     at the end of the year, if nothing changes
  merit score yibin d-17 --day 20878 --json
  merit score d-17 --brokers 127.0.0.1:9092             what counts now, and ends
  merit score d-17 --brokers 127.0.0.1:9092 --follow    and what comes
  merit score d-17 --follow --json --client-config tls.conf | jq .reading.boost_bp

From the topic each record is a row, or with --json an object a line: key, tombstone (the driver
was erased: his score ends), reading and score. It is read on the day on which it was made, or on
--day. Without --city all cities are looked at that have a driver of that name.)";

struct Options {
  StateOptions state;
  KafkaOptions kafka;
  std::string driver_id;
  std::string day;
  bool follow = false;

  bool from_topic() const {
    return follow || !kafka.brokers.empty() || !kafka.client_config.empty();
  }
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

Status ReadDay(const Options& options, std::optional<int32_t>* day) {
  if (options.day.empty() || ParseDay(options.day, &day->emplace())) return OkStatus();
  return Invalid(Cat("--day ", options.day,
                     " is no day; write it as 2026-03-01, or as days since 1970-01-01"));
}

Status ScoreOfTopic(const Options& options) {
  FollowOptions follow{.driver_id = options.state.directory,  // the only word
                       .city_code = options.state.city_code,
                       .day = std::nullopt,
                       .language = options.state.language,
                       .follow = options.follow,
                       .json = options.state.json};
  if (follow.driver_id.empty()) return Invalid("whose score? Give the driver's driver_id");
  if (!options.driver_id.empty()) {
    return Invalid(Cat("the score comes from the brokers; leave the state directory ",
                       options.state.directory, " out, and give only the driver"));
  }
  RETURN_IF_ERROR(ReadDay(options, &follow.day));
  return FollowScore(options.kafka, follow);
}

Status ScoreOfState(const Options& options, RestingState& state) {
  std::optional<int32_t> day;
  RETURN_IF_ERROR(ReadDay(options, &day));
  ASSIGN_OR_RETURN(City* const city, CityOfDriver(state, options.state, options.driver_id));
  ASSIGN_OR_RETURN(const Last last, LastScore(state, *city, options.driver_id));
  const ScoreReading reading = ReadScore(last.score, day.value_or(city->open_day()));
  if (!options.state.json) {
    Print(Speaker(LanguageOf(options.state.language)), *city, last, reading);
    return OkStatus();
  }
  PrintJson({{"reading", ReadingJson(reading)},
             {"tombstone", last.removed},
             {"score", JsonOf(last.score)}});
  return OkStatus();
}

int RunScore(const Options& options) {
  if (options.from_topic()) {
    const Status status = ScoreOfTopic(options);
    return status.ok() ? kExitOk : Report("score", status);
  }
  if (options.driver_id.empty()) {
    return Report("score", Invalid("a state directory and a driver are needed; or a driver and "
                                   "--brokers, for what stands on the topic"));
  }
  return RunOnState("score", options.state,
                    [&](RestingState& state) { return ScoreOfState(options, state); });
}

}  // namespace

void AddScore(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = AddStateCommand(app, "score", kAbout, kExample, &options->state);
  command->get_option("state")->required(false)->description(
      "the state directory of merit replay; left out where the score comes from brokers");
  command->add_option("driver", options->driver_id, "a driver_id");
  command
      ->add_option("--day", options->day,
                   "the day to read it on; else the city's open day, or the record's own")
      ->option_text("YYYY-MM-DD");
  options->kafka.AddTo(command);
  command->add_flag("--follow", options->follow,
                    "print the score that stands on the topic, then each one that comes");
  OfferLanguages(command, &options->state);
  command->callback([options, &run] { run = [options] { return RunScore(*options); }; });
}

}  // namespace merit
