#include "engine/core/look_ahead.h"

#include <algorithm>
#include <cstring>

#include "engine/base/bring_near.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/base/merkle.h"

namespace merit {
namespace {

uint32_t HashOf(std::string_view id) { return static_cast<uint32_t>(Hash64(id)); }

Digest LogLeaf(int64_t timestamp_ms, const Digest& payload_hash) {
  char input[40];
  const uint64_t big_endian = __builtin_bswap64(static_cast<uint64_t>(timestamp_ms));
  std::memcpy(input, &big_endian, sizeof(big_endian));
  std::memcpy(input + sizeof(big_endian), payload_hash.data(), payload_hash.size());
  return MerkleLeaf({input, sizeof(input)});
}

template <class T>
void PrefetchList(const List<T>& list) {
  if (!list.empty()) BringNear(list.begin());
}

}  // namespace

void LookAhead::Decode(const Record& record, Sight* sight) {
  sight->value = record.value;
  const Envelope& event = sight->reader.Read(record.value);
  sight->reading.event = &event;
  sight->reading.id_hash = event.decodable ? HashOf(event.event_id) : 0;
}

void LookAhead::Hash(const Record& record, Sight* sight) {
  sight->reading.payload_hash = Sha256(record.value);
  sight->reading.log_leaf = LogLeaf(record.timestamp_ms, sight->reading.payload_hash);
}

void LookAhead::Read(std::span<const Record> records) {
  MERIT_CHECK(taken_ == count_ && records.size() <= kRecords);
  taken_ = 0;
  count_ = records.size();
  for (size_t place = 0; place < count_; ++place) Decode(records[place], &sights_[place]);
  for (size_t place = 0; place < count_; ++place) Hash(records[place], &sights_[place]);
}

// The ids by which an event is looked up, of the events that come in numbers.
void LookAhead::Name(Sight* sight) {
  const Envelope& event = *sight->reading.event;
  sight->named = event.decodable && sight->reading.city != nullptr;
  sight->report_hash = sight->driver_hash = sight->matter_hash = sight->redemption_hash = 0;
  sight->report = sight->driver = kNone;
  if (!sight->named) return;
  const auto body = [&]<class Body>() -> const Body& {
    return static_cast<const Body&>(*event.body);
  };
  const auto report = [&]<class Body>() {
    sight->report_hash = HashOf(body.template operator()<Body>().report_id());
  };
  const auto matter = [&]<class Body>() {
    sight->matter_hash = HashOf(body.template operator()<Body>().matter_id());
  };
  const auto driver = [&]<class Body>() {
    sight->driver_hash = HashOf(body.template operator()<Body>().driver_id());
  };
  const auto redemption = [&]<class Body>() {
    sight->redemption_hash = HashOf(body.template operator()<Body>().redemption_id());
  };
  switch (event.body_number) {
    case v1::Event::kReportSubmitted:
      report.operator()<v1::ReportSubmitted>();
      driver.operator()<v1::ReportSubmitted>();
      sight->keys = KeysOf(body.operator()<v1::ReportSubmitted>());
      break;
    case v1::Event::kReportWithdrawn:
      report.operator()<v1::ReportWithdrawn>();
      break;
    case v1::Event::kReportReviewed:
      report.operator()<v1::ReportReviewed>();
      break;
    case v1::Event::kReportCoReviewed:
      report.operator()<v1::ReportCoReviewed>();
      break;
    case v1::Event::kReportRevoked:
      report.operator()<v1::ReportRevoked>();
      break;
    case v1::Event::kMatterOpened:
      matter.operator()<v1::MatterOpened>();
      break;
    case v1::Event::kMatterAssigned:
      matter.operator()<v1::MatterAssigned>();
      break;
    case v1::Event::kMatterResolved:
      matter.operator()<v1::MatterResolved>();
      break;
    case v1::Event::kMatterVerified:
      matter.operator()<v1::MatterVerified>();
      break;
    case v1::Event::kMatterFollowedUp:
      matter.operator()<v1::MatterFollowedUp>();
      break;
    case v1::Event::kDriverEnrolled:
      driver.operator()<v1::DriverEnrolled>();
      break;
    case v1::Event::kDriverUpdated:
      driver.operator()<v1::DriverUpdated>();
      break;
    case v1::Event::kStandingAssessed:
      driver.operator()<v1::StandingAssessed>();
      break;
    case v1::Event::kVolunteerServiceRecorded:
      driver.operator()<v1::VolunteerServiceRecorded>();
      break;
    case v1::Event::kRedemptionRequested:
      redemption.operator()<v1::RedemptionRequested>();
      driver.operator()<v1::RedemptionRequested>();
      break;
    case v1::Event::kRedemptionCancelled:
      redemption.operator()<v1::RedemptionCancelled>();
      break;
    case v1::Event::kVoucherIssued:
      redemption.operator()<v1::VoucherIssued>();
      break;
    case v1::Event::kVoucherVerified:
      redemption.operator()<v1::VoucherVerified>();
      break;
    default:
      break;
  }
}

// --- four looks, each at what the one before has brought -----------------------------------------

void LookAhead::LookAtSlots(const Sight& sight) {
  City& city = *sight.reading.city;
  city.dedupe.Prefetch(sight.reading.id_hash);
  if (sight.report_hash != 0) city.reports.PrefetchSlot(sight.report_hash);
  if (sight.driver_hash != 0) city.drivers.PrefetchSlot(sight.driver_hash);
  if (sight.matter_hash != 0) city.matters.PrefetchSlot(sight.matter_hash);
  if (sight.redemption_hash != 0) city.redemptions.PrefetchSlot(sight.redemption_hash);
  if (sight.reading.event->body_number == v1::Event::kReportSubmitted) {
    PrefetchSlots(city, sight.keys,
                  static_cast<const v1::ReportSubmitted&>(*sight.reading.event->body));
  }
}

void LookAhead::LookAtRows(Sight* sight) {
  City& city = *sight->reading.city;
  if (sight->reading.event->body_number == v1::Event::kReportSubmitted) {
    PrefetchSightings(city, sight->keys,
                      static_cast<const v1::ReportSubmitted&>(*sight->reading.event->body));
  } else if (sight->report_hash != 0) {
    sight->report = city.reports.Guess(sight->report_hash);
    city.reports.PrefetchRow(sight->report);
  }
  if (sight->driver_hash != 0) {
    sight->driver = city.drivers.Guess(sight->driver_hash);
    city.drivers.PrefetchRow(sight->driver);
  }
  if (sight->matter_hash != 0) city.matters.PrefetchRow(city.matters.Guess(sight->matter_hash));
  if (sight->redemption_hash != 0) {
    city.redemptions.PrefetchRow(city.redemptions.Guess(sight->redemption_hash));
  }
}

void LookAhead::LookAtDriver(Sight* sight) {
  City& city = *sight->reading.city;
  const ReportRow* const report = city.reports.Peek(sight->report);
  if (report == nullptr) return;
  sight->driver = report->driver;
  city.drivers.PrefetchRow(report->driver);
}

void LookAhead::LookAtLists(const Sight& sight) {
  City& city = *sight.reading.city;
  const DriverRow* const driver = city.drivers.Peek(sight.driver);
  if (driver == nullptr) return;
  PrefetchList(driver->lots);
  PrefetchList(driver->used_days);
  PrefetchList(driver->used_months);
  if (sight.reading.event->body_number == v1::Event::kReportSubmitted) {
    city.sightings.PrefetchRow(driver->last_position);
    city.sightings.PrefetchRow(driver->last_handle);
  } else {
    PrefetchList(driver->pairs);
  }
}

void LookAhead::Look() {
  const auto each = [&](auto look) {
    for (size_t place = 0; place < count_; ++place) {
      if (sights_[place].named) look(&sights_[place]);
    }
  };
  each([](Sight* sight) { LookAtSlots(*sight); });
  each([](Sight* sight) { LookAtRows(sight); });
  each([](Sight* sight) { LookAtDriver(sight); });
  each([](Sight* sight) { LookAtLists(*sight); });
}

const Reading& LookAhead::Take(const Record& record) {
  if (taken_ == count_) {
    Clear();
    Decode(record, &sights_[0]);
    Hash(record, &sights_[0]);
    sights_[0].reading.city = nullptr;
    return sights_[0].reading;
  }
  const Sight& next = sights_[taken_++];
  MERIT_CHECK(next.value.data() == record.value.data() && next.value.size() == record.value.size());
  return next.reading;
}

}  // namespace merit
