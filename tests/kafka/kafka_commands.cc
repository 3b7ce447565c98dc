#include "tests/kafka/kafka_commands.h"

#include <fstream>

#include "consumers/policy/policy_v1.h"
#include "engine/clocks.h"
#include "engine/wire/exchange.h"
#include "merit/v1/event.pb.h"

namespace merit {
namespace {

v1::Event EventOf(uint32_t city_code, const std::string& name) {
  v1::Event event;
  event.set_event_id(Cat(name, "-", city_code));
  event.set_city_code(city_code);
  event.set_producer_id("admin");
  event.set_occurred_at_ms(WallMs());
  return event;
}

}  // namespace

std::string KafkaCommandTest::Write(const std::string& name, const std::string& text) const {
  std::ofstream(Path(name), std::ios::binary) << text;
  return Path(name);
}

int32_t TodayInChina() { return static_cast<int32_t>((WallMs() + 8 * 3'600'000) / 86'400'000); }

std::string ProgrammeLines(uint32_t city_code, int days, const std::string& public_key) {
  v1::Event opening = EventOf(city_code, "opened");
  v1::ProgrammeOpened& programme = *opening.mutable_programme_opened();
  programme.set_name("a test");
  programme.set_open_day(TodayInChina() - days);
  programme.set_utc_offset_minutes(480);
  programme.set_admin_producer_id("admin");
  *programme.mutable_policy() = PolicyV1();
  v1::Event clock = EventOf(city_code, "clock");
  clock.mutable_producer_registered()->set_registered_producer_id("clock");
  clock.mutable_producer_registered()->add_roles(v1::ROLE_CLOCK);
  clock.mutable_producer_registered()->set_name("the clock");
  nlohmann::ordered_json registration = nlohmann::ordered_json::parse(ToJson(clock).value());
  if (!public_key.empty()) registration["producer_registered"]["public_key"] = public_key;
  return ToJson(opening).value() + "\n" + registration.dump() + "\n";
}

}  // namespace merit
