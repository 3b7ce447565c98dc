// Each kind of damage is named, and what stands before it can be read.
#include <zstd.h>

#include "tests/log/archive_fixture.h"

namespace merit {
namespace {

class ArchiveDamageTest : public ArchiveTest {
 protected:
  // Reads from the beginning: the records must be a prefix of the truth.
  Status ReadPrefix(int64_t* count) {
    std::vector<OwnedRecord> records;
    const auto log = OpenLog();
    const Status status = ReadOn(log.get(), 3, &records);
    *count = static_cast<int64_t>(records.size());
    EXPECT_EQ(records, RecordsUpTo(*count));
    EXPECT_EQ(log->next_offset(), *count);
    return status;
  }

  void ExpectNames(const Status& status, const std::string& what) {
    EXPECT_NE(std::string(status.message()).find(what), std::string::npos)
        << what << " in: " << status;
  }

  void ExpectDamage(int64_t count, const std::string& file, const std::string& what) {
    int64_t read;
    const Status status = ReadPrefix(&read);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(read, count);
    ExpectNames(status, file);
    ExpectNames(status, Cat("offset ", count));
    ExpectNames(status, what);
  }

  struct Flipped {
    bool harmless = false;  // all records are what they were
    int64_t count = 0;      // else: how many can be read
  };
  Flipped Flip(std::string bytes, size_t bit) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    WriteBytes(SegmentFile(0), bytes);
    Flipped flipped;
    const Status status = ReadPrefix(&flipped.count);
    flipped.harmless = status.ok() && flipped.count == 30;
    if (!flipped.harmless) {
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << bit;
      ExpectNames(status, SegmentFile(0).string());
    }
    return flipped;
  }

  Segment OnlySegment() { return ReadSegment(SegmentFile(0).string(), 0).value(); }
};

// The records of the frames that end at `size` or before.
int64_t WholeRecords(const Segment& segment, uint64_t size) {
  int64_t records = 0;
  for (size_t i = 0; i < segment.frames.size(); ++i) {
    const uint64_t end =
        i + 1 < segment.frames.size() ? segment.frames[i + 1].position : segment.frames_end;
    if (end <= size) records += segment.frames[i].record_count;
  }
  return records;
}

bool IsFrameEnd(const Segment& segment, uint64_t size) {
  if (size == segment.frames_end) return true;
  for (const FrameEntry& frame : segment.frames) {
    if (frame.position == size) return true;
  }
  return false;
}

TEST_F(ArchiveDamageTest, CutAtEveryByte) {
  WriteArchive(30, kSmallFrames);
  const std::string whole = ReadBytes(SegmentFile(0));
  const Segment segment = OnlySegment();
  ASSERT_GT(segment.frames.size(), 3u);
  for (size_t size = 0; size < whole.size(); ++size) {
    WriteBytes(SegmentFile(0), std::string_view(whole).substr(0, size));
    int64_t count;
    const Status status = ReadPrefix(&count);
    EXPECT_EQ(count, WholeRecords(segment, size)) << size;
    if (IsFrameEnd(segment, size)) {
      EXPECT_TRUE(status.ok()) << size << status;
    } else {
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << size;
      ExpectNames(status, "cut short");
      ExpectNames(status, SegmentFile(0).string());
      ExpectNames(status, Cat("offset ", count));
    }
    // A writer that is opened there takes up the thread.
    const auto writer = OpenWriter(kSmallFrames);
    EXPECT_EQ(writer->next_offset(), count);
    AppendUpTo(30, writer.get());
    ASSERT_TRUE(writer->Close().ok());
    ExpectHolds(30);
  }
}

// A bit of a compressed block that its decoder does not use changes no record: all that is asked is
// that no record is lost or wrong without a word.
TEST_F(ArchiveDamageTest, EveryFlippedBitOfAClosedSegment) {
  WriteArchive(30, kSmallFrames);
  const std::string whole = ReadBytes(SegmentFile(0));
  const Segment segment = OnlySegment();
  int harmless = 0;
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    const Flipped flipped = Flip(whole, bit);
    if (flipped.harmless) {
      ++harmless;
    } else {
      ASSERT_EQ(flipped.count, WholeRecords(segment, bit / 8)) << bit;
    }
  }
  EXPECT_LT(harmless, 50);
}

