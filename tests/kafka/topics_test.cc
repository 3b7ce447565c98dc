// merit topics, keygen, submit and tail against a real broker.
#include "engine/kafka/topics.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>

#include "consumers/merit/key_file.h"
#include "engine/base/ed25519.h"
#include "engine/base/sha256.h"
#include "engine/kafka/admin.h"
#include "engine/kafka/producer.h"
#include "tests/kafka/kafka_commands.h"
#include "tests/text.h"

namespace merit {
namespace {

using Json = nlohmann::ordered_json;

class TopicsTest : public KafkaCommandTest {
 protected:
  void Make(const KafkaNewTopic& topic) {
    StatusOr<std::unique_ptr<KafkaProducer>> client =
        KafkaProducer::Open(KafkaSettings(broker_.address()));
    ASSERT_TRUE(client.ok()) << client.status();
    const Status made = CreateKafkaTopic(**client, topic);
    ASSERT_TRUE(made.ok()) << made;
  }
  // "intake retention.ms": what of what matters is found.
  std::set<std::string> Wrong(const Answer& answer) {
    std::set<std::string> wrong;
    const Json json = answer.json();
    for (const Json& finding : json["findings"]) {
      if (!finding["matters"].get<bool>()) continue;
      EXPECT_NE(finding["why"].get<std::string>(), "");
      wrong.insert(finding["topic"].get<std::string>().substr(prefix_.size() + 1) + " " +
                   finding["property"].get<std::string>());
    }
    return wrong;
  }
};

TEST_F(TopicsTest, AreMadeAsTheEngineNeedsThem) {
  const Answer made = GoodKafka({"topics", "create", "--partitions", "3", "--json"});
  EXPECT_EQ(made.json()["topics"].size(), 6u);
  EXPECT_TRUE(made.json()["good"].get<bool>());
  const Answer checked = GoodKafka({"topics", "check", "--json"});
  EXPECT_EQ(Wrong(checked), std::set<std::string>{});
  const Answer again = GoodKafka({"topics", "create", "--partitions", "3"});
  EXPECT_NE(again.out.find(prefix_ + ".intake was there already"), std::string::npos) << again.out;
}

TEST_F(TopicsTest, MissingOnesAreFound) {
  const Answer checked = Kafka({"topics", "check", "--json"});
  EXPECT_EQ(checked.exit_code, 1) << checked.error;
  EXPECT_EQ(Wrong(checked).size(), 6u) << checked.out;
}

TEST_F(TopicsTest, EveryDifferenceThatMattersIsFound) {
  const KafkaTopics topics(prefix_);
  Make({topics.intake,
        2,
        1,
        {{"retention.ms", "1000"},
         {"max.message.bytes", "3000000"},
         {"message.timestamp.type", "CreateTime"}}});
  Make({topics.of(Topic::kOutcomes),
        2,
        1,
        {{"retention.bytes", "1000000"}, {"retention.ms", "-1"}}});
  Make({topics.of(Topic::kScores),
        2,
        1,
        {{"cleanup.policy", "compact"}, {"delete.retention.ms", "1000"}}});
  Make({topics.of(Topic::kSeals), 3, 1, {{"retention.ms", "-1"}, {"min.insync.replicas", "2"}}});
  Make({topics.of(Topic::kBulletins),
        2,
        1,
        {{"cleanup.policy", "compact"}, {"retention.ms", "-1"}}});
  Make({topics.of(Topic::kDeadLetters),
        2,
        1,
        {{"retention.ms", "-1"}, {"unclean.leader.election.enable", "true"}}});
  const Answer checked = Kafka({"topics", "check", "--json"});
  EXPECT_EQ(checked.exit_code, 1) << checked.error;
  std::set<std::string> wrong = Wrong(checked);
  // Where 4.x has another default than 3.9, it is found as well.
  std::erase_if(wrong,
                [](const std::string& name) { return name.ends_with("timestamp.after.max.ms"); });
  EXPECT_EQ(wrong,
            (std::set<std::string>{
                "intake retention.ms", "intake max.message.bytes", "intake message.timestamp.type",
                "outcomes retention.bytes", "scores delete.retention.ms", "seals partitions",
                "seals min.insync.replicas", "bulletins cleanup.policy",
                "dead-letters unclean.leader.election.enable", "dead-letters max.message.bytes"}));
  const Answer told = Kafka({"topics", "check"});
  EXPECT_EQ(told.exit_code, 1);
  EXPECT_NE(told.out.find("WRONG"), std::string::npos) << told.out;
}

TEST_F(TopicsTest, WhatCannotBeIsRefused) {
  const Answer copies = Kafka({"topics", "create", "--replication", "2"});
  EXPECT_EQ(copies.exit_code, 2) << copies.out;
  EXPECT_NE(copies.error.find("needs as many brokers"), std::string::npos) << copies.error;
  EXPECT_EQ(Merit({"topics", "check"}).exit_code, 2);
  const std::string file = Write("client.conf", "# a comment\nno.such.property=secret\n");
  const Answer unknown = Kafka({"topics", "check", "--client-config", file});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_EQ(unknown.error.find("secret"), std::string::npos) << unknown.error;
}

TEST_F(TopicsTest, BrokersMayBeNamedInTheFile) {
  const std::string file = Write("client.conf", "bootstrap.servers=" + broker_.address() + "\n");
  const Answer answer = Merit({"topics", "check", "--client-config", file, "--prefix", prefix_});
  EXPECT_EQ(answer.exit_code, 1) << answer.error;  // it was asked, and has no topics
}

// --- keygen ------------------------------------------------------------------------------------

TEST_F(TopicsTest, AKeyIsItsOwnersAlone) {
  const std::string file = Path("desk.key");
  const Answer made = Good({"keygen", file, "--json"});
  struct stat status {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const StatusOr<std::string> key = ReadKeyFile(file);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(Hex(PublicKeyOf(*key)), made.json()["public_key_hex"]);
  EXPECT_TRUE(VerifyEd25519(PublicKeyOf(*key), SignEd25519(*key, "bytes"), "bytes"));
  EXPECT_EQ(Good({"keygen", "--show", file, "--json"}).out, made.out);

  const std::string before = TextOf(file);
  const Answer again = Merit({"keygen", file});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_EQ(TextOf(file), before);
}

TEST_F(TopicsTest, AKeyOfAnotherKindIsRefused) {
  EXPECT_EQ(Merit({"keygen", "--show", Write("no.key", "words")}).exit_code, 2);
  const std::string other = Path("rsa.key");
  ASSERT_EQ(std::system(("openssl genpkey -algorithm RSA -out " + other + " 2>/dev/null").c_str()),
            0);
  EXPECT_EQ(Merit({"keygen", "--show", other}).exit_code, 2);
  const std::string theirs = Path("theirs.key");
  ASSERT_EQ(std::system(("openssl genpkey -algorithm ed25519 -out " + theirs).c_str()), 0);
  EXPECT_EQ(Merit({"keygen", "--show", theirs}).exit_code, 0);
}

// --- submit and tail ---------------------------------------------------------------------------

// Java's default partitioner, written down again: Kafka's own clients must agree on where a city
// lives.
uint32_t Murmur2(const std::string& key) {
  constexpr uint32_t kM = 0x5bd1e995;
  uint32_t h = 0x9747b28c ^ static_cast<uint32_t>(key.size());
  size_t place = 0;
  for (; place + 4 <= key.size(); place += 4) {
    uint32_t k = 0;
    for (size_t i = 0; i < 4; ++i)
      k |= uint32_t{static_cast<unsigned char>(key[place + i])} << (8 * i);
    k *= kM;
    k ^= k >> 24;
    h = h * kM ^ k * kM;
  }
  const size_t rest = key.size() - place;
  for (size_t i = rest; i > 0; --i)
    h ^= uint32_t{static_cast<unsigned char>(key[place + i - 1])} << (8 * (i - 1));
  if (rest > 0) h *= kM;
  h ^= h >> 13;
  h *= kM;
  return h ^ h >> 15;
}

TEST(Partitioner, AgreesWithJava) {
  EXPECT_EQ(static_cast<int32_t>(Murmur2("21")), -973932308);
  EXPECT_EQ(static_cast<int32_t>(Murmur2("foobar")), -790332482);
  EXPECT_EQ(static_cast<int32_t>(Murmur2("a-little-bit-long-string")), -985981536);
}

TEST_F(TopicsTest, WhatIsSubmittedStandsOnTheIntake) {
  CreateTopics(4);
  const Answer log =
      Good({"simulate", "--exchange", "-", "--drivers", "20", "--days", "4", "--cities", "5"});
  const std::string file = Write("log.jsonl", log.out);
  const Answer sent = GoodKafka({"submit", file, "--json"});
  const std::vector<std::string> lines = LinesOf(log.out);
  EXPECT_EQ(sent.json()["sent"], lines.size());

  std::map<std::string, std::vector<Json>> expected, actual;
  for (const std::string& line : lines)
    expected[Json::parse(line)["key"]].push_back(Json::parse(line)["event"]);
  for (const std::string& line : LinesOf(GoodKafka({"tail", "intake"}).out)) {
    actual[Json::parse(line)["key"]].push_back(Json::parse(line)["event"]);
  }
  EXPECT_EQ(actual.size(), 5u);
  EXPECT_EQ(actual, expected);  // of each city all of it, in order
  const std::string one = expected.begin()->first;
  EXPECT_EQ(LinesOf(GoodKafka({"tail", "intake", "--city", one}).out).size(), expected[one].size());
  EXPECT_EQ(LinesOf(GoodKafka({"tail", "intake", "--limit", "7"}).out).size(), 7u);
}

TEST_F(TopicsTest, ACityLivesWhereJavaWouldPutIt) {
  CreateTopics(5);
  const std::vector<std::string> cities = {"511500", "110000", "440300",
                                           "310000", "650100", "540100"};
  std::string text;
  for (const std::string& city : cities)
    text += "{\"key\": \"" + city + "\", \"timestamp_ms\": 1, \"value_base64\": \"AAAA\"}\n";
  GoodKafka({"submit", Write("log.jsonl", text)});
  const Answer archived = GoodKafka({"archive", "--out", Path("archive"), "--json"});
  std::map<int32_t, uint64_t> expected, actual;
  for (const std::string& city : cities)
    ++expected[static_cast<int32_t>((Murmur2(city) & 0x7fffffff) % 5)];
  const Json json = archived.json();
  for (const Json& part : json["partitions"]) {
    if (part["records"] > 0) actual[part["partition"]] = part["records"];
  }
  EXPECT_EQ(actual, expected);
}

TEST_F(TopicsTest, AnEventAloneGetsKeyProducerAndSignature) {
  CreateTopics(1);
  Good({"keygen", Path("desk.key")});
  const std::string event =
      "{\"event_id\": \"e-1\", \"city_code\": 511500, \"occurred_at_ms\": 1772294400000, "
      "\"driver_opted_out\": {\"driver_id\": \"d-1\"}}\n";
  GoodKafka(
      {"submit", Write("event.jsonl", event), "--producer", "desk", "--key", Path("desk.key")});
  const Json line = Json::parse(LinesOf(GoodKafka({"tail", "intake"}).out).at(0));
  EXPECT_EQ(line["key"], "511500");
  EXPECT_EQ(line["event"]["producer_id"], "desk");
  EXPECT_EQ(line["event"]["signature"].get<std::string>().size(), 88u);  // 64 bytes in base64
}

TEST_F(TopicsTest, ALineThatIsNoEventNamesItsPlace) {
  CreateTopics(1);
  const std::string good =
      "{\"event_id\": \"e-1\", \"city_code\": 511500, \"producer_id\": \"p\", "
      "\"driver_opted_out\": {}}\n";
  const std::map<std::string, std::string> bad = {
      {"words", "no JSON object"},
      {"{\"city_code\": 511500, \"producer_id\": \"p\", \"driver_opted_out\": {}}", "event_id"},
      {"{\"event_id\": \"e\", \"city_code\": 511500, \"driver_opted_out\": {}}", "--producer"},
      {"{\"event_id\": \"e\", \"city_code\": 51, \"producer_id\": \"p\", \"driver_opted_out\": {}}",
       "division code"},
      {"{\"event_id\": \"e\", \"city_code\": 511500, \"producer_id\": \"p\"}", "no body"},
      {"{\"event_id\": \"e\", \"city_code\": 511500, \"driver_flew\": {}}", "driver_flew"}};
  for (const auto& [line, word] : bad) {
    const Answer answer = Kafka({"submit", Write("bad.jsonl", good + "\n" + line + "\n")});
    EXPECT_EQ(answer.exit_code, 2) << line;
    EXPECT_NE(answer.error.find("line 3"), std::string::npos) << answer.error;
    EXPECT_NE(answer.error.find(word), std::string::npos) << answer.error;
  }
  EXPECT_EQ(LinesOf(GoodKafka({"tail", "intake"}).out).size(),
            bad.size());  // the good line of each
}

TEST_F(TopicsTest, WithoutTopicsOrBrokersItSaysWhatToDo) {
  const std::string file = Write("empty.jsonl", "");
  const Answer topic = Kafka({"submit", file});
  EXPECT_EQ(topic.exit_code, 2);
  EXPECT_NE(topic.error.find("merit topics create"), std::string::npos) << topic.error;
  const Answer broker = Merit({"tail", "seals", "--brokers", "127.0.0.1:1", "--prefix", prefix_});
  EXPECT_EQ(broker.exit_code, 5);
  EXPECT_NE(broker.error.find("are the brokers up"), std::string::npos) << broker.error;
}

TEST_F(TopicsTest, WhoFollowsSeesWhatComes) {
  CreateTopics(2);
  Program follower(Told({"tail", "intake", "--follow", "--limit", "2"}), scratch_.path());
  const std::string line =
      "{\"key\": \"511500\", \"timestamp_ms\": 1, \"value_base64\": \"AAAA\"}\n";
  GoodKafka({"submit", Write("one.jsonl", line)});
  GoodKafka({"submit", Write("two.jsonl", line)});
  const Answer answer = follower.Wait();
  EXPECT_EQ(answer.exit_code, 0) << answer.error;
  EXPECT_EQ(LinesOf(answer.out).size(), 2u);
}

TEST_F(TopicsTest, WithoutAnEngineWaitingEnds) {
  CreateTopics(1);
  const std::string line =
      "{\"key\": \"511500\", \"timestamp_ms\": 1, \"value_base64\": \"AAAA\"}\n";
  const Answer answer = Kafka({"submit", Write("one.jsonl", line), "--wait", "--timeout", "1"});
  EXPECT_EQ(answer.exit_code, 5);
  EXPECT_NE(answer.error.find("merit engine"), std::string::npos) << answer.error;
}

}  // namespace
}  // namespace merit
