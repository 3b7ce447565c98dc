#include "engine/core/score.h"

#include <algorithm>

#include "engine/base/wire_writer.h"
#include "engine/core/fold.h"
#include "engine/core/standing.h"
#include "merit/v1/score.pb.h"

namespace merit {
namespace {

constexpr int32_t kLeaseDays = 400;
constexpr uint32_t kSchema = 1;

bool CountsOn(const Assessment& assessment, int32_t day, const Policy& policy) {
  return assessment.kept &&
         day <= assessment.to_day + static_cast<int32_t>(policy.numbers().assessment_stale_days());
}

int64_t StandingTerm(int64_t permille, int64_t lowest) {
  return std::clamp<int64_t>((permille - 800) >> 1, lowest, 100);
}

// K(D)
int64_t StandingPermille(const DriverRow& driver, int32_t day, const Policy& policy,
                         uint32_t* counted) {
  int64_t terms = 0;
  if (CountsOn(driver.safety, day, policy)) {
    terms += StandingTerm(driver.safety.permille, -300);
    ++*counted;
  }
  if (CountsOn(driver.business, day, policy)) {
    terms += StandingTerm(driver.business.permille, -100);
    ++*counted;
  }
  return 1'000 + std::clamp<int64_t>(terms, -400, 200);
}

int32_t StaleAfterDay(const Assessment& assessment, const Policy& policy) {
  if (!assessment.kept) return 0;
  return assessment.to_day + static_cast<int32_t>(policy.numbers().assessment_stale_days());
}

// Writes one Score; buffers are used again from driver to driver.
class ScoreWriter {
 public:
  explicit ScoreWriter(City& city)
      : city_(city), day_(city.open_day()), policy_(city.PolicyOn(day_)) {}

  std::string_view Write(const PendingScore& pending) {
    using M = v1::Score;
    const DriverRow& driver = city_.drivers.Get(pending.driver);
    const v1::Policy& numbers = policy_.numbers();
    const Evaluation evaluation = Evaluate(city_, driver, day_, policy_);
    score_.Clear();
    WireWriter w(&score_);
    w.Unsigned(M::kCityCodeFieldNumber, city_.code);
    w.Bytes(M::kDriverIdFieldNumber, driver.id.view());
    w.Unsigned(M::kCitySeqFieldNumber, pending.city_seq);
    w.Unsigned(M::kPolicyVersionFieldNumber, policy_.version());
    w.Signed(M::kLandmarkDayFieldNumber, numbers.landmark_day());
    w.Unsigned(M::kHalfLifeDaysFieldNumber, numbers.half_life_days());
    WriteMerit(w, evaluation.sum);
    WriteHonours(w, driver);
    w.Unsigned(M::kSafetyPermilleFieldNumber, driver.safety.permille);
    w.Signed(M::kSafetyStaleAfterDayFieldNumber, StaleAfterDay(driver.safety, policy_));
    w.Unsigned(M::kBusinessPermilleFieldNumber, driver.business.permille);
    w.Signed(M::kBusinessStaleAfterDayFieldNumber, StaleAfterDay(driver.business, policy_));
    w.Unsigned(M::kGatesFieldNumber, StoredGates(driver));
    w.Unsigned(M::kContribCountFieldNumber, driver.contrib_count);
    WriteSuspensions(w, driver);
    w.Unsigned(M::kCapBpFieldNumber, numbers.cap_bp());
    w.Unsigned(M::kR50MptFieldNumber, numbers.r50_mpt());
    w.Unsigned(M::kHonourCapMptFieldNumber, numbers.honour_cap_mpt());
    w.Unsigned(M::kInsufficientMinFieldNumber, numbers.insufficient_min());
    w.Signed(M::kAsOfDayFieldNumber, day_);
    w.Signed(M::kRawMptFieldNumber, evaluation.raw_mpt);
    w.Unsigned(M::kBoostBpFieldNumber, evaluation.boost_bp);
    w.Unsigned(M::kTierFieldNumber, TierOf(evaluation.boost_bp));
    WriteExplain(w, driver, evaluation);
    w.Signed(M::kLeaseUntilDayFieldNumber, day_ + kLeaseDays);
    w.Signed(M::kRecordTimeMsFieldNumber, pending.time_ms);
    w.Unsigned(M::kSchemaFieldNumber, kSchema);
    return score_.view();
  }

