// EFFECTS.md §1.1 step 1 and §3: how a city opens, what goes to the dead letters, how long outcomes
// are cut.
#include "engine/core/machine.h"

#include <gtest/gtest.h>

#include "engine/base/ed25519.h"
#include "tests/core/scenario.h"
#include "tests/core/wire_bytes.h"

namespace merit {
namespace {

// --- opening -----------------------------------------------------------------------------------

v1::Event Opening() {
  v1::Event event;
  event.set_event_id("open");
  event.set_city_code(511600);
  event.set_producer_id("boss");
  event.set_occurred_at_ms(int64_t{kOpenDay} * kDayMs);
  v1::ProgrammeOpened& m = *event.mutable_programme_opened();
  m.set_name("city");
  m.set_open_day(kOpenDay);
  m.set_admin_producer_id("boss");
  *m.mutable_policy() = PolicyV1();
  return event;
}

// The detail of the dead letter that those bytes give, or -1 where they open the city.
int DetailOf(const std::string& bytes, std::string_view key = "511600") {
  MapImage image;
  Machine machine(&image);
  Outputs outputs;
  EXPECT_EQ(machine.FoldRecord({key, 5, bytes}, &outputs), Stop::kNone);
  EXPECT_EQ(outputs.size(), 1u);
  if (outputs[0].topic == Topic::kOutcomes) return -1;
  EXPECT_EQ(outputs[0].topic, Topic::kDeadLetters);
  EXPECT_TRUE(machine.cities().empty());
  v1::DeadLetter letter;
  EXPECT_TRUE(
      letter.ParseFromArray(outputs[0].value.data(), static_cast<int>(outputs[0].value.size())));
  EXPECT_EQ(letter.code(), v1::CODE_UNKNOWN_CITY);
  EXPECT_EQ(letter.city_seq(), 0u);
  EXPECT_EQ(letter.timestamp_ms(), 5);
  EXPECT_EQ(letter.value(), bytes);
  return static_cast<int>(letter.detail_code());
}

template <class Edit>
int DetailWith(Edit edit) {
  v1::Event event = Opening();
  edit(event, *event.mutable_programme_opened());
  return DetailOf(event.SerializeAsString());
}

using M = v1::ProgrammeOpened;

TEST(Opening, WhatOpensACity) {
  EXPECT_EQ(DetailOf(Opening().SerializeAsString()), -1);
  const std::pair<const char*, int> kKeys[] = {{"51160", v1::CODE_WRONG_KEY},
                                               {"0511600", v1::CODE_WRONG_KEY},
                                               {"51160x", v1::CODE_WRONG_KEY},
                                               {"", v1::CODE_WRONG_KEY},
                                               {"511601", v1::CODE_WRONG_KEY}};
  for (const auto& [key, detail] : kKeys)
    EXPECT_EQ(DetailOf(Opening().SerializeAsString(), key), detail) << key;
  EXPECT_EQ(DetailOf("no event"), v1::CODE_UNDECODABLE);
  EXPECT_EQ(DetailOf(""), v1::CODE_UNDECODABLE);
  EXPECT_EQ(DetailWith([](v1::Event& e, M&) { e.mutable_day_closed(); }), 0);  // another event
  EXPECT_EQ(DetailWith([](v1::Event& e, M&) { e.set_city_code(99'999); }), v1::CODE_WRONG_KEY);
  v1::Event low = Opening();
  low.set_city_code(11600);
  EXPECT_EQ(DetailOf(low.SerializeAsString(), "011600"),
            v1::CODE_WRONG_KEY);  // the first digit is 0
}

TEST(Opening, TheLimitsOfItsFields) {
  const auto range = [](auto edit) { return DetailWith([&](v1::Event&, M& m) { edit(m); }); };
  EXPECT_EQ(range([](M& m) { m.set_name(std::string(200, 'n')); }), -1);
  EXPECT_EQ(range([](M& m) { m.set_name(std::string(201, 'n')); }), v1::CODE_RANGE);
  EXPECT_EQ(range([](M& m) { m.clear_name(); }), v1::CODE_RANGE);
  for (const auto& [offset, detail] : {std::pair{-720, -1}, {-721, 9}, {840, -1}, {841, 9}}) {
    EXPECT_EQ(range([&, minutes = offset](M& m) { m.set_utc_offset_minutes(minutes); }), detail)
        << offset;
  }
  EXPECT_EQ(range([](M& m) { m.set_admin_public_key(std::string(31, 'k')); }),
            v1::CODE_UNAUTHORISED);  // step 7 first
  EXPECT_EQ(range([](M& m) { m.mutable_policy()->set_landmark_day(kOpenDay); }), -1);
  EXPECT_EQ(range([](M& m) { m.mutable_policy()->set_landmark_day(kOpenDay + 1); }),
            v1::CODE_RANGE);
  EXPECT_EQ(range([](M& m) { m.clear_policy(); }), v1::CODE_RANGE);
  EXPECT_EQ(range([](M& m) { m.mutable_policy()->set_version(2); }), v1::CODE_POLICY_VERSION);
  EXPECT_EQ(range([](M& m) { m.mutable_policy()->set_version(0); }), v1::CODE_POLICY_VERSION);
}

TEST(Opening, TheDaysOfItsFields) {
  const auto on_day = [](int32_t day) {
    return DetailWith([&](v1::Event& e, M& m) {
      m.set_open_day(day);
      m.mutable_policy()->set_landmark_day(0);
      e.set_occurred_at_ms(int64_t{day} * kDayMs);
    });
  };
  EXPECT_EQ(on_day(0), -1);
  EXPECT_EQ(on_day(-1), v1::CODE_RANGE);
  EXPECT_EQ(on_day(84'005), -1);
  EXPECT_EQ(on_day(84'006), v1::CODE_RANGE);
}

// Of several reasons the first in order of the codes.
TEST(Opening, Precedence) {
  const auto several = [](int reasons) {
    return DetailWith([&](v1::Event& e, M& m) {
      if (reasons >= 1) m.mutable_policy()->set_version(7);
      if (reasons >= 2) m.clear_name();
      if (reasons >= 3) e.set_producer_id("other");
      if (reasons >= 4) e.set_occurred_at_ms(0);
      if (reasons >= 5) e.set_city_code(1);
    });
  };
  EXPECT_EQ(several(1), v1::CODE_POLICY_VERSION);
  EXPECT_EQ(several(2), v1::CODE_RANGE);
  EXPECT_EQ(several(3), v1::CODE_UNAUTHORISED);
  EXPECT_EQ(several(4), v1::CODE_STALE);
  EXPECT_EQ(several(5), v1::CODE_WRONG_KEY);
}

TEST(Opening, Signed) {
  const std::string key(32, 'k');
  v1::Event event = Opening();
  event.mutable_programme_opened()->set_admin_public_key(PublicKeyOf(key));
  const std::string bytes = event.SerializeAsString();
  EXPECT_EQ(DetailOf(bytes), v1::CODE_UNAUTHORISED);
  EXPECT_EQ(DetailOf(bytes + "\xC2\x3E\x40" + SignEd25519(key, bytes)), -1);
  EXPECT_EQ(DetailOf(bytes + "\xC2\x3E\x40" + SignEd25519(key, "x")), v1::CODE_UNAUTHORISED);
}

TEST(Opening, StaleByItsOwnDays) {
  const auto at = [](int32_t day) {
    return DetailWith([&](v1::Event& e, M&) { e.set_occurred_at_ms(int64_t{day} * kDayMs); });
  };
  EXPECT_EQ(at(kOpenDay - 35), -1);
  EXPECT_EQ(at(kOpenDay - 36), v1::CODE_STALE);
  EXPECT_EQ(at(kOpenDay + 35), -1);
  EXPECT_EQ(at(kOpenDay + 36), v1::CODE_STALE);
}

TEST(Opening, OnceOnly) {
  Scenario city;
  v1::Event event = Opening();
  event.set_city_code(kCity);
  event.set_producer_id("adm");
  EXPECT_EQ(city.SayEvent(event).code(), "ID_TAKEN.2");
  event.set_event_id("open2");
  event.mutable_programme_opened()->mutable_policy()->set_version(9);  // not looked at
  EXPECT_EQ(city.SayEvent(event).code(), "ID_TAKEN.2");
  event.set_event_id("open3");
  event.mutable_programme_opened()->set_utc_offset_minutes(841);
  EXPECT_EQ(city.SayEvent(event).code(), "RANGE.3");
}

TEST(Opening, CitiesKnowNothingOfEachOther) {
  Scenario city;
  EXPECT_EQ(city.SayBytes(Opening().SerializeAsString(), "511600").outcomes[0].city_seq(), 1u);
  v1::Event event = city.EventOf(Enrol("D"), "boss");
  event.set_city_code(511600);
  EXPECT_EQ(city.SayBytes(event.SerializeAsString(), "511600").code(), "UNAUTHORISED.3");
  event.set_producer_id("plat");
  EXPECT_EQ(city.SayBytes(event.SerializeAsString(), "511600").code(), "UNAUTHORISED.1");
}

// --- parts -------------------------------------------------------------------------------------

std::vector<int> SizesOfParts(const Said& said) {
  std::vector<int> sizes;
  for (const v1::Outcome& outcome : said.outcomes) {
    EXPECT_EQ(outcome.part(), sizes.size());
    EXPECT_EQ(outcome.city_seq(), said.outcomes[0].city_seq());
    EXPECT_EQ(outcome.event_id(), said.outcomes[0].event_id());
    sizes.push_back(outcome.effects_size());
  }
  return sizes;
}

TEST(Parts, AThousandEffectsEach) {
  for (const auto& [reports, sizes] :
       std::initializer_list<std::pair<int, std::vector<int>>>{{1, {1}},
                                                               {999, {999}},
                                                               {1'000, {1'000}},
                                                               {1'001, {1'000, 1}},
                                                               {2'000, {1'000, 1'000}}}) {
    Scenario city([](v1::Policy& p) { p.set_review_days(1); });
    for (int report = 0; report < reports; ++report)
      city.Say(Submit("r" + std::to_string(report), "A"));
    EXPECT_EQ(SizesOfParts(city.Close()), std::vector<int>{0});
    EXPECT_EQ(SizesOfParts(city.Close()), sizes) << reports;
  }
}

TEST(Parts, LotsOf1001DriversInOneClosing) {
  Scenario city([](v1::Policy& p) {
    p.set_expiry(v1::EXPIRY_RULE_FIXED_DAYS);
    p.set_expiry_n(1);
  });
  for (int driver = 0; driver < 1'001; ++driver) {
    city.Say(Enrol("d" + std::to_string(driver), "opening_pts: 7"));
  }
  EXPECT_EQ(city.Close().text(), "APPLIED");
  EXPECT_EQ(city.Field("PROGRAMME", "511500", "available"), "7007");
  const Said closing = city.Close();
  EXPECT_EQ(SizesOfParts(closing), (std::vector<int>{1'000, 1'000, 1'000, 3}));
  EXPECT_TRUE(closing.effects().starts_with(
      "P AVAILABLE(d0) -7; P EXPIRED +7; L d0 20514 -7; P AVAILABLE(d1) -7; "));
  EXPECT_TRUE(closing.effects().ends_with("P AVAILABLE(d1000) -7; P EXPIRED +7; L d1000 20514 -7"));
  EXPECT_EQ(city.Field("PROGRAMME", "511500", "available"), "0");
  EXPECT_EQ(city.Field("PROGRAMME", "511500", "expired"), "7007");
}

}  // namespace
}  // namespace merit
