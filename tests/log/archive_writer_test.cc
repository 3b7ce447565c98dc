#include "engine/log/archive_writer.h"

#include <sys/resource.h>

#include <csignal>
#include <random>

#include "tests/log/archive_fixture.h"

namespace merit {
namespace {

using ArchiveWriterTest = ArchiveTest;

TEST_F(ArchiveWriterTest, GoesOnWhereItWasClosedOrKilled) {
  std::mt19937 random(3);
  for (int64_t count = 0; count < 200;) {
    const auto writer = OpenWriter(kSmall);
    ASSERT_EQ(writer->next_offset(), count);
    count += static_cast<int64_t>(random() % 15);
    AppendUpTo(count, writer.get());
    ASSERT_TRUE((random() % 2 ? writer->Close() : writer->Flush()).ok());
    ExpectHolds(count);
  }
}

TEST_F(ArchiveWriterTest, OpeningAndClosingChangesNothing) {
  WriteArchive(23, kSmall);
  const auto files = ListSegments(directory()).value();
  const std::string last = ReadBytes(SegmentFile(files.back()));
  ASSERT_TRUE(OpenWriter(kSmall)->Close().ok());
  EXPECT_EQ(ListSegments(directory()).value(), files);
  EXPECT_EQ(ReadBytes(SegmentFile(files.back())), last);
}

TEST_F(ArchiveWriterTest, NothingFollowsClose) {
  const auto writer = OpenWriter(kSmall);
  AppendUpTo(3, writer.get());
  ASSERT_TRUE(writer->Close().ok());
  EXPECT_EQ(writer->Append(RecordAt(3).view()).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(writer->Flush().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(writer->Resume(writer->position()).ok());
  AppendUpTo(5, writer.get());
  ASSERT_TRUE(writer->Close().ok());
  ExpectHolds(5);
}

TEST_F(ArchiveWriterTest, WhatWasNotFlushedIsLostAndNothingElse) {
  {
    const auto writer = OpenWriter(kSmallFrames);
    AppendUpTo(4, writer.get());
    ASSERT_TRUE(writer->Flush().ok());
    ASSERT_TRUE(writer->Append(RecordAt(4).view()).ok());
  }
  ExpectHolds(4);
}

TEST_F(ArchiveWriterTest, OneWriterADirectory) {
  const auto writer = OpenWriter(kSmall);
  EXPECT_EQ(ArchiveWriter::Open(directory(), kSmall).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(ArchiveWriterTest, OptionsOutOfRange) {
  EXPECT_EQ(ArchiveWriter::Open(directory(), {.frame_bytes = 0}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ArchiveWriter::Open(directory(), {.compression_level = 99}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ArchiveWriterTest, EverySavedPositionCanBeResumed) {
  std::vector<std::pair<std::string, int64_t>> positions = {{"", 0}};
  for (int64_t count = 0; count < 60; ++count) {
    const auto writer = OpenWriter(kSmall);
    AppendUpTo(count, writer.get());
    ASSERT_TRUE((count % 3 == 0 ? writer->Close() : writer->Flush()).ok());
    positions.emplace_back(writer->position(), count);
  }
  const std::filesystem::path whole = directory_.string() + "_whole";
  std::filesystem::remove_all(whole);
  std::filesystem::rename(directory_, whole);
  for (const auto& [position, count] : positions) {
    std::filesystem::remove_all(directory_);
    std::filesystem::copy(whole, directory_);
    const auto writer = ArchiveWriter::OpenAt(directory(), position, kSmall);
    ASSERT_TRUE(writer.ok()) << count << ": " << writer.status();
    ASSERT_EQ((*writer)->next_offset(), count);
    ExpectHolds(count);
    AppendUpTo(70, writer->get());
    ASSERT_TRUE((*writer)->Close().ok());
    ExpectHolds(70);
  }
  std::filesystem::remove_all(whole);
}

// Whatever a crash leaves after a flush, anything from nothing to garbage, the position is found
// again.
TEST_F(ArchiveWriterTest, ResumesAfterAnyTail) {
  std::string position;
  {
    const auto writer = OpenWriter(kSmallFrames);
    AppendUpTo(20, writer.get());
    ASSERT_TRUE(writer->Flush().ok());
    position = writer->position();
    AppendUpTo(40, writer.get());
    ASSERT_TRUE(writer->Close().ok());
  }
  const std::string whole = ReadBytes(SegmentFile(0));
  const Segment flushed = ReadSegment(SegmentFile(0).string(), 0).value();
  uint64_t flushed_size = 0;
  for (const FrameEntry& frame : flushed.frames) {
    if (frame.first_offset == 20) flushed_size = frame.position;
  }
  ASSERT_GT(flushed_size, 0u);
  for (size_t size = 0; size <= whole.size(); ++size) {
    for (const char* tail : {"", "garbage", "\x28\xB5\x2F\xFD\x04"}) {
      const std::string bytes = whole.substr(0, size) + tail;
      WriteBytes(SegmentFile(0), bytes);
      const auto writer = ArchiveWriter::OpenAt(directory(), position, kSmallFrames);
      if (size < flushed_size) {
        EXPECT_EQ(writer.status().code(), absl::StatusCode::kDataLoss) << size;
        EXPECT_EQ(ReadBytes(SegmentFile(0)), bytes);
        continue;
      }
      ASSERT_TRUE(writer.ok()) << size << writer.status();
      ASSERT_EQ((*writer)->next_offset(), 20);
      if (size % 16 != 0) continue;
      AppendUpTo(30, writer->get());
      ASSERT_TRUE((*writer)->Close().ok());
      ExpectHolds(30);
    }
  }
}

// A writer that is killed, cut or closed anywhere and resumed at a saved position gives the same
// records.
TEST_F(ArchiveWriterTest, AnyStoryEndsInTheSameArchive) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    std::filesystem::remove_all(directory_);
    std::vector<std::string> positions = {""};
    for (int64_t reached = 0; reached < 120;) {
      const std::string saved =
          positions[positions.size() - 1 - random() % std::min<size_t>(2, positions.size())];
      auto writer = ArchiveWriter::OpenAt(directory(), saved, kSmall);
      ASSERT_TRUE(writer.ok()) << seed << ": " << writer.status();
      while (positions.back() != saved) positions.pop_back();
      for (auto steps = 1 + random() % 4; steps > 0; --steps) {
        AppendUpTo((*writer)->next_offset() + static_cast<int64_t>(random() % 25), writer->get());
        if (random() % 3 == 0) continue;
        ASSERT_TRUE((*writer)->Flush().ok());
        positions.push_back((*writer)->position());
      }
      reached = (*writer)->next_offset();
      if (random() % 4 == 0) {
        ASSERT_TRUE((*writer)->Close().ok());
      }
      writer->reset();
      const auto segments = ListSegments(directory()).value();
      if (random() % 2 && !segments.empty()) {  // a power failure also leaves what nobody wrote
        WriteBytes(SegmentFile(segments.back() + 1000), "garbage");
      }
    }
    const auto writer = ArchiveWriter::OpenAt(directory(), positions.back(), kSmall);
    ASSERT_TRUE(writer.ok()) << seed << ": " << writer.status();
    AppendUpTo(std::max<int64_t>(150, (*writer)->next_offset()), writer->get());
    ASSERT_TRUE((*writer)->Close().ok());
    ExpectHolds((*writer)->next_offset());
  }
}

TEST_F(ArchiveWriterTest, APositionOfAnotherArchiveRemovesNothing) {
  std::string position;
  {
    const auto writer = OpenWriter(kSmall);
    AppendUpTo(41, writer.get());
    ASSERT_TRUE(writer->Close().ok());
    position = writer->position();
  }
  std::filesystem::remove_all(directory_);
  ArchiveOptions other = kSmall;
  other.frame_bytes = 300;
  WriteArchive(100, other);
  EXPECT_EQ(ArchiveWriter::OpenAt(directory(), position, kSmall).status().code(),
            absl::StatusCode::kDataLoss);
  ExpectHolds(100);
  EXPECT_EQ(ArchiveWriter::OpenAt(directory(), "short", kSmall).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ArchiveWriter::OpenAt(directory(), std::string(24, '\xFF'), kSmall).status().code(),
            absl::StatusCode::kInvalidArgument);
  ExpectHolds(100);
}

// The system refuses a write: the writer stops for good, and Resume brings it back.
TEST_F(ArchiveWriterTest, AfterAFailedWriteNothingIsTakenUntilResume) {
  const auto writer = OpenWriter(kSmallFrames);
  AppendUpTo(20, writer.get());
  ASSERT_TRUE(writer->Flush().ok());
  const std::string position = writer->position();
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  const auto old_signal = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{std::filesystem::file_size(SegmentFile(0)) + 10, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  Status status;
  for (int64_t n = 20; status.ok() && n < 100; ++n) status = writer->Append(RecordAt(n).view());
  setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, old_signal);
  EXPECT_FALSE(status.ok());
  EXPECT_NE(std::string(status.message()).find(SegmentFile(0).string()), std::string::npos)
      << status;
  EXPECT_EQ(writer->Append(RecordAt(0).view()), status);
  EXPECT_EQ(writer->Flush(), status);
  EXPECT_EQ(writer->position(), position);
  ASSERT_TRUE(writer->Resume(position).ok());
  AppendUpTo(50, writer.get());
  ASSERT_TRUE(writer->Close().ok());
  ExpectHolds(50);
}

}  // namespace
}  // namespace merit
