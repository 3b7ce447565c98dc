"""A policy version: its limits (policy.proto, EFFECTS §1.2); points and dates by it."""

import bisect

from google.protobuf.message import Message

from merit_audit import calendar
from merit_audit.decay import Decay
from merit_audit.wire import enum

CapGroup = enum("CapGroup")
ExpiryRule = enum("ExpiryRule")

VERSIONS_MAX = 1_000  # EFFECTS §8
SCORE_ROW = (
    "honour_cap_mpt", "landmark_day", "half_life_days", "cap_bp", "r50_mpt",
    "assessment_stale_days", "insufficient_min",
)  # fields 89 to 95: EFFECTS §3 step 8

_LIMITS = {  # field: (least, most); the permille fields and the _mpt fields are below
    "corroboration_drivers_max": (0, 100),
    "cap_daily_pts": (0, 1_000_000),
    "cap_monthly_pts": (0, 10_000_000),
    "budget_monthly_pts": (0, 10**12),
    "volunteer_minutes_daily_max": (1, 1_440),
    "adjustment_max_pts": (0, 1_000_000),
    "second_points_min": (0, 1_000_000),
    "second_sample_percent": (0, 100),
    "cred_floor_permille": (0, 1_000),
    "cred_watch_permille": (0, 1_000),
    "watch_decided_min": (0, 1_000_000),
    "release_grace_days": (0, 365),
    "review_days": (1, 90),
    "need_more_days": (1, 90),
    "park_days": (1, 30),
    "parked_max": (0, 1_000_000),
    "appeal_days": (1, 90),
    "notice_days": (0, 365),
    "dedupe_days": (1, 90),
    "voucher_issue_days": (0, 90),
    "landmark_day": (0, calendar.DAY_MAX),
    "half_life_days": (1, 3_650),
    "cap_bp": (0, 10_000),
    "r50_mpt": (1, 10**9),
    "assessment_stale_days": (0, 3_650),
    "insufficient_min": (0, 1_000),
}
for _name in (
    "mode_report", "mode_handle", "severity_minor", "severity_normal", "severity_major",
    "severity_critical", "evidence_complete", "evidence_partial", "evidence_poor", "corroboration",
):
    _LIMITS[f"{_name}_permille"] = (0, 5_000)
for _name in (
    "violation_v1", "violation_v2", "violation_v3", "violation_v4", "honour_national",
    "honour_province", "honour_city", "honour_county", "honour_enterprise", "honour_cap",
):
    _LIMITS[f"{_name}_mpt"] = (0, 10**9)

_MATTER_KINDS = ("hazard", "opinion", "incident", "welfare", "grievance")  # MatterKind 1 to 5


def _rising(codes) -> bool:
    return all(a < b for a, b in zip(codes, codes[1:]))


def _categories_legal(policy: Message) -> bool:
    codes = [c.code for c in policy.categories]
    volunteers = sum(c.cap_group == CapGroup.VOLUNTEER for c in policy.categories)
    return (
        1 <= len(codes) <= 200
        and _rising(codes)
        and volunteers == 1
        and all(
            1 <= c.code <= 999
            and 1 <= len(c.name.encode()) <= 40
            and 1 <= c.base_pts <= 10_000
            and 1 <= c.cap_group <= 3
            for c in policy.categories
        )
    )


def _campaigns_legal(policy: Message) -> bool:
    known = {c.code for c in policy.categories}
    return len(policy.campaigns) <= 50 and all(
        0 <= c.from_day <= c.to_day <= calendar.DAY_MAX
        and 1 <= len(c.categories) <= 200
        and _rising(list(c.categories))
        and known.issuperset(c.categories)
        and 1 <= c.permille <= 5_000
        for c in policy.campaigns
    )


def _deadline_legal(deadline: Message) -> bool:
    return (
        deadline.first_response_minutes <= 525_600
        and deadline.close_minutes <= 525_600
        and deadline.close_working_days <= 250
        and not (deadline.close_minutes and deadline.close_working_days)
    )


