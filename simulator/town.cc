#include "simulator/town.h"

#include <algorithm>

#include "consumers/policy/policy_v1.h"
#include "simulator/calendar.h"

namespace merit {
namespace {

void WriteWords(uint64_t x, std::string* bytes) {
  bytes->resize(32);
  for (size_t i = 0; i < 32; i += 8) {
    x = Spread(x);
    for (size_t j = 0; j < 8; ++j) (*bytes)[i + j] = static_cast<char>(x >> (8 * j));
  }
}

}  // namespace

Town::Town(const SimulationOptions& simulation, uint32_t code)
    : options(simulation),
      city_code(code),
      key(std::to_string(code)),
      random(Spread(simulation.seed) ^ Spread(code)),
      agenda(MidnightMs(simulation.first_day, kUtcOffsetMinutes)),
      roster(simulation, code),
      policies(PolicyV1()),
      writer(code, Spread(simulation.seed + 1) ^ Spread(code)),
      seed_(Spread(simulation.seed + 2) ^ Spread(code)) {
  today = open_day = simulation.first_day;
  now_ms = Midnight(today);
}

void Town::EmitBody(uint32_t producer, int number, const google::protobuf::Message& body,
                    int64_t occurred_at_ms) {
  std::string& bytes = outbox.bytes();
  const size_t begin = bytes.size();
  bytes += key;
  writer.Write(roster.producers[producer], now_ms, occurred_at_ms, number, body, &bytes);
  const size_t value_begin = begin + key.size();
  if (parcel_ms_ != 0) {
    Deliver(parcel_ms_, key, std::string_view(bytes).substr(value_begin));
    bytes.resize(begin);
    return;
  }
  outbox.Add(begin, key.size(), now_ms);
  if (options.disorder_permille > 0 && random.Below(1'000'000u) < 600 * options.disorder_permille) {
    // A producer that did not see the acknowledgement sends again.
    const int64_t again_ms = DrawDelay(500, 10 * kMinuteMs);
    Deliver(again_ms, key, std::string_view(bytes).substr(value_begin));
  }
  if (watcher) watcher(std::string_view(bytes).substr(value_begin));
}

void Town::EmitBytes(std::string_view record_key, int64_t timestamp_ms, std::string_view value) {
  std::string& bytes = outbox.bytes();
  const size_t begin = bytes.size();
  bytes += record_key;
  bytes += value;
  outbox.Add(begin, record_key.size(), timestamp_ms);
}

void Town::Deliver(int64_t time_ms, std::string_view record_key, std::string_view value) {
  const uint32_t slot = TakeParcel();
  parcels_[slot].key = record_key;
  parcels_[slot].value = value;
  Plan(time_ms, Family::kDelivery, 0, slot);
}

uint32_t Town::TakeParcel() {
  if (free_parcels_.empty()) {
    parcels_.emplace_back();
    return static_cast<uint32_t>(parcels_.size() - 1);
  }
  const uint32_t slot = free_parcels_.back();
  free_parcels_.pop_back();
  return slot;
}

void Town::RunDelivery(const Action& action) {
  const Parcel& parcel = parcels_[action.subject];
  EmitBytes(parcel.key, now_ms, parcel.value);
  if (watcher) watcher(parcel.value);
  free_parcels_.push_back(action.subject);
}

int64_t Town::DrawTime(int32_t day) {
  // Two rushes and a quiet night, in twenty-fourths.
  static constexpr std::array<uint16_t, 24> kHours = {
      6, 4, 3, 2, 3, 8, 25, 60, 62, 45, 38, 40, 42, 40, 38, 40, 48, 65, 62, 45, 34, 28, 20, 12};
  const uint32_t hour = random.Weighted(kHours);
  return Midnight(day) + hour * kHourMs + random.Between(0, kHourMs - 1);
}

int64_t Town::OfficeHours(int64_t time_ms) {
  int32_t day = LocalDay(time_ms, kUtcOffsetMinutes);
  const int64_t in_day = time_ms - Midnight(day);
  const bool open = in_day >= 9 * kHourMs && in_day < 18 * kHourMs;
  if (open && IsWorkday(day)) return time_ms;
  if (in_day >= 9 * kHourMs) ++day;
  while (!IsWorkday(day)) ++day;
  return Midnight(day) + random.Between(9 * kHourMs, 15 * kHourMs);
}

uint32_t Town::DrawCount(uint64_t count, uint64_t per_million) {
  const uint64_t product = count * per_million;
  const auto rest = static_cast<uint32_t>(product % 1'000'000);
  const uint32_t more = random.Below(1'000'000u) < rest ? 1 : 0;
  return static_cast<uint32_t>(product / 1'000'000) + more;
}

EntityId Town::NewId(Entity entity) {
  const auto index = static_cast<size_t>(entity);
  if (id_days_[index] != today) {
    id_days_[index] = today;
    id_numbers_[index] = 0;
  }
  return {today, ++id_numbers_[index]};
}

void Town::DrawHash(std::string* bytes) { WriteWords(random.Next(), bytes); }

void Town::DerivedHash(uint64_t a, uint64_t b, std::string* bytes) const {
  WriteWords(seed_ ^ Spread(a ^ Spread(b)), bytes);
}

void Town::Credit(uint32_t index, int64_t points) {
  Driver& driver = roster.drivers[index];
  driver.points_newer += static_cast<int32_t>(points);
  if (driver.wish_planned || driver.points() < driver.wish_pts + kDoubtPts) return;
  driver.wish_planned = true;
  Plan(DrawDelay(kHourMs, 6 * kDayMs), Family::kRedemption, kRequestStep, index);
}

void Town::Debit(uint32_t index, int64_t points) {
  Driver& driver = roster.drivers[index];
  const auto older = static_cast<int32_t>(std::clamp<int64_t>(driver.points_older, 0, points));
  driver.points_older -= older;
  driver.points_newer -= static_cast<int32_t>(points) - older;
}

}  // namespace merit
