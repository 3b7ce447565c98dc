#include "engine/base/id.h"

#include <gtest/gtest.h>

#include <cctype>

#include "engine/base/hash.h"

namespace merit {
namespace {

TEST(Id, AlphabetIsThatOfTheText) {
  for (int c = 0; c < 256; ++c) {
    const bool allowed =
        (c < 128 && std::isalnum(c)) || c == '.' || c == '_' || c == ':' || c == '-';
    EXPECT_EQ(IsId(std::string(1, static_cast<char>(c))), allowed) << c;
    EXPECT_EQ(IsId("a" + std::string(1, static_cast<char>(c)) + "b"), allowed) << c;
  }
}

TEST(Id, SizesAtTheLimit) {
  EXPECT_FALSE(IsId(""));
  EXPECT_TRUE(IsId(std::string(kIdSizeMax, 'x')));
  EXPECT_FALSE(IsId(std::string(kIdSizeMax + 1, 'x')));
  EXPECT_EQ(Id(std::string(kIdSizeMax, 'x')).view(), std::string(kIdSizeMax, 'x'));
}

TEST(Id, ComparesAsBytes) {
  EXPECT_TRUE(Id().empty());
  EXPECT_EQ(Id("a"), Id("a"));
  EXPECT_NE(Id("a"), Id("ab"));
  EXPECT_LT(Id("a"), Id("ab"));
  EXPECT_LT(Id("Z"), Id("a"));
  EXPECT_LT(Id(), Id("a"));
}

// Stored: another value would make every saved index useless.
TEST(Hash, IsFrozen) {
  EXPECT_EQ(Hash64(""), 0x2d06800538d394c2u);
  EXPECT_EQ(Hash64("a"), 0xe6c632b61e964e1fu);
  EXPECT_EQ(Hash64("abc"), 0x78af5f94892f3950u);
}

}  // namespace
}  // namespace merit
