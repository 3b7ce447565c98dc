#include "consumers/import/zone.h"

#include <gtest/gtest.h>

namespace merit {
namespace {

Zone Load(const std::string& name) {
  StatusOr<Zone> zone = Zone::Load(name);
  EXPECT_TRUE(zone.ok()) << zone.status().ToString();
  return *zone;
}

TEST(Zone, LocalTimesFollowTheZonesClocks) {
  const Zone zone = Load("America/Los_Angeles");
  EXPECT_EQ(zone.Parse("2017-12-27T13:36:22"), 1'514'410'582'000);  // -08:00
  EXPECT_EQ(zone.Parse("2018-07-01 13:36:22"), 1'530'477'382'000);  // -07:00
  EXPECT_FALSE(zone.fixed_offset_minutes().has_value());
}

TEST(Zone, AJumpedOverTimeCountsAsBeforeTheJumpAndATimeShownTwiceIsTheFirst) {
  const Zone zone = Load("America/Los_Angeles");
  EXPECT_EQ(zone.Parse("2018-03-11T02:30:00"), zone.Parse("2018-03-11T03:30:00"));
  EXPECT_EQ(zone.Parse("2018-11-04T01:30:00"), zone.Parse("2018-11-04T01:30:00-07:00"));
  EXPECT_EQ(*zone.Parse("2018-11-04T02:00:00") - *zone.Parse("2018-11-04T01:30:00"), 90 * 60'000);
}

TEST(Zone, FixedOffsets) {
  EXPECT_EQ(Load("+08:00").fixed_offset_minutes(), 480);
  EXPECT_EQ(Load("-0330").fixed_offset_minutes(), -210);
  EXPECT_EQ(Load("UTC").fixed_offset_minutes(), 0);
  EXPECT_EQ(Load("+08:00").Parse("2026-03-01T00:00:00"), 1'772'294'400'000);
}

TEST(Zone, FormsOfATime) {
  const Zone zone = Load("+08:00");
  const int64_t expected = 1'772'294'400'000 + 8 * 3'600'000 + 5 * 60'000;
  for (const char* text :
       {"2026-03-01T08:05:00", "2026/3/1 8:05", "2026.03.01 08:05:00", "2026-03-01T00:05:00Z",
        "2026-02-28T18:05:00-06:00", "2026-02-28T18:05:00-0600", "2026-03-01 08:05:00.000"}) {
    EXPECT_EQ(zone.Parse(text), expected) << text;
  }
  EXPECT_EQ(zone.Parse("2026-03-01T08:05:00.25"), expected + 250);
  EXPECT_EQ(zone.Parse("2026-03-01"), 1'772'294'400'000);
  EXPECT_EQ(zone.Parse("03/01/2026 08:05:00 AM", "%m/%d/%Y %I:%M:%S %p"), expected);
  EXPECT_EQ(zone.Parse("2026-03-01 00:05 +0000", "%Y-%m-%d %H:%M %z"), expected);
}

TEST(Zone, WhatIsNoTime) {
  const Zone zone = Load("+08:00");
  for (const char* text :
       {"", "x", "2026", "2026-03", "2026-13-01", "2026-02-30", "2026-03-01T24:00:00",
        "2026-03-01T08:60:00", "2026-03-01T08:05:00 and more", "2026-03/01", "1969-12-31",
        "1970-01-01", "2199-06-01", "26-03-01", "2026-03-01T08:05:00+99:00"}) {
    EXPECT_FALSE(zone.Parse(text).has_value()) << text;
  }
  EXPECT_FALSE(zone.Parse("2026-03-01", "%m/%d/%Y").has_value());
}

TEST(Zone, NoSuchZone) {
  const StatusOr<Zone> zone = Zone::Load("America/Atlantis");
  ASSERT_FALSE(zone.ok());
  EXPECT_NE(std::string(zone.status().message()).find("America/Atlantis"), std::string::npos);
}

}  // namespace
}  // namespace merit
