// What the benches share: failing loudly, time and processor time, and what the machine was doing
// meanwhile.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>

#include "engine/base/status.h"

namespace merit {

inline void Must(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  std::exit(1);
}

template <class T>
T Must(StatusOr<T> value) {
  Must(value.status());
  return std::move(value).value();
}

inline double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

inline long ResidentMaxMiB() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss >> 10;
}

// Ticks that a virtual machine's processors were kept from it, since it started.
inline std::string StealTicks() {
  std::ifstream stat("/proc/stat");
  std::string cpu, value;
  stat >> cpu;
  for (int place = 0; place < 8; ++place) stat >> value;
  return value;
}

class Stopwatch {
 public:
  double wall_s() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }
  double cpu_s() const { return CpuSeconds() - cpu_; }
  void Restart() {
    begin_ = Clock::now();
    cpu_ = CpuSeconds();
  }
  // A line on `events` since the last one, and begins anew.
  void Print(const char* what, int64_t events) {
    const auto count = static_cast<double>(events);
    std::printf("%-34s %9.0f events/s  %6.0f ns wall  %6.0f ns cpu\n", what, count / wall_s(),
                1e9 * wall_s() / count, 1e9 * cpu_s() / count);
    std::fflush(stdout);
    Restart();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin_ = Clock::now();
  double cpu_ = CpuSeconds();
};

}  // namespace merit
