#include "tests/core/scenario.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "engine/core/event_types.h"
#include "engine/core/state_export.h"
#include "tests/core/outcome_text.h"

namespace merit {
namespace {

constexpr int64_t kOffsetMs = 480 * 60'000;

// Who usually says an event of that role; the order decides where several may.
const char* UsualProducer(uint32_t roles) {
  static constexpr std::pair<v1::Role, const char*> kProducers[] = {
      {v1::ROLE_ADMIN, "adm"},     {v1::ROLE_REVIEW, "rev"},    {v1::ROLE_APP, "app"},
      {v1::ROLE_PLATFORM, "plat"}, {v1::ROLE_CLOCK, "clk"},     {v1::ROLE_FINANCE, "fin"},
      {v1::ROLE_PARTNER, "st1"},   {v1::ROLE_AUTHORITY, "auth"}};
  for (const auto& [role, producer] : kProducers) {
    if (roles >> role & 1) return producer;
  }
  return "nobody";
}

template <class Message>
Message Parsed(std::string_view bytes) {
  Message message;
  EXPECT_TRUE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  return message;
}

// Where a value of a state line ends: before the next key or at the end.
size_t EndOfValue(const std::string& line, size_t at) {
  for (int depth = 0; at < line.size(); ++at) {
    depth += line[at] == '[' ? 1 : line[at] == ']' ? -1 : 0;
    if (depth == 0 && (line[at] == ',' || line[at] == '}')) break;
  }
  return at;
}

uint32_t RecordsBetweenRestarts() {
  const char* const count = std::getenv("MERIT_RESTART");
  return count == nullptr ? 0 : static_cast<uint32_t>(std::stoul(count));
}

int64_t MidnightMs(int32_t day) { return int64_t{day} * kDayMs - kOffsetMs; }

}  // namespace

v1::Policy PolicyV1() {
  std::ifstream file(MERIT_VECTORS "/policy_v1.json");
  std::stringstream text;
  text << file.rdbuf();
  v1::Policy policy;
  const auto status = google::protobuf::util::JsonStringToMessage(text.str(), &policy);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return policy;
}

// --- what is said ------------------------------------------------------------------------------

std::string Said::code() const {
  if (stop == Stop::kNewerEvent) return "STOP";
  return outcomes.empty() ? "no outcome" : CodeText(outcomes[0]);
}

std::string Said::With(std::initializer_list<std::string_view> words) const {
  std::string text;
  for (const v1::Outcome& outcome : outcomes) {
    if (outcome.city_seq() != outcomes[0].city_seq()) break;
    for (const v1::Effect& effect : outcome.effects()) {
      const std::string one = EffectText(effect);
      for (std::string_view word : words) {
        if (!one.starts_with(word)) continue;
        text += (text.empty() ? "" : "; ") + one;
        break;
      }
    }
  }
  return text;
}

std::string Said::woken() const {
  std::string text;
  for (const v1::Outcome& outcome : outcomes) {
    if (outcome.city_seq() == outcomes[0].city_seq() || outcome.part() > 0) continue;
    text += (text.empty() ? "" : ", ") + outcome.event_id() + " " + CodeText(outcome);
  }
  return text;
}

std::ostream& operator<<(std::ostream& out, const Said& said) {
  return out << said.text() << (said.woken().empty() ? "" : " | ") << said.woken();
}

// --- the image ---------------------------------------------------------------------------------

std::string MapImage::Read(std::string_view key) {
  const auto found = rows_.find(std::string(key));
  if (found == rows_.end()) throw RowsUnavailable{"a key is missing"};
  return found->second;
}

std::unique_ptr<City> MapImage::Restore(uint32_t city_code) {
  auto city = std::make_unique<City>(city_code, this);
  for (uint8_t table : City::TablesAtStart()) {
    const std::string prefix = city->prefix + static_cast<char>(table);
    for (auto at = rows_.lower_bound(prefix); at != rows_.end() && at->first.starts_with(prefix);
         ++at) {
      EXPECT_TRUE(city->RestoreKey(at->first.substr(city->prefix.size()), at->second))
          << int{table};
    }
  }
  city->FinishRestore();
  return city;
}

// --- the scenario ------------------------------------------------------------------------------

Scenario::Scenario(const PolicyEdit& edit, int32_t open_day)
    : records_between_restarts_(RecordsBetweenRestarts()),
      machine_(std::make_unique<Machine>(&image_)) {
  policy_ = PolicyV1();
  policy_.set_second_sample_percent(0);
  if (edit) edit(policy_);
  now_ms = MidnightMs(open_day) + 8 * kHourMs;
  v1::Event opening;
  opening.set_producer_id("adm");
  v1::ProgrammeOpened& m = *opening.mutable_programme_opened();
  m.set_name("city");
  m.set_open_day(open_day);
  m.set_utc_offset_minutes(480);
  m.set_admin_producer_id("adm");
  *m.mutable_policy() = policy_;
  EXPECT_EQ(SayEvent(opening).text(), "APPLIED: PolicyInForce 1");
  for (const auto& [producer, role] :
       std::initializer_list<std::pair<const char*, const char*>>{{"auth", "AUTHORITY"},
                                                                  {"plat", "PLATFORM"},
                                                                  {"app", "APP"},
                                                                  {"rev", "REVIEW"},
                                                                  {"st1", "PARTNER"},
                                                                  {"st2", "PARTNER"},
                                                                  {"fin", "FINANCE"},
                                                                  {"clk", "CLOCK"}}) {
    EXPECT_EQ(Say("producer_registered { registered_producer_id: '" + std::string(producer) +
                  "' roles: ROLE_" + role + " }")
                  .text(),
              "APPLIED");
  }
  for (const char* reviewer : {"v1", "v2"}) {
    EXPECT_EQ(Say("reviewer_registered { reviewer_id: '" + std::string(reviewer) + "' }").text(),
              "APPLIED");
  }
  for (const char* driver : {"A", "B", "C"}) EXPECT_EQ(Say(Enrol(driver)).text(), "APPLIED");
}

v1::Event Scenario::EventOf(const std::string& body, std::string_view producer) {
  v1::Event event;
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(body, &event)) << body;
  if (producer.empty()) producer = UsualProducer(EventTypeOf(event.body_case()).roles);
  event.set_producer_id(std::string(producer));
  event.set_event_id("e" + std::to_string(++events_));
  event.set_city_code(kCity);
  event.set_occurred_at_ms(machine_->cities().empty() ? now_ms : MidnightMs(open_day()));
  return event;
}

