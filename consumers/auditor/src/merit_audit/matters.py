"""Matters in the closed loop and their cells of statistics (DOMAIN §11, EFFECTS §2.4)."""

from merit_audit import calendar
from merit_audit.refusal import bad_state
from merit_audit.rows import Matter, MatterState
from merit_audit.wire import message

MatterOverdue = message("MatterOverdue")
MatterStateChanged = message("MatterStateChanged")

ENDED = (MatterState.MERGED, MatterState.VOIDED)
UNASSIGNED = (MatterState.OPEN, MatterState.ASSIGNED, MatterState.REOPENED)


# --- Statistics ------------------------------------------------------------------------------


def share(matter: Matter) -> list[int]:
    """A matter's share in its cells, a function of its row; in order of LoopStats' counters."""
    if matter.state in ENDED:
        return [0] * 11
    closed = matter.state == MatterState.CLOSED
    in_time = not matter.deadline_ms or matter.resolved_ms <= matter.deadline_ms
    responds = matter.response_minutes > 0
    response_end_ms = matter.opened_ms + 60_000 * matter.response_minutes
    responded = matter.responded_ms is not None and matter.responded_ms <= response_end_ms
    return [
        1,
        int(closed),
        int(closed and in_time),
        int(matter.overdue and not closed),
        int(matter.reopened),
        int(matter.reached),
        int(matter.solved),
        int(matter.satisfied),
        int(responds),
        int(responds and responded),
        (matter.resolved_ms - matter.opened_ms) // 60_000 if closed else 0,
    ]


def _cells(city, matter: Matter) -> list[tuple]:
    """Keys (region, month, not all, kind, channel), which sort as they are published."""
    regions = {matter.county, city.code}
    return [
        key
        for region in regions
        for key in (
            (region, matter.month, False, 0, 0),
            (region, matter.month, True, matter.kind, matter.channel),
        )
    ]


def _count(city, matter: Matter, before: list[int]) -> None:
    delta = [now - was for now, was in zip(share(matter), before)]
    if not any(delta):
        return
    for key in _cells(city, matter):
        cell = city.cells.setdefault(key, [0] * 11)
        for i, change in enumerate(delta):
            cell[i] += change
        city.cells_dirty.add(key)


# --- States ----------------------------------------------------------------------------------


def _set_state(city, matter: Matter, state: int) -> None:
    if state != matter.state:
        matter.state = state
        city.emit(matter_state=MatterStateChanged(matter_id=matter.matter_id, state=state))


def _must_be(matter: Matter, *states: int) -> None:
    if matter.state not in states:
        raise bad_state(matter.state)


def _mark_overdue(city, matter: Matter) -> None:
    matter.overdue = True
    overdue = MatterOverdue(matter_id=matter.matter_id, deadline_ms=matter.deadline_ms)
    city.emit(matter_overdue=overdue)


def close_deadline(city, matter: Matter) -> None:
    """The deadline's day closes."""
    late = matter.state == MatterState.RESOLVED and matter.resolved_ms > matter.deadline_ms
    if not matter.overdue and (matter.state in UNASSIGNED or late):
        before = share(matter)
        _mark_overdue(city, matter)
        _count(city, matter, before)


def matter_opened(city, b):
    city.must_be_new(1, "matter", b.matter_id)
    deadline = city.policy.deadline(b.kind)
    matter = Matter(
        b.matter_id, len(city.tables["matter"]), b.kind, b.county_code, b.channel,
        calendar.month_of(city.open_day), city.time_ms, deadline.first_response_minutes,
    )
    offset = city.utc_offset_minutes
    if deadline.close_minutes:
        matter.deadline_ms = matter.opened_ms + 60_000 * deadline.close_minutes
    elif deadline.close_working_days:
        day = calendar.nth_working_day(city.open_day, deadline.close_working_days, city.calendars)
        matter.deadline_ms = calendar.last_ms_of(day, offset)
    if matter.deadline_ms:
        local_day = calendar.local_day(matter.deadline_ms, offset)
        matter.deadline_day = max(local_day, city.open_day)
        city.due["matters"][matter.deadline_day].append(matter)
    city.create("matter", b.matter_id, matter)
    _count(city, matter, [0] * 11)
    city.emit(matter_state=MatterStateChanged(matter_id=b.matter_id, state=matter.state))


def matter_assigned(city, b):
    matter = city.awaited(1, "matter", b.matter_id)
    _must_be(matter, *UNASSIGNED)
    before = share(matter)
    matter.level = b.level
    if matter.responded_ms is None:
        matter.responded_ms = city.time_ms
    _set_state(city, matter, MatterState.ASSIGNED)
    _count(city, matter, before)


def _move(city, b, allowed: tuple[int, ...], state: int) -> None:
    matter = city.awaited(1, "matter", b.matter_id)
    _must_be(matter, *allowed)
    before = share(matter)
    _set_state(city, matter, state)
    if state == MatterState.RESOLVED:
        matter.resolved_ms = city.time_ms
    if state == MatterState.REOPENED:
        matter.reopened = True
        if matter.deadline_ms and matter.deadline_day < city.open_day and not matter.overdue:
            _mark_overdue(city, matter)
    _count(city, matter, before)


def matter_returned(city, b):
    _move(city, b, (MatterState.ASSIGNED,), MatterState.OPEN)


def matter_resolved(city, b):
    _move(city, b, (MatterState.ASSIGNED,), MatterState.RESOLVED)


def matter_verified(city, b):
    _move(city, b, (MatterState.RESOLVED,), MatterState.CLOSED if b.ok else MatterState.REOPENED)


def matter_reopened(city, b):
    _move(city, b, (MatterState.RESOLVED, MatterState.CLOSED), MatterState.REOPENED)


def matter_voided(city, b):
    _move(city, b, (*UNASSIGNED, MatterState.RESOLVED, MatterState.CLOSED), MatterState.VOIDED)


def matter_escalated(city, b):
    matter = city.awaited(1, "matter", b.matter_id)
    _must_be(matter, *UNASSIGNED)
    if b.to_level <= matter.level:
        raise bad_state(matter.state)
    matter.level = b.to_level


def matter_followed_up(city, b):
    matter = city.awaited(1, "matter", b.matter_id)
    _must_be(matter, MatterState.RESOLVED, MatterState.CLOSED)
    if matter.followed_up:
        raise bad_state(matter.state)
    before = share(matter)
    matter.followed_up = True
    matter.reached, matter.solved, matter.satisfied = b.reached, b.solved, b.satisfied
    _count(city, matter, before)


def matter_merged(city, b):
    matter = city.awaited(1, "matter", b.matter_id)
    into = city.awaited(2, "matter", b.into_matter_id)
    for row in (matter, into):
        if row.state in ENDED:
            raise bad_state(row.state)
    before = share(matter)
    _set_state(city, matter, MatterState.MERGED)
    _count(city, matter, before)
