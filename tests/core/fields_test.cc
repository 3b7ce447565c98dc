// EFFECTS.md §1.2: the kinds of fields that every event shares, each at its limit and one over, in
// every event.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/core/good_bodies.h"

namespace merit {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// What may stand in a field, and what may not.
struct Kind {
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

const Kind& Identifier() {
  static const Kind kKind = {
      {"i", std::string(40, 'i'), "A-Z.a_z:0-9"},
      {"", std::string(41, 'i'), "a b", "a/b", "a|b", "\xC3\xA9", std::string("a\0", 2)}};
  return kKind;
}
const Kind& Note() {
  static const Kind kKind = {{"", "i", std::string(40, 'i')}, {std::string(41, 'i'), "a b"}};
  return kKind;
}
const Kind& Hash() {
  static const Kind kKind = {{std::string(32, 'h')},
                             {"", std::string(31, 'h'), std::string(33, 'h')}};
  return kKind;
}
const Kind& HashOrEmpty() {
  static const Kind kKind = {{"", std::string(32, 'h')},
                             {std::string(31, 'h'), std::string(33, 'h')}};
  return kKind;
}
const Kind& TextSaid() {
  static const Kind kKind = {{"t", std::string(200, 't')}, {"", std::string(201, 't')}};
  return kKind;
}
const Kind& Workdays() {
  static const Kind kKind = {{std::string(46, 'c')},
                             {"", std::string(45, 'c'), std::string(47, 'c')}};
  return kKind;
}
const Kind& TextOrEmpty() {
  static const Kind kKind = {{"", std::string(200, 't')}, {std::string(201, 't')}};
  return kKind;
}

Message* BodyOf(v1::Event* event) {
  const auto* const field = v1::Event::descriptor()->FindFieldByNumber(event->body_case());
  return v1::Event::GetReflection()->MutableMessage(event, field);
}

// What a prepared city says to the good body of that name with one field set.
std::string CodeWith(const std::string& name, int field_number,
                     const std::function<void(Message*, const FieldDescriptor*)>& set) {
  Scenario city;
  Prepare(city);
  const GoodBody good = GoodBodyOf(name);
  v1::Event event = city.EventOf(good.text, good.producer);
  Message* const body = BodyOf(&event);
  set(body, body->GetDescriptor()->FindFieldByNumber(field_number));
  return city.SayEvent(event).code();
}

void ExpectText(const std::string& name, int field_number, const Kind& kind) {
  const auto say = [&](const std::string& text) {
    return CodeWith(name, field_number, [&](Message* body, const FieldDescriptor* field) {
      body->GetReflection()->SetString(body, field, text);
    });
  };
  const std::string range = "RANGE." + std::to_string(field_number);
  for (const std::string& text : kind.good)
    EXPECT_FALSE(say(text).starts_with("RANGE.")) << name << " '" << text << "'";
  for (const std::string& text : kind.bad)
    EXPECT_EQ(say(text), range) << name << " '" << text << "'";
}

TEST(Fields, EveryBodyIsGoodAsItStands) {
  for (const GoodBody& body : GoodBodies()) {
    Scenario city;
    Prepare(city);
    EXPECT_EQ(city.Say(body.text, body.producer).code(), "APPLIED") << body.text;
  }
  EXPECT_EQ(GoodBodies().size() + 2, 51u);
}

// Field 1 of every event is an identifier but in three, where it is a day or a year; and a producer
// that was never registered cannot be revoked, whatever it is called.
TEST(Fields, TheFirstFieldIsAnIdentifier) {
  for (const GoodBody& body : GoodBodies()) {
    const std::string name = body.text.substr(0, body.text.find(' '));
    if (name == "calendar_published" || name == "day_closed" ||
        name == "dispatch_exposure_reported")
      continue;
    ExpectText(name, 1, name == "producer_revoked" ? Kind{{}, Identifier().bad} : Identifier());
  }
}

struct FieldOfKind {
  const char* body;
  int field;
  const Kind& (*kind)();
};

TEST(Fields, StringsAndBytes) {
  const FieldOfKind kFields[] = {
      {"calendar_published", 2, Workdays},
      {"producer_registered", 3, TextOrEmpty},
      {"producer_registered", 4, HashOrEmpty},
      {"reviewer_registered", 2, TextOrEmpty},
      {"reviewer_registered", 4, Note},
      {"points_adjusted", 2, Identifier},
      {"points_adjusted", 4, TextSaid},
      {"points_adjusted", 5, Identifier},
      {"points_adjusted", 6, Identifier},
      {"driver_enrolled", 5, Note},
      {"driver_updated", 5, Note},
      {"report_submitted", 2, Identifier},
      {"report_submitted", 14, HashOrEmpty},
      {"report_submitted", 15, HashOrEmpty},
      {"report_reviewed", 2, Identifier},
      {"report_reviewed", 8, Note},
      {"report_reviewed", 9, Note},
      {"report_co_reviewed", 2, Identifier},
      {"report_revoked", 3, Identifier},
      {"report_revoked", 4, Identifier},
      {"appeal_filed", 2, Identifier},
      {"appeal_decided", 3, Identifier},
      {"matter_opened", 5, Note},
      {"matter_opened", 6, Note},
      {"matter_assigned", 2, Identifier},
      {"matter_returned", 2, Note},
      {"matter_merged", 2, Identifier},
      {"volunteer_service_recorded", 2, Identifier},
      {"volunteer_service_recorded", 3, Identifier},
      {"honour_granted", 2, Identifier},
      {"honour_granted", 3, TextSaid},
      {"honour_granted", 7, Hash},
      {"violation_recorded", 2, Identifier},
      {"violation_recorded", 5, Hash},
      {"suspension_imposed", 2, Identifier},
      {"suspension_imposed", 6, Identifier},
      {"item_listed", 2, Identifier},
      {"redemption_requested", 2, Identifier},
      {"redemption_requested", 3, Identifier},
      {"voucher_issued", 2, Hash},
      {"voucher_verified", 2, Identifier},
      {"voucher_voided", 2, Note},
      {"voucher_returned", 2, Note},
      {"settlement_batch_closed", 2, Identifier},
  };
  for (const FieldOfKind& field : kFields) ExpectText(field.body, field.field, field.kind());
}

struct EnumField {
  const char* body;
  int field;
  int last;           // the largest named number
  bool zero = false;  // may be left out
};

TEST(Fields, EnumsAreNamedNumbers) {
  const EnumField kFields[] = {
      {"report_submitted", 3, v1::CHANNEL_HELP},
      {"report_submitted", 9, v1::CRS_GCJ02, true},
      {"report_reviewed", 5, v1::SEVERITY_CRITICAL},
      {"report_reviewed", 6, v1::EVIDENCE_POOR},
      {"report_revoked", 2, v1::REVOKE_CAUSE_ERROR},
      {"matter_opened", 2, v1::MATTER_KIND_GRIEVANCE},
      {"matter_opened", 4, v1::CHANNEL_HELP, true},
      {"matter_assigned", 3, v1::MATTER_LEVEL_PROVINCE},
      {"matter_escalated", 2, v1::MATTER_LEVEL_PROVINCE},
      {"matter_resolved", 2, v1::MATTER_RESULT_NOT_SOLVABLE},
      {"honour_granted", 4, v1::HONOUR_LEVEL_ENTERPRISE},
      {"standing_assessed", 2, v1::STANDING_KIND_BUSINESS},
      {"violation_recorded", 3, v1::VIOLATION_GRADE_V4},
      {"suspension_imposed", 3, v1::SUSPENSION_SCOPE_REDEEM},
      {"item_listed", 3, v1::ITEM_KIND_GOODS},
      {"item_listed", 10, v1::ON_EXPIRE_FORFEIT},
  };
  for (const EnumField& at : kFields) {
    const auto say = [&](int number) {
      return CodeWith(at.body, at.field, [&](Message* body, const FieldDescriptor* field) {
        body->GetReflection()->SetEnumValue(body, field, number);
      });
    };
    const std::string range = "RANGE." + std::to_string(at.field);
    EXPECT_FALSE(say(at.last).starts_with("RANGE.")) << at.body << at.field;
    EXPECT_EQ(say(at.last + 1), range) << at.body;
    EXPECT_EQ(say(-1), range) << at.body;
    if (at.zero) {
      EXPECT_FALSE(say(0).starts_with("RANGE.")) << at.body << at.field;
    } else {
      EXPECT_EQ(say(0), range) << at.body;
    }
  }
}

// Decisions and modes ask for other fields, so they stand apart.
TEST(Fields, DecisionsModesAndOutcomes) {
  Scenario city;
  Prepare(city);
  EXPECT_EQ(city.Say(Approve("submitted", "decision: 5")).code(), "RANGE.3");
  EXPECT_EQ(city.Say(Approve("submitted", "decision: 0")).code(), "RANGE.3");
  EXPECT_EQ(city.Say(Submit("n", "A", "mode: 3")).code(), "RANGE.4");
  EXPECT_EQ(city.Say(Submit("n", "A", "mode: 0")).code(), "RANGE.4");
  EXPECT_EQ(city.Say("appeal_decided { appeal_id: 'appeal' outcome: 3 reviewer_id: 'v2' }").code(),
            "RANGE.2");
  EXPECT_EQ(city.Say("appeal_decided { appeal_id: 'appeal' reviewer_id: 'v2' }").code(), "RANGE.2");
}

// "Of several breaches the smallest field number is named."
TEST(Fields, TheSmallestFieldIsNamed) {
  for (const GoodBody& good : GoodBodies()) {
    Scenario city;
    Prepare(city);
    v1::Event event = city.EventOf(good.text, good.producer);
    Message* const body = BodyOf(&event);
    body->Clear();
    const FieldDescriptor* const first = body->GetDescriptor()->FindFieldByNumber(1);
    if (first->cpp_type() == FieldDescriptor::CPPTYPE_INT32)
      body->GetReflection()->SetInt32(body, first, -1);
    EXPECT_EQ(city.SayEvent(event).code(), "RANGE.1") << good.text;
  }
}

}  // namespace
}  // namespace merit
