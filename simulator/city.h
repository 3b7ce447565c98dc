// One city of a simulation: its families of events, interleaved by time.
//
//   Output   next_ms() is when the next record or action is due, INT64_MAX at the end. Step runs
//            one action; Take gives a record that it wrote, while there is one
//   Caveats  a record's views live until the next Step
#pragma once

#include "simulator/drivers.h"
#include "simulator/hostility.h"
#include "simulator/matters.h"
#include "simulator/programme.h"
#include "simulator/redemption.h"
#include "simulator/reports.h"
#include "simulator/service.h"
#include "simulator/town.h"

namespace merit {

class SimulatedCity {
 public:
  SimulatedCity(const SimulationOptions& options, uint32_t city_code);

  int64_t next_ms();
  bool HasRecord() const { return !town_.outbox.empty(); }
  Record Take() { return town_.outbox.Take(); }
  void Step();

 private:
  void PlanDay();
  void Run(const Action& action);

  Town town_;
  Programme programme_;
  Drivers drivers_;
  Matters matters_;
  Reports reports_;
  Service service_;
  Redemptions redemptions_;
  Hostility hostility_;
  int32_t planned_day_;
  const int64_t end_ms_;
};

}  // namespace merit
