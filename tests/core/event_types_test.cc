// The table of event types against DOMAIN.md §4, and against the oneof of Event.
#include "engine/core/event_types.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/core/scenario.h"

namespace merit {
namespace {

using v1::ROLE_ADMIN, v1::ROLE_APP, v1::ROLE_AUTHORITY, v1::ROLE_CLOCK, v1::ROLE_FINANCE,
    v1::ROLE_PARTNER, v1::ROLE_PLATFORM, v1::ROLE_REVIEW;

// DOMAIN.md §4, row by row.
const std::map<std::string, std::set<int>>& RolesOfTheText() {
  static const std::map<std::string, std::set<int>> kRoles = {
      {"ProgrammeOpened", {ROLE_ADMIN}},
      {"PolicyActivated", {ROLE_AUTHORITY, ROLE_ADMIN}},
      {"CalendarPublished", {ROLE_AUTHORITY}},
      {"ProducerRegistered", {ROLE_ADMIN}},
      {"ProducerRevoked", {ROLE_ADMIN}},
      {"ReviewerRegistered", {ROLE_AUTHORITY}},
      {"ReviewerRevoked", {ROLE_AUTHORITY}},
      {"DayClosed", {ROLE_CLOCK}},
      {"PointsAdjusted", {ROLE_ADMIN}},
      {"DriverEnrolled", {ROLE_PLATFORM, ROLE_AUTHORITY}},
      {"DriverUpdated", {ROLE_PLATFORM, ROLE_AUTHORITY}},
      {"DriverOptedOut", {ROLE_APP}},
      {"DriverOptedIn", {ROLE_APP}},
      {"DriverErased", {ROLE_ADMIN}},
      {"ReportSubmitted", {ROLE_APP, ROLE_PLATFORM}},
      {"ReportWithdrawn", {ROLE_APP}},
      {"ReportReviewed", {ROLE_REVIEW}},
      {"ReportCoReviewed", {ROLE_REVIEW}},
      {"ReportRevoked", {ROLE_REVIEW, ROLE_AUTHORITY}},
      {"AppealFiled", {ROLE_APP}},
      {"AppealDecided", {ROLE_REVIEW, ROLE_AUTHORITY}},
      {"MatterOpened", {ROLE_REVIEW, ROLE_APP}},
      {"MatterAssigned", {ROLE_REVIEW}},
      {"MatterReturned", {ROLE_REVIEW, ROLE_PARTNER}},
      {"MatterEscalated", {ROLE_REVIEW, ROLE_CLOCK}},
      {"MatterResolved", {ROLE_REVIEW, ROLE_PARTNER}},
      {"MatterVerified", {ROLE_REVIEW}},
      {"MatterFollowedUp", {ROLE_REVIEW}},
      {"MatterReopened", {ROLE_REVIEW}},
      {"MatterVoided", {ROLE_REVIEW}},
      {"MatterMerged", {ROLE_REVIEW}},
      {"VolunteerServiceRecorded", {ROLE_REVIEW, ROLE_PLATFORM}},
      {"VolunteerServiceRevoked", {ROLE_REVIEW}},
      {"HonourGranted", {ROLE_AUTHORITY}},
      {"HonourRevoked", {ROLE_AUTHORITY}},
      {"StandingAssessed", {ROLE_PLATFORM}},
      {"ViolationRecorded", {ROLE_AUTHORITY, ROLE_PLATFORM}},
      {"ViolationRescinded", {ROLE_AUTHORITY, ROLE_PLATFORM}},
      {"SuspensionImposed", {ROLE_AUTHORITY}},
      {"SuspensionLifted", {ROLE_AUTHORITY}},
      {"DispatchExposureReported", {ROLE_PLATFORM}},
      {"ItemListed", {ROLE_PARTNER, ROLE_ADMIN}},
      {"StockAdjusted", {ROLE_PARTNER, ROLE_ADMIN}},
      {"ItemClosed", {ROLE_PARTNER, ROLE_ADMIN}},
      {"RedemptionRequested", {ROLE_APP}},
      {"RedemptionCancelled", {ROLE_APP}},
      {"VoucherIssued", {ROLE_PARTNER, ROLE_APP}},
      {"VoucherVerified", {ROLE_PARTNER}},
      {"VoucherVoided", {ROLE_PARTNER, ROLE_ADMIN}},
      {"VoucherReturned", {ROLE_PARTNER, ROLE_ADMIN}},
      {"SettlementBatchClosed", {ROLE_FINANCE}},
  };
  return kRoles;
}

TEST(EventTypes, EveryBodyOfEventIsThereOnceAndNoneElse) {
  std::map<int, std::string> bodies;
  const auto* const oneof = v1::Event::descriptor()->FindOneofByName("body");
  for (int place = 0; place < oneof->field_count(); ++place) {
    bodies[oneof->field(place)->number()] = oneof->field(place)->message_type()->name();
  }
  std::map<int, std::string> types;
  for (const EventType& type : EventTypes()) {
    EXPECT_TRUE(types.emplace(type.number, type.name).second) << type.name << " is there twice";
    EXPECT_EQ(&EventTypeOf(type.number), &type);
  }
  EXPECT_EQ(types, bodies);
}

TEST(EventTypes, RolesAreThoseOfTheText) {
  std::set<std::string> names;
  for (const EventType& type : EventTypes()) {
    names.insert(type.name);
    ASSERT_TRUE(RolesOfTheText().contains(type.name)) << type.name;
    std::set<int> roles;
    for (int role = 0; role < 32; ++role) {
      if (type.roles >> role & 1) roles.insert(role);
    }
    EXPECT_EQ(roles, RolesOfTheText().at(type.name)) << type.name;
  }
  EXPECT_EQ(names.size(), RolesOfTheText().size());
}

// Each event with an empty body: a producer of the wrong role is told so before anything in the
// body is looked at.
TEST(EventTypes, OnlyTheRolesMaySpeak) {
  Scenario city;
  const std::map<int, const char*> producers = {{ROLE_PLATFORM, "plat"}, {ROLE_APP, "app"},
                                                {ROLE_REVIEW, "rev"},    {ROLE_AUTHORITY, "auth"},
                                                {ROLE_PARTNER, "st1"},   {ROLE_FINANCE, "fin"},
                                                {ROLE_CLOCK, "clk"},     {ROLE_ADMIN, "adm"}};
  for (const EventType& type : EventTypes()) {
    const auto* const field = v1::Event::descriptor()->FindFieldByNumber(type.number);
    for (const auto& [role, producer] : producers) {
      v1::Event event;
      event.set_producer_id(producer);
      v1::Event::GetReflection()->MutableMessage(&event, field);
      if (type.number == v1::Event::kDayClosed) event.mutable_day_closed()->set_day(-1);
      const std::string code = city.SayEvent(event).code();
      if (RolesOfTheText().at(type.name).contains(role)) {
        EXPECT_TRUE(code.starts_with("RANGE.")) << type.name << " by " << producer << ": " << code;
      } else {
        EXPECT_EQ(code, "UNAUTHORISED.3") << type.name << " by " << producer;
      }
    }
  }
}

}  // namespace
}  // namespace merit
