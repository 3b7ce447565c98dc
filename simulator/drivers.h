// Drivers come, change, leave preferential dispatch and return, and go for good.
#pragma once

#include "simulator/town.h"

namespace merit {

class Drivers {
 public:
  explicit Drivers(Town& town) : town_(town) {}

  void PlanDay();
  void Run(const Action& action);

 private:
  enum Step : uint8_t { kEnrol, kUpdate, kOptOut, kOptIn, kErase };

  uint32_t EnrolledBy(int32_t day) const;
  void PlanSome(Step step, uint64_t per_million);
  void Enrol();
  void Update(uint32_t driver);
  void Erase(uint32_t driver);
  template <class Body>
  void WritePermits(uint32_t driver, Body* body);

  Town& town_;
  uint32_t planned_ = 0;  // enrolments, so far
  v1::DriverEnrolled enrolled_;
  v1::DriverUpdated updated_;
  v1::DriverOptedOut opted_out_;
  v1::DriverOptedIn opted_in_;
  v1::DriverErased erased_;
};

}  // namespace merit
