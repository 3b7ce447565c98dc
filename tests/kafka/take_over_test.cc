// Partitions change hands: after a death, a long sleep, or a wish; and the broker itself goes and
// comes back.
//
//   Caveats  MERIT_FREEZE_S: for how long the broker is frozen, instead of 8 seconds
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <regex>
#include <thread>

#include "simulator/random.h"
#include "tests/kafka/deployment.h"

namespace merit {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

int64_t MsSince(Clock::time_point begin) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - begin).count();
}

class TakeOver : public testing::Test {
 protected:
  // How far a reader of settled records can read the outcomes.
  static int64_t Settled(Deployment& deployment, int32_t partition) {
    const StatusOr<KafkaRange> range =
        Reader().RangeOf(deployment.topics().of(Topic::kOutcomes), partition);
    return range.ok() ? range->end : -1;
  }
  static int64_t Unsettled(Deployment& deployment, int32_t partition) {
    static const auto reader =
        *KafkaConsumer::Open(KafkaSettings(SharedBroker().address()), {.unsettled = true});
    const auto range = reader->RangeOf(deployment.topics().of(Topic::kOutcomes), partition);
    return range.ok() ? range->end : -1;
  }
  static KafkaConsumer& Reader() {
    static const auto reader = *KafkaConsumer::Open(KafkaSettings(SharedBroker().address()), {});
    return *reader;
  }
};

