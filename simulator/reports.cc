#include "simulator/reports.h"

#include <algorithm>

#include "engine/base/sha256.h"

namespace merit {
namespace {

constexpr std::array<uint16_t, 4> kSeverities = {15, 68, 14, 3};
constexpr std::array<uint16_t, 3> kEvidences = {80, 16, 4};
constexpr std::array<uint16_t, 4> kCauses = {40, 15, 25, 20};
constexpr const char* kRejections[] = {"not-found", "unclear-photo", "not-public", "out-of-area"};

bool LeadsToMatter(uint32_t category) { return category <= 13 || category == 20 || category == 30; }

// By chance that nobody can choose: DOMAIN.md §7.
bool IsSampled(std::string_view report_id, uint32_t percent) {
  const Digest digest = Sha256(report_id);
  const uint32_t number = uint32_t{digest[0]} << 24 | uint32_t{digest[1]} << 16 |
                          uint32_t{digest[2]} << 8 | uint32_t{digest[3]};
  return number % 100 < percent;
}

}  // namespace

void Reports::Run(const Action& action) {
  const auto step = static_cast<Step>(action.step);
  if (step == kSubmit) return Submit();
  const uint32_t slot = action.subject;
  if (!town_.roster.drivers[reports_[slot].driver].active()) return reports_.Give(slot);
  switch (step) {
    case kSubmit:
      break;
    case kWithdraw:
      return Withdraw(slot);
    case kReview:
      return Review(slot);
    case kCoReview:
      return CoReview(slot);
    case kRevoke:
      return Revoke(slot);
    case kFileAppeal:
      return FileAppeal(slot);
    case kDecideAppeal:
      return DecideAppeal(slot);
  }
}

void Reports::Next(Step step, uint32_t slot, int64_t from_ms, int64_t to_ms) {
  const int64_t time_ms = town_.DrawDelay(from_ms, to_ms);
  town_.Plan(step == kFileAppeal ? time_ms : town_.OfficeHours(time_ms), Family::kReports, step,
             slot);
}

uint32_t Reports::Desk(const Report& report) {
  return town_.random.Permille(850) ? town_.roster.counties[report.county].desk
                                    : town_.roster.city_desk;
}

void Reports::Withdraw(uint32_t slot) {
  WriteId(Entity::kReport, reports_[slot].id, withdrawn_.mutable_report_id());
  town_.Emit(town_.roster.app, withdrawn_);
  reports_.Give(slot);
}

void Reports::Review(uint32_t slot) {
  Report& report = reports_[slot];
  report.first = town_.roster.DrawReviewer(town_.random, report.county, report.driver);
  WriteId(Entity::kReport, report.id, reviewed_.mutable_report_id());
  reviewed_.set_reviewer_id(town_.roster.reviewers[report.first].id);
  reviewed_.set_category(report.category);
  reviewed_.clear_severity();
  reviewed_.clear_evidence();
  reviewed_.clear_duplicate_of();
  reviewed_.clear_matter_id();
  reviewed_.clear_reason_code();
  switch (report.fate) {
    case Fate::kApproved:
      return Approve(slot);
    case Fate::kRejected:
      reviewed_.set_decision(v1::DECISION_REJECT);
      reviewed_.clear_category();
      reviewed_.set_reason_code(kRejections[town_.random.Below(std::size(kRejections))]);
      town_.Emit(Desk(report), reviewed_);
      return Reject(slot);
    case Fate::kDuplicate: {
      reviewed_.set_decision(v1::DECISION_DUPLICATE);
      WriteId(Entity::kReport, report.original, reviewed_.mutable_duplicate_of());
      town_.Emit(Desk(report), reviewed_);
      town_.Credit(report.driver, 1);
      return reports_.Give(slot);
    }
    default:
      break;
  }
  reviewed_.set_decision(v1::DECISION_NEED_MORE);
  reviewed_.clear_category();
  reviewed_.set_reason_code("send-a-photo");
  town_.Emit(Desk(report), reviewed_);
  if (town_.random.Permille(300)) return reports_.Give(slot);  // it lapses
  report.fate = town_.random.Permille(700) ? Fate::kApproved : Fate::kRejected;
  Next(kReview, slot, 4 * kHourMs, 3 * kDayMs);
}

void Reports::Approve(uint32_t slot) {
  Report& report = reports_[slot];
  reviewed_.set_decision(v1::DECISION_APPROVE);
  const auto severity = static_cast<v1::Severity>(1 + town_.random.Weighted(kSeverities));
  const auto evidence = static_cast<v1::Evidence>(1 + town_.random.Weighted(kEvidences));
  reviewed_.set_severity(severity);
  reviewed_.set_evidence(evidence);
  if (report.category <= 12 && town_.random.Permille(30)) {
    report.category = 10 + town_.random.Below(4);  // the desk knows better what it is
    reviewed_.set_category(report.category);
  }
  if (LeadsToMatter(report.category) && town_.random.Permille(town_.options.matters_permille)) {
    const EntityId matter =
        matters_.OpenFor(report.id, report.category, report.county, report.channel);
    WriteId(Entity::kMatter, matter, reviewed_.mutable_matter_id());
  }
  town_.Emit(Desk(report), reviewed_);
  report.points =
      static_cast<int32_t>(ComputedPoints(town_.policies.On(report.submission_day), report.category,
                                          report.mode, severity, evidence, report.submission_day));
  if (NeedsSecond(report, severity)) return Next(kCoReview, slot, kHourMs, 2 * kDayMs);
  Award(slot);
}

bool Reports::NeedsSecond(const Report& report, v1::Severity severity) const {
  const v1::Policy& policy = town_.policies.On(report.submission_day);
  const v1::Category* category = FindCategory(policy, report.category);
  const Driver& driver = town_.roster.drivers[report.driver];
  const auto cred = static_cast<uint32_t>(1000 * (driver.approved + 16) / (driver.decided + 20));
  return (severity >= v1::SEVERITY_MAJOR && report.mode == v1::MODE_HANDLE) ||
         (category != nullptr && category->cap_group() == v1::CAP_GROUP_UNCAPPED) ||
         report.points >= static_cast<int32_t>(policy.second_points_min()) ||
         (driver.decided >= policy.watch_decided_min() && cred < policy.cred_watch_permille()) ||
         IsSampled(reviewed_.report_id(), policy.second_sample_percent());
}

void Reports::CoReview(uint32_t slot) {
  Report& report = reports_[slot];
  report.second =
      town_.roster.DrawReviewer(town_.random, report.county, report.driver, report.first);
  const bool agree = !town_.random.Permille(50);
  WriteId(Entity::kReport, report.id, co_reviewed_.mutable_report_id());
  co_reviewed_.set_reviewer_id(town_.roster.reviewers[report.second].id);
  co_reviewed_.set_agree(agree);
  town_.Emit(Desk(report), co_reviewed_);
  if (!agree) return Reject(slot);
  Award(slot);
}

void Reports::Award(uint32_t slot) {
  const Report& report = reports_[slot];
  Driver& driver = town_.roster.drivers[report.driver];
  ++driver.approved;
  ++driver.decided;
  town_.Credit(report.driver, report.points);
  if (town_.random.Permille(8)) return Next(kRevoke, slot, 2 * kDayMs, 40 * kDayMs);
  reports_.Give(slot);
}

void Reports::Reject(uint32_t slot) {
  Report& report = reports_[slot];
  ++town_.roster.drivers[report.driver].decided;
  if (town_.random.Permille(120)) return Next(kFileAppeal, slot, 6 * kHourMs, 12 * kDayMs);
  reports_.Give(slot);
}

void Reports::Revoke(uint32_t slot) {
  Report& report = reports_[slot];
  report.first = town_.roster.DrawReviewer(town_.random, report.county, report.driver);
  report.second =
      town_.roster.DrawReviewer(town_.random, report.county, report.driver, report.first);
  report.revoked = true;
  WriteId(Entity::kReport, report.id, revoked_.mutable_report_id());
  revoked_.set_cause(static_cast<v1::RevokeCause>(1 + town_.random.Weighted(kCauses)));
  revoked_.set_reviewer_id(town_.roster.reviewers[report.first].id);
  revoked_.set_second_reviewer_id(town_.roster.reviewers[report.second].id);
  const uint32_t desk = Desk(report);
  town_.Emit(town_.random.Permille(200) ? town_.roster.authority : desk, revoked_);
  --town_.roster.drivers[report.driver].approved;
  town_.Debit(report.driver, report.points);
  if (town_.random.Permille(350)) return Next(kFileAppeal, slot, 6 * kHourMs, 12 * kDayMs);
  reports_.Give(slot);
}

void Reports::FileAppeal(uint32_t slot) {
  Report& report = reports_[slot];
  report.appeal = town_.NewId(Entity::kAppeal);
  WriteId(Entity::kAppeal, report.appeal, filed_.mutable_appeal_id());
  WriteId(Entity::kReport, report.id, filed_.mutable_report_id());
  town_.Emit(town_.roster.app, filed_);
  Next(kDecideAppeal, slot, kDayMs, 8 * kDayMs);
}

void Reports::DecideAppeal(uint32_t slot) {
  Report& report = reports_[slot];
  const uint32_t reviewer = town_.roster.DrawReviewer(town_.random, report.county, report.driver,
                                                      report.first, report.second);
  const bool overturned = town_.random.Permille(350);
  decided_.Clear();
  WriteId(Entity::kAppeal, report.appeal, decided_.mutable_appeal_id());
  decided_.set_outcome(overturned ? v1::APPEAL_OUTCOME_OVERTURNED : v1::APPEAL_OUTCOME_UPHELD);
  decided_.set_reviewer_id(town_.roster.reviewers[reviewer].id);
  if (overturned && !report.revoked) {
    decided_.set_category(report.category);
    decided_.set_severity(v1::SEVERITY_NORMAL);
    decided_.set_evidence(v1::EVIDENCE_COMPLETE);
    report.points = static_cast<int32_t>(
        ComputedPoints(town_.policies.On(report.submission_day), report.category, report.mode,
                       v1::SEVERITY_NORMAL, v1::EVIDENCE_COMPLETE, report.submission_day));
  }
  town_.Emit(town_.roster.city_desk, decided_);
  if (overturned) {
    ++town_.roster.drivers[report.driver].approved;
    town_.Credit(report.driver, report.points);
  }
  reports_.Give(slot);
}

}  // namespace merit
