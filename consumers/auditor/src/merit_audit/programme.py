"""Programme and drivers (EFFECTS §2.1, §2.2). DayClosed's effects are in days.py."""

from merit_audit import days, ledger
from merit_audit.policy import Policy
from merit_audit.refusal import Code, Refused, bad_state
from merit_audit.rows import Driver, LifeState, Producer, Reviewer
from merit_audit.wire import enum

AwardSource = enum("AwardSource")


def programme_opened(city, b):
    """In an opened city."""
    raise Refused(Code.ID_TAKEN, 2)


def policy_activated(city, b):
    last = city.policies.last
    notice = b.effective_day - b.published_day
    if (
        b.effective_day <= city.open_day
        or b.effective_day < last.effective_day
        or (not b.emergency and notice < city.policy.row.notice_days)
    ):
        raise Refused(Code.NOTICE, 2)
    if b.policy.version != last.version + 1:
        raise Refused(Code.POLICY_VERSION, last.version + 1)
    city.policies.add(Policy(b.policy, b.effective_day))


def calendar_published(city, b):
    city.calendars[b.year] = b.workdays


def producer_registered(city, b):
    producer_id = b.registered_producer_id
    producer = city.producers.setdefault(producer_id, Producer(producer_id))
    producer.register(frozenset(b.roles), b.public_key)


def producer_revoked(city, b):
    producer = city.producers[b.registered_producer_id]
    if producer.revoked:
        raise bad_state(LifeState.ENDED)
    producer.revoked = True


def reviewer_registered(city, b):
    city.reviewers[b.reviewer_id] = Reviewer(
        b.reviewer_id, b.jurisdiction_prefix, b.linked_driver_id
    )


def reviewer_revoked(city, b):
    city.reviewer(1, b.reviewer_id).revoked = True


def day_closed(city, b):
    if b.day > city.open_day:
        raise Refused(Code.CLOCK_GAP)
    if b.day < city.open_day:
        raise Refused(Code.DUPLICATE, Code.APPLIED)
    days.close(city, b.day)


def points_adjusted(city, b):
    driver = city.driver(2, b.driver_id)
    city.must_be_new(1, "adjustment", b.adjustment_id)
    if b.signer_a == b.signer_b:
        raise Refused(Code.SAME_REVIEWER, 6)
    if abs(b.delta_pts) > city.policy.row.adjustment_max_pts:
        raise Refused(Code.ADJUSTMENT_LIMIT)
    city.tables["adjustment"][b.adjustment_id] = True
    if b.delta_pts > 0:
        ledger.award(
            city, driver, AwardSource.ADJUSTMENT, b.adjustment_id, b.delta_pts, city.policy,
            city.open_day,
        )
    else:
        ledger.clawback(city, driver, -b.delta_pts)


# --- Drivers ---------------------------------------------------------------------------------


def driver_enrolled(city, b):
    if b.driver_id in city.drivers:
        raise Refused(Code.ID_TAKEN, 1)
    driver = city.drivers[b.driver_id] = Driver(b.driver_id, len(city.drivers))
    driver.person_permit, driver.vehicle_permit = b.person_permit, b.vehicle_permit
    city.drivers_active += 1
    city.changed(driver)
    city.score_changed(driver)
    if b.opening_pts > 0:
        ledger.award(
            city, driver, AwardSource.OPENING, b.driver_id, b.opening_pts, city.policy,
            city.open_day,
        )


def driver_updated(city, b):
    driver = city.driver(1, b.driver_id)
    permits = (b.person_permit, b.vehicle_permit)
    if permits != (driver.person_permit, driver.vehicle_permit):
        driver.person_permit, driver.vehicle_permit = permits
        city.score_changed(driver)


def driver_opted_out(city, b):
    _opt(city, b, True)


def driver_opted_in(city, b):
    _opt(city, b, False)


def _opt(city, b, out: bool):
    driver = city.driver(1, b.driver_id)
    if driver.opted_out != out:
        driver.opted_out = out
        city.score_changed(driver)


def driver_erased(city, b):
    driver = city.driver(1, b.driver_id)
    ledger.forfeit_available(city, driver)
    driver.forget()
    city.drivers_active -= 1
    city.changed(driver)
    city.score_changed(driver)
