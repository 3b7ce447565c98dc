// EFFECTS.md §1.1 steps 1 to 6: what is a record of the city, an Event, one seen before, one too
// old.
#include "engine/core/envelope.h"

#include <gtest/gtest.h>

#include "tests/core/scenario.h"
#include "tests/core/wire_bytes.h"

namespace merit {
namespace {

class Envelopes : public testing::Test {
 protected:
  // The good event, serialised: a report of driver A.
  std::string Good(const std::string& report = "r") {
    return city.EventOf(Submit(report, "A")).SerializeAsString();
  }
  Scenario city;
};

TEST_F(Envelopes, ARecordHasAtMost65536Bytes) {
  const v1::Event first = city.EventOf(Submit("r1", "A"));
  const v1::Event second = city.EventOf(Submit("r2", "A"));
  const std::string at = PaddedTo(first.SerializeAsString(), 65'536);
  const std::string over = PaddedTo(second.SerializeAsString(), 65'537);
  ASSERT_EQ(at.size(), 65'536u);
  ASSERT_EQ(over.size(), 65'537u);
  EXPECT_EQ(city.SayBytes(at).code(), "APPLIED");
  EXPECT_EQ(city.SayBytes(over).code(), "UNDECODABLE.0");
}

TEST_F(Envelopes, WhatIsNoEvent) {
  v1::Event event = city.EventOf(Submit("r", "A"));
  const auto with = [&](auto edit) {
    v1::Event changed = event;
    edit(changed);
    return changed.SerializeAsString();
  };
  const std::pair<const char*, std::string> kRecords[] = {
      {"null", ""},
      {"no protobuf", "hello"},
      {"cut short", Good().substr(0, 40)},
      {"no event_id", with([](v1::Event& e) { e.clear_event_id(); })},
      {"event_id of 41", with([](v1::Event& e) { e.set_event_id(std::string(41, 'e')); })},
      {"event_id with a blank", with([](v1::Event& e) { e.set_event_id("a b"); })},
      {"no producer_id", with([](v1::Event& e) { e.clear_producer_id(); })},
      {"producer_id of 41", with([](v1::Event& e) { e.set_producer_id(std::string(41, 'p')); })},
      {"no body", with([](v1::Event& e) { e.clear_body(); })},
      {"an end of no group", Good() + Tag(2000, kEndGroup)},
      {"tag 0", Good() + std::string(1, '\0')},
      {"a tag of field 0", Good() + Varint(2) + Varint(0)},
      {"a tag beyond 32 bits", Good() + "\xF8\xFF\xFF\xFF\x1F" + Varint(0)},
      {"an open group", Good() + Tag(2000, kStartGroup)},
      {"groups 101 deep", Good() + Groups(101)},
      {"no UTF-8 in the body", BytesField(1, "x") + Tag(2, kVarint) + Varint(kCity) +
                                   BytesField(3, "app") + BytesField(31, BytesField(1, "\xFF"))},
      {"a body of another wire type", BytesField(1, "x") + Tag(2, kVarint) + Varint(kCity) +
                                          BytesField(3, "app") + Tag(31, kVarint) + Varint(1)},
  };
  for (const auto& [what, bytes] : kRecords) {
    city.dead_letters.clear();
    const Said said = city.SayBytes(bytes);
    EXPECT_EQ(said.text(), "UNDECODABLE.0") << what;
    EXPECT_EQ(said.outcomes[0].event_id(), "") << what;
    ASSERT_EQ(city.dead_letters.size(), 1u) << what;
    EXPECT_EQ(city.dead_letters[0].value(), bytes) << what;
    EXPECT_EQ(city.dead_letters[0].city_seq(), said.outcomes[0].city_seq()) << what;
  }
}

TEST_F(Envelopes, AnyOrderOfFieldsIsAnEvent) {
  const v1::Event event = city.EventOf(Submit("r", "A"));
  const std::string body = BytesField(30, event.report_submitted().SerializeAsString());
  const std::string time = Tag(4, kVarint) + Varint(static_cast<uint64_t>(event.occurred_at_ms()));
  const std::string key = Tag(2, kVarint) + Varint(kCity);
  EXPECT_EQ(city.SayBytes(body + BytesField(3, "x") + BytesField(3, "app") + time + key +
                          BytesField(1, "a"))
                .code(),
            "APPLIED");
  // Of several bodies the last one counts.
  EXPECT_EQ(city.SayBytes(BytesField(1, "b") + key + BytesField(3, "app") + time +
                          BytesField(30, "") + BytesField(31, BytesField(1, "r")))
                .text(),
            "APPLIED: ReportState r WITHDRAWN");
}

// Numbers in more bytes than they need: protobuf takes five of a tag or a length, ten of a value.
TEST_F(Envelopes, LongNumbers) {
  const v1::Event event = city.EventOf("driver_opted_in { driver_id: 'A' }");
  const auto record = [&](const std::string& id_tag, const std::string& id_length,
                          const std::string& city_code) {
    const std::string id = "n" + std::to_string(id_tag.size()) + std::to_string(id_length.size());
    return id_tag + id_length + id + Tag(2, kVarint) + city_code + BytesField(3, "app") +
           Tag(4, kVarint) + Varint(static_cast<uint64_t>(event.occurred_at_ms())) +
           BytesField(23, event.driver_opted_in().SerializeAsString());
  };
  const auto longer = [](std::string number, size_t size) {
    number.back() = static_cast<char>(number.back() | 0x80);
    number.append(size - number.size() - 1, '\x80');
    return number + std::string(1, '\0');
  };
  const std::string tag = Tag(1, kBytes);
  const std::string length = Varint(3);
  const std::string code = Varint(kCity);
  EXPECT_EQ(city.SayBytes(record(longer(tag, 5), length, code)).code(), "APPLIED");
  EXPECT_EQ(city.SayBytes(record(longer(tag, 6), length, code)).code(), "UNDECODABLE.0");
  EXPECT_EQ(city.SayBytes(record(tag, longer(length, 5), code)).code(), "APPLIED");
  EXPECT_EQ(city.SayBytes(record(tag, longer(length, 6), code)).code(), "UNDECODABLE.0");
  EXPECT_EQ(city.SayBytes(record(longer(tag, 2), length, longer(code, 10))).code(), "APPLIED");
  EXPECT_EQ(city.SayBytes(record(longer(tag, 3), length, longer(code, 11))).code(),
            "UNDECODABLE.0");
}

TEST_F(Envelopes, UnknownFieldsAreIgnored) {
  EXPECT_EQ(city.SayBytes(Good("r1") + Groups(100)).code(), "APPLIED");
  EXPECT_EQ(city.SayBytes(Good("r2") + BytesField(9, "x")).code(), "APPLIED");
  EXPECT_EQ(city.SayBytes(Good("r3") + BytesField(1001, "x")).code(), "APPLIED");
  v1::Event event = city.EventOf(Submit("r4", "A"));
  event.mutable_report_submitted()
      ->GetReflection()
      ->MutableUnknownFields(event.mutable_report_submitted())
      ->AddVarint(99, 1);
  EXPECT_EQ(city.SayEvent(event).code(), "APPLIED");
}

// protobuf stops at 100 levels; the body is one. Whether the fields around it stand in order must
// not matter.
TEST_F(Envelopes, NestingIsCountedFromTheEvent) {
  for (const auto& [levels, answer] : {std::pair{99, "APPLIED"}, {100, "UNDECODABLE.0"}}) {
    const v1::Event event = city.EventOf(Submit("r" + std::to_string(levels), "A"));
    const std::string time =
        Tag(4, kVarint) + Varint(static_cast<uint64_t>(event.occurred_at_ms()));
    const std::string body =
        BytesField(30, event.report_submitted().SerializeAsString() + Groups(levels));
    const std::string head = Tag(2, kVarint) + Varint(kCity) + BytesField(3, "app") + time;
    EXPECT_EQ(city.SayBytes(BytesField(1, event.event_id()) + head + body).code(), answer)
        << levels;
    const std::string again =
        city.SayBytes(head + body + BytesField(1, "x" + event.event_id())).code();
    EXPECT_EQ(again, levels == 99 ? "ID_TAKEN.1" : "UNDECODABLE.0") << levels;
  }
}

TEST_F(Envelopes, WrongKey) {
  v1::Event event = city.EventOf(Submit("r", "A"));
  event.set_city_code(511501);
  const Said said = city.SayEvent(event);
  EXPECT_EQ(said.text(), "WRONG_KEY.0");
  EXPECT_EQ(said.outcomes[0].event_id(), event.event_id());
  ASSERT_EQ(city.dead_letters.size(), 1u);
  EXPECT_EQ(city.dead_letters[0].code(), v1::CODE_WRONG_KEY);
  event.set_city_code(kCity);
  EXPECT_EQ(city.SayEvent(event).code(), "APPLIED");  // the id was not taken
}

// --- seen before -------------------------------------------------------------------------------

TEST_F(Envelopes, DuplicatesAndConflicts) {
  const v1::Event good = city.EventOf(Submit("r", "A"));
  EXPECT_EQ(city.SayEvent(good).code(), "APPLIED");
  EXPECT_EQ(city.SayEvent(good).code(), "DUPLICATE.1");
  v1::Event other = good;
  other.mutable_report_submitted()->set_claimed_category(11);
  EXPECT_EQ(city.SayEvent(other).code(), "ID_CONFLICT.0");
  EXPECT_EQ(city.SayEvent(good).code(), "DUPLICATE.1");
  // What failed once under an id fails for ever under it.
  const v1::Event bad = city.EventOf(Submit("r", "A"));
  EXPECT_EQ(city.SayEvent(bad).code(), "ID_TAKEN.1");
  EXPECT_EQ(city.SayEvent(bad).code(), "DUPLICATE.14");
  const v1::Event early = city.EventOf(Approve("later"));
  EXPECT_EQ(city.SayEvent(early).code(), "PARKED.1");
  EXPECT_EQ(city.SayEvent(early).code(), "DUPLICATE.15");
  EXPECT_EQ(city.Say(Submit("later", "A")).woken(), early.event_id() + " APPLIED");
  EXPECT_EQ(city.SayEvent(early).code(), "DUPLICATE.15");
}

TEST_F(Envelopes, StaleAtTheEdges) {
  const int64_t midnight_ms = int64_t{kOpenDay} * kDayMs - 8 * kHourMs;
  const std::pair<int64_t, const char*> kTimes[] = {{midnight_ms - 35 * kDayMs, "APPLIED"},
                                                    {midnight_ms - 35 * kDayMs - 1, "STALE.0"},
                                                    {midnight_ms + 36 * kDayMs - 1, "APPLIED"},
                                                    {midnight_ms + 36 * kDayMs, "STALE.0"},
                                                    {INT64_MAX, "STALE.0"},
                                                    {INT64_MIN, "STALE.0"},
                                                    {-1, "STALE.0"}};
  for (const auto& [time_ms, answer] : kTimes) {
    v1::Event event = city.EventOf("driver_opted_in { driver_id: 'A' }");
    event.set_occurred_at_ms(time_ms);
    EXPECT_EQ(city.SayEvent(event).code(), answer) << time_ms;
  }
}

// An entry lives until the closing of max(open_day, occurred_day) + dedupe_days; after it the event
// is STALE.
TEST_F(Envelopes, AbsorbedIsNeverAppliedAgain) {
  v1::Event ahead = city.EventOf(Submit("ahead", "A"));
  ahead.set_occurred_at_ms(ahead.occurred_at_ms() + 35 * kDayMs);
  v1::Event late = city.EventOf(Submit("late", "A"));
  late.set_occurred_at_ms(late.occurred_at_ms() - 35 * kDayMs);
  EXPECT_EQ(city.SayEvent(ahead).code(), "APPLIED");
  EXPECT_EQ(city.SayEvent(late).code(), "APPLIED");
  city.CloseUntil(kOpenDay + 35);
  EXPECT_EQ(city.SayEvent(late).code(), "DUPLICATE.1");  // by open_day
  EXPECT_EQ(city.SayEvent(ahead).code(), "DUPLICATE.1");
  city.Close();
  EXPECT_EQ(city.SayEvent(late).code(), "STALE.0");
  city.CloseUntil(kOpenDay + 70);
  EXPECT_EQ(city.SayEvent(ahead).code(), "DUPLICATE.1");
  city.Close();
  EXPECT_EQ(city.SayEvent(ahead).code(), "STALE.0");
}

// What does not absorb leaves the id free.
TEST_F(Envelopes, RefusedBeforeTheBodyTakesNoId) {
  v1::Event event = city.EventOf(Submit("r", "A"));
  event.set_producer_id("nobody");
  EXPECT_EQ(city.SayEvent(event).code(), "UNAUTHORISED.1");
  event.set_producer_id("st1");
  EXPECT_EQ(city.SayEvent(event).code(), "UNAUTHORISED.3");
  event.set_producer_id("app");
  const int64_t time_ms = event.occurred_at_ms();
  event.set_occurred_at_ms(1);
  EXPECT_EQ(city.SayEvent(event).code(), "STALE.0");
  event.set_occurred_at_ms(time_ms);
  EXPECT_EQ(city.SayEvent(event).code(), "APPLIED");
  v1::Event closing = city.EventOf(Day(kOpenDay - 1));
  EXPECT_EQ(city.SayEvent(closing).code(), "DUPLICATE.1");
  closing.mutable_day_closed()->set_day(kOpenDay);
  EXPECT_EQ(city.SayEvent(closing).code(), "APPLIED");
}

TEST_F(Envelopes, TimeNeverGoesBack) {
  const int64_t first_ms = city.now_ms;
  EXPECT_EQ(city.Say("driver_opted_in { driver_id: 'A' }").outcomes[0].record_time_ms(), first_ms);
  city.now_ms = -5;
  EXPECT_EQ(city.Say("driver_opted_in { driver_id: 'A' }").outcomes[0].record_time_ms(), first_ms);
  city.now_ms = first_ms + 1;
  EXPECT_EQ(city.Say("driver_opted_in { driver_id: 'A' }").outcomes[0].record_time_ms(),
            first_ms + 1);
}

}  // namespace
}  // namespace merit
