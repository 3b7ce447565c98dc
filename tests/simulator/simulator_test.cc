#include "consumers/policy/policy_v1.h"
#include "simulator/simulator.h"

#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <set>
#include <string>

#include "engine/base/sha256.h"
#include "merit/v1/event.pb.h"
#include "simulator/date.h"
#include "simulator/forger.h"
#include "simulator/stories.h"

namespace merit {
namespace {

SimulationOptions Small(uint32_t hostile_permille) {
  SimulationOptions options;
  options.seed = 11;
  options.drivers = 300;
  options.days = 60;
  options.hostile_permille = hostile_permille;
  return options;
}

struct Summary {
  uint64_t count = 0;
  Digest digest{};  // chained over key, time and value of each record
};

Summary Summarise(const SimulationOptions& options, uint64_t stop_at = UINT64_MAX) {
  Simulator simulator(options);
  Summary summary;
  Record record;
  std::string bytes;
  while (summary.count < stop_at && simulator.Next(&record)) {
    bytes = std::to_string(record.timestamp_ms) + '|' + std::string(record.key) + '|';
    bytes += record.value;
    summary.digest = Sha256(AsBytes(summary.digest), bytes);
    ++summary.count;
  }
  EXPECT_EQ(simulator.written(), summary.count);
  return summary;
}

std::map<std::string, uint64_t> CountTypes(const SimulationOptions& options) {
  const google::protobuf::LogSilencer silence;
  Simulator simulator(options);
  std::map<std::string, uint64_t> counts;
  Record record;
  v1::Event event;
  const auto* bodies = v1::Event::descriptor()->oneof_decl(0);
  for (int i = 0; i < bodies->field_count(); ++i) counts[bodies->field(i)->name()] = 0;
  while (simulator.Next(&record)) {
    const bool parsed =
        event.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()));
    const auto* body = v1::Event::GetReflection()->GetOneofFieldDescriptor(event, bodies);
    ++counts[!parsed ? "(no event)" : body == nullptr ? "(no body)" : body->name()];
  }
  return counts;
}

// Whoever changes what is simulated changes these: benches are comparable only while they stand.
constexpr char kHonestDigest[] = "0927edcc27bc34723c626e8b7d9a8c230b561d8f7b860b053a0353a493fd85ba";
constexpr char kHostileDigest[] =
    "2f424652423f9725b248a38e05d1d199050de33342082bdfcf21a13105e5e660";

TEST(Simulator, EqualOptionsGiveEqualBytes) {
  for (const bool hostile : {false, true}) {
    const SimulationOptions options = Small(hostile ? 600 : 0);
    const Summary first = Summarise(options);
    const Summary second = Summarise(options);
    EXPECT_GT(first.count, 2'000u);
    EXPECT_EQ(first.count, second.count);
    EXPECT_EQ(Hex(AsBytes(first.digest)), Hex(AsBytes(second.digest)));
    EXPECT_EQ(Hex(AsBytes(first.digest)), hostile ? kHostileDigest : kHonestDigest);
  }
}

TEST(Simulator, AnotherSeedGivesAnotherLog) {
  SimulationOptions options = Small(0);
  const Summary first = Summarise(options, 500);
  options.seed = 12;
  EXPECT_NE(Hex(AsBytes(first.digest)), Hex(AsBytes(Summarise(options, 500).digest)));
}

TEST(Simulator, EventsMaxGivesAPrefix) {
  for (const uint32_t hostile_permille : {0u, 600u}) {
    SimulationOptions options = Small(hostile_permille);
    options.city_codes = CityCodes(3);
    const Summary prefix = Summarise(options, 3'000);
    options.events_max = 3'000;
    const Summary whole = Summarise(options);
    EXPECT_EQ(whole.count, 3'000u);
    EXPECT_EQ(Hex(AsBytes(whole.digest)), Hex(AsBytes(prefix.digest)));
  }
}

TEST(Simulator, AHostileLogHasEveryType) {
  SimulationOptions options = Small(700);
  const auto counts = CountTypes(options);
  for (const auto& [name, count] : counts) {
    std::printf("%8lu %s\n", static_cast<unsigned long>(count), name.c_str());
    EXPECT_GT(count, 0u) << name;
  }
}

TEST(Simulator, ALongHonestLogHasEveryTypeAndNothingElse) {
  SimulationOptions options;
  options.drivers = 8'000;
  options.days = 400;
  const auto counts = CountTypes(options);
  for (const auto& [name, count] : counts) EXPECT_GT(count, 0u) << name;
  EXPECT_FALSE(counts.contains("(no event)"));
  EXPECT_FALSE(counts.contains("(no body)"));
}

TEST(Simulator, HonestRecordsAreInOrderOfTimeAndEachDayIsClosed) {
  SimulationOptions options = Small(0);
  options.city_codes = CityCodes(2);
  options.disorder_permille = 0;
  Simulator simulator(options);
  Record record;
  v1::Event event;
  std::map<std::string, int32_t> open_days;
  std::set<std::string> ids;
  std::map<std::string, int64_t> last_ms;
  int64_t latest_ms = 0;
  while (simulator.Next(&record)) {
    ASSERT_GE(record.timestamp_ms, last_ms[std::string(record.key)]);
    last_ms[std::string(record.key)] = record.timestamp_ms;
    // Cities interleave by time; what one action wrote, as the registrations, comes in one go.
    ASSERT_GE(record.timestamp_ms + 5 * kMinuteMs, latest_ms);
    latest_ms = std::max(latest_ms, record.timestamp_ms);
    ASSERT_TRUE(event.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())));
    ASSERT_EQ(std::to_string(event.city_code()), record.key);
    ASSERT_TRUE(ids.insert(std::string(record.key) + event.event_id()).second);
    ASSERT_LE(event.occurred_at_ms(), record.timestamp_ms);
    // What an importer of the exchange form would write: the canonical bytes.
    ASSERT_EQ(event.SerializeAsString(), record.value);
    int32_t& open_day = open_days[std::string(record.key)];
    if (open_day == 0) {
      ASSERT_TRUE(event.has_programme_opened());
      open_day = event.programme_opened().open_day();
    }
    if (event.has_day_closed()) {
      ASSERT_EQ(event.day_closed().day(), open_day++);
    }
  }
  ASSERT_EQ(open_days.size(), 2u);
  for (const auto& [key, open_day] : open_days) {
    EXPECT_EQ(open_day, options.first_day + options.days) << key;
  }
}

TEST(Simulator, WhoHasAKeySigns) {
  SimulationOptions options = Small(0);
  options.drivers = 20;
  options.days = 5;
  options.signed_permille = 1000;
  Simulator simulator(options);
  Record record;
  while (simulator.Next(&record)) {
    const size_t size = record.value.size();
    ASSERT_GT(size, 67u);
    EXPECT_EQ(record.value.substr(size - 67, 3), "\xc2\x3e\x40");
  }
  EXPECT_GT(simulator.written(), 100u);
}

// Sizes at the limits, and no event of a newer version from anybody whom an engine would believe.
TEST(Simulator, HostileRecordsReachTheLimitsAndStopNobody) {
  const google::protobuf::LogSilencer silence;
  SimulationOptions options = Small(800);
  Simulator simulator(options);
  Record record;
  v1::Event event;
  std::set<size_t> sizes;
  uint64_t unknown = 0;
  while (simulator.Next(&record)) {
    sizes.insert(record.value.size());
    if (!HasUnknownBody(record.value)) continue;
    ++unknown;
    event.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()));
    EXPECT_EQ(event.producer_id(), kStranger);
  }
  EXPECT_GT(unknown, 0u);
  for (const size_t size : {0u, 4'096u, 4'097u, 65'536u, 65'537u}) {
    EXPECT_TRUE(sizes.contains(size)) << size;
  }
}

