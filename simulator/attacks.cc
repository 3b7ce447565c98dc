#include "simulator/attacks.h"

#include <algorithm>
#include <iterator>

#include "consumers/policy/policy_v1.h"

namespace merit {
namespace {

google::protobuf::Message* BodyOf(v1::Event* event) {
  const auto* reflection = v1::Event::GetReflection();
  const auto* field =
      reflection->GetOneofFieldDescriptor(*event, v1::Event::descriptor()->oneof_decl(0));
  return field == nullptr ? nullptr : reflection->MutableMessage(event, field);
}

}  // namespace

void Attacks::Strike() {
  static constexpr std::array<uint16_t, 12> kWeights = {300, 280, 30, 70, 15, 60,
                                                        30,  60,  60, 15, 20, 5};
  switch (random_.Weighted(kWeights)) {
    case 0:
      return forger_.Send(Compose());  // in range, about whatever is there, in whatever state
    case 1:
      return BreakField();
    case 2:
      return BreakFields();
    case 3:
      return BreakEnvelope();
    case 4:
      return OpenCity();
    case 5:
      return Replay();
    case 6:
      return Conflict();
    case 7:
      return BreakSignature();
    case 8:
      return BreakBytes();
    case 9:
      return Reorder();
    case 10:
      return BreakKey();
    default:
      return SendUnknownBody();
  }
}

v1::Event Attacks::Compose() {
  v1::Event event;
  forger_.FillEnvelope(&event);
  composer_.Compose(composer_.DrawNumber(), &event);
  return event;
}

void Attacks::BreakField() {
  v1::Event event = Compose();
  breaker_.Aim(town_.open_day, town_.city_code, town_.now_ms);
  breaker_.BreakOne(BodyOf(&event));
  forger_.Send(event);
}

void Attacks::BreakFields() {
  v1::Event event = Compose();
  breaker_.Aim(town_.open_day, town_.city_code, town_.now_ms);
  breaker_.BreakMany(BodyOf(&event));
  forger_.Send(event);
}

void Attacks::BreakEnvelope() {
  v1::Event event = Compose();
  switch (random_.Below(7u)) {
    case 0:
      event.set_city_code(
          random_.Permille(300) ? 0 : town_.city_code + (random_.Permille(500) ? 100 : -100u));
      break;
    case 1: {
      static constexpr const char* kIds[] = {"", "with blank", "a/b", "é"};
      event.set_event_id(kIds[random_.Below(std::size(kIds))]);
      break;
    }
    case 2:
      event.set_event_id(std::string(40 + random_.Below(2u), 'e'));
      break;
    case 3:
      event.clear_body();
      break;
    case 4:
      event.set_producer_id(random_.Permille(500) ? std::string(41, 'p') : "");
      break;
    case 5:
      BreakTime(&event);
      break;
    default:
      BreakProducer(&event);
      break;
  }
  forger_.Send(event);
}

void Attacks::BreakTime(v1::Event* event) {
  const auto memory = static_cast<int32_t>(town_.policies.Last().dedupe_days());
  static constexpr int64_t kFar[] = {0, INT64_MIN, INT64_MAX, INT64_MAX - 1'000'000};
  switch (random_.Below(4u)) {
    case 0:  // the first and last day that are taken, and one before and after
      event->set_occurred_at_ms(town_.Midnight(town_.open_day - memory) - random_.Below(2u));
      break;
    case 1:
      event->set_occurred_at_ms(town_.Midnight(town_.open_day + memory + 1) - random_.Below(2u));
      break;
    case 2:
      event->set_occurred_at_ms(kFar[random_.Below(std::size(kFar))]);
      break;
    default:
      event->set_occurred_at_ms(town_.now_ms + random_.Between(-60, 60) * kDayMs);
      break;
  }
}

void Attacks::BreakProducer(v1::Event* event) {
  switch (random_.Below(4u)) {
    case 0:
      event->set_producer_id(std::string(kStranger));
      break;
    case 1:
      event->set_producer_id(witness_.Draw(Noun::kProducer, random_));
      break;
    default:
      event->set_producer_id(
          town_.roster.producers[random_.Below(town_.roster.producers.size())].id);
      break;
  }
}

// A neighbour's programme; most often not as it should be, and then there is no such city.
void Attacks::OpenCity() {
  v1::Event event;
  forger_.FillEnvelope(&event);
  const uint32_t code = town_.city_code + 100 * (1 + random_.Below(3u));
  const auto& ours = town_.options.city_codes;
  if (std::find(ours.begin(), ours.end(), code) != ours.end()) return;
  event.set_city_code(code);
  event.set_producer_id("other-adm");
  v1::ProgrammeOpened* opened = event.mutable_programme_opened();
  opened->set_name("another city");
  opened->set_open_day(town_.open_day);
  opened->set_utc_offset_minutes(480);
  opened->set_admin_producer_id("other-adm");
  *opened->mutable_policy() = PolicyV1();
  breaker_.Aim(town_.open_day, code, town_.now_ms);
  switch (random_.Below(5u)) {
    case 0:
      opened->set_admin_producer_id("somebody-else");
      break;
    case 1:
      opened->mutable_policy()->set_version(2);
      break;
    case 2:
      opened->set_admin_public_key(std::string(32, 'k'));
      break;
    default:
      breaker_.BreakOne(opened);
      break;
  }
  // The end of time is for a city in which nothing else happens.
  const int64_t time_ms = random_.Permille(50) ? INT64_MAX : town_.now_ms;
  forger_.SendBytesAs(std::to_string(code), time_ms, forger_.Seal(event));
}

void Attacks::Replay() {
  if (witness_.records().empty()) return;
  const Witness::Seen& seen = witness_.records().Draw(random_);
  if (random_.Permille(700)) return forger_.SendBytes(seen.value);
  // Around the day on which it is forgotten.
  const int64_t days = 33 + random_.Between(0, 5);
  forger_.SendBytesAt(seen.time_ms + days * kDayMs + random_.Between(0, kDayMs), seen.value);
}

// The id of a record that went by, and something else in it.
void Attacks::Conflict() {
  if (witness_.records().empty()) return;
  const std::string& value = witness_.records().Draw(random_).value;
  v1::Event event;
  if (!ParseQuietly(value, &event)) return forger_.SendBytes("\n");
  event.clear_signature();
  event.set_occurred_at_ms(town_.now_ms - 1);
  forger_.Send(event);
}

}  // namespace merit
