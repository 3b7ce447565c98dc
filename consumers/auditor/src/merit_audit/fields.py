"""RANGE of fields (EFFECTS §1.2, and every RANGE of §2 that is not marked late).

One generator for each body: pairs (field number, holds), in order of field number. The first that
does not hold names the RANGE; the ones after it are not evaluated. `c` is the city, `b` the body.
"""

import re

from merit_audit import calendar, policy
from merit_audit.wire import enum

MatterKind = enum("MatterKind")
Mode = enum("Mode")
Crs = enum("Crs")
Decision = enum("Decision")
AppealOutcome = enum("AppealOutcome")
Role = enum("Role")

BILLION = 1_000_000_000
is_id = re.compile(r"[A-Za-z0-9._:-]{1,40}").fullmatch
_is_prefix = re.compile(r"[0-9]{0,6}").fullmatch


def id_or_empty(text: str) -> bool:
    return not text or bool(is_id(text))


def is_text(text: str, least: int) -> bool:
    return least <= len(text.encode()) <= 200


def is_day(day: int) -> bool:
    return 0 <= day <= calendar.DAY_MAX


def named(number: int, last: int) -> bool:
    """An enum's number that is named and not UNSPECIFIED; all enums are numbered without gaps."""
    return 1 <= number <= last


def hash_or_empty(data: bytes) -> bool:
    return len(data) in (0, 32)


def each_once(items) -> bool:
    return len(set(items)) == len(items)


def in_city(county: int, city: int) -> bool:
    municipality = city % 10_000 == 0
    return county // 100 == city // 100 or (municipality and county // 10_000 == city // 10_000)


def only_id(c, b):
    """A message whose one field is an identifier."""
    yield 1, is_id(getattr(b, b.DESCRIPTOR.fields[0].name))


# Programme


def programme_opened(c, b):
    yield 1, is_text(b.name, 1)
    yield 2, is_day(b.open_day)
    yield 3, -720 <= b.utc_offset_minutes <= 840
    yield 4, is_id(b.admin_producer_id)
    yield 5, hash_or_empty(b.admin_public_key)
    yield 6, policy.legal(b.policy, b.open_day, None)


def policy_activated(c, b):
    yield 1, is_day(b.published_day) and b.published_day <= c.open_day
    yield 2, is_day(b.effective_day)
    yield 4, len(b.doc_sha256) == 32
    yield 5, is_text(b.agreement_ref, 0)
    yield 6, policy.legal(b.policy, b.effective_day, c.dedupe_days)
    yield 6, len(c.policies.versions) < policy.VERSIONS_MAX


def calendar_published(c, b):
    yield 1, 1970 <= b.year <= 2199
    yield 2, len(b.workdays) == 46


def producer_registered(c, b):
    first = b.registered_producer_id == c.first_admin_id
    yield 1, is_id(b.registered_producer_id)
    yield 2, 1 <= len(b.roles) <= 8 and each_once(b.roles) and all(named(r, 8) for r in b.roles)
    yield 2, not first or Role.ADMIN in b.roles
    yield 3, is_text(b.name, 0)
    yield 4, hash_or_empty(b.public_key)


def producer_revoked(c, b):
    yield 1, b.registered_producer_id in c.producers
    yield 1, b.registered_producer_id != c.first_admin_id


def reviewer_registered(c, b):
    yield 1, is_id(b.reviewer_id)
    yield 2, is_text(b.body, 0)
    yield 3, _is_prefix(b.jurisdiction_prefix)
    yield 4, id_or_empty(b.linked_driver_id)


def day_closed(c, b):
    yield 1, is_day(b.day) and b.day != calendar.DAY_MAX


def points_adjusted(c, b):
    yield 1, is_id(b.adjustment_id)
    yield 2, is_id(b.driver_id)
    yield 3, b.delta_pts != 0
    yield 4, is_text(b.reason, 1)
    yield 5, is_id(b.signer_a)
    yield 6, is_id(b.signer_b)


# Drivers


def driver_updated(c, b):
    yield 1, is_id(b.driver_id)
    yield 4, len(b.platform_ids) <= 32 and each_once(b.platform_ids)
    yield 4, all(is_id(p) for p in b.platform_ids)
    yield 5, id_or_empty(b.grid_id)