TEST(Simulator, StrangePoliciesAreLegal) {
  Random random(5);
  size_t longest = 0;
  for (int i = 0; i < 3'000; ++i) {
    v1::Policy policy = PolicyV1();
    MakeStrange(random, 20'500, &policy);
    longest = std::max(longest, policy.ByteSizeLong());
    ASSERT_LE(policy.categories_size(), 200);
    ASSERT_LE(policy.campaigns_size(), 50);
    uint32_t last = 0, volunteers = 0;
    for (const v1::Category& category : policy.categories()) {
      ASSERT_GT(category.code(), last);
      last = category.code();
      ASSERT_TRUE(category.base_pts() >= 1 && category.base_pts() <= 10'000);
      ASSERT_TRUE(!category.name().empty() && category.name().size() <= 40);
      volunteers += category.cap_group() == v1::CAP_GROUP_VOLUNTEER ? 1 : 0;
    }
    ASSERT_LE(last, 999u);
    ASSERT_EQ(volunteers, 1u);
    for (const v1::Campaign& campaign : policy.campaigns()) {
      ASSERT_LE(campaign.from_day(), campaign.to_day());
      for (const uint32_t code : campaign.categories()) {
        ASSERT_NE(FindCategory(policy, code), nullptr);
      }
    }
    ASSERT_LE(policy.landmark_day(), 20'500);
    ASSERT_LE(policy.park_days(), policy.dedupe_days());
    const bool years = policy.expiry() == v1::EXPIRY_RULE_YEAR_END;
    ASSERT_TRUE(!years || policy.expiry_n() <= 10);
    const bool fixed = policy.expiry() == v1::EXPIRY_RULE_FIXED_DAYS;
    ASSERT_TRUE(!fixed || (policy.expiry_n() >= 1 && policy.expiry_n() <= 3'650));
  }
  EXPECT_LT(longest, 60'000u);  // it fits in a record
  EXPECT_GT(longest, 10'000u);  // the long lists came
}

TEST(Simulator, ExpectedEventsIsNearTheTruth) {
  for (const uint32_t drivers : {2'000u, 6'000u}) {
    for (const int32_t days : {60, 200}) {
      SimulationOptions options;
      options.drivers = drivers;
      options.days = days;
      Simulator simulator(options);
      const uint64_t expected = simulator.expected_events();
      Record record;
      while (simulator.Next(&record)) {
      }
      EXPECT_GT(simulator.written() * 100, expected * 85) << drivers << " " << days;
      EXPECT_LT(simulator.written() * 100, expected * 115) << drivers << " " << days;
    }
  }
}

TEST(Simulator, SmallWorldsWork) {
  for (const uint32_t drivers : {0u, 1u, 2u, 7u}) {
    for (const int32_t days : {0, 1, 3, 40}) {
      for (const uint32_t hostile_permille : {0u, 1000u}) {
        SimulationOptions options = Small(hostile_permille);
        options.drivers = drivers;
        options.days = days;
        options.events_max = 2'000;
        options.matters_permille = 0;
        Summarise(options);
      }
    }
  }
}

TEST(CityCodes, AreDifferentAndSixDigits) {
  const auto codes = CityCodes(500);
  const std::set<uint32_t> distinct(codes.begin(), codes.end());
  EXPECT_EQ(distinct.size(), 500u);
  EXPECT_EQ(codes.front(), 511500u);
  for (const uint32_t code : codes) EXPECT_TRUE(code >= 100'000 && code <= 999'999) << code;
}

}  // namespace
}  // namespace merit
