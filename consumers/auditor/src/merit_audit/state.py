"""The state export (EFFECTS §7)."""

from merit_audit import score, seals
from merit_audit.calendar import month_of
from merit_audit.rows import UNDECIDED, LifeState
from merit_audit.wire import enum

RedemptionState = enum("RedemptionState")
StandingKind = enum("StandingKind")

UNDER_WAY = (RedemptionState.RESERVED, RedemptionState.ISSUED)
HOLDS_SLICES = (*UNDER_WAY, RedemptionState.VERIFIED)


def _driver(city, d) -> dict:
    return {
        "place": d.place,
        "state": LifeState.ENDED if d.erased else LifeState.ACTIVE,
        "available": d.available,
        "held": d.held,
        "arrears": d.arrears,
        "lots": [list(lot) for lot in sorted(d.lots.items())],
        "a": d.approved,
        "n": d.decided,
        "contrib_count": d.contrib_count,
        "sums": [str(value) for value in d.sums],
        "counts": list(d.counts),
        "used_day": d.used_day.get(city.open_day, 0),
        "used_month": d.used_month.get(month_of(city.open_day), 0),
        "gates": score.stored_gates(d),
        "safety": list(d.standing.get(StandingKind.SAFETY, ())),
        "business": list(d.standing.get(StandingKind.BUSINESS, ())),
        "open_reports_flagged": d.open_flagged,
        "flag_open_until_day": d.flag_open_until_day,
    }


def _honour(city, h) -> dict:
    return {
        "driver_id": h.driver.driver_id, "state": h.state, "mpt": h.mpt, "from_day": h.from_day,
        "to_day": h.to_day,
    }


def _item(city, i) -> dict:
    return {"partner_id": i.partner.producer_id, "state": i.state, "stock": i.stock}


def _matter(city, m) -> dict:
    return {
        "state": m.state, "kind": m.kind, "county_code": m.county, "month": m.month,
        "level": m.level, "opened_ms": m.opened_ms, "deadline_ms": m.deadline_ms,
        "resolved_ms": m.resolved_ms, "overdue": int(m.overdue), "reopened": int(m.reopened),
    }


def _partner(city, p) -> dict:
    return {"partner": p.partner, "settled": p.settled}


def _programme(city) -> dict:
    return {
        "city_seq": city.seq, "record_time_ms": city.time_ms, "open_day": city.open_day,
        "policy_version": city.policy.version, **seals.totals(city),
        "drivers": city.drivers_active, "parked": city.waiting_count,
        "remembered": len(city.remembered), "budget_month": month_of(city.open_day),
        "budget_used": city.budget_used[month_of(city.open_day)],
    }


def _redemption(city, r) -> dict:
    slices = [list(s) for s in r.slices] if r.state in HOLDS_SLICES else []
    return {
        "driver_id": r.driver_id, "item_id": r.item_id, "state": r.state, "price_pts": r.price,
        "request_day": r.request_day, "due_day": r.due_day if r.state in UNDER_WAY else 0,
        "slices": slices,
    }


def _report(city, r) -> dict:
    return {
        "driver_id": r.driver.driver_id, "state": r.state, "submission_day": r.day,
        "due_day": r.due_day if r.state in UNDECIDED else 0, "flags": r.flags,
        "computed_pts": r.computed, "awarded_pts": r.awarded, "value_mpt": r.value,
        "corroborators": len(r.corroborators),
    }


def _suspension(city, s) -> dict:
    return {
        "driver_id": s.driver.driver_id, "state": s.state, "scope": s.scope,
        "from_day": s.from_day, "to_day": s.to_day,
    }


def _violation(city, v) -> dict:
    return {
        "driver_id": v.driver.driver_id, "state": v.state, "grade": v.grade,
        "violation_day": v.day, "mpt": v.mpt,
    }


def rows(city):
    """All rows of a city, by (type, id) in byte order; ids are ASCII."""
    partners = {p.producer_id: p for p in city.producers.values() if p.was_partner}
    tables = (
        ("DRIVER", city.drivers, _driver),
        ("HONOUR", city.tables["honour"], _honour),
        ("ITEM", city.tables["item"], _item),
        ("MATTER", city.tables["matter"], _matter),
        ("PARTNER", partners, _partner),
        ("PROGRAMME", {f"{city.code}": None}, lambda city, _: _programme(city)),
        ("REDEMPTION", city.tables["redemption"], _redemption),
        ("REPORT", city.tables["report"], _report),
        ("SUSPENSION", city.tables["suspension"], _suspension),
        ("VIOLATION", city.tables["violation"], _violation),
    )
    for kind, table, columns in tables:
        for row_id in sorted(table):
            row = table[row_id]
            if kind in ("HONOUR", "SUSPENSION", "VIOLATION") and row.driver.erased:
                continue
            yield {"type": kind, "id": row_id, **columns(city, row)}
