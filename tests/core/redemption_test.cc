// EFFECTS.md §2.6: items, requests, vouchers, settlements.
#include "engine/core/redemption.h"

#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

class Redemptions : public testing::Test {
 protected:
  Redemptions() { EXPECT_EQ(CodeOf(Enrol("D", "opening_pts: 1000")), "APPLIED"); }
  std::string CodeOf(const std::string& body, const char* producer = "") {
    return city.Say(body, producer).code();
  }
  std::string On(const std::string& event, const std::string& redemption,
                 const std::string& more = "") {
    return event + " { redemption_id: '" + redemption + "' " + more + "}";
  }
  std::string Asked(const std::string& redemption, const std::string& item,
                    const std::string& driver = "D") {
    const std::string text = city.Say(Redeem(redemption, driver, item)).With({"RedemptionDecided"});
    const size_t code = text.find(item + ", ") + item.size() + 2;
    return text.substr(code, text.find(',', code) - code);
  }
  void Issue(const std::string& redemption) {
    EXPECT_EQ(CodeOf(On("voucher_issued", redemption, Hash32("voucher_hash", 7))), "APPLIED");
  }
  std::string Verify(const std::string& redemption, const char* by = "st1",
                     const std::string& partner = "st1", unsigned hash = 7) {
    return city
        .Say(On("voucher_verified", redemption,
                "partner_id: '" + partner + "' " + Hash32("voucher_hash", hash)),
             by)
        .code();
  }
  std::string Settle(const std::string& batch, int month, int count, int fen,
                     const std::string& partner = "st1") {
    return city
        .Say("settlement_batch_closed { batch_id: '" + batch + "' partner_id: '" + partner + "' " +
             Number("month", month) + Number("count", count) + Number("amount_fen", fen) + "}")
        .text();
  }
  Scenario city;
};

// --- items -------------------------------------------------------------------------------------

TEST_F(Redemptions, AClosedItem) {
  EXPECT_EQ(CodeOf(Item("i", "stock: 5")), "APPLIED");
  EXPECT_EQ(Asked("x", "i"), "-");
  EXPECT_EQ(CodeOf("item_closed { item_id: 'i' }"), "APPLIED");
  EXPECT_EQ(CodeOf("item_closed { item_id: 'i' }"), "BAD_STATE.2");
  EXPECT_EQ(CodeOf("stock_adjusted { item_id: 'i' delta: 1 }"), "BAD_STATE.2");
  EXPECT_EQ(CodeOf("stock_adjusted { item_id: 'i' delta: -999 }"),
            "BAD_STATE.2");  // before what is late
  EXPECT_EQ(CodeOf("stock_adjusted { item_id: 'i' delta: 1 }", "st2"),
            "UNAUTHORISED.6");  // the owner comes first
  EXPECT_EQ(CodeOf("item_closed { item_id: 'i' }", "st2"), "UNAUTHORISED.6");
  EXPECT_EQ(CodeOf("item_closed { item_id: 'none' }", "st2"), "UNKNOWN_ITEM.1");
  EXPECT_EQ(Asked("y", "i"), "ITEM_CLOSED");
  EXPECT_EQ(CodeOf(On("redemption_cancelled", "x")),
            "APPLIED");  // those under way run to their end
  EXPECT_EQ(city.Field("ITEM", "i", "stock"), "5");
  EXPECT_EQ(CodeOf(Item("i")), "ID_TAKEN.1");
}

TEST_F(Redemptions, ListedByThePartnerOrTheAdministrator) {
  EXPECT_EQ(CodeOf(Item("i"), "st2"), "UNAUTHORISED.6");
  EXPECT_EQ(CodeOf(Item("i"), "st1"), "APPLIED");
  EXPECT_EQ(CodeOf(Item("j", "partner_id: 'app'")), "UNKNOWN_PARTNER.2");
  EXPECT_EQ(CodeOf(Item("j", "partner_id: 'nobody'")), "UNKNOWN_PARTNER.2");
  EXPECT_EQ(CodeOf(Item("i", "partner_id: 'st2'"), "st1"), "ID_TAKEN.1");
  // One with both roles may speak of any partner's things.
  EXPECT_EQ(CodeOf("producer_registered { registered_producer_id: 'st2' roles: ROLE_PARTNER roles: "
                   "ROLE_ADMIN }"),
            "APPLIED");
  EXPECT_EQ(CodeOf("stock_adjusted { item_id: 'i' delta: 1 }", "st2"), "APPLIED");
  // One that has the role no more counts as revoked; its vouchers too.
  EXPECT_EQ(CodeOf("producer_registered { registered_producer_id: 'st1' roles: ROLE_APP }"),
            "APPLIED");
  EXPECT_EQ(CodeOf(Item("k")), "UNKNOWN_PARTNER.2");
  EXPECT_EQ(Asked("x", "i"), "ITEM_CLOSED");
}

