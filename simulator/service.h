// What drivers do and are beside reports: volunteer service, honours, assessments, violations,
// suspensions; and what preferential dispatch did, as platforms tell it.
#pragma once

#include "simulator/town.h"

namespace merit {

class Service {
 public:
  explicit Service(Town& town) : town_(town) {}

  void PlanDay();
  void Run(const Action& action);

 private:
  enum Step : uint8_t {
    kServe,
    kRevokeService,
    kGrant,
    kRevokeHonour,
    kAssess,
    kViolate,
    kRescind,
    kAppeal,
    kDecide,
    kSuspend,
    kLift,
    kExpose
  };

  // One thing that may be taken back later.
  struct Entry {
    EntityId id;
    EntityId appeal;
    uint32_t driver = kNobody;
    int32_t points = 0;
    v1::SuspensionScope scope = v1::SUSPENSION_SCOPE_UNSPECIFIED;
  };

  void PlanSome(Step step, uint64_t per_million);
  void PlanAssessments(int32_t day_of_month);
  void Serve();
  void RevokeService(uint32_t slot);
  void Grant();
  void RevokeHonour(uint32_t slot);
  void Assess(uint32_t driver, v1::StandingKind kind);
  void Violate();
  void Rescind(uint32_t slot);
  void Appeal(uint32_t slot);
  void Decide(uint32_t slot);
  void Suspend(uint32_t driver);
  void Lift(uint32_t slot);
  void Expose(uint32_t platform);
  void Next(Step step, uint32_t slot, int64_t from_ms, int64_t to_ms);
  uint32_t PlatformOf(uint32_t driver) const;

  Town& town_;
  Pool<Entry> entries_;
  v1::VolunteerServiceRecorded served_;
  v1::VolunteerServiceRevoked service_revoked_;
  v1::HonourGranted granted_;
  v1::HonourRevoked honour_revoked_;
  v1::StandingAssessed assessed_;
  v1::ViolationRecorded violated_;
  v1::ViolationRescinded rescinded_;
  v1::AppealFiled filed_;
  v1::AppealDecided decided_;
  v1::SuspensionImposed suspended_;
  v1::SuspensionLifted lifted_;
  v1::DispatchExposureReported exposed_;
};

}  // namespace merit
