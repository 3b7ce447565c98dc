// The story of merit demo: what happens, in order, as the producers of a small city would write it.
//
//   Output   the same bytes at every call
//   Caveats  what becomes of an event is not said here: that is the fold's to say
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "consumers/merit/phrases.h"

namespace merit {

struct StoryRecord {
  std::string key;
  int64_t time_ms = 0;
  std::string value;
};

// What a step shows beside the outcomes of its events.
enum class StoryShows { kOutcomes, kBoost, kGrievances, kSeal };

struct StoryStep {
  Phrase heading;
  const char* command = "";  // that shows it; {0} is the state directory
  StoryShows shows = StoryShows::kOutcomes;
  std::vector<StoryRecord> records;
};

inline constexpr char kStoryDriver[] = "d-1001";  // whose story it is
inline constexpr char kOtherDriver[] = "d-1002";

// The first step opens the programme; the story begins with the second.
std::vector<StoryStep> WriteStory();

// Of which step an event is, by its event_id; a number beyond all steps where it is of none.
size_t StoryStepOf(const std::string& event_id);

}  // namespace merit
