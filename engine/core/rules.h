// The rules: one overload of Apply for each event, in the file of its subject.
//
//   Input    a body whose envelope was admitted (admission.h)
//   Output   the outcome's code and detail, in EFFECTS.md's order of precedence; where it is
//            APPLIED the city has changed and the effects say how
//   Source   EFFECTS.md §2
#pragma once

#include "engine/core/fold.h"

namespace merit {

// programme.cc
Verdict Apply(Fold& fold, const v1::ProgrammeOpened& m);
Verdict Apply(Fold& fold, const v1::PolicyActivated& m);
Verdict Apply(Fold& fold, const v1::CalendarPublished& m);
Verdict Apply(Fold& fold, const v1::ProducerRegistered& m);
Verdict Apply(Fold& fold, const v1::ProducerRevoked& m);
Verdict Apply(Fold& fold, const v1::ReviewerRegistered& m);
Verdict Apply(Fold& fold, const v1::ReviewerRevoked& m);
Verdict Apply(Fold& fold, const v1::PointsAdjusted& m);

// days.cc
Verdict Apply(Fold& fold, const v1::DayClosed& m);

// drivers.cc
Verdict Apply(Fold& fold, const v1::DriverEnrolled& m);
Verdict Apply(Fold& fold, const v1::DriverUpdated& m);
Verdict Apply(Fold& fold, const v1::DriverOptedOut& m);
Verdict Apply(Fold& fold, const v1::DriverOptedIn& m);
Verdict Apply(Fold& fold, const v1::DriverErased& m);

// reports.cc
Verdict Apply(Fold& fold, const v1::ReportSubmitted& m);
Verdict Apply(Fold& fold, const v1::ReportWithdrawn& m);
Verdict Apply(Fold& fold, const v1::ReportReviewed& m);
Verdict Apply(Fold& fold, const v1::ReportCoReviewed& m);
Verdict Apply(Fold& fold, const v1::ReportRevoked& m);

// appeals.cc
Verdict Apply(Fold& fold, const v1::AppealFiled& m);
Verdict Apply(Fold& fold, const v1::AppealDecided& m);

// matters.cc
Verdict Apply(Fold& fold, const v1::MatterOpened& m);
Verdict Apply(Fold& fold, const v1::MatterAssigned& m);
Verdict Apply(Fold& fold, const v1::MatterReturned& m);
Verdict Apply(Fold& fold, const v1::MatterEscalated& m);
Verdict Apply(Fold& fold, const v1::MatterResolved& m);
Verdict Apply(Fold& fold, const v1::MatterVerified& m);
Verdict Apply(Fold& fold, const v1::MatterFollowedUp& m);
Verdict Apply(Fold& fold, const v1::MatterReopened& m);
Verdict Apply(Fold& fold, const v1::MatterVoided& m);
Verdict Apply(Fold& fold, const v1::MatterMerged& m);

// service.cc
Verdict Apply(Fold& fold, const v1::VolunteerServiceRecorded& m);
Verdict Apply(Fold& fold, const v1::VolunteerServiceRevoked& m);

// standing.cc
Verdict Apply(Fold& fold, const v1::HonourGranted& m);
Verdict Apply(Fold& fold, const v1::HonourRevoked& m);
Verdict Apply(Fold& fold, const v1::StandingAssessed& m);
Verdict Apply(Fold& fold, const v1::ViolationRecorded& m);
Verdict Apply(Fold& fold, const v1::ViolationRescinded& m);
Verdict Apply(Fold& fold, const v1::SuspensionImposed& m);
Verdict Apply(Fold& fold, const v1::SuspensionLifted& m);
Verdict Apply(Fold& fold, const v1::DispatchExposureReported& m);

// redemption.cc
Verdict Apply(Fold& fold, const v1::ItemListed& m);
Verdict Apply(Fold& fold, const v1::StockAdjusted& m);
Verdict Apply(Fold& fold, const v1::ItemClosed& m);
Verdict Apply(Fold& fold, const v1::RedemptionRequested& m);
Verdict Apply(Fold& fold, const v1::RedemptionCancelled& m);
Verdict Apply(Fold& fold, const v1::VoucherIssued& m);
Verdict Apply(Fold& fold, const v1::VoucherVerified& m);
Verdict Apply(Fold& fold, const v1::VoucherVoided& m);
Verdict Apply(Fold& fold, const v1::VoucherReturned& m);
Verdict Apply(Fold& fold, const v1::SettlementBatchClosed& m);

}  // namespace merit
