// What the commands say to people, in English and in Chinese: every phrase has both, side by side.
//
//   Input    Language: --lang, else the environment's LC_ALL, LC_MESSAGES or LANG
//   Output   {0}, {1} … in a phrase are filled in by Fill
//   Caveats  --json does not look at the language: keys, and the names of states, are those of proto/
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "merit/v1/bulletin.pb.h"
#include "merit/v1/event.pb.h"
#include "merit/v1/outcome.pb.h"
#include "merit/v1/score.pb.h"

namespace merit {

struct Phrase {
  const char* english;
  const char* chinese;
};

// The sentences of the commands, by what they say. Enums of proto/ are said by PhraseOf below.
struct Say {
  static constexpr Phrase kComma{", ", "，"};
  static constexpr Phrase kThen{"; ", "；"};
  // Effects
  static constexpr Phrase kAward{"{0} {1}: {2} points computed, {3} awarded", "{0} {1}：计算 {2} 分，授予 {3} 分"};
  static constexpr Phrase kCutDay{"{0} cut by the driver's cap of the day", "日上限扣减 {0} 分"};
  static constexpr Phrase kCutMonth{"{0} cut by the driver's cap of the month", "月上限扣减 {0} 分"};
  static constexpr Phrase kCutBudget{"{0} cut by the city's budget", "城市预算扣减 {0} 分"};
  static constexpr Phrase kRepaid{"{0} repaid what was owed", "其中 {0} 分抵还欠分"};
  static constexpr Phrase kCredPolicy{"credibility {0}, policy version {1}", "信用 {0}，规则第 {1} 版"};
  static constexpr Phrase kPolicy{"policy version {0}", "规则第 {0} 版"};
  static constexpr Phrase kPosting{"{0} {1}", "{0} {1}"};
  static constexpr Phrase kLot{"points that can be spent until {0}: {1}", "有效期至 {0} 的积分：{1}"};
  static constexpr Phrase kLotForEver{"points that never expire: {0}", "长期有效的积分：{0}"};
  static constexpr Phrase kMerit{"merit from {0} of {1}: {2}", "{1} 的{0}贡献值：{2}"};
  static constexpr Phrase kReport{"report {0}: {1}", "上报 {0}：{1}"};
  static constexpr Phrase kSecondWhy{"because: {0}", "原因：{0}"};
  static constexpr Phrase kMatter{"matter {0}: {1}", "事项 {0}：{1}"};
  static constexpr Phrase kRedemption{"redemption {0}: {1}", "兑换 {0}：{1}"};
  static constexpr Phrase kRedemptionAccepted{"redemption {0} of {1}: {2} points reserved", "兑换 {0}（{1}）：预留 {2} 分"};
  static constexpr Phrase kRedemptionDeclined{"redemption {0} of {1}: declined, {2}", "兑换 {0}（{1}）：未受理，{2}"};
  static constexpr Phrase kValidUntil{"valid until {0}", "有效期至 {0}"};
  static constexpr Phrase kAppeal{"appeal {0}: {1}", "申诉 {0}：{1}"};
  static constexpr Phrase kFlag{"flag: {0} ({1}), on {2}", "疑点：{0}（{1}），对象 {2}"};
  static constexpr Phrase kComparedWith{"compared with {0}", "对照 {0}"};
  static constexpr Phrase kOverdue{"matter {0}: overdue since {1}", "事项 {0}：{1} 起超期"};
  static constexpr Phrase kSettlement{"batch {0}: {1} vouchers, {2} fen, {3} points", "结算批次 {0}：{1} 张，{2} 分钱，{3} 积分"};
  static constexpr Phrase kPolicyInForce{"policy version {0} is in force", "规则第 {0} 版生效"};
  // Events
  static constexpr Phrase kRefused{"refused: {0} ({1} {2})", "未通过：{0}（{1} {2}）"};
  static constexpr Phrase kWaited{"it had come too early and waited", "先到，等待后处理"};
  static constexpr Phrase kBy{"by {0}", "经办 {0}"};
  static constexpr Phrase kSomeEvent{"event {0}", "事件 {0}"};
  static constexpr Phrase kWithoutLog{"the log is not at hand ({0}): told from the outcomes alone",
                                      "日志不在手边（{0}）：仅据处理结果说明"};
  // Tables
  static constexpr Phrase kTime{"time", "时间"};
  static constexpr Phrase kWhat{"what", "事项"};
  static constexpr Phrase kChange{"change", "变动"};
  static constexpr Phrase kAvailable{"available", "可用"};
  static constexpr Phrase kHeld{"held", "冻结"};
  static constexpr Phrase kArrears{"arrears", "欠分"};
  static constexpr Phrase kLedgerOf{"driver {0}, city {1}, day {2}", "司机 {0}，城市 {1}，业务日 {2}"};
  static constexpr Phrase kErased{"this driver was erased", "该司机已注销"};
  static constexpr Phrase kBalance{"available {0}, held {1}, arrears {2}", "可用 {0}，冻结 {1}，欠分 {2}"};
  static constexpr Phrase kNothing{"nothing", "无"};
};

enum class Language { kEnglish, kChinese };

// "en", "zh", or empty: the environment's.
Language LanguageOf(const std::string& option);

// Says phrases in one language.
class Speaker {
 public:
  explicit Speaker(Language language) : language_(language) {}

  std::string operator()(const Phrase& phrase) const {
    return language_ == Language::kChinese ? phrase.chinese : phrase.english;
  }
  std::string Fill(const Phrase& phrase, std::initializer_list<std::string> values) const;

 private:
  const Language language_;
};

Phrase PhraseOf(v1::Code code);
Phrase PhraseOf(v1::ReportState state);
Phrase PhraseOf(v1::MatterState state);
Phrase PhraseOf(v1::RedemptionState state);
Phrase PhraseOf(v1::AppealState state);
Phrase PhraseOf(v1::DeclineCode code);
Phrase PhraseOf(v1::FlagRule rule);
Phrase PhraseOf(v1::AwardSource source);
Phrase PhraseOf(v1::AccountKind account);
Phrase PhraseOf(v1::Factor factor);
Phrase PhraseOf(v1::Mode mode);
Phrase PhraseOf(v1::Severity severity);
Phrase PhraseOf(v1::Evidence evidence);
Phrase PhraseOf(v1::Decision decision);
Phrase PhraseOf(v1::MatterKind kind);
Phrase PhraseOf(v1::Channel channel);
Phrase PhraseOf(v1::Event::BodyCase type);
// One bit of Score.gates.
Phrase PhraseOf(v1::GateBit gate);
// One bit of ReportStateChanged.second_reasons.
Phrase SecondReason(uint32_t bit);

}  // namespace merit
