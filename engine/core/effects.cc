#include "engine/core/effects.h"

namespace merit {

WireWriter Effects::Begin(int effect_field) {
  WireWriter w(&bytes_);
  effect_ = w.Begin(v1::Outcome::kEffectsFieldNumber);
  body_ = w.Begin(effect_field);
  return w;
}

void Effects::Finish() {
  WireWriter w(&bytes_);
  w.End(body_);
  w.End(effect_);
  if (++count_ % kEffectsOfPart == 0) part_ends_.push_back(bytes_.size());
}

void Effects::Award(const AwardEffect& award) {
  using M = v1::Award;
  WireWriter w = Begin(v1::Effect::kAwardFieldNumber);
  w.Unsigned(M::kSourceFieldNumber, award.source);
  w.Bytes(M::kSourceIdFieldNumber, award.source_id);
  w.Bytes(M::kOriginalIdFieldNumber, award.original_id);
  w.Bytes(M::kDriverIdFieldNumber, award.driver_id);
  w.Unsigned(M::kPolicyVersionFieldNumber, award.policy_version);
  w.Signed(M::kMeritDayFieldNumber, award.merit_day);
  w.Unsigned(M::kCategoryFieldNumber, award.category);
  w.Signed(M::kComputedPtsFieldNumber, award.computed_pts);
  w.Signed(M::kAwardedPtsFieldNumber, award.awarded_pts);
  w.Signed(M::kCutDayPtsFieldNumber, award.cut_day_pts);
  w.Signed(M::kCutMonthPtsFieldNumber, award.cut_month_pts);
  w.Signed(M::kCutBudgetPtsFieldNumber, award.cut_budget_pts);
  w.Unsigned(M::kCredPermilleFieldNumber, award.cred_permille);
  w.Signed(M::kRepaidPtsFieldNumber, award.repaid_pts);
  Finish();
}

void Effects::Posting(v1::AccountKind account, std::string_view owner_id, int64_t delta_pts) {
  using M = v1::Posting;
  WireWriter w = Begin(v1::Effect::kPostingFieldNumber);
  w.Unsigned(M::kAccountFieldNumber, account);
  w.Bytes(M::kOwnerIdFieldNumber, owner_id);
  w.Signed(M::kDeltaPtsFieldNumber, delta_pts);
  Finish();
}

void Effects::LotChanged(std::string_view driver_id, int32_t expire_day, int64_t delta_pts) {
  using M = v1::LotChanged;
  WireWriter w = Begin(v1::Effect::kLotChangedFieldNumber);
  w.Bytes(M::kDriverIdFieldNumber, driver_id);
  w.Signed(M::kExpireDayFieldNumber, expire_day);
  w.Signed(M::kDeltaPtsFieldNumber, delta_pts);
  Finish();
}

void Effects::MeritChanged(std::string_view driver_id, v1::Factor factor, int32_t day,
                           int64_t value_mpt) {
  using M = v1::MeritChanged;
  WireWriter w = Begin(v1::Effect::kMeritChangedFieldNumber);
  w.Bytes(M::kDriverIdFieldNumber, driver_id);
  w.Unsigned(M::kFactorFieldNumber, factor);
  w.Signed(M::kDayFieldNumber, day);
  w.Signed(M::kValueMptFieldNumber, value_mpt);
  Finish();
}

void Effects::ReportState(std::string_view report_id, v1::ReportState state,
                          uint32_t second_reasons) {
  using M = v1::ReportStateChanged;
  WireWriter w = Begin(v1::Effect::kReportStateFieldNumber);
  w.Bytes(M::kReportIdFieldNumber, report_id);
  w.Unsigned(M::kStateFieldNumber, state);
  w.Unsigned(M::kSecondReasonsFieldNumber, second_reasons);
  Finish();
}

void Effects::MatterState(std::string_view matter_id, v1::MatterState state) {
  using M = v1::MatterStateChanged;
  WireWriter w = Begin(v1::Effect::kMatterStateFieldNumber);
  w.Bytes(M::kMatterIdFieldNumber, matter_id);
  w.Unsigned(M::kStateFieldNumber, state);
  Finish();
}

void Effects::RedemptionDecided(std::string_view redemption_id, std::string_view driver_id,
                                std::string_view item_id, v1::DeclineCode code, int64_t price_pts) {
  using M = v1::RedemptionDecided;
  WireWriter w = Begin(v1::Effect::kRedemptionDecisionFieldNumber);
  w.Bytes(M::kRedemptionIdFieldNumber, redemption_id);
  w.Bytes(M::kDriverIdFieldNumber, driver_id);
  w.Bytes(M::kItemIdFieldNumber, item_id);
  w.Unsigned(M::kCodeFieldNumber, code);
  w.Signed(M::kPricePtsFieldNumber, price_pts);
  Finish();
}

void Effects::RedemptionState(std::string_view redemption_id, v1::RedemptionState state,
                              int32_t expires_day) {
  using M = v1::RedemptionStateChanged;
  WireWriter w = Begin(v1::Effect::kRedemptionStateFieldNumber);
  w.Bytes(M::kRedemptionIdFieldNumber, redemption_id);
  w.Unsigned(M::kStateFieldNumber, state);
  w.Signed(M::kExpiresDayFieldNumber, expires_day);
  Finish();
}

void Effects::AppealState(std::string_view appeal_id, v1::AppealState state) {
  using M = v1::AppealStateChanged;
  WireWriter w = Begin(v1::Effect::kAppealStateFieldNumber);
  w.Bytes(M::kAppealIdFieldNumber, appeal_id);
  w.Unsigned(M::kStateFieldNumber, state);
  Finish();
}

void Effects::Flag(v1::FlagRule rule, std::string_view subject, std::string_view other) {
  using M = v1::Flag;
  WireWriter w = Begin(v1::Effect::kFlagFieldNumber);
  w.Unsigned(M::kRuleFieldNumber, rule);
  w.Bytes(M::kSubjectFieldNumber, subject);
  w.Bytes(M::kOtherFieldNumber, other);
  Finish();
}

void Effects::MatterOverdue(std::string_view matter_id, int64_t deadline_ms) {
  using M = v1::MatterOverdue;
  WireWriter w = Begin(v1::Effect::kMatterOverdueFieldNumber);
  w.Bytes(M::kMatterIdFieldNumber, matter_id);
  w.Signed(M::kDeadlineMsFieldNumber, deadline_ms);
  Finish();
}

void Effects::Settlement(std::string_view batch_id, uint32_t count, int64_t amount_fen,
                         int64_t settled_pts) {
  using M = v1::Settlement;
  WireWriter w = Begin(v1::Effect::kSettlementFieldNumber);
  w.Bytes(M::kBatchIdFieldNumber, batch_id);
  w.Unsigned(M::kCountFieldNumber, count);
  w.Signed(M::kAmountFenFieldNumber, amount_fen);
  w.Signed(M::kSettledPtsFieldNumber, settled_pts);
  Finish();
}

void Effects::PolicyInForce(uint32_t version) {
  WireWriter w = Begin(v1::Effect::kPolicyInForceFieldNumber);
  w.Unsigned(v1::PolicyInForce::kVersionFieldNumber, version);
  Finish();
}

void Effects::WriteHead(const OutcomeHead& head, uint32_t part) {
  using M = v1::Outcome;
  head_.Clear();
  WireWriter w(&head_);
  w.Unsigned(M::kCityCodeFieldNumber, head.city_code);
  w.Unsigned(M::kCitySeqFieldNumber, head.city_seq);
  w.Unsigned(M::kPartFieldNumber, part);
  w.Signed(M::kRecordTimeMsFieldNumber, head.record_time_ms);
  w.Signed(M::kOpenDayFieldNumber, head.open_day);
  w.Bytes(M::kEventIdFieldNumber, head.event_id);
  w.Unsigned(M::kCodeFieldNumber, head.code);
  w.Unsigned(M::kDetailCodeFieldNumber, head.detail_code);
}

}  // namespace merit
