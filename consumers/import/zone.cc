#include "consumers/import/zone.h"

#include <cctype>

namespace merit {
namespace {

// A day inside what the engine's days can say, so that no zone's midnight leaves it.
constexpr int64_t kFirstMs = 86'400'000;       // 1970-01-02
constexpr int64_t kEndMs = 7'226'582'400'000;  // 2199-01-01

// Reads a text from left to right; each step says whether it could.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool Digits(size_t count_min, size_t count_max, int* number) {
    size_t count = 0;
    *number = 0;
    while (count < count_max && count < text_.size() &&
           std::isdigit(static_cast<unsigned char>(text_[count]))) {
      *number = *number * 10 + (text_[count++] - '0');
    }
    text_.remove_prefix(count);
    return count >= count_min;
  }
  bool OneOf(std::string_view characters, char* found = nullptr) {
    if (text_.empty() || characters.find(text_[0]) == std::string_view::npos) return false;
    if (found != nullptr) *found = text_[0];
    text_.remove_prefix(1);
    return true;
  }
  bool AtEnd() const { return text_.empty(); }

 private:
  std::string_view text_;
};

// "+08:00", "-0600", "+8"; minutes east of UTC.
bool ScanOffset(Scanner& scan, int* minutes) {
  char sign = '+';
  int hours = 0;
  int rest = 0;
  if (!scan.OneOf("+-", &sign) || !scan.Digits(1, 2, &hours)) return false;
  if (scan.OneOf(":")) {
    if (!scan.Digits(2, 2, &rest)) return false;
  } else if (!scan.AtEnd() && !scan.Digits(2, 2, &rest)) {
    return false;
  }
  if (hours > 14 || rest > 59) return false;
  *minutes = (hours * 60 + rest) * (sign == '-' ? -1 : 1);
  return true;
}

struct Clock {
  int hour = 0, minute = 0, second = 0, millisecond = 0;
};

bool ScanClock(Scanner& scan, Clock* clock) {
  if (!scan.Digits(1, 2, &clock->hour) || !scan.OneOf(":") || !scan.Digits(2, 2, &clock->minute)) {
    return false;
  }
  if (!scan.OneOf(":")) return true;
  if (!scan.Digits(2, 2, &clock->second)) return false;
  if (!scan.OneOf(".,")) return true;
  int scale = 100;
  for (int digit = 0, read = 0; scan.Digits(1, 1, &digit); ++read, scale /= 10) {
    if (read > 9) return false;
    clock->millisecond += digit * scale;
  }
  return true;
}

bool Plausible(const Clock& clock) {
  return clock.hour <= 23 && clock.minute <= 59 && clock.second <= 59;
}

}  // namespace

StatusOr<Zone> Zone::Load(const std::string& name) {
  Zone zone;
  Scanner scan(name);
  int minutes = 0;
  if (ScanOffset(scan, &minutes) && scan.AtEnd()) {
    zone.zone_ = absl::FixedTimeZone(minutes * 60);
    zone.fixed_offset_minutes_ = minutes;
    return zone;
  }
  if (name == "UTC" || name == "Z") return zone;
  if (name.empty() || !absl::LoadTimeZone(name, &zone.zone_)) {
    return Invalid(
        Cat("there is no time zone \"", name,
            "\" on this machine; give an IANA name (package tzdata) or an offset such as +08:00"));
  }
  zone.fixed_offset_minutes_.reset();
  return zone;
}

int64_t Zone::ToUtcSeconds(absl::CivilSecond local) const {
  return absl::ToUnixSeconds(zone_.At(local).pre);
}

std::optional<int64_t> Zone::Parse(std::string_view text, const std::string& format) const {
  std::optional<int64_t> time_ms;
  if (!format.empty()) {
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(format, std::string(text), absl::UTCTimeZone(), &time, &error)) return {};
    const bool has_zone =
        format.find("%z") != std::string::npos || format.find("%Ez") != std::string::npos;
    const int64_t utc_ms = absl::ToUnixMillis(time);
    const int64_t fraction = ((utc_ms % 1000) + 1000) % 1000;
    time_ms = has_zone
                  ? utc_ms
                  : ToUtcSeconds(absl::ToCivilSecond(time, absl::UTCTimeZone())) * 1000 + fraction;
  } else {
    Scanner scan(text);
    int year = 0, month = 0, day = 0;
    char separator = '-';
    if (!scan.Digits(4, 4, &year) || !scan.OneOf("-/.", &separator) || !scan.Digits(1, 2, &month) ||
        !scan.OneOf(std::string_view(&separator, 1)) || !scan.Digits(1, 2, &day)) {
      return {};
    }
    Clock clock;
    if (!scan.AtEnd() && (!scan.OneOf("T ") || !ScanClock(scan, &clock))) return {};
    const absl::CivilSecond local(year, month, day, clock.hour, clock.minute, clock.second);
    // A civil time normalises 2018-02-30 to March: whoever wrote that meant something else.
    if (local.month() != month || local.day() != day || !Plausible(clock)) return {};
    int offset_minutes = 0;
    if (scan.OneOf("Z")) {
      time_ms = absl::ToUnixMillis(absl::FromCivil(local, absl::UTCTimeZone()));
    } else if (scan.AtEnd()) {
      time_ms = ToUtcSeconds(local) * 1000;
    } else if (ScanOffset(scan, &offset_minutes)) {
      time_ms =
          absl::ToUnixMillis(absl::FromCivil(local, absl::FixedTimeZone(offset_minutes * 60)));
    }
    if (!time_ms || !scan.AtEnd()) return {};
    *time_ms += clock.millisecond;
  }
  if (*time_ms < kFirstMs || *time_ms >= kEndMs) return {};
  return time_ms;
}

}  // namespace merit
