// The policy's numbers, by the names that the rules use.
//
//   Input    a v1::Policy that PolicyBreach found good
//   Threads  const after construction
//   Source   DOMAIN.md §6; EFFECTS.md §1.6
#pragma once

#include <cstdint>
#include <memory>

#include "engine/core/calendar.h"
#include "engine/core/decay.h"
#include "merit/v1/event.pb.h"
#include "merit/v1/policy.pb.h"

namespace merit {

class Policy {
 public:
  Policy(v1::Policy message, int32_t effective_day, std::shared_ptr<const Decay> decay)
      : message_(std::move(message)), effective_day_(effective_day), decay_(std::move(decay)) {}

  const v1::Policy& numbers() const { return message_; }
  uint32_t version() const { return message_.version(); }
  int32_t effective_day() const { return effective_day_; }
  const Decay& decay() const { return *decay_; }
  const std::shared_ptr<const Decay>& shared_decay() const { return decay_; }

  // The category of that code, or null.
  const v1::Category* FindCategory(uint32_t code) const;
  const v1::Category& volunteer_category() const;
  // Whether a report may be of this category: one that is CAPPED or UNCAPPED.
  bool IsReportCategory(uint32_t code) const;

  // computed points of a report: one product, one floor, at least 1 (DOMAIN.md §7).
  uint32_t ReportPoints(const v1::Category& category, v1::Mode mode, v1::Severity severity,
                        v1::Evidence evidence, int32_t submission_day) const;
  uint32_t CorroborationPoints(const v1::Category& category) const;
  // cred of a driver with `approved` of `decided`.
  uint32_t Credibility(uint32_t approved, uint32_t decided) const;

  // Last day on which points of an award on `day` can be spent.
  int32_t ExpireDay(int32_t day) const;

  uint32_t ViolationMpt(v1::ViolationGrade grade) const;
  uint32_t HonourMpt(v1::HonourLevel level) const;
  const v1::MatterDeadline& Deadline(v1::MatterKind kind) const;

 private:
  v1::Policy message_;
  int32_t effective_day_;
  std::shared_ptr<const Decay> decay_;
};

// Whether every number of the policy but its version is in its range (policy.proto).
// `in_force_day`: the day on which it would come into force.
bool PolicyInRange(const v1::Policy& policy, int32_t in_force_day);

// Whether the two differ in a score row: a number that every driver's score depends on (fields 89
// to 95).
bool SameScoreRow(const v1::Policy& a, const v1::Policy& b);

}  // namespace merit
