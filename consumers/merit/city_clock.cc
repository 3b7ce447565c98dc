#include "consumers/merit/city_clock.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "engine/base/status.h"
#include "engine/core/calendar.h"
#include "merit/v1/event.pb.h"
#include "simulator/event_writer.h"

namespace merit {
namespace {

// A city that is just opened has nothing in any image.
class NoImage final : public Image {
 public:
  std::string Read(std::string_view) override { throw RowsUnavailable{"nothing is saved here"}; }
};

template <class Number>
bool TakeNumber(std::string_view* text, char end, Number* number) {
  const auto [rest, error] = std::from_chars(text->data(), text->data() + text->size(), *number);
  if (error != std::errc() || rest == text->data() + text->size() || *rest != end) return false;
  text->remove_prefix(static_cast<size_t>(rest - text->data()) + 1);
  return true;
}

}  // namespace

std::string ClockDay::EventId() const { return Cat("clock:", city_code, ":", day); }

std::string ClockDay::Event(const std::string& producer_id, const std::string& private_key) const {
  v1::Event event;
  event.set_event_id(EventId());
  event.set_city_code(city_code);
  event.set_producer_id(producer_id);
  event.set_occurred_at_ms(end_ms);
  event.mutable_day_closed()->set_day(day);
  std::string bytes = event.SerializeAsString();
  if (!private_key.empty()) Sign(private_key, 0, &bytes);
  return bytes;
}

CityClock::CityClock() : image_(std::make_unique<NoImage>()), machine_(image_.get()) {}
CityClock::~CityClock() = default;

// The engine's own judgement of an opening: whatever else the record is, it can open no city.
void CityClock::Read(const Record& record) {
  const Envelope& event = reader_.Read(record.value);
  if (!event.decodable || event.body_number != v1::Event::kProgrammeOpened) return;
  const uint32_t code = CityCodeOf(record.key);
  if (code == 0 || cities_.contains(code)) return;
  Outputs outputs;
  if (machine_.FoldRecord(record, &outputs) != Stop::kNone) return;
  const auto found = machine_.cities().find(code);
  if (found == machine_.cities().end()) return;
  cities_[code] = {found->second->row.utc_offset_minutes, found->second->open_day()};
}

void CityClock::Seal(const v1::DaySeal& seal) {
  const auto [place, added] = sealed_.emplace(seal.city_code(), seal.day());
  if (!added) place->second = std::max(place->second, seal.day());
}

std::vector<ClockDay> CityClock::Due(int64_t now_ms) const {
  std::vector<ClockDay> due;
  for (const auto& [code, city] : cities_) {
    const auto sealed = sealed_.find(code);
    const int32_t day = sealed == sealed_.end() ? city.open_day : sealed->second + 1;
    const int64_t end_ms = (int64_t{day} + 1) * kDayMs - city.utc_offset_minutes * kMinuteMs - 1;
    if (now_ms > end_ms) due.push_back({code, day, end_ms});
  }
  return due;
}

std::string CityClock::Encode() const {
  std::string text;
  for (const auto& [code, city] : cities_) {
    text += Cat(code, ":", city.utc_offset_minutes, ":", city.open_day, ";");
  }
  return text;
}

bool CityClock::Restore(const std::string& text) {
  std::map<uint32_t, Opened> cities;
  std::string_view rest = text;
  while (!rest.empty()) {
    uint32_t code = 0;
    Opened city;
    if (!TakeNumber(&rest, ':', &code) || !TakeNumber(&rest, ':', &city.utc_offset_minutes) ||
        !TakeNumber(&rest, ';', &city.open_day)) {
      return false;
    }
    cities[code] = city;
  }
  cities_ = std::move(cities);
  return true;
}

}  // namespace merit
