#include "consumers/merit/history.h"

#include <algorithm>

#include "consumers/merit/driver_things.h"
#include "consumers/merit/text.h"

namespace merit {
namespace {

// The ids of the things that an effect is about.
std::vector<std::string_view> IdsOf(const v1::Effect& effect) {
  switch (effect.body_case()) {
    case v1::Effect::kAward:
      return {effect.award().source_id(), effect.award().original_id()};
    case v1::Effect::kReportState:
      return {effect.report_state().report_id()};
    case v1::Effect::kMatterState:
      return {effect.matter_state().matter_id()};
    case v1::Effect::kRedemptionDecision:
      return {effect.redemption_decision().redemption_id()};
    case v1::Effect::kRedemptionState:
      return {effect.redemption_state().redemption_id()};
    case v1::Effect::kAppealState:
      return {effect.appeal_state().appeal_id()};
    case v1::Effect::kFlag:
      return {effect.flag().subject(), effect.flag().other()};
    case v1::Effect::kMatterOverdue:
      return {effect.matter_overdue().matter_id()};
    default:
      return {};
  }
}

// An event that may have effects on very many things: only those that name the id are of interest.
bool IsAboutMany(const JournalEntry& entry) {
  const bool says_so =
      entry.event() != nullptr && (entry.event()->body_case() == v1::Event::kDayClosed ||
                                   entry.event()->body_case() == v1::Event::kSettlementBatchClosed);
  const auto& effects = entry.outcome().effects();
  const auto states = std::count_if(effects.begin(), effects.end(), [](const v1::Effect& effect) {
    return effect.has_redemption_state() || effect.has_report_state();
  });
  return says_so || states > 1;
}

}  // namespace

Json EntryJson(const Speaker& say, const JournalEntry& entry, const EffectList& effects) {
  const v1::Outcome& outcome = entry.outcome();
  Json json = {{"city_seq", outcome.city_seq()}, {"record_time_ms", outcome.record_time_ms()},
               {"open_day", outcome.open_day()}, {"event_id", outcome.event_id()},
               {"code", NameOf(outcome.code())}, {"detail_code", outcome.detail_code()},
               {"text", EntryText(say, entry)}};
  if (entry.event() != nullptr) json["event"] = JsonOf(*entry.event());
  json["effects"] = Json::array();
  for (const v1::Effect* effect : effects) json["effects"].push_back(JsonOf(*effect));
  return json;
}

std::string EntryLines(const Speaker& say, const City& city, const JournalEntry& entry,
                       const EffectList& effects) {
  std::string text = TimeText(entry.outcome().record_time_ms(), city.row.utc_offset_minutes) +
                     "  " + EntryText(say, entry) + "\n";
  for (const v1::Effect* effect : effects) text += "    " + EffectText(say, city, *effect) + "\n";
  return text;
}

Status History::Read(RestingState& state, const std::string& id,
                     const std::vector<std::string>& others) {
  ids_ = others;
  ids_.push_back(id);
  ASSIGN_OR_RETURN(const std::unique_ptr<Journal> journal, Journal::Open(state, city_));
  without_log_ = journal->without_log();
  return journal->ForEach([&](const JournalEntry& entry) {
    Add(entry);
    return true;
  });
}

bool History::NamedIn(const v1::Effect& effect) const {
  for (const std::string_view named : IdsOf(effect)) {
    if (std::find(ids_.begin(), ids_.end(), named) != ids_.end()) return true;
  }
  return false;
}

void History::Add(const JournalEntry& entry) {
  // What was said before says nothing new.
  if (entry.outcome().code() == v1::CODE_DUPLICATE) return;
  EffectList named, all;
  for (const v1::Effect& effect : entry.outcome().effects()) {
    all.push_back(&effect);
    if (NamedIn(effect)) named.push_back(&effect);
  }
  bool event_names = false;
  for (const std::string& id : ids_) {
    const bool may = entry.value().find(id) != std::string_view::npos;
    event_names = event_names || (may && entry.event() != nullptr && NamesId(*entry.event(), id));
  }
  if (named.empty() && !event_names) return;
  const EffectList& listed = IsAboutMany(entry) ? named : all;
  lines_.push_back(EntryLines(say_, city_, entry, listed));
  json_.push_back(EntryJson(say_, entry, listed));
  for (const v1::Effect* effect : listed) effects_.push_back(*effect);
}

void History::Print() const {
  std::printf("\n%s\n", say_(Say::kHistory).c_str());
  if (!without_log_.empty())
    std::printf("%s\n", say_.Fill(Say::kWithoutLog, {without_log_}).c_str());
  for (const std::string& line : lines_) std::fputs(line.c_str(), stdout);
}

}  // namespace merit
