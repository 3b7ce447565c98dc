// EFFECTS.md §1.7: caps and their life, budgets, grace.
#include "engine/core/ledger.h"

#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

// A city in which an award can come as late as a test wants: by an appeal that is decided so late.
class LateAwards {
 public:
  explicit LateAwards(const PolicyEdit& edit) : city(edit) {
    city.Say("reviewer_registered { reviewer_id: 'v3' }");
    for (const char* report : {"first", "late1", "late2"})
      EXPECT_EQ(city.Say(Submit(report, "A")).code(), "APPLIED");
    EXPECT_EQ(city.Say(Approve("first")).code(), "APPLIED");
    for (const std::string report : {"late1", "late2"}) {
      EXPECT_EQ(city.Say(Review(report, "REJECT")).code(), "APPLIED");
      EXPECT_EQ(city.Say("appeal_filed { appeal_id: '" + report + "' report_id: '" + report + "' }")
                    .code(),
                "APPLIED");
    }
  }
  int64_t Overturn(const std::string& appeal) {
    const Said said = city.Say(
        "appeal_decided { appeal_id: '" + appeal +
        "' outcome: APPEAL_OUTCOME_OVERTURNED "
        "reviewer_id: 'v3' category: 10 severity: SEVERITY_NORMAL evidence: EVIDENCE_COMPLETE }");
    for (const v1::Effect& effect : said.outcomes[0].effects()) {
      if (effect.has_award()) return effect.award().awarded_pts();
    }
    return -1;
  }
  Scenario city;
};

// The counter of a day is dropped by the closing of the 128th day after it; later awards find it
// empty and add nothing.
TEST(Caps, ADaysCounterLives128Days) {
  const auto cap = [](v1::Policy& p) { p.set_cap_daily_pts(10); };
  LateAwards at(cap);
  at.city.CloseUntil(kOpenDay + 128);
  EXPECT_EQ(at.Overturn("late1"), 0);
  at.city.Close();
  EXPECT_EQ(at.Overturn("late2"), 10);

  LateAwards after(cap);
  after.city.CloseUntil(kOpenDay + 129);
  EXPECT_EQ(after.Overturn("late1"), 10);
  EXPECT_EQ(after.Overturn("late2"), 10);  // nothing was added
}

// Of a month: the 128th day after its last, 2026-03-31.
TEST(Caps, AMonthsCounterLives128Days) {
  const auto cap = [](v1::Policy& p) { p.set_cap_monthly_pts(10); };
  LateAwards at(cap);
  at.city.CloseUntil(20'543 + 128);
  EXPECT_EQ(at.Overturn("late1"), 0);
  at.city.Close();
  EXPECT_EQ(at.Overturn("late2"), 10);

  LateAwards after(cap);
  after.city.CloseUntil(20'543 + 129);
  EXPECT_EQ(after.Overturn("late1"), 10);
  EXPECT_EQ(after.Overturn("late2"), 10);
}

// While they live, late awards add to them.
TEST(Caps, LateAwardsAddWhileTheCounterLives) {
  LateAwards late([](v1::Policy& p) { p.set_cap_daily_pts(25); });
  late.city.CloseUntil(kOpenDay + 128);
  EXPECT_EQ(late.Overturn("late1"), 10);
  EXPECT_EQ(late.Overturn("late2"), 5);
}

TEST(Caps, DayThenMonthThenBudget) {
  Scenario city([](v1::Policy& p) {
    p.set_cap_daily_pts(8);
    p.set_cap_monthly_pts(7);
    p.set_budget_monthly_pts(4);
  });
  const auto award = [&](const std::string& report, const std::string& driver,
                         const std::string& terms = "") {
    EXPECT_EQ(city.Say(Submit(report, driver)).code(), "APPLIED");
    const Said said = city.Say(Approve(report, terms));
    return said.With({"Award"});
  };
  EXPECT_EQ(award("r1", "A"),
            "Award{REPORT, r1, driver A, policy 1, day 20513, category 10, computed 10, awarded 4, "
            "cut_day 2, cut_month 1, cut_budget 3, cred 809}");
  EXPECT_EQ(city.Field("DRIVER", "A", "used_day"), "4");
  EXPECT_EQ(city.Field("DRIVER", "A", "used_month"), "4");
  // Openings and adjustments are not in the budget; service and uncapped reports are, without the
  // caps.
  EXPECT_EQ(city.Say(Enrol("D", "opening_pts: 9")).With({"P A"}), "P AVAILABLE(D) +9");
  EXPECT_EQ(city.Say(Serve("v", "B", kOpenDay, 60)).With({"Award"}),
            "Award{VOLUNTEER, v, driver B, policy 1, day 20513, category 40, computed 8, awarded "
            "0, cut_budget 8, cred "
            "800}");
  // Awarded all the same, and counted.
  EXPECT_EQ(city.Field("DRIVER", "B", "contrib_count"), "1");
  EXPECT_EQ(city.Field("PROGRAMME", "511500", "budget_used"), "4");
}

// Revocation opens neither cap nor budget again.
TEST(Caps, RevocationReopensNothing) {
  Scenario city([](v1::Policy& p) {
    p.set_cap_daily_pts(10);
    p.set_budget_monthly_pts(15);
  });
  for (const char* report : {"r1", "r2"})
    EXPECT_EQ(city.Say(Submit(report, "A")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Approve("r1")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Revoke("r1")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Approve("r2")).With({"P"}), "");
  EXPECT_EQ(city.Field("PROGRAMME", "511500", "budget_used"), "10");
}

// The budget's month is that of the award, its size that of the policy of the day; what was awarded
// before there was a budget counts.
TEST(Budget, OfTheMonthOfTheAward) {
  Scenario city;
  for (const char* report : {"r1", "r2", "r3", "r4"})
    EXPECT_EQ(city.Say(Submit(report, "A")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Approve("r1")).With({"P A"}), "P AVAILABLE(A) +10");
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_budget_monthly_pts(12); }).code(),
            "APPLIED");
  city.Close();
  EXPECT_EQ(city.Say(Approve("r2")).With({"P A"}), "P AVAILABLE(A) +2");
  city.CloseUntil(20'544);  // April
  EXPECT_EQ(city.bulletins.at(0).budget_use().budget_pts(), 12);
  EXPECT_EQ(city.bulletins.at(0).budget_use().awarded_pts(), 12);
  EXPECT_EQ(city.bulletins.at(0).budget_use().cut_pts(), 8);
  EXPECT_EQ(city.bulletins.at(0).budget_use().month(), 202603);
  EXPECT_EQ(city.Say(Submit("r5", "A")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Approve("r5")).With({"P A"}), "P AVAILABLE(A) +10");
}

