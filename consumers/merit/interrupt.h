// SIGINT and SIGTERM as a word in the loop: finish what you are at, and end well.
//
//   Caveats  a second signal ends the process at once
#pragma once

namespace merit {

void CatchInterrupts();
bool Interrupted();

}  // namespace merit
