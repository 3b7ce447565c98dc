#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "consumers/merit/explain.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/score_reading.h"
#include "consumers/merit/text.h"
#include "engine/core/policy.h"
#include "engine/core/score.h"
#include "engine/core/standing.h"

namespace merit {
namespace {

constexpr uint32_t kTierMax = 4;

struct FactorLine {
  v1::Factor factor;
  int64_t mpt;
  uint32_t count;
};

class DriverExplanation {
 public:
  DriverExplanation(const Explanation& to, uint32_t driver)
      : to_(to),
        day_(to.city.open_day()),
        policy_(to.city.PolicyOn(day_)),
        driver_(to.city.drivers.Get(driver)),
        value_(Evaluate(to.city, driver_, day_, policy_)) {
    gates_ = StoredGates(driver_);
    if (IsSuspended(to.city, driver_, v1::SUSPENSION_SCOPE_SCORE, day_))
      gates_ |= v1::GATE_BIT_SUSPENDED;
    if (driver_.contrib_count < policy_.numbers().insufficient_min() && value_.honour_mpt == 0) {
      gates_ |= v1::GATE_BIT_INSUFFICIENT;
    }
  }

  void Print() const {
    const Speaker& say = to_.say;
    Line(say.Fill(Say::kDriverOn, {driver_.id.str(), to_.city.key, DayText(day_)}));
    Line(say.Fill(Say::kScoreIs, {ThousandthsText(value_.raw_mpt), BpText(value_.boost_bp),
                                  std::to_string(TierOf(value_.boost_bp))}));
    Line(say.Fill(Say::kBalance, {WithCommas(driver_.available_pts), WithCommas(driver_.held_pts),
                                  WithCommas(driver_.arrears_pts)}));
    Line(say.Fill(Say::kCounters,
                  {WithCommas(driver_.approved), WithCommas(driver_.decided),
                   ThousandthsText(policy_.Credibility(driver_.approved, driver_.decided))}));
    Line("");
    PrintFactors();
    Line("");
    PrintBoost();
    PrintGates();
    PrintNextTier();
  }

  void PrintAsJson() const {
    Json json = {{"kind", "driver"},
                 {"driver_id", driver_.id.str()},
                 {"city_code", to_.city.code},
                 {"day", day_},
                 {"policy_version", policy_.version()},
                 {"available", driver_.available_pts},
                 {"held", driver_.held_pts},
                 {"arrears", driver_.arrears_pts},
                 {"approved", driver_.approved},
                 {"decided", driver_.decided},
                 {"cred_permille", policy_.Credibility(driver_.approved, driver_.decided)},
                 {"contrib_count", driver_.contrib_count},
                 {"raw_mpt", value_.raw_mpt},
                 {"boost_bp", value_.boost_bp},
                 {"tier", TierOf(value_.boost_bp)},
                 {"gates", gates_},
                 {"explain", Json::array()}};
    for (const FactorLine& line : Factors()) {
      json["explain"].push_back(
          {{"factor", v1::Factor_Name(line.factor)}, {"mpt", line.mpt}, {"count", line.count}});
    }
    const uint32_t next = TierOf(UngatedBp()) + 1;
    if (next <= kTierMax) {
      const int64_t raw =
          RawForBoost(BoostOfTier(next), policy_.numbers().cap_bp(), policy_.numbers().r50_mpt());
      if (raw >= 0)
        json["next_tier"] = {
            {"tier", next}, {"raw_mpt", raw}, {"missing_mpt", raw - value_.raw_mpt}};
    }
    PrintJson(json);
  }

 private:
  static void Line(const std::string& text) { std::printf("%s\n", text.c_str()); }

  uint32_t UngatedBp() const {
    const v1::Policy& numbers = policy_.numbers();
    return static_cast<uint32_t>(static_cast<__int128>(numbers.cap_bp()) * value_.raw_mpt /
                                 (static_cast<__int128>(value_.raw_mpt) + numbers.r50_mpt()));
  }

  // As Score.explain has them: their sum is raw.
  std::vector<FactorLine> Factors() const {
    std::vector<FactorLine> lines = {
        {v1::FACTOR_REPORT, value_.factor_mpt[0], driver_.counts[0]},
        {v1::FACTOR_HANDLE, value_.factor_mpt[1], driver_.counts[1]},
        {v1::FACTOR_VOLUNTEER, value_.factor_mpt[2], driver_.counts[2]},
        {v1::FACTOR_VIOLATION, -value_.factor_mpt[3], driver_.counts[3]},
        {v1::FACTOR_HONOUR, value_.honour_mpt, value_.honours_on_day},
        {v1::FACTOR_STANDING, value_.raw_mpt - value_.merit_mpt - value_.honour_mpt,
         value_.assessments_on_day}};
    int64_t rest = value_.raw_mpt;
    for (const FactorLine& line : lines) rest -= line.mpt;
    lines.push_back({v1::FACTOR_ROUNDING, rest, 0});
    return lines;
  }

