#include "simulator/composer.h"

namespace merit {
namespace {

using E = v1::Event;

}  // namespace

void Composer::ComposeService(int number, v1::Event* event) {
  event->set_producer_id(ProducerIdOf(v1::ROLE_AUTHORITY));
  switch (number) {
    case E::kVolunteerServiceRecorded: {
      event->set_producer_id(ProducerIdOf(Coin() ? v1::ROLE_REVIEW : v1::ROLE_PLATFORM));
      v1::VolunteerServiceRecorded* recorded = event->mutable_volunteer_service_recorded();
      recorded->set_record_id(Coin(950) ? NewId("S") : Any(Noun::kRecord));
      recorded->set_driver_id(Any(Noun::kDriver));
      recorded->set_activity_id("activity-1");
      recorded->set_minutes(Coin(100) ? 1'440 : random_.Day(1, 300));
      recorded->set_service_day(Coin(100) ? town_.open_day - 128 : Near(-3, 0));
      recorded->set_organiser_confirmed(true);
      recorded->set_beneficiary_confirmed(Coin(950));
      break;
    }
    case E::kVolunteerServiceRevoked:
      event->set_producer_id(ProducerIdOf(v1::ROLE_REVIEW));
      event->mutable_volunteer_service_revoked()->set_record_id(Any(Noun::kRecord));
      break;
    case E::kHonourGranted: {
      v1::HonourGranted* granted = event->mutable_honour_granted();
      granted->set_honour_id(Coin(950) ? NewId("H") : Any(Noun::kHonour));
      granted->set_driver_id(Any(Noun::kDriver));
      granted->set_title("a title");
      granted->set_level(static_cast<v1::HonourLevel>(1 + random_.Below(5u)));
      granted->set_from_day(Near(-5, 5));
      granted->set_to_day(granted->from_day() + random_.Day(0, 40));
      granted->set_doc_sha256(Hash());
      break;
    }
    default:
      event->mutable_honour_revoked()->set_honour_id(Any(Noun::kHonour));
      break;
  }
}

void Composer::ComposeStanding(int number, v1::Event* event) {
  event->set_producer_id(ProducerIdOf(v1::ROLE_AUTHORITY));
  switch (number) {
    case E::kStandingAssessed: {
      event->set_producer_id(ProducerIdOf(v1::ROLE_PLATFORM));
      v1::StandingAssessed* assessed = event->mutable_standing_assessed();
      assessed->set_driver_id(Any(Noun::kDriver));
      assessed->set_kind(Coin() ? v1::STANDING_KIND_SAFETY : v1::STANDING_KIND_BUSINESS);
      assessed->set_to_day(Near(-60, 0));
      assessed->set_from_day(assessed->to_day() - random_.Day(0, 30));
      assessed->set_score_permille(Coin(100) ? (Coin() ? 0 : 1'000) : random_.Day(0, 1'000));
      break;
    }
    case E::kViolationRecorded: {
      if (Coin()) event->set_producer_id(ProducerIdOf(v1::ROLE_PLATFORM));
      v1::ViolationRecorded* recorded = event->mutable_violation_recorded();
      recorded->set_violation_id(Coin(950) ? NewId("L") : Any(Noun::kViolation));
      recorded->set_driver_id(Any(Noun::kDriver));
      recorded->set_grade(static_cast<v1::ViolationGrade>(1 + random_.Below(4u)));
      recorded->set_violation_day(Coin(100) ? random_.Day(0, town_.open_day) : Near(-20, 0));
      recorded->set_doc_sha256(Hash());
      break;
    }
    case E::kViolationRescinded:
      if (Coin()) event->set_producer_id(ProducerIdOf(v1::ROLE_PLATFORM));
      event->mutable_violation_rescinded()->set_violation_id(Any(Noun::kViolation));
      break;
    case E::kSuspensionImposed: {
      v1::SuspensionImposed* imposed = event->mutable_suspension_imposed();
      imposed->set_suspension_id(Coin(950) ? NewId("P") : Any(Noun::kSuspension));
      imposed->set_driver_id(Coin(700) ? witness_.DrawOwn(Noun::kDriver, random_)
                                       : Any(Noun::kDriver));
      imposed->set_scope(static_cast<v1::SuspensionScope>(1 + random_.Below(3u)));
      imposed->set_from_day(Near(-10, 10));
      imposed->set_to_day(imposed->from_day() + random_.Day(0, 20));
      imposed->set_decided_by("panel-1");
      break;
    }
    case E::kSuspensionLifted:
      event->mutable_suspension_lifted()->set_suspension_id(Any(Noun::kSuspension));
      break;
    default: {
      event->set_producer_id(ProducerIdOf(v1::ROLE_PLATFORM));
      v1::DispatchExposureReported* reported = event->mutable_dispatch_exposure_reported();
      reported->set_day(Near(-28, 0));
      reported->set_tier(random_.Below(5u));
      reported->set_online_minutes(Coin(100) ? 1'000'000'000 : random_.Between(0, 100'000));
      reported->set_orders_assigned(Coin(100) ? 1'000'000'000 : random_.Between(0, 5'000));
      reported->set_median_pickup_s(Coin(100) ? 86'400 : random_.Day(0, 900));
      break;
    }
  }
}

}  // namespace merit
