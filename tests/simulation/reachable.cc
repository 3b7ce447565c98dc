#include "tests/simulation/reachable.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/core/event_types.h"
#include "merit/v1/bulletin.pb.h"
#include "merit/v1/dead_letter.pb.h"
#include "merit/v1/event.pb.h"
#include "merit/v1/score.pb.h"
#include "merit/v1/seal.pb.h"

namespace merit {
namespace {

using E = v1::Event;
using Codes = std::set<int>;
using Words = std::set<std::string>;

const Codes kAnyEvent = {v1::CODE_APPLIED, v1::CODE_WRONG_KEY,   v1::CODE_DUPLICATE,
                         v1::CODE_STALE,   v1::CODE_ID_CONFLICT, v1::CODE_UNAUTHORISED,
                         v1::CODE_RANGE};
const Codes kWaits = {v1::CODE_PARKED, v1::CODE_ORPHAN, v1::CODE_BAD_STATE};
// Of something that is a driver's, who may be erased.
const Codes kWaitsForADrivers = {v1::CODE_PARKED, v1::CODE_ORPHAN, v1::CODE_BAD_STATE,
                                 v1::CODE_UNKNOWN_DRIVER};
const Codes kReviewer = {v1::CODE_UNKNOWN_REVIEWER, v1::CODE_SELF_REVIEW, v1::CODE_JURISDICTION};
const Codes kOfADriver = {v1::CODE_UNKNOWN_DRIVER};
const Codes kNewOfADriver = {v1::CODE_UNKNOWN_DRIVER, v1::CODE_ID_TAKEN};

Codes operator+(Codes codes, const Codes& more) {
  codes.insert(more.begin(), more.end());
  return codes;
}

Codes CodesOfItsOwn(int body) {
  switch (body) {
    case E::kProgrammeOpened:
    case E::kDriverEnrolled:
    case E::kMatterOpened:
    case E::kRedemptionRequested:
      return {v1::CODE_ID_TAKEN};
    case E::kPolicyActivated:
      return {v1::CODE_NOTICE, v1::CODE_POLICY_VERSION};
    case E::kProducerRevoked:
      return {v1::CODE_BAD_STATE};
    case E::kReviewerRevoked:
      return {v1::CODE_UNKNOWN_REVIEWER};
    case E::kDayClosed:
      return {v1::CODE_CLOCK_GAP};
    case E::kPointsAdjusted:
      return kNewOfADriver + Codes{v1::CODE_SAME_REVIEWER, v1::CODE_ADJUSTMENT_LIMIT};
    case E::kDriverUpdated:
    case E::kDriverOptedOut:
    case E::kDriverOptedIn:
    case E::kDriverErased:
    case E::kStandingAssessed:
      return kOfADriver;
    case E::kReportSubmitted:
    case E::kVolunteerServiceRecorded:
      return kNewOfADriver + Codes{v1::CODE_BAD_STATE};
    case E::kHonourGranted:
    case E::kViolationRecorded:
    case E::kSuspensionImposed:
      return kNewOfADriver;
    case E::kReportWithdrawn:
    case E::kVolunteerServiceRevoked:
    case E::kHonourRevoked:
    case E::kViolationRescinded:
    case E::kSuspensionLifted:
      return kWaitsForADrivers;
    case E::kReportReviewed:
      return kWaitsForADrivers + kReviewer;
    case E::kReportCoReviewed:
    case E::kReportRevoked:
    case E::kAppealDecided:
      return kWaitsForADrivers + kReviewer + Codes{v1::CODE_SAME_REVIEWER};
    case E::kAppealFiled:
      return kWaitsForADrivers + Codes{v1::CODE_ID_TAKEN};
    case E::kItemListed:
      return {v1::CODE_UNKNOWN_PARTNER, v1::CODE_ID_TAKEN};
    case E::kStockAdjusted:
    case E::kItemClosed:
      return {v1::CODE_UNKNOWN_ITEM, v1::CODE_BAD_STATE};
    case E::kSettlementBatchClosed:
      return {v1::CODE_UNKNOWN_PARTNER, v1::CODE_ID_TAKEN, v1::CODE_SETTLEMENT_MISMATCH};
    case E::kCalendarPublished:
    case E::kProducerRegistered:
    case E::kReviewerRegistered:
    case E::kDispatchExposureReported:
      return {};
    default:
      return kWaits;  // matters and redemptions on their way
  }
}

std::string NameOf(int code) { return v1::Code_Name(static_cast<v1::Code>(code)); }

// The details of a code, of all event types from one number to another.
std::set<uint32_t> DetailsOf(const Coverage& coverage, int code, int first_body, int last_body) {
  std::set<uint32_t> details;
  for (const auto& [cell, found] : coverage.details) {
    if (cell.second != code || cell.first < first_body || cell.first > last_body) continue;
    details.insert(found.begin(), found.end());
  }
  return details;
}

std::set<uint32_t> FromTo(uint32_t first, uint32_t last) {
  std::set<uint32_t> numbers;
  for (uint32_t number = first; number <= last; ++number) numbers.insert(number);
  return numbers;
}

// A field of any type but bool can be out of range, and was.
void ExpectEveryFieldRefused(const Coverage& coverage) {
  for (const EventType& type : EventTypes()) {
    const auto& body = *E::descriptor()->FindFieldByNumber(type.number)->message_type();
    const auto details = DetailsOf(coverage, v1::CODE_RANGE, type.number, type.number);
    for (int place = 0; place < body.field_count(); ++place) {
      const auto& field = *body.field(place);
      if (field.type() == google::protobuf::FieldDescriptor::TYPE_BOOL) continue;
      // The two figures of a batch are compared with the engine's, whatever they are.
      if (type.number == E::kSettlementBatchClosed && field.number() >= 4) continue;
      EXPECT_TRUE(details.contains(static_cast<uint32_t>(field.number())))
          << field.full_name() << " was never out of range";
    }
  }
}

void ExpectDetailsReached(const Coverage& coverage) {
  ExpectEveryFieldRefused(coverage);
  const auto details = [&](v1::Code code, int first, int last) {
    return DetailsOf(coverage, code, first, last);
  };
  EXPECT_EQ(details(v1::CODE_UNAUTHORISED, 0, 999), FromTo(1, 6));
  // All codes that absorb, said again.
  std::set<uint32_t> absorbing = FromTo(v1::CODE_RANGE, v1::CODE_ADJUSTMENT_LIMIT);
  absorbing.insert(v1::CODE_APPLIED);
  EXPECT_EQ(details(v1::CODE_DUPLICATE, 0, 999), absorbing);
  // Every state of everything that has states refused something.
  EXPECT_EQ(details(v1::CODE_BAD_STATE, E::kReportWithdrawn, E::kReportRevoked), FromTo(1, 11));
  EXPECT_EQ(details(v1::CODE_BAD_STATE, E::kAppealDecided, E::kAppealDecided), FromTo(2, 3));
  EXPECT_EQ(details(v1::CODE_BAD_STATE, E::kMatterAssigned, E::kMatterMerged), FromTo(1, 7));
  EXPECT_EQ(details(v1::CODE_BAD_STATE, E::kRedemptionCancelled, E::kVoucherReturned),
            FromTo(1, 8));
  EXPECT_EQ(details(v1::CODE_BAD_STATE, E::kReportSubmitted, E::kReportSubmitted), FromTo(10, 10));
}

void ExpectWordsReached(const Coverage& coverage) {
  // Where no outcome says them: a rank of the score alone; the dead letters; and what is decided,
  // not a state that something goes into.
  EXPECT_EQ(
      coverage.published.Missing(*v1::Outcome::descriptor()),
      Words({"MeritChanged.factor HONOUR", "MeritChanged.factor ROUNDING",
             "MeritChanged.factor STANDING", "Outcome.code UNKNOWN_CITY",
             "RedemptionStateChanged.state DECLINED", "RedemptionStateChanged.state RESERVED"}));
  EXPECT_EQ(coverage.published.Missing(*v1::Bulletin::descriptor()), Words({}));
  EXPECT_EQ(coverage.published.Missing(*v1::Score::descriptor()), Words({}));
  EXPECT_EQ(coverage.published.Missing(*v1::DaySeal::descriptor()), Words({"DaySeal.signature"}));
  // A first level is COUNTY, and a matter is only escalated above the level that it has.
  EXPECT_EQ(coverage.applied.Missing(*E::descriptor()), Words({"MatterEscalated.to_level COUNTY"}));
  EXPECT_EQ(coverage.gates,
            uint32_t{v1::GATE_BIT_UNQUALIFIED | v1::GATE_BIT_OPTED_OUT | v1::GATE_BIT_REMOVED});
  EXPECT_EQ(coverage.tiers, 31u) << "a tier that no score had";
}

}  // namespace

std::set<int> CodesOf(int body_number) { return CodesOfItsOwn(body_number) + kAnyEvent; }

void ExpectOnlyReachable(const Coverage& coverage) {
  for (const auto& [cell, count] : coverage.outcomes) {
    const auto [body, code] = cell;
    const Codes can = body == 0 ? Codes{v1::CODE_UNDECODABLE, v1::CODE_UNAUTHORISED,
                                        v1::CODE_WRONG_KEY, v1::CODE_STALE}
                                : CodesOf(body);
    EXPECT_TRUE(can.contains(code)) << "body " << body << " was " << NameOf(code);
  }
}

void ExpectAllReached(const Coverage& coverage) {
  for (const EventType& type : EventTypes()) {
    for (const int code : CodesOf(type.number)) {
      EXPECT_TRUE(coverage.outcomes.contains({type.number, code}))
          << type.name << " was never " << NameOf(code);
    }
  }
  ExpectDetailsReached(coverage);
  ExpectWordsReached(coverage);
}

}  // namespace merit
