// Outcomes in the notation of EFFECTS.md's appendix: "RANGE.4", "P AVAILABLE(A) -30; L A 21183
// -30".
#pragma once

#include <string>

#include "merit/v1/outcome.pb.h"

namespace merit {

// "APPLIED" without its detail, which is 0; any other code with it.
std::string CodeText(const v1::Outcome& outcome);
std::string EffectText(const v1::Effect& effect);

}  // namespace merit