// The dead one's transaction would block every reader until it times out, ten seconds later: its
// heir ends it.
TEST_F(TakeOver, EndsTheTransactionOfTheDead) {
  Deployment deployment({.commit_interval_ms = "30000"});
  deployment.Simulate(SmallCities(2, 20'000, 21));
  deployment.Send(1'000);
  const auto first = deployment.Start("a", {"--save-interval", "600000"});  // a save commits
  ASSERT_TRUE(deployment.WaitUntilFolded(first.get()));  // the first transaction is not waited with
  const auto heir = deployment.Start("b", {"--commit-interval", "20"});
  ASSERT_TRUE(WaitFor(10'000, [&] { return heir->Said().find("joins") != std::string::npos; }));
  // What the heir's coming brings about commits, and may do so more than once. Then a transaction
  // stays open.
  int64_t blocked_at = -1;
  ASSERT_TRUE(WaitFor(30'000, [&] {
    deployment.Send(200);
    blocked_at = Settled(deployment, 0);
    return !WaitFor(1'500, [&] { return Settled(deployment, 0) > blocked_at; }) &&
           Unsettled(deployment, 0) > blocked_at + 100;
  })) << first->Said();
  const Clock::time_point death = Clock::now();
  first->Kill();
  ASSERT_TRUE(WaitFor(30'000, [&] { return Settled(deployment, 0) > blocked_at; })) << heir->Said();
  const int64_t silent_ms = MsSince(death);
  std::cout << "readers moved again " << silent_ms << " ms after the kill, session 3,000 ms\n";
  EXPECT_GT(silent_ms, 1'500) << "nothing was in the way";
  EXPECT_LT(silent_ms, 8'000) << "the transaction timed out by itself";
  ASSERT_TRUE(deployment.WaitUntilFolded(heir.get()));
  EXPECT_EQ(heir->Stop(), 0) << heir->Said();
  deployment.ExpectOneHistory();
}

// Whoever slept past its session wakes up with outputs in its hands that another one has published
// by now.
TEST_F(TakeOver, ASleeperPublishesNothing) {
  Deployment deployment({.partitions = 2});
  deployment.Simulate(SmallCities(4, 100'000, 22));
  deployment.Send(4'000);
  const auto sleeper = deployment.Start("a");
  ASSERT_TRUE(WaitFor(20'000, [&] { return deployment.Committed(0) > 0; })) << sleeper->Said();
  deployment.Send(4'000);
  sleeper->Freeze();
  const auto heir = deployment.Start("b");
  deployment.Send(4'000);
  ASSERT_TRUE(deployment.WaitUntilFolded(heir.get()));
  sleeper->Thaw();
  deployment.Send(4'000);
  std::this_thread::sleep_for(milliseconds(1'500));
  deployment.Send(4'000);
  ASSERT_TRUE(deployment.WaitUntilFolded(heir.get()));
  EXPECT_EQ(sleeper->Stop(), 0) << sleeper->Said();
  EXPECT_EQ(heir->Stop(), 0) << heir->Said();
  deployment.ExpectOneHistory();
}

TEST_F(TakeOver, MembersComeAndGo) {
  Deployment deployment({.partitions = 4});
  deployment.Simulate(SmallCities(8, 1'000'000, 23));
  const auto constant = deployment.Start("a");
  Random random(24);
  for (int turn = 0; turn < 5; ++turn) {
    const auto guest = deployment.Start("b");
    const Clock::time_point leave = Clock::now() + milliseconds(random.Between(500, 3'000));
    while (Clock::now() < leave) {
      deployment.Send(500);
      std::this_thread::sleep_for(milliseconds(100));
    }
    EXPECT_EQ(guest->Stop(), 0) << guest->Said();
  }
  ASSERT_TRUE(deployment.WaitUntilFolded(constant.get()));
  EXPECT_EQ(constant->Stop(), 0) << constant->Said();
  deployment.ExpectOneHistory();
}

// A member that joins, and what the one who was there had to stop for it.
struct Joining {
  int64_t waited_ms = 0;   // until it owned a partition
  int64_t silence_ms = 0;  // the longest that nothing of what stayed was committed
};

Joining Join(Deployment& deployment, const EngineProcess& host, const std::string& name) {
  const size_t before = host.Said().size();
  const auto guest = deployment.Start(name);
  const auto said = [&](const char* words) {
    return guest->Said().find(words) != std::string::npos;
  };
  EXPECT_TRUE(WaitFor(20'000, [&] { return said("joins group"); })) << guest->Said();
  const Clock::time_point begin = Clock::now();
  Joining joining;
  std::array<std::vector<Clock::time_point>, 4> moved;  // by partition
  std::array<int64_t, 4> committed{};
  while (joining.waited_ms == 0 || MsSince(begin) < joining.waited_ms + 500) {
    if (MsSince(begin) > 20'000) break;
    if (joining.waited_ms == 0 && said("owns partition")) joining.waited_ms = MsSince(begin);
    deployment.Send(80);
    for (size_t partition = 0; partition < moved.size(); ++partition) {
      const int64_t now = deployment.Committed(static_cast<int32_t>(partition));
      if (now > committed[partition]) moved[partition].push_back(Clock::now());
      committed[partition] = now;
    }
  }
  EXPECT_GT(joining.waited_ms, 0) << guest->Said();
  std::smatch given_up;
  const std::string since = host.Said().substr(before);
  EXPECT_TRUE(std::regex_search(since, given_up, std::regex("gives up partitions ([0-9, ]*)")));
  for (size_t partition = 0; partition < moved.size(); ++partition) {
    if (given_up.str(1).find(std::to_string(partition)) != std::string::npos) continue;
    for (size_t place = 1; place < moved[partition].size(); ++place) {
      const auto gap = moved[partition][place] - moved[partition][place - 1];
      joining.silence_ms =
          std::max(joining.silence_ms, std::chrono::duration_cast<milliseconds>(gap).count());
    }
  }
  EXPECT_EQ(guest->Stop(), 0) << guest->Said();
  return joining;
}

// Of its own accord the client would join for its share a second after it has joined for nothing,
// and sleep for a second before it fetches again what stays. The best of three at most: the machine
// may be busy with something else.
TEST_F(TakeOver, WhoJoinsHasItsShareAtOnceAndTheOthersGoOn) {
  Deployment deployment({.partitions = 4});
  deployment.Simulate(SmallCities(8, 1'000'000, 27));
  deployment.Send(2'000);
  const auto host = deployment.Start("a", {"--standby"});
  const auto owns_all = [&] {
    const std::string said = host->Said();
    const size_t given = said.rfind("is given partitions");
    const size_t gave_up = said.rfind("gives up partitions");
    return given != std::string::npos && (gave_up == std::string::npos || given > gave_up);
  };
  Joining best{60'000, 60'000};
  const auto good = [&] { return best.waited_ms < 900 && best.silence_ms < 600; };
  for (const char* name : {"b", "c", "d"}) {
    if (good()) break;
    ASSERT_TRUE(WaitFor(20'000, owns_all)) << host->Said();
    std::this_thread::sleep_for(milliseconds(1'200));  // the host's client may join again, too
    const Joining one = Join(deployment, *host, name);
    std::cout << name << " joined: its share after " << one.waited_ms
              << " ms, what stays was silent for " << one.silence_ms << " ms\n";
    best.waited_ms = std::min(best.waited_ms, one.waited_ms);
    best.silence_ms = std::min(best.silence_ms, one.silence_ms);
  }
  EXPECT_TRUE(good());
  ASSERT_TRUE(deployment.WaitUntilFolded(host.get()));
  EXPECT_EQ(host->Stop(), 0) << host->Said();
  deployment.ExpectOneHistory();
}

// A member of that name, which does what it is told, and dies without a word.
class Mortal {
 public:
  Mortal(const Deployment& deployment, const std::string& name) {
    KafkaSettings settings(SharedBroker().address());
    settings.Set("group.id", deployment.group())
        .Set("group.instance.id", name)
        .Set("partition.assignment.strategy", "cooperative-sticky")
        .Set("session.timeout.ms", "30000")
        .Set("heartbeat.interval.ms", "300");
    KafkaConf conf = *settings.Make();
    rd_kafka_conf_set_opaque(conf.get(), this);
    rd_kafka_conf_set_rebalance_cb(conf.get(), &Mortal::OnRebalance);
    char why[512];
    handle_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), why, sizeof why);
    if (handle_ == nullptr) throw std::runtime_error(why);
    (void)conf.release();
    rd_kafka_poll_set_consumer(handle_);
    const KafkaPartitions topics = NewPartitions();
    rd_kafka_topic_partition_list_add(topics.get(), deployment.topics().intake.c_str(),
                                      RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(handle_, topics.get());
  }
  ~Mortal() { rd_kafka_destroy_flags(handle_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); }
  Mortal(const Mortal&) = delete;
  Mortal& operator=(const Mortal&) = delete;

  void Poll() { const KafkaMessage ignored(rd_kafka_consumer_poll(handle_, 10)); }
  int held() const { return held_; }

 private:
  static void OnRebalance(rd_kafka_t* handle, rd_kafka_resp_err_t what,
                          rd_kafka_topic_partition_list_t* partitions, void* self) {
    const bool given = what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    static_cast<Mortal*>(self)->held_ += given ? partitions->cnt : -partitions->cnt;
    const KafkaError ignored(given ? rd_kafka_incremental_assign(handle, partitions)
                                   : rd_kafka_incremental_unassign(handle, partitions));
  }

  rd_kafka_t* handle_ = nullptr;
  int held_ = 0;
};

// Members that come back under their names before anybody has missed them are given what they had;
// what nobody had, new partitions here, the group would leave with nobody.
TEST_F(TakeOver, WhatNobodyWasGivenIsAskedFor) {
  Deployment deployment({.partitions = 2, .session_ms = "30000", .steady = true});
  {
    Mortal first(deployment, "a"), second(deployment, "b");
    ASSERT_TRUE(WaitFor(20'000, [&] {
      first.Poll();
      second.Poll();
      return first.held() == 1 && second.held() == 1;
    }));
  }
  deployment.Grow(4);
  deployment.Simulate(SmallCities(8, 8'000, 28));
  deployment.Send(8'000);
  const auto a = deployment.Start("a"), b = deployment.Start("b");
  ASSERT_TRUE(deployment.WaitUntilFolded(nullptr, 25'000));
  EXPECT_NE((a->Said() + b->Said()).find("to share anew"), std::string::npos) << "it did of itself";
  for (const auto& engine : {a.get(), b.get()}) EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  deployment.ExpectOneHistory();
}

TEST_F(TakeOver, TheBrokerIsKilled) {
  Deployment deployment({.partitions = 2, .session_ms = "6000"});
  deployment.Simulate(SmallCities(4, 100'000, 25));
  deployment.Send(20'000);
  const auto engine = deployment.Start("a");
  ASSERT_TRUE(WaitFor(20'000, [&] { return deployment.Committed(0) > 0; })) << engine->Said();
  SharedBroker().Kill();
  std::this_thread::sleep_for(milliseconds(500));
  const Status started = SharedBroker().Start();
  ASSERT_TRUE(started.ok()) << started;
  deployment.Send(2'000);
  ASSERT_TRUE(deployment.WaitUntilFolded(engine.get(), 90'000));
  EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  deployment.ExpectOneHistory();
}

TEST_F(TakeOver, TheBrokerFreezes) {
  const char* const text = std::getenv("MERIT_FREEZE_S");
  const int seconds = text == nullptr ? 8 : std::atoi(text);
  Deployment deployment({.partitions = 2, .session_ms = "6000"});
  deployment.Simulate(SmallCities(4, 100'000, 26));
  deployment.Send(20'000);
  const auto engine = deployment.Start("a");
  ASSERT_TRUE(WaitFor(20'000, [&] { return deployment.Committed(0) > 0; })) << engine->Said();
  SharedBroker().Freeze();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  SharedBroker().Thaw();
  deployment.Send(2'000);
  ASSERT_TRUE(deployment.WaitUntilFolded(engine.get(), 90'000));
  EXPECT_EQ(engine->Stop(), 0) << engine->Said();
  deployment.ExpectOneHistory();
}

}  // namespace
}  // namespace merit
