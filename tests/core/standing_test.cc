// EFFECTS.md §2.5: honours, assessments, violations, suspensions, service.
#include "engine/core/standing.h"

#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

class Standing : public testing::Test {
 protected:
  std::string CodeOf(const std::string& body) { return city.Say(body).code(); }
  Scenario city;
};

// --- 64 ----------------------------------------------------------------------------------------

TEST_F(Standing, SixtyFourHonours) {
  for (int honour = 1; honour <= 63; ++honour) {
    EXPECT_EQ(CodeOf(Honour("h" + std::to_string(honour), "A", kOpenDay, kOpenDay + 1)), "APPLIED");
  }
  // Those that are past do not count, those of others neither.
  for (int honour = 1; honour <= 3; ++honour) {
    EXPECT_EQ(CodeOf(Honour("past" + std::to_string(honour), "A", 0, kOpenDay - 1)), "APPLIED");
  }
  EXPECT_EQ(CodeOf(Honour("ofB", "B", kOpenDay, kOpenDay)), "APPLIED");
  EXPECT_EQ(CodeOf(Honour("today", "A", kOpenDay, kOpenDay)), "APPLIED");  // the 64th
  EXPECT_EQ(CodeOf(Honour("h65", "A", kOpenDay, kOpenDay)), "RANGE.2");
  EXPECT_EQ(CodeOf(Honour("h65", "A", 0, 0)), "RANGE.2");  // whatever its own days are
  EXPECT_EQ(CodeOf(Honour("h1", "A", kOpenDay, kOpenDay)),
            "ID_TAKEN.1");  // late: after the references
  EXPECT_EQ(CodeOf("honour_revoked { honour_id: 'h1' }"), "APPLIED");
  EXPECT_EQ(CodeOf(Honour("h66", "A", kOpenDay, kOpenDay + 1)), "APPLIED");
  EXPECT_EQ(CodeOf(Honour("h67", "A", kOpenDay, kOpenDay + 1)), "RANGE.2");
  city.Close();  // "today" is past
  EXPECT_EQ(CodeOf(Honour("h68", "A", kOpenDay, kOpenDay + 1)), "APPLIED");
  EXPECT_EQ(CodeOf(Honour("h69", "A", kOpenDay, kOpenDay + 1)), "RANGE.2");
  EXPECT_EQ(city.Score("A").honours_size(), 64);
}

TEST_F(Standing, SixtyFourSuspensions) {
  for (int suspension = 1; suspension <= 63; ++suspension) {
    EXPECT_EQ(CodeOf(Suspend("s" + std::to_string(suspension), "A", "REDEEM", 0, kOpenDay + 9)),
              "APPLIED");
  }
  EXPECT_EQ(CodeOf(Suspend("past", "A", "REDEEM", 0, kOpenDay - 129)), "APPLIED");
  EXPECT_EQ(CodeOf(Suspend("nearly", "A", "REDEEM", 0, kOpenDay - 128)), "APPLIED");  // the 64th
  EXPECT_EQ(CodeOf(Suspend("s65", "A", "REDEEM", 0, kOpenDay)), "RANGE.2");
  EXPECT_EQ(CodeOf(Suspend("s65", "B", "REDEEM", 0, kOpenDay)), "APPLIED");
  city.Close();
  EXPECT_EQ(CodeOf(Suspend("s66", "A", "REDEEM", 0, kOpenDay)), "APPLIED");
  EXPECT_EQ(CodeOf(Suspend("s67", "A", "REDEEM", 0, kOpenDay)), "RANGE.2");
  EXPECT_EQ(CodeOf("suspension_lifted { suspension_id: 's1' }"), "APPLIED");
  EXPECT_EQ(CodeOf(Suspend("s67", "A", "REDEEM", 0, kOpenDay)), "APPLIED");
}

// --- which day's policy ------------------------------------------------------------------------

TEST_F(Standing, AnHonourByTheDayOfTheGrantAViolationByItsOwn) {
  EXPECT_EQ(city.Activate(kOpenDay + 1,
                          [](v1::Policy& p) {
                            p.set_honour_city_mpt(7);
                            p.set_violation_v1_mpt(9);
                          })
                .code(),
            "APPLIED");
  EXPECT_EQ(CodeOf(Honour("before", "A", kOpenDay + 5, kOpenDay + 9)), "APPLIED");
  city.Close();
  EXPECT_EQ(CodeOf(Honour("after", "A", 0, kOpenDay + 9)), "APPLIED");
  EXPECT_EQ(city.Field("HONOUR", "before", "mpt"), "150000");
  EXPECT_EQ(city.Field("HONOUR", "after", "mpt"), "7");
  EXPECT_EQ(city.Say(Violate("old", "A", 1, kOpenDay)).effects(),
            "MeritChanged A VIOLATION 20513 +5000");
  EXPECT_EQ(city.Say(Violate("older", "A", 1, 100)).effects(),
            "MeritChanged A VIOLATION 100 +5000");
  EXPECT_EQ(city.Say(Violate("new", "A", 1, kOpenDay + 1)).effects(),
            "MeritChanged A VIOLATION 20514 +9");
}

