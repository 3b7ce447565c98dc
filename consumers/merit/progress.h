// How far long work is, and when it will be done: one line on stderr that redraws itself, on a
// terminal only.
//
//   Input    label: what is counted ("events"); total: how many there will be, 0 where nobody knows
//   Output   "1,234,567 of 10,000,000 events  12 %  512,000/s  17 s left", at most five times a
//            second
//   Cost     Add is an addition; the clock is read every 1,024 counts
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace merit {

class Progress {
 public:
  Progress(std::string label, uint64_t total);
  ~Progress();  // clears the line

  void Add(uint64_t count = 1) {
    done_ += count;
    if ((done_ ^ drawn_) >> 10) Draw();
  }
  uint64_t done() const { return done_; }
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  void Draw();

  const std::string label_;
  const uint64_t total_;
  const bool terminal_;
  const Clock::time_point begin_ = Clock::now();
  Clock::time_point last_draw_ = begin_;
  uint64_t done_ = 0;
  uint64_t drawn_ = 0;
};

// 1234567 -> "1,234,567"
std::string WithCommas(int64_t number);

}  // namespace merit
