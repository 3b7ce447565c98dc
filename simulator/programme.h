// The programme itself: its opening, policies, calendars, adjustments, and the clock that closes
// its days.
#pragma once

#include "simulator/town.h"

namespace merit {

class Programme {
 public:
  explicit Programme(Town& town) : town_(town) {}

  void Start();
  void PlanDay();
  void Run(const Action& action);

 private:
  enum Step : uint8_t { kOpen, kClose, kPublishPolicy, kPublishCalendar, kAdjust, kRotate };

  void Open();
  void RegisterProducers();
  void RegisterReviewers();
  void CloseDays();
  void PublishPolicy();
  void PublishCalendar(int32_t year);
  void Adjust();
  void Rotate();

  Town& town_;
  v1::DayClosed day_closed_;
  v1::PointsAdjusted adjusted_;
  uint32_t trainees_ = 0;
  int32_t policy_day_ = 0;  // when the next version is published
};

}  // namespace merit
