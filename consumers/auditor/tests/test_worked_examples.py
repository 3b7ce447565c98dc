"""DOMAIN §13, examples 1 to 5, and the vectors' constants."""

import hashlib
import json

import pytest
from golden import VECTORS
from programme_log import HASH, ProgrammeLog

from merit_audit import bulletins, decay, flags, score
from merit_audit.rows import Driver

EXAMPLES = json.loads((VECTORS / "worked_examples.json").read_text("utf-8"))


def little_endian(values) -> str:
    return hashlib.sha256(b"".join(v.to_bytes(8, "little") for v in values)).hexdigest()


def test_decay_constants():
    g = [decay.fraction(r, 90) for r in range(90)]
    assert [str(c) for c in decay.C[1:]] == EXAMPLES["C"]
    assert g == EXAMPLES["g90"]
    assert little_endian(g) == "0c60cd16eefcaf572da49dfeca3c2471f969a5d49d3290b1d51187bdcfb47ae1"
    assert little_endian(decay.C[1:]) == (
        "e29eb6a993bc0a195592374a8922193398e78d39b0777c538b6fbe7a6f232fb6")


def test_cos_table():
    table = json.loads((VECTORS / "cos_permille.json").read_text("utf-8"))
    assert list(flags.COS_PERMILLE) == table


def test_weight_ends():
    d = decay.Decay(19723, 90)
    assert d.weight(19723 - 32 * 90) == 1 and d.weight(19723 - 33 * 90) == 0
    assert d.weight(19723 + 41 * 90 - 1) == d.weight(80000) == decay.fraction(89, 90) << 40


