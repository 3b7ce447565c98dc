// EFFECTS.md §6: what the end of a month and a quarter says, and by which day's policy. The city
// opens in March 2026, which ends with day 20543, and a quarter with it: d = 20543, e = 20544.
#include "engine/core/bulletins.h"

#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

constexpr int32_t kMonthEnd = 20'543;

class Bulletins : public testing::Test {
 protected:
  void Say(const std::string& body, const char* producer = "") {
    EXPECT_EQ(city->Say(body, producer).code(), "APPLIED") << body;
  }
  void Fresh() { city = std::make_unique<Scenario>(); }
  template <class Message>
  std::vector<Message> Of(const Message& (v1::Bulletin::*get)() const,
                          bool (v1::Bulletin::*has)() const) {
    std::vector<Message> found;
    for (const v1::Bulletin& bulletin : city->bulletins) {
      if ((bulletin.*has)()) found.push_back((bulletin.*get)());
    }
    return found;
  }
  v1::RankSnapshot Rank() {
    return Of(&v1::Bulletin::rank_snapshot, &v1::Bulletin::has_rank_snapshot).at(0);
  }
  std::vector<v1::ExposureAudit> Audits() {
    return Of(&v1::Bulletin::exposure_audit, &v1::Bulletin::has_exposure_audit);
  }
  std::string Candidates() {
    std::string names;
    for (const auto& list : Of(&v1::Bulletin::candidate_list, &v1::Bulletin::has_candidate_list)) {
      for (const auto& row : list.rows()) names += (names.empty() ? "" : " ") + row.driver_id();
    }
    return names;
  }
  std::unique_ptr<Scenario> city = std::make_unique<Scenario>();
};

TEST_F(Bulletins, WhatIsAlwaysSaidAndNumbered) {
  city->CloseUntil(kMonthEnd + 1);
  ASSERT_EQ(city->bulletins.size(), 3u);
  EXPECT_TRUE(city->bulletins[0].has_budget_use());
  EXPECT_TRUE(city->bulletins[1].has_rank_snapshot());
  EXPECT_TRUE(city->bulletins[2].has_concentration());
  for (uint32_t number = 0; number < 3; ++number) {
    EXPECT_EQ(city->bulletins[number].number(), number);
    EXPECT_EQ(city->bulletins[number].day(), kMonthEnd);
    EXPECT_EQ(city->bulletins[number].city_code(), kCity);
  }
  EXPECT_FALSE(city->bulletins[2].concentration().has_share_bp());
}

// --- which policy ------------------------------------------------------------------------------