def driver_enrolled(c, b):
    yield from driver_updated(c, b)
    yield 6, 0 <= b.opening_pts <= 1_000_000


# Reports


def report_submitted(c, b):
    placed = b.crs != Crs.NONE
    yield 1, is_id(b.report_id)
    yield 2, is_id(b.driver_id)
    yield 3, named(b.channel, 4)
    yield 4, named(b.mode, 2)
    yield 5, c.policy.report_category(b.claimed_category)
    yield 6, in_city(b.county_code, c.code)
    yield 7, abs(b.lat_e6) <= 90_000_000 and (placed or b.lat_e6 == 0)
    yield 8, abs(b.lon_e6) <= 180_000_000 and (placed or b.lon_e6 == 0)
    yield 9, 0 <= b.crs <= 2
    yield 10, is_id(b.address_code) or (placed and not b.address_code)
    yield 11, 0 <= b.observed_at_ms <= c.time_ms + calendar.DAY_MS
    yield 12, len(b.photo_sha256) <= 9 and each_once(b.photo_sha256)
    yield 12, all(len(p) == 32 for p in b.photo_sha256)
    yield 12, b.photo_sha256 or b.mode != Mode.HANDLE
    yield 13, len(b.photo_phash64) in (0, len(b.photo_sha256))
    yield 14, hash_or_empty(b.after_photo_sha256)
    yield 14, b.after_photo_sha256 or b.mode != Mode.HANDLE
    yield 15, hash_or_empty(b.device_hash)


def report_reviewed(c, b):
    approve, duplicate = b.decision == Decision.APPROVE, b.decision == Decision.DUPLICATE
    yield 1, is_id(b.report_id)
    yield 2, is_id(b.reviewer_id)
    yield 3, named(b.decision, 4)
    yield 4, (b.category != 0) == (approve or duplicate)
    yield 5, named(b.severity, 4) if approve else b.severity == 0
    yield 6, named(b.evidence, 3) if approve else b.evidence == 0
    if duplicate:
        yield 7, is_id(b.duplicate_of) and b.duplicate_of != b.report_id
    else:
        yield 7, not b.duplicate_of
    yield 8, id_or_empty(b.matter_id)
    yield 9, id_or_empty(b.reason_code)


def report_co_reviewed(c, b):
    yield 1, is_id(b.report_id)
    yield 2, is_id(b.reviewer_id)


def report_revoked(c, b):
    yield 1, is_id(b.report_id)
    yield 2, named(b.cause, 4)
    yield 3, is_id(b.reviewer_id)
    yield 4, is_id(b.second_reviewer_id)


def appeal_filed(c, b):
    yield 1, is_id(b.appeal_id)
    yield 2, id_or_empty(b.report_id) and bool(b.report_id) != bool(b.violation_id)
    yield 3, id_or_empty(b.violation_id)


def appeal_decided(c, b):
    said = (b.category, b.severity, b.evidence)
    some = any(said)
    yield 1, is_id(b.appeal_id)
    yield 2, named(b.outcome, 2)
    yield 3, is_id(b.reviewer_id)
    yield 4, not some or (b.category != 0 and b.outcome != AppealOutcome.UPHELD)
    yield 5, not some or named(b.severity, 4)
    yield 6, not some or named(b.evidence, 3)


# Matters


def matter_opened(c, b):
    yield 1, is_id(b.matter_id)
    yield 2, named(b.kind, 5)
    yield 3, in_city(b.county_code, c.code)
    yield 4, 0 <= b.channel <= 4
    yield 5, id_or_empty(b.report_id) and not (b.report_id and b.kind == MatterKind.GRIEVANCE)
    yield 6, id_or_empty(b.complainant_driver_id)


def matter_assigned(c, b):
    yield 1, is_id(b.matter_id)
    yield 2, is_id(b.unit_id)
    yield 3, named(b.level, 3)


def matter_returned(c, b):
    yield 1, is_id(b.matter_id)
    yield 2, id_or_empty(b.reason_code)


def matter_escalated(c, b):
    yield 1, is_id(b.matter_id)
    yield 2, named(b.to_level, 3)


def matter_resolved(c, b):
    yield 1, is_id(b.matter_id)
    yield 2, named(b.result, 3)


def matter_verified(c, b):
    yield 1, is_id(b.matter_id)


