// SIGINT and SIGTERM as a word in the loop: finish what you are at, and end well.
//
//   Caveats  a second signal ends the process at once; what was saved stays
#pragma once

#include <atomic>

namespace merit {

void CatchInterrupts();
// From here on a signal ends the process: there is nothing left to finish.
void StopCatchingInterrupts();

// Set by the first signal, for whoever waits on a flag of his own.
const std::atomic<bool>& InterruptFlag();
inline bool Interrupted() { return InterruptFlag().load(); }

}  // namespace merit
