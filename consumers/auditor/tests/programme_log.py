"""A programme to write events into: one city, policy v1, a producer of each role, two reviewers."""

import json

from golden import VECTORS

from merit_audit.audit import Audit
from merit_audit.calendar import DAY_MS
from merit_audit.exchange import from_json
from merit_audit.wire import Event, enum, message

CITY = 511500
KEY = b"511500"
POLICY = json.loads((VECTORS / "policy_v1.json").read_text("utf-8"))
ROLES = ("PLATFORM", "APP", "REVIEW", "AUTHORITY", "PARTNER", "FINANCE", "CLOCK", "ADMIN")
HASH = b"\x01" * 32
Code = enum("Code")


class ProgrammeLog:
    def __init__(self, open_day: int = 20513, **policy):
        self.published: dict[str, list] = {"outcomes": [], "seals": [], "bulletins": []}
        self.audit = Audit(lambda kind, row: self.published.setdefault(kind, []).append(row))
        self.count = 0
        self.day = open_day
        self.clock_ms = None  # record timestamps where they are not those of the day
        row = from_json(message("Policy"), {**POLICY, **policy})
        opened = {
            "name": "p", "open_day": open_day, "utc_offset_minutes": 480,
            "admin_producer_id": "ADMIN", "policy": row,
        }
        self.send("ADMIN", programme_opened=opened)
        self.city = self.audit.cities[CITY]
        for role in ROLES[:-1]:
            self.send("ADMIN", producer_registered={
                "registered_producer_id": role, "roles": [f"ROLE_{role}"]})
        for reviewer_id in ("v1", "v2", "v3"):
            self.send("AUTHORITY", reviewer_registered={"reviewer_id": reviewer_id})

    def event(self, producer_id: str, event_id: str = "", **body):
        self.count += 1
        return Event(
            event_id=event_id or f"e{self.count}", city_code=CITY, producer_id=producer_id,
            occurred_at_ms=self.day * DAY_MS, **body,
        )

    def send_value(self, value: bytes) -> list:
        """The outcomes that a record's bytes give."""
        outcomes = self.published["outcomes"]
        before = len(outcomes)
        clock_ms = self.clock_ms or self.day * DAY_MS + self.count
        self.audit.record(KEY, clock_ms, value)
        return outcomes[before:]

    def send(self, producer_id: str, **body):
        """The first outcome of an event."""
        return self.send_value(self.event(producer_id, **body).SerializeToString())[0]

    def apply(self, producer_id: str, **body):
        outcome = self.send(producer_id, **body)
        assert (outcome.code, outcome.detail_code) == (Code.APPLIED, 0), outcome
        return outcome

    def close_through(self, day: int) -> None:
        while self.day <= day:
            self.apply("CLOCK", day_closed={"day": self.day})
            self.day += 1

    # --- Frequent events ---------------------------------------------------------------------

    def enrol(self, driver_id: str, opening_pts: int = 0):
        self.apply("PLATFORM", driver_enrolled={
            "driver_id": driver_id, "person_permit": True, "vehicle_permit": True,
            "opening_pts": opening_pts})
        return self.city.drivers[driver_id]

    def adjust(self, driver_id: str, pts: int):
        return self.apply("ADMIN", points_adjusted={
            "adjustment_id": f"a{self.count}", "driver_id": driver_id, "delta_pts": pts,
            "reason": "r", "signer_a": "s1", "signer_b": "s2"})

    def submit(self, report_id: str, driver_id: str, mode="REPORT", category=10, **more):
        body = {
            "report_id": report_id, "driver_id": driver_id, "channel": "CHANNEL_SNAP",
            "mode": f"MODE_{mode}", "claimed_category": category, "county_code": 511502,
            "address_code": "a", **more,
        }
        if mode == "HANDLE":
            photo = report_id.encode().ljust(32, b".")
            body |= {"photo_sha256": [photo], "after_photo_sha256": photo[::-1]}
        return self.apply("APP", report_submitted=body)

    def review(self, report_id: str, decision: str, **more):
        """A review, and the second opinion where one is needed: the driver's awards of it."""
        body = {"report_id": report_id, "decision": f"DECISION_{decision}", **more}
        outcome = self.apply("REVIEW", report_reviewed={"reviewer_id": "v1", **body})
        if any(e.report_state.second_reasons for e in outcome.effects):
            second = {"report_id": report_id, "reviewer_id": "v2", "agree": True}
            outcome = self.apply("REVIEW", report_co_reviewed=second)
        return outcome

    def approve(self, report_id: str, category: int, severity: str, evidence: str = "COMPLETE"):
        return self.review(
            report_id, "APPROVE", category=category, severity=f"SEVERITY_{severity}",
            evidence=f"EVIDENCE_{evidence}",
        )

    def list_item(self, item_id: str, price_pts: int, **more):
        self.apply("PARTNER", item_listed={
            "item_id": item_id, "partner_id": "PARTNER", "kind": "ITEM_KIND_WASH",
            "price_pts": price_pts, "settle_fen": 100, "stock": 1000, "voucher_days": 1,
            "on_expire": "ON_EXPIRE_REFUND", "cancellable": True, "open_day": 0,
            "close_day": 84005, **more})

    def redeem(self, redemption_id: str, driver_id: str, item_id: str):
        return self.apply("APP", redemption_requested={
            "redemption_id": redemption_id, "driver_id": driver_id, "item_id": item_id})


def said(outcome) -> tuple[int, int]:
    return outcome.code, outcome.detail_code
