// Who acts in a city: producers, reviewers, counties, drivers, and what the simulator remembers of
// each driver.
//
//   Caveats  points are what the driver surely has, less where the simulator cannot know; never
//            more than a few
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/event_writer.h"
#include "simulator/random.h"
#include "simulator/simulator.h"

namespace merit {

inline constexpr uint32_t kNobody = UINT32_MAX;

struct County {
  uint32_t code;
  int32_t lat_e6;  // its middle
  int32_t lon_e6;
  uint32_t desk;                    // producer
  std::vector<uint32_t> reviewers;  // who may review there, the city's own included
};

struct Reviewer {
  std::string id;
  std::string prefix;
  uint32_t linked_driver = kNobody;
};

struct Driver {
  int64_t last_report_ms = 0;
  int32_t last_lat_e6 = 0;
  int32_t last_lon_e6 = 0;
  int32_t points_older = 0;  // expire at this year's end
  int32_t points_newer = 0;  // at next year's
  int32_t wish_pts = 0;      // what they save for
  int32_t no_earning_until_day = -1;
  int32_t no_redeeming_until_day = -1;
  int32_t limited_item_month = 0;  // yyyymm of the last redemption of an item with a limit
  uint16_t approved = 0;
  uint16_t decided = 0;
  uint8_t county = 0;
  uint8_t platform = 0;
  bool enrolled = false;
  bool erased = false;
  bool opted_out = false;
  bool wish_planned = false;
  bool vehicle_permit = true;

  int32_t points() const { return points_older + points_newer; }
  bool active() const { return enrolled && !erased; }
};

class Roster {
 public:
  Roster(const SimulationOptions& options, uint32_t city_code);

  // Producers by their part; platforms and partners follow one another.
  uint32_t administrator = 0, clock = 0, app = 0, authority = 0, finance = 0, city_desk = 0;
  uint32_t first_platform = 0, platform_count = 0, first_partner = 0, partner_count = 0;

  std::vector<Producer> producers;
  std::vector<County> counties;
  std::vector<Reviewer> reviewers;
  std::vector<Driver> drivers;  // in order of enrolment
  uint32_t enrolled_count = 0;

  // A pseudonym; no two drivers of a city share one. Replaces `*text`.
  void WriteDriverId(uint32_t driver, std::string* text) const;
  std::string DriverId(uint32_t driver) const;

  // An enrolled driver who is not erased, the busy ones far more often; kNobody where none was
  // found.
  uint32_t DrawBusy(Random& random) const;
  uint32_t DrawAny(Random& random) const;
  // The driver who is the `rank`-th busiest, from 0.
  uint32_t ByRank(uint32_t rank) const;

  // One who may review for `county` and is not that driver, nor one of those two.
  uint32_t DrawReviewer(Random& random, uint32_t county, uint32_t driver,
                        uint32_t not_this = kNobody, uint32_t nor_this = kNobody) const;

 private:
  void AddProducers(const SimulationOptions& options);
  uint32_t AddProducer(std::string id, v1::Role role, const SimulationOptions& options);
  void AddCounties();
  void AddReviewers();
  void AddDrivers(uint32_t count);
  uint8_t DrawPlatform(Random& random) const;

  const uint32_t city_code_;
  const uint64_t seed_;
  uint32_t stride_ = 1;  // rank times stride is the driver: coprime to their number
};

}  // namespace merit
