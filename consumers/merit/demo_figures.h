// What a demo tells of its city: counted from the rows of a state at rest, and from what it
// published.
//
//   Input    a state at rest with one city
//   Cost     a pass over drivers, reports, matters, redemptions and the published outcomes
//   Errors   RowsUnavailable (engine/rows/image.h); kNotFound: no city; those of the archives
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "consumers/merit/state_directory.h"
#include "engine/core/score.h"
#include "merit/v1/outcome.pb.h"
#include "merit/v1/seal.pb.h"

namespace merit {

struct CountAndPoints {
  int64_t count = 0;
  int64_t pts = 0;
};

// The driver with the highest boost on the open day; of equals the one with more merit, then the
// first by id.
struct FirstDriver {
  std::string driver_id;
  DriverRow row;
  Evaluation evaluation;
};

struct DemoFigures {
  uint32_t city_code = 0;
  std::string city_name;
  uint64_t city_seq = 0;
  int32_t open_day = 0;
  uint32_t drivers = 0;
  Totals totals;
  std::map<v1::Code, int64_t> outcomes;
  std::map<v1::ReportState, int64_t> reports;
  std::map<v1::MatterState, int64_t> matters;
  std::map<v1::RedemptionState, CountAndPoints> redemptions;
  std::map<v1::DeclineCode, int64_t> declines;
  int64_t batches = 0;
  int64_t settled_fen = 0;
  int64_t tiers[5] = {};
  FirstDriver first;  // driver_id is empty where nobody has a boost
  v1::Policy policy;  // in force on the open day
  bool sealed = false;
  v1::DaySeal seal;

  int64_t requested() const;
  // Of all nine accounts: 0.
  int64_t sum_pts() const;
};

StatusOr<DemoFigures> CountFigures(RestingState& state);

}  // namespace merit
