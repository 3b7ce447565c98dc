#include "engine/rows/list.h"

#include <gtest/gtest.h>

#include <vector>

#include "simulator/random.h"

namespace merit {
namespace {

std::vector<int> Elements(const List<int>& list) { return {list.begin(), list.end()}; }

TEST(List, EmptyTakesNoHeap) {
  const List<int> list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.size(), 0u);
  EXPECT_EQ(list.heap_bytes(), 0u);
  EXPECT_EQ(list.begin(), list.end());
  EXPECT_EQ(sizeof(list), sizeof(void*));
}

TEST(List, InsertsAnywhere) {
  List<int> list;
  list.push_back(2);
  list.insert(0, 0);
  list.insert(1, 1);
  list.insert(3, 3);
  EXPECT_EQ(Elements(list), (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(list.back(), 3);
  EXPECT_EQ(list[2], 2);
}

TEST(List, ErasesAnywhere) {
  List<int> list;
  for (int n = 0; n < 5; ++n) list.push_back(n);
  list.erase(4);
  list.erase(0);
  list.erase(1);
  EXPECT_EQ(Elements(list), (std::vector<int>{1, 3}));
  list.erase_if([](int n) { return n == 3; });
  list.erase(0);
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.heap_bytes(), 0u);
}

TEST(List, CopiesAreApart) {
  List<int> list;
  list.push_back(1);
  List<int> copy = list;
  copy.push_back(2);
  EXPECT_EQ(Elements(list), (std::vector<int>{1}));
  list = copy;
  copy.clear();
  EXPECT_EQ(Elements(list), (std::vector<int>{1, 2}));
  const List<int>& itself = list;
  list = itself;
  EXPECT_EQ(Elements(list), (std::vector<int>{1, 2}));
}

TEST(List, MovesLeaveNothingBehind) {
  List<int> list;
  list.push_back(1);
  List<int> moved = std::move(list);
  EXPECT_EQ(Elements(moved), (std::vector<int>{1}));
  List<int> other;
  other.push_back(5);
  other = std::move(moved);
  EXPECT_EQ(Elements(other), (std::vector<int>{1}));
}

// The element may lie in the list itself.
TEST(List, AppendsItsOwnElement) {
  List<int> list;
  list.push_back(7);
  for (int n = 0; n < 100; ++n) list.push_back(list[0]);
  EXPECT_EQ(Elements(list), std::vector<int>(101, 7));
}

TEST(List, IsAsAVector) {
  Random random(1);
  List<int> list;
  std::vector<int> vector;
  for (int step = 0; step < 20'000; ++step) {
    const uint32_t place = random.Below(list.size() + 1);
    const bool grow = random.Below(100) < (step / 2'000 % 2 == 0 ? 60u : 40u);
    if (grow) {
      list.insert(place, step);
      vector.insert(vector.begin() + place, step);
    } else if (place < list.size()) {
      list.erase(place);
      vector.erase(vector.begin() + place);
    }
    if (random.Below(100) == 0) {
      const auto third = [](int n) { return n % 3 == 0; };
      list.erase_if(third);
      std::erase_if(vector, third);
    }
    ASSERT_EQ(Elements(list), vector) << "step " << step;
  }
}

}  // namespace
}  // namespace merit
