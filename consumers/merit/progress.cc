#include "consumers/merit/progress.h"

#include <unistd.h>

#include <cstdio>

namespace merit {

std::string WithCommas(int64_t number) {
  std::string digits = std::to_string(number);
  const size_t first = number < 0 ? 1 : 0;
  for (size_t place = digits.size(); place > first + 3;) {
    place -= 3;
    digits.insert(place, 1, ',');
  }
  return digits;
}

Progress::Progress(std::string label, uint64_t total)
    : label_(std::move(label)), total_(total), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (terminal_ && drawn_ > 0) std::fputs("\r\033[K", stderr);
}

double Progress::seconds() const {
  return std::chrono::duration<double>(Clock::now() - begin_).count();
}

void Progress::Draw() {
  drawn_ = done_;
  if (!terminal_) return;
  const auto now = Clock::now();
  if (now - last_draw_ < std::chrono::milliseconds(200)) return;
  last_draw_ = now;
  const double rate = static_cast<double>(done_) / seconds();
  std::string line = WithCommas(static_cast<int64_t>(done_));
  if (total_ > 0) line += " of " + WithCommas(static_cast<int64_t>(total_));
  line += " " + label_;
  if (total_ > 0) line += "  " + std::to_string(done_ * 100 / total_) + " %";
  line += "  " + WithCommas(static_cast<int64_t>(rate)) + "/s";
  if (total_ > done_ && rate > 0) {
    line += "  " + WithCommas(static_cast<int64_t>(static_cast<double>(total_ - done_) / rate)) +
            " s left";
  }
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
}

}  // namespace merit
