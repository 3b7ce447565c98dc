#include "consumers/merit/demo_text.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "consumers/merit/progress.h"
#include "consumers/merit/text.h"
#include "engine/base/sha256.h"

namespace merit {
namespace {

constexpr Phrase kRates{"{0} events written in {1} s; folded at {2} events a second ({3} s)",
                        "写入 {0} 条记录用时 {1} 秒；每秒处理 {2} 条（{3} 秒）"};
constexpr Phrase kOutcomes{"{0} outcomes: {1} applied, {2} said before, {3} refused or waiting",
                           "{0} 个处理结果：生效 {1}，重复 {2}，未通过或等待 {3}"};
constexpr Phrase kPoints{"Points: where each of the {0} issued is now",
                         "积分：发放的 {0} 分现在何处"};
constexpr Phrase kPointsSum{"issued = their sum; all nine accounts together: {0}",
                            "发放 = 以上之和；九个账户合计：{0}"};
constexpr Phrase kReports{"Reports: {0}", "上报：{0} 件"};
constexpr Phrase kMatters{"Matters: {0} opened, {1} closed ({2})",
                          "事项：立案 {0} 件，办结 {1} 件（{2}）"};
constexpr Phrase kRedemptions{"Redemptions: {0} requested, {1} declined",
                              "兑换：申请 {0} 次，未受理 {1} 次"};
constexpr Phrase kDeclined{"declined because", "未受理原因"};
constexpr Phrase kUnderWay{"reserved or issued {0} ({1} points); released, expired, returned {2}",
                           "预留或已发券 {0} 笔（{1} 分）；已释放、过期、退券 {2} 笔"};
constexpr Phrase kVerified{"verified, not settled yet {0} ({1} points)",
                           "已核销待结算 {0} 笔（{1} 分）"};
constexpr Phrase kSettled{"settled {0}: {1} points, {2} yuan to partners in {3} batches",
                          "已结算 {0} 笔：{1} 分，分 {3} 批付商户 {2} 元"};
constexpr Phrase kTiers{"Drivers by tier of boost on {0}: {1}", "{0} 各优先派单档次人数：{1}"};
constexpr Phrase kTier{"T{0} {1}", "T{0} {1}"};
constexpr Phrase kNobody{"nobody has a boost yet", "尚无司机获得优先"};
constexpr Phrase kWhy{"Why {0} has the highest boost, {1} (T{2}):",
                      "{0} 为何优先最高，{1}（T{2}）："};
constexpr Phrase kWhyReport{
    "{0} reports, approved or confirming another, faded with time, are worth {1}",
    "{0} 件采纳或佐证的上报，随时间衰减后值 {1}"};
constexpr Phrase kWhyHandle{"{0} matters handled on the spot are worth {1}",
                            "{0} 件现场处置值 {1}"};
constexpr Phrase kWhyVolunteer{"{0} volunteer services are worth {1}", "{0} 次志愿服务值 {1}"};
constexpr Phrase kWhyViolation{"{0} violations take off {1}", "{0} 次违规扣减 {1}"};
constexpr Phrase kWhyHonour{"{0} honours that people granted add {1}", "{0} 项荣誉加 {1}"};
constexpr Phrase kWhyStanding{"standing (safety {0}, business {1} of 1.000) changes it by {2}",
                              "考核（安全 {0}、业务 {1}，满分 1.000）调整 {2}"};
constexpr Phrase kWhyBoost{"together {0}; boost = {1} x {0} / ({0} + {2}), from 0 to {1}",
                           "合计 {0}；优先 = {1} × {0} ÷（{0} + {2}），限于 0 至 {1}"};
constexpr Phrase kSeal{"Last seal: day {0}, city_seq {1}, {2} outcomes",
                       "最近一次日封：{0}，city_seq {1}，{2} 个处理结果"};
constexpr Phrase kRoots{"roots: log {0}  accounts {1}  outcomes {2}",
                        "根：日志 {0}  账户 {1}  处理结果 {2}"};
constexpr Phrase kNoSeal{"no day is closed yet", "尚无日结"};
constexpr Phrase kTry{"Now try:", "接下来可以试："};

constexpr size_t kColumns = 100;

std::string Number(int64_t number) { return WithCommas(number); }

std::string Percent(int64_t part, int64_t whole) {
  return whole == 0 ? "-" : BpText((part * 20'000 + whole) / (2 * whole));
}

std::string Seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f", seconds);
  return text;
}

std::string Yuan(int64_t fen) {
  char rest[8];
  std::snprintf(rest, sizeof(rest), ".%02d", static_cast<int>(fen % 100));
  return WithCommas(fen / 100) + rest;
}

std::string Root(const std::string& bytes) { return Hex(bytes).substr(0, 16) + "…"; }

int64_t Rate(const DemoWork& work) {
  if (work.fold_seconds <= 0) return 0;
  return static_cast<int64_t>(static_cast<double>(work.folded_records) / work.fold_seconds);
}

// "word  1,234" in columns of equal width.
class Columns {
 public:
  Columns(std::ostream& out, size_t columns, size_t name_width, size_t number_width)
      : out_(out), columns_(columns), name_width_(name_width), number_width_(number_width) {}
  ~Columns() {
    if (count_ % columns_ != 0) out_ << "\n";
  }
  void Add(const std::string& name, int64_t number) {
    out_ << "  " << PaddedRight(name, name_width_) << PaddedLeft(Number(number), number_width_);
    if (++count_ % columns_ == 0) out_ << "\n";
  }

 private:
  std::ostream& out_;
  const size_t columns_, name_width_, number_width_;
  size_t count_ = 0;
};

template <class Key>
int64_t CountOf(const std::map<Key, int64_t>& counts, Key key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

template <class Key>
int64_t SumOf(const std::map<Key, int64_t>& counts) {
  int64_t sum = 0;
  for (const auto& [key, count] : counts) sum += count;
  return sum;
}

CountAndPoints SumOf(const DemoFigures& figures,
                     std::initializer_list<v1::RedemptionState> states) {
  CountAndPoints sum;
  for (const v1::RedemptionState state : states) {
    const auto found = figures.redemptions.find(state);
    if (found == figures.redemptions.end()) continue;
    sum.count += found->second.count;
    sum.pts += found->second.pts;
  }
  return sum;
}

class Screen {
 public:
  Screen(const Speaker& say, const DemoDirectory& demo, const DemoFigures& figures)
      : say_(say), demo_(demo), f_(figures) {}

  std::string Text() {
    Work();
    Points();
    Reports();
    Redemptions();
    Tiers();
    Why();
    Seal();
    Next();
    return out_.str();
  }

 private:
  void Line(const Phrase& phrase, std::initializer_list<std::string> values,
            const char* indent = "") {
    out_ << indent << say_.Fill(phrase, values) << "\n";
  }
  void Detail(const Phrase& phrase, std::initializer_list<std::string> values) {
    Line(phrase, values, "  ");
  }

  void Work() {
    const DemoWork& work = demo_.work();
    Line(kRates, {Number(static_cast<int64_t>(work.log_records)), Seconds(work.log_seconds),
                  Number(Rate(work)), Seconds(work.fold_seconds)});
    const int64_t all = SumOf(f_.outcomes);
    const int64_t applied = CountOf(f_.outcomes, v1::CODE_APPLIED);
    const int64_t again = CountOf(f_.outcomes, v1::CODE_DUPLICATE);
    Line(kOutcomes, {Number(all), Number(applied), Number(again), Number(all - applied - again)});
    out_ << "\n";
  }

  void Points() {
    const Totals& t = f_.totals;
    Line(kPoints, {Number(-t.issued)});
    {
      Columns columns(out_, 4, 12, 11);
      const auto add = [&](v1::AccountKind account, int64_t pts) {
        columns.Add(say_(PhraseOf(account)), pts);
      };
      add(v1::ACCOUNT_KIND_AVAILABLE, t.available);
      add(v1::ACCOUNT_KIND_HELD, t.held);
      add(v1::ACCOUNT_KIND_ARREARS, t.arrears);
      add(v1::ACCOUNT_KIND_PARTNER, t.partner);
      add(v1::ACCOUNT_KIND_SETTLED, t.settled);
      add(v1::ACCOUNT_KIND_EXPIRED, t.expired);
      add(v1::ACCOUNT_KIND_FORFEITED, t.forfeited);
      add(v1::ACCOUNT_KIND_CLAWED, t.clawed);
    }
    Detail(kPointsSum, {Number(f_.sum_pts())});
    out_ << "\n";
  }

  void Reports() {
    Line(kReports, {Number(SumOf(f_.reports))});
    {
      Columns columns(out_, 3, 24, 7);
      for (const auto& [state, count] : f_.reports) columns.Add(say_(PhraseOf(state)), count);
    }
    const int64_t opened = SumOf(f_.matters) - CountOf(f_.matters, v1::MATTER_STATE_MERGED) -
                           CountOf(f_.matters, v1::MATTER_STATE_VOIDED);
    const int64_t closed = CountOf(f_.matters, v1::MATTER_STATE_CLOSED);
    Line(kMatters, {Number(opened), Number(closed), Percent(closed, opened)});
    out_ << "\n";
  }

  void Redemptions() {
    Line(kRedemptions, {Number(f_.requested()), Number(SumOf(f_.declines))});
    Declines();
    const CountAndPoints under_way =
        SumOf(f_, {v1::REDEMPTION_STATE_RESERVED, v1::REDEMPTION_STATE_ISSUED});
    const CountAndPoints back =
        SumOf(f_, {v1::REDEMPTION_STATE_RELEASED, v1::REDEMPTION_STATE_EXPIRED,
                   v1::REDEMPTION_STATE_RETURNED});
    const CountAndPoints verified = SumOf(f_, {v1::REDEMPTION_STATE_VERIFIED});
    const CountAndPoints settled = SumOf(f_, {v1::REDEMPTION_STATE_SETTLED});
    Detail(kUnderWay, {Number(under_way.count), Number(under_way.pts), Number(back.count)});
    Detail(kVerified, {Number(verified.count), Number(verified.pts)});
    Detail(kSettled,
           {Number(settled.count), Number(settled.pts), Yuan(f_.settled_fen), Number(f_.batches)});
    out_ << "\n";
  }

  // As many reasons on a line as it holds.
  void Declines() {
    std::string line;
    for (const auto& [code, count] : f_.declines) {
      const std::string reason = say_(PhraseOf(code)) + " " + Number(count);
      if (line.empty()) {
        line = "  " + say_(kDeclined) + say_({": ", "："}) + reason;
      } else if (WidthOf(line) + WidthOf(reason) + 3 <= kColumns) {
        line += say_(Say::kComma) + reason;
      } else {
        out_ << line << say_({",", "，"}) << "\n";
        line = "    " + reason;
      }
    }
    if (!line.empty()) out_ << line << "\n";
  }

  void Tiers() {
    std::string tiers;
    for (size_t tier = 0; tier < 5; ++tier) {
      if (tier > 0) tiers += say_(Say::kComma);
      tiers += say_.Fill(kTier, {std::to_string(tier), Number(f_.tiers[tier])});
    }
    Line(kTiers, {DayText(f_.open_day), tiers});
  }

  void Why() {
    const FirstDriver& first = f_.first;
    if (first.driver_id.empty()) {
      Detail(kNobody, {});
      out_ << "\n";
      return;
    }
    const Evaluation& e = first.evaluation;
    Line(kWhy, {first.driver_id, BpText(e.boost_bp), std::to_string(TierOf(e.boost_bp))});
    constexpr Phrase kSums[kSummedFactors] = {kWhyReport, kWhyHandle, kWhyVolunteer, kWhyViolation};
    for (int factor = 0; factor < kSummedFactors; ++factor) {
      if (first.row.counts[factor] == 0) continue;
      Detail(kSums[factor],
             {Number(first.row.counts[factor]), ThousandthsText(e.factor_mpt[factor])});
    }
    if (e.honours_on_day > 0) {
      Detail(kWhyHonour, {Number(e.honours_on_day), ThousandthsText(e.honour_mpt)});
    }
    if (e.assessments_on_day > 0) {
      Detail(kWhyStanding, {Assessed(first.row.safety), Assessed(first.row.business),
                            SignedThousandthsText(e.raw_mpt - e.merit_mpt - e.honour_mpt)});
    }
    Detail(kWhyBoost, {ThousandthsText(e.raw_mpt), BpText(f_.policy.cap_bp()),
                       ThousandthsText(f_.policy.r50_mpt())});
    out_ << "\n";
  }

  std::string Assessed(const Assessment& assessment) const {
    const bool counts =
        assessment.kept &&
        f_.open_day <= assessment.to_day + static_cast<int32_t>(f_.policy.assessment_stale_days());
    return counts ? ThousandthsText(assessment.permille) : "-";
  }

  void Seal() {
    if (!f_.sealed) {
      Line(kNoSeal, {});
    } else {
      Line(kSeal, {DayText(f_.seal.day()), Number(static_cast<int64_t>(f_.seal.city_seq())),
                   Number(static_cast<int64_t>(f_.seal.outcome_count()))});
      Detail(kRoots, {Root(f_.seal.log_root()), Root(f_.seal.account_root()),
                      Root(f_.seal.outcome_root())});
    }
    out_ << "\n";
  }

  void Next() {
    const std::string hint = ProgramHint(say_);
    out_ << say_(kTry);
    if (!hint.empty()) out_ << "  " << hint;
    out_ << "\n";
    const std::vector<DemoCommand> commands = DemoCommands(demo_, f_);
    size_t width = 0;
    for (const DemoCommand& command : commands) width = std::max(width, WidthOf(command.line));
    for (const DemoCommand& command : commands) {
      out_ << "  " << PaddedRight(command.line, width) << "  " << say_(command.what) << "\n";
    }
  }

  const Speaker& say_;
  const DemoDirectory& demo_;
  const DemoFigures& f_;
  std::ostringstream out_;
};

}  // namespace

std::string DemoText(const Speaker& say, const DemoDirectory& demo, const DemoFigures& figures) {
  return Screen(say, demo, figures).Text();
}

}  // namespace merit