// Rank and alarm by P(e), the budget by P(d).
TEST_F(Bulletins, OfTheLastAndOfTheNextDay) {
  Say(Honour("h", "A", kOpenDay, kMonthEnd + 1));
  Say("dispatch_exposure_reported { day: 20513 tier: 0 online_minutes: 10000 orders_assigned: "
      "10000 }");
  Say("dispatch_exposure_reported { day: 20513 tier: 1 online_minutes: 10000 orders_assigned: "
      "11001 }");
  EXPECT_EQ(city->Activate(kMonthEnd, [](v1::Policy& p) { p.set_budget_monthly_pts(7); }).code(),
            "APPLIED");
  EXPECT_EQ(city->Activate(kMonthEnd + 1,
                           [](v1::Policy& p) {
                             p.set_cap_bp(500);
                             p.set_budget_monthly_pts(9);
                           })
                .code(),
            "APPLIED");
  city->CloseUntil(kMonthEnd);
  Say("dispatch_exposure_reported { day: 20543 tier: 0 online_minutes: 10000 orders_assigned: "
      "10000 }");
  Say("dispatch_exposure_reported { day: 20543 tier: 1 online_minutes: 10000 orders_assigned: "
      "11001 }");
  city->Close();
  const auto budget = Of(&v1::Bulletin::budget_use, &v1::Bulletin::has_budget_use).at(0);
  EXPECT_EQ(budget.budget_pts(), 7);
  ASSERT_EQ(Rank().rows_size(), 1);
  EXPECT_EQ(Rank().rows(0).boost_bp(), 500u * 150 / 650);
  EXPECT_EQ(Audits().at(0).rows(1).uplift_bp(), 1'001);
  EXPECT_TRUE(Audits().at(0).rows(1).alarm());  // above 2 · 500
}

// An honour that ends with d counts for nothing on e; one that begins with e does.
TEST_F(Bulletins, RankIsThatOfTheNewMonth) {
  Say(Honour("over", "A", kOpenDay, kMonthEnd));
  Say(Honour("new", "B", kMonthEnd + 1, kMonthEnd + 9));
  city->CloseUntil(kMonthEnd + 1);
  ASSERT_EQ(Rank().rows_size(), 1);
  EXPECT_EQ(Rank().rows(0).driver_id(), "B");
  EXPECT_EQ(Rank().boosted_drivers(), 1u);
}

// boost desc, A desc, driver_id asc.
TEST_F(Bulletins, OrderOfTheRank) {
  city = std::make_unique<Scenario>([](v1::Policy& p) { p.set_cap_bp(10); });
  for (const char* driver : {"Z", "Y", "X", "W"}) Say(Enrol(driver));
  for (const char* driver : {"W", "X", "Y", "Z"}) {
    Say(Honour(std::string("h") + driver, driver, kOpenDay, kMonthEnd + 9));
  }
  Say(Honour("second", "B", kOpenDay, kMonthEnd + 9));
  Say(Honour("third", "B", kOpenDay, kMonthEnd + 9));
  Say(Serve("v", "Y", kOpenDay, 8));  // a point, which is too little for another basis point
  city->CloseUntil(kMonthEnd + 1);
  std::string order;
  const v1::RankSnapshot rank = Rank();
  for (const auto& row : rank.rows()) order += row.driver_id();
  EXPECT_EQ(order, "BYWXZ");
  EXPECT_EQ(Rank().rows(1).boost_bp(), Rank().rows(2).boost_bp());
  EXPECT_EQ(Rank().rows(4).rank(), 5u);
}

TEST_F(Bulletins, AThousandOfTheRankAndAHundredthOfTheBoost) {
  for (int driver = 0; driver < 1'001; ++driver) {
    const std::string id = "d" + std::to_string(10'000 + driver);
    city->Say(Enrol(id));
    city->Say(Honour("h" + id, id, kOpenDay, kMonthEnd + 9));
  }
  city->CloseUntil(kMonthEnd + 1);
  EXPECT_EQ(Rank().rows_size(), 1'000);
  EXPECT_EQ(Rank().boosted_drivers(), 1'001u);
  EXPECT_EQ(Rank().rows(999).driver_id(), "d10999");
  const auto share = Of(&v1::Bulletin::concentration, &v1::Bulletin::has_concentration).at(0);
  EXPECT_EQ(share.top_drivers(), 11u);  // ⌈1001 / 100⌉
  EXPECT_EQ(share.share_bp(), 10'000u * 11 / 1'001);
}

// --- exposure ----------------------------------------------------------------------------------

std::string Exposed(int32_t day, int tier, int64_t minutes, int64_t orders, int pickup_s = 0) {
  return "dispatch_exposure_reported { " + Number("day", day) + Number("tier", tier) +
         Number("online_minutes", minutes) + Number("orders_assigned", orders) +
         Number("median_pickup_s", pickup_s) + "}";
}

TEST_F(Bulletins, TheLast28Days) {
  city->CloseUntil(kMonthEnd);
  Say(Exposed(kMonthEnd - 28, 0, 1, 1));
  EXPECT_EQ(city->Say(Exposed(kMonthEnd - 29, 0, 1, 1)).code(), "RANGE.1");
  city->Close();
  EXPECT_TRUE(Audits().empty());
  Fresh();
  city->CloseUntil(kMonthEnd);
  Say(Exposed(kMonthEnd - 28, 0, 1, 1));
  Say(Exposed(kMonthEnd - 27, 0, 10, 1));
  Say(Exposed(kMonthEnd, 0, 100, 1));
  Say(Exposed(kMonthEnd, 0, 200, 5));  // the last one counts
  city->Close();
  ASSERT_EQ(Audits().size(), 2u);
  EXPECT_EQ(Audits()[0].producer_id(), "plat");
  EXPECT_EQ(Audits()[0].from_day(), kMonthEnd - 27);
  EXPECT_EQ(Audits()[0].to_day(), kMonthEnd);
  EXPECT_EQ(Audits()[0].rows_size(), 5);
  EXPECT_EQ(Audits()[0].rows(0).online_minutes(), 210);
  EXPECT_EQ(Audits()[0].rows(0).orders_assigned(), 6);
  EXPECT_EQ(Audits()[1].producer_id(), "");
}

TEST_F(Bulletins, UpliftAndAlarm) {
  city->CloseUntil(kMonthEnd);
  Say(Exposed(kMonthEnd, 0, 1'000, 1'000, 60));
  Say(Exposed(kMonthEnd, 1, 1'000, 1'200));    // 2,000: twice the cap, no alarm
  Say(Exposed(kMonthEnd, 2, 10'000, 12'001));  // 2,001
  Say(Exposed(kMonthEnd, 3, 3, 1, 7));         // ⌊3333.3⌋ − 10,000
  Say(Exposed(kMonthEnd, 4, 0, 5));            // nobody online: absent
  Say(Exposed(kMonthEnd - 1, 3, 0, 2, 8));     // 23 s of 3 orders
  city->Close();
  const v1::ExposureAudit audit = Audits().at(0);
  EXPECT_FALSE(audit.rows(0).has_uplift_bp());
  EXPECT_EQ(audit.rows(1).uplift_bp(), 2'000);
  EXPECT_FALSE(audit.rows(1).alarm());
  EXPECT_EQ(audit.rows(2).uplift_bp(), 2'001);
  EXPECT_TRUE(audit.rows(2).alarm());
  EXPECT_EQ(audit.rows(3).uplift_bp(), 0);
  EXPECT_FALSE(audit.rows(4).has_uplift_bp());
  EXPECT_EQ(audit.rows(0).pickup_s(), 60);
  EXPECT_EQ(audit.rows(3).pickup_s(), 7);
  EXPECT_TRUE(audit.rows(4).has_pickup_s());
  EXPECT_FALSE(Audits().at(1).rows(4).has_uplift_bp());
}

TEST_F(Bulletins, UpliftAtMostABillion) {
  city->CloseUntil(kMonthEnd);
  Say(Exposed(kMonthEnd, 0, 1'000'000'000, 1));
  Say(Exposed(kMonthEnd, 1, 1, 1'000'000'000));
  Say(Exposed(kMonthEnd, 2, 1, 0));
  city->Close();
  EXPECT_EQ(Audits().at(0).rows(1).uplift_bp(), 1'000'000'000);
  EXPECT_EQ(Audits().at(0).rows(2).uplift_bp(), -10'000);
  EXPECT_FALSE(Audits().at(0).rows(2).has_pickup_s());
}

// --- candidates --------------------------------------------------------------------------------

class CandidateLists : public Bulletins {
 protected:
  void Contribute(const std::string& driver, int records) {
    for (int record = 0; record < records; ++record) {
      Say(Serve(driver + std::to_string(record), driver, kOpenDay, 1));
    }
  }
  void Assessed(const std::string& driver, int safety, int business, int32_t to_day = kOpenDay) {
    Say(Assess(driver, "SAFETY", to_day, safety));
    Say(Assess(driver, "BUSINESS", to_day, business));
  }
  // A is a candidate but for what `more` says, on the second day.
  std::string After(const std::vector<std::string>& more) {
    Fresh();
    Contribute("A", 10);
    Assessed("A", 900, 850);
    city->Close();
    for (const std::string& body : more) Say(body);
    city->CloseUntil(kMonthEnd + 1);
    return Candidates();
  }
};

TEST_F(CandidateLists, EachCondition) {
  EXPECT_EQ(After({}), "A");
  EXPECT_EQ(After({Assess("A", "SAFETY", kOpenDay, 899)}), "");
  EXPECT_EQ(After({Assess("A", "BUSINESS", kOpenDay, 849)}), "");
  EXPECT_EQ(After({"volunteer_service_revoked { record_id: 'A0' }"}), "");  // 9 contributions
  EXPECT_EQ(After({"driver_opted_out { driver_id: 'A' }"}), "");
  EXPECT_EQ(After({"driver_updated { driver_id: 'A' person_permit: true }"}), "");
  EXPECT_EQ(After({"driver_erased { driver_id: 'A' }"}), "");
  EXPECT_EQ(After({Suspend("s", "A", "SCORE", 0, 84'005)}), "A");  // not asked
}

// Not stale at e: to_day + 92 ≥ 20544.
TEST_F(CandidateLists, Stale) {
  for (const auto& [to_day, names] : {std::pair{20'452, "A"}, {20'451, ""}}) {
    Fresh();
    Contribute("A", 10);
    Assessed("A", 900, 850, to_day);
    city->CloseUntil(kMonthEnd + 1);
    EXPECT_EQ(Candidates(), names) << to_day;
  }
}

TEST_F(CandidateLists, AYearWithoutAGraveViolation) {
  EXPECT_EQ(After({Violate("v", "A", 2, kMonthEnd - 364)}), "");
  EXPECT_EQ(After({Violate("v", "A", 2, kMonthEnd - 365)}), "A");
  EXPECT_EQ(After({Violate("v", "A", 1, kOpenDay)}), "A");
  EXPECT_EQ(After({Violate("v", "A", 4, kOpenDay), "violation_rescinded { violation_id: 'v' }"}),
            "A");
}

TEST_F(CandidateLists, OpenFlags) {
  const std::string photo = Hash32("photo_sha256", 1);
  const std::vector<std::string> flagged = {Submit("b", "B", photo), Submit("r", "A", photo)};
  EXPECT_EQ(After(flagged), "");
  EXPECT_EQ(After({flagged[0], flagged[1], Review("r", "NEED_MORE")}), "A");  // lapsed by then
  EXPECT_EQ(After({flagged[0], flagged[1], Review("r", "REJECT")}), "A");
  EXPECT_EQ(After({flagged[0], flagged[1], Approve("r")}), "");  // awaits a second opinion
  // COLLUSION of 20515 is 29 days old at e, of 20514 30.
  for (const auto& [day, names] : {std::pair{20'515, ""}, {20'514, "A"}}) {
    Fresh();
    Contribute("A", 10);
    Assessed("A", 900, 850);
    city->CloseUntil(day);
    for (int report = 0; report < 13; ++report) {
      const std::string id = "r" + std::to_string(report);
      Say(Submit(id, report < 3 ? "B" : "A"));
      Say(report < 3 ? Review(id, "REJECT") : Approve(id));
    }
    EXPECT_EQ(city->Field("DRIVER", "A", "flag_open_until_day"), std::to_string(day + 29));
    city->CloseUntil(kMonthEnd + 1);
    EXPECT_EQ(Candidates(), names) << day;
  }
}

// By M, falling, then driver_id; five of them, or one of each 200 drivers.
TEST_F(CandidateLists, HowManyInWhatOrder) {
  for (const auto& [drivers, names] :
       {std::pair{1'199, "C B A D0 D1"}, {1'200, "C B A D0 D1 D2"}}) {
    Fresh();
    for (const char* driver : {"D2", "D1", "D0"}) Say(Enrol(driver));
    for (const char* driver : {"D2", "D1", "D0", "A", "B", "C"}) {
      Contribute(driver, 10);
      Assessed(driver, 1'000, 1'000);
    }
    Say(Serve("a", "A", kOpenDay - 1, 60));
    Say(Serve("b", "B", kOpenDay - 1, 120));
    Say(Serve("c", "C", kOpenDay - 1, 180));
    for (int driver = 6; driver < drivers; ++driver) city->Say(Enrol("e" + std::to_string(driver)));
    Say(Enrol("gone"));
    Say("driver_erased { driver_id: 'gone' }");
    city->CloseUntil(kMonthEnd + 1);
    EXPECT_EQ(Candidates(), names) << drivers;
  }
}

TEST_F(CandidateLists, AtQuarterEndAlone) {
  After({});
  EXPECT_EQ(Of(&v1::Bulletin::candidate_list, &v1::Bulletin::has_candidate_list).at(0).quarter(),
            20261);
  city->CloseUntil(20'574);  // April is over
  EXPECT_FALSE(city->bulletins.empty());
  EXPECT_EQ(Candidates(), "");
}

}  // namespace
}  // namespace merit
