"""Volunteer service, honours, standing, violations, suspensions (EFFECTS §2.5)."""

from merit_audit import ledger
from merit_audit.refusal import Code, Refused, bad_state, earning_suspended
from merit_audit.rows import Honour, LifeState, Service, Suspension, Violation
from merit_audit.wire import enum

AwardSource = enum("AwardSource")
Factor = enum("Factor")
SuspensionScope = enum("SuspensionScope")

PER_DRIVER_MAX = 64  # honours, suspensions: EFFECTS §8
SUSPENSION_KEPT_DAYS = 128


def _end(row) -> None:
    if row.state == LifeState.ENDED:
        raise bad_state(LifeState.ENDED)
    row.state = LifeState.ENDED


def volunteer_service_recorded(city, b):
    driver = city.driver(2, b.driver_id)
    city.must_be_new(1, "record", b.record_id)
    day = b.service_day
    if driver.suspended(SuspensionScope.EARNING, day):
        raise earning_suspended()
    policy = city.policies.on(day)
    counted, computed_before = driver.service.get(day, (0, 0))
    left = max(policy.row.volunteer_minutes_daily_max - counted, 0)
    counted += min(b.minutes, left)
    total = counted * policy.volunteer.base_pts // 60
    driver.service[day] = [counted, total]
    driver.contrib_count += 1
    cred = policy.cred(driver.approved, driver.decided)
    awarded = ledger.award(
        city, driver, AwardSource.VOLUNTEER, b.record_id, total - computed_before, policy, day,
        category=policy.volunteer, cred=cred,
    )
    row = Service(b.record_id, driver, day, awarded, awarded * cred)
    city.create("record", b.record_id, row)
    ledger.merit(city, driver, Factor.VOLUNTEER, day, row.value)


def volunteer_service_revoked(city, b):
    row = city.awaited_of_driver(1, "record", b.record_id)
    _end(row)
    row.driver.contrib_count -= 1
    ledger.clawback(city, row.driver, row.awarded)
    ledger.merit(city, row.driver, Factor.VOLUNTEER, row.day, row.value, -1)


def honour_granted(city, b):
    driver = city.driver(2, b.driver_id)
    city.must_be_new(1, "honour", b.honour_id)
    there = (h for h in driver.honours if h.state == LifeState.ACTIVE)
    if sum(h.to_day >= city.open_day for h in there) >= PER_DRIVER_MAX:
        raise Refused(Code.RANGE, 2)
    mpt = city.policy.honour_mpt[b.level]
    honour = Honour(b.honour_id, driver, mpt, b.from_day, b.to_day)
    driver.honours.append(honour)
    city.create("honour", b.honour_id, honour)
    city.score_changed(driver)


def honour_revoked(city, b):
    honour = city.awaited_of_driver(1, "honour", b.honour_id)
    _end(honour)
    city.score_changed(honour.driver)


def standing_assessed(city, b):
    driver = city.driver(1, b.driver_id)
    kept = driver.standing.get(b.kind)
    if kept is None or b.to_day >= kept[1]:
        driver.standing[b.kind] = (b.score_permille, b.to_day)
        city.score_changed(driver)


def violation_recorded(city, b):
    driver = city.driver(2, b.driver_id)
    city.must_be_new(1, "violation", b.violation_id)
    day = b.violation_day
    mpt = city.policies.on(day).violation_mpt[b.grade]
    violation = Violation(b.violation_id, driver, b.grade, day, mpt, city.open_day)
    driver.violations.append(violation)
    city.create("violation", b.violation_id, violation)
    ledger.merit(city, driver, Factor.VIOLATION, day, mpt)


def violation_rescinded(city, b):
    violation = city.awaited_of_driver(1, "violation", b.violation_id)
    if violation.state == LifeState.ENDED:
        raise bad_state(LifeState.ENDED)
    rescind(city, violation)


def rescind(city, violation: Violation) -> None:
    violation.state = LifeState.ENDED
    ledger.merit(city, violation.driver, Factor.VIOLATION, violation.day, violation.mpt, -1)


def suspension_imposed(city, b):
    driver = city.driver(2, b.driver_id)
    city.must_be_new(1, "suspension", b.suspension_id)
    oldest = city.open_day - SUSPENSION_KEPT_DAYS
    there = (s for s in driver.suspensions if s.state == LifeState.ACTIVE)
    if sum(s.to_day >= oldest for s in there) >= PER_DRIVER_MAX:
        raise Refused(Code.RANGE, 2)
    suspension = Suspension(b.suspension_id, driver, b.scope, b.from_day, b.to_day)
    driver.suspensions.append(suspension)
    city.create("suspension", b.suspension_id, suspension)
    if b.scope == SuspensionScope.SCORE:
        city.score_changed(driver)


def suspension_lifted(city, b):
    suspension = city.awaited_of_driver(1, "suspension", b.suspension_id)
    _end(suspension)
    if suspension.scope == SuspensionScope.SCORE:
        city.score_changed(suspension.driver)


def dispatch_exposure_reported(city, b):
    key = (city.producer.producer_id, b.day, b.tier)
    city.exposure[key] = (b.online_minutes, b.orders_assigned, b.median_pickup_s)
