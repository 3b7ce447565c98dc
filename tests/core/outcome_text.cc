#include "tests/core/outcome_text.h"

#include <string_view>

namespace merit {
namespace {

// An enum's name without its enum's: REPORT_STATE_AWARDED -> AWARDED.
template <class Enum>
std::string Short(Enum value, std::string_view prefix, const std::string& (*name)(Enum)) {
  return name(value).substr(prefix.size());
}

std::string Signed(int64_t number) { return (number < 0 ? "" : "+") + std::to_string(number); }

void AddIf(std::string* text, const char* name, int64_t number) {
  if (number != 0) text->append(", ").append(name).append(" ").append(std::to_string(number));
}

std::string AwardText(const v1::Award& award) {
  std::string text = "Award{" + Short(award.source(), "AWARD_SOURCE_", v1::AwardSource_Name) +
                     ", " + award.source_id();
  if (!award.original_id().empty()) text += ", original " + award.original_id();
  text += ", driver " + award.driver_id() + ", policy " + std::to_string(award.policy_version()) +
          ", day " + std::to_string(award.merit_day());
  AddIf(&text, "category", award.category());
  text += ", computed " + std::to_string(award.computed_pts()) + ", awarded " +
          std::to_string(award.awarded_pts());
  AddIf(&text, "cut_day", award.cut_day_pts());
  AddIf(&text, "cut_month", award.cut_month_pts());
  AddIf(&text, "cut_budget", award.cut_budget_pts());
  AddIf(&text, "cred", award.cred_permille());
  AddIf(&text, "repaid", award.repaid_pts());
  return text + "}";
}

std::string PostingText(const v1::Posting& posting) {
  const std::string owner = posting.owner_id().empty() ? "" : "(" + posting.owner_id() + ")";
  return "P " + Short(posting.account(), "ACCOUNT_KIND_", v1::AccountKind_Name) + owner + " " +
         Signed(posting.delta_pts());
}

std::string DecisionText(const v1::RedemptionDecided& d) {
  const std::string code =
      d.code() == 0 ? "-" : Short(d.code(), "DECLINE_CODE_", v1::DeclineCode_Name);
  return "RedemptionDecided{" + d.redemption_id() + ", " + d.driver_id() + ", " + d.item_id() +
         ", " + code + ", " + std::to_string(d.price_pts()) + "}";
}

std::string StateText(const v1::Effect& effect) {
  if (effect.has_matter_state()) {
    const auto& m = effect.matter_state();
    return "MatterState " + m.matter_id() + " " +
           Short(m.state(), "MATTER_STATE_", v1::MatterState_Name);
  }
  if (effect.has_appeal_state()) {
    const auto& a = effect.appeal_state();
    return "AppealState " + a.appeal_id() + " " +
           Short(a.state(), "APPEAL_STATE_", v1::AppealState_Name);
  }
  if (effect.has_report_state()) {
    const auto& r = effect.report_state();
    std::string text = "ReportState " + r.report_id() + " " +
                       Short(r.state(), "REPORT_STATE_", v1::ReportState_Name);
    AddIf(&text, "reasons", r.second_reasons());
    return text;
  }
  const auto& r = effect.redemption_state();
  std::string text = "RedemptionState " + r.redemption_id() + " " +
                     Short(r.state(), "REDEMPTION_STATE_", v1::RedemptionState_Name);
  AddIf(&text, "expires_day", r.expires_day());
  return text;
}

std::string MeritText(const v1::MeritChanged& m) {
  return "MeritChanged " + m.driver_id() + " " + Short(m.factor(), "FACTOR_", v1::Factor_Name) +
         " " + std::to_string(m.day()) + " " + Signed(m.value_mpt());
}

}  // namespace

std::string CodeText(const v1::Outcome& outcome) {
  const std::string code = Short(outcome.code(), "CODE_", v1::Code_Name);
  if (outcome.code() == v1::CODE_APPLIED && outcome.detail_code() == 0) return code;
  return code + "." + std::to_string(outcome.detail_code());
}

std::string EffectText(const v1::Effect& effect) {
  switch (effect.body_case()) {
    case v1::Effect::kAward:
      return AwardText(effect.award());
    case v1::Effect::kPosting:
      return PostingText(effect.posting());
    case v1::Effect::kLotChanged:
      return "L " + effect.lot_changed().driver_id() + " " +
             std::to_string(effect.lot_changed().expire_day()) + " " +
             Signed(effect.lot_changed().delta_pts());
    case v1::Effect::kMeritChanged:
      return MeritText(effect.merit_changed());
    case v1::Effect::kReportState:
    case v1::Effect::kMatterState:
    case v1::Effect::kRedemptionState:
    case v1::Effect::kAppealState:
      return StateText(effect);
    case v1::Effect::kRedemptionDecision:
      return DecisionText(effect.redemption_decision());
    case v1::Effect::kFlag: {
      std::string text = "Flag " + Short(effect.flag().rule(), "FLAG_RULE_", v1::FlagRule_Name) +
                         " " + effect.flag().subject();
      return effect.flag().other().empty() ? text : text + " " + effect.flag().other();
    }
    case v1::Effect::kMatterOverdue:
      return "MatterOverdue " + effect.matter_overdue().matter_id() + " " +
             std::to_string(effect.matter_overdue().deadline_ms());
    case v1::Effect::kSettlement:
      return "Settlement{" + effect.settlement().batch_id() + ", " +
             std::to_string(effect.settlement().count()) + ", " +
             std::to_string(effect.settlement().amount_fen()) + ", " +
             std::to_string(effect.settlement().settled_pts()) + "}";
    case v1::Effect::kPolicyInForce:
      return "PolicyInForce " + std::to_string(effect.policy_in_force().version());
    default:
      return "no effect";
  }
}

}  // namespace merit