// What a closing gives back is treated as on the day after, by the policy of that day.
TEST(Grace, ByThePolicyOfTheDayAfter) {
  for (const auto& [change_day, grace_days] : {std::pair{kOpenDay + 3, 5}, {kOpenDay + 4, 30}}) {
    Scenario city([](v1::Policy& p) {
      p.set_expiry(v1::EXPIRY_RULE_FIXED_DAYS);
      p.set_expiry_n(2);
    });
    EXPECT_EQ(city.Activate(change_day, [](v1::Policy& p) { p.set_release_grace_days(5); }).code(),
              "APPLIED");
    EXPECT_EQ(city.Say(Enrol("D", "opening_pts: 30")).code(), "APPLIED");
    EXPECT_EQ(city.Say(Item("i")).code(), "APPLIED");
    EXPECT_EQ(city.Say(Redeem("x", "D", "i")).With({"L"}), "L D 20515 -30");
    city.CloseUntil(kOpenDay + 2);
    const std::string lot = std::to_string(kOpenDay + 3 + grace_days);
    EXPECT_EQ(city.Close().With({"Redemption", "P AV", "L"}),
              "RedemptionState x RELEASED; P AVAILABLE(D) +30; L D " + lot + " +30")
        << change_day;
    EXPECT_EQ(city.Field("DRIVER", "D", "lots"), "[[" + lot + ",30]]");
  }
}

TEST(Ledger, EveryExpiryRule) {
  Scenario never([](v1::Policy& p) { p.set_expiry(v1::EXPIRY_RULE_NONE); });
  EXPECT_EQ(never.Say(Enrol("D", "opening_pts: 1")).With({"L"}), "L D 2147483647 +1");
  Scenario today([](v1::Policy& p) { p.set_expiry_n(0); },
                 20'818);  // 31 December, of this very year
  EXPECT_EQ(today.Say(Enrol("D", "opening_pts: 1")).With({"L"}), "L D 20818 +1");
  EXPECT_EQ(today.Close().With({"P"}), "P AVAILABLE(D) -1; P EXPIRED +1");
}

// Debts are repaid first; a lot only for the rest; the earliest lots go first.
TEST(Ledger, ClawbacksAndDebts) {
  Scenario city;
  const auto adjust = [&](const std::string& id, int delta) {
    return city
        .Say("points_adjusted { adjustment_id: '" + id +
             "' driver_id: 'A' reason: 'r' signer_a: 'a' "
             "signer_b: 'b' " +
             Number("delta_pts", delta) + "}")
        .With({"P A", "P C", "L"});
  };
  EXPECT_EQ(adjust("a", 10), "P AVAILABLE(A) +10; L A 21183 +10");
  city.CloseUntil(20'819);  // 2027
  EXPECT_EQ(adjust("b", 5), "P AVAILABLE(A) +5; L A 21549 +5");
  EXPECT_EQ(adjust("c", -12), "P CLAWED +12; P AVAILABLE(A) -12; L A 21183 -10; L A 21549 -2");
  EXPECT_EQ(adjust("d", -8), "P CLAWED +8; P AVAILABLE(A) -3; P ARREARS(A) -5; L A 21549 -3");
  EXPECT_EQ(adjust("e", 5), "P ARREARS(A) +5");
  EXPECT_EQ(adjust("f", 1), "P AVAILABLE(A) +1; L A 21549 +1");
}

}  // namespace
}  // namespace merit
