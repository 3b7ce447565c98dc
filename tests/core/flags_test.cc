// EFFECTS.md §4, rules 1 to 4: photos and positions, each at its edge and one over.
#include "engine/core/flags.h"

#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

std::string At(int32_t lat_e6, int32_t lon_e6, const std::string& crs = "WGS84") {
  return "crs: CRS_" + crs + " " + Number("lat_e6", lat_e6) + Number("lon_e6", lon_e6);
}
std::string Sha(unsigned seed) { return Hash32("photo_sha256", seed); }
std::string Phash(uint64_t phash, unsigned seed) {
  return Sha(seed) + "photo_phash64: " + std::to_string(phash) + " ";
}

class Flags : public testing::Test {
 protected:
  // The flag of that rule that a new report of the driver raises: "Flag NEAR_DUP r2 r1", or
  // nothing.
  std::string Raised(const std::string& rule, const std::string& driver, const std::string& more) {
    const Said said = city->Say(Submit("r" + std::to_string(++reports), driver, more));
    EXPECT_EQ(said.code(), "APPLIED");
    return said.With({"Flag " + rule});
  }
  std::string Raised(const std::string& rule, const std::string& more) {
    return Raised(rule, "A", more);
  }
  void Fresh() {
    city = std::make_unique<Scenario>();
    reports = 0;
  }
  std::unique_ptr<Scenario> city = std::make_unique<Scenario>();
  int reports = 0;
};

// --- 1 DUP_PHOTO -------------------------------------------------------------------------------

TEST_F(Flags, TheSamePhotoWithin30Days) {
  for (const auto& [days, flag] :
       {std::pair{0, "Flag DUP_PHOTO r2 r1"}, {30, "Flag DUP_PHOTO r2 r1"}, {31, ""}}) {
    Fresh();
    EXPECT_EQ(Raised("DUP", Sha(1)), "");
    city->CloseUntil(kOpenDay + days);
    EXPECT_EQ(Raised("DUP", "B", Sha(2) + Sha(1)), flag) << days;
  }
}

TEST_F(Flags, TheNewestThatHadThePhoto) {
  EXPECT_EQ(Raised("DUP", Sha(1)), "");
  city->CloseUntil(kOpenDay + 20);
  EXPECT_EQ(Raised("DUP", "B", Sha(1)), "Flag DUP_PHOTO r2 r1");
  city->CloseUntil(kOpenDay + 50);
  EXPECT_EQ(Raised("DUP", "C", Sha(1)), "Flag DUP_PHOTO r3 r2");
}

// A driver's own earlier report is an earlier report; an after-photo is a photo; the first photo in
// order counts.
TEST_F(Flags, AnyPhotoOfAnyEarlierReport) {
  const std::string handle = "mode: MODE_HANDLE " + Sha(1) + Hash32("after_photo_sha256", 2);
  EXPECT_EQ(Raised("DUP", handle), "");
  EXPECT_EQ(Raised("DUP", Sha(3)), "");
  EXPECT_EQ(Raised("DUP", Sha(2)), "Flag DUP_PHOTO r3 r1");
  EXPECT_EQ(Raised("DUP", "mode: MODE_HANDLE " + Sha(4) + Hash32("after_photo_sha256", 3)),
            "Flag DUP_PHOTO r4 r2");
  EXPECT_EQ(Raised("DUP", Sha(3) + Sha(1)), "Flag DUP_PHOTO r5 r4");
  // Within one report nothing is compared.
  EXPECT_EQ(Raised("DUP", "mode: MODE_HANDLE " + Sha(9) + Hash32("after_photo_sha256", 9)), "");
}