def test_ex1_decay():
    d = decay.Decay(19723, 90)
    c1, c2 = 10_000 * d.weight(20513), 15_000 * d.weight(20543)
    assert (d.weight(20513), d.weight(20543)) == (1885099453696, 2375076482560)
    assert c1 + c2 == int(EXAMPLES["ex1"]["A"])
    on = [d.weight(day) for day in (20543, 20603, 20693, 20878)]
    assert [c1 // g for g in on] == [7937, 5000, 2500, 601]
    assert [c2 // g for g in on] == [15000, 9449, 4724, 1136]
    assert [(c1 + c2) // g for g in on] == [22937, 14449, 7224, 1737]


@pytest.fixture
def ex2():
    log = ProgrammeLog()
    log.enrol("X")
    log.enrol("Y")
    log.submit("r0", "Y")
    reviews = (
        ("r1", "REPORT", 10, "NORMAL", "COMPLETE"), ("r2", "HANDLE", 10, "MAJOR", "COMPLETE"),
        ("r3", "REPORT", 20, "NORMAL", "PARTIAL"), ("r4", "REPORT", 10, None, None),
        ("r5", "HANDLE", 13, "CRITICAL", "COMPLETE"), ("r6", "HANDLE", 10, "MAJOR", "COMPLETE"),
        ("r7", "REPORT", 30, "MAJOR", "COMPLETE"),
    )
    log.awards = []
    for report_id, mode, category, severity, evidence in reviews:
        log.submit(report_id, "X", mode, category)
        if severity:
            outcome = log.approve(report_id, category, severity, evidence)
        else:
            outcome = log.review(report_id, "DUPLICATE", category=10, duplicate_of="r0")
        log.awards += [e.award for e in outcome.effects if e.HasField("award")]
    log.submit("r8", "X")
    log.review("r8", "REJECT")
    return log


def test_ex2_review(ex2):
    x = ex2.city.drivers["X"]
    rows = [
        [a.computed_pts, a.awarded_pts, a.cred_permille, a.awarded_pts * a.cred_permille]
        for a in ex2.awards
    ]
    assert rows + [[0, 0, ex2.city.policy.cred(x.approved, x.decided), 0]] == EXAMPLES["ex2"]
    assert (x.available, x.approved, x.decided) == (90, 6, 7)
    assert x.sums[:2] == [70879739458969600, 70106848682954240]
    assert score.evaluate(x, ex2.city.policy, 20513).merit == 74790


def test_ex3_ledger():
    log = ProgrammeLog(open_day=20453)
    x, totals, rows = log.enrol("X", 40), log.city.totals, []

    def note():
        lots = sorted(map(list, x.lots.items()))
        rows.append([
            x.available, x.held, x.arrears, totals[8], totals[1], totals[2], totals[3], lots])

    def step(action, *arguments, **body):
        action(*arguments, **body)
        note()

    note()
    log.list_item("i120", 120)
    log.list_item("i15", 15)
    log.close_through(20453)
    step(log.adjust, "X", 90)
    step(log.redeem, "x1", "X", "i120")
    step(log.adjust, "X", -22)
    log.apply("APP", voucher_issued={"redemption_id": "x1", "voucher_hash": HASH})
    step(log.apply, "PARTNER", voucher_verified={
        "redemption_id": "x1", "partner_id": "PARTNER", "voucher_hash": HASH})
    step(log.adjust, "X", 30)
    log.close_through(21182)
    step(log.redeem, "x2", "X", "i15")
    step(log.close_through, 21183)
    step(log.apply, "APP", redemption_cancelled={"redemption_id": "x2"})
    step(log.close_through, 21214)
    assert rows == EXAMPLES["ex3"]


def test_ex4_score(ex2):
    log, x = ex2, ex2.city.drivers["X"]
    log.close_through(20542)
    log.apply("REVIEW", volunteer_service_recorded={
        "record_id": "s1", "driver_id": "X", "activity_id": "a", "minutes": 240,
        "service_day": 20540, "organiser_confirmed": True, "beneficiary_confirmed": True})
    log.apply("REVIEW", report_revoked={
        "report_id": "r2", "cause": "REVOKE_CAUSE_FALSE_REPORT", "reviewer_id": "v1",
        "second_reviewer_id": "v2"})
    log.apply("AUTHORITY", violation_recorded={
        "violation_id": "w", "driver_id": "X", "grade": "VIOLATION_GRADE_V3",
        "violation_day": 20532, "doc_sha256": HASH})
    log.apply("AUTHORITY", honour_granted={
        "honour_id": "h", "driver_id": "X", "title": "t", "level": "HONOUR_LEVEL_CITY",
        "from_day": 20527, "to_day": 20891, "doc_sha256": HASH})
    log.close_through(20543)
    for kind, permille in (("SAFETY", 920), ("BUSINESS", 760)):
        log.apply("PLATFORM", standing_assessed={
            "driver_id": "X", "kind": f"STANDING_KIND_{kind}", "from_day": 20500,
            "to_day": 20543, "score_permille": permille})
    assert x.sums[1:] == [36182598914241024, 60452971001184256, 87286089226240000]
    assert score.merit_sum(x) == 80229220148154880
    policy = log.city.policy
    y = Driver("Y", 9, person_permit=True, vehicle_permit=True, contrib_count=1)
    y.sums[0] = 200_000 * policy.decay.weight(20513)
    rows = []
    for day in (20543, 20633, 20892):
        found, of_y = score.evaluate(x, policy, day), score.evaluate(y, policy, day)
        explain = [row.mpt for row in score._explain(x, policy, day, found)]
        assert sum(explain) == found.raw and of_y.boost == 0
        before_gate = score.boost_of(of_y.raw, policy)
        rows.append([found.merit, found.raw, found.boost, explain, of_y.merit, before_gate])
    assert rows == EXAMPLES["ex4"]


def test_single_values():
    policy = ProgrammeLog().city.policy
    raws = (0, 500, 501, 50_000, 500_000, 4_500_000, 10**9)
    assert [score.boost_of(raw, policy) for raw in raws] == [0, 0, 1, 90, 500, 900, 999]
    pairs = ((None, None), (1000, 1000), (200, 1000), (799, 801), (0, 0), (650, None))
    assert [score.factor_k(*pair) for pair in pairs] == [1000, 1200, 800, 999, 600, 925]
    counts = ((0, 0), (10, 40), (40, 40), (90, 100), (0, 5), (5, 7))
    assert [policy.cred(*pair) for pair in counts] == [800, 500, 933, 883, 640, 777]
    assert [score.tier_of(boost) for boost in (0, 1, 249, 250, 499, 500, 749, 750, 1000)] == [
        0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_ex5_statistics():
    cells = {  # N, C, T, O, answered, satisfied
        "511502": (30, 28, 25, 1, 20, 18), "511503": (15, 13, 12, 2, 9, 9),
        "510300": (100, 97, 90, 1, 60, 57),
    }
    sums = {
        **cells,
        "511500": tuple(map(sum, zip(cells["511502"], cells["511503"]))),
        "510000": tuple(map(sum, zip(*cells.values()))),
    }
    for region, (n, c, t, o, answered, satisfied) in sums.items():
        counters = dict.fromkeys(bulletins.COUNTERS, 0) | {
            "opened": n, "closed": c, "closed_on_time": t, "open_overdue": o,
            "answered": answered, "satisfied": satisfied,
        }
        rates = bulletins.rates(counters)
        assert [rates["completion_bp"], rates["on_time_bp"], rates["satisfaction_bp"]] == (
            EXAMPLES["ex5"][region])
        assert rates["response_bp"] is None