 private:
  void WriteMerit(WireWriter& w, Int128 sum) {
    const size_t merit = w.Begin(v1::Score::kMeritFieldNumber);
    w.Signed(v1::Int128::kHiFieldNumber, static_cast<int64_t>(sum >> 64));
    w.Unsigned(v1::Int128::kLoFieldNumber, static_cast<uint64_t>(sum));
    w.End(merit);
  }

  void WriteHonours(WireWriter& w, const DriverRow& driver) {
    rows_.assign(driver.honours.begin(), driver.honours.end());
    std::sort(rows_.begin(), rows_.end(), [&](uint32_t a, uint32_t b) {
      return city_.honours.Get(a).id < city_.honours.Get(b).id;
    });
    for (uint32_t number : rows_) {
      const HonourRow& honour = city_.honours.Get(number);
      if (honour.to_day < day_) continue;
      const size_t nested = w.Begin(v1::Score::kHonoursFieldNumber);
      w.Unsigned(v1::Score::Honour::kMptFieldNumber, honour.mpt);
      w.Signed(v1::Score::Honour::kFromDayFieldNumber, honour.from_day);
      w.Signed(v1::Score::Honour::kToDayFieldNumber, honour.to_day);
      w.Bytes(v1::Score::Honour::kHonourIdFieldNumber, honour.id.view());
      w.End(nested);
    }
  }

  void WriteSuspensions(WireWriter& w, const DriverRow& driver) {
    rows_.clear();
    for (uint32_t number : driver.suspensions) {
      const SuspensionRow& suspension = city_.suspensions.Get(number);
      if (suspension.scope == v1::SUSPENSION_SCOPE_SCORE && suspension.to_day >= day_)
        rows_.push_back(number);
    }
    const auto days = [&](uint32_t number) {
      const SuspensionRow& suspension = city_.suspensions.Get(number);
      return std::pair(suspension.from_day, suspension.to_day);
    };
    std::sort(rows_.begin(), rows_.end(),
              [&](uint32_t a, uint32_t b) { return days(a) < days(b); });
    for (uint32_t number : rows_) {
      const size_t nested = w.Begin(v1::Score::kSuspensionsFieldNumber);
      w.Signed(v1::Score::Days::kFromDayFieldNumber, days(number).first);
      w.Signed(v1::Score::Days::kToDayFieldNumber, days(number).second);
      w.End(nested);
    }
  }

  void WriteExplain(WireWriter& w, const DriverRow& driver, const Evaluation& e) {
    int64_t rest = e.raw_mpt;
    const auto line = [&](v1::Factor factor, int64_t mpt, uint32_t count) {
      const size_t nested = w.Begin(v1::Score::kExplainFieldNumber);
      w.Unsigned(v1::Score::Explain::kFactorFieldNumber, factor);
      w.Signed(v1::Score::Explain::kMptFieldNumber, mpt);
      w.Unsigned(v1::Score::Explain::kCountFieldNumber, count);
      w.End(nested);
      rest -= mpt;
    };
    line(v1::FACTOR_REPORT, e.factor_mpt[0], driver.counts[0]);
    line(v1::FACTOR_HANDLE, e.factor_mpt[1], driver.counts[1]);
    line(v1::FACTOR_VOLUNTEER, e.factor_mpt[2], driver.counts[2]);
    line(v1::FACTOR_VIOLATION, -e.factor_mpt[3], driver.counts[3]);
    line(v1::FACTOR_HONOUR, e.honour_mpt, e.honours_on_day);
    line(v1::FACTOR_STANDING, e.raw_mpt - (e.merit_mpt + e.honour_mpt), e.assessments_on_day);
    line(v1::FACTOR_ROUNDING, rest, 0);
  }