TEST_F(Flags, HammingDistanceThree) {
  const uint64_t base = 0x1234'5678'9ABC'DEF0;
  for (const auto& [bits, flag] : std::initializer_list<std::pair<uint64_t, const char*>>{
           {0, "Flag DUP_PHOTO r2 r1"},
           {1, "Flag DUP_PHOTO r2 r1"},
           {0x0000'0001'0001'0001, "Flag DUP_PHOTO r2 r1"},  // only the fourth block is equal
           {0x0001'0001'0001'0000, "Flag DUP_PHOTO r2 r1"},  // only the first
           {7, "Flag DUP_PHOTO r2 r1"},
           {15, ""},
           {0x0001'0001'0001'0001, ""}}) {
    Fresh();
    EXPECT_EQ(Raised("DUP", Phash(base, 1)), "");
    EXPECT_EQ(Raised("DUP", "B", Phash(base ^ bits, 2)), flag) << bits;
  }
}

TEST_F(Flags, ANullPhashIsNeitherLookedUpNorKept) {
  EXPECT_EQ(Raised("DUP", Phash(0, 1)), "");
  EXPECT_EQ(Raised("DUP", Phash(0, 2)), "");
  EXPECT_EQ(Raised("DUP", Phash(1, 3)), "");  // one bit from 0
  EXPECT_EQ(Raised("DUP", Phash(0, 4)), "");
  EXPECT_EQ(Raised("DUP", Phash(3, 5)), "Flag DUP_PHOTO r5 r3");
}

TEST_F(Flags, SimilarPhotosWithin30DaysAndShaFirst) {
  EXPECT_EQ(Raised("DUP", Phash(0xABCD'0000'0000'0001, 1)), "");
  city->CloseUntil(kOpenDay + 30);
  EXPECT_EQ(Raised("DUP", Sha(7)), "");
  EXPECT_EQ(Raised("DUP", "B", Phash(0xABCD'0000'0000'0001, 7)),
            "Flag DUP_PHOTO r3 r2");  // the equal sha256
  EXPECT_EQ(Raised("DUP", "C", Phash(0xABCD'0000'0000'0003, 8)), "Flag DUP_PHOTO r4 r3");
  Fresh();
  EXPECT_EQ(Raised("DUP", Phash(0xABCD'0000'0000'0001, 1)), "");
  city->CloseUntil(kOpenDay + 31);
  EXPECT_EQ(Raised("DUP", "B", Phash(0xABCD'0000'0000'0001, 2)), "");
}

// Each bucket has its newest 16 photos: the oldest goes.
TEST_F(Flags, SixteenPhotosOfABucket) {
  const uint64_t photo = 0x1111'2222'3333'4444;
  const uint64_t near = photo ^ 0x0001'0001'0001'0000;  // shares the lowest block alone
  for (const auto& [others, flag] : {std::pair{15, "Flag DUP_PHOTO"}, {16, ""}}) {
    Fresh();
    EXPECT_EQ(Raised("DUP", Phash(photo, 1)), "");
    for (unsigned other = 0; other < static_cast<unsigned>(others); ++other) {
      const uint64_t far = (uint64_t{0xFF00 + other} << 48 | uint64_t{0xEE00 + other} << 32 |
                            uint64_t{0xDD00 + other * 7} << 16 | 0x4444) ^
                           uint64_t { other } * 0x0107'0203'0000'0000;
      city->Say(Submit("far" + std::to_string(other), "B", Phash(far, 100 + other)));
    }
    EXPECT_EQ(Raised("DUP", "C", Phash(near, 2)).substr(0, 14), flag) << others;
  }
}

// --- 2 NEAR_DUP --------------------------------------------------------------------------------

TEST_F(Flags, Within50Metres) {
  const std::tuple<std::string, std::string, const char*> kPairs[] = {
      {At(0, 0), At(449, 0), "Flag NEAR_DUP r2 r1"},  // 49,926 mm
      {At(0, 0), At(450, 0), ""},                     // 50,037 mm
      {At(0, 0), At(-449, 0), "Flag NEAR_DUP r2 r1"},
      {At(0, 0), At(0, 449), "Flag NEAR_DUP r2 r1"},
      {At(0, 0), At(0, 450), ""},
      {At(0, 0), At(0, -449), "Flag NEAR_DUP r2 r1"},
      {At(-200, -200), At(100, 100),
       "Flag NEAR_DUP r2 r1"},       // 47,176 mm across the corner of four cells
      {At(0, 0), At(320, 320), ""},  // 50,321 mm
      {At(60'000'000, 0), At(60'000'000, 899),
       "Flag NEAR_DUP r2 r1"},  // cos 60° is 500 permille: 49,982 mm
      {At(60'000'000, 0), At(60'000'000, 900), ""},
      // By the new report's latitude: 59° has 515 permille.
      {At(60'000'000, 0), At(59'999'999, 899), ""},
      {At(59'999'999, 0), At(60'000'000, 899), "Flag NEAR_DUP r2 r1"},
      {At(0, 0), At(0, 0) + "claimed_category: 11", ""},
      {At(0, 0), At(0, 0, "GCJ02"), ""},
      {At(0, 0, "GCJ02"), At(0, 0, "GCJ02"), "Flag NEAR_DUP r2 r1"},
      {"", "", ""},  // no positions
  };
  for (const auto& [first, second, flag] : kPairs) {
    Fresh();
    EXPECT_EQ(Raised("NEAR", first), "");
    EXPECT_EQ(Raised("NEAR", "B", second), flag) << first << second;
  }
}

TEST_F(Flags, Within72HoursAndThreeDays) {
  const std::tuple<int64_t, int, const char*> kCases[] = {
      {259'200'000, 3, "Flag NEAR_DUP r2 r1"},
      {259'200'001, 3, ""},
      // The clock catches up: hours say yes, days say no.
      {0, 3, "Flag NEAR_DUP r2 r1"},
      {0, 4, ""},
  };
  for (const auto& [elapsed_ms, days, flag] : kCases) {
    Fresh();
    city->now_ms += 10 * kDayMs;
    const int64_t first_ms = city->now_ms;
    EXPECT_EQ(Raised("NEAR", At(0, 0)), "");
    city->CloseUntil(kOpenDay + days);
    city->now_ms = first_ms + elapsed_ms;
    EXPECT_EQ(Raised("NEAR", "B", At(0, 0)), flag) << elapsed_ms << " " << days;
  }
}

TEST_F(Flags, TheNewestNeighbour) {
  EXPECT_EQ(Raised("NEAR", "A", At(10, 10)), "");
  EXPECT_EQ(Raised("NEAR", "B", At(-600, -600)), "");
  EXPECT_EQ(Raised("NEAR", "C", At(-300, -300)), "Flag NEAR_DUP r3 r2");
  EXPECT_EQ(Raised("NEAR", "A", At(-10, -10)), "Flag NEAR_DUP r4 r3");
  EXPECT_EQ(Raised("NEAR", "B", At(300, 300)), "Flag NEAR_DUP r5 r4");
}

TEST_F(Flags, SixteenReportsOfACell) {
  for (const auto& [others, flag] : {std::pair{15, "Flag NEAR_DUP r1x r1"}, {16, ""}}) {
    Fresh();
    EXPECT_EQ(Raised("NEAR", At(0, 0)), "");
    // In the same cell, 100 m away from where the last one is.
    for (int other = 0; other < others; ++other) {
      city->Say(Submit("o" + std::to_string(other), "B", At(0, 900)));
    }
    EXPECT_EQ(city->Say(Submit("r1x", "C", At(0, 0))).With({"Flag NEAR"}), flag) << others;
  }
}

// --- 3 GEO_JUMP --------------------------------------------------------------------------------

TEST_F(Flags, FasterThan42MetresASecond) {
  const auto at = [](int32_t lat_e6, int64_t observed_ms) {
    return At(lat_e6, 0) + Number("observed_at_ms", observed_ms);
  };
  const std::tuple<std::string, std::string, const char*> kPairs[] = {
      {at(0, 0), at(8'994, 0), "Flag GEO_JUMP r2 r1"},  // 1,000,087 mm
      {at(0, 0), at(8'993, 0), ""},                     //   999,976 mm
      {at(0, 0), at(8'994, 23'811), "Flag GEO_JUMP r2 r1"},
      {at(0, 0), at(8'994, 23'812), ""},
      {at(0, 23'811), at(8'994, 0), "Flag GEO_JUMP r2 r1"},  // whichever was first
      {at(0, 23'812), at(8'994, 0), ""},
      {at(-90'000'000, 0), at(90'000'000, 0), "Flag GEO_JUMP r2 r1"},
      {At(0, 0), At(8'994, 0, "GCJ02"), ""},
  };
  for (const auto& [first, second, flag] : kPairs) {
    Fresh();
    EXPECT_EQ(Raised("GEO_JUMP", first), "");
    EXPECT_EQ(Raised("GEO_JUMP", second), flag) << first << second;
    EXPECT_EQ(Raised("GEO_JUMP", "B", first), "");  // another driver
  }
}

TEST_F(Flags, OneKilometreAt42MetresASecond) {
  // 42 · 23,810 is 1,000,020 mm: beyond a kilometre, and never faster than that.
  EXPECT_EQ(Raised("GEO_JUMP", At(0, 0) + "observed_at_ms: 0"), "");
  EXPECT_EQ(Raised("GEO_JUMP", At(1'000'000, 0) + Number("observed_at_ms", 2'647'500)),
            "");  // 111,195,000 mm in 2,647.5 s
  EXPECT_EQ(Raised("GEO_JUMP", At(0, 0) + Number("observed_at_ms", 2)), "Flag GEO_JUMP r3 r2");
}

// Against the previous report that has a position, however many without one lie between, up to 30
// days.
TEST_F(Flags, ThePreviousPositionFor30Days) {
  for (const auto& [days, flag] : {std::pair{30, "Flag GEO_JUMP r3 r1"}, {31, ""}}) {
    Fresh();
    EXPECT_EQ(Raised("GEO_JUMP", At(0, 0)), "");
    EXPECT_EQ(Raised("GEO_JUMP", ""), "");
    city->CloseUntil(kOpenDay + days);
    EXPECT_EQ(Raised("GEO_JUMP", At(50'000, 0)), flag) << days;
  }
  // One of another system lies between: it is the previous one, and not compared.
  Fresh();
  EXPECT_EQ(Raised("GEO_JUMP", At(0, 0)), "");
  EXPECT_EQ(Raised("GEO_JUMP", At(0, 0, "GCJ02")), "");
  EXPECT_EQ(Raised("GEO_JUMP", At(50'000, 0)), "");
}

// --- 4 GEO_STUCK -------------------------------------------------------------------------------

TEST_F(Flags, FiveTimesTheSamePlace) {
  for (int report = 1; report <= 4; ++report) EXPECT_EQ(Raised("GEO_STUCK", At(5, 5)), "");
  EXPECT_EQ(Raised("GEO_STUCK", "B", At(5, 5)), "");
  EXPECT_EQ(Raised("GEO_STUCK", ""), "");  // no position: not looked at
  EXPECT_EQ(Raised("GEO_STUCK", At(5, 5)), "Flag GEO_STUCK r7 r4");
  EXPECT_EQ(Raised("GEO_STUCK", At(5, 5)), "Flag GEO_STUCK r8 r7");
  EXPECT_EQ(Raised("GEO_STUCK", At(5, 6)), "");
  for (int report = 1; report <= 4; ++report) EXPECT_EQ(Raised("GEO_STUCK", At(5, 5)), "");
  EXPECT_EQ(Raised("GEO_STUCK", At(5, 5, "GCJ02")), "");
}

TEST_F(Flags, StuckWithin24HoursAnd30Days) {
  const std::tuple<int64_t, int, const char*> kCases[] = {
      {86'400'000, 1, "Flag GEO_STUCK r5 r4"},
      {86'400'001, 1, ""},
      {0, 30, "Flag GEO_STUCK r5 r4"},
      {0, 31, ""},
  };
  for (const auto& [elapsed_ms, days, flag] : kCases) {
    Fresh();
    city->now_ms += 40 * kDayMs;
    const int64_t first_ms = city->now_ms;
    for (int report = 1; report <= 4; ++report) EXPECT_EQ(Raised("GEO_STUCK", At(5, 5)), "");
    city->CloseUntil(kOpenDay + days);
    city->now_ms = first_ms + elapsed_ms;
    EXPECT_EQ(Raised("GEO_STUCK", At(5, 5)), flag) << elapsed_ms << " " << days;
  }
}

}  // namespace
}  // namespace merit
