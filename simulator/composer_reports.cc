#include "simulator/composer.h"

namespace merit {
namespace {

using E = v1::Event;
constexpr uint32_t kReportable[] = {10, 11, 12, 13, 14, 20, 30, 50, 51, 52};

}  // namespace

void Composer::FillReport(v1::ReportSubmitted* report) {
  report->set_report_id(Coin(970) ? NewId("R") : Any(Noun::kReport));
  report->set_driver_id(Any(Noun::kDriver));
  report->set_channel(static_cast<v1::Channel>(1 + random_.Below(4u)));
  report->set_mode(Coin(750) ? v1::MODE_REPORT : v1::MODE_HANDLE);
  report->set_claimed_category(kReportable[random_.Below(std::size(kReportable))]);
  report->set_county_code(County());
  report->set_crs(static_cast<v1::Crs>(random_.Below(3u)));
  if (report->crs() == v1::CRS_NONE) {
    report->set_address_code("addr-" + std::to_string(random_.Below(1000u)));
  } else {
    // A few streets, so that reports meet; now and then an edge of the world.
    const bool edge = Coin(20);
    report->set_lat_e6(edge ? (Coin() ? 90'000'000 : -90'000'000)
                            : 28'770'000 + random_.Day(-600, 600));
    report->set_lon_e6(edge ? (Coin() ? 180'000'000 : -180'000'000)
                            : 104'620'000 + random_.Day(-900, 900));
  }
  report->set_observed_at_ms(town_.now_ms - random_.Between(0, kDayMs));
  const bool handled = report->mode() == v1::MODE_HANDLE;
  const uint32_t photos = Coin(30) ? 9 : random_.Below(3u) + (handled ? 1 : 0);
  for (uint32_t i = 0; i < photos; ++i) report->add_photo_sha256(Hash());
  if (Coin()) {
    for (uint32_t i = 0; i < photos; ++i) report->add_photo_phash64(random_.Next());
  }
  if (handled || Coin(50)) report->set_after_photo_sha256(Hash());
  if (Coin()) town_.DerivedHash(random_.Below(40u), 17, report->mutable_device_hash());
}

void Composer::FillReview(v1::ReportReviewed* review) {
  review->set_report_id(Any(Noun::kReport));
  review->set_reviewer_id(Reviewer());
  review->set_decision(static_cast<v1::Decision>(1 + random_.Below(4u)));
  const bool approve = review->decision() == v1::DECISION_APPROVE;
  const bool duplicate = review->decision() == v1::DECISION_DUPLICATE;
  if (approve || duplicate)
    review->set_category(kReportable[random_.Below(std::size(kReportable))]);
  if (approve) {
    review->set_severity(static_cast<v1::Severity>(1 + random_.Below(4u)));
    review->set_evidence(static_cast<v1::Evidence>(1 + random_.Below(3u)));
  }
  if (duplicate) review->set_duplicate_of(Any(Noun::kReport));
  if (Coin(200)) review->set_matter_id(Any(Noun::kMatter));
  if (Coin(200)) review->set_reason_code("r.1");
}

void Composer::ComposeReport(int number, v1::Event* event) {
  event->set_producer_id(ProducerIdOf(v1::ROLE_REVIEW));
  switch (number) {
    case E::kReportSubmitted:
      event->set_producer_id(ProducerIdOf(Coin() ? v1::ROLE_APP : v1::ROLE_PLATFORM));
      FillReport(event->mutable_report_submitted());
      break;
    case E::kReportWithdrawn:
      event->set_producer_id(ProducerIdOf(v1::ROLE_APP));
      event->mutable_report_withdrawn()->set_report_id(Any(Noun::kReport));
      break;
    case E::kReportReviewed:
      FillReview(event->mutable_report_reviewed());
      break;
    case E::kReportCoReviewed: {
      v1::ReportCoReviewed* review = event->mutable_report_co_reviewed();
      review->set_report_id(Any(Noun::kReport));
      review->set_reviewer_id(Reviewer());
      review->set_agree(Coin(700));
      break;
    }
    default: {
      v1::ReportRevoked* revoked = event->mutable_report_revoked();
      revoked->set_report_id(Any(Noun::kReport));
      revoked->set_cause(static_cast<v1::RevokeCause>(1 + random_.Below(4u)));
      revoked->set_reviewer_id(Reviewer());
      revoked->set_second_reviewer_id(Reviewer());
      break;
    }
  }
}

void Composer::ComposeAppeal(int number, v1::Event* event) {
  if (number == E::kAppealFiled) {
    event->set_producer_id(ProducerIdOf(v1::ROLE_APP));
    v1::AppealFiled* filed = event->mutable_appeal_filed();
    filed->set_appeal_id(Coin(950) ? NewId("A") : Any(Noun::kAppeal));
    if (Coin(750)) {
      filed->set_report_id(Any(Noun::kReport));
    } else {
      filed->set_violation_id(Any(Noun::kViolation));
    }
    return;
  }
  event->set_producer_id(ProducerIdOf(Coin() ? v1::ROLE_REVIEW : v1::ROLE_AUTHORITY));
  v1::AppealDecided* decided = event->mutable_appeal_decided();
  decided->set_appeal_id(Any(Noun::kAppeal));
  decided->set_reviewer_id(Reviewer());
  decided->set_outcome(Coin() ? v1::APPEAL_OUTCOME_UPHELD : v1::APPEAL_OUTCOME_OVERTURNED);
  if (decided->outcome() == v1::APPEAL_OUTCOME_OVERTURNED && Coin(600)) {
    decided->set_category(kReportable[random_.Below(std::size(kReportable))]);
    decided->set_severity(static_cast<v1::Severity>(1 + random_.Below(4u)));
    decided->set_evidence(static_cast<v1::Evidence>(1 + random_.Below(3u)));
  }
}

void Composer::ComposeMatter(int number, v1::Event* event) {
  event->set_producer_id(ProducerIdOf(v1::ROLE_REVIEW));
  const std::string matter = Any(Noun::kMatter);
  switch (number) {
    case E::kMatterOpened: {
      v1::MatterOpened* opened = event->mutable_matter_opened();
      opened->set_matter_id(Coin(950) ? NewId("M") : matter);
      opened->set_kind(static_cast<v1::MatterKind>(1 + random_.Below(5u)));
      opened->set_county_code(County());
      opened->set_channel(static_cast<v1::Channel>(random_.Below(5u)));
      if (opened->kind() != v1::MATTER_KIND_GRIEVANCE && Coin())
        opened->set_report_id(Any(Noun::kReport));
      if (Coin(300)) opened->set_complainant_driver_id(Any(Noun::kDriver));
      break;
    }
    case E::kMatterAssigned:
      event->mutable_matter_assigned()->set_matter_id(matter);
      event->mutable_matter_assigned()->set_unit_id("unit-1");
      event->mutable_matter_assigned()->set_level(
          static_cast<v1::MatterLevel>(1 + random_.Below(3u)));
      break;
    case E::kMatterReturned:
      if (Coin(300)) event->set_producer_id(ProducerIdOf(v1::ROLE_PARTNER));
      event->mutable_matter_returned()->set_matter_id(matter);
      break;
    case E::kMatterEscalated:
      if (Coin(300)) event->set_producer_id(ProducerIdOf(v1::ROLE_CLOCK));
      event->mutable_matter_escalated()->set_matter_id(matter);
      event->mutable_matter_escalated()->set_to_level(
          static_cast<v1::MatterLevel>(1 + random_.Below(3u)));
      break;
    case E::kMatterResolved:
      if (Coin(300)) event->set_producer_id(ProducerIdOf(v1::ROLE_PARTNER));
      event->mutable_matter_resolved()->set_matter_id(matter);
      event->mutable_matter_resolved()->set_result(
          static_cast<v1::MatterResult>(1 + random_.Below(3u)));
      break;
    case E::kMatterVerified:
      event->mutable_matter_verified()->set_matter_id(matter);
      event->mutable_matter_verified()->set_ok(Coin(700));
      break;
    case E::kMatterFollowedUp: {
      v1::MatterFollowedUp* followed = event->mutable_matter_followed_up();
      followed->set_matter_id(matter);
      followed->set_reached(Coin(800));
      followed->set_solved(followed->reached() && Coin());
      followed->set_satisfied(followed->reached() && Coin());
      break;
    }
    case E::kMatterReopened:
      event->mutable_matter_reopened()->set_matter_id(matter);
      break;
    case E::kMatterVoided:
      event->mutable_matter_voided()->set_matter_id(matter);
      break;
    default:
      event->mutable_matter_merged()->set_matter_id(matter);
      event->mutable_matter_merged()->set_into_matter_id(Any(Noun::kMatter));
      break;
  }
}

}  // namespace merit
