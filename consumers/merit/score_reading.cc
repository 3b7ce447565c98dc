#include "consumers/merit/score_reading.h"

#include <algorithm>

#include "engine/core/decay.h"
#include "engine/core/score.h"

namespace merit {
namespace {

constexpr uint32_t kSchema = 1;

int64_t StandingTerm(std::optional<uint32_t> permille, int64_t lowest) {
  if (!permille) return 0;
  return std::clamp<int64_t>((static_cast<int64_t>(*permille) - 800) >> 1, lowest, 100);
}

// The assessment, where it is neither absent (stale_after_day 0) nor stale.
std::optional<uint32_t> CountedOn(int32_t day, uint32_t permille, int32_t stale_after_day) {
  if (stale_after_day == 0 || day > stale_after_day) return std::nullopt;
  return permille;
}

uint32_t GatesOf(const v1::Score& score, const ScoreReading& reading) {
  uint32_t gates = score.gates();
  for (const v1::Score::Days& days : score.suspensions()) {
    if (reading.day >= days.from_day() && reading.day <= days.to_day())
      gates |= v1::GATE_BIT_SUSPENDED;
  }
  if (score.contrib_count() < score.insufficient_min() && reading.honour_mpt == 0) {
    gates |= v1::GATE_BIT_INSUFFICIENT;
  }
  if (score.schema() != kSchema) gates |= v1::GATE_BIT_UNKNOWN_SCHEMA;
  return gates;
}

}  // namespace

ScoreReading ReadScore(const v1::Score& score, int32_t day) {
  ScoreReading reading;
  reading.day = std::max(day, score.as_of_day());
  const __int128 sum = static_cast<__int128>(score.merit().hi()) << 64 | score.merit().lo();
  const Decay decay(score.landmark_day(), std::max(1u, score.half_life_days()));
  const __int128 weight = decay.Weight(reading.day);
  if (weight > 0)
    reading.merit_mpt = std::max<int64_t>(0, static_cast<int64_t>(FloorDivide(sum, weight)));
  int64_t honours = 0;
  for (const v1::Score::Honour& honour : score.honours()) {
    if (reading.day < honour.from_day() || reading.day > honour.to_day()) continue;
    honours += honour.mpt();
    ++reading.honours;
  }
  reading.honour_mpt = std::min<int64_t>(score.honour_cap_mpt(), honours);
  const auto safety =
      CountedOn(reading.day, score.safety_permille(), score.safety_stale_after_day());
  const auto business =
      CountedOn(reading.day, score.business_permille(), score.business_stale_after_day());
  reading.assessments = (safety ? 1 : 0) + (business ? 1 : 0);
  reading.standing_permille = StandingPermille(safety, business);
  const __int128 product =
      static_cast<__int128>(reading.merit_mpt + reading.honour_mpt) * reading.standing_permille;
  reading.raw_mpt = static_cast<int64_t>(FloorDivide(product, 1'000));
  const __int128 whole = static_cast<__int128>(reading.raw_mpt) + score.r50_mpt();
  if (whole > 0) {
    reading.ungated_bp =
        static_cast<uint32_t>(static_cast<__int128>(score.cap_bp()) * reading.raw_mpt / whole);
  }
  reading.gates = GatesOf(score, reading);
  reading.lease_over = reading.day > score.lease_until_day();
  if (reading.gates == 0 && !reading.lease_over) reading.boost_bp = reading.ungated_bp;
  reading.tier = TierOf(reading.boost_bp);
  return reading;
}

nlohmann::ordered_json ReadingJson(const ScoreReading& reading) {
  return {{"day", reading.day},
          {"merit_mpt", reading.merit_mpt},
          {"honour_mpt", reading.honour_mpt},
          {"standing_permille", reading.standing_permille},
          {"raw_mpt", reading.raw_mpt},
          {"boost_bp", reading.boost_bp},
          {"boost_bp_before_gates", reading.ungated_bp},
          {"tier", reading.tier},
          {"gates", reading.gates},
          {"lease_over", reading.lease_over}};
}

int64_t StandingPermille(std::optional<uint32_t> safety_permille,
                         std::optional<uint32_t> business_permille) {
  const int64_t terms = StandingTerm(safety_permille, -300) + StandingTerm(business_permille, -100);
  return 1'000 + std::clamp<int64_t>(terms, -400, 200);
}

// ⌊cap·raw / (raw + r50)⌋ ≥ boost where raw·(cap − boost) ≥ boost·r50.
int64_t RawForBoost(uint32_t boost_bp, uint32_t cap_bp, uint32_t r50_mpt) {
  if (boost_bp >= cap_bp) return -1;
  const int64_t rest = cap_bp - boost_bp;
  return (static_cast<int64_t>(boost_bp) * r50_mpt + rest - 1) / rest;
}

uint32_t BoostOfTier(uint32_t tier) { return tier <= 1 ? 1 : (tier - 1) * 250; }

}  // namespace merit
