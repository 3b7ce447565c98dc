#include "simulator/random.h"

#include <gtest/gtest.h>

#include "simulator/agenda.h"
#include "simulator/calendar.h"
#include "simulator/date.h"

namespace merit {
namespace {

// The published sequence of splitmix64 for the seed 1234567.
TEST(Random, SpreadIsSplitmix64) {
  constexpr uint64_t kStep = 0x9e3779b97f4a7c15u;
  EXPECT_EQ(Spread(1234567), 6457827717110365317u);
  EXPECT_EQ(Spread(1234567 + kStep), 3203168211198807973u);
  EXPECT_EQ(Spread(1234567 + 2 * kStep), 9817491932198370423u);
}

// The first numbers of the authors' C program for the state 1, 2, 3, 4.
TEST(Random, NextIsXoshiro256PlusPlus) {
  Random random(std::array<uint64_t, 4>{1, 2, 3, 4});
  for (const uint64_t expected :
       {uint64_t{41943041}, uint64_t{58720359}, uint64_t{3588806011781223},
        uint64_t{3591011842654386}, uint64_t{9228616714210784205u}}) {
    EXPECT_EQ(random.Next(), expected);
  }
}

TEST(Random, BoundsHoldAndAreReached) {
  Random random(7);
  bool low = false, high = false;
  for (int i = 0; i < 10'000; ++i) {
    const int64_t number = random.Between(-3, 3);
    ASSERT_TRUE(number >= -3 && number <= 3);
    low |= number == -3;
    high |= number == 3;
    ASSERT_LT(random.Below(5u), 5u);
  }
  EXPECT_TRUE(low && high);
  EXPECT_EQ(random.Below(0u), 0u);
  EXPECT_EQ(random.Between(9, 9), 9);
  EXPECT_FALSE(random.Permille(0));
  EXPECT_TRUE(random.Permille(1000));
}

TEST(Random, WeightsAreKept) {
  Random random(1);
  int counts[3] = {};
  for (int i = 0; i < 30'000; ++i) {
    ++counts[random.Weighted(std::array<uint16_t, 3>{1, 0, 2})];
  }
  EXPECT_NEAR(counts[0], 10'000, 500);
  EXPECT_EQ(counts[1], 0);
  EXPECT_NEAR(counts[2], 20'000, 500);
}

TEST(Date, EveryDayOfTwoHundredYears) {
  Date date{1970, 1, 1};
  for (int32_t day = 0; day <= 84'005; ++day) {
    const Date found = DateOf(day);
    ASSERT_TRUE(found.year == date.year && found.month == date.month && found.day == date.day)
        << day;
    ASSERT_EQ(DayOf(date), day);
    static constexpr int kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
    const int length = kLengths[date.month - 1] + (leap && date.month == 2 ? 1 : 0);
    if (++date.day <= length) continue;
    date.day = 1;
    if (++date.month > 12) date = {date.year + 1, 1, 1};
  }
  EXPECT_EQ(date.year, 2200);
}

TEST(Date, LocalDaysBeginAtLocalMidnight) {
  EXPECT_EQ(LocalDay(MidnightMs(20454, 480), 480), 20454);
  EXPECT_EQ(LocalDay(MidnightMs(20454, 480) - 1, 480), 20453);
  EXPECT_EQ(LocalDay(-1, 0), -1);
}

TEST(Calendar, AYearHasItsHolidaysAndItsWorkdays) {
  EXPECT_FALSE(IsWorkday(DayOf({2026, 1, 1})));
  EXPECT_TRUE(IsWorkday(DayOf({2026, 1, 5})));    // a Monday
  EXPECT_FALSE(IsWorkday(DayOf({2026, 1, 10})));  // a Saturday
  EXPECT_FALSE(IsWorkday(DayOf({2026, 2, 18})));  // Spring Festival
  EXPECT_FALSE(IsWorkday(DayOf({2026, 10, 5})));
  for (int32_t year = 2024; year < 2060; ++year) {
    const std::string bits = WorkdaysOf(year);
    ASSERT_EQ(bits.size(), 46u);
    int count = 0;
    for (const char byte : bits) count += std::popcount(static_cast<unsigned char>(byte));
    EXPECT_TRUE(count >= 240 && count <= 256) << year << ": " << count;
    const bool first = (bits[0] & 1) != 0;
    EXPECT_EQ(first, IsWorkday(DayOf({year, 1, 1})));
  }
}

TEST(Agenda, GivesWhatComesFirstAndKeepsTheOrderOfEquals) {
  Agenda agenda(1'000);
  Random random(3);
  for (uint32_t i = 0; i < 5'000; ++i) {
    const int64_t time_ms = 1'000 + random.Between(0, 40) * (kDayMs / 3);
    agenda.Push({time_ms, 0, Family::kReports, 0, i, 0});
  }
  Action last;
  last.time_ms = INT64_MIN;
  for (int i = 0; i < 5'000; ++i) {
    const Action action = agenda.Pop();
    ASSERT_GE(action.time_ms, last.time_ms);
    if (action.time_ms == last.time_ms) {
      ASSERT_GT(action.subject, last.subject);
    }
    last = action;
    if (i != 100) continue;
    // What is pushed into the past is done next, not lost.
    agenda.Push({0, 0, Family::kReports, 0, 77'777, 0});
    ASSERT_EQ(agenda.Pop().subject, 77'777u);
  }
  EXPECT_TRUE(agenda.empty());
}

}  // namespace
}  // namespace merit
