// DOMAIN.md §10 and §13: the constants of forward decay, example 1, and the cosines of §11.
#include "engine/core/decay.h"

#include <gtest/gtest.h>

#include "engine/base/sha256.h"
#include "engine/core/decimal.h"
#include "tests/core/scenario.h"
#include "tests/core/vectors.h"

namespace merit {
namespace {

std::string DigestOf(const std::vector<uint64_t>& numbers) {
  std::string bytes;
  for (uint64_t number : numbers) {
    for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(number >> shift));
  }
  std::string hex;
  for (const auto byte : Sha256(bytes)) {
    for (int half : {byte >> 4, byte & 15}) hex.push_back("0123456789abcdef"[half]);
  }
  return hex;
}

TEST(Decay, Roots) {
  const nlohmann::json roots = Vector("worked_examples").at("C");
  ASSERT_EQ(DecayRoots().size(), 32u);
  ASSERT_EQ(roots.size(), 32u);
  for (size_t place = 0; place < 32; ++place) {
    EXPECT_EQ(std::to_string(DecayRoots()[place]), roots[place].get<std::string>()) << place + 1;
  }
  EXPECT_EQ(DigestOf(DecayRoots()),
            "e29eb6a993bc0a195592374a8922193398e78d39b0777c538b6fbe7a6f232fb6");
}

TEST(Decay, WeightsOfAHalfLife) {
  const nlohmann::json weights = Vector("worked_examples").at("g90");
  const Decay decay(19'723, 90);
  std::vector<uint64_t> found;
  for (int32_t r = 0; r < 90; ++r) found.push_back(static_cast<uint64_t>(decay.Weight(19'723 + r)));
  for (size_t r = 0; r < 90; ++r) EXPECT_EQ(found[r], weights.at(r).get<uint64_t>()) << r;
  EXPECT_EQ(DigestOf(found), "0c60cd16eefcaf572da49dfeca3c2471f969a5d49d3290b1d51187bdcfb47ae1");
}

TEST(Decay, FarFromTheLandmark) {
  const Decay decay(19'723, 90);
  const auto g0 = static_cast<__int128>(4'294'967'296);
  EXPECT_TRUE(decay.Weight(19'723 - 90) == g0 >> 1);
  EXPECT_TRUE(decay.Weight(19'723 - 32 * 90) == 1);
  EXPECT_TRUE(decay.Weight(19'723 - 32 * 90 - 1) == 0);  // g(89) >> 33 in any case
  EXPECT_TRUE(decay.Weight(-1'000'000) == 0);
  EXPECT_TRUE(decay.Weight(19'723 + 40 * 90) == g0 << 40);
  const __int128 last = static_cast<__int128>(8'524'032'151) << 40;  // g(89) at q = 40
  EXPECT_TRUE(decay.Weight(19'723 + 41 * 90 - 1) == last);
  EXPECT_TRUE(decay.Weight(19'723 + 41 * 90) == last);  // grows no more
  EXPECT_TRUE(decay.Weight(84'005) == last);
  for (uint32_t half_life : {1u, 2u, 7u, 3'650u}) {
    const Decay other(0, half_life);
    EXPECT_TRUE(other.Weight(0) == g0);
    EXPECT_TRUE(other.Weight(static_cast<int32_t>(half_life)) == g0 << 1);
    EXPECT_TRUE(other.Weight(84'005) > 0);
  }
}

TEST(Decay, Example1) {
  const Decay decay(19'723, 90);
  EXPECT_EQ(Decimal(decay.Weight(20'513)), "1885099453696");
  EXPECT_EQ(Decimal(decay.Weight(20'543)), "2375076482560");
  const __int128 c1 = 10'000 * decay.Weight(20'513);
  const __int128 c2 = 15'000 * decay.Weight(20'543);
  EXPECT_EQ(Decimal(c1), "18850994536960000");
  EXPECT_EQ(Decimal(c2), "35626147238400000");
  EXPECT_EQ(Decimal(c1 + c2), Vector("worked_examples").at("ex1").at("A").get<std::string>());
  const std::tuple<int32_t, int, int, int> kReadings[] = {{20'543, 7'937, 15'000, 22'937},
                                                          {20'603, 5'000, 9'449, 14'449},
                                                          {20'693, 2'500, 4'724, 7'224},
                                                          {20'878, 601, 1'136, 1'737}};
  for (const auto& [day, first, second, both] : kReadings) {
    EXPECT_TRUE(FloorDivide(c1, decay.Weight(day)) == first) << day;
    EXPECT_TRUE(FloorDivide(c2, decay.Weight(day)) == second) << day;
    EXPECT_TRUE(FloorDivide(c1 + c2, decay.Weight(day)) == both) << day;
  }
}

TEST(Decay, FloorsOfNegatives) {
  EXPECT_TRUE(FloorDivide(-1, 2) == -1);
  EXPECT_TRUE(FloorDivide(-2, 2) == -1);
  EXPECT_TRUE(FloorDivide(-3, 2) == -2);
  EXPECT_TRUE(FloorDivide(3, 2) == 1);
}

// The cosine of every degree, by how far east a position is a kilometre away (rule 3).
TEST(Distances, CosinesOfAllDegrees) {
  const nlohmann::json cosines = Vector("cos_permille");
  ASSERT_EQ(cosines.size(), 91u);
  Scenario city;
  int reports = 0;
  const auto jumps = [&](int32_t lat_e6, int64_t lon_e6) {
    const std::string at = "crs: CRS_GCJ02 " + Number("lat_e6", lat_e6) + Number("lon_e6", lon_e6);
    return !city.Say(Submit("r" + std::to_string(++reports), "A", at))
                .With({"Flag GEO_JUMP"})
                .empty();
  };
  for (int32_t degree = 0; degree < 90; ++degree) {
    const auto cos = cosines[static_cast<size_t>(degree)].get<int64_t>();
    int64_t lon_e6 = 1'000'000LL * 1'000'000 / (111'195 * cos);
    while (lon_e6 * 111'195 * cos / 1'000'000 <= 1'000'000) ++lon_e6;
    for (int32_t lat_e6 : {degree * 1'000'000, -degree * 1'000'000 - 999'999}) {
      jumps(lat_e6, 0);
      EXPECT_FALSE(jumps(lat_e6, lon_e6 - 1)) << lat_e6;
      jumps(lat_e6, 0);
      EXPECT_TRUE(jumps(lat_e6, lon_e6)) << lat_e6;
    }
  }
  jumps(90'000'000, 0);
  EXPECT_FALSE(jumps(90'000'000, 180'000'000));  // all one place
}

}  // namespace
}  // namespace merit