// --- requests ----------------------------------------------------------------------------------

TEST_F(Redemptions, DeclinedInThisOrder) {
  EXPECT_EQ(
      CodeOf(Item("i", "stock: 0 per_driver_limit: 1 limit_period: LIMIT_PERIOD_DAY price_pts: 5")),
      "APPLIED");
  EXPECT_EQ(CodeOf(Item("later", "open_day: 20514")), "APPLIED");
  EXPECT_EQ(CodeOf(Item("over", "open_day: 0 close_day: 20512")), "APPLIED");
  EXPECT_EQ(CodeOf(Item("today", "open_day: 20513 close_day: 20513")), "APPLIED");
  EXPECT_EQ(Asked("r1", "none", "nobody"), "UNKNOWN_DRIVER");
  EXPECT_EQ(Asked("r2", "none"), "UNKNOWN_ITEM");
  EXPECT_EQ(Asked("r3", "later"), "ITEM_CLOSED");
  EXPECT_EQ(Asked("r4", "over"), "ITEM_CLOSED");
  EXPECT_EQ(Asked("r5", "today"), "-");
  EXPECT_EQ(Asked("r6", "i"), "STOCK");
  EXPECT_EQ(CodeOf("stock_adjusted { item_id: 'i' delta: 1 }"), "APPLIED");
  EXPECT_EQ(Asked("r7", "i", "A"), "BALANCE");
  EXPECT_EQ(CodeOf("points_adjusted { adjustment_id: 'a' driver_id: 'A' delta_pts: -1 reason: 'r' "
                   "signer_a: 'a' "
                   "signer_b: 'b' }"),
            "APPLIED");
  EXPECT_EQ(Asked("r8", "i", "A"), "ARREARS");
  EXPECT_EQ(Asked("r9", "i"), "-");
  EXPECT_EQ(Asked("r10", "i"), "LIMIT");  // before STOCK
  EXPECT_EQ(CodeOf(Suspend("s", "D", "REDEEM", kOpenDay, kOpenDay)), "APPLIED");
  EXPECT_EQ(city.Say(Redeem("r11", "D", "i")).text(),
            "APPLIED: RedemptionDecided{r11, D, i, SUSPENDED, 0}");
  EXPECT_EQ(Asked("r12", "none"), "SUSPENDED");
  EXPECT_EQ(CodeOf(Redeem("r12", "nobody", "none")), "ID_TAKEN.1");
  // Declined before the item was found: nobody's.
  EXPECT_EQ(CodeOf(On("voucher_issued", "r11", Hash32("voucher_hash", 1)), "st1"),
            "UNAUTHORISED.6");
  EXPECT_EQ(CodeOf(On("voucher_issued", "r11", Hash32("voucher_hash", 1)), "app"), "BAD_STATE.1");
  EXPECT_EQ(Verify("r11"), "UNAUTHORISED.6");
  EXPECT_EQ(Verify("r10"), "BAD_STATE.1");
}

