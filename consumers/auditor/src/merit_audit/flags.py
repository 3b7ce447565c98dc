"""Flags (EFFECTS §4): what a report or a review is compared with. They change nothing else.

What the rules keep is kept by day and let go when its days are over.
"""

from collections import defaultdict, deque
from dataclasses import dataclass

from merit_audit.rows import Driver
from merit_audit.wire import enum, message

Crs = enum("Crs")
FlagRule = enum("FlagRule")
Mode = enum("Mode")
Flag = message("Flag")

NEAREST_MAX = 16  # what a bucket, a cell, a driver's HANDLE positions keep
PHOTO_DAYS = 30
CELL_DAYS = 3
PAIR_DAYS = 30
HOUR_MS = 3_600_000

# round(1000 * cos d) for whole degrees d, 0 to 90.
COS_PERMILLE = (
    1000, 1000, 999, 999, 998, 996, 995, 993, 990, 988, 985, 982, 978, 974, 970, 966, 961, 956,
    951, 946, 940, 934, 927, 921, 914, 906, 899, 891, 883, 875, 866, 857, 848, 839, 829, 819,
    809, 799, 788, 777, 766, 755, 743, 731, 719, 707, 695, 682, 669, 656, 643, 629, 616, 602,
    588, 574, 559, 545, 530, 515, 500, 485, 469, 454, 438, 423, 407, 391, 375, 358, 342, 326,
    309, 292, 276, 259, 242, 225, 208, 191, 174, 156, 139, 122, 105, 87, 70, 52, 35, 17, 0,
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Seen:
    """What is kept of a report."""

    place: int
    report_id: str
    driver_id: str
    day: int  # of submission
    time_ms: int  # T
    observed_ms: int
    crs: int
    lat_e6: int
    lon_e6: int
    phash: int = 0


def distance_squared(new: Seen, old: Seen) -> int:
    """D^2 in mm^2."""
    dy = abs(new.lat_e6 - old.lat_e6) * 111_195 // 1_000
    cos = COS_PERMILLE[abs(new.lat_e6) // 1_000_000]
    dx = abs(new.lon_e6 - old.lon_e6) * 111_195 * cos // 1_000_000
    return dx * dx + dy * dy


def _buckets(phash: int) -> list[tuple[int, int]]:
    return [(i, phash >> (16 * i) & 0xFFFF) for i in range(4)]


class FlagMemory:
    """What the rules remember of a whole city; what is a driver's own stands in the driver."""

    def __init__(self):
        self._photos: dict[bytes, Seen] = {}
        self._phashes: dict[tuple[int, int], deque[Seen]] = {}
        self._cells: dict[tuple, deque[Seen]] = {}
        self._devices: dict[bytes, Seen] = {}
        self._by_day: dict[int, list[tuple[dict, object, Seen]]] = defaultdict(list)
        # COLLUSION: [approvals, decisions] of each pair (driver, reviewer), driver, reviewer.
        self._pair_rows: dict[int, dict[tuple[str, str], list[int]]] = {}
        self._pairs: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._drivers: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._reviewers: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._pair_flagged: dict[tuple[str, str], int] = {}

    # --- Rules 1 to 7 ------------------------------------------------------------------------

    def of_report(self, city, body, driver: Driver, place: int) -> list[tuple[int, str]]:
        """(rule, other) of a new report, in order of rule; then the report is kept."""
        new = Seen(
            place, body.report_id, body.driver_id, city.open_day, city.time_ms,
            body.observed_at_ms, body.crs, body.lat_e6, body.lon_e6,
        )
        placed = body.crs != Crs.NONE
        handled = placed and body.mode == Mode.HANDLE
        number = driver.submitted[1] + 1 if driver.submitted[0] == new.day else 1
        found = [
            (FlagRule.DUP_PHOTO, self._dup_photo(body, new)),
            (FlagRule.NEAR_DUP, self._near_dup(body, new) if placed else None),
            (FlagRule.GEO_JUMP, _geo_jump(new, driver) if placed else None),
            (FlagRule.GEO_STUCK, _geo_stuck(new, driver) if placed else None),
            (FlagRule.BURST, "" if number > 20 else None),
            (FlagRule.DEVICE_SHARED, self._device_shared(body, new)),
            (FlagRule.STAGED, _staged(new, driver) if handled else None),
        ]
        driver.submitted = (new.day, number)
        self._keep(body, new, driver)
        return [(rule, other) for rule, other in found if other is not None]

    def _dup_photo(self, body, new: Seen) -> str | None:
        hashes = [*body.photo_sha256, *filter(None, (body.after_photo_sha256,))]
        for sha256 in hashes:
            old = self._photos.get(sha256)
            if old and new.day - old.day <= PHOTO_DAYS:
                return old.report_id
        for phash in filter(None, body.photo_phash64):
            for bucket in _buckets(phash):
                for old in self._phashes.get(bucket, ()):
                    near = (old.phash ^ phash).bit_count() <= 3
                    if near and new.day - old.day <= PHOTO_DAYS:
                        return old.report_id
        return None

    def _near_dup(self, body, new: Seen) -> str | None:
        crs, category, y, x = _cell(body)
        newest = None
        for cell in ((crs, category, y + i, x + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
            for old in self._cells.get(cell, ()):
                if (
                    new.day - old.day <= CELL_DAYS
                    and new.time_ms - old.time_ms <= 72 * HOUR_MS
                    and (newest is None or old.place > newest.place)
                    and distance_squared(new, old) <= 50_000**2
                ):
                    newest = old
        return newest.report_id if newest else None

    def _device_shared(self, body, new: Seen) -> str | None:
        old = self._devices.get(body.device_hash) if body.device_hash else None
        if old and old.day == new.day and old.driver_id != new.driver_id:
            return old.report_id
        return None

    def _keep(self, body, new: Seen, driver: Driver) -> None:
        for sha256 in [*body.photo_sha256, *filter(None, (body.after_photo_sha256,))]:
            self._photos[sha256] = new
            self._by_day[new.day + PHOTO_DAYS].append((self._photos, sha256, new))
        for phash in filter(None, body.photo_phash64):
            photo = Seen(new.place, new.report_id, "", new.day, 0, 0, 0, 0, 0, phash)
            for bucket in _buckets(phash):
                self._push(self._phashes, bucket, photo, PHOTO_DAYS)
        if body.device_hash:
            self._devices[body.device_hash] = new
            self._by_day[new.day].append((self._devices, body.device_hash, new))
        if body.crs != Crs.NONE:
            self._push(self._cells, _cell(body), new, CELL_DAYS)
            driver.positions.appendleft(new)
            if body.mode == Mode.HANDLE:
                driver.handles.appendleft(new)

    def _push(self, table: dict, key, new: Seen, days: int) -> None:
        table.setdefault(key, deque(maxlen=NEAREST_MAX)).appendleft(new)
        self._by_day[new.day + days].append((table, key, new))

    # --- Rule 8 ------------------------------------------------------------------------------

    def count_decision(self, day: int, driver_id: str, reviewer_id: str, approved: bool) -> None:
        """A ReportReviewed APPROVE or REJECT, whatever a second opinion says."""
        pair = (driver_id, reviewer_id)
        row = self._pair_rows.setdefault(day, {}).setdefault(pair, [0, 0])
        for counts in (row, *self._sums(pair)):
            counts[0] += approved
            counts[1] += 1

    def collusion(self, day: int, driver_id: str, reviewer_id: str) -> bool:
        """Looked at after an approval has been counted."""
        pair = (driver_id, reviewer_id)
        of_pair, of_driver, of_reviewer = self._sums(pair)
        rate = 1_000 * of_pair[0] // of_pair[1]
        overall = 1_000 * of_reviewer[0] // of_reviewer[1]
        if (
            of_driver[0] < 10
            or 100 * of_pair[0] < 80 * of_driver[0]
            or rate - overall < 200
            or self._pair_flagged.get(pair, day - PAIR_DAYS) > day - PAIR_DAYS
        ):
            return False
        self._pair_flagged[pair] = day
        return True

    def _sums(self, pair: tuple[str, str]):
        return self._pairs[pair], self._drivers[pair[0]], self._reviewers[pair[1]]

    # --- The closing of a day ----------------------------------------------------------------

    def drop(self, day: int) -> None:
        """Lets go what is too old once a day is closed (EFFECTS §3 step 7)."""
        for table, key, last in self._by_day.pop(day, ()):
            kept = table.get(key)
            newest = kept[0] if isinstance(kept, deque) else kept
            if newest is last:
                del table[key]
        for pair, row in self._pair_rows.pop(day - PAIR_DAYS + 1, {}).items():
            for counts in self._sums(pair):
                counts[0] -= row[0]
                counts[1] -= row[1]
            if self._pairs[pair][1] == 0:
                del self._pairs[pair]
                self._pair_flagged.pop(pair, None)


def _cell(body) -> tuple[int, int, int, int]:
    return body.crs, body.claimed_category, body.lat_e6 // 500, body.lon_e6 // 1_000


def _geo_jump(new: Seen, driver: Driver) -> str | None:
    old = driver.positions[0] if driver.positions else None
    if old is None or old.crs != new.crs or new.day - old.day > 30:
        return None
    squared = distance_squared(new, old)
    allowed = 42 * abs(new.observed_ms - old.observed_ms)
    return old.report_id if squared > 1_000_000**2 and squared > allowed**2 else None


def _geo_stuck(new: Seen, driver: Driver) -> str | None:
    latest = list(driver.positions)[:4]
    if len(latest) < 4 or any(
        (old.crs, old.lat_e6, old.lon_e6) != (new.crs, new.lat_e6, new.lon_e6) for old in latest
    ):
        return None
    fifth = latest[3]
    if new.time_ms - fifth.time_ms > 24 * HOUR_MS or new.day - fifth.day > 30:
        return None
    return latest[0].report_id


def _staged(new: Seen, driver: Driver) -> str | None:
    near = [
        old.report_id
        for old in driver.handles
        if old.crs == new.crs
        and new.day - old.day <= 7
        and distance_squared(new, old) <= 100_000**2
    ]
    return near[0] if len(near) >= 2 else None


# --- Rule 9 and open flags -------------------------------------------------------------------


def raise_flag(city, rule: int, subject: str, other: str) -> None:
    city.emit(flag=Flag(rule=rule, subject=subject, other=other))


def collusion(city, driver: Driver, reviewer_id: str) -> None:
    if city.flags.collusion(city.open_day, driver.driver_id, reviewer_id):
        driver.flag_open_until_day = max(driver.flag_open_until_day, city.open_day + 29)
        raise_flag(city, FlagRule.COLLUSION, driver.driver_id, reviewer_id)


def strike(city, driver: Driver, report_id: str) -> None:
    """A revocation with a cause other than ERROR."""
    driver.strikes.append((city.open_day, report_id))
    if sum(city.open_day - day <= 364 for day, _ in driver.strikes) >= 3:
        driver.flag_open_until_day = max(driver.flag_open_until_day, city.open_day + 364)
        raise_flag(city, FlagRule.STRIKES, driver.driver_id, report_id)


def forget_strike(driver: Driver, report_id: str) -> None:
    for row in [row for row in driver.strikes if row[1] == report_id]:
        driver.strikes.remove(row)


def has_open_flag(driver: Driver, day: int) -> bool:
    return driver.open_flagged > 0 or driver.flag_open_until_day >= day
