#include "consumers/merit/phrases.h"

#include <cstdlib>
#include <iterator>

namespace merit {
namespace {

constexpr Phrase kUnknown{"unknown", "未知"};

template <size_t kSize, class Enum>
Phrase At(const Phrase (&table)[kSize], Enum value) {
  const auto place = static_cast<size_t>(value);
  return place < kSize ? table[place] : kUnknown;
}

constexpr Phrase kCodes[] = {
    kUnknown,
    {"applied", "已生效"},
    {"no programme of this city is open", "该城市没有开通的项目"},
    {"not readable as an event", "无法解读为事件"},
    {"under another city's key", "记录键不是该城市"},
    {"said before", "重复提交"},
    {"another event has this event_id", "event_id 已被另一事件占用"},
    {"too old or too far in the future", "时间过旧或超前"},
    {"the producer may not say this", "发送方无权"},
    {"a value is not allowed", "取值不允许"},
    {"no such driver", "没有该司机"},
    {"no such reviewer", "没有该审核员"},
    {"no such item", "没有该兑换项目"},
    {"no such partner", "没有该合作商户"},
    {"the id is taken", "编号已被使用"},
    {"waits for what it speaks of", "等待所指事项"},
    {"what it speaks of never came", "所指事项始终未到"},
    {"the reviewer is the driver", "审核员即司机本人"},
    {"this person decided before", "此人先前已作决定"},
    {"outside the reviewer's area", "不在审核员辖区"},
    {"not allowed in this state", "当前状态不允许"},
    {"announced too late", "公示期不足"},
    {"a day before it is still open", "前一业务日尚未日结"},
    {"the figures differ from the ledger's", "数字与账不符"},
    {"not the next policy version", "不是下一个规则版本"},
    {"beyond what one adjustment may change", "超过单次调整上限"},
};

constexpr Phrase kReportStates[] = {
    kUnknown,
    {"submitted", "待审核"},
    {"more is asked for", "待补充"},
    {"awaits a second reviewer", "待复审"},
    {"awarded", "已采纳"},
    {"rejected", "不予采纳"},
    {"duplicate", "重复上报"},
    {"withdrawn", "已撤回"},
    {"revoked", "已撤销"},
    {"under appeal", "申诉中"},
    {"expired without a review", "逾期未审"},
    {"lapsed, nothing more came", "逾期未补充"},
};

constexpr Phrase kMatterStates[] = {
    kUnknown,
    {"open", "已立案"},
    {"assigned", "已转办"},
    {"resolved", "已反馈"},
    {"closed", "已办结"},
    {"reopened", "重新办理"},
    {"merged", "已并案"},
    {"voided", "已作废"},
};

constexpr Phrase kRedemptionStates[] = {
    kUnknown,
    {"declined", "未受理"},
    {"reserved", "已预留"},
    {"voucher issued", "已发券"},
    {"voucher verified", "已核销"},
    {"settled", "已结算"},
    {"released, points back", "已释放，积分退回"},
    {"expired", "已过期"},
    {"returned, points back", "已退券，积分退回"},
};

constexpr Phrase kAppealStates[] = {
    kUnknown,
    {"filed", "已提出"},
    {"the decision stands", "维持原决定"},
    {"the driver was right", "改判，司机有理"},
};

constexpr Phrase kDeclines[] = {
    {"accepted", "已受理"},
    {"no such driver", "没有该司机"},
    {"redemption is suspended", "兑换被暂停"},
    {"no such item", "没有该兑换项目"},
    {"the item is closed", "项目已关闭"},
    {"the limit for this period is reached", "已达本期限额"},
    {"out of stock", "库存不足"},
    {"points are owed", "有欠分"},
    {"not enough points", "积分不足"},
};

constexpr Phrase kFlagRules[] = {
    kUnknown,
    {"photo seen before", "照片重复"},
    {"same thing near by", "邻近相似"},
    {"too far in too short a time", "位置跳变"},
    {"always the same position", "位置不动"},
    {"very many in a day", "单日过多"},
    {"device used by two drivers", "设备共用"},
    {"handled again and again in one place", "疑似摆拍"},
    {"one reviewer approves nearly all", "疑似串通"},
    {"three revocations in a year", "一年三次撤销"},
};

constexpr Phrase kAwardSources[] = {
    kUnknown,
    {"report", "上报"},
    {"corroboration", "佐证"},
    {"volunteer service", "志愿服务"},
    {"carried over", "期初结转"},
    {"adjustment", "积分调整"},
    {"restored", "恢复"},
};

constexpr Phrase kAccounts[] = {
    kUnknown,
    {"issued", "发放"},
    {"clawed back", "追回"},
    {"expired", "过期"},
    {"forfeited", "作废"},
    {"available", "可用"},
    {"held", "冻结"},
    {"arrears", "欠分"},
    {"at partners", "商户待结"},
    {"settled", "已结算"},
};

constexpr Phrase kFactors[] = {
    kUnknown,
    {"reports", "上报"},
    {"handled matters", "处置"},
    {"volunteer service", "志愿服务"},
    {"violations", "违规"},
    {"honours", "荣誉"},
    {"standing", "考核"},
    {"rounding", "取整"},
};

constexpr Phrase kModes[] = {kUnknown, {"reported", "上报"}, {"handled", "处置"}};
constexpr Phrase kSeverities[] = {
    kUnknown, {"minor", "轻微"}, {"normal", "一般"}, {"major", "较重"}, {"critical", "重大"}};
constexpr Phrase kEvidences[] = {
    kUnknown, {"complete", "完整"}, {"partial", "部分"}, {"poor", "欠缺"}};
constexpr Phrase kDecisions[] = {kUnknown,
                                 {"approve", "采纳"},
                                 {"reject", "不采纳"},
                                 {"duplicate", "重复"},
                                 {"ask for more", "要求补充"}};
constexpr Phrase kMatterKinds[] = {{"all kinds", "全部类别"}, {"hazard", "隐患"},
                                   {"opinion", "社情民意"},   {"incident", "突发事件"},
                                   {"welfare", "关爱"},       {"grievance", "诉求"}};
constexpr Phrase kChannels[] = {{"other", "其他"},
                                {"snap", "随手拍"},
                                {"listen", "广泛听"},
                                {"instant", "即时报"},
                                {"help", "志愿帮"}};
constexpr Phrase kSecondReasons[] = {{"handled, and major or more", "处置且较重以上"},
                                     {"a category without caps", "不设上限的类别"},
                                     {"many points", "分值较高"},
                                     {"the driver's credibility is low", "司机信用偏低"},
                                     {"a flag is open", "存在疑点"},
                                     {"drawn as a sample", "抽样"}};

struct EventPhrase {
  v1::Event::BodyCase type;
  Phrase phrase;
};

constexpr EventPhrase kEvents[] = {
    {v1::Event::kProgrammeOpened, {"programme opened", "项目开通"}},
    {v1::Event::kPolicyActivated, {"policy published", "规则发布"}},
    {v1::Event::kCalendarPublished, {"calendar published", "工作日历发布"}},
    {v1::Event::kProducerRegistered, {"producer registered", "发送方登记"}},
    {v1::Event::kProducerRevoked, {"producer revoked", "发送方撤销"}},
    {v1::Event::kReviewerRegistered, {"reviewer registered", "审核员登记"}},
    {v1::Event::kReviewerRevoked, {"reviewer revoked", "审核员撤销"}},
    {v1::Event::kDayClosed, {"day closed", "日结"}},
    {v1::Event::kPointsAdjusted, {"points adjusted", "积分调整"}},
    {v1::Event::kDriverEnrolled, {"enrolled", "司机加入"}},
    {v1::Event::kDriverUpdated, {"driver's data updated", "司机信息更新"}},
    {v1::Event::kDriverOptedOut, {"opted out of preferential dispatch", "退出优先派单"}},
    {v1::Event::kDriverOptedIn, {"opted in to preferential dispatch", "加入优先派单"}},
    {v1::Event::kDriverErased, {"erased", "司机注销"}},
    {v1::Event::kReportSubmitted, {"report submitted", "提交上报"}},
    {v1::Event::kReportWithdrawn, {"report withdrawn", "撤回上报"}},
    {v1::Event::kReportReviewed, {"report reviewed", "审核"}},
    {v1::Event::kReportCoReviewed, {"second opinion", "复审"}},
    {v1::Event::kReportRevoked, {"report revoked", "撤销上报"}},
    {v1::Event::kAppealFiled, {"appeal filed", "提出申诉"}},
    {v1::Event::kAppealDecided, {"appeal decided", "申诉裁定"}},
    {v1::Event::kMatterOpened, {"matter opened", "立案"}},
    {v1::Event::kMatterAssigned, {"matter assigned", "转办"}},
    {v1::Event::kMatterReturned, {"matter returned", "退回"}},
    {v1::Event::kMatterEscalated, {"matter escalated", "升级"}},
    {v1::Event::kMatterResolved, {"matter resolved", "办理反馈"}},
    {v1::Event::kMatterVerified, {"matter verified", "核实"}},
    {v1::Event::kMatterFollowedUp, {"matter followed up", "跟踪回访"}},
    {v1::Event::kMatterReopened, {"matter reopened", "重新办理"}},
    {v1::Event::kMatterVoided, {"matter voided", "作废"}},
    {v1::Event::kMatterMerged, {"matter merged", "并案"}},
    {v1::Event::kVolunteerServiceRecorded, {"volunteer service recorded", "志愿服务登记"}},
    {v1::Event::kVolunteerServiceRevoked, {"volunteer service revoked", "志愿服务撤销"}},
    {v1::Event::kHonourGranted, {"honour granted", "授予荣誉"}},
    {v1::Event::kHonourRevoked, {"honour revoked", "撤销荣誉"}},
    {v1::Event::kStandingAssessed, {"standing assessed", "考核"}},
    {v1::Event::kViolationRecorded, {"violation recorded", "违规登记"}},
    {v1::Event::kViolationRescinded, {"violation rescinded", "违规撤销"}},
    {v1::Event::kSuspensionImposed, {"suspension imposed", "暂停"}},
    {v1::Event::kSuspensionLifted, {"suspension lifted", "解除暂停"}},
    {v1::Event::kDispatchExposureReported, {"dispatch exposure reported", "派单情况报送"}},
    {v1::Event::kItemListed, {"item listed", "项目上架"}},
    {v1::Event::kStockAdjusted, {"stock adjusted", "库存调整"}},
    {v1::Event::kItemClosed, {"item closed", "项目关闭"}},
    {v1::Event::kRedemptionRequested, {"redemption requested", "申请兑换"}},
    {v1::Event::kRedemptionCancelled, {"redemption cancelled", "取消兑换"}},
    {v1::Event::kVoucherIssued, {"voucher issued", "发券"}},
    {v1::Event::kVoucherVerified, {"voucher verified", "核销"}},
    {v1::Event::kVoucherVoided, {"voucher voided", "作废券"}},
    {v1::Event::kVoucherReturned, {"voucher returned", "退券"}},
    {v1::Event::kSettlementBatchClosed, {"settlement", "结算"}},
};

}  // namespace

Language LanguageOf(const std::string& option) {
  if (!option.empty()) return option == "zh" ? Language::kChinese : Language::kEnglish;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).starts_with("zh") ? Language::kChinese : Language::kEnglish;
  }
  return Language::kEnglish;
}

