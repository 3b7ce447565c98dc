"""What the end of a month or quarter publishes (DOMAIN §11, EFFECTS §6); evaluated at e = d + 1."""

from merit_audit import flags, score
from merit_audit.calendar import month_of, quarter_of
from merit_audit.rows import LifeState
from merit_audit.wire import enum, message

StandingKind = enum("StandingKind")
ViolationGrade = enum("ViolationGrade")
Bulletin = message("Bulletin")
BudgetUse = message("BudgetUse")
CandidateList = message("CandidateList")
CandidateRow = message("CandidateList.Row")
Concentration = message("Concentration")
ExposureAudit = message("ExposureAudit")
ExposureRow = message("ExposureAudit.Row")
LoopStats = message("LoopStats")
RankSnapshot = message("RankSnapshot")
RankRow = message("RankSnapshot.Row")

RANK_ROWS_MAX = 1_000
UPLIFT_MAX = 10**9
COUNTERS = (
    "opened", "closed", "closed_on_time", "open_overdue", "reopened", "answered", "solved",
    "satisfied", "response_due", "response_on_time", "handling_minutes",
)


def rate_bp(num: int, den: int) -> int | None:
    """Basis points, rounded half up; None where the denominator is 0."""
    return (num * 20_000 + den) // (2 * den) if den else None


def rates(n: dict[str, int]) -> dict[str, int | None]:
    """The seven rates of a cell or of a sum of cells."""
    return {
        "completion_bp": rate_bp(n["closed"], n["opened"]),
        "on_time_bp": rate_bp(n["closed_on_time"], n["closed"] + n["open_overdue"]),
        "satisfaction_bp": rate_bp(n["satisfied"], n["answered"]),
        "follow_up_bp": rate_bp(n["answered"], n["closed"]),
        "solved_bp": rate_bp(n["solved"], n["answered"]),
        "reopen_bp": rate_bp(n["reopened"], n["closed"]),
        "response_bp": rate_bp(n["response_on_time"], n["response_due"]),
    }


def of_closing(city, day: int) -> list[dict]:
    """The bodies of all bulletins of a day that ends a month."""
    evaluated = [
        (driver, score.evaluate(driver, city.policy, city.today))
        for driver in city.drivers.values()
        if not driver.erased
    ]
    boosted = [(driver, found.boost) for driver, found in evaluated if found.boost > 0]
    bodies = [{"loop_stats": row} for row in _loop_stats(city)]
    bodies.append({"budget_use": _budget_use(city, day)})
    bodies.append({"rank_snapshot": _rank(boosted)})
    bodies.append({"concentration": _concentration([boost for _, boost in boosted])})
    bodies += [{"exposure_audit": row} for row in _exposure(city, day)]
    if quarter_of(day) != quarter_of(day + 1):
        candidates = _candidates(city, day, evaluated)
        if candidates.rows:
            bodies.append({"candidate_list": candidates})
    return bodies


def publish(city, day: int, bodies: list[dict]) -> None:
    for number, body in enumerate(bodies):
        row = Bulletin(city_code=city.code, city_seq=city.seq, number=number, day=day, **body)
        city.publish("bulletins", row)


def _loop_stats(city) -> list:
    rows = []
    for key in sorted(city.cells_dirty):
        region, month, not_all, kind, channel = key
        counters = dict(zip(COUNTERS, city.cells[key]))
        rows.append(LoopStats(
            region_code=region, month=month, kind=kind, channel=channel, all=not not_all,
            **counters, **rates(counters),
        ))
    city.cells_dirty.clear()
    return rows


def _budget_use(city, day: int):
    month = month_of(day)
    return BudgetUse(
        month=month, budget_pts=city.policies.on(day).row.budget_monthly_pts,
        awarded_pts=city.budget_used[month], cut_pts=city.budget_cut[month],
    )


def _rank(boosted):
    ranked = sorted(boosted, key=lambda b: (-b[1], -score.merit_sum(b[0]), b[0].driver_id))
    rows = [
        RankRow(
            rank=rank, driver_id=driver.driver_id, boost_bp=boost, tier=score.tier_of(boost),
            merit=score.int128(score.merit_sum(driver)),
        )
        for rank, (driver, boost) in enumerate(ranked[:RANK_ROWS_MAX], 1)
    ]
    return RankSnapshot(rows=rows, boosted_drivers=len(boosted))


def _concentration(boosts: list[int]):
    boosts.sort(reverse=True)
    top = -(-len(boosts) // 100)
    all_sum, top_sum = sum(boosts), sum(boosts[:top])
    return Concentration(
        boosted_drivers=len(boosts), top_drivers=top, boost_bp_sum=all_sum,
        top_boost_bp_sum=top_sum, share_bp=10_000 * top_sum // all_sum if boosts else None,
    )


def _exposure(city, day: int) -> list:
    """One of each platform by id, then one of all together."""
    reported = [(key, row) for key, row in city.exposure.items() if day - 27 <= key[1] <= day]
    producers = sorted({key[0] for key, _ in reported})
    return [
        ExposureAudit(
            producer_id=producer_id, from_day=day - 27, to_day=day,
            rows=_tiers(city, [(k[2], row) for k, row in reported if producer_id in ("", k[0])]),
        )
        for producer_id in producers + [""] * bool(producers)
    ]


def _tiers(city, reported) -> list:
    sums = [[0, 0, 0] for _ in range(5)]  # h, o, sum of median * orders
    for tier, (minutes, orders, median_s) in reported:
        for i, value in enumerate((minutes, orders, median_s * orders)):
            sums[tier][i] += value
    h_0, o_0, _ = sums[0]
    rows = []
    for tier, (h, o, pickup) in enumerate(sums):
        uplift = None
        if tier > 0 and o_0 > 0 and h > 0:
            uplift = min(10_000 * o * h_0 // (o_0 * h) - 10_000, UPLIFT_MAX)
        rows.append(ExposureRow(
            tier=tier, online_minutes=h, orders_assigned=o, uplift_bp=uplift,
            alarm=uplift is not None and uplift > 2 * city.policy.row.cap_bp,
            pickup_s=pickup // o if o else None,
        ))
    return rows


def _candidates(city, day: int, evaluated):
    """Role-model selection; people choose, only HonourGranted has effect."""
    rows = []
    for driver, found in evaluated:
        safety = score.standing(driver, StandingKind.SAFETY, city.policy, city.today)
        business = score.standing(driver, StandingKind.BUSINESS, city.policy, city.today)
        violated = any(
            v.grade >= ViolationGrade.V2 and v.state == LifeState.ACTIVE and v.day > day - 365
            for v in driver.violations
        )
        if (
            score.stored_gates(driver) == 0
            and (safety or 0) >= 900
            and (business or 0) >= 850
            and not violated
            and not flags.has_open_flag(driver, city.today)
            and driver.contrib_count >= 10
        ):
            rows.append(CandidateRow(
                driver_id=driver.driver_id, merit_mpt=found.merit, safety_permille=safety,
                business_permille=business, contrib_count=driver.contrib_count,
            ))
    rows.sort(key=lambda row: (-row.merit_mpt, row.driver_id))
    most = min(max(5, city.drivers_active // 200), 1_000)
    return CandidateList(quarter=quarter_of(day), rows=rows[:most])
