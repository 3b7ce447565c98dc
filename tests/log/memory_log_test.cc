#include "engine/log/memory_log.h"

#include <gtest/gtest.h>

namespace merit {
namespace {

MemoryLog LogOf(int count) {
  MemoryLog log;
  for (int i = 0; i < count; ++i) log.Append("511500", i, std::to_string(i));
  return log;
}

TEST(MemoryLog, ReadsInBatches) {
  MemoryLog log = LogOf(10);
  std::vector<Record> records;
  ASSERT_TRUE(log.Read(4, &records).ok());
  ASSERT_TRUE(log.Read(100, &records).ok());
  ASSERT_EQ(records.size(), 10u);
  for (size_t i = 0; i < 10; ++i) EXPECT_EQ(records[i].value, std::to_string(i));
  EXPECT_EQ(log.next_offset(), 10);
  ASSERT_TRUE(log.Read(1, &records).ok());
  EXPECT_EQ(records.size(), 10u);
}

TEST(MemoryLog, SeekAndItsLimits) {
  MemoryLog log = LogOf(10);
  EXPECT_TRUE(log.Seek(10).ok());
  EXPECT_EQ(log.Seek(11).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(log.Seek(-1).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(log.next_offset(), 10);
}

TEST(MemoryLog, WhatWasDeletedIsDataLoss) {
  MemoryLog log = LogOf(10);
  log.DeleteBefore(4);
  std::vector<Record> records;
  EXPECT_EQ(log.Read(1, &records).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(log.Seek(3).code(), absl::StatusCode::kDataLoss);
  ASSERT_TRUE(log.Seek(4).ok());
  ASSERT_TRUE(log.Read(1, &records).ok());
  EXPECT_EQ(records.at(0).value, "4");
  EXPECT_EQ(log.end_offset(), 10);
}

TEST(MemoryLog, TheNthCallFailsOnceAndMovesNothing) {
  MemoryLog log = LogOf(10);
  log.failures.Fail(2, Unavailable("a test"));
  std::vector<Record> records;
  EXPECT_TRUE(log.Read(3, &records).ok());
  EXPECT_EQ(log.Read(3, &records).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(log.next_offset(), 3);
  EXPECT_EQ(records.size(), 3u);
  EXPECT_TRUE(log.Read(3, &records).ok());
  EXPECT_EQ(log.next_offset(), 6);
  EXPECT_EQ(log.failures.calls(), 3);
}

}  // namespace
}  // namespace merit
