#include "simulator/roster.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "engine/base/sha256.h"

namespace merit {
namespace {

constexpr uint32_t kReviewersPerCounty = 5;
constexpr uint32_t kReviewersOfCity = 4;

std::string Numbered(const char* prefix, uint32_t number) {
  char text[32];
  std::snprintf(text, sizeof text, "%s%02u", prefix, number);
  return text;
}

}  // namespace

Roster::Roster(const SimulationOptions& options, uint32_t city_code)
    : city_code_(city_code), seed_(Spread(options.seed ^ Spread(city_code))) {
  AddProducers(options);
  AddCounties();
  AddDrivers(options.drivers);
  AddReviewers();
}

uint32_t Roster::AddProducer(std::string id, v1::Role role, const SimulationOptions& options) {
  const auto index = static_cast<uint32_t>(producers.size());
  Producer producer{std::move(id), role, {}};
  const uint64_t draw = Spread(seed_ ^ Spread(index + 1));
  // Where there is an attacker there must be signatures to attack.
  const bool signs =
      draw % 1000 < options.signed_permille || (options.hostile_permille > 0 && index % 4 == 3);
  if (signs) producer.private_key = AsBytes(Sha256("key of " + producer.id, std::to_string(draw)));
  producers.push_back(std::move(producer));
  return index;
}

void Roster::AddProducers(const SimulationOptions& options) {
  administrator = AddProducer("adm", v1::ROLE_ADMIN, options);
  clock = AddProducer("clk", v1::ROLE_CLOCK, options);
  app = AddProducer("app", v1::ROLE_APP, options);
  finance = AddProducer("fin", v1::ROLE_FINANCE, options);
  authority = AddProducer("auth", v1::ROLE_AUTHORITY, options);
  city_desk = AddProducer("rev", v1::ROLE_REVIEW, options);
  first_platform = static_cast<uint32_t>(producers.size());
  platform_count = std::min(options.platforms, std::max(2u, options.drivers / 50));
  for (uint32_t i = 1; i <= platform_count; ++i) {
    AddProducer(Numbered("plat-", i), v1::ROLE_PLATFORM, options);
  }
  first_partner = static_cast<uint32_t>(producers.size());
  partner_count = std::min(options.partners, std::max(2u, options.drivers / 50));
  for (uint32_t i = 1; i <= partner_count; ++i) {
    AddProducer(Numbered("st-", i), v1::ROLE_PARTNER, options);
  }
  for (uint32_t i = 0; i < 10; ++i) {
    AddProducer(Numbered("rev-", i + 1), v1::ROLE_REVIEW, options);
  }
}

void Roster::AddCounties() {
  static constexpr uint32_t kTails[] = {2, 3, 4, 23, 24, 25, 26, 27, 28, 29};  // as Yibin's
  const bool yibin = city_code_ == 511500;
  const uint64_t place = Spread(city_code_);
  const int32_t lat = yibin ? 28'770'000 : 23'000'000 + static_cast<int32_t>(place % 20'000'000);
  const int32_t lon =
      yibin ? 104'620'000 : 100'000'000 + static_cast<int32_t>(place >> 40) % 20'000'000;
  const bool municipality = city_code_ % 10'000 == 0;
  const auto first_desk = static_cast<uint32_t>(producers.size()) - 10;
  for (uint32_t i = 0; i < 10; ++i) {
    const uint32_t code = city_code_ + (municipality ? 100 : 0) + kTails[i];
    const auto across = static_cast<int32_t>(i % 4) - 2;
    const auto up = static_cast<int32_t>(i / 4) - 1;
    counties.push_back({code, lat + up * 300'000, lon + across * 300'000, first_desk + i, {}});
  }
}

void Roster::AddReviewers() {
  Random random(seed_ ^ 0x7265766965776572u);
  const std::string city = std::to_string(city_code_);
  const auto whole_city = city.substr(0, city_code_ % 10'000 == 0 ? 2 : 4);
  for (uint32_t i = 0; i < kReviewersOfCity; ++i) {
    reviewers.push_back({Numbered("v-city-", i + 1), i == 0 ? "" : whole_city, kNobody});
    for (County& county : counties) county.reviewers.push_back(i);
  }
  for (County& county : counties) {
    const std::string code = std::to_string(county.code);
    for (uint32_t i = 0; i < kReviewersPerCounty; ++i) {
      Reviewer reviewer{Numbered(("v-" + code.substr(2) + "-").c_str(), i + 1), code, kNobody};
      // Some officials drive in the evenings.
      if (random.Permille(120) && !drivers.empty())
        reviewer.linked_driver = random.Below(drivers.size());
      county.reviewers.push_back(static_cast<uint32_t>(reviewers.size()));
      reviewers.push_back(std::move(reviewer));
    }
  }
}

void Roster::AddDrivers(uint32_t count) {
  Random random(seed_ ^ 0x64726976657273u);
  drivers.resize(count);
  for (Driver& driver : drivers) {
    // Half of the people live in the first two districts.
    const uint32_t draw = random.Below(20);
    driver.county = static_cast<uint8_t>(draw < 6 ? 0 : draw < 10 ? 1 : draw - 10);
    driver.platform = DrawPlatform(random);
    driver.wish_pts = random.Day(15, 120);
  }
  stride_ = count / 2 + count / 9 + 1;
  while (count > 0 && std::gcd(stride_, count) != 1) ++stride_;
}

uint8_t Roster::DrawPlatform(Random& random) const {
  const uint32_t draw = random.Below(100);
  if (draw < 45 || platform_count == 1) return 0;
  if (draw < 66 || platform_count == 2) return 1;
  if (draw < 80 || platform_count == 3) return 2;
  return static_cast<uint8_t>(3 + random.Below(platform_count - 3));
}

void Roster::WriteDriverId(uint32_t driver, std::string* text) const {
  // Odd multiplication and xor-shifts are one to one, so the pseudonyms differ.
  auto x = driver + static_cast<uint32_t>(seed_);
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  x ^= x >> 16;
  char bytes[10] = {'d', '-'};
  for (int place = 9; place >= 2; --place) {
    bytes[place] = "0123456789abcdef"[x & 15];
    x >>= 4;
  }
  text->assign(bytes, sizeof bytes);
}

std::string Roster::DriverId(uint32_t driver) const {
  std::string text;
  WriteDriverId(driver, &text);
  return text;
}

uint32_t Roster::ByRank(uint32_t rank) const {
  return static_cast<uint32_t>(uint64_t{rank} * stride_ % drivers.size());
}

// The product of three even draws: the busiest 1 % get 16 % of all, the busiest 10 % get 60 %.
uint32_t Roster::DrawBusy(Random& random) const {
  for (int i = 0; i < 8 && enrolled_count > 0; ++i) {
    uint64_t x = random.Next() >> 32;
    x = x * (random.Next() >> 32) >> 32;
    x = x * (random.Next() >> 32) >> 32;
    const uint32_t driver = ByRank(static_cast<uint32_t>(x * drivers.size() >> 32));
    if (drivers[driver].active()) return driver;
  }
  return kNobody;
}

uint32_t Roster::DrawAny(Random& random) const {
  for (int i = 0; i < 8 && enrolled_count > 0; ++i) {
    const uint32_t driver = random.Below(enrolled_count);
    if (drivers[driver].active()) return driver;
  }
  return kNobody;
}

uint32_t Roster::DrawReviewer(Random& random, uint32_t county, uint32_t driver, uint32_t not_this,
                              uint32_t nor_this) const {
  const std::vector<uint32_t>& who = counties[county].reviewers;
  for (;;) {
    const uint32_t reviewer = who[random.Below(who.size())];
    if (reviewer == not_this || reviewer == nor_this) continue;
    if (reviewers[reviewer].linked_driver != driver) return reviewer;
  }
}

}  // namespace merit
