// DOMAIN.md §13, examples 2 to 5, by the events that they speak of. (1: decay_test.cc; 6 and 7:
// tests/golden.)
#include <gtest/gtest.h>

#include "engine/core/decimal.h"
#include "engine/core/score.h"
#include "tests/core/scenario.h"
#include "tests/core/vectors.h"

namespace merit {
namespace {

// --- 2 and 4 -----------------------------------------------------------------------------------

struct Reviewed {
  const char* report;
  bool handled;
  const char* terms;  // of the approval
};

class DriverX : public testing::Test {
 protected:
  DriverX() {
    EXPECT_EQ(city.Say(Enrol("X")).code(), "APPLIED");
    EXPECT_EQ(city.Say(Submit("original", "A")).code(), "APPLIED");
  }
  // The award and the value that came of one report.
  std::vector<int64_t> Figures(const Said& said) {
    std::vector<int64_t> figures(4);
    for (const v1::Effect& effect : said.outcomes[0].effects()) {
      if (effect.has_award()) {
        const v1::Award& award = effect.award();
        figures = {award.computed_pts(), award.awarded_pts(), award.cred_permille(), figures[3]};
      }
      if (effect.has_merit_changed()) figures[3] = effect.merit_changed().value_mpt();
    }
    return figures;
  }
  std::vector<int64_t> Decide(const Reviewed& r) {
    const unsigned seed = static_cast<unsigned>(r.report[1]);
    const std::string handle = "mode: MODE_HANDLE " + Hash32("photo_sha256", seed) +
                               Hash32("after_photo_sha256", 100 + seed);
    EXPECT_EQ(city.Say(Submit(r.report, "X", r.handled ? handle : "")).code(), "APPLIED");
    const Said first = city.Say(Approve(r.report, r.terms));
    if (!first.With({"Award"}).empty()) return Figures(first);
    return Figures(city.Say("report_co_reviewed { report_id: '" + std::string(r.report) +
                            "' reviewer_id: 'v2' agree: true }"));
  }
  std::vector<std::vector<int64_t>> Example2() {
    std::vector<std::vector<int64_t>> rows;
    rows.push_back(Decide({"r1", false, ""}));
    rows.push_back(Decide({"r2", true, "severity: SEVERITY_MAJOR"}));
    rows.push_back(Decide({"r3", false, "category: 20 evidence: EVIDENCE_PARTIAL"}));
    EXPECT_EQ(city.Say(Submit("r4", "X")).code(), "APPLIED");
    rows.push_back(
        Figures(city.Say(Review("r4", "DUPLICATE", "category: 10 duplicate_of: 'original'"))));
    rows.push_back(Decide({"r5", true, "category: 13 severity: SEVERITY_CRITICAL"}));
    rows.push_back(Decide({"r6", true, "severity: SEVERITY_MAJOR"}));
    rows.push_back(Decide({"r7", false, "category: 30 severity: SEVERITY_MAJOR"}));
    EXPECT_EQ(city.Say(Submit("r8", "X")).code(), "APPLIED");
    EXPECT_EQ(city.Say(Review("r8", "REJECT")).code(), "APPLIED");
    rows.push_back({0, 0, city.city().policy().Credibility(6, 7), 0});
    return rows;
  }
  const DriverRow& Row() { return city.city().drivers.Get(city.city().drivers.Find("X")); }
  Scenario city;
};

TEST_F(DriverX, Example2) {
  const auto expected =
      Vector("worked_examples").at("ex2").get<std::vector<std::vector<int64_t>>>();
  EXPECT_EQ(Example2(), expected);
  EXPECT_EQ(city.Balance("X"), "90 0 0");
  EXPECT_EQ(Row().approved, 6u);
  EXPECT_EQ(Row().decided, 7u);
  EXPECT_EQ(Decimal(Row().sums[0]), "70879739458969600");
  EXPECT_EQ(Decimal(Row().sums[1]), "70106848682954240");
  EXPECT_EQ(Evaluate(city.city(), Row(), kOpenDay, city.city().policy()).merit_mpt, 74'790);
}

TEST_F(DriverX, Example4) {
  Example2();
  city.CloseUntil(20'543);
  EXPECT_EQ(city.Say(Serve("v", "X", 20'540, 240)).With({"Merit"}),
            "MeritChanged X VOLUNTEER 20540 +26048");
  EXPECT_EQ(city.Say(Revoke("r2")).code(), "APPLIED");
  EXPECT_EQ(city.Say(Violate("w", "X", 3, 20'532)).code(), "APPLIED");
  EXPECT_EQ(city.Say(Honour("h", "X", 20'527, 20'891)).code(), "APPLIED");
  EXPECT_EQ(city.Say(Assess("X", "SAFETY", 20'543, 920)).code(), "APPLIED");
  EXPECT_EQ(city.Say(Assess("X", "BUSINESS", 20'543, 760)).code(), "APPLIED");
  EXPECT_EQ(Decimal(Row().sums[1]), "36182598914241024");
  EXPECT_EQ(Decimal(Row().sums[2]), "60452971001184256");
  EXPECT_EQ(Decimal(Row().sums[3]), "87286089226240000");

  Scenario of_y([](v1::Policy& p) {
    p.mutable_categories(7)->set_base_pts(250);
    p.set_insufficient_min(0);
  });
  EXPECT_EQ(of_y.Say(Serve("v", "A", kOpenDay, 60)).With({"Merit"}),
            "MeritChanged A VOLUNTEER 20513 +200000");
  const nlohmann::json rows = Vector("worked_examples").at("ex4");
  const int32_t days[] = {20'543, 20'633, 20'892};
  for (size_t place = 0; place < 3; ++place) {
    const Evaluation e = Evaluate(city.city(), Row(), days[place], city.city().policy());
    const int64_t standing = e.raw_mpt - (e.merit_mpt + e.honour_mpt);
    const std::vector<int64_t> explain = {
        e.factor_mpt[0],
        e.factor_mpt[1],
        e.factor_mpt[2],
        -e.factor_mpt[3],
        e.honour_mpt,
        standing,
        e.raw_mpt - (e.factor_mpt[0] + e.factor_mpt[1] + e.factor_mpt[2] - e.factor_mpt[3] +
                     e.honour_mpt + standing)};
    City& other = of_y.city();
    const Evaluation y =
        Evaluate(other, other.drivers.Get(other.drivers.Find("A")), days[place], other.policy());
    EXPECT_EQ(Decimal(e.sum), "80229220148154880");
    const nlohmann::json found = {e.merit_mpt, e.raw_mpt,   e.boost_bp,
                                  explain,     y.merit_mpt, y.boost_bp};
    EXPECT_EQ(found, rows[place]) << days[place];
  }
}

// One contribution and no honour is not enough.
TEST(Example4, OfY) {
  Scenario city([](v1::Policy& p) { p.mutable_categories(7)->set_base_pts(250); });
  EXPECT_EQ(city.Say(Serve("v", "A", kOpenDay, 60)).code(), "APPLIED");
  EXPECT_EQ(city.Score("A").raw_mpt(), 200'000);
  EXPECT_EQ(city.Score("A").boost_bp(), 0u);
}

// --- 3 -----------------------------------------------------------------------------------------

TEST(Example3, Ledger) {
  Scenario city({}, 20'400);  // in 2025
  const auto totals = [&] {
    nlohmann::json row;
    for (const char* key : {"available", "held", "arrears"})
      row.push_back(std::stoll(city.Field("DRIVER", "D", key)));
    for (const char* key : {"partner", "issued", "clawed", "expired"}) {
      row.push_back(std::stoll(city.Field("PROGRAMME", "511500", key)));
    }
    row.push_back(nlohmann::json::parse(city.Field("DRIVER", "D", "lots")));
    return row;
  };
  int adjustments = 0;
  const auto say = [&](const std::string& body, const char* producer = "") {
    EXPECT_EQ(city.Say(body, producer).code(), "APPLIED") << body;
  };
  const auto adjust = [&](int delta) {
    say("points_adjusted { adjustment_id: 'a" + std::to_string(++adjustments) +
        "' driver_id: 'D' reason: 'r' "
        "signer_a: 'a' signer_b: 'b' " +
        Number("delta_pts", delta) + "}");
  };
  const auto issue = [&](const std::string& redemption) {
    say("voucher_issued { redemption_id: '" + redemption + "' " + Hash32("voucher_hash", 1) + "}");
  };
  nlohmann::json rows;
  say(Item("large", "price_pts: 120 voucher_days: 730"));
  say(Item("small", "price_pts: 15 voucher_days: 730"));
  say(Enrol("D", "opening_pts: 40"));
  rows.push_back(totals());
  city.CloseUntil(20'455);  // 2026
  adjust(90);
  rows.push_back(totals());
  say(Redeem("x", "D", "large"));
  issue("x");
  rows.push_back(totals());
  adjust(-22);
  rows.push_back(totals());
  say("voucher_verified { redemption_id: 'x' partner_id: 'st1' " + Hash32("voucher_hash", 1) + "}",
      "st1");
  rows.push_back(totals());
  adjust(30);
  rows.push_back(totals());
  city.CloseUntil(20'700);  // a voucher lives two years at most
  say(Redeem("y", "D", "small"));
  issue("y");
  rows.push_back(totals());
  city.CloseUntil(21'184);
  rows.push_back(totals());
  say("redemption_cancelled { redemption_id: 'y' }");
  rows.push_back(totals());
  city.CloseUntil(21'215);
  rows.push_back(totals());
  EXPECT_EQ(rows, Vector("worked_examples").at("ex3"));
}

// --- 5 -----------------------------------------------------------------------------------------

struct Loop {
  int opened, closed, on_time, overdue, answered, satisfied;
};

// Matters of a county that come to these counters when March is over.
void OpenLoop(Scenario& city, int county, const Loop& loop) {
  for (int number = 0; number < loop.closed + loop.overdue; ++number) {
    const std::string id = std::to_string(county) + "-" + std::to_string(number);
    EXPECT_EQ(city.Say(Matter(id, Number("county_code", county))).code(), "APPLIED");
    city.Say("matter_assigned { matter_id: '" + id + "' unit_id: 'u' level: MATTER_LEVEL_COUNTY }");
    if (number < loop.on_time)
      city.Say("matter_resolved { matter_id: '" + id + "' result: MATTER_RESULT_SOLVED }");
  }
}
void CloseLoop(Scenario& city, int county, const Loop& loop) {
  for (int number = 0; number < loop.closed; ++number) {
    const std::string matter =
        " { matter_id: '" + std::to_string(county) + "-" + std::to_string(number) + "' ";
    if (number >= loop.on_time)
      city.Say("matter_resolved" + matter + "result: MATTER_RESULT_SOLVED }");
    EXPECT_EQ(city.Say("matter_verified" + matter + "ok: true }").code(), "APPLIED");
    if (number >= loop.answered) continue;
    city.Say("matter_followed_up" + matter + "reached: true " +
             (number < loop.satisfied ? "satisfied: true }" : "}"));
  }
  for (int number = loop.closed + loop.overdue; number < loop.opened; ++number) {
    const std::string id = std::to_string(county) + "-" + std::to_string(number);
    EXPECT_EQ(city.Say(Matter(id, Number("county_code", county))).code(),
              "APPLIED");  // not due yet
  }
}

// Completion, on-time, satisfaction of each region over all kinds and channels.
std::map<std::string, std::vector<uint32_t>> RatesOf(
    const std::vector<std::pair<int, Loop>>& counties) {
  Scenario city;
  for (const auto& [county, loop] : counties) OpenLoop(city, county, loop);
  city.CloseUntil(20'542);
  for (const auto& [county, loop] : counties) CloseLoop(city, county, loop);
  city.CloseUntil(20'544);
  std::map<std::string, std::vector<uint32_t>> rates;
  for (const v1::Bulletin& bulletin : city.bulletins) {
    const v1::LoopStats& s = bulletin.loop_stats();
    if (s.all())
      rates[std::to_string(s.region_code())] = {s.completion_bp(), s.on_time_bp(),
                                                s.satisfaction_bp()};
  }
  return rates;
}

TEST(Example5, Statistics) {
  const nlohmann::json expected = Vector("worked_examples").at("ex5");
  const auto two = RatesOf({{511502, {30, 28, 25, 1, 20, 18}}, {511503, {15, 13, 12, 2, 9, 9}}});
  for (const char* region : {"511502", "511503", "511500"}) {
    EXPECT_EQ(nlohmann::json(two.at(region)), expected.at(region)) << region;
  }
  const auto other =
      RatesOf({{511500, {100, 97, 90, 1, 60, 57}}});  // a matter of the city alone: no county's
  EXPECT_EQ(other.size(), 1u);
  EXPECT_EQ(nlohmann::json(other.at("511500")), expected.at("510300"));
}

}  // namespace
}  // namespace merit
