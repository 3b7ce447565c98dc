// Asks memory for a line of the cache that will be looked at soon.
//
//   Output   nothing but time
//   Caveats  g++ takes a function that does nothing else for one without any effect, and drops the
//            calls of it: the empty instruction here is an effect that it must keep
#pragma once

namespace merit {

inline void BringNear(const void* address) {
  __builtin_prefetch(address);
  asm volatile("");
}

}  // namespace merit
