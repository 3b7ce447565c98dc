// EFFECTS.md §5 and DOMAIN.md §10: what is published of a driver, and when.
#include "engine/core/score.h"

#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

// The Score of A with one honour of that value and nothing else.
v1::Score OfHonour(uint32_t mpt, const PolicyEdit& edit = {},
                   const std::vector<std::string>& more = {}) {
  Scenario city([&](v1::Policy& p) {
    p.set_honour_city_mpt(mpt);
    p.set_honour_cap_mpt(1'000'000'000);
    if (edit) edit(p);
  });
  EXPECT_EQ(city.Say(Honour("h", "A", kOpenDay, kOpenDay)).code(), "APPLIED");
  for (const std::string& body : more) EXPECT_EQ(city.Say(body).code(), "APPLIED");
  return city.Score("A");
}

TEST(Score, BoostOfASingleValue) {
  const std::pair<uint32_t, uint32_t> kValues[] = {{0, 0},
                                                   {500, 0},
                                                   {501, 1},
                                                   {50'000, 90},
                                                   {500'000, 500},
                                                   {4'500'000, 900},
                                                   {1'000'000'000, 999}};
  for (const auto& [mpt, boost_bp] : kValues) {
    EXPECT_EQ(OfHonour(mpt).raw_mpt(), mpt);
    EXPECT_EQ(OfHonour(mpt).boost_bp(), boost_bp) << mpt;
  }
}

TEST(Score, Tiers) {
  for (const auto& [boost, tier] : {std::pair{0, 0},
                                    {1, 1},
                                    {249, 1},
                                    {250, 2},
                                    {499, 2},
                                    {500, 3},
                                    {749, 3},
                                    {750, 4},
                                    {10'000, 4}}) {
    EXPECT_EQ(TierOf(static_cast<uint32_t>(boost)), static_cast<uint32_t>(tier)) << boost;
  }
}

TEST(Score, StandingFactor) {
  const auto k = [](int safety, int business) {
    std::vector<std::string> more;
    if (safety >= 0) more.push_back(Assess("A", "SAFETY", kOpenDay, safety));
    if (business >= 0) more.push_back(Assess("A", "BUSINESS", kOpenDay, business));
    return OfHonour(1'000'000, {}, more).raw_mpt() / 1'000;
  };
  EXPECT_EQ(k(-1, -1), 1'000);
  EXPECT_EQ(k(1'000, 1'000), 1'200);
  EXPECT_EQ(k(200, 1'000), 800);
  EXPECT_EQ(k(799, 801), 999);
  EXPECT_EQ(k(0, 0), 600);
  EXPECT_EQ(k(650, -1), 925);
  EXPECT_EQ(k(-1, 0), 900);
}

TEST(Score, Credibility) {
  Scenario city;
  const Policy& policy = city.city().policy();
  for (const auto& [a, n, cred] : {std::tuple{0, 0, 800},
                                   {10, 40, 500},
                                   {40, 40, 933},
                                   {90, 100, 883},
                                   {0, 5, 640},
                                   {5, 7, 777}}) {
    EXPECT_EQ(policy.Credibility(static_cast<uint32_t>(a), static_cast<uint32_t>(n)),
              static_cast<uint32_t>(cred));
  }
}

// Few contributions and B = 0: an honour that counts for nothing does not help.
TEST(Score, Insufficient) {
  const auto served = [](int records) {
    std::vector<std::string> bodies;
    for (int record = 0; record < records; ++record) {
      bodies.push_back(Serve("v" + std::to_string(record), "A", kOpenDay - record, 240));
    }
    return bodies;
  };
  EXPECT_GT(OfHonour(1'000, {}, served(2)).boost_bp(), 0u);
  EXPECT_EQ(OfHonour(0, {}, served(2)).boost_bp(), 0u);
  EXPECT_GT(OfHonour(0, {}, served(3)).boost_bp(), 0u);
  EXPECT_EQ(OfHonour(
                1'000, [](v1::Policy& p) { p.set_honour_cap_mpt(0); }, served(2))
                .boost_bp(),
            0u);
  EXPECT_GT(OfHonour(
                0, [](v1::Policy& p) { p.set_insufficient_min(2); }, served(2))
                .boost_bp(),
            0u);
  EXPECT_GT(OfHonour(0, {}, served(2)).raw_mpt(), 0);  // raw does not look at gates
}

TEST(Score, Gates) {
  EXPECT_EQ(OfHonour(500'000, {}, {Suspend("s", "A", "SCORE", 0, kOpenDay)}).boost_bp(), 0u);
  EXPECT_EQ(OfHonour(500'000, {}, {Suspend("s", "A", "SCORE", 0, kOpenDay)}).gates(),
            0u);  // 1 is the reader's
  EXPECT_EQ(OfHonour(500'000, {}, {Suspend("s", "A", "SCORE", 0, kOpenDay - 1)}).boost_bp(), 500u);
  EXPECT_EQ(
      OfHonour(500'000, {}, {Suspend("s", "A", "SCORE", kOpenDay + 1, kOpenDay + 1)}).boost_bp(),
      500u);
  EXPECT_EQ(OfHonour(500'000, {}, {"driver_opted_out { driver_id: 'A' }"}).boost_bp(), 0u);
  const v1::Score score =
      OfHonour(500'000, {}, {"driver_updated { driver_id: 'A' person_permit: true }"});
  EXPECT_EQ(score.gates(), v1::GATE_BIT_UNQUALIFIED);
  EXPECT_EQ(score.boost_bp(), 0u);
  EXPECT_EQ(score.raw_mpt(), 500'000);
}

TEST(Score, ExplainSumsToRaw) {
  Scenario city;
  city.Say(Violate("w", "A", 1, kOpenDay));
  city.Say(Honour("h2", "A", kOpenDay, kOpenDay));
  city.Say(Honour("h1", "A", kOpenDay + 1, kOpenDay + 2));
  city.Say(Assess("A", "SAFETY", kOpenDay, 1'000));
  const v1::Score score = city.Score("A");
  EXPECT_EQ(score.raw_mpt(), 165'000);  // M is 0, not negative
  const std::tuple<v1::Factor, int, unsigned> kLines[] = {
      {v1::FACTOR_REPORT, 0, 0},       {v1::FACTOR_HANDLE, 0, 0},
      {v1::FACTOR_VOLUNTEER, 0, 0},    {v1::FACTOR_VIOLATION, -5'000, 1},
      {v1::FACTOR_HONOUR, 150'000, 1}, {v1::FACTOR_STANDING, 15'000, 1},
      {v1::FACTOR_ROUNDING, 5'000, 0}};
  ASSERT_EQ(score.explain_size(), 7);
  for (int place = 0; place < 7; ++place) {
    const auto& [factor, mpt, count] = kLines[place];
    EXPECT_EQ(score.explain(place).factor(), factor);
    EXPECT_EQ(score.explain(place).mpt(), mpt) << place;
    EXPECT_EQ(score.explain(place).count(), count) << place;
  }
  ASSERT_EQ(score.honours_size(), 2);
  EXPECT_EQ(score.honours(0).honour_id(), "h1");
  EXPECT_EQ(score.lease_until_day(), kOpenDay + 400);
  EXPECT_EQ(score.as_of_day(), kOpenDay);
  EXPECT_EQ(score.schema(), 1u);
}

// Not by points, a, n, or a day.
TEST(Score, WhatIsNoNews) {
  Scenario city;
  const std::pair<std::string, size_t> kEvents[] = {
      {Submit("r", "A"), 0},
      {Review("r", "NEED_MORE"), 0},
      {Review("r", "REJECT"), 0},
      {Submit("s", "A"), 0},
      {Approve("s"), 1},
      {Revoke("s"), 1},
      {"points_adjusted { adjustment_id: 'a' driver_id: 'A' delta_pts: 5 reason: 'r' signer_a: 'a' "
       "signer_b: 'b' }",
       0},
      {Item("i", "price_pts: 1"), 0},
      {Redeem("x", "A", "i"), 0},
      {Serve("v", "A", kOpenDay, 1), 1},  // of no value: a count
      {"volunteer_service_revoked { record_id: 'v' }", 1},
      {Honour("h", "A", 0, 0), 1},
      {"honour_revoked { honour_id: 'h' }", 1},
      {Day(kOpenDay), 0},
      {Day(kOpenDay + 1), 0},
  };
  for (const auto& [body, scores] : kEvents) {
    const size_t before = city.scores_published;
    EXPECT_EQ(city.Say(body).code(), "APPLIED") << body;
    EXPECT_EQ(city.scores_published - before, scores) << body;
  }
}

// A driver's last one of a batch, in order of city_seq; so also of one who is erased in it.
TEST(Score, OneADriverAndBatch) {
  Scenario city;
  Outputs outputs;
  for (const std::string& body :
       {Assess("A", "SAFETY", kOpenDay, 900), Assess("B", "SAFETY", kOpenDay, 900),
        Assess("A", "BUSINESS", kOpenDay, 900), std::string("driver_erased { driver_id: 'B' }"),
        Assess("C", "SAFETY", kOpenDay, 900), Assess("A", "SAFETY", kOpenDay, 901)}) {
    const std::string value = city.EventOf(body).SerializeAsString();
    ASSERT_EQ(city.machine().FoldRecord({"511500", city.now_ms, value}, &outputs), Stop::kNone);
  }
  city.machine().Flush(&outputs);
  std::string said;
  for (size_t place = 0; place < outputs.size(); ++place) {
    const Output output = outputs[place];
    if (output.topic != Topic::kScores) continue;
    v1::Score score;
    ASSERT_TRUE(score.ParseFromString(std::string(output.value)));
    const char* const what = output.tombstone ? " gone" : score.gates() == 8 ? " erased" : "";
    said += std::string(output.key) + what + "; ";
  }
  EXPECT_EQ(said, "511500|B erased; 511500|B gone; 511500|C; 511500|A; ");
}

}  // namespace
}  // namespace merit
