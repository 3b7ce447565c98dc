// Matters from opening to follow-up, from reports and from people who ask for something.
#pragma once

#include <array>

#include "simulator/town.h"

namespace merit {

class Matters {
 public:
  explicit Matters(Town& town) : town_(town) {}

  void PlanDay();
  void Run(const Action& action);

  // The desk that approved this report opens a matter on it within the hour. Its id.
  EntityId OpenFor(EntityId report, uint32_t category, uint32_t county, v1::Channel channel);

 private:
  enum Step : uint8_t {
    kOpen,
    kAssign,
    kReturn,
    kEscalate,
    kResolve,
    kVerify,
    kFollowUp,
    kReopen,
    kVoid,
    kMerge,
    kGrievance
  };
  enum class Fate : uint8_t { kUsual, kVoided, kMerged };

  struct Matter {
    EntityId id;
    EntityId report;
    uint32_t driver = kNobody;
    v1::MatterKind kind = v1::MATTER_KIND_HAZARD;
    v1::Channel channel = v1::CHANNEL_UNSPECIFIED;
    v1::MatterLevel level = v1::MATTER_LEVEL_COUNTY;
    uint8_t county = 0;
    Fate fate = Fate::kUsual;
    bool reopened = false;
    bool followed_up = false;
  };

  uint32_t NewMatter(v1::MatterKind kind, uint32_t county, v1::Channel channel);
  void OpenGrievance();
  void Open(uint32_t slot);
  void PlanFirst(uint32_t slot);
  void Assign(uint32_t slot);
  void Escalate(uint32_t slot);
  void Resolve(uint32_t slot);
  void Verify(uint32_t slot);
  void FollowUp(uint32_t slot);
  void Merge(uint32_t slot);
  void Next(Step step, uint32_t slot, int64_t from_ms, int64_t to_ms, bool office = true);
  uint32_t Desk(const Matter& matter) const { return town_.roster.counties[matter.county].desk; }
  template <class Body>
  void Name(const Matter& matter, Body* body) {
    WriteId(Entity::kMatter, matter.id, body->mutable_matter_id());
  }

  Town& town_;
  Pool<Matter> matters_;
  std::array<EntityId, 10> latest_{};  // by county: one that later ones can be merged into
  v1::MatterOpened opened_;
  v1::MatterAssigned assigned_;
  v1::MatterReturned returned_;
  v1::MatterEscalated escalated_;
  v1::MatterResolved resolved_;
  v1::MatterVerified verified_;
  v1::MatterFollowedUp followed_up_;
  v1::MatterReopened reopened_;
  v1::MatterVoided voided_;
  v1::MatterMerged merged_;
};

}  // namespace merit
