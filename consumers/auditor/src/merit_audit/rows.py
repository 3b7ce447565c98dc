"""The rows of a city's tables. A row is created once and keeps its `place`: order of creation."""

from collections import deque
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from merit_audit.wire import enum

LifeState = enum("LifeState")
ReportState = enum("ReportState")
MatterState = enum("MatterState")
MatterLevel = enum("MatterLevel")
Role = enum("Role")

UNDECIDED = (ReportState.SUBMITTED, ReportState.NEED_MORE, ReportState.AWAIT_SECOND)


@dataclass(slots=True, eq=False)
class Producer:
    """A registered producer. One that has or had the role PARTNER is a partner with accounts."""

    producer_id: str
    roles: frozenset[int] = frozenset()
    public_key: bytes = b""
    revoked: bool = False
    was_partner: bool = False
    partner: int = 0  # accounts, in points
    settled: int = 0
    verified: dict = field(default_factory=dict)  # redemptions to settle, by verification
    _key: object = None

    def register(self, roles: frozenset[int], public_key: bytes) -> None:
        self.roles, self.public_key, self._key, self.revoked = roles, public_key, None, False
        self.was_partner = self.was_partner or Role.PARTNER in roles

    @property
    def is_partner(self) -> bool:
        return not self.revoked and Role.PARTNER in self.roles

    def verifies(self, signature: bytes, data: bytes) -> bool:
        try:
            if self._key is None:
                self._key = Ed25519PublicKey.from_public_bytes(self.public_key)
            self._key.verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(slots=True, eq=False)
class Reviewer:
    reviewer_id: str
    prefix: str
    linked_driver_id: str
    revoked: bool = False


@dataclass(slots=True, eq=False)
class Driver:
    driver_id: str
    place: int
    person_permit: bool = False
    vehicle_permit: bool = False
    opted_out: bool = False
    erased: bool = False
    available: int = 0
    held: int = 0
    arrears: int = 0
    lots: dict[int, int] = field(default_factory=dict)  # expire_day: points
    approved: int = 0  # a
    decided: int = 0  # n
    contrib_count: int = 0
    sums: list[int] = field(default_factory=lambda: [0, 0, 0, 0])  # by Factor - 1
    counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    kept: dict[tuple[int, int], int] = field(default_factory=dict)  # (factor, day): sum of values
    used_day: dict[int, int] = field(default_factory=dict)
    used_month: dict[int, int] = field(default_factory=dict)
    service: dict[int, list[int]] = field(default_factory=dict)  # day: [minutes, points]
    honours: list = field(default_factory=list)
    suspensions: list = field(default_factory=list)
    violations: list = field(default_factory=list)
    standing: dict[int, tuple[int, int]] = field(default_factory=dict)  # kind: (permille, to_day)
    limits: dict[tuple, int] = field(default_factory=dict)  # (item_id, period): redemptions
    score_at: tuple[int, int, int] | None = None  # city_seq, record time, as_of_day
    open_flagged: int = 0  # flagged reports that are undecided
    flag_open_until_day: int = 0
    strikes: deque = field(default_factory=lambda: deque(maxlen=16))  # (day, report_id)
    positions: deque = field(default_factory=lambda: deque(maxlen=5))  # latest first
    handles: deque = field(default_factory=lambda: deque(maxlen=16))  # latest first
    submitted: tuple[int, int] = (-1, 0)  # day, number on it

    def suspended(self, scope: int, day: int) -> bool:
        return any(
            s.scope == scope and s.state == LifeState.ACTIVE and s.from_day <= day <= s.to_day
            for s in self.suspensions
        )

    def forget(self) -> None:
        """What DriverErased forgets (EFFECTS §2.2). Held points and arrears stay."""
        empty = Driver(self.driver_id, self.place)
        stays = ("held", "arrears", "limits", "score_at", "open_flagged", "available", "lots")
        for name in self.__slots__:
            if name not in stays:
                setattr(self, name, getattr(empty, name))
        self.erased = True


@dataclass(slots=True, eq=False)
class Report:
    report_id: str
    place: int
    driver: Driver
    mode: int
    county: int
    day: int  # of submission
    state: int = ReportState.UNSPECIFIED
    due_day: int = 0
    flags: int = 0  # bit rule - 1
    category: int = 0
    computed: int = 0
    awarded: int = 0
    value: int = 0  # mpt
    first: str = ""  # reviewers who decided
    second: str = ""
    signers: tuple[str, ...] = ()  # of a revocation
    decision_day: int = 0
    appealed: bool = False
    corroborators: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Appeal:
    appeal_id: str
    report: Report | None
    violation: "Violation | None"
    state: int
    reviewers: tuple[str, ...]  # of the decision appealed
    restores: int = 0  # the report's state before

    @property
    def driver(self) -> Driver:
        return (self.report or self.violation).driver


@dataclass(slots=True, eq=False)
class Matter:
    matter_id: str
    place: int
    kind: int
    county: int
    channel: int
    month: int
    opened_ms: int
    response_minutes: int
    deadline_ms: int = 0  # 0: none
    deadline_day: int = -1
    state: int = MatterState.OPEN
    level: int = MatterLevel.COUNTY
    responded_ms: int | None = None
    resolved_ms: int = 0
    overdue: bool = False
    reopened: bool = False
    followed_up: bool = False
    reached: bool = False
    solved: bool = False
    satisfied: bool = False


@dataclass(slots=True, eq=False)
class Service:
    """A volunteer record."""

    record_id: str
    driver: Driver
    day: int
    awarded: int
    value: int
    state: int = LifeState.ACTIVE


@dataclass(slots=True, eq=False)
class Honour:
    honour_id: str
    driver: Driver
    mpt: int
    from_day: int
    to_day: int
    state: int = LifeState.ACTIVE


@dataclass(slots=True, eq=False)
class Suspension:
    suspension_id: str
    driver: Driver
    scope: int
    from_day: int
    to_day: int
    state: int = LifeState.ACTIVE


@dataclass(slots=True, eq=False)
class Violation:
    violation_id: str
    driver: Driver
    grade: int
    day: int
    mpt: int
    recorded_day: int
    appealed: bool = False
    state: int = LifeState.ACTIVE


@dataclass(slots=True, eq=False)
class Item:
    item_id: str
    partner: Producer
    terms: object  # the ItemListed
    stock: int
    state: int = LifeState.ACTIVE


@dataclass(slots=True, eq=False)
class Redemption:
    redemption_id: str
    place: int
    driver_id: str  # as asked
    item_id: str
    driver: Driver | None  # None where declined before it was found, as is the item
    item: Item | None
    request_day: int
    state: int = 0
    price: int = 0
    due_day: int = 0
    slices: list[tuple[int, int]] = field(default_factory=list)  # (expire_day, points)
    voucher_hash: bytes = b""
    verified_day: int = 0