TEST_F(ArchiveDamageTest, EveryFlippedBitOfASegmentWithoutIndex) {
  WriteArchive(30, kSmallFrames, /*closed=*/false);
  const std::string whole = ReadBytes(SegmentFile(0));
  const Segment segment = OnlySegment();
  const uint64_t last_frame = segment.frames.back().position;
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    const Flipped flipped = Flip(whole, bit);
    if (flipped.harmless) continue;
    ASSERT_EQ(flipped.count, WholeRecords(segment, bit / 8)) << bit;
    if (bit / 8 >= last_frame)
      continue;  // that one may look like the one at which a writer was killed
    const std::string bytes = ReadBytes(SegmentFile(0));
    ASSERT_EQ(ArchiveWriter::Open(directory(), kSmallFrames).status().code(),
              absl::StatusCode::kDataLoss)
        << bit;
    ASSERT_EQ(ReadBytes(SegmentFile(0)), bytes);
  }
}

TEST_F(ArchiveDamageTest, WhatFollowsADamagedFrameCanBeSought) {
  WriteArchive(30, kSmallFrames);
  const Segment segment = OnlySegment();
  std::string bytes = ReadBytes(SegmentFile(0));
  bytes[segment.frames[2].position - 1] ^= 1;
  WriteBytes(SegmentFile(0), bytes);
  ExpectDamage(segment.frames[1].first_offset, SegmentFile(0).string(),
               Cat("byte ", segment.frames[1].position));
  const auto log = OpenLog();
  ASSERT_TRUE(log->Seek(segment.frames[2].first_offset).ok());
  std::vector<OwnedRecord> records;
  EXPECT_TRUE(ReadOn(log.get(), 100, &records).ok());
  EXPECT_EQ(records.size(), static_cast<size_t>(30 - segment.frames[2].first_offset));
}

TEST_F(ArchiveDamageTest, MissingSegments) {
  for (const size_t missing : {0u, 1u, 2u}) {
    std::filesystem::remove_all(directory_);
    WriteArchive(100, kSmall);
    const std::vector<int64_t> offsets = ListSegments(directory()).value();
    ASSERT_GT(offsets.size(), 4u);
    std::filesystem::remove(SegmentFile(offsets[missing]));
    const size_t before = missing == 0 ? 0 : missing - 1;
    ExpectDamage(offsets[missing], SegmentFile(offsets[before]).string(), "are missing");
    const auto log = OpenLog();
    EXPECT_EQ(log->end_offset(), 100);
    EXPECT_EQ(log->Seek(offsets[missing] + 1).code(), absl::StatusCode::kDataLoss);
    EXPECT_TRUE(log->Seek(offsets[missing + 1]).ok());
    EXPECT_EQ(log->OffsetAtTime(5000).status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ArchiveWriter::Open(directory(), kSmall).status().code(),
              absl::StatusCode::kDataLoss);
  }
}

TEST_F(ArchiveDamageTest, ACutSegmentInTheMiddleIsNotTakenForAKilledWriters) {
  WriteArchive(100, kSmall);
  const std::vector<int64_t> offsets = ListSegments(directory()).value();
  const auto file = SegmentFile(offsets[1]);
  const Segment segment = ReadSegment(file.string(), offsets[1]).value();
  for (const uint64_t size : {segment.frames.back().position + 3, segment.frames.back().position}) {
    std::filesystem::resize_file(file, size);
    int64_t count;
    const Status status = ReadPrefix(&count);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(count, segment.frames.back().first_offset);
    EXPECT_EQ(ArchiveWriter::Open(directory(), kSmall).status().code(),
              absl::StatusCode::kDataLoss);
  }
}

TEST_F(ArchiveDamageTest, ASegmentThatLostOnlyItsIndexIsWhole) {
  WriteArchive(100, kSmall);
  const auto file = SegmentFile(ListSegments(directory()).value()[1]);
  const Segment segment = ReadSegment(file.string(), ListSegments(directory()).value()[1]).value();
  std::filesystem::resize_file(file, segment.frames_end);
  ExpectHolds(100);
}

TEST_F(ArchiveDamageTest, TheRemedyForAGarbageIndexWorks) {
  WriteArchive(30, kSmallFrames);
  const Segment segment = OnlySegment();
  std::string bytes = ReadBytes(SegmentFile(0));
  bytes[segment.frames_end + 20] ^= 0x40;
  WriteBytes(SegmentFile(0), bytes);
  ExpectDamage(30, SegmentFile(0).string(), Cat("truncate -s ", segment.frames_end));
  std::filesystem::resize_file(SegmentFile(0), segment.frames_end);
  ExpectHolds(30);
}

