"""What one record does: decoding, signatures, memory, waiting events, parts."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from programme_log import CITY, HASH, ProgrammeLog, said

from merit_audit import wire
from merit_audit.city import UnknownEvent
from merit_audit.wire import enum

Code = enum("Code")
ReportState = enum("ReportState")


@pytest.fixture
def log():
    return ProgrammeLog()


def enrolment(log, producer_id="PLATFORM", driver_id="X"):
    return log.event(producer_id, driver_enrolled={"driver_id": driver_id})


def test_bytes_that_are_no_event(log):
    good = enrolment(log).SerializeToString()
    for value in (
        b"",
        good + b"\x00",  # a tag 0
        good + b"\x0c",  # the end of no group
        good + b"\xf8\xff\xff\xff\x1f\x00",  # a tag beyond 32 bits
        good + b"\x0a",  # a length is missing
        b"\xff" * 11,
        good[:2] + b"\xff" + good[3:],  # event_id is not UTF-8
        good + b"\x82\x7d\x80\x80\x04" + b"x" * 65_536,  # too long
        log.event("PLATFORM").SerializeToString(),  # no body
        enrolment(log, "a b").SerializeToString(),
        log.event("PLATFORM", "x" * 41, driver_enrolled={"driver_id": "X"}).SerializeToString(),
    ):
        (outcome,) = log.send_value(value)
        assert said(outcome) == (Code.UNDECODABLE, 0) and outcome.event_id == ""
    assert said(log.send_value(good)[0]) == (Code.APPLIED, 0)


def test_unknown_fields_are_ignored_but_bodies_stop(log):
    good = enrolment(log).SerializeToString()
    assert log.send_value(good + b"\x82\x7d\x01x")[0].code == Code.APPLIED  # field 2000
    unknown_body = b"\xba\x08\x00"  # field 135
    stranger = enrolment(log, "nobody").SerializeToString() + unknown_body
    assert said(log.send_value(stranger)[0]) == (Code.UNAUTHORISED, 1)
    before = (log.city.seq, log.city.time_ms, log.city.log_tree.size)
    with pytest.raises(UnknownEvent):
        log.send_value(enrolment(log, "APP").SerializeToString() + unknown_body)
    assert (log.city.seq, log.city.time_ms, log.city.log_tree.size) == before


def test_signatures(log):
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    log.apply("ADMIN", producer_registered={
        "registered_producer_id": "signs", "roles": ["ROLE_PLATFORM"], "public_key": public})

    def signed(driver_id, tail):
        data = enrolment(log, "signs", driver_id).SerializeToString()
        return data, tail(data, key.sign(data))

    def send(driver_id, tail):
        return said(log.send_value(signed(driver_id, tail)[1])[0])

    head = wire.SIGNATURE_HEAD
    assert send("a", lambda data, s: data) == (Code.UNAUTHORISED, 4)
    assert send("a", lambda data, s: data + b"\xc2\x3e\x00") == (Code.UNAUTHORISED, 4)
    assert send("a", lambda data, s: head + s + data) == (Code.UNAUTHORISED, 5)
    assert send("a", lambda data, s: data + b"\xc2\x3e\xc0\x00" + s) == (Code.UNAUTHORISED, 5)
    assert send("a", lambda data, s: data + b"\xc2\x3e\x3f" + s[:63]) == (Code.UNAUTHORISED, 5)
    assert send("a", lambda data, s: data + head + s[::-1]) == (Code.UNAUTHORISED, 5)
    assert send("a", lambda data, s: data + head + s) == (Code.APPLIED, 0)
    # The bytes stand in the right place, but inside another field.
    inside = lambda data, s: data + b"\x82\x7d\x43" + head + s  # noqa: E731
    assert send("b", inside) == (Code.UNAUTHORISED, 4)
    log.apply("ADMIN", producer_registered={
        "registered_producer_id": "signs", "roles": ["ROLE_PLATFORM"], "public_key": HASH})
    assert send("c", lambda data, s: data + head + s) == (Code.UNAUTHORISED, 5)


def test_memory(log):
    value = enrolment(log).SerializeToString()
    refused = log.event("PLATFORM", "same", driver_enrolled={"driver_id": "!"})
    assert said(log.send_value(refused.SerializeToString())[0]) == (Code.RANGE, 1)
    assert said(log.send_value(refused.SerializeToString())[0]) == (Code.DUPLICATE, Code.RANGE)
    other = log.event("PLATFORM", "same", driver_enrolled={"driver_id": "Y"})
    assert said(log.send_value(other.SerializeToString())[0]) == (Code.ID_CONFLICT, 0)
    assert log.send_value(value)[0].code == Code.APPLIED
    first = log.day
    log.close_through(first + 34)
    assert said(log.send_value(value)[0]) == (Code.DUPLICATE, Code.APPLIED)
    log.close_through(first + 35)
    assert said(log.send_value(value)[0]) == (Code.STALE, 0)
    assert said(log.send("CLOCK", day_closed={"day": first})) == (Code.DUPLICATE, Code.APPLIED)
    assert said(log.send("CLOCK", day_closed={"day": log.day + 1})) == (Code.CLOCK_GAP, 0)
    wrong = log.event("PLATFORM", driver_enrolled={"driver_id": "Z"})
    wrong.city_code = CITY + 1
    assert said(log.send_value(wrong.SerializeToString())[0]) == (Code.WRONG_KEY, 0)


def test_a_chain_of_waiting_events(log):
    log.enrol("X")
    decided = {"appeal_id": "a1", "outcome": "APPEAL_OUTCOME_UPHELD", "reviewer_id": "v2"}
    assert said(log.send("REVIEW", appeal_decided=decided)) == (Code.PARKED, 1)
    appeal = {"appeal_id": "a1", "report_id": "r1"}
    assert said(log.send("APP", appeal_filed=appeal)) == (Code.PARKED, 2)
    reject = {"report_id": "r1", "reviewer_id": "v1", "decision": "DECISION_REJECT"}
    assert said(log.send("REVIEW", report_reviewed=reject)) == (Code.PARKED, 1)
    # Appeal before review: BAD_STATE, and the decision goes on waiting for an appeal.
    body = log.event("APP", report_submitted={
        "report_id": "r1", "driver_id": "X", "channel": "CHANNEL_SNAP", "mode": "MODE_REPORT",
        "claimed_category": 10, "county_code": 511502, "address_code": "a"})
    outcomes = log.send_value(body.SerializeToString())
    assert [said(o) for o in outcomes] == [
        (Code.APPLIED, 0), (Code.BAD_STATE, ReportState.SUBMITTED), (Code.APPLIED, 0)]
    assert log.city.waiting_count == 1
    outcome = log.send_value(log.event("APP", appeal_filed=appeal).SerializeToString())
    assert [said(o) for o in outcome] == [(Code.APPLIED, 0)] * 2
    assert log.city.tables["report"]["r1"].state == ReportState.REJECTED
    assert log.city.waiting_count == 0
    # Each waiting event's outcome has a city_seq and an outcome leaf, but no log leaf.
    assert log.city.seq == log.city.outcome_tree.size == log.city.log_tree.size + 3


def test_orphans_follow_their_closing():
    log = ProgrammeLog(parked_max=1)
    review = {"report_id": "r", "reviewer_id": "v1", "decision": "DECISION_REJECT"}
    assert said(log.send("REVIEW", report_reviewed=review)) == (Code.PARKED, 1)
    assert said(log.send("REVIEW", report_reviewed=review)) == (Code.ORPHAN, 1)
    log.close_through(log.day + 6)
    closed, orphan = log.send_value(
        log.event("CLOCK", day_closed={"day": log.day}).SerializeToString())
    assert (closed.open_day, orphan.open_day) == (log.day, log.day + 1)
    assert said(orphan) == (Code.ORPHAN, 1)
    seal = log.published["seals"][-1]
    assert (seal.city_seq, seal.outcome_count) == (closed.city_seq, closed.city_seq)


def test_parts(log):
    for number in range(400):  # three effects each: 1,200 of the closing
        log.enrol(f"d{number}", opening_pts=1)
    log.close_through(21182)
    log.count += 1
    outcomes = log.send_value(log.event("CLOCK", day_closed={"day": 21183}).SerializeToString())
    assert [(o.part, len(o.effects), o.code) for o in outcomes] == [(0, 1000, 1), (1, 200, 1)]
    assert outcomes[0].city_seq == outcomes[1].city_seq


def test_erased_driver(log):
    log.enrol("X", 50)
    log.list_item("i", 30)
    log.redeem("x1", "X", "i")
    log.submit("r1", "X")
    effects = log.apply("ADMIN", driver_erased={"driver_id": "X"}).effects
    assert [(e.posting.account, e.posting.delta_pts) for e in effects[:2]] == [(5, -20), (4, 20)]
    withdrawn = log.send("APP", report_withdrawn={"report_id": "r1"})
    assert said(withdrawn) == (Code.UNKNOWN_DRIVER, 1)
    assert said(log.send_value(enrolment(log).SerializeToString())[0]) == (Code.ID_TAKEN, 1)
    effects = log.apply("APP", redemption_cancelled={"redemption_id": "x1"}).effects
    assert [(e.posting.account, e.posting.delta_pts) for e in effects[1:]] == [(6, -30), (4, 30)]
    assert log.city.tables["item"]["i"].stock == 1000


def test_overturned_revocation_brings_back_the_identical_points(log):
    x = log.enrol("X")
    log.submit("r1", "X")
    log.approve("r1", 10, "NORMAL")
    before = (x.available, list(x.sums), x.approved, x.decided, x.contrib_count)
    log.apply("REVIEW", report_revoked={
        "report_id": "r1", "cause": "REVOKE_CAUSE_COPIED", "reviewer_id": "v1",
        "second_reviewer_id": "v2"})
    assert (x.available, x.sums[0], len(x.strikes)) == (0, 0, 1)
    log.apply("APP", appeal_filed={"appeal_id": "a", "report_id": "r1"})
    decided = {"appeal_id": "a", "outcome": "APPEAL_OUTCOME_OVERTURNED"}
    for reviewer_id in ("v1", "v2"):
        outcome = log.send("REVIEW", appeal_decided={**decided, "reviewer_id": reviewer_id})
        assert said(outcome) == (Code.SAME_REVIEWER, 3)
    effects = log.apply("REVIEW", appeal_decided={**decided, "reviewer_id": "v3"}).effects
    award = next(e.award for e in effects if e.HasField("award"))
    assert (award.source, award.computed_pts, award.awarded_pts) == (6, 10, 10)
    assert award.cred_permille == 809
    assert (x.available, list(x.sums), x.approved, x.decided, x.contrib_count) == before
    assert not x.strikes