// Given back only while the period of the request lasts; FORFEIT keeps the count, REFUND gives it
// back.
TEST_F(Redemptions, TheLimitOfAPeriod) {
  const std::string month = "per_driver_limit: 1 limit_period: LIMIT_PERIOD_MONTH voucher_days: 1 ";
  EXPECT_EQ(CodeOf(Item("refund", month)), "APPLIED");
  EXPECT_EQ(CodeOf(Item("forfeit", month + "on_expire: ON_EXPIRE_FORFEIT")), "APPLIED");
  for (const char* item : {"refund", "forfeit"}) {
    EXPECT_EQ(Asked(std::string(item) + "1", item), "-");
    Issue(std::string(item) + "1");
  }
  city.Close();
  EXPECT_EQ(city.Close().effects(),
            "RedemptionState refund1 EXPIRED; P HELD(D) -30; P AVAILABLE(D) +30; L D 21183 +30; "
            "RedemptionState forfeit1 EXPIRED; P HELD(D) -30; P FORFEITED +30");
  EXPECT_EQ(city.Field("ITEM", "refund", "stock"), "100");
  EXPECT_EQ(city.Field("ITEM", "forfeit", "stock"), "100");
  EXPECT_EQ(Asked("forfeit2", "forfeit"), "LIMIT");
  EXPECT_EQ(Asked("refund2", "refund"), "-");
  EXPECT_EQ(Asked("refund3", "refund"), "LIMIT");
  EXPECT_EQ(CodeOf(On("redemption_cancelled", "refund2")), "APPLIED");
  city.CloseUntil(20'542);
  EXPECT_EQ(Asked("march", "refund"), "-");  // on 30 March; released by the closing of 1 April
  city.CloseUntil(20'544);
  EXPECT_EQ(Asked("april", "refund"), "-");
  EXPECT_EQ(Asked("april2", "refund"), "LIMIT");
  EXPECT_EQ(city.Close().With({"Redemption"}), "RedemptionState march RELEASED");
  EXPECT_EQ(Asked("april3", "refund"), "LIMIT");  // March's count gives April nothing back
  EXPECT_EQ(Asked("forfeit3", "forfeit"), "-");
}

TEST_F(Redemptions, PeriodsAreThoseOfTheCalendar) {
  for (const auto& [period, last_day] :
       {std::pair{"DAY", 20'513}, {"MONTH", 20'543}, {"QUARTER", 20'543}, {"YEAR", 20'818}}) {
    Scenario one;
    EXPECT_EQ(one.Say(Enrol("D", "opening_pts: 1000")).code(), "APPLIED");
    EXPECT_EQ(
        one.Say(Item("i", std::string("per_driver_limit: 1 limit_period: LIMIT_PERIOD_") + period))
            .code(),
        "APPLIED");
    EXPECT_EQ(one.Say(Redeem("x", "D", "i")).With({"P H"}), "P HELD(D) +30");
    EXPECT_EQ(one.Say(On("voucher_issued", "x", Hash32("voucher_hash", 7))).code(), "APPLIED");
    EXPECT_EQ(one.Say(On("voucher_verified", "x", "partner_id: 'st1' " + Hash32("voucher_hash", 7)),
                      "st1")
                  .code(),
              "APPLIED");
    one.CloseUntil(last_day);
    EXPECT_EQ(one.Say(Redeem("y", "D", "i")).effects(), "RedemptionDecided{y, D, i, LIMIT, 30}")
        << period;
    one.Close();
    EXPECT_EQ(one.Say(Redeem("z", "D", "i")).With({"P H"}), "P HELD(D) +30") << period;
  }
}

// voucher_issue_days of the request day.
TEST_F(Redemptions, ReservationsRunOut) {
  EXPECT_EQ(CodeOf(Item("i")), "APPLIED");
  EXPECT_EQ(city.Activate(kOpenDay + 1, [](v1::Policy& p) { p.set_voucher_issue_days(0); }).code(),
            "APPLIED");
  EXPECT_EQ(Asked("x", "i"), "-");
  city.Close();
  EXPECT_EQ(Asked("y", "i"), "-");
  EXPECT_EQ(city.Close().With({"Redemption"}), "RedemptionState y RELEASED");
  EXPECT_EQ(city.Close().With({"Redemption"}), "RedemptionState x RELEASED");
  EXPECT_EQ(city.Balance("D"), "1000 0 0");
}

TEST_F(Redemptions, CancelledWhereItMayBe) {
  EXPECT_EQ(CodeOf(Item("i")), "APPLIED");
  EXPECT_EQ(CodeOf(Item("firm", "cancellable: false")), "APPLIED");
  EXPECT_EQ(Asked("x", "i"), "-");
  EXPECT_EQ(Asked("y", "firm"), "-");
  Issue("x");
  EXPECT_EQ(CodeOf(On("redemption_cancelled", "y")), "BAD_STATE.2");
  EXPECT_EQ(CodeOf(On("voucher_voided", "y")), "BAD_STATE.2");  // not ISSUED
  Issue("y");
  EXPECT_EQ(CodeOf(On("voucher_voided", "y"), "st2"), "UNAUTHORISED.6");
  EXPECT_EQ(
      city.Say(On("voucher_voided", "y"), "st1").text(),
      "APPLIED: RedemptionState y RELEASED; P HELD(D) -30; P AVAILABLE(D) +30; L D 21183 +30");
  EXPECT_EQ(CodeOf(On("redemption_cancelled", "x")), "APPLIED");
  EXPECT_EQ(CodeOf(On("redemption_cancelled", "x")), "BAD_STATE.6");
}

// --- vouchers ----------------------------------------------------------------------------------

TEST_F(Redemptions, VerifiedByTheItemsPartnerAlone) {
  EXPECT_EQ(CodeOf(Item("i")), "APPLIED");
  EXPECT_EQ(Asked("x", "i"), "-");
  EXPECT_EQ(Verify("x", "st1", "st1", 8), "BAD_STATE.2");  // before the hash is looked at
  EXPECT_EQ(CodeOf(On("voucher_issued", "x", Hash32("voucher_hash", 7)), "st2"), "UNAUTHORISED.6");
  Issue("x");
  EXPECT_EQ(CodeOf(On("voucher_issued", "x", Hash32("voucher_hash", 7))), "BAD_STATE.3");
  EXPECT_EQ(Verify("x", "st2", "st2"), "UNAUTHORISED.6");
  EXPECT_EQ(Verify("x", "st2", "st1"), "UNAUTHORISED.6");
  EXPECT_EQ(Verify("x", "st1", "st2"), "UNAUTHORISED.6");  // the right partner names another
  EXPECT_EQ(Verify("x", "st1", "st1", 8), "RANGE.3");
  EXPECT_EQ(Verify("x"), "APPLIED");
  EXPECT_EQ(Verify("x"), "BAD_STATE.4");
}

TEST_F(Redemptions, ReturnedInTime) {
  EXPECT_EQ(CodeOf(Item("i", "return_days: 2")), "APPLIED");
  EXPECT_EQ(CodeOf(Item("never", "return_days: 0")), "APPLIED");
  for (const auto& [redemption, item] : {std::pair{"x", "i"}, {"y", "i"}, {"z", "never"}}) {
    EXPECT_EQ(Asked(redemption, item), "-");
    Issue(redemption);
    EXPECT_EQ(Verify(redemption), "APPLIED");
  }
  EXPECT_EQ(CodeOf(On("voucher_returned", "z")), "BAD_STATE.4");
  city.CloseUntil(kOpenDay + 2);
  EXPECT_EQ(CodeOf(On("voucher_returned", "x"), "st2"), "UNAUTHORISED.6");
  EXPECT_EQ(
      city.Say(On("voucher_returned", "x"), "st1").text(),
      "APPLIED: RedemptionState x RETURNED; P PARTNER(st1) -30; P AVAILABLE(D) +30; L D 21183 +30");
  city.Close();
  EXPECT_EQ(CodeOf(On("voucher_returned", "y")), "BAD_STATE.4");
}

// --- settlements -------------------------------------------------------------------------------

TEST_F(Redemptions, SettledByTheMonthOfVerification) {
  EXPECT_EQ(CodeOf(Item("i", "return_days: 365")), "APPLIED");
  EXPECT_EQ(CodeOf(Item("j", "settle_fen: 500 price_pts: 7")), "APPLIED");
  for (const auto& [redemption, item] : {std::pair{"x1", "i"}, {"x2", "j"}, {"x3", "i"}}) {
    EXPECT_EQ(Asked(redemption, item), "-");
    Issue(redemption);
  }
  EXPECT_EQ(Verify("x2"), "APPLIED");
  EXPECT_EQ(Verify("x1"), "APPLIED");
  EXPECT_EQ(Verify("x3"), "APPLIED");
  EXPECT_EQ(CodeOf(On("voucher_returned", "x3")), "APPLIED");
  EXPECT_EQ(Settle("b", 202602, 2, 2500), "SETTLEMENT_MISMATCH.0: Settlement{b, 0, 0, 0}");
  EXPECT_EQ(Settle("b", 202603, 2, 2499), "SETTLEMENT_MISMATCH.0: Settlement{b, 2, 2500, 37}");
  EXPECT_EQ(Settle("b", 202603, -2, 2500), "SETTLEMENT_MISMATCH.0: Settlement{b, 2, 2500, 37}");
  city.CloseUntil(20'544);
  EXPECT_EQ(Asked("x4", "i"), "-");
  Issue("x4");
  EXPECT_EQ(Verify("x4"), "APPLIED");
  EXPECT_EQ(CodeOf("producer_revoked { registered_producer_id: 'st1' }"),
            "APPLIED");  // may be settled all the same
  EXPECT_EQ(Settle("b", 202603, 2, 2500),
            "APPLIED: RedemptionState x2 SETTLED; RedemptionState x1 SETTLED; Settlement{b, 2, "
            "2500, 37}; P PARTNER(st1) "
            "-37; P SETTLED(st1) +37");
  EXPECT_EQ(Settle("b", 202603, 2, 2500), "DUPLICATE.1");
  EXPECT_EQ(Settle("b", 202603, 1, 2500), "ID_TAKEN.1");
  EXPECT_EQ(Settle("b", 202604, 2, 2500), "ID_TAKEN.1");
  EXPECT_EQ(Settle("b", 202603, 2, 2500, "st2"), "ID_TAKEN.1");
  EXPECT_EQ(Settle("b", 202603, 2, 2500, "app"), "UNKNOWN_PARTNER.2");
  EXPECT_EQ(CodeOf(On("voucher_returned", "x1")), "BAD_STATE.5");
  EXPECT_EQ(Settle("c", 202604, 1, 2000),
            "APPLIED: RedemptionState x4 SETTLED; Settlement{c, 1, 2000, 30}; P PARTNER(st1) -30; "
            "P SETTLED(st1) +30");
  EXPECT_EQ(Settle("d", 202604, 0, 0), "APPLIED: Settlement{d, 0, 0, 0}");
}

}  // namespace
}  // namespace merit
