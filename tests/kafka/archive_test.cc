// merit archive against a real broker: without a gap, wherever it is stopped.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "engine/kafka/admin.h"
#include "engine/kafka/producer.h"
#include "engine/kafka/topics.h"
#include "engine/log/archive_log.h"
#include "tests/kafka/kafka_commands.h"
#include "tests/text.h"

namespace merit {
namespace {

using Json = nlohmann::ordered_json;

class ArchiveTest : public KafkaCommandTest {
 protected:
  void SetUp() override {
    CreateTopics(1);
    Open("");
  }

  void Open(const std::string& transactional_id) {
    StatusOr<std::unique_ptr<KafkaProducer>> producer =
        KafkaProducer::Open(KafkaSettings(broker_.address()), transactional_id);
    ASSERT_TRUE(producer.ok()) << producer.status();
    producer_ = *std::move(producer);
  }

  void Send(int from, int to) {
    for (int number = from; number < to; ++number) {
      const Status sent =
          producer_->Produce(topics_.intake, 0, "511500", "record " + std::to_string(number));
      ASSERT_TRUE(sent.ok()) << sent;
    }
  }
  void SendNow(int from, int to) {
    Send(from, to);
    const Status flushed = producer_->Flush();
    ASSERT_TRUE(flushed.ok()) << flushed;
  }

  Answer Archive() { return Kafka({"archive", "--out", Path("archive"), "--json"}); }

  std::vector<std::string> Archived() {
    std::vector<std::string> values;
    StatusOr<std::unique_ptr<ArchiveLog>> log = ArchiveLog::Open(Path("archive/intake/0"));
    EXPECT_TRUE(log.ok()) << log.status();
    std::vector<Record> records;
    do {
      records.clear();
      const Status read = (*log)->Read(1'000, &records);
      EXPECT_TRUE(read.ok()) << read;
      for (const Record& record : records) {
        EXPECT_GT(record.timestamp_ms, 0);
        values.emplace_back(record.value);
      }
    } while (!records.empty());
    return values;
  }
  static std::vector<std::string> Numbered(int end) {
    std::vector<std::string> values;
    for (int number = 0; number < end; ++number)
      values.push_back("record " + std::to_string(number));
    return values;
  }

  const KafkaTopics topics_{prefix_};
  std::unique_ptr<KafkaProducer> producer_;
};

TEST_F(ArchiveTest, GoesOnWhereItWas) {
  EXPECT_EQ(Archive().exit_code, 0);  // nothing is there yet
  for (int end : {1, 500, 501, 20'000}) {
    SendNow(end == 1 ? 0 : static_cast<int>(Archived().size()), end);
    const Answer answer = Archive();
    ASSERT_EQ(answer.exit_code, 0) << answer.error;
    EXPECT_EQ(Archived(), Numbered(end));
    EXPECT_EQ(Archive().json()["copied"], 0);
  }
}

TEST_F(ArchiveTest, HoldsWhatWasCommittedAndNothingElse) {
  Open(prefix_);
  ASSERT_EQ(rd_kafka_init_transactions(producer_->handle(), 20'000), nullptr);
  int next = 0;
  for (int round = 0; round < 6; ++round) {
    ASSERT_EQ(rd_kafka_begin_transaction(producer_->handle()), nullptr);
    Send(next, next + 10);
    if (round % 2 == 0) {
      ASSERT_EQ(rd_kafka_commit_transaction(producer_->handle(), 20'000), nullptr);
      next += 10;
    } else {
      ASSERT_EQ(rd_kafka_flush(producer_->handle(), 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);
      ASSERT_EQ(rd_kafka_abort_transaction(producer_->handle(), 20'000), nullptr);
    }
    const Answer answer = Archive();
    ASSERT_EQ(answer.exit_code, 0) << answer.error;
    EXPECT_EQ(Archived(), Numbered(next));
  }
  EXPECT_EQ(LinesOf(GoodKafka({"tail", "intake"}).out).size(), static_cast<size_t>(next));
}

TEST_F(ArchiveTest, KilledAnywhereItHasNoGap) {
  constexpr int kCount = 200'000;
  SendNow(0, kCount / 2);
  std::srand(5);
  for (int kill = 0; kill < 6; ++kill) {
    Program archive(Told({"archive", "--out", Path("archive"), "--follow", "--save-every", "0.05"}),
                    scratch_.path());
    std::this_thread::sleep_for(std::chrono::milliseconds(1'000 + std::rand() % 500));
    archive.Send(SIGKILL);
    archive.Wait();
  }
  SendNow(kCount / 2, kCount);
  const Answer answer = Archive();
  ASSERT_EQ(answer.exit_code, 0) << answer.error;
  EXPECT_LT(answer.json()["copied"], kCount);  // the killed ones came to something
  EXPECT_EQ(Archived(), Numbered(kCount));
}

TEST_F(ArchiveTest, FollowsUntilItIsStopped) {
  SendNow(0, 10);
  Program archive(Told({"archive", "--out", Path("archive"), "--follow"}), scratch_.path());
  std::this_thread::sleep_for(std::chrono::milliseconds(1'000));
  SendNow(10, 20);
  std::this_thread::sleep_for(std::chrono::milliseconds(1'000));
  archive.Send(SIGTERM);
  const Answer answer = archive.Wait();
  EXPECT_EQ(answer.exit_code, 0) << answer.error;
  EXPECT_EQ(Archived(), Numbered(20));
}

TEST_F(ArchiveTest, MissingRecordsAreNeverPassedOver) {
  SendNow(0, 100);
  ASSERT_EQ(Archive().exit_code, 0);
  SendNow(100, 200);
  const Status deleted = DeleteKafkaRecords(*producer_, topics_.intake, 0, 150);
  ASSERT_TRUE(deleted.ok()) << deleted;
  const Answer answer = Archive();
  EXPECT_EQ(answer.exit_code, 3) << answer.error;
  EXPECT_NE(answer.error.find("deletes nothing"), std::string::npos) << answer.error;
  EXPECT_EQ(Archived(), Numbered(100));
}

TEST_F(ArchiveTest, AnotherTopicsDirectoryIsLeftAlone) {
  SendNow(0, 10);
  ASSERT_EQ(Archive().exit_code, 0);
  const std::string place = Path("archive/intake/0.json");
  std::string text = TextOf(place);
  text.replace(text.find(topics_.intake), topics_.intake.size(), "another");
  std::ofstream(place) << text;
  const Answer answer = Archive();
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_NE(answer.error.find("another"), std::string::npos) << answer.error;
  std::filesystem::remove(place);
  EXPECT_EQ(Archive().exit_code, 2);
  EXPECT_EQ(Archived(), Numbered(10));
}

TEST_F(ArchiveTest, DamageBehindTheLastPlaceIsWrittenAnew) {
  SendNow(0, 10);
  ASSERT_EQ(Archive().exit_code, 0);
  std::ofstream(Path("archive/intake/0/00000000000000000000.zst"), std::ios::app) << "half a frame";
  SendNow(10, 20);
  const Answer answer = Archive();
  ASSERT_EQ(answer.exit_code, 0) << answer.error;
  EXPECT_EQ(Archived(), Numbered(20));
}

}  // namespace
}  // namespace merit
