#include "engine/core/programme.h"

#include <algorithm>

#include "engine/core/checks.h"
#include "engine/core/ledger.h"
#include "engine/core/rules.h"

namespace merit {
namespace {

bool RolesInRange(const google::protobuf::RepeatedField<int>& roles) {
  return roles.size() >= 1 && roles.size() <= 8 && AreDistinct(roles) &&
         std::all_of(roles.begin(), roles.end(),
                     [](int role) { return IsSaid(role, v1::Role_IsValid); });
}

uint32_t RoleBits(const google::protobuf::RepeatedField<int>& roles) {
  uint32_t bits = 0;
  for (int role : roles) bits |= 1u << role;
  return bits;
}

void Register(City& city, std::string_view producer_id, uint32_t roles,
              const std::string& public_key) {
  const uint32_t known = city.producers.Find(producer_id);
  ProducerRow& row =
      known == kNone ? city.producers.AddWithId(producer_id) : city.producers.Edit(known);
  row.revoked = false;
  row.roles = roles;
  row.was_partner = row.was_partner || row.Has(v1::ROLE_PARTNER);
  row.public_key = public_key;
}

bool IsJurisdiction(std::string_view prefix) {
  return prefix.size() <= 6 &&
         std::all_of(prefix.begin(), prefix.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

int BreachOf(const v1::ProgrammeOpened& m) {
  using M = v1::ProgrammeOpened;
  if (!IsText(m.name(), 1)) return M::kNameFieldNumber;
  if (!IsDay(m.open_day())) return M::kOpenDayFieldNumber;
  if (!IsWithin(m.utc_offset_minutes(), -720, 840)) return M::kUtcOffsetMinutesFieldNumber;
  if (!IsId(m.admin_producer_id())) return M::kAdminProducerIdFieldNumber;
  if (!IsHashOrEmpty(m.admin_public_key())) return M::kAdminPublicKeyFieldNumber;
  if (!PolicyInRange(m.policy(), m.open_day())) return M::kPolicyFieldNumber;
  return 0;
}

void OpenCity(City& city, const v1::ProgrammeOpened& m) {
  city.row.name = m.name();
  city.row.open_day = m.open_day();
  city.row.utc_offset_minutes = m.utc_offset_minutes();
  city.row.first_admin = Id(m.admin_producer_id());
  Register(city, m.admin_producer_id(), 1u << v1::ROLE_ADMIN, m.admin_public_key());
  city.AddPolicy(m.policy(), m.open_day());
}

Verdict Apply(Fold& fold, const v1::ProgrammeOpened& m) {
  if (const int field = BreachOf(m)) return Range(field);
  if (fold.city.log_tree.size() > 1) return IdTaken(v1::ProgrammeOpened::kOpenDayFieldNumber);
  OpenCity(fold.city, m);
  fold.effects.PolicyInForce(1);
  return Applied();
}

Verdict Apply(Fold& fold, const v1::PolicyActivated& m) {
  using M = v1::PolicyActivated;
  City& city = fold.city;
  if (!IsDay(m.published_day()) || m.published_day() > city.open_day())
    return Range(M::kPublishedDayFieldNumber);
  if (!IsDay(m.effective_day())) return Range(M::kEffectiveDayFieldNumber);
  if (!IsHash(m.doc_sha256())) return Range(M::kDocSha256FieldNumber);
  if (!IsText(m.agreement_ref(), 0)) return Range(M::kAgreementRefFieldNumber);
  if (!PolicyInRange(m.policy(), m.effective_day()) ||
      m.policy().dedupe_days() != city.policies[0]->numbers().dedupe_days() ||
      city.policies.size() >= kPolicyVersionsMax) {
    return Range(M::kPolicyFieldNumber);
  }
  const int64_t notice_days = city.policy().numbers().notice_days();
  if (m.effective_day() <= city.open_day() ||
      m.effective_day() < city.policies.back()->effective_day() ||
      (!m.emergency() && m.effective_day() - m.published_day() < notice_days)) {
    return Refused(v1::CODE_NOTICE, M::kEffectiveDayFieldNumber);
  }
  const auto next_version = static_cast<uint32_t>(city.policies.size() + 1);
  if (m.policy().version() != next_version) return Refused(v1::CODE_POLICY_VERSION, next_version);
  city.AddPolicy(m.policy(), m.effective_day());
  return Applied();
}

Verdict Apply(Fold& fold, const v1::CalendarPublished& m) {
  using M = v1::CalendarPublished;
  if (!IsWithin(m.year(), 1'970, 2'199)) return Range(M::kYearFieldNumber);
  if (m.workdays().size() != 46) return Range(M::kWorkdaysFieldNumber);
  fold.city.calendars.Edit({m.year()}).workdays = m.workdays();
  return Applied();
}

Verdict Apply(Fold& fold, const v1::ProducerRegistered& m) {
  using M = v1::ProducerRegistered;
  if (!IsId(m.registered_producer_id())) return Range(M::kRegisteredProducerIdFieldNumber);
  const bool keeps_admin = std::count(m.roles().begin(), m.roles().end(), v1::ROLE_ADMIN) > 0;
  const bool is_first_admin = m.registered_producer_id() == fold.city.row.first_admin.view();
  if (!RolesInRange(m.roles()) || (is_first_admin && !keeps_admin))
    return Range(M::kRolesFieldNumber);
  if (!IsText(m.name(), 0)) return Range(M::kNameFieldNumber);
  if (!IsHashOrEmpty(m.public_key())) return Range(M::kPublicKeyFieldNumber);
  Register(fold.city, m.registered_producer_id(), RoleBits(m.roles()), m.public_key());
  return Applied();
}

Verdict Apply(Fold& fold, const v1::ProducerRevoked& m) {
  City& city = fold.city;
  constexpr int kField = v1::ProducerRevoked::kRegisteredProducerIdFieldNumber;
  if (!IsId(m.registered_producer_id()) ||
      m.registered_producer_id() == city.row.first_admin.view()) {
    return Range(kField);
  }
  const uint32_t producer = city.producers.Find(m.registered_producer_id());
  if (producer == kNone) return Range(kField);
  if (city.producers.Get(producer).revoked) return BadState(v1::LIFE_STATE_ENDED);
  city.producers.Edit(producer).revoked = true;
  return Applied();
}

Verdict Apply(Fold& fold, const v1::ReviewerRegistered& m) {
  using M = v1::ReviewerRegistered;
  City& city = fold.city;
  if (!IsId(m.reviewer_id())) return Range(M::kReviewerIdFieldNumber);
  if (!IsText(m.body(), 0)) return Range(M::kBodyFieldNumber);
  if (!IsJurisdiction(m.jurisdiction_prefix())) return Range(M::kJurisdictionPrefixFieldNumber);
  if (!IsIdOrEmpty(m.linked_driver_id())) return Range(M::kLinkedDriverIdFieldNumber);
  const uint32_t known = city.reviewers.Find(m.reviewer_id());
  ReviewerRow& row =
      known == kNone ? city.reviewers.AddWithId(m.reviewer_id()) : city.reviewers.Edit(known);
  row.revoked = false;
  row.jurisdiction = m.jurisdiction_prefix();
  row.linked_driver = Id(m.linked_driver_id());
  return Applied();
}

Verdict Apply(Fold& fold, const v1::ReviewerRevoked& m) {
  constexpr int kField = v1::ReviewerRevoked::kReviewerIdFieldNumber;
  if (!IsId(m.reviewer_id())) return Range(kField);
  const uint32_t reviewer = FindReviewer(fold.city, m.reviewer_id());
  if (reviewer == kNone) return UnknownReviewer(kField);
  fold.city.reviewers.Edit(reviewer).revoked = true;
  return Applied();
}

Verdict Apply(Fold& fold, const v1::PointsAdjusted& m) {
  using M = v1::PointsAdjusted;
  City& city = fold.city;
  if (!IsId(m.adjustment_id())) return Range(M::kAdjustmentIdFieldNumber);
  if (!IsId(m.driver_id())) return Range(M::kDriverIdFieldNumber);
  if (m.delta_pts() == 0) return Range(M::kDeltaPtsFieldNumber);
  if (!IsText(m.reason(), 1)) return Range(M::kReasonFieldNumber);
  if (!IsId(m.signer_a())) return Range(M::kSignerAFieldNumber);
  if (!IsId(m.signer_b())) return Range(M::kSignerBFieldNumber);
  const uint32_t driver = FindDriver(city, m.driver_id());
  if (driver == kNone) return UnknownDriver(M::kDriverIdFieldNumber);
  if (city.adjustments.Find(m.adjustment_id()) != kNone)
    return IdTaken(M::kAdjustmentIdFieldNumber);
  if (m.signer_a() == m.signer_b()) return Refused(v1::CODE_SAME_REVIEWER, M::kSignerBFieldNumber);
  const int64_t delta_pts = m.delta_pts();
  const Policy& policy = city.policy();
  if (std::abs(delta_pts) > policy.numbers().adjustment_max_pts()) {
    return Refused(v1::CODE_ADJUSTMENT_LIMIT);
  }
  city.adjustments.AddWithId(m.adjustment_id());
  if (delta_pts > 0) {
    PayAward(fold, {.source = v1::AWARD_SOURCE_ADJUSTMENT,
                    .source_id = m.adjustment_id(),
                    .original_id = {},
                    .driver = driver,
                    .policy = &policy,
                    .merit_day = fold.open_day(),
                    .computed_pts = delta_pts});
  } else {
    ClawBack(fold, driver, -delta_pts);
  }
  return Applied();
}

}  // namespace merit
