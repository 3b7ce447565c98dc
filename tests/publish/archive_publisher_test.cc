#include "engine/publish/archive_publisher.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "engine/log/archive_log.h"
#include "engine/publish/memory_publisher.h"

namespace merit {
namespace {

Status Give(Publisher* publisher, Outputs outputs) { return publisher->Publish(&outputs, 0); }

using Topics = std::array<std::vector<PublishedRecord>, kTopicCount>;

class ArchivePublisherTest : public testing::Test {
 protected:
  ArchivePublisherTest() {
    // In memory where there is such a place: these tests sync thousands of times.
    directory_ =
        std::filesystem::path(std::filesystem::exists("/dev/shm") ? "/dev/shm"
                                                                  : testing::TempDir()) /
        Cat("merit_", getpid(), "_", testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(directory_);
  }
  ~ArchivePublisherTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<ArchivePublisher> Open() {
    auto publisher = ArchivePublisher::Open(
        directory_.string(), {.compression_level = -1, .frame_bytes = 300, .segment_bytes = 900});
    EXPECT_TRUE(publisher.ok()) << publisher.status();
    return std::move(publisher).value();
  }

  Topics ReadAll() {
    Topics topics;
    for (size_t i = 0; i < kTopicCount; ++i) {
      const auto log = ArchiveLog::Open(TopicDirectory(directory_.string(), static_cast<Topic>(i)));
      EXPECT_TRUE(log.ok()) << log.status();
      for (std::vector<Record> records;; records.clear()) {
        const Status status = (*log)->Read(100, &records);
        EXPECT_TRUE(status.ok()) << status;
        if (records.empty()) break;
        for (const Record& record : records) {
          topics[i].push_back({std::string(record.key), record.timestamp_ms,
                               std::string(record.value), record.value.empty()});
        }
      }
    }
    return topics;
  }

  std::filesystem::path directory_;
};

Topics TopicsOf(const MemoryPublisher& publisher) {
  Topics topics;
  for (size_t i = 0; i < kTopicCount; ++i) topics[i] = publisher.topic(static_cast<Topic>(i));
  return topics;
}

// Most to outcomes, few to bulletins, a tombstone now and then.
Outputs OutputsAt(int begin, int count) {
  Outputs outputs;
  for (int n = begin; n < begin + count; ++n) {
    const Topic topic = static_cast<Topic>(n % 3 == 0 ? n / 3 % 4 : 0);
    const std::string driver = "511500|d-" + std::to_string(n % 7);
    if (topic == Topic::kScores && n % 5 == 0) {
      outputs.AddTombstone(topic, driver, n);
    } else {
      outputs.Add(topic, driver, n, "value " + std::to_string(n));
    }
  }
  return outputs;
}

TEST_F(ArchivePublisherTest, GivesBackEachTopicInOrder) {
  MemoryPublisher expected;
  const auto publisher = Open();
  for (int begin = 0; begin < 300; begin += 30) {
    ASSERT_TRUE(Give(&expected, OutputsAt(begin, 30)).ok());
    ASSERT_TRUE(Give(publisher.get(), OutputsAt(begin, 30)).ok());
  }
  ASSERT_TRUE(publisher->Flush().ok());
  EXPECT_EQ(ReadAll(), TopicsOf(expected));
  ASSERT_TRUE(publisher->Close().ok());
  EXPECT_EQ(ReadAll(), TopicsOf(expected));
  const Topics topics = ReadAll();
  EXPECT_TRUE(std::any_of(topics[1].begin(), topics[1].end(),
                          [](const auto& record) { return record.tombstone; }));
  EXPECT_TRUE(topics[4].empty());
}

// The archive and its twin in memory agree whatever is published, flushed, killed and resumed.
TEST_F(ArchivePublisherTest, AgreesWithItsTwinThroughCrashes) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    std::filesystem::remove_all(directory_);
    MemoryPublisher twin;
    std::string position, twin_position;
    int saved = 0;
    for (int run = 0; run < 6; ++run) {
      const auto publisher = Open();
      ASSERT_TRUE(publisher->Resume(position).ok());
      ASSERT_TRUE(twin.Resume(twin_position).ok());
      ASSERT_EQ(ReadAll(), TopicsOf(twin));
      int next = saved;
      for (auto steps = random() % 6; steps > 0; --steps) {
        const int count = static_cast<int>(random() % 40);
        ASSERT_TRUE(Give(publisher.get(), OutputsAt(next, count)).ok());
        ASSERT_TRUE(Give(&twin, OutputsAt(next, count)).ok());
        next += count;
        if (random() % 2) continue;
        ASSERT_TRUE(publisher->Flush().ok());
        ASSERT_TRUE(twin.Flush().ok());
        if (random() % 4 == 0) continue;  // flushed, and killed before the position was saved
        position = publisher->position();
        twin_position = twin.position();
        saved = next;
      }
    }
    const auto publisher = Open();
    ASSERT_TRUE(publisher->Resume(position).ok());
    ASSERT_TRUE(twin.Resume(twin_position).ok());
    EXPECT_EQ(ReadAll(), TopicsOf(twin)) << seed;
  }
}

TEST_F(ArchivePublisherTest, ResumesOnTheSameObject) {
  const auto publisher = Open();
  ASSERT_TRUE(Give(publisher.get(), OutputsAt(0, 50)).ok());
  ASSERT_TRUE(publisher->Flush().ok());
  const Topics before = ReadAll();
  const std::string position = publisher->position();
  ASSERT_TRUE(Give(publisher.get(), OutputsAt(50, 50)).ok());
  ASSERT_TRUE(publisher->Close().ok());
  EXPECT_FALSE(Give(publisher.get(), OutputsAt(100, 1)).ok());
  ASSERT_TRUE(publisher->Resume(position).ok());
  EXPECT_EQ(ReadAll(), before);
  ASSERT_TRUE(publisher->Resume("").ok());
  EXPECT_EQ(ReadAll(), Topics());
  EXPECT_EQ(publisher->Resume("no position").code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ArchivePublisherTest, WithoutAResumeItAppends) {
  for (int begin = 0; begin < 60; begin += 20) {
    const auto publisher = Open();
    ASSERT_TRUE(Give(publisher.get(), OutputsAt(begin, 20)).ok());
    ASSERT_TRUE(publisher->Close().ok());
  }
  MemoryPublisher expected;
  ASSERT_TRUE(Give(&expected, OutputsAt(0, 60)).ok());
  EXPECT_EQ(ReadAll(), TopicsOf(expected));
}

}  // namespace
}  // namespace merit
