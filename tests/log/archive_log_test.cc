#include "engine/log/archive_log.h"

#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "engine/base/sha256.h"
#include "tests/log/archive_fixture.h"

namespace merit {
namespace {

using ArchiveLogTest = ArchiveTest;

size_t FileCount(const std::filesystem::path& directory) {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(directory), {}));
}

TEST_F(ArchiveLogTest, GivesBackWhatWasWrittenInAnyBatch) {
  WriteArchive(100, kSmall);
  EXPECT_GT(FileCount(directory_), 3u);
  for (const size_t batch : {1u, 2u, 3u, 7u, 50u, 1000u}) {
    const auto log = OpenLog();
    std::vector<OwnedRecord> records;
    const Status status = ReadOn(log.get(), batch, &records);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(records, RecordsUpTo(100));
    EXPECT_EQ(log->next_offset(), 100);
  }
}

TEST_F(ArchiveLogTest, ReadFillsTheBatchAcrossFramesAndItsViewsLive) {
  WriteArchive(100, kSmall);
  const auto log = OpenLog();
  for (int64_t n = 0; n < 100;) {
    std::vector<Record> records;
    ASSERT_TRUE(log->Read(33, &records).ok());
    ASSERT_EQ(records.size(), std::min<size_t>(33, static_cast<size_t>(100 - n)));
    for (const Record& record : records) EXPECT_EQ(Own(record), RecordAt(n++));
  }
}

TEST_F(ArchiveLogTest, SeekGoesAnywhere) {
  WriteArchive(100, kSmall);
  const auto log = OpenLog();
  std::vector<int64_t> offsets;
  for (int64_t offset = 0; offset <= 100; ++offset) offsets.push_back(offset);
  std::shuffle(offsets.begin(), offsets.end(), std::mt19937(1));
  for (const int64_t offset : offsets) {
    ASSERT_TRUE(log->Seek(offset).ok());
    EXPECT_EQ(log->next_offset(), offset);
    std::vector<Record> records;
    ASSERT_TRUE(log->Read(3, &records).ok());
    ASSERT_EQ(records.size(), std::min<size_t>(3, static_cast<size_t>(100 - offset)));
    for (size_t i = 0; i < records.size(); ++i) {
      EXPECT_EQ(Own(records[i]), RecordAt(offset + static_cast<int64_t>(i)));
    }
  }
  EXPECT_EQ(log->Seek(101).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(log->Seek(-1).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ArchiveLogTest, ReadsASegmentWithoutIndex) {
  WriteArchive(100, kSmall, /*closed=*/false);
  ExpectHolds(100);
}

TEST_F(ArchiveLogTest, OffsetAtTimeIsTheFirstThatIsNotBefore) {
  for (const bool closed : {true, false}) {
    std::filesystem::remove_all(directory_);
    WriteArchive(100, kSmall, closed);
    const auto log = OpenLog();
    const std::vector<OwnedRecord> all = RecordsUpTo(100);
    for (int64_t time = 900; time < 2100; ++time) {
      const auto first = std::find_if(all.begin(), all.end(), [&](const OwnedRecord& record) {
        return record.timestamp_ms >= time;
      });
      const StatusOr<int64_t> offset = log->OffsetAtTime(time);
      ASSERT_TRUE(offset.ok()) << offset.status();
      ASSERT_EQ(*offset, first - all.begin()) << time;
    }
  }
}

TEST_F(ArchiveLogTest, OffsetAtTimeLeavesTheReaderWhereItIs) {
  WriteArchive(100, kSmall);
  const auto log = OpenLog();
  std::vector<Record> records;
  ASSERT_TRUE(log->Read(12, &records).ok());
  ASSERT_TRUE(log->OffsetAtTime(1703).ok());
  EXPECT_EQ(Own(records[11]), RecordAt(11));
  records.clear();
  ASSERT_TRUE(log->Read(1, &records).ok());
  EXPECT_EQ(Own(records[0]), RecordAt(12));
}

TEST_F(ArchiveLogTest, AnEmptyArchive) {
  WriteArchive(0, kSmall);
  ExpectHolds(0);
  EXPECT_EQ(OpenLog()->OffsetAtTime(0).value(), 0);
  EXPECT_TRUE(OpenLog()->Seek(0).ok());
}

TEST_F(ArchiveLogTest, NoArchive) {
  EXPECT_EQ(ArchiveLog::Open(directory()).status().code(), absl::StatusCode::kNotFound);
  std::filesystem::create_directory(directory_);
  WriteBytes(directory_ / "notes.txt", "not a segment");
  EXPECT_EQ(ArchiveLog::Open(directory()).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ArchiveLogTest, ARecordOfTheLargestSize) {
  {
    const auto writer = OpenWriter({});
    const std::string value(kArchiveRecordBytesMax - 6, 'v');
    EXPECT_TRUE(writer->Append({"511500", 1, value}).ok());
    EXPECT_EQ(writer->Append({"5115001", 1, value}).code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(writer->Append({"511500", 2, "after"}).ok());
    EXPECT_TRUE(writer->Close().ok());
  }
  std::vector<OwnedRecord> records;
  ASSERT_TRUE(ReadOn(OpenLog().get(), 10, &records).ok());
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].value.size(), kArchiveRecordBytesMax - 6);
  EXPECT_EQ(records[1].value, "after");
}

// The worked bytes of FORMAT.md.
TEST_F(ArchiveLogTest, BytesAreThoseOfTheFormat) {
  {
    const auto writer = OpenWriter({});
    ASSERT_TRUE(writer->Append({"511500", 1000, "ab"}).ok());
    ASSERT_TRUE(writer->Append({"511500", 999, ""}).ok());
    ASSERT_TRUE(writer->Close().ok());
  }
  const std::string bytes = ReadBytes(SegmentFile(0));
  const size_t frame_size = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
  std::string content(100, '\0');
  content.resize(ZSTD_decompress(content.data(), content.size(), bytes.data(), frame_size));
  EXPECT_EQ(Hex(content), "0f0a0635313135303010e8071a0261620b0a0635313135303010e707");
  EXPECT_EQ(Hex(bytes.substr(0, frame_size)),
            "28b52ffd241ce100000f0a0635313135303010e8071a0261620b0a0635313135303010e7075394ff3d");
  EXPECT_EQ(Hex(bytes.substr(frame_size)),
            "502a4d1848000000"
            "000000000000000000000000000000000200000000000000e803000000000000e803000000000000"
            "01000000000000000200000000000000"
            "658940e9c20fb005"
            "4d45524954495831");
}

// Any language: 15 lines of Python and a zstd library.
TEST_F(ArchiveLogTest, PythonReadsIt) {
  const std::string python = MERIT_PYTHON;
  if (python.empty() || std::system((python + " -c 'import zstandard' 2>/dev/null").c_str()) != 0) {
    GTEST_SKIP() << "needs python3 with the module zstandard";
  }
  WriteArchive(100, kSmall);
  std::FILE* const pipe = popen((python + " " + MERIT_READER + " " + directory()).c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string printed;
  for (int c; (c = std::fgetc(pipe)) != EOF;) printed += static_cast<char>(c);
  EXPECT_EQ(pclose(pipe), 0);
  std::string expected;
  for (const OwnedRecord& record : RecordsUpTo(100)) {
    std::string bytes(200, '\0');
    bytes.resize(static_cast<size_t>(EncodeLogRecord(record.view(), bytes.data()) - bytes.data()));
    expected += Hex(bytes.substr(1)) + "\n";  // all shorter than 128 bytes
  }
  EXPECT_EQ(printed, expected);
}

}  // namespace
}  // namespace merit
