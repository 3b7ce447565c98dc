#include "consumers/merit/score_follow.h"

#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "consumers/merit/interrupt.h"
#include "consumers/merit/phrases.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/score_reading.h"
#include "consumers/merit/state_command.h"
#include "consumers/merit/text.h"
#include "consumers/merit/topic_reader.h"

namespace merit {
namespace {

constexpr int kWaitMs = 100;

// A record of one driver on the scores topic. Without a score it is a tombstone: he was erased.
struct ScoreRecord {
  std::string key;
  std::optional<v1::Score> score;
};

StatusOr<ScoreRecord> RecordOf(const rd_kafka_message_t& message) {
  ScoreRecord record{std::string(KeyOf(message)), std::nullopt};
  if (message.payload == nullptr) return record;
  if (!record.score.emplace().ParseFromArray(message.payload, static_cast<int>(message.len))) {
    return DataLoss(Cat("topic ", rd_kafka_topic_name(message.rkt), ", partition ",
                        message.partition, ", offset ", message.offset,
                        ": no score; does something else write to that topic?"));
  }
  return record;
}

std::string GatesText(const Speaker& say, const v1::Score& score, const ScoreReading& reading) {
  std::string text;
  const auto add = [&](const std::string& why) {
    text += (text.empty() ? "" : say(Say::kThen)) + why;
  };
  for (uint32_t bit = 1; bit <= v1::GATE_BIT_UNKNOWN_SCHEMA; bit <<= 1) {
    if ((reading.gates & bit) != 0) add(say(PhraseOf(static_cast<v1::GateBit>(bit))));
  }
  if (text.empty() && !reading.lease_over) return "";
  return reading.lease_over ? say.Fill(Say::kLeaseOver, {DayText(score.lease_until_day())})
                            : say.Fill(Say::kGated, {text});
}

class Follower {
 public:
  Follower(const KafkaOptions& kafka, const FollowOptions& options)
      : kafka_(kafka), options_(options), say_(LanguageOf(options.language)) {}

  Status Run() {
    ASSIGN_OR_RETURN(const KafkaSettings settings, kafka_.Settings());
    ASSIGN_OR_RETURN(const std::unique_ptr<TopicReader> reader, TopicReader::Open(settings));
    RETURN_IF_ERROR(
        reader->AddTopic(kafka_.Topics().of(Topic::kScores), TopicReader::From::kBeginning));
    RETURN_IF_ERROR(ReadWhatIsThere(reader.get()));
    if (Interrupted() || !PrintWhatCounts()) return OkStatus();
    if (!options_.follow) return found_.empty() ? NothingThere() : OkStatus();
    while (!Interrupted()) {
      ASSIGN_OR_RETURN(const KafkaMessage message, reader->Next(kWaitMs));
      if (!message || !IsWanted(KeyOf(*message))) continue;
      ASSIGN_OR_RETURN(const ScoreRecord record, RecordOf(*message));
      if (!Print(record)) break;
    }
    return OkStatus();
  }

 private:
  // A score's key is "511500|driver".
  bool IsWanted(std::string_view key) const {
    const size_t bar = key.find('|');
    if (bar == std::string_view::npos || key.substr(bar + 1) != options_.driver_id) return false;
    return options_.city_code == 0 || key.substr(0, bar) == std::to_string(options_.city_code);
  }

  Status ReadWhatIsThere(TopicReader* reader) {
    Progress progress("scores", static_cast<uint64_t>(reader->ahead()));
    while (!reader->at_end() && !Interrupted()) {
      ASSIGN_OR_RETURN(const KafkaMessage message, reader->Next(kWaitMs));
      if (!message) continue;
      progress.Add();
      if (!IsWanted(KeyOf(*message))) continue;
      ASSIGN_OR_RETURN(ScoreRecord record, RecordOf(*message));
      found_[record.key] = std::move(record);
    }
    return OkStatus();
  }

  Status NothingThere() const {
    return NotFound(Cat("no score of ", options_.driver_id, " is published on topic ",
                        kafka_.Topics().of(Topic::kScores),
                        options_.city_code == 0 ? "" : Cat(" for city ", options_.city_code),
                        "; with --follow it waits for one"));
  }

  // False, of this and the next: nobody reads on.
  bool PrintWhatCounts() {
    if (!options_.json && (options_.follow || !found_.empty())) {
      Line({say_(Say::kCity), say_(Say::kVersion), say_(Say::kDay), say_(Say::kMeritColumn),
            say_(Say::kHonourColumn), say_(Say::kStanding), say_(Say::kRawIs), say_(Say::kBoost),
            say_(Say::kTier), ""});
    }
    for (const auto& [key, record] : found_) {
      if (!Print(record)) return false;
    }
    return std::fflush(stdout) == 0;
  }

  bool Print(const ScoreRecord& record) {
    if (options_.json) {
      PrintJsonLine(record);
    } else if (record.score) {
      PrintRow(record.key, *record.score);
    } else {
      Line({CityOf(record.key), "", "", "", "", "", "", "", "", say_(Say::kErased)});
    }
    return std::fflush(stdout) == 0;
  }

  ScoreReading ReadingOf(const v1::Score& score) const {
    return ReadScore(score, options_.day.value_or(score.as_of_day()));
  }

  void PrintJsonLine(const ScoreRecord& record) const {
    Json json = {{"key", record.key}, {"tombstone", !record.score}};
    if (record.score) {
      json["reading"] = ReadingJson(ReadingOf(*record.score));
      json["score"] = JsonOf(*record.score);
    }
    std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  }

  void PrintRow(const std::string& key, const v1::Score& score) const {
    const ScoreReading reading = ReadingOf(score);
    Line({CityOf(key), WithCommas(static_cast<int64_t>(score.city_seq())), DayText(reading.day),
          ThousandthsText(reading.merit_mpt), ThousandthsText(reading.honour_mpt),
          ThousandthsText(reading.standing_permille), ThousandthsText(reading.raw_mpt),
          BpText(reading.boost_bp), "T" + std::to_string(reading.tier),
          GatesText(say_, score, reading)});
  }

  static std::string CityOf(const std::string& key) { return key.substr(0, key.find('|')); }

  // Rows come one by one: the columns are as wide as what may come.
  static void Line(const std::vector<std::string>& cells) {
    constexpr size_t kWidths[] = {6, 13, 10, 11, 9, 8, 11, 8, 4};
    std::string line = PaddedRight(cells[0], kWidths[0]);
    for (size_t place = 1; place < std::size(kWidths); ++place)
      line += "  " + PaddedLeft(cells[place], kWidths[place]);
    if (!cells.back().empty()) line += "  " + cells.back();
    std::printf("%s\n", line.c_str());
  }

  const KafkaOptions& kafka_;
  const FollowOptions& options_;
  const Speaker say_;
  std::map<std::string, ScoreRecord> found_;  // the last of each city
};

}  // namespace

Status FollowScore(const KafkaOptions& kafka, const FollowOptions& options) {
  CatchInterrupts();
  std::signal(SIGPIPE, SIG_IGN);  // `| head` is a good end
  return WithKafkaReason(Follower(kafka, options).Run());
}

}  // namespace merit
