"""Rules at their edges: caps, flags, limits, matters, settlement."""

import pytest
from programme_log import HASH, ProgrammeLog, said

from merit_audit.wire import enum

Code = enum("Code")
FlagRule = enum("FlagRule")
MatterState = enum("MatterState")
DeclineCode = enum("DeclineCode")
SPOT = {"crs": "CRS_GCJ02", "lat_e6": 28_770_000, "lon_e6": 104_620_000}


def flags_of(outcome) -> list[tuple[int, str]]:
    return [(e.flag.rule, e.flag.other) for e in outcome.effects if e.HasField("flag")]


@pytest.mark.parametrize("days, awarded", [(128, 0), (129, 10)])
def test_cap_counters_live_128_days(days, awarded):
    log = ProgrammeLog(cap_daily_pts=10, review_days=90, appeal_days=90)
    first, x = log.day, log.enrol("X")
    log.submit("r1", "X")
    log.submit("r2", "X")
    log.approve("r1", 10, "NORMAL")
    log.close_through(first + 69)
    log.review("r2", "REJECT")
    log.apply("APP", appeal_filed={"appeal_id": "a", "report_id": "r2"})
    log.close_through(first + days - 1)
    effects = log.apply("REVIEW", appeal_decided={
        "appeal_id": "a", "outcome": "APPEAL_OUTCOME_OVERTURNED", "reviewer_id": "v3",
        "category": 10, "severity": "SEVERITY_NORMAL", "evidence": "EVIDENCE_COMPLETE"}).effects
    award = next(e.award for e in effects if e.HasField("award"))
    assert (award.awarded_pts, award.cut_day_pts) == (awarded, 10 - awarded)
    assert (x.approved, x.decided) == (2, 2)


def test_near_duplicates_look_back_three_days_of_a_clock_that_catches_up():
    log = ProgrammeLog()
    log.enrol("X")
    log.clock_ms = log.day * 86_400_000
    log.submit("r1", "X", **SPOT)
    log.close_through(log.day + 2)
    assert flags_of(log.submit("r2", "X", **SPOT)) == [(FlagRule.NEAR_DUP, "r1")]
    log.close_through(log.day + 3)
    assert flags_of(log.submit("r3", "X", **SPOT)) == []


def test_stuck_and_jump():
    log = ProgrammeLog()
    log.enrol("X")
    for number in range(1, 6):  # each in a category of its own, so no NEAR_DUP
        outcome = log.submit(
            f"r{number}", "X", category=9 + number, observed_at_ms=10**12, **SPOT)
    assert flags_of(outcome) == [(FlagRule.GEO_STUCK, "r4")]
    far = {**SPOT, "lat_e6": SPOT["lat_e6"] + 10_000}  # 1,111,950 mm
    jump = log.submit("r6", "X", observed_at_ms=10**12 + 26_474, **far)
    assert flags_of(jump) == [(FlagRule.GEO_JUMP, "r5")]
    back = log.submit("r7", "X", observed_at_ms=10**12 + 26_474 + 26_475, category=50, **SPOT)
    assert flags_of(back) == []


def test_a_limit_counts_what_was_not_given_back():
    log = ProgrammeLog()
    log.enrol("X", 1000)
    log.list_item("i", 10, per_driver_limit=1, limit_period="LIMIT_PERIOD_DAY")

    def code(redemption_id):
        return log.redeem(redemption_id, "X", "i").effects[0].redemption_decision.code

    assert [code("x1"), code("x2")] == [DeclineCode.UNSPECIFIED, DeclineCode.LIMIT]
    log.apply("APP", redemption_cancelled={"redemption_id": "x1"})
    assert [code("x3"), code("x4")] == [DeclineCode.UNSPECIFIED, DeclineCode.LIMIT]
    log.close_through(log.day)
    assert code("x5") == DeclineCode.UNSPECIFIED
    log.apply("APP", redemption_cancelled={"redemption_id": "x3"})  # yesterday's period is over
    assert code("x6") == DeclineCode.LIMIT