// --- assessments -------------------------------------------------------------------------------

TEST_F(Standing, TheLatestAssessmentOfEachKind) {
  const auto kept = [&] {
    return city.Field("DRIVER", "A", "safety") + city.Field("DRIVER", "A", "business");
  };
  EXPECT_EQ(kept(), "[][]");
  EXPECT_EQ(CodeOf(Assess("A", "SAFETY", kOpenDay - 5, 700)), "APPLIED");
  EXPECT_EQ(CodeOf(Assess("A", "BUSINESS", kOpenDay, 100)), "APPLIED");
  EXPECT_EQ(kept(), "[700,20508][100,20513]");
  EXPECT_EQ(CodeOf(Assess("A", "SAFETY", kOpenDay - 5, 600)),
            "APPLIED");  // equal: later in the log
  EXPECT_EQ(kept(), "[600,20508][100,20513]");
  const size_t before = city.scores_published;
  EXPECT_EQ(CodeOf(Assess("A", "SAFETY", kOpenDay - 6, 900)),
            "APPLIED");  // not kept, so not said either
  EXPECT_EQ(kept(), "[600,20508][100,20513]");
  EXPECT_EQ(city.scores_published, before);
  EXPECT_EQ(CodeOf(Assess("A", "SAFETY", kOpenDay - 4, 0)), "APPLIED");
  EXPECT_EQ(kept(), "[0,20509][100,20513]");
  EXPECT_EQ(city.Score("A").safety_stale_after_day(), kOpenDay - 4 + 92);
  EXPECT_EQ(city.Score("A").explain(5).count(), 2u);
}

// One of to_day 0 is one.
TEST_F(Standing, AnAssessmentOfDayNull) {
  EXPECT_EQ(CodeOf(Assess("A", "SAFETY", 0, 700)), "APPLIED");
  EXPECT_EQ(city.Field("DRIVER", "A", "safety"), "[700,0]");
  EXPECT_EQ(city.Score("A").safety_stale_after_day(), 92);
  EXPECT_EQ(city.Score("A").explain(5).count(), 0u);  // stale
}

// --- suspensions -------------------------------------------------------------------------------

// New reports by open_day, service by its service_day; either whatever the other says.
TEST_F(Standing, SuspendedFromEarning) {
  EXPECT_EQ(CodeOf(Suspend("s", "A", "EARNING", kOpenDay - 10, kOpenDay - 5)), "APPLIED");
  EXPECT_EQ(CodeOf(Submit("r1", "A")), "APPLIED");
  for (const auto& [day, code] : {std::pair{-11, "APPLIED"},
                                  {-10, "BAD_STATE.10"},
                                  {-5, "BAD_STATE.10"},
                                  {-4, "APPLIED"},
                                  {0, "APPLIED"}}) {
    EXPECT_EQ(CodeOf(Serve("v" + std::to_string(day + 20), "A", kOpenDay + day, 1)), code) << day;
  }
  EXPECT_EQ(CodeOf(Suspend("t", "A", "EARNING", kOpenDay + 1, kOpenDay + 1)), "APPLIED");
  EXPECT_EQ(CodeOf(Submit("r2", "A")), "APPLIED");
  city.Close();
  EXPECT_EQ(CodeOf(Submit("r3", "A")), "BAD_STATE.10");
  EXPECT_EQ(CodeOf(Serve("w1", "A", kOpenDay, 1)), "APPLIED");
  EXPECT_EQ(CodeOf(Serve("w2", "A", kOpenDay + 1, 1)), "BAD_STATE.10");
  EXPECT_EQ(CodeOf(Approve("r1")), "APPLIED");  // what was submitted before is awarded
  EXPECT_EQ(CodeOf("suspension_lifted { suspension_id: 't' }"), "APPLIED");
  EXPECT_EQ(CodeOf(Submit("r3", "A")), "APPLIED");
  EXPECT_EQ(CodeOf(Serve("w2", "A", kOpenDay + 1, 1)), "APPLIED");
  city.Close();
  EXPECT_EQ(CodeOf(Submit("r4", "A")), "APPLIED");
}