  std::optional<uint32_t> Counted(const Assessment& assessment) const {
    const auto stale_days = static_cast<int32_t>(policy_.numbers().assessment_stale_days());
    if (!assessment.kept || day_ > assessment.to_day + stale_days) return std::nullopt;
    return assessment.permille;
  }

  std::string Sentence(const FactorLine& line) const {
    const Speaker& say = to_.say;
    const std::string count = WithCommas(line.count);
    switch (line.factor) {
      case v1::FACTOR_VIOLATION:
        return say.Fill(Say::kFromViolations, {count});
      case v1::FACTOR_HONOUR:
        return say.Fill(Say::kFromHonours,
                        {count, ThousandthsText(policy_.numbers().honour_cap_mpt())});
      case v1::FACTOR_STANDING:
        return say.Fill(Say::kFromStanding,
                        {count, ThousandthsText(StandingPermille(Counted(driver_.safety),
                                                                 Counted(driver_.business)))});
      case v1::FACTOR_ROUNDING:
        return say(Say::kFromRounding);
      default:
        return say.Fill(Say::kFromContributions, {count});
    }
  }

  void PrintFactors() const {
    constexpr size_t kNameWidth = 20, kNumberWidth = 14;
    for (const FactorLine& line : Factors()) {
      Line("  " + PaddedRight(to_.say(PhraseOf(line.factor)), kNameWidth) +
           PaddedLeft(ThousandthsText(line.mpt), kNumberWidth) + "   " + Sentence(line));
    }
    Line("  " + PaddedRight("= " + to_.say(Say::kRawIs), kNameWidth) +
         PaddedLeft(ThousandthsText(value_.raw_mpt), kNumberWidth) + "   " +
         to_.say.Fill(Say::kHalfLife, {std::to_string(policy_.numbers().half_life_days())}));
  }

  void PrintBoost() const {
    Line(to_.say.Fill(Say::kBoostIs,
                      {BpText(policy_.numbers().cap_bp()), ThousandthsText(value_.raw_mpt),
                       ThousandthsText(policy_.numbers().r50_mpt()), BpText(UngatedBp())}));
  }

  void PrintGates() const {
    const Speaker& say = to_.say;
    if (gates_ == 0) Line(say(Say::kNoGate));
    for (uint32_t bit = 1; bit <= v1::GATE_BIT_INSUFFICIENT; bit <<= 1) {
      if ((gates_ & bit) == 0) continue;
      std::string text = say.Fill(Say::kGated, {say(PhraseOf(static_cast<v1::GateBit>(bit)))});
      if (bit == v1::GATE_BIT_INSUFFICIENT) {
        const uint32_t missing = policy_.numbers().insufficient_min() - driver_.contrib_count;
        text += say(Say::kThen) + say.Fill(Say::kMissing, {std::to_string(missing)});
      }
      Line(text);
    }
  }

  void PrintNextTier() const {
    const Speaker& say = to_.say;
    const v1::Policy& numbers = policy_.numbers();
    const uint32_t next = TierOf(UngatedBp()) + 1;
    if (next > kTierMax) return Line(say(Say::kTopTier));
    const uint32_t boost = BoostOfTier(next);
    const int64_t raw = RawForBoost(boost, numbers.cap_bp(), numbers.r50_mpt());
    if (raw < 0) {
      return Line(say.Fill(Say::kTierTooHigh,
                           {std::to_string(next), BpText(boost), BpText(numbers.cap_bp())}));
    }
    Line(say.Fill(Say::kNextTier, {std::to_string(next), BpText(boost), ThousandthsText(raw),
                                   ThousandthsText(raw - value_.raw_mpt)}));
  }

  const Explanation& to_;
  const int32_t day_;
  const Policy& policy_;
  const DriverRow driver_;  // a copy: pages may leave while others are read
  const Evaluation value_;
  uint32_t gates_ = 0;
};

}  // namespace

Status ExplainDriver(const Explanation& to, uint32_t driver) {
  const DriverExplanation explanation(to, driver);
  to.json ? explanation.PrintAsJson() : explanation.Print();
  return OkStatus();
}

}  // namespace merit
