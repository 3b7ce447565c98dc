#include "simulator/composer.h"

#include <algorithm>

#include "consumers/policy/policy_v1.h"
#include "simulator/calendar.h"

namespace merit {
namespace {

struct Row {
  int number;
  uint16_t weight;
};

using E = v1::Event;
constexpr Row kRows[] = {
    {E::kProgrammeOpened, 4},
    {E::kPolicyActivated, 4},
    {E::kCalendarPublished, 3},
    {E::kProducerRegistered, 3},
    {E::kProducerRevoked, 2},
    {E::kReviewerRegistered, 6},
    {E::kReviewerRevoked, 4},
    {E::kDayClosed, 6},
    {E::kPointsAdjusted, 10},
    {E::kDriverEnrolled, 16},
    {E::kDriverUpdated, 8},
    {E::kDriverOptedOut, 6},
    {E::kDriverOptedIn, 6},
    {E::kDriverErased, 3},
    {E::kReportSubmitted, 60},
    {E::kReportWithdrawn, 12},
    {E::kReportReviewed, 50},
    {E::kReportCoReviewed, 20},
    {E::kReportRevoked, 20},
    {E::kAppealFiled, 20},
    {E::kAppealDecided, 20},
    {E::kMatterOpened, 16},
    {E::kMatterAssigned, 14},
    {E::kMatterReturned, 10},
    {E::kMatterEscalated, 10},
    {E::kMatterResolved, 12},
    {E::kMatterVerified, 12},
    {E::kMatterFollowedUp, 10},
    {E::kMatterReopened, 8},
    {E::kMatterVoided, 4},
    {E::kMatterMerged, 8},
    {E::kVolunteerServiceRecorded, 14},
    {E::kVolunteerServiceRevoked, 8},
    {E::kHonourGranted, 12},
    {E::kHonourRevoked, 8},
    {E::kStandingAssessed, 14},
    {E::kViolationRecorded, 10},
    {E::kViolationRescinded, 8},
    {E::kSuspensionImposed, 6},
    {E::kSuspensionLifted, 8},
    {E::kDispatchExposureReported, 12},
    {E::kItemListed, 14},
    {E::kStockAdjusted, 8},
    {E::kItemClosed, 4},
    {E::kRedemptionRequested, 30},
    {E::kRedemptionCancelled, 14},
    {E::kVoucherIssued, 18},
    {E::kVoucherVerified, 20},
    {E::kVoucherVoided, 10},
    {E::kVoucherReturned, 14},
    {E::kSettlementBatchClosed, 10},
};

}  // namespace

int Composer::DrawNumber() {
  uint32_t total = 0;
  for (const Row& row : kRows) total += row.weight;
  uint32_t place = random_.Below(total);
  const Row* row = kRows;
  while (place >= row->weight) place -= (row++)->weight;
  return row->number;
}

std::string Composer::NewId(const char* letter) {
  std::string id = "x-" + (letter + std::to_string(++ids_));
  // Now and then as long as an id may be.
  if (random_.Permille(10)) id.resize(40, '.');
  return id;
}

std::string Composer::Hash() {
  std::string bytes;
  town_.DerivedHash(random_.Next(), 13, &bytes);
  return bytes;
}

uint32_t Composer::County() {
  if (random_.Permille(30)) return town_.city_code;
  return town_.roster.counties[random_.Below(town_.roster.counties.size())].code;
}

std::string Composer::Reviewer() {
  // The city's own may review everywhere.
  return random_.Permille(600) ? town_.roster.reviewers[random_.Below(4u)].id
                               : Any(Noun::kReviewer);
}

uint32_t Composer::ProducerOf(v1::Role role) {
  const std::vector<Producer>& producers = town_.roster.producers;
  for (;;) {
    const uint32_t index = random_.Below(producers.size());
    if (producers[index].role == role) return index;
  }
}

void Composer::Compose(int number, v1::Event* event) {
  if (number <= E::kPointsAdjusted) {
    ComposeProgramme(number, event);
  } else if (number <= E::kDriverErased) {
    ComposeDriver(number, event);
  } else if (number <= E::kReportRevoked) {
    ComposeReport(number, event);
  } else if (number <= E::kAppealDecided) {
    ComposeAppeal(number, event);
  } else if (number <= E::kMatterMerged) {
    ComposeMatter(number, event);
  } else if (number <= E::kHonourRevoked) {
    ComposeService(number, event);
  } else if (number <= E::kDispatchExposureReported) {
    ComposeStanding(number, event);
  } else if (number <= E::kItemClosed) {
    ComposeItem(number, event);
  } else {
    ComposeRedemption(number, event);
  }
}

void Composer::ComposeProgramme(int number, v1::Event* event) {
  event->set_producer_id(ProducerIdOf(v1::ROLE_ADMIN));
  switch (number) {
    case E::kProgrammeOpened: {
      v1::ProgrammeOpened* opened = event->mutable_programme_opened();
      opened->set_name("another");
      opened->set_open_day(Near(-30, 5));
      opened->set_utc_offset_minutes(480);
      opened->set_admin_producer_id(event->producer_id());
      *opened->mutable_policy() = PolicyV1();
      return;
    }
    case E::kPolicyActivated: {
      event->set_producer_id(ProducerIdOf(v1::ROLE_AUTHORITY));
      v1::PolicyActivated* activated = event->mutable_policy_activated();
      activated->set_published_day(town_.open_day);
      activated->set_effective_day(std::max(Near(30, 40), town_.policies.last_effective_day()));
      activated->set_doc_sha256(Hash());
      activated->set_agreement_ref("minutes");
      *activated->mutable_policy() = town_.policies.Last();
      // Broken in whatever way, it never comes into force: that would be for years.
      activated->mutable_policy()->set_version(town_.policies.Last().version() + 5);
      return;
    }
    case E::kCalendarPublished: {
      event->set_producer_id(ProducerIdOf(v1::ROLE_AUTHORITY));
      const int32_t year = DateOf(town_.open_day).year + random_.Day(0, 2);
      event->mutable_calendar_published()->set_year(static_cast<uint32_t>(year));
      event->mutable_calendar_published()->set_workdays(WorkdaysOf(year));
      return;
    }
    case E::kDayClosed: {
      event->set_producer_id(ProducerIdOf(v1::ROLE_CLOCK));
      const int32_t past = Near(-40, -1);
      const int32_t future = Near(2, 5);
      event->mutable_day_closed()->set_day(Coin() ? past : future);
      return;
    }
    case E::kPointsAdjusted: {
      v1::PointsAdjusted* adjusted = event->mutable_points_adjusted();
      adjusted->set_adjustment_id(Coin(900) ? NewId("J") : Any(Noun::kAdjustment));
      adjusted->set_driver_id(Any(Noun::kDriver));
      const int32_t points = random_.Day(1, 505);
      adjusted->set_delta_pts(Coin() ? points : -points);
      adjusted->set_reason("because");
      adjusted->set_signer_a("signer-1");
      adjusted->set_signer_b(Coin(900) ? "signer-2" : "signer-1");
      return;
    }
    default:
      return ComposeProducer(number, event);
  }
}

void Composer::ComposeProducer(int number, v1::Event* event) {
  switch (number) {
    case E::kProducerRegistered: {
      v1::ProducerRegistered* registered = event->mutable_producer_registered();
      registered->set_registered_producer_id(NewId("P"));
      registered->add_roles(static_cast<v1::Role>(1 + random_.Below(8u)));
      if (Coin(300)) {
        for (int role = 1; role <= 8; ++role) {
          if (role != registered->roles(0)) registered->add_roles(static_cast<v1::Role>(role));
        }
      }
      registered->set_name("somebody");
      if (Coin(200)) registered->set_public_key(Hash());
      return;
    }
    case E::kProducerRevoked:
      event->mutable_producer_revoked()->set_registered_producer_id(
          witness_.DrawOwn(Noun::kProducer, random_));
      return;
    case E::kReviewerRegistered: {
      event->set_producer_id(ProducerIdOf(v1::ROLE_AUTHORITY));
      v1::ReviewerRegistered* registered = event->mutable_reviewer_registered();
      registered->set_reviewer_id(NewId("V"));
      registered->set_body("a body");
      const std::string county = std::to_string(County());
      registered->set_jurisdiction_prefix(county.substr(0, random_.Below(7u)));
      if (Coin()) registered->set_linked_driver_id(Any(Noun::kDriver));
      return;
    }
    default:
      event->set_producer_id(ProducerIdOf(v1::ROLE_AUTHORITY));
      event->mutable_reviewer_revoked()->set_reviewer_id(
          witness_.DrawOwn(Noun::kReviewer, random_));
      return;
  }
}

template <class Body>
void Composer::FillPermits(Body* body) {
  body->set_person_permit(Coin(900));
  body->set_vehicle_permit(Coin(900));
  const uint32_t count = Coin(30) ? 32 : random_.Below(3u);
  for (uint32_t i = 0; i < count; ++i) body->add_platform_ids("plat-" + std::to_string(i + 1));
  if (Coin(200)) body->set_grid_id("grid-7");
}

void Composer::ComposeDriver(int number, v1::Event* event) {
  event->set_producer_id(ProducerIdOf(Coin(800) ? v1::ROLE_PLATFORM : v1::ROLE_AUTHORITY));
  switch (number) {
    case E::kDriverEnrolled: {
      v1::DriverEnrolled* enrolled = event->mutable_driver_enrolled();
      enrolled->set_driver_id(Coin(900) ? NewId("D") : Any(Noun::kDriver));
      FillPermits(enrolled);
      enrolled->set_opening_pts(Coin(700) ? random_.Day(0, 300) : 0);
      break;
    }
    case E::kDriverUpdated:
      event->mutable_driver_updated()->set_driver_id(Any(Noun::kDriver));
      FillPermits(event->mutable_driver_updated());
      break;
    case E::kDriverOptedOut:
      event->set_producer_id(ProducerIdOf(v1::ROLE_APP));
      event->mutable_driver_opted_out()->set_driver_id(Any(Noun::kDriver));
      break;
    case E::kDriverOptedIn:
      event->set_producer_id(ProducerIdOf(v1::ROLE_APP));
      event->mutable_driver_opted_in()->set_driver_id(Any(Noun::kDriver));
      break;
    default:
      event->set_producer_id(ProducerIdOf(v1::ROLE_ADMIN));
      event->mutable_driver_erased()->set_driver_id(witness_.DrawOwn(Noun::kDriver, random_));
      break;
  }
}

}  // namespace merit
