// Archives in a directory of the test's own, their records, and their files as bytes.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "engine/log/archive_format.h"
#include "engine/log/archive_log.h"
#include "engine/log/archive_segment.h"
#include "engine/log/archive_writer.h"

namespace merit {

struct OwnedRecord {
  std::string key;
  int64_t timestamp_ms = 0;
  std::string value;

  Record view() const { return {key, timestamp_ms, value}; }
  friend bool operator==(const OwnedRecord&, const OwnedRecord&) = default;
};

inline OwnedRecord Own(const Record& record) {
  return {std::string(record.key), record.timestamp_ms, std::string(record.value)};
}

// The n-th record of every test: values of 0 to 60 bytes, times that mostly rise.
inline OwnedRecord RecordAt(int64_t n) {
  std::string value;
  for (int64_t i = 0; i < n * 7 % 61; ++i) value += static_cast<char>((n * 31 + i * i * 17) & 0xFF);
  return {n % 5 == 0 ? "360600" : "511500", 1000 + n * 10 - (n % 4 == 3 ? 25 : 0), value};
}

inline std::vector<OwnedRecord> RecordsUpTo(int64_t count) {
  std::vector<OwnedRecord> records;
  for (int64_t n = 0; n < count; ++n) records.push_back(RecordAt(n));
  return records;
}

inline std::string ReadBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// In place: file systems wait for the disk when a file is made empty and written again.
inline void WriteBytes(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::app).close();
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  std::filesystem::resize_file(path, bytes.size());
}

// Reads on until the end or a failure, which it gives.
inline Status ReadOn(Log* log, size_t batch, std::vector<OwnedRecord>* out) {
  for (std::vector<Record> records;; records.clear()) {
    RETURN_IF_ERROR(log->Read(batch, &records));
    if (records.empty()) return OkStatus();
    for (const Record& record : records) out->push_back(Own(record));
  }
}

class ArchiveTest : public testing::Test {
 protected:
  ArchiveTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    // In memory where there is such a place: these tests sync thousands of times.
    directory_ = std::filesystem::path(std::filesystem::exists("/dev/shm") ? "/dev/shm"
                                                                           : testing::TempDir()) /
                 Cat("merit_", getpid(), "_", test->test_suite_name(), "_", test->name());
    std::filesystem::remove_all(directory_);
  }
  ~ArchiveTest() override { std::filesystem::remove_all(directory_); }

  std::string directory() const { return directory_.string(); }
  std::filesystem::path SegmentFile(int64_t first_offset) const {
    return directory_ / SegmentName(first_offset);
  }

  std::unique_ptr<ArchiveWriter> OpenWriter(const ArchiveOptions& options) {
    auto writer = ArchiveWriter::Open(directory(), options);
    EXPECT_TRUE(writer.ok()) << writer.status();
    return std::move(writer).value();
  }

  void AppendUpTo(int64_t count, ArchiveWriter* writer) {
    while (writer->next_offset() < count) {
      ASSERT_TRUE(writer->Append(RecordAt(writer->next_offset()).view()).ok());
    }
  }

  // An archive of the first `count` records; left without its last index unless it is closed.
  void WriteArchive(int64_t count, const ArchiveOptions& options, bool closed = true) {
    const auto writer = OpenWriter(options);
    AppendUpTo(count, writer.get());
    const Status status = closed ? writer->Close() : writer->Flush();
    ASSERT_TRUE(status.ok()) << status;
  }

  std::unique_ptr<ArchiveLog> OpenLog() {
    auto log = ArchiveLog::Open(directory());
    EXPECT_TRUE(log.ok()) << log.status();
    return std::move(log).value();
  }

  void ExpectHolds(int64_t count) {
    std::vector<OwnedRecord> records;
    const auto log = OpenLog();
    EXPECT_EQ(log->end_offset(), count);
    const Status status = ReadOn(log.get(), 7, &records);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(records, RecordsUpTo(count));
  }

  std::filesystem::path directory_;
};

// Frames of some five records, segments of some four frames.
inline constexpr ArchiveOptions kSmall = {
    .compression_level = 1, .frame_bytes = 200, .segment_bytes = 700};
inline constexpr ArchiveOptions kSmallFrames = {.compression_level = 1, .frame_bytes = 200};

}  // namespace merit