// An index whose checksum holds, and yet it does not say what the frames hold.
TEST_F(ArchiveDamageTest, AnIndexThatIsWrong) {
  WriteArchive(30, kSmallFrames);
  const Segment segment = OnlySegment();
  const std::string frames = ReadBytes(SegmentFile(0)).substr(0, segment.frames_end);
  const auto write = [&](const std::vector<FrameEntry>& entries) {
    WriteBytes(SegmentFile(0), frames + EncodeIndex(entries));
  };
  std::vector<FrameEntry> entries = segment.frames;
  for (size_t i = 1; i < entries.size(); ++i) --entries[i].first_offset;
  --entries[0].record_count;
  write(entries);
  ExpectDamage(entries[0].record_count, SegmentFile(0).string(),
               "more records than its index says");

  entries = segment.frames;
  for (size_t i = 1; i < entries.size(); ++i) ++entries[i].first_offset;
  ++entries[0].record_count;
  write(entries);
  ExpectDamage(segment.frames[0].record_count, SegmentFile(0).string(), "content is not records");

  entries = segment.frames;
  entries[1].record_count += entries[2].record_count;
  entries.erase(entries.begin() + 2);
  write(entries);
  ExpectDamage(segment.frames[1].first_offset, SegmentFile(0).string(),
               "does not end where its index says");

  entries = segment.frames;
  ++entries[1].position;
  write(entries);
  ExpectDamage(0, SegmentFile(0).string(), "does not end where its index says");

  entries = segment.frames;
  entries.back().position = 1 << 30;
  write(entries);
  ExpectDamage(30, SegmentFile(0).string(), "index is damaged");

  entries = segment.frames;
  for (FrameEntry& entry : entries) entry.timestamp_ms_max += 1000000;
  write(entries);
  const Status status = OpenLog()->OffsetAtTime(500000).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  ExpectNames(status, "times");
}

std::string FrameOf(std::string_view content, bool checksum = true, bool content_size = true) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, content_size);
  std::string frame(ZSTD_compressBound(content.size()), '\0');
  frame.resize(ZSTD_compress2(context, frame.data(), frame.size(), content.data(), content.size()));
  ZSTD_freeCCtx(context);
  return frame;
}

// What other writers may put into a file.
TEST_F(ArchiveDamageTest, ForeignFrames) {
  std::filesystem::create_directory(directory_);
  const std::string record(
      "\x05\x1A\x03"
      "abc",
      6);
  const std::string good = FrameOf(record + record);
  const auto message_after_two = [&](const std::string& second) {
    WriteBytes(SegmentFile(0), good + second);
    std::vector<OwnedRecord> records;
    const Status status = ReadOn(OpenLog().get(), 10, &records);
    EXPECT_EQ(records.size(), 2u);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    return std::string(status.message());
  };
  const auto has = [](const std::string& message, const char* what) {
    return message.find(what) != std::string::npos;
  };
  EXPECT_TRUE(has(message_after_two(FrameOf(record + "\x05")), "content is not records"));
  EXPECT_TRUE(has(message_after_two(FrameOf("")), "content is not records"));
  EXPECT_TRUE(has(message_after_two(FrameOf(record, false)), "without a checksum"));
  EXPECT_TRUE(has(message_after_two(FrameOf(record, true, false)), "without its content's size"));
  EXPECT_TRUE(has(message_after_two(std::string(4096, '\0')), "no frame begins here"));
  EXPECT_TRUE(
      has(message_after_two(FrameOf(std::string(kArchiveFrameBytesMax + 1, '\0'))), "too large"));

  WriteBytes(SegmentFile(0), good + FrameOf(record));
  std::vector<OwnedRecord> records;
  EXPECT_TRUE(ReadOn(OpenLog().get(), 10, &records).ok());
  EXPECT_EQ(records.size(), 3u);
}

TEST_F(ArchiveDamageTest, AFileThatGoesAwayWhileItIsRead) {
  WriteArchive(100, kSmall);
  const auto log = OpenLog();
  const int64_t gone = ListSegments(directory()).value()[2];
  std::filesystem::remove(SegmentFile(gone));
  std::vector<OwnedRecord> records;
  EXPECT_EQ(ReadOn(log.get(), 9, &records).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(records, RecordsUpTo(gone));
}

}  // namespace
}  // namespace merit
