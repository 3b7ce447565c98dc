"""DayClosed{d}, step by step (EFFECTS §3)."""

from merit_audit import bulletins, ledger, matters, redemption, reports, seals
from merit_audit.calendar import month_of
from merit_audit.rows import ReportState
from merit_audit.wire import enum, message

RedemptionState = enum("RedemptionState")
PolicyInForce = message("PolicyInForce")

EXPOSURE_DAYS = 28


def close(city, day: int) -> None:
    """All movements are those of day + 1; open_day itself moves after the outcome."""
    city.today = day + 1
    policy_before, city.policy = city.policies.on(day), city.policies.on(city.today)
    _expire_lots(city, day)
    for row in _due(city, "vouchers", day, RedemptionState.ISSUED):
        redemption.expire(city, row)
    for row in _due(city, "reservations", day, RedemptionState.RESERVED):
        redemption.release(city, row)
    for report in _due(city, "reports", day):
        lapsed = report.state == ReportState.NEED_MORE
        state = ReportState.LAPSED if lapsed else ReportState.EXPIRED_UNREVIEWED
        reports.set_state(city, report, state)
    orphans = city.orphans_of(day)
    for matter in city.due["matters"].pop(day, ()):
        matters.close_deadline(city, matter)
    _forget(city, day)
    _activate_policies(city, policy_before)
    published = bulletins.of_closing(city, day) if month_of(day) != month_of(day + 1) else []
    city.after_outcome = [
        lambda: bulletins.publish(city, day, published),
        lambda: seals.seal(city, day),
        *(lambda row=row: city.orphan(row) for row in orphans),
    ]


def _due(city, table: str, day: int, state: int | None = None) -> list:
    """Rows due on a day, in order of creation; one whose due day has changed is passed over."""
    rows = {row.place: row for row in city.due[table].pop(day, ())}
    return [
        row
        for _, row in sorted(rows.items())
        if row.due_day == day and state in (None, row.state)
    ]


def _expire_lots(city, day: int) -> None:
    rows = {driver.place: driver for driver in city.due["lots"].pop(day, ())}
    for _, driver in sorted(rows.items()):
        if day in driver.lots:
            ledger.expire(city, driver, day)


def _forget(city, day: int) -> None:
    """Step 7. Cap counters are dropped when a driver next needs them: ledger.award."""
    for event_id in city.due["dedupe"].pop(day, ()):
        del city.remembered[event_id]
    city.flags.drop(day)
    for key in [key for key in city.exposure if key[1] <= day - EXPOSURE_DAYS]:
        del city.exposure[key]


def _activate_policies(city, before) -> None:
    """Step 8. A changed score row makes every Score anew; a new decay also every sum."""
    activated = city.policies.effective_on(city.today)
    for policy in activated:
        city.emit(policy_in_force=PolicyInForce(version=policy.version))
    after = city.policy
    if before.score_row == after.score_row:
        return
    decay_changed = (before.row.landmark_day, before.row.half_life_days) != (
        after.row.landmark_day, after.row.half_life_days,
    )
    for driver in city.drivers.values():
        if driver.erased:
            continue
        if decay_changed:
            ledger.refold_merit(city, driver)
        city.score_changed(driver)
