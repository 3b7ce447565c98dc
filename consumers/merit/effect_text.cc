#include "consumers/merit/effect_text.h"

#include <google/protobuf/descriptor.h>

#include <limits>

#include "consumers/merit/progress.h"
#include "consumers/merit/text.h"

namespace merit {
namespace {

std::string PolicyText(const Speaker& say, const v1::Award& award) {
  const std::string version = std::to_string(award.policy_version());
  if (award.cred_permille() == 0) return say.Fill(Say::kPolicy, {version});
  return say.Fill(Say::kCredPolicy, {ThousandthsText(award.cred_permille()), version});
}

std::string AwardText(const Speaker& say, const v1::Award& award) {
  std::string text =
      say.Fill(Say::kAward, {say(PhraseOf(award.source())), award.source_id(),
                             WithCommas(award.computed_pts()), WithCommas(award.awarded_pts())});
  const auto add = [&](const Phrase& phrase, int64_t pts) {
    if (pts > 0) text += say(Say::kThen) + say.Fill(phrase, {WithCommas(pts)});
  };
  add(Say::kCutDay, award.cut_day_pts());
  add(Say::kCutMonth, award.cut_month_pts());
  add(Say::kCutBudget, award.cut_budget_pts());
  add(Say::kRepaid, award.repaid_pts());
  return text + say(Say::kThen) + PolicyText(say, award);
}

std::string LotText(const Speaker& say, const v1::LotChanged& lot) {
  const std::string change = SignedText(lot.delta_pts());
  if (lot.expire_day() == std::numeric_limits<int32_t>::max())
    return say.Fill(Say::kLotForEver, {change});
  return say.Fill(Say::kLot, {DayText(lot.expire_day()), change});
}

std::string ReportText(const Speaker& say, const v1::ReportStateChanged& report) {
  std::string text = say.Fill(Say::kReport, {report.report_id(), say(PhraseOf(report.state()))});
  std::string reasons;
  for (uint32_t bit = 1; bit <= 32; bit <<= 1) {
    if ((report.second_reasons() & bit) == 0) continue;
    reasons += (reasons.empty() ? "" : say(Say::kThen)) + say(SecondReason(bit));
  }
  return reasons.empty() ? text : text + " - " + say.Fill(Say::kSecondWhy, {reasons});
}

std::string DecisionText(const Speaker& say, const v1::RedemptionDecided& decided) {
  if (decided.code() == v1::DECLINE_CODE_UNSPECIFIED) {
    return say.Fill(Say::kRedemptionAccepted,
                    {decided.redemption_id(), decided.item_id(), WithCommas(decided.price_pts())});
  }
  return say.Fill(Say::kRedemptionDeclined,
                  {decided.redemption_id(), decided.item_id(), say(PhraseOf(decided.code()))});
}

std::string RedemptionText(const Speaker& say, const v1::RedemptionStateChanged& redemption) {
  std::string text =
      say.Fill(Say::kRedemption, {redemption.redemption_id(), say(PhraseOf(redemption.state()))});
  if (redemption.expires_day() > 0)
    text += say(Say::kComma) + say.Fill(Say::kValidUntil, {DayText(redemption.expires_day())});
  return text;
}

std::string FlagText(const Speaker& say, const v1::Flag& flag) {
  const std::string name = v1::FlagRule_Name(flag.rule()).substr(std::string("FLAG_RULE_").size());
  std::string text = say.Fill(Say::kFlag, {say(PhraseOf(flag.rule())), name, flag.subject()});
  if (!flag.other().empty())
    text += say(Say::kComma) + say.Fill(Say::kComparedWith, {flag.other()});
  return text;
}

// The body's message, whichever it is.
const google::protobuf::Message* BodyOf(const v1::Event& event) {
  const auto* const field = event.GetDescriptor()->FindFieldByNumber(event.body_case());
  return field == nullptr ? nullptr : &event.GetReflection()->GetMessage(event, field);
}

// The id that the body is about: its first field that is one.
std::string MainId(const google::protobuf::Message& body) {
  const auto* const type = body.GetDescriptor();
  for (int place = 0; place < type->field_count(); ++place) {
    const auto* const field = type->field(place);
    if (field->type() != google::protobuf::FieldDescriptor::TYPE_STRING || field->is_repeated())
      continue;
    const std::string& name = field->name();
    if (name.ends_with("_id")) return body.GetReflection()->GetString(body, field);
  }
  return "";
}

std::string ReviewText(const Speaker& say, const v1::ReportReviewed& m) {
  std::string text = ": " + say(PhraseOf(m.decision()));
  if (m.decision() == v1::DECISION_APPROVE) {
    text += say(Say::kComma) + say(PhraseOf(m.severity())) + say(Say::kComma) +
            say(PhraseOf(m.evidence()));
  }
  if (!m.duplicate_of().empty()) text += say(Say::kComma) + m.duplicate_of();
  if (!m.reason_code().empty()) text += say(Say::kComma) + m.reason_code();
  return text + say(Say::kComma) + say.Fill(Say::kBy, {m.reviewer_id()});
}

// What in the body a reader wants to see beside its id.
std::string DetailText(const Speaker& say, const v1::Event& event) {
  switch (event.body_case()) {
    case v1::Event::kReportSubmitted:
      return " (" + say(PhraseOf(event.report_submitted().mode())) + say(Say::kComma) +
             say(PhraseOf(event.report_submitted().channel())) + ")";
    case v1::Event::kReportReviewed:
      return ReviewText(say, event.report_reviewed());
    case v1::Event::kReportCoReviewed: {
      const auto& m = event.report_co_reviewed();
      return ": " + say(PhraseOf(m.agree() ? v1::DECISION_APPROVE : v1::DECISION_REJECT)) +
             say(Say::kComma) + say.Fill(Say::kBy, {m.reviewer_id()});
    }
    case v1::Event::kReportRevoked: {
      const auto& m = event.report_revoked();
      return ": " + v1::RevokeCause_Name(m.cause()).substr(std::string("REVOKE_CAUSE_").size()) +
             say(Say::kComma) +
             say.Fill(Say::kBy, {m.reviewer_id() + say(Say::kComma) + m.second_reviewer_id()});
    }
    case v1::Event::kAppealDecided:
      return say(Say::kComma) + say.Fill(Say::kBy, {event.appeal_decided().reviewer_id()});
    case v1::Event::kPointsAdjusted: {
      const auto& m = event.points_adjusted();
      return ": " + m.reason() + say(Say::kComma) +
             say.Fill(Say::kBy, {m.signer_a() + say(Say::kComma) + m.signer_b()});
    }
    case v1::Event::kDayClosed:
      return " " + DayText(event.day_closed().day());
    case v1::Event::kVolunteerServiceRecorded: {
      const auto& m = event.volunteer_service_recorded();
      return " (" + DayText(m.service_day()) + say(Say::kComma) + std::to_string(m.minutes()) +
             " min)";
    }
    case v1::Event::kHonourGranted: {
      const auto& m = event.honour_granted();
      return ": " + m.title() + say(Say::kComma) + DayText(m.from_day()) + " - " +
             DayText(m.to_day());
    }
    case v1::Event::kStandingAssessed: {
      const auto& m = event.standing_assessed();
      return ": " + v1::StandingKind_Name(m.kind()).substr(std::string("STANDING_KIND_").size()) +
             " " + ThousandthsText(m.score_permille());
    }
    case v1::Event::kViolationRecorded: {
      const auto& m = event.violation_recorded();
      return ": " +
             v1::ViolationGrade_Name(m.grade()).substr(std::string("VIOLATION_GRADE_").size()) +
             say(Say::kComma) + DayText(m.violation_day());
    }
    case v1::Event::kSuspensionImposed: {
      const auto& m = event.suspension_imposed();
      return ": " +
             v1::SuspensionScope_Name(m.scope()).substr(std::string("SUSPENSION_SCOPE_").size()) +
             say(Say::kComma) + DayText(m.from_day()) + " - " + DayText(m.to_day());
    }
    default:
      return "";
  }
}

// Without the event: what its first effect says.
std::string GuessedText(const Speaker& say, const v1::Outcome& outcome) {
  for (const v1::Effect& effect : outcome.effects()) {
    switch (effect.body_case()) {
      case v1::Effect::kAward:
        return say(PhraseOf(effect.award().source())) + " " + effect.award().source_id();
      case v1::Effect::kReportState:
        return ReportText(say, effect.report_state());
      case v1::Effect::kRedemptionDecision:
        return DecisionText(say, effect.redemption_decision());
      case v1::Effect::kRedemptionState:
        return RedemptionText(say, effect.redemption_state());
      default:
        break;
    }
  }
  return say.Fill(Say::kSomeEvent, {outcome.event_id()});
}

}  // namespace

std::string NameOf(v1::Code code) {
  return v1::Code_Name(code).substr(std::string("CODE_").size());
}

std::string RefusalText(const Speaker& say, const v1::Outcome& outcome) {
  return say.Fill(Say::kRefused, {say(PhraseOf(outcome.code())), NameOf(outcome.code()),
                                  std::to_string(outcome.detail_code())});
}

std::string EffectText(const Speaker& say, const City& city, const v1::Effect& effect) {
  switch (effect.body_case()) {
    case v1::Effect::kAward:
      return AwardText(say, effect.award());
    case v1::Effect::kPosting: {
      const v1::Posting& m = effect.posting();
      return say.Fill(Say::kPosting, {say(PhraseOf(m.account())), SignedText(m.delta_pts())});
    }
    case v1::Effect::kLotChanged:
      return LotText(say, effect.lot_changed());
    case v1::Effect::kMeritChanged: {
      const v1::MeritChanged& m = effect.merit_changed();
      return say.Fill(Say::kMerit, {say(PhraseOf(m.factor())), DayText(m.day()),
                                    SignedThousandthsText(m.value_mpt())});
    }
    case v1::Effect::kReportState:
      return ReportText(say, effect.report_state());
    case v1::Effect::kMatterState:
      return say.Fill(Say::kMatter, {effect.matter_state().matter_id(),
                                     say(PhraseOf(effect.matter_state().state()))});
    case v1::Effect::kRedemptionDecision:
      return DecisionText(say, effect.redemption_decision());
    case v1::Effect::kRedemptionState:
      return RedemptionText(say, effect.redemption_state());
    case v1::Effect::kAppealState:
      return say.Fill(Say::kAppeal, {effect.appeal_state().appeal_id(),
                                     say(PhraseOf(effect.appeal_state().state()))});
    case v1::Effect::kFlag:
      return FlagText(say, effect.flag());
    case v1::Effect::kMatterOverdue: {
      const v1::MatterOverdue& m = effect.matter_overdue();
      return say.Fill(Say::kOverdue,
                      {m.matter_id(), TimeText(m.deadline_ms(), city.row.utc_offset_minutes)});
    }
    case v1::Effect::kSettlement: {
      const v1::Settlement& m = effect.settlement();
      return say.Fill(Say::kSettlement, {m.batch_id(), WithCommas(m.count()),
                                         WithCommas(m.amount_fen()), WithCommas(m.settled_pts())});
    }
    case v1::Effect::kPolicyInForce:
      return say.Fill(Say::kPolicyInForce, {std::to_string(effect.policy_in_force().version())});
    default:
      return "";
  }
}

std::string EntryText(const Speaker& say, const JournalEntry& entry) {
  std::string text;
  const v1::Event* const event = entry.event();
  if (event == nullptr) {
    text = GuessedText(say, entry.outcome());
  } else {
    text = say(PhraseOf(event->body_case()));
    const google::protobuf::Message* const body = BodyOf(*event);
    const std::string id = body == nullptr ? "" : MainId(*body);
    if (!id.empty()) text += " " + id;
    text += DetailText(say, *event);
  }
  if (entry.outcome().code() != v1::CODE_APPLIED) text += " - " + RefusalText(say, entry.outcome());
  if (entry.again()) text += " (" + say(Say::kWaited) + ")";
  return text;
}

}  // namespace merit