def test_a_matter_is_followed_up_once_and_overdue_once():
    log = ProgrammeLog()
    log.apply("REVIEW", matter_opened={
        "matter_id": "m", "kind": "MATTER_KIND_INCIDENT", "county_code": 511502})
    assign = {"matter_id": "m", "unit_id": "u", "level": "MATTER_LEVEL_CITY"}
    resolve = {"matter_id": "m", "result": "MATTER_RESULT_SOLVED"}
    follow = {"matter_id": "m", "reached": True}
    log.apply("REVIEW", matter_assigned=assign)
    log.apply("REVIEW", matter_resolved=resolve)
    log.apply("REVIEW", matter_followed_up=follow)
    log.close_through(log.day + 1)
    effects = log.apply("REVIEW", matter_verified={"matter_id": "m"}).effects
    assert [e.WhichOneof("body") for e in effects] == ["matter_state", "matter_overdue"]
    log.apply("REVIEW", matter_assigned=assign)
    log.apply("REVIEW", matter_resolved=resolve)
    again = log.send("REVIEW", matter_followed_up=follow)
    assert said(again) == (Code.BAD_STATE, MatterState.RESOLVED)
    effects = log.apply("REVIEW", matter_verified={"matter_id": "m"}).effects
    assert [e.WhichOneof("body") for e in effects] == ["matter_state"]
    city_cell = log.city.cells[511500, 202603, False, 0, 0]
    assert city_cell == [1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0]


def test_a_settlement_batch_said_again():
    log = ProgrammeLog()
    batch = {"batch_id": "b", "partner_id": "PARTNER", "month": 202603}
    log.apply("FINANCE", settlement_batch_closed=batch)
    again = log.send("FINANCE", settlement_batch_closed=batch)
    assert said(again) == (Code.DUPLICATE, Code.APPLIED)
    other = log.send("FINANCE", settlement_batch_closed={**batch, "count": 1})
    assert said(other) == (Code.ID_TAKEN, 1)
    wrong = log.send("FINANCE", settlement_batch_closed={**batch, "batch_id": "c", "count": -1})
    assert said(wrong) == (Code.SETTLEMENT_MISMATCH, 0) and len(wrong.effects) == 1
    late = log.send("FINANCE", settlement_batch_closed={**batch, "month": 202604})
    assert said(late) == (Code.RANGE, 3)


def test_only_the_items_partner_speaks_for_it():
    log = ProgrammeLog()
    log.apply("ADMIN", producer_registered={
        "registered_producer_id": "other", "roles": ["ROLE_PARTNER", "ROLE_APP"]})
    log.enrol("X", 100)
    log.list_item("i", 10)
    stock = {"item_id": "i", "delta": 1}
    assert said(log.send("other", stock_adjusted=stock)) == (Code.UNAUTHORISED, 6)
    log.apply("ADMIN", stock_adjusted=stock)
    log.redeem("x1", "X", "i")
    log.redeem("x2", "nobody", "i")
    issue = {"redemption_id": "x2", "voucher_hash": HASH}
    assert said(log.send("PARTNER", voucher_issued=issue)) == (Code.UNAUTHORISED, 6)
    assert said(log.send("APP", voucher_issued=issue)) == (Code.BAD_STATE, 1)
    log.apply("other", voucher_issued={**issue, "redemption_id": "x1"})  # as APP
    verify = {"redemption_id": "x1", "partner_id": "PARTNER", "voucher_hash": HASH[::-1]}
    assert said(log.send("other", voucher_verified=verify)) == (Code.UNAUTHORISED, 6)
    wrong_partner = {**verify, "partner_id": "other"}
    assert said(log.send("PARTNER", voucher_verified=wrong_partner)) == (Code.UNAUTHORISED, 6)
    bad_hash = log.send("PARTNER", voucher_verified={**verify, "voucher_hash": b"\x02" * 32})
    assert said(bad_hash) == (Code.RANGE, 3)
    log.apply("ADMIN", producer_revoked={"registered_producer_id": "PARTNER"})
    declined = log.redeem("x3", "X", "i").effects[0].redemption_decision
    assert (declined.code, declined.price_pts) == (DeclineCode.ITEM_CLOSED, 10)
