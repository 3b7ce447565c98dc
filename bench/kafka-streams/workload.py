"""The log that both sides fold: the simulator's, without the events that the peer does not know."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Iterator

# As EventTypes.java.
BODIES = frozenset((
    "programme_opened", "producer_registered", "producer_revoked", "reviewer_registered",
    "reviewer_revoked", "day_closed", "driver_enrolled", "driver_updated", "driver_opted_out",
    "driver_opted_in", "report_submitted", "report_withdrawn", "report_reviewed",
    "report_co_reviewed", "volunteer_service_recorded", "standing_assessed",
    "dispatch_exposure_reported",
))
SIMULATED_CITIES = 24
CITIES_A_PARTITION = 2


def murmur2(data: bytes) -> int:
    """The hash by which Kafka's clients choose a key's partition."""
    times, mask = 0x5BD1E995, 0xFFFFFFFF
    value = 0x9747B28C ^ len(data)
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at : at + 4], "little") * times & mask
        word = (word ^ word >> 24) * times & mask
        value = value * times & mask ^ word
    if whole < len(data):
        value = (value ^ int.from_bytes(data[whole:], "little")) * times & mask
    value = (value ^ value >> 13) * times & mask
    return (value ^ value >> 15) & 0x7FFFFFFF


class Workload:
    """`events` records in the exchange form; its first ones as archives.

    Of the simulator's cities as many are taken for each partition. Cities know nothing of each
    other, and a city's log without some types of events is a log as well: each record that is left
    is answered by the rules, and by the same ones on both sides.
    """

    def __init__(self, merit: Path, directory: Path, events: int, partitions: int, drivers: int):
        self._merit = merit
        self._lines = directory / "log.jsonl"
        self.events = events
        self.cities: dict[str, bool] = {}  # whether it is taken
        self.kinds: dict[str, int] = {}
        with self._lines.open("w") as out:
            out.writelines(self._taken(self._simulated(drivers), partitions))
        if sum(self.kinds.values()) < events:
            sys.exit(f"run.py: the simulator's days gave only {self.kinds}; ask for fewer --events")

    def _simulated(self, drivers: int) -> Iterator[str]:
        command = [
            self._merit, "simulate", "--exchange", "-", "--cities", str(SIMULATED_CITIES),
            "--drivers", str(drivers), "--days", "3000",
        ]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as simulator:
            yield from simulator.stdout
            simulator.kill()

    def _taken(self, lines: Iterator[str], partitions: int) -> Iterator[str]:
        room = [CITIES_A_PARTITION] * partitions
        left = self.events
        for line in lines:
            city = line[8:14]  # {"key":"511500",...
            if city not in self.cities:
                partition = murmur2(city.encode()) % partitions
                self.cities[city] = room[partition] > 0
                room[partition] -= self.cities[city]
            if not self.cities[city]:
                continue
            body = next((key for key in json.loads(line)["event"] if key in BODIES), None)
            if body is None:
                continue
            self.kinds[body] = self.kinds.get(body, 0) + 1
            yield line
            left -= 1
            if left == 0:
                break
        if any(room):
            sys.exit(f"run.py: the simulator's cities leave partitions empty: {room}; "
                     "choose other --partitions, or more --events")

    def archive_of(self, first: int, name: str) -> Path:
        """An archive of the first records."""
        part = self._lines.with_name(f"{name}.jsonl")
        with self._lines.open() as lines, part.open("w") as out:
            out.writelines(line for _, line in zip(range(first), lines))
        archive = self._lines.with_name(name)
        subprocess.run(
            [self._merit, "import", part, "--archive", archive],
            check=True, stdout=subprocess.DEVNULL,
        )
        part.unlink()
        return archive

    def lines_from(self, first: int) -> Iterator[str]:
        with self._lines.open() as lines:
            yield from (line for place, line in enumerate(lines) if place >= first)
