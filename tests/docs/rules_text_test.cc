// docs/DOMAIN.md and docs/EFFECTS.md speak of the events, roles and names that the program has, and
// of all of them.
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/core/event_types.h"
#include "merit/v1/event.pb.h"
#include "merit/v1/outcome.pb.h"
#include "tests/docs/document.h"

namespace merit::docs {
namespace {

constexpr const char* kDomain = "docs/DOMAIN.md";
constexpr const char* kEffects = "docs/EFFECTS.md";

using Roles = std::set<std::string>;

// "| MatterReopened / MatterVoided | REVIEW | matter_id |": both, with the roles of the row.
std::map<std::string, Roles> EventsOfTheText() {
  static const std::regex kRow(R"(\| ([A-Z][A-Za-z /]*[a-z])[^|]*\| ([A-Z, ]+) \|.*)");
  std::map<std::string, Roles> events;
  for (const std::string& line : Section(kDomain, 4)) {
    std::smatch row;
    if (!std::regex_match(line, row, kRow)) continue;
    const Lines roles = Matches({row[2]}, "([A-Z]+)");
    for (const std::string& event : Matches({row[1]}, "([A-Za-z]+)")) {
      EXPECT_TRUE(events.emplace(event, Roles(roles.begin(), roles.end())).second) << event;
    }
  }
  return events;
}

TEST(Docs, EventTypesAreThoseOfTheText) {
  std::map<std::string, Roles> events;
  for (const EventType& type : EventTypes()) {
    for (int role = 1; v1::Role_IsValid(role); ++role) {
      const std::string name = v1::Role_Name(static_cast<v1::Role>(role));
      if (type.roles >> role & 1) events[type.name].insert(name.substr(name.find('_') + 1));
    }
  }
  EXPECT_EQ(EventsOfTheText(), events);
}

TEST(Docs, EveryEventsEffectsAreInTheText) {
  const Lines effects = Section(kEffects, 2);
  for (const EventType& type : EventTypes()) {
    // "DriverOptedOut / In", "MatterReturned, MatterResolved, MatterVoided"
    const std::string name = type.name == std::string("DriverOptedIn") ? "/ In" : type.name;
    const bool found = std::any_of(effects.begin(), effects.end(), [&](const std::string& line) {
      return line.starts_with("|") && line.substr(0, line.find('|', 1)).find(name) != line.npos;
    });
    EXPECT_TRUE(found) << kEffects << " §2 has no row of " << name;
  }
}

// Every value of `values` but the unspecified one stands in a section, as a word of capitals.
void ExpectNamed(const google::protobuf::EnumDescriptor& values, size_t prefix, int section) {
  const Lines found = Matches(Section(kDomain, section), "\\b([A-Z][A-Z_]+)\\b");
  const std::set<std::string> words(found.begin(), found.end());
  for (int place = 0; place < values.value_count(); ++place) {
    if (values.value(place)->number() == 0) continue;
    const std::string name = values.value(place)->name().substr(prefix);
    EXPECT_TRUE(words.contains(name))
        << kDomain << " §" << section << " does not speak of " << name;
  }
}

TEST(Docs, TheTextNamesEveryAnswer) {
  ExpectNamed(*v1::Code_descriptor(), sizeof("CODE_") - 1, 5);
  ExpectNamed(*v1::ReportState_descriptor(), sizeof("REPORT_STATE_") - 1, 7);
  ExpectNamed(*v1::DeclineCode_descriptor(), sizeof("DECLINE_CODE_") - 1, 9);
  ExpectNamed(*v1::RedemptionState_descriptor(), sizeof("REDEMPTION_STATE_") - 1, 9);
  ExpectNamed(*v1::MatterState_descriptor(), sizeof("MATTER_STATE_") - 1, 11);
  ExpectNamed(*v1::FlagRule_descriptor(), sizeof("FLAG_RULE_") - 1, 11);
}

}  // namespace
}  // namespace merit::docs
