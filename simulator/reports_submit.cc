#include <algorithm>
#include <cstdlib>

#include "simulator/reports.h"

namespace merit {
namespace {

struct What {
  uint32_t category;
  uint16_t weight;
  v1::Channel channel;
  uint16_t handled_permille;
};

constexpr What kWhats[] = {
    {10, 170, v1::CHANNEL_SNAP, 100},   {11, 250, v1::CHANNEL_SNAP, 0},
    {12, 140, v1::CHANNEL_SNAP, 200},   {13, 110, v1::CHANNEL_SNAP, 30},
    {14, 160, v1::CHANNEL_INSTANT, 0},  {20, 110, v1::CHANNEL_LISTEN, 0},
    {30, 12, v1::CHANNEL_INSTANT, 150}, {50, 35, v1::CHANNEL_HELP, 700},
    {51, 9, v1::CHANNEL_HELP, 900},     {52, 4, v1::CHANNEL_HELP, 300},
};

constexpr size_t kSightsMax = 2'048;
constexpr int64_t kSightMs = 60 * kHourMs;  // how long a thing lies in the street

}  // namespace

void Reports::PlanDay() {
  const uint64_t rate = town_.options.reports_per_driver_1000_days;
  const auto weather = static_cast<uint64_t>(town_.random.Between(85, 115));
  const uint32_t count = town_.DrawCount(town_.roster.enrolled_count, rate * weather * 10);
  for (uint32_t i = 0; i < count; ++i) {
    town_.Plan(town_.DrawTime(town_.today), Family::kReports, kSubmit);
  }
}

void Reports::Submit() {
  const uint32_t driver = town_.roster.DrawBusy(town_.random);
  if (driver == kNobody) return;
  if (town_.roster.drivers[driver].no_earning_until_day >= town_.open_day) return;
  static constexpr std::array<uint16_t, 6> kFates = {800, 80, 55, 35, 22, 8};
  const uint32_t slot = reports_.Take();
  Report& report = reports_[slot];
  report.id = town_.NewId(Entity::kReport);
  report.driver = driver;
  report.submission_day = town_.open_day;
  report.fate = static_cast<Fate>(town_.random.Weighted(kFates));
  if (report.fate == Fate::kDuplicate && !SeeAgain(&report)) report.fate = Fate::kApproved;
  if (report.fate != Fate::kDuplicate) {
    DrawWhat(&report);
    DrawWhere(&report);
  }
  Write(report);
  const bool app = !town_.random.Permille(150);
  const uint32_t platform = town_.roster.first_platform + town_.roster.drivers[driver].platform;
  const int64_t next_ms = PlanFate(slot);
  const bool reviewed = report.fate != Fate::kWithdrawn && report.fate != Fate::kForgotten;
  if (reviewed && town_.random.Below(1'000'000u) < 300 * town_.options.disorder_permille) {
    // A phone without a signal: the desk has the report from the driver's call before the record
    // comes.
    const int64_t held_ms = next_ms + town_.random.Between(5'000, 10 * kMinuteMs);
    return town_.EmitHeld(app ? town_.roster.app : platform, submitted_, held_ms);
  }
  town_.Emit(app ? town_.roster.app : platform, submitted_);
}

void Reports::DrawWhat(Report* report) {
  uint32_t place = town_.random.Below(1000u);
  const What* what = kWhats;
  while (place >= what->weight) place -= (what++)->weight;
  report->category = what->category;
  report->channel = what->channel;
  if (town_.random.Permille(what->handled_permille)) report->mode = v1::MODE_HANDLE;
}

void Reports::DrawWhere(Report* report) {
  const Driver& driver = town_.roster.drivers[report->driver];
  const bool home = town_.random.Permille(750);
  const uint32_t elsewhere = town_.random.Below(town_.roster.counties.size());
  report->county = static_cast<uint8_t>(home ? driver.county : elsewhere);
  const County& county = town_.roster.counties[report->county];
  report->lat_e6 = county.lat_e6 + town_.random.Day(-110'000, 110'000);
  report->lon_e6 = county.lon_e6 + town_.random.Day(-120'000, 120'000);
  const int64_t passed_s = (town_.now_ms - driver.last_report_ms) / 1000;
  if (passed_s > 7'200) return;
  // Nobody is at the other end of the city after ten minutes.
  const int64_t reach = 100 + passed_s * 40;
  report->lat_e6 = driver.last_lat_e6 + town_.random.Day(-reach, reach);
  report->lon_e6 = driver.last_lon_e6 + town_.random.Day(-reach, reach);
}

// Somebody else reported the same thing a day or two ago.
bool Reports::SeeAgain(Report* report) {
  for (int i = 0; i < 6 && !sights_.empty(); ++i) {
    const Sight& sight = sights_[town_.random.Below(sights_.size())];
    if (sight.driver == report->driver || town_.now_ms - sight.time_ms > kSightMs) continue;
    report->original = sight.id;
    report->category = sight.category;
    report->channel = sight.channel;
    report->county = sight.county;
    report->lat_e6 = sight.lat_e6 + town_.random.Day(-180, 180);
    report->lon_e6 = sight.lon_e6 + town_.random.Day(-180, 180);
    return true;
  }
  return false;
}

void Reports::Write(const Report& report) {
  Driver& driver = town_.roster.drivers[report.driver];
  WriteId(Entity::kReport, report.id, submitted_.mutable_report_id());
  town_.roster.WriteDriverId(report.driver, submitted_.mutable_driver_id());
  submitted_.set_channel(report.channel);
  submitted_.set_mode(static_cast<v1::Mode>(report.mode));
  submitted_.set_claimed_category(report.category);
  submitted_.set_county_code(town_.roster.counties[report.county].code);
  const int64_t observed_at_ms = town_.now_ms - town_.random.Between(5'000, 8 * kMinuteMs);
  submitted_.set_observed_at_ms(observed_at_ms);
  if (town_.random.Permille(930)) {
    submitted_.set_lat_e6(report.lat_e6);
    submitted_.set_lon_e6(report.lon_e6);
    // A phone keeps its system of coordinates.
    submitted_.set_crs(report.driver % 8 == 0 ? v1::CRS_WGS84 : v1::CRS_GCJ02);
    submitted_.clear_address_code();
    driver.last_report_ms = observed_at_ms;
    driver.last_lat_e6 = report.lat_e6;
    driver.last_lon_e6 = report.lon_e6;
  } else {
    submitted_.clear_lat_e6();
    submitted_.clear_lon_e6();
    submitted_.clear_crs();
    const uint32_t number = town_.random.Below(100'000'000u);
    submitted_.set_address_code(std::to_string(submitted_.county_code()) + std::to_string(number));
  }
  WritePhotos(report);
}

void Reports::WritePhotos(const Report& report) {
  const bool handled = report.mode == v1::MODE_HANDLE;
  const uint32_t draw = town_.random.Below(100);
  int count = draw < 55 ? 1 : draw < 85 ? 2 : 3;
  if (report.channel == v1::CHANNEL_LISTEN) count = 0;
  if (report.channel != v1::CHANNEL_SNAP && !handled && draw < 50) count = 0;
  // Shrinking keeps the strings that are there for the next report.
  while (submitted_.photo_sha256_size() > count) submitted_.mutable_photo_sha256()->RemoveLast();
  submitted_.clear_photo_phash64();
  for (int i = 0; i < count; ++i) {
    std::string* photo = i < submitted_.photo_sha256_size() ? submitted_.mutable_photo_sha256(i)
                                                            : submitted_.add_photo_sha256();
    town_.DrawHash(photo);
    submitted_.add_photo_phash64(town_.random.Next() | 1);
  }
  submitted_.clear_after_photo_sha256();
  if (handled) town_.DrawHash(submitted_.mutable_after_photo_sha256());
  submitted_.clear_device_hash();
  if (report.driver % 5 < 3) {
    town_.DerivedHash(report.driver, 7, submitted_.mutable_device_hash());
  }
}

// What comes next for it, and when.
int64_t Reports::PlanFate(uint32_t slot) {
  const Report& report = reports_[slot];
  if (report.fate == Fate::kForgotten) {
    reports_.Give(slot);  // it runs out
    return town_.now_ms;
  }
  const bool withdrawn = report.fate == Fate::kWithdrawn;
  const bool instant = report.channel == v1::CHANNEL_INSTANT;
  const bool slow = town_.random.Permille(40);
  const int64_t delay_ms = town_.random.Between(10 * kMinuteMs, (instant ? 2
                                                                 : slow  ? 15 * 24
                                                                         : 14) *
                                                                    kHourMs);
  int64_t time_ms = town_.now_ms + delay_ms;
  if (withdrawn) time_ms = town_.now_ms + delay_ms / 20;
  if (!withdrawn && !instant) time_ms = town_.OfficeHours(time_ms);
  town_.Plan(time_ms, Family::kReports, withdrawn ? kWithdraw : kReview, slot);
  if (report.fate != Fate::kApproved) return time_ms;
  const Sight sight{report.id,     report.driver, report.category, town_.now_ms,
                    report.lat_e6, report.lon_e6, report.county,   report.channel};
  if (sights_.size() < kSightsMax) {
    sights_.push_back(sight);
  } else {
    sights_[next_sight_++ % kSightsMax] = sight;
  }
  return time_ms;
}

}  // namespace merit
