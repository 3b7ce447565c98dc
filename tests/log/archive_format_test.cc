#include "engine/log/archive_format.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "merit/v1/archive.pb.h"

namespace merit {
namespace {

std::string Encode(const Record& record) {
  std::string bytes(record.key.size() + record.value.size() + kLogRecordOverheadMax, '\xAA');
  bytes.resize(static_cast<size_t>(EncodeLogRecord(record, bytes.data()) - bytes.data()));
  return bytes;
}

TEST(SegmentName, IsTwentyDigits) {
  EXPECT_EQ(SegmentName(0), "00000000000000000000.zst");
  EXPECT_EQ(SegmentName(1234567), "00000000000001234567.zst");
  EXPECT_EQ(SegmentName(std::numeric_limits<int64_t>::max()), "09223372036854775807.zst");
  for (const int64_t offset : {int64_t{0}, int64_t{98765}, std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(SegmentFirstOffset(SegmentName(offset)), offset);
  }
}

TEST(SegmentName, OtherNamesAreNone) {
  for (const char* name : {"", "0.zst", "00000000000000000000", "00000000000000000000.zst.tmp",
                           "0000000000000000000x.zst", "09223372036854775808.zst",
                           "99999999999999999999.zst", "-0000000000000000001.zst"}) {
    EXPECT_EQ(SegmentFirstOffset(name), -1) << name;
  }
}

TEST(LogRecord, IsWhatProtobufWrites) {
  const std::string long_value(100000, 'v');
  for (const std::string& key : {std::string(), std::string("511500"), std::string(200, 'k')}) {
    for (const int64_t timestamp :
         {int64_t{0}, int64_t{1}, int64_t{1772294400000}, int64_t{-1},
          std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
      for (const std::string& value : {std::string(), std::string("\0\xFF", 2), long_value}) {
        v1::LogRecord message;
        message.set_key(key);
        message.set_timestamp_ms(timestamp);
        message.set_value(value);
        const std::string expected = message.SerializeAsString();
        const std::string framed = Encode({key, timestamp, value});
        EXPECT_TRUE(framed.ends_with(expected));
        std::string_view rest = framed;
        Record record;
        ASSERT_TRUE(ParseFramedLogRecord(&rest, &record));
        EXPECT_TRUE(rest.empty());
        EXPECT_EQ(record.key, key);
        EXPECT_EQ(record.timestamp_ms, timestamp);
        EXPECT_EQ(record.value, value);
      }
    }
  }
}

TEST(LogRecord, OverheadMaxIsEnough) {
  const std::string value(kArchiveRecordBytesMax / 2, 'v');
  const std::string bytes = Encode({value, -1, value});
  EXPECT_LE(bytes.size(), 2 * value.size() + kLogRecordOverheadMax);
}

TEST(LogRecord, AnyOrderRepeatedAndUnknownFieldsAreLegal) {
  // value "v", unknown varint 4, unknown bytes 5, key "a", unknown fixed64 6, fixed32 7, timestamp
  // 5, group 8 {1: 0}, key "b", and a varint in place of field 3, which protobuf takes for an
  // unknown field.
  const std::string bytes(
      "\x1A\x01v\x20\x96\x01\x2A\x02xy\x0A\x01"
      "a\x31\0\0\0\0\0\0\0\0\x3D\0\0\0\0\x10\x05\x43\x08\0\x44\x0A\x01"
      "b\x18\x07",
      38);
  v1::LogRecord message;
  ASSERT_TRUE(message.ParseFromString(bytes));
  Record record;
  ASSERT_TRUE(ParseLogRecord(bytes, &record));
  EXPECT_EQ(record.key, message.key());
  EXPECT_EQ(record.key, "b");
  EXPECT_EQ(record.timestamp_ms, 5);
  EXPECT_EQ(record.value, "v");
}

// Whatever protobuf's own parser says of random and of damaged bytes, ours says too.
TEST(LogRecord, AgreesWithProtobufOnAnyBytes) {
  std::mt19937 random(7);
  const std::string sample = Encode({"511500", 1772294400000, "value"}).substr(1);
  int legal = 0;
  for (int i = 0; i < 300000; ++i) {
    std::string bytes = sample;
    if (i % 3 == 0) {
      bytes.resize(random() % 12);
      for (char& c : bytes) c = static_cast<char>(random() % 2 ? random() : random() % 48);
    } else {
      for (auto n = random() % 3; n > 0; --n)
        bytes[random() % bytes.size()] = static_cast<char>(random());
      if (random() % 2) bytes.resize(random() % (bytes.size() + 1));
    }
    v1::LogRecord message;
    const bool expected = message.ParseFromString(bytes);
    Record record;
    ASSERT_EQ(ParseLogRecord(bytes, &record), expected) << testing::PrintToString(bytes);
    if (!expected) continue;
    ++legal;
    ASSERT_EQ(record.key, message.key());
    ASSERT_EQ(record.timestamp_ms, message.timestamp_ms());
    ASSERT_EQ(record.value, message.value());
  }
  EXPECT_GT(legal, 20000);
}

TEST(LogRecord, ALengthBeyondTheBytesIsNone) {
  const std::string framed = Encode({"511500", 5, "value"});
  for (size_t size = 0; size < framed.size(); ++size) {
    std::string_view rest = std::string_view(framed).substr(0, size);
    Record record;
    EXPECT_FALSE(ParseFramedLogRecord(&rest, &record)) << size;
    EXPECT_EQ(rest.size(), size);
  }
}

}  // namespace
}  // namespace merit
