// What is going to happen in a city, in order of time: a calendar of days, and a heap for the day
// that is on.
//
//   Output   Pop gives the earliest action; of equal times the one that was pushed first
//   Cost     Push and Pop O(log of one day's actions); memory for what is pending, up to kDaysMax
//            ahead
//   Caveats  what lies before the day that is on is done at once; what lies past kDaysMax is
//            forgotten
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "simulator/date.h"

namespace merit {

enum class Family : uint8_t {
  kProgramme,
  kDrivers,
  kReports,
  kMatters,
  kService,
  kRedemption,
  kHostile,
  kDelivery
};

struct Action {
  int64_t time_ms = 0;
  uint64_t order = 0;  // given by the agenda
  Family family = Family::kProgramme;
  uint8_t step = 0;      // the family's own enum
  uint32_t subject = 0;  // usually a slot or a driver
  uint32_t extra = 0;
};

class Agenda {
 public:
  static constexpr size_t kDaysMax = 1024;

  explicit Agenda(int64_t begin_ms) : begin_ms_(begin_ms), days_(kDaysMax) {}

  void Push(Action action) {
    action.order = next_order_++;
    const int64_t day = std::max(day_, DayFrom(action.time_ms));
    if (day >= day_ + static_cast<int64_t>(kDaysMax)) return;
    ++size_;
    if (day == day_) {
      today_.push_back(action);
      std::push_heap(today_.begin(), today_.end(), Later);
    } else {
      days_[static_cast<size_t>(day) % kDaysMax].push_back(action);
    }
  }

  bool empty() const { return size_ == 0; }

  // Only where not empty().
  const Action& Top() {
    while (today_.empty()) {
      ++day_;
      // A past day's memory goes back: a year of days would keep a year's actions.
      std::vector<Action>& next = days_[static_cast<size_t>(day_) % kDaysMax];
      today_ = std::move(next);
      next = {};
      std::make_heap(today_.begin(), today_.end(), Later);
    }
    return today_.front();
  }

  Action Pop() {
    const Action action = Top();
    std::pop_heap(today_.begin(), today_.end(), Later);
    today_.pop_back();
    --size_;
    return action;
  }

 private:
  static bool Later(const Action& a, const Action& b) {
    return a.time_ms != b.time_ms ? a.time_ms > b.time_ms : a.order > b.order;
  }
  int64_t DayFrom(int64_t time_ms) const {
    return time_ms <= begin_ms_ ? 0 : (time_ms - begin_ms_) / kDayMs;
  }

  const int64_t begin_ms_;
  int64_t day_ = 0;  // days since begin_ms_
  std::vector<Action> today_;
  std::vector<std::vector<Action>> days_;
  uint64_t next_order_ = 0;
  size_t size_ = 0;
};

}  // namespace merit
