// What the commands say to people, in English and in Chinese: every phrase has both, side by side.
//
//   Input    Language: --lang, else the environment's LC_ALL, LC_MESSAGES or LANG
//   Output   {0}, {1} … in a phrase are filled in by Fill
//   Caveats  --json does not look at the language: keys, and the names of states, are those of
//            proto/
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
  static constexpr Phrase kAward{"{0} {1}: {2} points computed, {3} awarded",
                                 "{0} {1}：计算 {2} 分，授予 {3} 分"};
  static constexpr Phrase kCutDay{"{0} cut by the driver's cap of the day", "日上限扣减 {0} 分"};
  static constexpr Phrase kCutMonth{"{0} cut by the driver's cap of the month",
                                    "月上限扣减 {0} 分"};
  static constexpr Phrase kCutBudget{"{0} cut by the city's budget", "城市预算扣减 {0} 分"};
  static constexpr Phrase kRepaid{"{0} repaid what was owed", "其中 {0} 分抵还欠分"};
  static constexpr Phrase kCredPolicy{"credibility {0}, policy version {1}",
                                      "信用 {0}，规则第 {1} 版"};
  static constexpr Phrase kPolicy{"policy version {0}", "规则第 {0} 版"};
  static constexpr Phrase kPosting{"{0} {1}", "{0} {1}"};
  static constexpr Phrase kLot{"points that can be spent until {0}: {1}",
                               "有效期至 {0} 的积分：{1}"};
  static constexpr Phrase kLotForEver{"points that never expire: {0}", "长期有效的积分：{0}"};
  static constexpr Phrase kMerit{"merit from {0} of {1}: {2}", "{1} 的{0}贡献值：{2}"};
  static constexpr Phrase kReport{"report {0}: {1}", "上报 {0}：{1}"};
  static constexpr Phrase kSecondWhy{"because: {0}", "原因：{0}"};
  static constexpr Phrase kMatter{"matter {0}: {1}", "事项 {0}：{1}"};
  static constexpr Phrase kRedemption{"redemption {0}: {1}", "兑换 {0}：{1}"};
  static constexpr Phrase kRedemptionAccepted{"redemption {0} of {1}: {2} points reserved",
                                              "兑换 {0}（{1}）：预留 {2} 分"};
  static constexpr Phrase kRedemptionDeclined{"redemption {0} of {1}: declined, {2}",
                                              "兑换 {0}（{1}）：未受理，{2}"};
  static constexpr Phrase kValidUntil{"valid until {0}", "有效期至 {0}"};
  static constexpr Phrase kAppeal{"appeal {0}: {1}", "申诉 {0}：{1}"};
  static constexpr Phrase kFlag{"flag: {0} ({1}), on {2}", "疑点：{0}（{1}），对象 {2}"};
  static constexpr Phrase kComparedWith{"compared with {0}", "对照 {0}"};
  static constexpr Phrase kOverdue{"matter {0}: overdue since {1}", "事项 {0}：{1} 起超期"};
  static constexpr Phrase kSettlement{"batch {0}: {1} vouchers, {2} fen, {3} points",
                                      "结算批次 {0}：{1} 张，{2} 分钱，{3} 积分"};
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
  static constexpr Phrase kLedgerOf{"driver {0}, city {1}, day {2}",
                                    "司机 {0}，城市 {1}，业务日 {2}"};
  static constexpr Phrase kErased{"this driver was erased", "该司机已注销"};
  static constexpr Phrase kBalance{"available {0}, held {1}, arrears {2}",
                                   "可用 {0}，冻结 {1}，欠分 {2}"};
  static constexpr Phrase kNothing{"nothing", "无"};
  // Explain
  static constexpr Phrase kReportOf{"report {0} of driver {1}, city {2}: {3}",
                                    "上报 {0}，司机 {1}，城市 {2}：{3}"};
  static constexpr Phrase kSubmittedOn{"submitted on {0}, county {1}, {2}",
                                       "提交于 {0}，区县 {1}，{2}"};
  static constexpr Phrase kHistory{"history", "经过"};
  static constexpr Phrase kPoints{"points, by policy version {0} of the submission day",
                                  "积分（按提交日的规则第 {0} 版）"};
  static constexpr Phrase kProduct{
      "base {0} ({1}) x {2} {3} x severity {4} {5} x evidence {6} {7} x campaign {8} = {9}",
      "基础分 {0}（{1}）x {2} {3} x 程度{4} {5} x 证据{6} {7} x 专项 {8} = {9}"};
  static constexpr Phrase kCorroborated{
      "corroboration: base {0} ({1}) x {2} = {3}; for the first {4} other drivers",
      "佐证：基础分 {0}（{1}）x {2} = {3}；仅限最先的 {4} 名其他司机"};
  static constexpr Phrase kComputed{"rounded down, at least 1: {0} points",
                                    "向下取整、至少 1 分：{0} 分"};
  static constexpr Phrase kAwarded{"awarded: {0}", "授予：{0} 分"};
  static constexpr Phrase kNoCut{"nothing was cut", "未作扣减"};
  static constexpr Phrase kValue{
      "value for the score: {0} x credibility {1} = {2}, from {3} on, halved every {4} days",
      "计入优先分：{0} x 信用 {1} = {2}，自 {3} 起，每 {4} 天减半"};
  static constexpr Phrase kNoPoints{"no points have been decided", "尚未定分"};
  static constexpr Phrase kTakenBack{"the points were taken back when the report was revoked",
                                     "上报被撤销，积分已追回"};
  static constexpr Phrase kDriverOn{"driver {0}, city {1}, on {2}", "司机 {0}，城市 {1}，{2}"};
  static constexpr Phrase kScoreIs{"raw {0}, boost {1}, tier T{2}",
                                   "原始分 {0}，优先度 {1}，等级 T{2}"};
  static constexpr Phrase kFromContributions{"from {0} contributions", "共 {0} 次"};
  static constexpr Phrase kFromViolations{"for {0} violations", "共 {0} 次违规"};
  static constexpr Phrase kFromHonours{"from {0} honours that hold today, at most {1}",
                                       "当日有效荣誉 {0} 项，最多 {1}"};
  static constexpr Phrase kFromStanding{"{0} assessments count: all is multiplied by {1}",
                                        "有效考核 {0} 项：合计乘以 {1}"};
  static constexpr Phrase kFromRounding{"what the roundings leave", "取整余数"};
  static constexpr Phrase kRawIs{"raw", "原始分"};
  static constexpr Phrase kHalfLife{"what was contributed counts half after {0} days",
                                    "每项贡献 {0} 天后减半"};
  static constexpr Phrase kBoostIs{"boost = {0} x {1} / ({1} + {2}) = {3}",
                                   "优先度 = {0} x {1} / ({1} + {2}) = {3}"};
  static constexpr Phrase kGated{"boost 0 because: {0}", "优先度为 0，因为：{0}"};
  static constexpr Phrase kNoGate{"nothing holds the boost back", "没有限制优先度的情形"};
  static constexpr Phrase kMissing{"{0} more contributions lift this", "再有 {0} 次贡献即可解除"};
  static constexpr Phrase kNextTier{"tier T{0} begins at {1}: raw {2}, {3} more than now",
                                    "T{0} 级自 {1} 起：需原始分 {2}，还差 {3}"};
  static constexpr Phrase kTopTier{"there is no higher tier", "已是最高等级"};
  static constexpr Phrase kTierTooHigh{"tier T{0} begins at {1}, above the policy's cap of {2}",
                                       "T{0} 级自 {1} 起，高于规则上限 {2}"};
  static constexpr Phrase kCounters{"{0} approved of {1} decided: credibility {2}",
                                    "已定 {1} 件，采纳 {0} 件：信用 {2}"};
  static constexpr Phrase kRedemptionOf{"redemption {0} of {1} by driver {2}, city {3}: {4}",
                                        "兑换 {0}，项目 {1}，司机 {2}，城市 {3}：{4}"};
  static constexpr Phrase kRequestedOn{"requested on {0}, {1} points", "申请于 {0}，{1} 分"};
  static constexpr Phrase kDueOn{"due on {0}", "到期日 {0}"};
  static constexpr Phrase kVerifiedOn{"verified on {0}", "核销于 {0}"};
  static constexpr Phrase kItemTerms{
      "item {0} of partner {1}: {2} points, {3} fen to the partner, stock {4}",
      "项目 {0}，商户 {1}：{2} 分，付商户 {3} 分钱，库存 {4}"};
  static constexpr Phrase kSlices{"points from: {0}", "积分来源：{0}"};
  static constexpr Phrase kNoSuchThing{
      "nothing of this state has the id {0}; these events name it:",
      "没有编号为 {0} 的事项；以下事件提到它："};
  // State
  static constexpr Phrase kCityOn{"city {0} {1}: open day {2}, policy version {3}, city_seq {4}",
                                  "城市 {0} {1}：业务日 {2}，规则第 {3} 版，city_seq {4}"};
  static constexpr Phrase kEquation{
      "points issued {0} = available {1} + held {2} + arrears {3} + at partners {4} + settled {5} "
      "+ expired {6} + "
      "forfeited {7} + clawed back {8}",
      "发放 {0} = 可用 {1} + 冻结 {2} + 欠分 {3} + 商户待结 {4} + 已结算 {5} + 过期 {6} + 作废 {7} "
      "+ 追回 {8}"};
  static constexpr Phrase kDrivers{"drivers", "司机"};
  static constexpr Phrase kDriverCounts{
      "{0} enrolled, {1} erased, {2} opted out, {3} without a permit, {4} with a boost",
      "在册 {0}，注销 {1}，退出优先 {2}，证件不全 {3}，有优先度 {4}"};
  static constexpr Phrase kReports{"reports", "上报"};
  static constexpr Phrase kMatters{"matters", "事项"};
  static constexpr Phrase kRedemptions{"redemptions", "兑换"};
  static constexpr Phrase kItems{"items", "兑换项目"};
  static constexpr Phrase kItem{"item", "项目"};
  static constexpr Phrase kPartner{"partner", "商户"};
  static constexpr Phrase kPrice{"price", "分值"};
  static constexpr Phrase kStock{"stock", "库存"};
  static constexpr Phrase kOpenClosed{"days of sale", "兑换期"};
  static constexpr Phrase kClosed{"closed", "已关闭"};
  static constexpr Phrase kMemory{"{0} events wait, {1} event ids are remembered",
                                  "{0} 个事件等待中，记住 {1} 个事件编号"};
  // Top, score
  static constexpr Phrase kRank{"rank", "名次"};
  static constexpr Phrase kDriver{"driver", "司机"};
  static constexpr Phrase kBoost{"boost", "优先度"};
  static constexpr Phrase kTier{"tier", "等级"};
  static constexpr Phrase kMeritColumn{"merit", "贡献值"};
  static constexpr Phrase kHonourColumn{"honours", "荣誉"};
  static constexpr Phrase kContributions{"contributions", "贡献次数"};
  static constexpr Phrase kCity{"city", "城市"};
  static constexpr Phrase kVersion{"version", "版本"};
  static constexpr Phrase kDay{"on", "日期"};
  static constexpr Phrase kStanding{"standing", "考核"};
  static constexpr Phrase kTopOf{"city {0} {1}, {2}: {3} drivers with a boost",
                                 "城市 {0} {1}，{2}：{3} 名司机有优先度"};
  static constexpr Phrase kReadingIs{"(merit {0} + honours {1}) x standing {2} = {3}",
                                     "（贡献值 {0} + 荣誉 {1}）x 考核 {2} = {3}"};
  static constexpr Phrase kLeaseOver{"boost 0 because: the score held until {0}",
                                     "优先度为 0，因为：分数有效至 {0}"};
  static constexpr Phrase kPublishedAs{"as it was published, version {0}, made on {1}:",
                                       "发布内容，版本 {0}，生成于 {1}："};
  // Statistics
  static constexpr Phrase kRegion{"region", "区域"};
  static constexpr Phrase kMonth{"month", "月份"};
  static constexpr Phrase kKind{"kind", "类别"};
  static constexpr Phrase kChannel{"channel", "渠道"};
  static constexpr Phrase kOpened{"opened", "立案"};
  static constexpr Phrase kClosedCount{"closed", "办结"};
  static constexpr Phrase kOverdueCount{"overdue", "超期"};
  static constexpr Phrase kReopened{"reopened", "重办"};
  static constexpr Phrase kCompletion{"completion", "办结率"};
  static constexpr Phrase kOnTime{"on time", "按时办结率"};
  static constexpr Phrase kSatisfaction{"satisfied", "满意率"};
  static constexpr Phrase kFollowUp{"followed up", "回访率"};
  static constexpr Phrase kSolved{"solved", "解决率"};
  static constexpr Phrase kReopenRate{"reopen rate", "重办率"};
  static constexpr Phrase kResponse{"response", "响应率"};
  static constexpr Phrase kMinutes{"mean hours", "平均小时"};
  static constexpr Phrase kWholeCity{"{0} city", "{0} 全市"};
  static constexpr Phrase kProvince{"{0} province", "{0} 全省"};
  // Flags
  static constexpr Phrase kRule{"rule", "疑点规则"};
  static constexpr Phrase kSubject{"subject", "对象"};
  static constexpr Phrase kOther{"compared with", "对照"};
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