def matter_followed_up(c, b):
    yield 1, is_id(b.matter_id)
    yield 3, b.reached or not b.solved
    yield 4, b.reached or not b.satisfied


def matter_merged(c, b):
    yield 1, is_id(b.matter_id)
    yield 2, is_id(b.into_matter_id) and b.into_matter_id != b.matter_id


# Service, honours, standing


def volunteer_service_recorded(c, b):
    yield 1, is_id(b.record_id)
    yield 2, is_id(b.driver_id)
    yield 3, is_id(b.activity_id)
    yield 4, 1 <= b.minutes <= 1_440
    yield 5, is_day(b.service_day) and c.open_day - 128 <= b.service_day <= c.open_day
    yield 6, b.organiser_confirmed
    yield 7, b.beneficiary_confirmed


def honour_granted(c, b):
    yield 1, is_id(b.honour_id)
    yield 2, is_id(b.driver_id)
    yield 3, is_text(b.title, 1)
    yield 4, named(b.level, 5)
    yield 5, is_day(b.from_day)
    yield 6, is_day(b.to_day) and b.to_day >= b.from_day
    yield 7, len(b.doc_sha256) == 32


def standing_assessed(c, b):
    yield 1, is_id(b.driver_id)
    yield 2, named(b.kind, 2)
    yield 3, is_day(b.from_day)
    yield 4, is_day(b.to_day) and b.from_day <= b.to_day <= c.open_day
    yield 5, 0 <= b.score_permille <= 1_000


def violation_recorded(c, b):
    yield 1, is_id(b.violation_id)
    yield 2, is_id(b.driver_id)
    yield 3, named(b.grade, 4)
    yield 4, is_day(b.violation_day) and b.violation_day <= c.open_day
    yield 5, len(b.doc_sha256) == 32


def suspension_imposed(c, b):
    yield 1, is_id(b.suspension_id)
    yield 2, is_id(b.driver_id)
    yield 3, named(b.scope, 3)
    yield 4, is_day(b.from_day)
    yield 5, is_day(b.to_day) and b.to_day >= b.from_day
    yield 6, is_id(b.decided_by)


def dispatch_exposure_reported(c, b):
    yield 1, is_day(b.day) and c.open_day - 28 <= b.day <= c.open_day
    yield 2, b.tier <= 4
    yield 3, 0 <= b.online_minutes <= BILLION
    yield 4, 0 <= b.orders_assigned <= BILLION
    yield 5, 0 <= b.median_pickup_s <= 86_400


# Redemption


def item_listed(c, b):
    yield 1, is_id(b.item_id)
    yield 2, is_id(b.partner_id)
    yield 3, named(b.kind, 9)
    yield 4, 1 <= b.price_pts <= 1_000_000
    yield 5, 0 <= b.settle_fen <= BILLION
    yield 6, 0 <= b.stock <= BILLION
    yield 7, 0 <= b.per_driver_limit <= 1_000
    yield 8, 0 <= b.limit_period <= 4 and (b.limit_period != 0) == (b.per_driver_limit > 0)
    yield 9, 1 <= b.voucher_days <= 730
    yield 10, named(b.on_expire, 2)
    yield 11, 0 <= b.return_days <= 365
    yield 13, is_day(b.open_day)
    yield 14, is_day(b.close_day) and b.close_day >= b.open_day


def stock_adjusted(c, b):
    yield 1, is_id(b.item_id)
    yield 2, b.delta != 0 and abs(b.delta) <= BILLION


def redemption_requested(c, b):
    yield 1, is_id(b.redemption_id)
    yield 2, is_id(b.driver_id)
    yield 3, is_id(b.item_id)


def voucher_issued(c, b):
    yield 1, is_id(b.redemption_id)
    yield 2, len(b.voucher_hash) == 32


def voucher_verified(c, b):
    yield 1, is_id(b.redemption_id)
    yield 2, is_id(b.partner_id)
    yield 3, len(b.voucher_hash) == 32


def voucher_voided(c, b):
    yield 1, is_id(b.redemption_id)
    yield 2, id_or_empty(b.reason_code)


voucher_returned = voucher_voided


def settlement_batch_closed(c, b):
    yield 1, is_id(b.batch_id)
    yield 2, is_id(b.partner_id)
    yield 3, b.month >= 197_001 and 1 <= b.month % 100 <= 12
    yield 3, b.month <= calendar.month_of(c.open_day)
