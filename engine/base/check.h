// A broken invariant of ours stops the process: CHECK, always on.
//
//   Caveats  Nothing that bytes from outside can cause may be a CHECK: it would be read again after
//            every restart.
#pragma once

#include <cstdio>
#include <cstdlib>

#define MERIT_CHECK(condition)                                                               \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