std::string Speaker::Fill(const Phrase& phrase, std::initializer_list<std::string> values) const {
  const std::string form = (*this)(phrase);
  std::string text;
  for (size_t place = 0; place < form.size(); ++place) {
    const bool slot = form[place] == '{' && place + 2 < form.size() && form[place + 2] == '}';
    const auto number = slot ? static_cast<size_t>(form[place + 1] - '0') : values.size();
    if (number >= values.size()) {
      text += form[place];
      continue;
    }
    text += *(values.begin() + number);
    place += 2;
  }
  return text;
}

Phrase PhraseOf(v1::Code code) { return At(kCodes, code); }
Phrase PhraseOf(v1::ReportState state) { return At(kReportStates, state); }
Phrase PhraseOf(v1::MatterState state) { return At(kMatterStates, state); }
Phrase PhraseOf(v1::RedemptionState state) { return At(kRedemptionStates, state); }
Phrase PhraseOf(v1::AppealState state) { return At(kAppealStates, state); }
Phrase PhraseOf(v1::DeclineCode code) { return At(kDeclines, code); }
Phrase PhraseOf(v1::FlagRule rule) { return At(kFlagRules, rule); }
Phrase PhraseOf(v1::AwardSource source) { return At(kAwardSources, source); }
Phrase PhraseOf(v1::AccountKind account) { return At(kAccounts, account); }
Phrase PhraseOf(v1::Factor factor) { return At(kFactors, factor); }
Phrase PhraseOf(v1::Mode mode) { return At(kModes, mode); }
Phrase PhraseOf(v1::Severity severity) { return At(kSeverities, severity); }
Phrase PhraseOf(v1::Evidence evidence) { return At(kEvidences, evidence); }
Phrase PhraseOf(v1::Decision decision) { return At(kDecisions, decision); }
Phrase PhraseOf(v1::MatterKind kind) { return At(kMatterKinds, kind); }
Phrase PhraseOf(v1::Channel channel) { return At(kChannels, channel); }

Phrase PhraseOf(v1::Event::BodyCase type) {
  for (const EventPhrase& event : kEvents) {
    if (event.type == type) return event.phrase;
  }
  return kUnknown;
}

Phrase PhraseOf(v1::GateBit gate) {
  switch (gate) {
    case v1::GATE_BIT_SUSPENDED:
      return {"the score is suspended", "优先权被暂停"};
    case v1::GATE_BIT_UNQUALIFIED:
      return {"a permit is missing", "证件不全"};
    case v1::GATE_BIT_OPTED_OUT:
      return {"the driver opted out", "司机已退出"};
    case v1::GATE_BIT_REMOVED:
      return {"the driver was erased", "司机已注销"};
    case v1::GATE_BIT_INSUFFICIENT:
      return {"too few contributions, and no honour", "贡献次数不足且无荣誉"};
    case v1::GATE_BIT_UNKNOWN_SCHEMA:
      return {"the record is of a newer form", "记录格式较新"};
    default:
      return {"none", "无"};
  }
}

Phrase SecondReason(uint32_t bit) {
  for (size_t place = 0; place < std::size(kSecondReasons); ++place) {
    if (bit == 1u << place) return kSecondReasons[place];
  }
  return kUnknown;
}

}  // namespace merit