def legal(policy: Message, force_day: int, dedupe_days: int | None) -> bool:
    """Whether a policy keeps all limits.

    force_day is the day it comes into force; dedupe_days that of version 1 (None: it is version 1).
    """
    if policy.expiry == ExpiryRule.NONE:
        expiry_legal = True
    elif policy.expiry == ExpiryRule.FIXED_DAYS:
        expiry_legal = 1 <= policy.expiry_n <= 3_650
    else:
        expiry_legal = policy.expiry == ExpiryRule.YEAR_END and policy.expiry_n <= 10
    return (
        all(least <= getattr(policy, name) <= most for name, (least, most) in _LIMITS.items())
        and _categories_legal(policy)
        and _campaigns_legal(policy)
        and all(_deadline_legal(getattr(policy, f"{kind}_deadline")) for kind in _MATTER_KINDS)
        and expiry_legal
        and policy.park_days <= policy.dedupe_days
        and policy.landmark_day <= force_day
        and dedupe_days in (None, policy.dedupe_days)
    )


class Policy:
    """One version in a city; `row` is the message with all its numbers."""

    def __init__(self, row: Message, effective_day: int):
        self.row = row
        self.version = row.version
        self.effective_day = effective_day
        self.categories = {c.code: c for c in row.categories}
        self.volunteer = next(c for c in row.categories if c.cap_group == CapGroup.VOLUNTEER)
        self.score_row = tuple(getattr(row, name) for name in SCORE_ROW)
        self.decay = Decay(row.landmark_day, row.half_life_days)
        self.mode_permille = (0, row.mode_report_permille, row.mode_handle_permille)
        self.severity_permille = (
            0, row.severity_minor_permille, row.severity_normal_permille,
            row.severity_major_permille, row.severity_critical_permille,
        )
        self.evidence_permille = (
            0, row.evidence_complete_permille, row.evidence_partial_permille,
            row.evidence_poor_permille,
        )
        self.violation_mpt = (
            0, row.violation_v1_mpt, row.violation_v2_mpt, row.violation_v3_mpt,
            row.violation_v4_mpt,
        )
        self.honour_mpt = (
            0, row.honour_national_mpt, row.honour_province_mpt, row.honour_city_mpt,
            row.honour_county_mpt, row.honour_enterprise_mpt,
        )

    def report_category(self, code: int) -> Message | None:
        """A category that a report may name: CAPPED or UNCAPPED."""
        category = self.categories.get(code)
        return category if category and category.cap_group != CapGroup.VOLUNTEER else None

    def computed_pts(self, category: Message, mode: int, severity: int, evidence: int, day: int):
        """DOMAIN §7, Points: one product, one floor."""
        holding = (
            c.permille
            for c in self.row.campaigns
            if c.from_day <= day <= c.to_day and category.code in c.categories
        )
        product = (
            category.base_pts
            * self.mode_permille[mode]
            * self.severity_permille[severity]
            * self.evidence_permille[evidence]
            * max(holding, default=1_000)
        )
        return max(1, product // 10**12)

    def cred(self, approved: int, decided: int) -> int:
        """DOMAIN §7, Credibility."""
        return max(self.row.cred_floor_permille, 1_000 * (approved + 16) // (decided + 20))

    def expire_day(self, day: int) -> int:
        """The expire_day of points awarded on a day (DOMAIN §8)."""
        if self.row.expiry == ExpiryRule.NONE:
            return calendar.NEVER
        if self.row.expiry == ExpiryRule.FIXED_DAYS:
            return day + self.row.expiry_n
        return calendar.year_end(calendar.year_of(day) + self.row.expiry_n)

    def deadline(self, matter_kind: int) -> Message:
        return getattr(self.row, f"{_MATTER_KINDS[matter_kind - 1]}_deadline")


class Policies:
    """All versions of a city; P(d) of EFFECTS §1.6."""

    def __init__(self, first: Policy):
        self.versions = [first]
        self._effective_days = [first.effective_day]

    def add(self, policy: Policy) -> None:
        self.versions.append(policy)
        self._effective_days.append(policy.effective_day)

    @property
    def last(self) -> Policy:
        return self.versions[-1]

    def on(self, day: int) -> Policy:
        return self.versions[max(bisect.bisect_right(self._effective_days, day) - 1, 0)]

    def effective_on(self, day: int) -> list[Policy]:
        return [p for p in self.versions[1:] if p.effective_day == day]