Said Scenario::Say(const std::string& body, std::string_view producer) {
  return SayEvent(EventOf(body, producer));
}

Said Scenario::SayEvent(v1::Event event) {
  if (event.event_id().empty()) event.set_event_id("e" + std::to_string(++events_));
  if (event.city_code() == 0) event.set_city_code(kCity);
  if (event.occurred_at_ms() == 0) event.set_occurred_at_ms(now_ms);
  return SayBytes(event.SerializeAsString());
}

Said Scenario::SayBytes(std::string_view value, std::string_view key) {
  outputs_.Clear();
  const Stop stop = machine_->FoldRecord({key, now_ms, value}, &outputs_);
  machine_->Flush(&outputs_);
  Said said = Take(stop);
  if (records_between_restarts_ > 0 && ++records_ % records_between_restarts_ == 0) Restart();
  return said;
}

Said Scenario::Take(Stop stop) {
  Said said;
  said.stop = stop;
  bool first_bulletin = true;
  for (size_t place = 0; place < outputs_.size(); ++place) {
    const Output output = outputs_[place];
    switch (output.topic) {
      case Topic::kOutcomes:
        said.outcomes.push_back(Parsed<v1::Outcome>(output.value));
        break;
      case Topic::kBulletins:
        if (first_bulletin) bulletins.clear();
        first_bulletin = false;
        bulletins.push_back(Parsed<v1::Bulletin>(output.value));
        break;
      case Topic::kDeadLetters:
        dead_letters.push_back(Parsed<v1::DeadLetter>(output.value));
        break;
      case Topic::kScores:
        ++(output.tombstone ? tombstones : scores_published);
        if (!output.tombstone)
          scores_[std::string(output.key.substr(7))] = Parsed<v1::Score>(output.value);
        break;
      case Topic::kSeals:
        break;
    }
  }
  return said;
}

void Scenario::Restart() {
  machine_->Collect(&image_);
  auto restored = std::make_unique<Machine>(&image_);
  for (const auto& [code, city] : machine_->cities()) restored->Adopt(image_.Restore(code));
  machine_ = std::move(restored);
}

Said Scenario::Close() {
  now_ms = std::max(now_ms, MidnightMs(open_day() + 1));
  return Say(Day(open_day()));
}

Said Scenario::CloseUntil(int32_t day) {
  Said said;
  while (open_day() < day) {
    said = Close();
    if (said.code() != "APPLIED") return said;
  }
  return said;
}

Said Scenario::Activate(int32_t effective_day, const PolicyEdit& edit) {
  edit(policy_);
  policy_.set_version(static_cast<uint32_t>(city().policies.size()) + 1);
  v1::Event event = EventOf("policy_activated { emergency: true " + Hash32("doc_sha256", 1) + " }");
  event.mutable_policy_activated()->set_published_day(open_day());
  event.mutable_policy_activated()->set_effective_day(effective_day);
  *event.mutable_policy_activated()->mutable_policy() = policy_;
  return SayEvent(event);
}

std::string Scenario::Field(const std::string& type, const std::string& id,
                            const std::string& key) {
  std::string value = "no such line";
  const std::string begin = "{\"type\":\"" + type + "\",\"id\":\"" + id + "\",";
  ExportState(city(), [&](const std::string& line) {
    if (!line.starts_with(begin)) return;
    const size_t at = line.find(",\"" + key + "\":");
    if (at == std::string::npos) return;
    const size_t value_at = at + key.size() + 4;
    value = line.substr(value_at, EndOfValue(line, value_at) - value_at);
  });
  return value;
}

std::string Scenario::Balance(const std::string& driver) {
  return Field("DRIVER", driver, "available") + " " + Field("DRIVER", driver, "held") + " " +
         Field("DRIVER", driver, "arrears");
}

std::string Scenario::State() {
  std::string text;
  ExportState(city(), [&](const std::string& line) { text += line + "\n"; });
  return text;
}

v1::Score Scenario::Score(const std::string& driver) {
  EXPECT_TRUE(scores_.contains(driver)) << driver;
  return scores_[driver];
}

}  // namespace merit
