// Entries of the journal, as text and as JSON.
#pragma once

#include <string>
#include <vector>

#include "consumers/merit/effect_text.h"
#include "consumers/merit/journal.h"
#include "consumers/merit/state_command.h"

namespace merit {

using EffectList = std::vector<const v1::Effect*>;

// The outcome's numbers, the event where the log is at hand, and these effects.
Json EntryJson(const Speaker& say, const JournalEntry& entry, const EffectList& effects);

// "2026-03-01 08:00  what happened", each effect on a line of its own below.
std::string EntryLines(const Speaker& say, const City& city, const JournalEntry& entry,
                       const EffectList& effects);

// What the journal says about one id: entries of events that name it, and effects that do.
class History {
 public:
  History(const Speaker& say, const City& city) : say_(say), city_(city) {}

  // `others`: ids of things that belong to it, such as a report's appeals.
  [[nodiscard]] Status Read(RestingState& state, const std::string& id,
                            const std::vector<std::string>& others = {});

  bool empty() const { return json_.empty(); }
  void Print() const;
  const Json& json() const { return json_; }
  // Those that were listed, in order.
  const std::vector<v1::Effect>& effects() const { return effects_; }

 private:
  bool NamedIn(const v1::Effect& effect) const;
  void Add(const JournalEntry& entry);

  const Speaker& say_;
  const City& city_;
  std::vector<std::string> ids_;
  std::string without_log_;
  std::vector<std::string> lines_;
  Json json_ = Json::array();
  std::vector<v1::Effect> effects_;
};

}  // namespace merit
