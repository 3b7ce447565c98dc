#include "simulator/stories.h"

namespace merit {
namespace {

constexpr int64_t kNearDupMs = 259'200'000;

void SetPlace(int32_t lat_e6, int32_t lon_e6, v1::ReportSubmitted* report) {
  report->set_crs(v1::CRS_GCJ02);
  report->set_lat_e6(lat_e6);
  report->set_lon_e6(lon_e6);
  report->clear_address_code();
}

}  // namespace

// Rule 1: the same picture, one that differs in 3 bits, in 4, a zero, and one that is 31 days old.
void Stories::EqualPhotos() {
  const std::string first = Enrol();
  const std::string second = Enrol();
  const std::string photo = composer_.Hash();
  const uint64_t phash = random_.Next();
  const uint64_t three = uint64_t{1} << 3 | uint64_t{1} << 19 | uint64_t{1} << 40;
  const uint64_t four = three | uint64_t{1} << 60;
  const uint64_t phashes[] = {phash, phash ^ three, phash ^ four, 0, phash};
  for (uint32_t i = 0; i < 5; ++i) {
    v1::ReportSubmitted report = Report(i % 2 == 0 ? first : second, i * 1'000);
    report.add_photo_sha256(i == 4 ? photo : composer_.Hash());
    report.add_photo_phash64(phashes[i]);
    if (i == 1) report.set_after_photo_sha256(photo);
    Submit(report, i * 1'000);
  }
  for (const int64_t days : {30, 61}) {
    v1::ReportSubmitted late = Report(first, days * kDayMs);
    late.add_photo_sha256(photo);
    Submit(late, days * kDayMs);
  }
}

// Rule 2: 449 and 450 millionths of a degree are 49.9 and 50.04 metres; 72 hours to the
// millisecond.
void Stories::NearDuplicates() {
  const std::string driver = Enrol();
  const std::string other = Enrol();
  const int32_t lat = random_.Day(-80'000'000, 80'000'000);
  const int32_t lon = random_.Day(-170'000'000, 170'000'000);
  struct Case {
    int32_t north;
    int64_t offset_ms;
    v1::Crs crs;
    uint32_t category;
  };
  const Case cases[] = {{0, 0, v1::CRS_GCJ02, 10},
                        {449, 1'000, v1::CRS_GCJ02, 10},
                        {-450, 2'000, v1::CRS_GCJ02, 10},
                        {0, 3'000, v1::CRS_WGS84, 10},
                        {0, 4'000, v1::CRS_GCJ02, 11},
                        {0, kNearDupMs + 2'000, v1::CRS_GCJ02, 10},
                        {0, kNearDupMs + 4'000, v1::CRS_GCJ02, 11},
                        {0, kNearDupMs + 3'001, v1::CRS_WGS84, 10}};
  for (const Case& row : cases) {
    v1::ReportSubmitted report = Report(row.north == 0 ? driver : other, row.offset_ms);
    SetPlace(lat + row.north, lon, &report);
    report.set_crs(row.crs);
    report.set_claimed_category(row.category);
    Submit(report, row.offset_ms);
  }
}

// Rule 3: a kilometre and 75 centimetres in 23,827 milliseconds is faster than 42 m/s, in 23,828 it
// is not.
void Stories::Jump() {
  for (const int64_t passed_ms : {23'827, 23'828, -23'827, 0}) {
    const std::string driver = Enrol();
    for (const int32_t north : {0, 9'000}) {
      v1::ReportSubmitted report = Report(driver, 0);
      SetPlace(28'000'000 + north, 104'000'000, &report);
      report.set_observed_at_ms(At(-kHourMs) + (north == 0 ? 0 : passed_ms));
      Submit(report, 1'000);
    }
  }
}

// Rule 4: five times the same place within 24 hours, and within a millisecond more.
void Stories::Stuck() {
  for (const int64_t last_ms : {kDayMs, kDayMs + 1}) {
    const std::string driver = Enrol();
    const int32_t lat = random_.Day(20'000'000, 30'000'000);
    for (const int64_t offset_ms :
         {int64_t{1'000}, 6 * kHourMs, 12 * kHourMs, 18 * kHourMs, last_ms + 1'000}) {
      v1::ReportSubmitted report = Report(driver, offset_ms);
      SetPlace(lat, 104'000'000, &report);
      report.set_claimed_category(11);
      Submit(report, offset_ms);
    }
  }
}

// Rule 5: 22 in one day.
void Stories::Burst() {
  const std::string driver = Enrol();
  for (int64_t i = 0; i < 22; ++i) SubmitSimple(driver, i * 2'000);
}

// Rule 6.
void Stories::SharedDevice() {
  const std::string drivers[] = {Enrol(), Enrol()};
  const std::string device = composer_.Hash();
  for (uint32_t i = 0; i < 4; ++i) {
    const int64_t offset_ms = i == 3 ? kDayMs : i * 1'000;
    v1::ReportSubmitted report = Report(drivers[i % 2], offset_ms);
    report.set_device_hash(device);
    Submit(report, offset_ms);
  }
}

// Rule 7: what a driver handles is always at the same corner; a week and a day later it is
// forgotten.
void Stories::Staged() {
  const std::string driver = Enrol();
  const int32_t lat = random_.Day(20'000'000, 30'000'000);
  for (const int64_t days : {0, 3, 7, 8, 20}) {
    v1::ReportSubmitted report = Report(driver, days * kDayMs);
    SetPlace(lat + static_cast<int32_t>(days) * 60, 104'000'000, &report);
    report.set_mode(v1::MODE_HANDLE);
    report.add_photo_sha256(composer_.Hash());
    report.set_after_photo_sha256(composer_.Hash());
    Submit(report, days * kDayMs);
  }
}

// Rule 8: a reviewer who approves one driver and refuses everybody else.
void Stories::Collusion() {
  const std::string friend_id = Enrol();
  const std::string stranger = Enrol();
  const std::string reviewer = NewReviewer("", "");
  for (int64_t i = 0; i < 12; ++i) {
    const int64_t offset_ms = i * 10 * kHourMs;
    Review(SubmitSimple(stranger, offset_ms), reviewer, v1::DECISION_REJECT, offset_ms + kHourMs);
    const std::string report = SubmitSimple(friend_id, offset_ms + 1);
    Review(report, i == 5 ? Reviewer(2) : reviewer, v1::DECISION_APPROVE, offset_ms + 2 * kHourMs,
           14);
  }
}

// Rule 9: three revocations, one of them overturned, then one more, and one that was the desk's own
// mistake.
void Stories::Strikes() {
  const std::string driver = Enrol();
  std::vector<std::string> reports;
  for (int64_t i = 0; i < 6; ++i) {
    reports.push_back(SubmitSimple(driver, i * 1'000));
    Review(reports.back(), Reviewer(0), v1::DECISION_APPROVE, kHourMs + i, 14);
    CoReview(reports.back(), Reviewer(1), true, kHourMs + kMinuteMs + i);
  }
  Revoke(reports[5], v1::REVOKE_CAUSE_ERROR, kDayMs);
  Revoke(reports[0], v1::REVOKE_CAUSE_FALSE_REPORT, kDayMs + 1);
  Revoke(reports[1], v1::REVOKE_CAUSE_STAGED, kDayMs + 2);
  const std::string appeal = Appeal(reports[0], "", kDayMs + 3);
  Decide(appeal, Reviewer(2), true, 0, 2 * kDayMs);
  Revoke(reports[2], v1::REVOKE_CAUSE_COPIED, 3 * kDayMs);
  Revoke(reports[3], v1::REVOKE_CAUSE_COPIED, 3 * kDayMs + 1);
  Revoke(reports[4], v1::REVOKE_CAUSE_COPIED, 3 * kDayMs + 2);
}

// A driver whose reports were mostly refused: what is approved now needs a second opinion.
void Stories::Watched() {
  const std::string driver = Enrol();
  for (int64_t i = 0; i < 20; ++i) {
    Review(SubmitSimple(driver, i * 1'000), Reviewer(static_cast<uint32_t>(i % 4)),
           v1::DECISION_REJECT, kHourMs + i);
  }
  const std::string report = SubmitSimple(driver, 2 * kHourMs);
  Review(report, Reviewer(0), v1::DECISION_APPROVE, 3 * kHourMs, 14);
  CoReview(report, Reviewer(0), true, 4 * kHourMs);
  CoReview(report, Reviewer(3), true, 4 * kHourMs + 1);
}

}  // namespace merit
