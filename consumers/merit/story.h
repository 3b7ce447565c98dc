// merit demo --story: a log of a few dozen events, written by hand, and told from what the fold
// made of it.
#pragma once

#include <string>

#include "consumers/merit/phrases.h"
#include "engine/base/status.h"

namespace merit {

// Writes the log into `directory`, folds it and prints the story. Errors: those of DemoDirectory.
[[nodiscard]] Status TellStory(const std::string& directory, const Speaker& say);

}  // namespace merit
