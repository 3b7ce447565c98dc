#include "engine/rows/codec.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "engine/base/status.h"
#include "simulator/random.h"

namespace merit {
namespace {

enum class Colour : uint8_t { kRed = 0, kBlue = 200 };

struct Part {
  int32_t day = 0;
  int64_t pts = 0;
  template <class V>
  void Fields(V& visit) {
    visit(day, pts);
  }
  friend bool operator==(const Part&, const Part&) = default;
};

struct Everything {
  bool yes = false;
  uint8_t small = 0;
  uint16_t medium = 0;
  uint32_t number = 0;
  uint64_t large = 0;
  int16_t signed_medium = 0;
  int32_t signed_number = 0;
  int64_t signed_large = 0;
  Int128 huge = 0;
  Colour colour = Colour::kRed;
  Id id;
  Digest digest = {};
  std::string text;
  List<uint32_t> numbers;
  List<Part> parts;
  List<Digest> digests;
  template <class V>
  void Fields(V& visit) {
    visit(yes, small, medium, number, large, signed_medium, signed_number, signed_large, huge,
          colour, id, digest, text, numbers, parts, digests);
  }
};

std::string Encode(Everything row) {
  RowWriter writer;
  writer(row);
  return std::string(writer.view());
}

bool Decode(std::string_view bytes, Everything* row) {
  RowReader reader(bytes);
  row->Fields(reader);
  return reader.ok() && reader.done();
}

template <class T>
bool SameList(const List<T>& a, const List<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

void ExpectSame(const Everything& a, const Everything& b) {
  EXPECT_EQ(a.yes, b.yes);
  EXPECT_EQ(a.small, b.small);
  EXPECT_EQ(a.medium, b.medium);
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.large, b.large);
  EXPECT_EQ(a.signed_medium, b.signed_medium);
  EXPECT_EQ(a.signed_number, b.signed_number);
  EXPECT_EQ(a.signed_large, b.signed_large);
  EXPECT_TRUE(a.huge == b.huge);
  EXPECT_EQ(a.colour, b.colour);
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.digest, b.digest);
  EXPECT_EQ(a.text, b.text);
  EXPECT_TRUE(SameList(a.numbers, b.numbers));
  EXPECT_TRUE(SameList(a.parts, b.parts));
  EXPECT_TRUE(SameList(a.digests, b.digests));
}

Everything Full() {
  Everything row;
  row.yes = true;
  row.small = 255;
  row.medium = 65'535;
  row.number = std::numeric_limits<uint32_t>::max();
  row.large = std::numeric_limits<uint64_t>::max();
  row.signed_medium = std::numeric_limits<int16_t>::min();
  row.signed_number = std::numeric_limits<int32_t>::min();
  row.signed_large = std::numeric_limits<int64_t>::min();
  row.huge = static_cast<Int128>(row.signed_large) << 64;
  row.colour = Colour::kBlue;
  row.id = Id(std::string(kIdSizeMax, 'x'));
  row.digest.fill(0xab);
  row.text = std::string(1'000, '\0');
  for (uint32_t n = 0; n < 300; ++n) row.numbers.push_back(n * n);
  row.parts.push_back({-1, std::numeric_limits<int64_t>::max()});
  row.digests.push_back(row.digest);
  return row;
}

TEST(Codec, EmptyRowComesBack) {
  Everything row;
  ASSERT_TRUE(Decode(Encode({}), &row));
  ExpectSame(row, {});
}

TEST(Codec, FullRowComesBack) {
  Everything row;
  ASSERT_TRUE(Decode(Encode(Full()), &row));
  ExpectSame(row, Full());
}

// A row that is read into may hold something already.
TEST(Codec, ReadingReplaces) {
  Everything row = Full();
  ASSERT_TRUE(Decode(Encode({}), &row));
  ExpectSame(row, {});
}

TEST(Codec, NumbersComeBack) {
  Random random(1);
  for (int step = 0; step < 10'000; ++step) {
    Everything row;
    const uint32_t shift = random.Below(64);
    row.large = random.Next() >> shift;
    row.signed_large = static_cast<int64_t>(random.Next()) >> shift;
    row.signed_number = static_cast<int32_t>(row.signed_large);
    row.huge =
        (static_cast<Int128>(static_cast<int64_t>(random.Next()) >> shift) << 64) | random.Next();
    Everything back;
    ASSERT_TRUE(Decode(Encode(row), &back));
    ExpectSame(back, row);
  }
}

TEST(Codec, WrittenFormIsStored) {
  RowWriter writer;
  writer(uint32_t{300}, int32_t{-1}, int32_t{1}, true, Colour::kBlue, Id("ab"));
  EXPECT_EQ(writer.view(), std::string_view("\xac\x02\x01\x02\x01\xc8\x01\x02"
                               "ab"));
}

TEST(Codec, EveryTruncationIsSeen) {
  const std::string bytes = Encode(Full());
  for (size_t size = 0; size < bytes.size(); ++size) {
    Everything row;
    EXPECT_FALSE(Decode(bytes.substr(0, size), &row)) << size;
  }
}

TEST(Codec, WhatFollowsIsSeen) {
  Everything row;
  EXPECT_FALSE(Decode(Encode(Full()) + '\0', &row));
}

TEST(Codec, TooLongAnIdIsSeen) {
  RowWriter writer;
  writer(std::string(kIdSizeMax + 1, 'x'));
  Id id;
  RowReader reader(writer.view());
  reader(id);
  EXPECT_FALSE(reader.ok());
}

TEST(Codec, EndlessNumberIsSeen) {
  uint64_t number = 0;
  RowReader reader("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
  reader(number);
  EXPECT_FALSE(reader.ok());
}

// Whether a field of that type takes the number.
template <class T>
bool Takes(std::string_view written) {
  T field{};
  RowReader reader(written);
  reader(field);
  return reader.ok() && reader.done();
}

TEST(Codec, NumbersTooLargeForTheirFieldAreSeen) {
  EXPECT_TRUE(Takes<uint8_t>("\xff\x01"));
  EXPECT_FALSE(Takes<uint8_t>("\x80\x02"));
  EXPECT_TRUE(Takes<bool>("\x01"));
  EXPECT_FALSE(Takes<bool>("\x02"));
  EXPECT_TRUE(Takes<int16_t>("\xff\xff\x03"));
  EXPECT_FALSE(Takes<int16_t>("\x80\x80\x04"));
  EXPECT_TRUE(Takes<uint32_t>("\xff\xff\xff\xff\x0f"));
  EXPECT_FALSE(Takes<uint32_t>("\xff\xff\xff\xff\x1f"));
  EXPECT_TRUE(Takes<uint64_t>("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
  EXPECT_FALSE(Takes<uint64_t>("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));
}

// Sizes that no memory holds must not be believed.
TEST(Codec, HugeSizesAreSeen) {
  RowWriter writer;
  writer.PutVarint(uint64_t{1} << 62);
  const std::string bytes = Cat(writer.view(), "abc");
  std::string text;
  RowReader text_reader(bytes);
  text_reader(text);
  EXPECT_FALSE(text_reader.ok());
  List<Digest> digests;
  RowReader list_reader(bytes);
  list_reader(digests);
  EXPECT_FALSE(list_reader.ok());
}

// Damage is either seen or makes another row; it never reads beyond the bytes (the sanitizers would
// see that).
TEST(Codec, DamageIsHarmless) {
  Random random(2);
  const std::string good = Encode(Full());
  for (int step = 0; step < 20'000; ++step) {
    std::string bytes = good;
    for (uint32_t left = 1 + random.Below(4u); left > 0; --left) {
      bytes[random.Below(bytes.size())] = static_cast<char>(random.Next());
    }
    Everything row;
    if (Decode(bytes, &row)) {
      Everything again;
      ASSERT_TRUE(Decode(Encode(row), &again));
      ExpectSame(again, row);
    }
  }
}

TEST(Codec, CountsHeap) {
  Everything row;
  HeapCounter empty;
  row.Fields(empty);
  EXPECT_EQ(empty.bytes(), 0u);
  row = Full();
  HeapCounter full;
  row.Fields(full);
  EXPECT_GE(full.bytes(), 1'000u + 300 * 4 + 16 + 32);
}

}  // namespace
}  // namespace merit
