"""One city: its tables, and what one record does to it (EFFECTS §1.1, §1.5)."""

import hashlib
import re
from collections import defaultdict, deque
from dataclasses import dataclass

from merit_audit import calendar, fields, policy, wire
from merit_audit.events import EVENTS
from merit_audit.flags import FlagMemory
from merit_audit.merkle import GrowingTree, PlacedTree
from merit_audit.refusal import Refused
from merit_audit.rows import Driver, Item, Producer, Reviewer
from merit_audit.wire import Decoded, enum, message

Code = enum("Code")
Role = enum("Role")
AccountKind = enum("AccountKind")
Effect = message("Effect")
Outcome = message("Outcome")
PolicyInForce = message("PolicyInForce")

EFFECTS_MAX = 1_000  # of one part of an outcome
WAITING_BYTES_MAX = 4_096
is_city_code = re.compile(rb"[1-9][0-9]{5}").fullmatch

# Outcomes with these codes do not absorb their event_id (DOMAIN §5, DUPLICATE).
_NOT_ABSORBED = frozenset((
    Code.UNDECODABLE, Code.WRONG_KEY, Code.DUPLICATE, Code.ID_CONFLICT, Code.STALE,
    Code.UNAUTHORISED,
))


class UnknownEvent(Exception):
    """A record whose body this program does not know: it must stop before it (EFFECTS §1.1, 7)."""


@dataclass(slots=True, eq=False)
class Waiting:
    """A parked event."""

    seq: int  # of its first outcome
    decoded: Decoded
    due_day: int
    detail: int  # number of the field that names what it waits for
    waits: tuple[str, str]


