// What the engine must not go on with: it stops, says why, and what to do. And what it must not
// stop for.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "merit/v1/event.pb.h"
#include "merit/v1/outcome.pb.h"
#include "tests/core/wire_bytes.h"
#include "tests/kafka/deployment.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

class Refusal : public testing::Test {
 protected:
  // Folds the first records and stops.
  void FoldSome(uint64_t records) {
    deployment_.Simulate(SmallCities(1, 100'000, 31));
    deployment_.Send(records);
    const auto engine = deployment_.Start("a");
    ASSERT_TRUE(deployment_.WaitUntilFolded(engine.get()));
    EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  }
  const std::string& intake() const { return deployment_.topics().intake; }

  Deployment deployment_;
};

TEST_F(Refusal, TheIntakeWasShortened) {
  FoldSome(1'000);
  deployment_.Send(1'000);
  const Status deleted = DeleteKafkaRecords(deployment_.producer(), intake(), 0, 1'500);
  ASSERT_TRUE(deleted.ok()) << deleted;
  const auto engine = deployment_.Start("a");
  ExpectEnd(*engine, kExitDataLoss, {"begins at offset 1500", "from 1000 on", "retention.ms=-1"});
}

// A state that reaches past what was deleted needs none of it.
TEST_F(Refusal, NotAShorteningBehindTheState) {
  FoldSome(1'000);
  const Status deleted = DeleteKafkaRecords(deployment_.producer(), intake(), 0, 900);
  ASSERT_TRUE(deleted.ok()) << deleted;
  deployment_.Send(500);
  const auto engine = deployment_.Start("a");
  ASSERT_TRUE(deployment_.WaitUntilFolded(engine.get()));
  EXPECT_EQ(engine->Stop(), 0) << engine->Said();
}

TEST_F(Refusal, TheNumberOfPartitionsChanged) {
  FoldSome(500);
  const auto running = deployment_.Start("a");
  deployment_.Send(100);
  ASSERT_TRUE(deployment_.WaitUntilFolded(running.get()));
  const Status added = AddKafkaPartitions(deployment_.producer(), intake(), 2);
  ASSERT_TRUE(added.ok()) << added;
  ExpectEnd(*running, kExitUsage, {"had 1 partitions, and has 2 now", "its history would be torn"});
  for (const std::string& topic : deployment_.topics().outputs) {
    ASSERT_TRUE(AddKafkaPartitions(deployment_.producer(), topic, 2).ok());
  }
  const auto engine = deployment_.Start("a");
  ExpectEnd(*engine, kExitUsage, {"was made when the topic had 1 partitions, and it has 2 now"});
}

TEST_F(Refusal, OutputsHaveFewerPartitions) {
  const Status added = AddKafkaPartitions(deployment_.producer(), intake(), 2);
  ASSERT_TRUE(added.ok()) << added;
  const auto engine = deployment_.Start("a");
  ExpectEnd(*engine, kExitUsage, {"has 1 partitions, and", "has 2", "merit topics check"});
}

TEST_F(Refusal, TheIntakeWasDeleted) {
  FoldSome(500);
  const auto running = deployment_.Start("a");
  deployment_.Send(100);
  ASSERT_TRUE(deployment_.WaitUntilFolded(running.get()));
  const Status deleted = DeleteKafkaTopic(deployment_.producer(), intake());
  ASSERT_TRUE(deleted.ok()) << deleted;
  ExpectEnd(*running, kExitUsage, {intake(), "merit topics create"});
}

// What the state has, the group has not committed: it is not this group's.
TEST_F(Refusal, AStateAheadOfWhatWasPublished) {
  FoldSome(500);
  const auto engine = deployment_.Start("a", {"--group", deployment_.group() + "-other"});
  ExpectEnd(*engine, kExitDataLoss,
            {"up to offset 500", "has committed only 0", "--group", "--reset-offsets"});
}

TEST_F(Refusal, AnotherTopicsState) {
  FoldSome(500);
  Deployment other;
  other.Simulate(SmallCities(1, 600, 32));
  other.Send(600);
  fs::create_directories(other.StateDirectory("a"));
  fs::copy(deployment_.StateDirectory("a") + "/" + intake() + "-0",
           other.StateDirectory("a") + "/" + other.topics().intake + "-0",
           fs::copy_options::recursive);
  const auto engine = other.Start("a");
  ExpectEnd(*engine, kExitUsage, {"was made from topic " + intake(), "an empty one"});
}

TEST_F(Refusal, TwoProcessesInOneDirectory) {
  const auto first = deployment_.Start("a");
  deployment_.Simulate(SmallCities(1, 1'000, 33));
  deployment_.Send(10);
  ASSERT_TRUE(deployment_.WaitUntilFolded(first.get()));
  const auto second = deployment_.Start("a");
  ExpectEnd(*second, kExitFailed, {"process"});
}

TEST_F(Refusal, ASecretIsNotTold) {
  const std::string config = deployment_.StateDirectory("secret") + ".conf";
  FILE* const file = std::fopen(config.c_str(), "w");
  std::fputs("sasl.password=hunter2\nsession.timeout.ms=hunter2\n", file);
  std::fclose(file);
  const auto engine = deployment_.Start("a", {"--client-config", config});
  ExpectEnd(*engine, kExitUsage, {"session.timeout.ms"});
  EXPECT_EQ(engine->Said().find("hunter2"), std::string::npos) << engine->Said();
}

// --- poison ------------------------------------------------------------------------------------

class Poison : public Refusal {
 protected:
  void SendRaw(std::string_view key, std::string_view value) {
    const Status sent = deployment_.producer().Produce(intake(), 0, key, value, now_ms_);
    ASSERT_TRUE(sent.ok()) << sent;
  }
  v1::Event EventOf(const std::string& producer, const std::string& event_id) const {
    v1::Event event;
    event.set_event_id(event_id);
    event.set_city_code(511500);
    event.set_producer_id(producer);
    event.set_occurred_at_ms(now_ms_);
    return event;
  }
  // An event of a type that this program does not know: its body is field 70.
  std::string Newer(const std::string& producer) const {
    return EventOf(producer, "newer-" + producer).SerializeAsString() +
           std::string("\xb2\x04\x01x", 4);
  }
  // Of a producer, by who may register one.
  v1::Event Registration(const std::string& producer) const {
    v1::Event event = EventOf(admin_, "registers-" + producer);
    event.mutable_producer_registered()->set_registered_producer_id(producer);
    event.mutable_producer_registered()->add_roles(v1::ROLE_PLATFORM);
    event.mutable_producer_registered()->set_name("a desk");
    return event;
  }
  // Who opened the city may do anything, and the time of the last record is now.
  void OpenCity() {
    FoldSome(300);
    const std::vector<PublishedRecord> intake_records = deployment_.Read(intake(), 0);
    ASSERT_EQ(intake_records.size(), 300u);
    v1::Event first;
    ASSERT_TRUE(first.ParseFromString(intake_records[0].value));
    ASSERT_TRUE(first.has_programme_opened());
    admin_ = first.producer_id();
    now_ms_ = intake_records.back().timestamp_ms;
  }
  std::string admin_;
  int64_t now_ms_ = 0;
};

TEST_F(Poison, NothingOnTheTopicStopsIt) {
  OpenCity();
  const std::string at_limit = PaddedTo(Registration("desk-1").SerializeAsString(), 65'536);
  const std::string over_it = PaddedTo(Registration("desk-2").SerializeAsString(), 65'537);
  ASSERT_EQ(at_limit.size(), 65'536u);
  ASSERT_EQ(over_it.size(), 65'537u);
  v1::Event elsewhere = Registration("desk-3");
  elsewhere.set_city_code(511501);
  // What has no city to number it is a dead letter alone.
  SendRaw({}, "no key");
  SendRaw({}, {});
  SendRaw("999999", "no such city");
  SendRaw("a key that is no city", "x");
  SendRaw("511501", Newer(admin_));
  const std::vector<std::pair<std::string, v1::Code>> numbered = {
      {"", v1::CODE_UNDECODABLE},
      {"\xff\xfe random \x01\x02", v1::CODE_UNDECODABLE},
      {std::string(65'536, 'x'), v1::CODE_UNDECODABLE},
      {at_limit, v1::CODE_APPLIED},
      {over_it, v1::CODE_UNDECODABLE},
      {elsewhere.SerializeAsString(), v1::CODE_WRONG_KEY},
      {Newer("stranger"), v1::CODE_UNAUTHORISED},
      {Registration("desk-3").SerializeAsString(), v1::CODE_APPLIED}};
  for (const auto& [value, code] : numbered) {
    SendRaw("511500", value.empty() ? std::string_view() : std::string_view(value));
  }
  deployment_.Flush();
  deployment_.Send(200);
  const auto engine = deployment_.Start("a");
  ASSERT_TRUE(deployment_.WaitUntilFolded(engine.get()));
  EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  deployment_.ExpectOneHistory();
  std::vector<v1::Code> codes;
  for (const PublishedRecord& record :
       deployment_.Read(deployment_.topics().of(Topic::kOutcomes), 0)) {
    v1::Outcome outcome;
    ASSERT_TRUE(outcome.ParseFromString(record.value));
    if (outcome.part() == 0) codes.push_back(outcome.code());
  }
  ASSERT_EQ(codes.size(), 300 + numbered.size() + 200);
  for (size_t place = 0; place < numbered.size(); ++place) {
    EXPECT_EQ(codes[300 + place], numbered[place].second) << "poison " << place;
  }
}

// A newer program's event from somebody who may send it stops the engine before it, at every start.
TEST_F(Poison, ButANewerEventOfSomebodyWhoMay) {
  OpenCity();
  SendRaw("511500", Registration("desk").SerializeAsString());
  SendRaw("511500", Newer("desk"));
  deployment_.Flush();
  deployment_.Send(10);
  for (int start = 0; start < 2; ++start) {
    const auto engine = deployment_.Start("a");
    ExpectEnd(*engine, kExitNewer,
              {"offset 301", "a newer program wrote it", "install that version"});
    EXPECT_EQ(deployment_.Committed(0), 301);
  }
}

}  // namespace
}  // namespace merit
