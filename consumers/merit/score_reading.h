// A published score, read on a day: what a dispatcher does with it.
//
//   Input    day: any; before as_of_day, as_of_day is taken
//   Output   boost 0 where the lease is over or the record's schema is not known
//   Source   DOMAIN.md §10
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "merit/v1/score.pb.h"

namespace merit {

struct ScoreReading {
  int32_t day = 0;
  int64_t merit_mpt = 0;          // M
  int64_t honour_mpt = 0;         // B
  uint32_t honours = 0;           // that hold on that day
  int64_t standing_permille = 0;  // K
  uint32_t assessments = 0;       // that count on that day
  int64_t raw_mpt = 0;
  uint32_t ungated_bp = 0;  // before the gates
  uint32_t boost_bp = 0;
  uint32_t tier = 0;
  uint32_t gates = 0;  // v1::GateBit, those of the day included
  bool lease_over = false;
};

ScoreReading ReadScore(const v1::Score& score, int32_t day);
nlohmann::ordered_json ReadingJson(const ScoreReading& reading);

// K of the assessments that count on a day.
int64_t StandingPermille(std::optional<uint32_t> safety_permille,
                         std::optional<uint32_t> business_permille);

// The raw score from which on a boost of `boost_bp` is reached; -1: never.
int64_t RawForBoost(uint32_t boost_bp, uint32_t cap_bp, uint32_t r50_mpt);

// The boost at which a tier begins; tier 1 to 4.
uint32_t BoostOfTier(uint32_t tier);

}  // namespace merit
