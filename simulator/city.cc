#include "simulator/city.h"

#include <algorithm>

namespace merit {

SimulatedCity::SimulatedCity(const SimulationOptions& options, uint32_t city_code)
    : town_(options, city_code),
      programme_(town_),
      drivers_(town_),
      matters_(town_),
      reports_(town_, matters_),
      service_(town_),
      redemptions_(town_),
      hostility_(town_),
      planned_day_(options.first_day - 1),
      end_ms_(town_.Midnight(options.first_day + options.days) + kMinuteMs) {
  programme_.Start();
  redemptions_.Start();
  PlanDay();
}

int64_t SimulatedCity::next_ms() {
  if (HasRecord()) return town_.now_ms;
  const int64_t time_ms = std::max(town_.agenda.Top().time_ms, town_.now_ms);
  return time_ms < end_ms_ ? time_ms : INT64_MAX;
}

void SimulatedCity::Step() {
  town_.outbox.Clear();
  // The clock's next closing is always on the agenda, so each day is planned before anything of it
  // is run.
  while (town_.agenda.Top().time_ms >= town_.Midnight(planned_day_ + 1)) PlanDay();
  const Action action = town_.agenda.Pop();
  town_.now_ms = std::max(town_.now_ms, action.time_ms);
  Run(action);
  const bool honest = action.family != Family::kHostile && action.family != Family::kDelivery;
  if (honest) hostility_.Answer(town_.outbox.size());
}

void SimulatedCity::PlanDay() {
  town_.today = ++planned_day_;
  programme_.PlanDay();
  drivers_.PlanDay();
  reports_.PlanDay();
  matters_.PlanDay();
  service_.PlanDay();
  redemptions_.PlanDay();
  hostility_.PlanDay();
}

void SimulatedCity::Run(const Action& action) {
  switch (action.family) {
    case Family::kProgramme:
      return programme_.Run(action);
    case Family::kDrivers:
      return drivers_.Run(action);
    case Family::kReports:
      return reports_.Run(action);
    case Family::kMatters:
      return matters_.Run(action);
    case Family::kService:
      return service_.Run(action);
    case Family::kRedemption:
      return redemptions_.Run(action);
    case Family::kHostile:
      return hostility_.Run(action);
    case Family::kDelivery:
      return town_.RunDelivery(action);
  }
}

}  // namespace merit
