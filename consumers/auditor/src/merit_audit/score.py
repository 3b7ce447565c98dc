"""The priority score (DOMAIN §10, EFFECTS §5)."""

from dataclasses import dataclass

from merit_audit.rows import Driver, LifeState
from merit_audit.wire import enum, message

Factor = enum("Factor")
GateBit = enum("GateBit")
StandingKind = enum("StandingKind")
SuspensionScope = enum("SuspensionScope")
Score = message("Score")
Honour = message("Score.Honour")
Days = message("Score.Days")
Explain = message("Score.Explain")
Int128 = message("Int128")

LEASE_DAYS = 400


def int128(value: int):
    return Int128(hi=value >> 64, lo=value & (1 << 64) - 1)


def merit_sum(driver: Driver) -> int:
    """A."""
    return driver.sums[0] + driver.sums[1] + driver.sums[2] - driver.sums[3]


def stored_gates(driver: Driver) -> int:
    if driver.erased:
        return GateBit.REMOVED
    qualified = driver.person_permit and driver.vehicle_permit
    return (0 if qualified else GateBit.UNQUALIFIED) + GateBit.OPTED_OUT * driver.opted_out


def standing(driver: Driver, kind: int, policy, day: int) -> int | None:
    """The permille of an assessment; None: absent or stale."""
    kept = driver.standing.get(kind)
    if kept is None or day > kept[1] + policy.row.assessment_stale_days:
        return None
    return kept[0]


def _clamp(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))


def factor_k(safety: int | None, business: int | None) -> int:
    """K; the term of an assessment that does not count is 0."""
    s = 0 if safety is None else _clamp((safety - 800) >> 1, -300, 100)
    b = 0 if business is None else _clamp((business - 800) >> 1, -100, 100)
    return 1_000 + _clamp(s + b, -400, 200)


def boost_of(raw: int, policy) -> int:
    return policy.row.cap_bp * raw // (raw + policy.row.r50_mpt)


def tier_of(boost: int) -> int:
    return 0 if boost == 0 else min(boost // 250 + 1, 4)


@dataclass(slots=True)
class Evaluated:
    """What a driver's score is on a day."""

    merit: int  # M
    honours: int  # B
    honour_count: int
    standing_count: int
    raw: int
    boost: int


def evaluate(driver: Driver, policy, day: int) -> Evaluated:
    weight = policy.decay.weight(day)
    merit = max(0, merit_sum(driver) // weight)
    holding = [
        h.mpt
        for h in driver.honours
        if h.state == LifeState.ACTIVE and h.from_day <= day <= h.to_day
    ]
    honours = min(policy.row.honour_cap_mpt, sum(holding))
    safety = standing(driver, StandingKind.SAFETY, policy, day)
    business = standing(driver, StandingKind.BUSINESS, policy, day)
    raw = (merit + honours) * factor_k(safety, business) // 1_000
    gated = (
        stored_gates(driver) != 0
        or driver.suspended(SuspensionScope.SCORE, day)
        or (driver.contrib_count < policy.row.insufficient_min and honours == 0)
    )
    boost = 0 if gated else boost_of(raw, policy)
    counting = (safety is not None) + (business is not None)
    return Evaluated(merit, honours, len(holding), counting, raw, boost)


def _explain(driver: Driver, policy, day: int, found: Evaluated) -> list:
    """Seven rows that sum to raw."""
    weight = policy.decay.weight(day)
    rows = [(factor, driver.sums[factor - 1] // weight, driver.counts[factor - 1])
            for factor in (Factor.REPORT, Factor.HANDLE, Factor.VOLUNTEER)]
    rows += [
        (Factor.VIOLATION, -(driver.sums[3] // weight), driver.counts[3]),
        (Factor.HONOUR, found.honours, found.honour_count),
        (Factor.STANDING, found.raw - (found.merit + found.honours), found.standing_count),
    ]
    rows.append((Factor.ROUNDING, found.raw - sum(mpt for _, mpt, _ in rows), 0))
    return [Explain(factor=factor, mpt=mpt, count=count) for factor, mpt, count in rows]


def last_score(city, driver: Driver):
    """The driver's last Score; its fields depend on nothing that came after driver.score_at.

    A policy in force on that day is known by then, lists are filtered by that day, and whatever
    else changes a field makes the Score anew.
    """
    city_seq, time_ms, day = driver.score_at
    policy = city.policies.on(day)
    row = policy.row
    found = evaluate(driver, policy, day)
    honours = sorted(
        (h for h in driver.honours if h.state == LifeState.ACTIVE and h.to_day >= day),
        key=lambda h: h.honour_id,
    )
    suspensions = sorted(
        (s.from_day, s.to_day)
        for s in driver.suspensions
        if s.scope == SuspensionScope.SCORE and s.state == LifeState.ACTIVE and s.to_day >= day
    )
    safety = driver.standing.get(StandingKind.SAFETY)
    business = driver.standing.get(StandingKind.BUSINESS)
    return Score(
        city_code=city.code, driver_id=driver.driver_id, city_seq=city_seq,
        policy_version=policy.version, landmark_day=row.landmark_day,
        half_life_days=row.half_life_days, merit=int128(merit_sum(driver)),
        honours=[
            Honour(mpt=h.mpt, from_day=h.from_day, to_day=h.to_day, honour_id=h.honour_id)
            for h in honours
        ],
        safety_permille=safety[0] if safety else 0,
        safety_stale_after_day=safety[1] + row.assessment_stale_days if safety else 0,
        business_permille=business[0] if business else 0,
        business_stale_after_day=business[1] + row.assessment_stale_days if business else 0,
        gates=stored_gates(driver), contrib_count=driver.contrib_count,
        suspensions=[Days(from_day=a, to_day=b) for a, b in suspensions],
        cap_bp=row.cap_bp, r50_mpt=row.r50_mpt, honour_cap_mpt=row.honour_cap_mpt,
        insufficient_min=row.insufficient_min, as_of_day=day, raw_mpt=found.raw,
        boost_bp=found.boost, tier=tier_of(found.boost),
        explain=_explain(driver, policy, day, found),
        lease_until_day=day + LEASE_DAYS, record_time_ms=time_ms, schema=1,
    )
