"""The fold of a whole log: all its cities, and what is left at the end."""

from typing import Callable, Iterable

from merit_audit import score, state
from merit_audit.city import City, is_city_code, open_city

KINDS = ("outcomes", "scores", "seals", "bulletins", "state")


class Audit:
    """`publish(kind, row)` receives outcomes, seals and bulletins in published order, then, at
    finish(), scores and state."""

    def __init__(self, publish: Callable[[str, object], None]):
        self._publish = publish
        self.cities: dict[int, City] = {}
        self.records = 0
        self.unknown_city = 0  # records that no city answers (DOMAIN §5, UNKNOWN_CITY)

    def record(self, key: bytes, timestamp_ms: int, value: bytes) -> None:
        city = self.cities.get(int(key)) if is_city_code(key) else None
        if city is not None:
            city.record(key, timestamp_ms, value)
        else:
            city = open_city(key, timestamp_ms, value, self._publish)
            if city is not None:
                self.cities[city.code] = city
            else:
                self.unknown_city += 1
        self.records += 1

    def records_of(self, log: Iterable[tuple[bytes, int, bytes]]) -> None:
        for record in log:
            self.record(*record)

    def finish(self) -> None:
        """Last scores by (city_code, driver_id), and the state, cities one after the other."""
        for _, city in sorted(self.cities.items()):
            for driver_id in sorted(city.drivers):
                driver = city.drivers[driver_id]
                if driver.erased:
                    row = {"city_code": city.code, "driver_id": driver_id, "tombstone": True}
                    self._publish("scores", row)
                else:
                    self._publish("scores", score.last_score(city, driver))
        for _, city in sorted(self.cities.items()):
            for row in state.rows(city):
                self._publish("state", row)
