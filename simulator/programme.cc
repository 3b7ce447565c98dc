#include "simulator/programme.h"

#include <algorithm>

#include "engine/base/ed25519.h"
#include "simulator/calendar.h"

namespace merit {
namespace {

std::string PublicKey(const Producer& producer) {
  return producer.private_key.empty() ? std::string() : PublicKeyOf(producer.private_key);
}

// The v-th version differs from the one before it in one thing, as a consultation would change one
// thing.
void Change(uint32_t version, int32_t effective_day, uint32_t drivers, v1::Policy* policy) {
  policy->set_version(version);
  policy->clear_campaigns();
  switch (version % 4) {
    case 2: {  // a campaign against road hazards
      v1::Campaign* campaign = policy->add_campaigns();
      campaign->set_from_day(effective_day);
      campaign->set_to_day(effective_day + 29);
      campaign->add_categories(10);
      campaign->add_categories(13);
      campaign->set_permille(1500);
      break;
    }
    case 3:
      policy->set_cap_daily_pts(policy->cap_daily_pts() + 5);
      policy->set_cap_monthly_pts(policy->cap_monthly_pts() + 50);
      break;
    case 0:
      policy->set_budget_monthly_pts(int64_t{drivers} * 40 + 10'000);
      break;
    default:
      policy->set_second_sample_percent(4 + version % 3);
      break;
  }
}

}  // namespace

void Programme::Start() {
  town_.Plan(town_.now_ms + kMinuteMs, Family::kProgramme, kOpen);
  policy_day_ = town_.today + 20;
}

void Programme::PlanDay() {
  const int32_t next = town_.today + 1;
  int64_t close_ms = town_.Midnight(next) + town_.random.Between(1'000, 20'000);
  const bool last = next == town_.options.first_day + town_.options.days;
  if (!last && town_.random.Permille(town_.options.disorder_permille)) {
    close_ms += town_.random.Between(kHourMs, 30 * kHourMs);  // the clock's machine was down
  }
  town_.Plan(close_ms, Family::kProgramme, kClose);
  // Where there are attackers, theirs would wait for the notice of an honest version.
  if (town_.today == policy_day_ && town_.options.hostile_permille == 0) {
    town_.Plan(town_.Midnight(town_.today) + 10 * kHourMs, Family::kProgramme, kPublishPolicy);
    policy_day_ += town_.random.Day(45, 70);
  }
  const Date date = DateOf(town_.today);
  if (date.day == 5) {
    const int64_t time_ms = town_.OfficeHours(town_.Midnight(town_.today));
    town_.Plan(time_ms, Family::kProgramme, kRotate);
  }
  if (date.month == 12 && date.day == 10) {
    town_.Plan(town_.Midnight(town_.today) + 11 * kHourMs, Family::kProgramme, kPublishCalendar,
               static_cast<uint32_t>(date.year + 1));
  }
  const uint32_t adjustments = town_.DrawCount(town_.roster.enrolled_count, 20);
  for (uint32_t i = 0; i < adjustments; ++i) {
    town_.Plan(town_.OfficeHours(town_.DrawTime(town_.today)), Family::kProgramme, kAdjust);
  }
}

void Programme::Run(const Action& action) {
  switch (static_cast<Step>(action.step)) {
    case kOpen:
      Open();
      break;
    case kClose:
      CloseDays();
      break;
    case kPublishPolicy:
      PublishPolicy();
      break;
    case kPublishCalendar:
      PublishCalendar(static_cast<int32_t>(action.subject));
      break;
    case kAdjust:
      Adjust();
      break;
    case kRotate:
      Rotate();
      break;
  }
}

void Programme::Open() {
  const Roster& roster = town_.roster;
  const Producer& administrator = roster.producers[roster.administrator];
  v1::ProgrammeOpened opened;
  opened.set_name("e行积分 " + town_.key);
  opened.set_open_day(town_.today);
  opened.set_utc_offset_minutes(Town::kUtcOffsetMinutes);
  opened.set_admin_producer_id(administrator.id);
  opened.set_admin_public_key(PublicKey(administrator));
  *opened.mutable_policy() = town_.policies.Last();
  town_.Emit(roster.administrator, opened);
  RegisterProducers();
  PublishCalendar(DateOf(town_.today).year);
  if (DateOf(town_.today).month == 12) PublishCalendar(DateOf(town_.today).year + 1);
  RegisterReviewers();
}

void Programme::RegisterProducers() {
  v1::ProducerRegistered registered;
  for (const Producer& producer : town_.roster.producers) {
    if (producer.role == v1::ROLE_ADMIN) continue;  // the opening did it
    town_.now_ms += town_.random.Between(100, 900);
    registered.set_registered_producer_id(producer.id);
    registered.clear_roles();
    registered.add_roles(producer.role);
    registered.set_name(producer.id);
    registered.set_public_key(PublicKey(producer));
    town_.Emit(town_.roster.administrator, registered);
  }
}

void Programme::RegisterReviewers() {
  v1::ReviewerRegistered registered;
  for (const Reviewer& reviewer : town_.roster.reviewers) {
    town_.now_ms += town_.random.Between(100, 900);
    registered.Clear();
    registered.set_reviewer_id(reviewer.id);
    registered.set_body("审核组 " + reviewer.prefix);
    registered.set_jurisdiction_prefix(reviewer.prefix);
    if (reviewer.linked_driver != kNobody) {
      registered.set_linked_driver_id(town_.roster.DriverId(reviewer.linked_driver));
    }
    town_.Emit(town_.roster.authority, registered);
  }
}

void Programme::CloseDays() {
  if (town_.clock_silent_until_day > town_.today) return;
  const int32_t last = LocalDay(town_.now_ms, Town::kUtcOffsetMinutes) - 1;
  if (town_.options.hostile_permille > 0) {
    // An attack may have kept the clock from closing a day: it says the last ones again.
    town_.open_day = std::min(town_.open_day, std::max(last - 2, town_.options.first_day));
  }
  for (; town_.open_day <= last; ++town_.open_day) {
    day_closed_.set_day(town_.open_day);
    town_.EmitAt(town_.roster.clock, day_closed_, town_.Midnight(town_.open_day + 1) - 1);
    town_.now_ms += 50;
  }
}

void Programme::PublishPolicy() {
  v1::Policy policy = town_.policies.Last();
  const int32_t earliest = town_.open_day + static_cast<int32_t>(policy.notice_days());
  const int32_t effective_day =
      std::max(earliest + town_.random.Day(0, 10), town_.policies.last_effective_day());
  Change(policy.version() + 1, effective_day, town_.options.drivers, &policy);
  // Once in a long log the score's memory is made longer: every sum is folded anew.
  if (town_.today >= town_.options.first_day + 360 && policy.half_life_days() == 90) {
    policy.set_half_life_days(120);
  }
  v1::PolicyActivated activated;
  activated.set_published_day(town_.open_day);
  activated.set_effective_day(effective_day);
  town_.DrawHash(activated.mutable_doc_sha256());
  activated.set_agreement_ref("协商纪要 " + std::to_string(policy.version()));
  *activated.mutable_policy() = policy;
  town_.Emit(town_.roster.authority, activated);
  town_.policies.Add(effective_day, std::move(policy));
}

void Programme::PublishCalendar(int32_t year) {
  v1::CalendarPublished published;
  published.set_year(static_cast<uint32_t>(year));
  published.set_workdays(WorkdaysOf(year));
  town_.Emit(town_.roster.authority, published);
}

void Programme::Adjust() {
  const uint32_t driver = town_.roster.DrawBusy(town_.random);
  if (driver == kNobody) return;
  const int32_t points = town_.random.Day(2, 40);
  const bool taken = town_.random.Permille(300) && town_.roster.drivers[driver].points() > points;
  WriteId(Entity::kAdjustment, town_.NewId(Entity::kAdjustment), adjusted_.mutable_adjustment_id());
  town_.roster.WriteDriverId(driver, adjusted_.mutable_driver_id());
  adjusted_.set_delta_pts(taken ? -points : points);
  adjusted_.set_reason(taken ? "重复发放更正" : "补发");
  adjusted_.set_signer_a("signer-1");
  adjusted_.set_signer_b(town_.random.Permille(500) ? "signer-2" : "signer-3");
  town_.Emit(town_.roster.administrator, adjusted_);
  if (taken) {
    town_.Debit(driver, points);
  } else {
    town_.Credit(driver, points);
  }
}

// Each month a trainee joins the desks and the one before goes; so does the programme's trial app.
void Programme::Rotate() {
  const auto id = [](uint32_t number) { return "v-trainee-" + std::to_string(number); };
  v1::ReviewerRegistered registered;
  registered.set_reviewer_id(id(trainees_ + 1));
  registered.set_body("实习");
  registered.set_jurisdiction_prefix(town_.key);
  town_.Emit(town_.roster.authority, registered);
  v1::ProducerRegistered trial;
  trial.set_registered_producer_id("app-trial-" + std::to_string(trainees_ + 1));
  trial.add_roles(v1::ROLE_APP);
  town_.Emit(town_.roster.administrator, trial);
  if (trainees_++ == 0) return;
  v1::ReviewerRevoked revoked;
  revoked.set_reviewer_id(id(trainees_ - 1));
  town_.Emit(town_.roster.authority, revoked);
  v1::ProducerRevoked ended;
  ended.set_registered_producer_id("app-trial-" + std::to_string(trainees_ - 1));
  town_.Emit(town_.roster.administrator, ended);
}

}  // namespace merit
