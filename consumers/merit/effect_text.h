// Effects and events as sentences.
#pragma once

#include <string>

#include "consumers/merit/journal.h"
#include "consumers/merit/phrases.h"
#include "engine/core/city.h"
#include "merit/v1/outcome.pb.h"

namespace merit {

std::string EffectText(const Speaker& say, const City& city, const v1::Effect& effect);

// What happened, in a line: the event with its id and what in it matters; a refusal with its
// reason.
std::string EntryText(const Speaker& say, const JournalEntry& entry);

// A refusal in words: "refused: a value is not allowed (RANGE 5)".
std::string RefusalText(const Speaker& say, const v1::Outcome& outcome);

// "CODE_RANGE" -> "RANGE".
std::string NameOf(v1::Code code);

}  // namespace merit