  City& city_;
  const int32_t day_;
  const Policy& policy_;
  std::vector<uint32_t> rows_;
  WireBuffer score_;
};

}  // namespace

uint32_t StoredGates(const DriverRow& driver) {
  if (driver.erased) return v1::GATE_BIT_REMOVED;
  uint32_t gates = v1::GATE_BIT_NONE;
  if (!driver.person_permit || !driver.vehicle_permit) gates |= v1::GATE_BIT_UNQUALIFIED;
  if (driver.opted_out) gates |= v1::GATE_BIT_OPTED_OUT;
  return gates;
}

uint32_t TierOf(uint32_t boost_bp) {
  if (boost_bp == 0) return 0;
  return std::min<uint32_t>(boost_bp / 250, 3) + 1;
}

Evaluation Evaluate(City& city, const DriverRow& driver, int32_t day, const Policy& policy) {
  Evaluation e;
  const v1::Policy& numbers = policy.numbers();
  const Int128 weight = policy.decay().Weight(day);
  MERIT_CHECK(weight > 0);  // landmark_day is never after the day its version comes into force
  e.sum = driver.sums[0] + driver.sums[1] + driver.sums[2] - driver.sums[3];
  for (int factor = 0; factor < kSummedFactors; ++factor) {
    e.factor_mpt[factor] = static_cast<int64_t>(FloorDivide(driver.sums[factor], weight));
  }
  e.merit_mpt = std::max<int64_t>(0, static_cast<int64_t>(FloorDivide(e.sum, weight)));
  int64_t honours = 0;
  for (uint32_t number : driver.honours) {
    const HonourRow& honour = city.honours.Get(number);
    if (day < honour.from_day || day > honour.to_day) continue;
    honours += honour.mpt;
    ++e.honours_on_day;
  }
  e.honour_mpt = std::min<int64_t>(numbers.honour_cap_mpt(), honours);
  const int64_t standing = StandingPermille(driver, day, policy, &e.assessments_on_day);
  e.raw_mpt = static_cast<int64_t>(
      FloorDivide(static_cast<Int128>(e.merit_mpt + e.honour_mpt) * standing, 1'000));
  const bool insufficient = driver.contrib_count < numbers.insufficient_min() && e.honour_mpt == 0;
  if (StoredGates(driver) == 0 && !insufficient &&
      !IsSuspended(city, driver, v1::SUSPENSION_SCOPE_SCORE, day)) {
    e.boost_bp = static_cast<uint32_t>(static_cast<Int128>(numbers.cap_bp()) * e.raw_mpt /
                                       (static_cast<Int128>(e.raw_mpt) + numbers.r50_mpt()));
  }
  return e;
}

void ScoreChanged(Fold& fold, uint32_t driver) {
  std::vector<PendingScore>& pending = fold.city.pending_scores;
  uint32_t& place = fold.city.drivers.Edit(driver).pending_score;
  // Of each driver the last counts: the one before it is passed over.
  if (place < pending.size() && pending[place].driver == driver) pending[place].driver = kNone;
  place = static_cast<uint32_t>(pending.size());
  pending.push_back({driver, fold.seq, fold.time_ms});
}

void PublishScores(City& city, Outputs* outputs) {
  std::vector<PendingScore>& pending = city.pending_scores;
  if (pending.empty()) return;
  std::erase_if(pending, [](const PendingScore& score) { return score.driver == kNone; });
  // They came in this order already, but for the drivers of one event.
  const auto in_order = [](const PendingScore& a, const PendingScore& b) {
    return std::pair(a.city_seq, a.driver) < std::pair(b.city_seq, b.driver);
  };
  if (!std::is_sorted(pending.begin(), pending.end(), in_order)) {
    std::sort(pending.begin(), pending.end(), in_order);
  }
  ScoreWriter writer(city);
  std::string key;
  constexpr size_t kAhead = 4;
  for (size_t place = 0; place < pending.size(); ++place) {
    if (place + kAhead < pending.size()) city.drivers.PrefetchRow(pending[place + kAhead].driver);
    const PendingScore& score = pending[place];
    const DriverRow& driver = city.drivers.Get(score.driver);
    key.assign(city.key).append("|").append(driver.id.view());
    outputs->Add(Topic::kScores, key, score.time_ms, writer.Write(score));
    if (driver.erased) outputs->AddTombstone(Topic::kScores, key, score.time_ms);
  }
  pending.clear();
}

}  // namespace merit