class City:
    """The state machine. `publish(kind, message)` receives outcomes, seals and bulletins."""

    def __init__(self, code: int, opened: Decoded, publish):
        body = opened.body
        self.code = code
        self.publish = publish
        self.utc_offset_minutes = body.utc_offset_minutes
        self.dedupe_days = body.policy.dedupe_days
        self.first_admin_id = body.admin_producer_id
        self.seq = 0
        self.time_ms = 0  # T
        self.open_day = body.open_day
        self.today = body.open_day  # e of EFFECTS §1.7: open_day, inside DayClosed{d} d + 1
        self.policies = policy.Policies(policy.Policy(body.policy, body.open_day))
        self.policy = self.policies.last  # P(today)
        self.calendars: dict[int, bytes] = {}
        self._open_tables()
        admin = self.producers[self.first_admin_id] = Producer(self.first_admin_id)
        admin.register(frozenset((Role.ADMIN,)), body.admin_public_key)

    def _open_tables(self) -> None:
        self.producers: dict[str, Producer] = {}
        self.reviewers: dict[str, Reviewer] = {}
        self.drivers: dict[str, Driver] = {}
        self.drivers_active = 0
        # Tables whose missing ids make an event wait, and adjustments and settlement batches.
        self.tables: dict[str, dict] = {
            name: {}
            for name in (
                "report", "appeal", "matter", "record", "honour", "violation", "suspension",
                "redemption", "item", "adjustment", "batch",
            )
        }
        self.due: dict[str, dict[int, list]] = {
            name: defaultdict(list)
            for name in ("lots", "vouchers", "reservations", "reports", "matters", "dedupe", "wait")
        }
        self.totals = [0] * 10  # by AccountKind
        self.budget_used: dict[int, int] = defaultdict(int)  # by month
        self.budget_cut: dict[int, int] = defaultdict(int)
        self.cells: dict[tuple, list[int]] = {}
        self.cells_dirty: set[tuple] = set()
        self.exposure: dict[tuple[str, int, int], tuple[int, int, int]] = {}
        self.flags = FlagMemory()
        self.remembered: dict[str, tuple[bytes, int]] = {}  # event_id: SHA-256, first code
        self.waiting: dict[tuple[str, str], list[Waiting]] = defaultdict(list)
        self.waiting_count = 0
        self.log_tree, self.account_tree = GrowingTree(), PlacedTree()
        self.outcome_tree = GrowingTree()
        self.accounts_dirty: dict[str, Driver] = {}
        self.seal_sha256 = b""
        # Of the event being folded:
        self.effects: list = []
        self.created: tuple[str, str] | None = None
        self.producer: Producer | None = None
        self.emitting_roles: frozenset[int] = frozenset()
        self.after_outcome: list = []  # what DayClosed publishes after its own outcome

    # --- One record --------------------------------------------------------------------------

    def record(self, key: bytes, timestamp_ms: int, value: bytes) -> None:
        """EFFECTS §1.1 from step 2 on, for a record with this city's key."""
        sha256 = hashlib.sha256(value).digest()
        decoded = wire.decode(value, sha256)
        if decoded is not None:
            event = decoded.event
            if not (fields.is_id(event.event_id) and fields.is_id(event.producer_id)):
                decoded = None
        waits, before = None, (self.time_ms, self.seq)
        self.time_ms = max(self.time_ms, timestamp_ms)
        self.seq += 1
        try:
            code, detail = self._before_body(decoded)
            if code == Code.APPLIED:
                code, detail, waits = self._fold(decoded)
        except UnknownEvent:
            self.time_ms, self.seq = before
            raise
        self.log_tree.append(timestamp_ms.to_bytes(8, "big", signed=True) + sha256)
        if code == Code.PARKED:
            code = self._park(decoded, detail, waits)
        if code not in _NOT_ABSORBED:
            self._remember(decoded, code)
        self._outcome(decoded.event.event_id if decoded else "", code, detail)
        self._after()

    def _before_body(self, decoded: Decoded | None) -> tuple[int, int]:
        """Steps 3 to 6; APPLIED: nothing against it so far."""
        if decoded is None:
            return Code.UNDECODABLE, 0
        event = decoded.event
        if event.city_code != self.code:
            return Code.WRONG_KEY, 0
        known = self.remembered.get(event.event_id)
        if known:
            if known[0] == decoded.sha256:
                return Code.DUPLICATE, known[1]
            return Code.ID_CONFLICT, 0
        occurred_day = calendar.local_day(event.occurred_at_ms, self.utc_offset_minutes)
        if abs(occurred_day - self.open_day) > self.dedupe_days:
            return Code.STALE, 0
        return Code.APPLIED, 0

    def _authorise(self, decoded: Decoded, roles: frozenset[int] | None) -> None:
        """Step 7; roles are None for an unknown body."""
        event = decoded.event
        producer = self.producer = self.producers.get(event.producer_id)
        if producer is None:
            raise Refused(Code.UNAUTHORISED, 1)
        if producer.revoked:
            raise Refused(Code.UNAUTHORISED, 2)
        if roles is not None and not roles & producer.roles:
            raise Refused(Code.UNAUTHORISED, 3)
        if producer.public_key:
            if not event.signature:
                raise Refused(Code.UNAUTHORISED, 4)
            signed = decoded.value[: -wire.SIGNATURE_TAIL]
            if not decoded.signature_in_place or not producer.verifies(event.signature, signed):
                raise Refused(Code.UNAUTHORISED, 5)
        if roles is None:
            raise UnknownEvent(f"city {self.code}: event {event.event_id} has an unknown body")

    def _fold(self, decoded: Decoded) -> tuple[int, int, tuple[str, str] | None]:
        """Steps 7 and 8: code, detail_code, what it waits for; effects are left in self.effects."""
        self.effects, self.created, self.after_outcome = [], None, []
        known = EVENTS[decoded.body_name] if decoded.body_name else None
        try:
            self._authorise(decoded, known.roles if known else None)
            for number, holds in known.fields(self, decoded.body):
                if not holds:
                    raise Refused(Code.RANGE, number)
            self.emitting_roles = known.roles & self.producer.roles
            known.fold(self, decoded.body)
        except Refused as refusal:
            return refusal.code, refusal.detail, refusal.waits
        return Code.APPLIED, 0, None

    def _remember(self, decoded: Decoded, code: int) -> None:
        event = decoded.event
        occurred_day = calendar.local_day(event.occurred_at_ms, self.utc_offset_minutes)
        due_day = max(self.open_day, occurred_day) + self.dedupe_days
        self.remembered[event.event_id] = (decoded.sha256, code)
        self.due["dedupe"][due_day].append(event.event_id)

    def _outcome(self, event_id: str, code: int, detail: int) -> None:
        effects = self.effects if code in (Code.APPLIED, Code.SETTLEMENT_MISMATCH) else []
        if sum(self.totals) != 0:
            raise AssertionError(f"city {self.code}: postings of {self.seq} do not sum to zero")
        for part in range(max(1, -(-len(effects) // EFFECTS_MAX))):
            outcome = Outcome(
                city_code=self.code, city_seq=self.seq, part=part, record_time_ms=self.time_ms,
                open_day=self.open_day, event_id=event_id, code=code, detail_code=detail,
                effects=effects[part * EFFECTS_MAX : (part + 1) * EFFECTS_MAX],
            )
            self.outcome_tree.append(outcome.SerializeToString(deterministic=True))
            self.publish("outcomes", outcome)
        self.effects = []
        if code == Code.APPLIED:
            self.open_day = self.today

    def _after(self) -> None:
        """What follows an outcome: a closing's bulletins, seal and orphans, or who was waiting."""
        for step in self.after_outcome:
            step()
        self.after_outcome = []
        if self.created:
            self._wake(self.created)

    # --- Waiting events (EFFECTS §1.5) -------------------------------------------------------

    def _park(self, decoded: Decoded, detail: int, waits: tuple[str, str]) -> int:
        full = self.waiting_count >= self.policy.row.parked_max
        if full or len(decoded.value) > WAITING_BYTES_MAX:
            return Code.ORPHAN
        due_day = self.open_day + self.policy.row.park_days
        row = Waiting(self.seq, decoded, due_day, detail, waits)
        self.waiting[waits].append(row)
        self.due["wait"][due_day].append(row)
        self.waiting_count += 1
        return Code.PARKED

    def _leave(self, row: Waiting) -> None:
        self.waiting[row.waits].remove(row)
        if not self.waiting[row.waits]:
            del self.waiting[row.waits]
        self.waiting_count -= 1

    def _wake(self, created: tuple[str, str]) -> None:
        queue = deque(sorted(self.waiting.get(created, ()), key=lambda w: w.seq))
        while queue:
            row = queue.popleft()
            self._leave(row)
            self.seq += 1
            code, detail, waits = self._fold(row.decoded)
            if code == Code.PARKED:
                row.detail, row.waits = detail, waits
                self.waiting[waits].append(row)
                self.waiting_count += 1
            self._outcome(row.decoded.event.event_id, code, detail)
            if code == Code.APPLIED and self.created:
                queue.extend(sorted(self.waiting.get(self.created, ()), key=lambda w: w.seq))
        self.created = None

    def orphans_of(self, day: int) -> list[Waiting]:
        """Takes out what waits until the closing of a day, in order of first city_seq."""
        rows = [w for w in self.due["wait"].pop(day, ()) if w in self.waiting.get(w.waits, ())]
        for row in rows:
            self._leave(row)
        return sorted(rows, key=lambda w: w.seq)

    def orphan(self, row: Waiting) -> None:
        self.seq += 1
        self._outcome(row.decoded.event.event_id, Code.ORPHAN, row.detail)

    # --- References (EFFECTS §1.3); `field` is the number that a refusal names --------------

    def driver(self, field: int, driver_id: str) -> Driver:
        driver = self.drivers.get(driver_id)
        if driver is None or driver.erased:
            raise Refused(Code.UNKNOWN_DRIVER, field)
        return driver

    def reviewer(self, field: int, reviewer_id: str) -> Reviewer:
        reviewer = self.reviewers.get(reviewer_id)
        if reviewer is None or reviewer.revoked:
            raise Refused(Code.UNKNOWN_REVIEWER, field)
        return reviewer

    def partner(self, field: int, partner_id: str) -> Producer:
        partner = self.producers.get(partner_id)
        if partner is None or not partner.is_partner:
            raise Refused(Code.UNKNOWN_PARTNER, field)
        return partner

    def item(self, field: int, item_id: str) -> Item:
        item = self.tables["item"].get(item_id)
        if item is None:
            raise Refused(Code.UNKNOWN_ITEM, field)
        return item

    def must_be_new(self, field: int, table: str, row_id: str) -> None:
        if row_id in self.tables[table]:
            raise Refused(Code.ID_TAKEN, field)

    def awaited(self, field: int, table: str, row_id: str):
        """A row that an event may wait for."""
        row = self.tables[table].get(row_id)
        if row is None:
            raise Refused(Code.PARKED, field, (table, row_id))
        return row

    def awaited_of_driver(self, field: int, table: str, row_id: str):
        """The same, of a driver who must not be erased."""
        row = self.awaited(field, table, row_id)
        if row.driver.erased:
            raise Refused(Code.UNKNOWN_DRIVER, field)
        return row

    def must_own(self, item: Item | None) -> None:
        """Owner (EFFECTS §1.3): who emits only as a PARTNER must be the item's."""
        if self.emitting_roles == {Role.PARTNER} and (
            item is None or item.partner is not self.producer
        ):
            raise Refused(Code.UNAUTHORISED, 6)

    def create(self, table: str, row_id: str, row) -> None:
        self.tables[table][row_id] = row
        self.created = (table, row_id)

    # --- Effects -----------------------------------------------------------------------------

    def emit(self, **body) -> None:
        self.effects.append(Effect(**body))

    def changed(self, driver: Driver) -> None:
        """Something in the driver's account leaf (DOMAIN §12) may have changed."""
        self.accounts_dirty[driver.driver_id] = driver

    def score_changed(self, driver: Driver) -> None:
        """The driver's Score is made anew (EFFECTS §5), as it will be right after this event."""
        driver.score_at = (self.seq, self.time_ms, self.today)


def open_city(key: bytes, timestamp_ms: int, value: bytes, publish) -> City | None:
    """The city that a record opens (EFFECTS §1.1, 1); None: UNKNOWN_CITY."""
    decoded = wire.decode(value)
    if not is_city_code(key) or decoded is None or decoded.body_name != "programme_opened":
        return None
    event, body = decoded.event, decoded.body
    if not (fields.is_id(event.event_id) and fields.is_id(event.producer_id)):
        return None
    if event.city_code != int(key) or event.producer_id != body.admin_producer_id:
        return None
    if body.policy.version != 1:
        return None
    if not all(holds for _, holds in fields.programme_opened(None, body)):
        return None
    occurred_day = calendar.local_day(event.occurred_at_ms, body.utc_offset_minutes)
    if abs(occurred_day - body.open_day) > body.policy.dedupe_days:
        return None
    city = City(int(key), decoded, publish)
    try:
        city._authorise(decoded, frozenset((Role.ADMIN,)))
    except Refused:
        return None
    city.seq, city.time_ms = 1, max(0, timestamp_ms)
    city.log_tree.append(timestamp_ms.to_bytes(8, "big", signed=True) + decoded.sha256)
    city._remember(decoded, Code.APPLIED)
    city.emit(policy_in_force=PolicyInForce(version=1))
    city._outcome(event.event_id, Code.APPLIED, 0)
    return city
