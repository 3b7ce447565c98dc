// The effects of one event, in the order in which they happen, and the Outcome made of them.
//
//   Output   Outcome bytes in canonical form: fields ascending, defaults left out, at most
//            kEffectsOfPart effects a part, at least one part
//   Cost     about 30 ns an effect; no allocation once warm
//   Source   outcome.proto; DOMAIN.md §5; EFFECTS.md §1.7, §3 (parts)
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/wire_writer.h"
#include "merit/v1/outcome.pb.h"

namespace merit {

inline constexpr uint32_t kEffectsOfPart = 1'000;

struct AwardEffect {
  v1::AwardSource source = v1::AWARD_SOURCE_UNSPECIFIED;
  std::string_view source_id;
  std::string_view original_id;
  std::string_view driver_id;
  uint32_t policy_version = 0;
  int32_t merit_day = 0;
  uint32_t category = 0;
  int64_t computed_pts = 0;
  int64_t awarded_pts = 0;
  int64_t cut_day_pts = 0;
  int64_t cut_month_pts = 0;
  int64_t cut_budget_pts = 0;
  uint32_t cred_permille = 0;
  int64_t repaid_pts = 0;
};

struct OutcomeHead {
  uint32_t city_code;
  uint64_t city_seq;
  int64_t record_time_ms;
  int32_t open_day;
  std::string_view event_id;
  v1::Code code;
  uint32_t detail_code;
};

class Effects {
 public:
  void Clear() {
    bytes_.Clear();
    part_ends_.clear();
    count_ = 0;
  }
  uint32_t count() const { return count_; }

  void Award(const AwardEffect& award);
  void Posting(v1::AccountKind account, std::string_view owner_id, int64_t delta_pts);
  void LotChanged(std::string_view driver_id, int32_t expire_day, int64_t delta_pts);
  void MeritChanged(std::string_view driver_id, v1::Factor factor, int32_t day, int64_t value_mpt);
  void ReportState(std::string_view report_id, v1::ReportState state, uint32_t second_reasons = 0);
  void MatterState(std::string_view matter_id, v1::MatterState state);
  void RedemptionDecided(std::string_view redemption_id, std::string_view driver_id,
                         std::string_view item_id, v1::DeclineCode code, int64_t price_pts);
  void RedemptionState(std::string_view redemption_id, v1::RedemptionState state,
                       int32_t expires_day = 0);
  void AppealState(std::string_view appeal_id, v1::AppealState state);
  void Flag(v1::FlagRule rule, std::string_view subject, std::string_view other);
  void MatterOverdue(std::string_view matter_id, int64_t deadline_ms);
  void Settlement(std::string_view batch_id, uint32_t count, int64_t amount_fen,
                  int64_t settled_pts);
  void PolicyInForce(uint32_t version);

  // visit(head, effects) for each part, in order: an Outcome's bytes in two pieces.
  template <class Visit>
  void EachPart(const OutcomeHead& head, Visit visit) {
    uint32_t part = 0;
    size_t begin = 0;
    do {
      const size_t end = part < part_ends_.size() ? part_ends_[part] : bytes_.size();
      WriteHead(head, part++);
      visit(head_.view(), bytes_.view().substr(begin, end - begin));
      begin = end;
    } while (begin < bytes_.size());
  }

 private:
  WireWriter Begin(int effect_field);
  void Finish();
  void WriteHead(const OutcomeHead& head, uint32_t part);

  WireBuffer bytes_;               // all of them, each as field `effects` of Outcome
  size_t effect_ = 0;              // where the one that is being written begins in bytes_,
  size_t body_ = 0;                // and what is inside it
  std::vector<size_t> part_ends_;  // where full parts end in bytes_
  uint32_t count_ = 0;
  WireBuffer head_;
};

}  // namespace merit