// The last 128 days of service can still be recorded, and what was suspended then is remembered.
TEST_F(Standing, SuspendedLongAgo) {
  EXPECT_EQ(CodeOf(Suspend("s", "A", "EARNING", kOpenDay, kOpenDay)), "APPLIED");
  city.CloseUntil(kOpenDay + 128);
  EXPECT_EQ(CodeOf(Serve("v", "A", kOpenDay, 1)), "BAD_STATE.10");
  city.Close();
  EXPECT_EQ(CodeOf(Serve("v", "A", kOpenDay, 1)), "RANGE.5");
}

TEST_F(Standing, OnlyScoreSuspensionsAreScored) {
  const size_t before = city.scores_published;
  EXPECT_EQ(CodeOf(Suspend("s1", "A", "EARNING", 0, kOpenDay)), "APPLIED");
  EXPECT_EQ(CodeOf(Suspend("s2", "A", "REDEEM", 0, kOpenDay)), "APPLIED");
  EXPECT_EQ(city.scores_published, before);
  EXPECT_EQ(CodeOf(Suspend("s3", "A", "SCORE", 5, kOpenDay + 9)), "APPLIED");
  EXPECT_EQ(CodeOf(Suspend("s4", "A", "SCORE", 3, kOpenDay)), "APPLIED");
  EXPECT_EQ(CodeOf(Suspend("s5", "A", "SCORE", 3, kOpenDay - 1)), "APPLIED");  // past
  const v1::Score score = city.Score("A");
  ASSERT_EQ(score.suspensions_size(), 2);
  EXPECT_EQ(score.suspensions(0).from_day(), 3);
  EXPECT_EQ(score.suspensions(1).from_day(), 5);
}

// --- service -----------------------------------------------------------------------------------

TEST_F(Standing, MinutesOfADayMakeItsPoints) {
  const auto points = [&](const std::string& record, int minutes, int32_t day = kOpenDay) {
    const Said said = city.Say(Serve(record, "A", day, minutes));
    return said.outcomes[0].effects(0).award().computed_pts();
  };
  EXPECT_EQ(points("v1", 7), 0);     // 56 / 60
  EXPECT_EQ(points("v2", 1), 1);     // 64 / 60
  EXPECT_EQ(points("v3", 230), 30);  // 238 minutes: 31
  EXPECT_EQ(points("v4", 60), 1);    // 240 at most: 32
  EXPECT_EQ(points("v5", 60), 0);
  EXPECT_EQ(points("other", 60, kOpenDay - 1), 8);
  EXPECT_EQ(city.Field("DRIVER", "A", "contrib_count"), "6");
  EXPECT_EQ(city.Say("volunteer_service_revoked { record_id: 'v3' }").text(),
            "APPLIED: P CLAWED +30; P AVAILABLE(A) -30; L A 21183 -30; MeritChanged A VOLUNTEER "
            "20513 -24000");
  EXPECT_EQ(points("v6", 60), 0);  // the day's minutes stay used
  EXPECT_EQ(CodeOf("volunteer_service_revoked { record_id: 'v3' }"), "BAD_STATE.2");
}

// Rate, minutes and cred floor by the service day.
TEST_F(Standing, ServiceByTheServiceDay) {
  for (int report = 0; report < 30; ++report) {
    const std::string name = "r" + std::to_string(report);
    EXPECT_EQ(CodeOf(Submit(name, "A")), "APPLIED");
    EXPECT_EQ(CodeOf(Review(name, "REJECT")), "APPLIED");
  }
  EXPECT_EQ(city.Activate(kOpenDay + 1,
                          [](v1::Policy& p) {
                            p.mutable_categories(7)->set_base_pts(60);
                            p.set_volunteer_minutes_daily_max(10);
                            p.set_cred_floor_permille(900);
                          })
                .code(),
            "APPLIED");
  city.Close();
  EXPECT_EQ(city.Say(Serve("old", "A", kOpenDay, 60)).With({"Award", "Merit"}),
            "Award{VOLUNTEER, old, driver A, policy 1, day 20513, category 40, computed 8, awarded "
            "8, cred 500}; "
            "MeritChanged A VOLUNTEER 20513 +4000");
  EXPECT_EQ(city.Say(Serve("new", "A", kOpenDay + 1, 60)).With({"Award", "Merit"}),
            "Award{VOLUNTEER, new, driver A, policy 2, day 20514, category 40, computed 10, "
            "awarded 10, cred 900}; "
            "MeritChanged A VOLUNTEER 20514 +9000");
}

}  // namespace
}  // namespace merit
