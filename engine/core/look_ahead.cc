#include "engine/core/look_ahead.h"

#include "engine/base/hash.h"

namespace merit {
namespace {

// Reads the plainest form of the wire, and gives up at anything else.
class Skimmer {
 public:
  explicit Skimmer(std::string_view bytes) : rest_(bytes) {}

  bool Varint(uint64_t* value) {
    *value = 0;
    for (int shift = 0; shift < 63 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }
  bool Bytes(std::string_view* bytes) {
    uint64_t size = 0;
    if (!Varint(&size) || size > rest_.size()) return false;
    *bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

 private:
  std::string_view rest_;
};

// The hash of the string in `field` if it comes next.
uint32_t HashOfNext(Skimmer& body, uint64_t field) {
  uint64_t tag = 0;
  std::string_view id;
  if (!body.Varint(&tag) || tag != (field << 3 | 2) || !body.Bytes(&id)) return 0;
  return static_cast<uint32_t>(Hash64(id));
}

constexpr uint32_t Number(int field) { return static_cast<uint32_t>(field); }

bool IsAboutReport(uint32_t body) {
  return body >= Number(v1::Event::kReportWithdrawn) && body <= Number(v1::Event::kReportRevoked);
}
bool IsAboutMatter(uint32_t body) {
  return body >= Number(v1::Event::kMatterOpened) && body <= Number(v1::Event::kMatterMerged);
}
bool IsAboutRedemption(uint32_t body) {
  return body >= Number(v1::Event::kRedemptionRequested) && body <= Number(v1::Event::kVoucherReturned);
}
bool HasDriverSecond(uint32_t body) {
  return body == Number(v1::Event::kReportSubmitted) || body == Number(v1::Event::kRedemptionRequested) ||
         body == Number(v1::Event::kVolunteerServiceRecorded);
}
bool HasDriverFirst(uint32_t body) {
  return (body >= Number(v1::Event::kDriverEnrolled) && body <= Number(v1::Event::kDriverErased)) ||
         body == Number(v1::Event::kStandingAssessed);
}

}  // namespace

LookAhead::Sight LookAhead::SightOf(City* city, std::string_view value) {
  Sight sight;
  Skimmer event(value);
  uint64_t tag = 0;
  uint64_t number = 0;
  std::string_view bytes;
  if (!event.Varint(&tag) || tag != (1 << 3 | 2) || !event.Bytes(&bytes)) return sight;
  city->dedupe.Prefetch(static_cast<uint32_t>(Hash64(bytes)));
  while (event.Varint(&tag)) {
    if ((tag & 7) == 0 ? !event.Varint(&number) : (tag & 7) != 2 || !event.Bytes(&bytes)) return sight;
    if (tag >> 3 < 10) continue;
    Skimmer body(bytes);
    sight.body_number = static_cast<uint32_t>(tag >> 3);
    sight.first_hash = HashOfNext(body, 1);
    sight.second_hash = HashOfNext(body, 2);
    sight.city = city;
    return sight;
  }
  return sight;
}

void LookAhead::LookAtSlots(const Sight& sight) {
  City& city = *sight.city;
  const uint32_t body = sight.body_number;
  if (IsAboutReport(body) || body == Number(v1::Event::kReportSubmitted)) city.reports.PrefetchSlot(sight.first_hash);
  if (IsAboutMatter(body)) city.matters.PrefetchSlot(sight.first_hash);
  if (IsAboutRedemption(body)) city.redemptions.PrefetchSlot(sight.first_hash);
  if (HasDriverFirst(body)) city.drivers.PrefetchSlot(sight.first_hash);
  if (HasDriverSecond(body)) city.drivers.PrefetchSlot(sight.second_hash);
}

void LookAhead::LookAtRows(Sight* sight) {
  City& city = *sight->city;
  const uint32_t body = sight->body_number;
  if (IsAboutReport(body)) {
    sight->report = city.reports.Guess(sight->first_hash);
    city.reports.PrefetchRow(sight->report);
  }
  if (IsAboutMatter(body)) city.matters.PrefetchRow(city.matters.Guess(sight->first_hash));
  if (IsAboutRedemption(body)) city.redemptions.PrefetchRow(city.redemptions.Guess(sight->first_hash));
  if (HasDriverFirst(body)) city.drivers.PrefetchRow(city.drivers.Guess(sight->first_hash));
  if (HasDriverSecond(body)) city.drivers.PrefetchRow(city.drivers.Guess(sight->second_hash));
}

void LookAhead::LookAtDriver(const Sight& sight) {
  const ReportRow* const report = sight.city->reports.Peek(sight.report);
  if (report != nullptr) sight.city->drivers.PrefetchRow(report->driver);
}

void LookAhead::Show(City* city, const Record& record) {
  const auto before = [&](size_t records) -> Sight& { return sights_[(next_ + kRecords - records) % kRecords]; };
  if (Sight& rows = before(kStage); rows.city != nullptr) LookAtRows(&rows);
  if (Sight& driver = before(2 * kStage); driver.city != nullptr) LookAtDriver(driver);
  Sight& now = sights_[next_];
  now = city == nullptr ? Sight() : SightOf(city, record.value);
  if (now.city != nullptr) LookAtSlots(now);
  next_ = (next_ + 1) % kRecords;
}

}  // namespace merit
