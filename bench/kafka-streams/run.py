"""merit engine and Kafka Streams, in turn. run.sh starts this; README.md has the words."""

import argparse
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from broker import cpu_seconds, own_broker, resident_mib, steal_ticks, stop
from sides import MERIT, PATIENCE_MS, Merit, Side, Streams, Watch
from workload import Workload

# While a side is killed the end of the log is fed to it, little by little.
FED_MOST = 10_000
FED_SECONDS = 5
KILLED_AFTER = 1.0


class Bench:
    """Rounds over one log; the broker is there."""

    def __init__(
        self, options, directory: Path, workload: Workload, brokers: str, broker_process: int | None
    ):
        self.options = options
        self.directory = directory
        self.workload = workload
        self.brokers = brokers
        self.broker_process = broker_process
        self.watch = Watch(brokers)
        self.running: Side | None = None
        self.fed = min(FED_MOST, workload.events // 5)
        self.first = workload.events - self.fed
        self.whole = workload.archive_of(workload.events, "whole")
        self.begin = workload.archive_of(self.first, "begin")
        self.figures: dict[str, dict[str, list[float]]] = {"merit": {}, "Streams": {}}

    def close(self) -> None:
        if self.running:
            stop(self.running.process)
        self.watch.close()

    def note(self, side: Side, what: str, value: float) -> None:
        self.figures[side.name].setdefault(what, []).append(value)

    def deploy(self, prefix: str, log: Path) -> None:
        """The topics of a run, and its intake."""
        there = ["--brokers", self.brokers, "--prefix", prefix]
        subprocess.run(
            [MERIT, "topics", "create", *there, "--timestamps", "producer",
             "--partitions", str(self.options.partitions)],
            check=True, stdout=subprocess.DEVNULL,
        )
        self.watch.ask("create", f"{prefix}.peer", self.options.partitions)
        subprocess.run([MERIT, "submit", log, *there], check=True, stdout=subprocess.DEVNULL)

    @staticmethod
    def sides(turn: int) -> list[type[Side]]:
        """Who begins changes with every round."""
        return [Merit, Streams] if turn % 2 == 0 else [Streams, Merit]

    def broker_cpu(self) -> float:
        return cpu_seconds(self.broker_process) if self.broker_process else 0.0

    def compare(self, sides: list[Side]) -> str:
        ours, theirs = sorted(sides, key=lambda side: side.name == "Streams")
        answer = self.watch.ask("compare", ours.outcomes, theirs.outcomes)
        if not answer.startswith("equal"):
            sys.exit(f"run.py: the answers differ, so there is nothing to compare: {answer}")
        records, awards, points = answer.split()[1:]
        return f"{int(records):,} outcomes, {int(awards):,} awards, {int(points):,} points"

    # How fast.

    def carry(self, turn: int) -> None:
        prefix = f"bench-{os.getpid()}-carry-{turn}"
        self.deploy(prefix, self.whole)
        noted = []
        for kind in self.sides(turn):
            side = kind(self, prefix)
            noted.append((side, self.carry_by(side)))
        same = self.compare([side for side, _ in noted])
        for side, figures in noted:
            for what, value in figures.items():
                self.note(side, what, value)
        print(f"round {turn + 1}: the same answers: {same}", flush=True)
        for side, figures in noted:
            print(f"  {side.name:8} {number(figures['events/s'])} events/s, "
                  f"{number(figures['client CPU s/M'])} s of CPU a million", flush=True)

    def carry_by(self, side: Side) -> dict[str, float]:
        """From the first commit that is seen to the last: no side's start is counted."""
        total = self.workload.events
        side.start()
        marks = []
        for count in (1, total // 2, total):
            committed = side.until(count)
            process = side.process.pid
            marks.append((committed, time.monotonic(), cpu_seconds(process), self.broker_cpu()))
        resident = resident_mib(side.process.pid)
        side.end()
        whole = [end - begin for begin, end in zip(marks[0], marks[2])]
        half = [end - begin for begin, end in zip(marks[1], marks[2])]
        return {
            "events/s": whole[0] / whole[1] if whole[0] else 0.0,
            "events/s, second half": half[0] / half[1] if half[0] else 0.0,
            "client CPU s/M": 1e6 * whole[2] / whole[0] if whole[0] else 0.0,
            "client CPU s/M, second half": 1e6 * half[2] / half[0] if half[0] else 0.0,
            "broker CPU s/M": 1e6 * whole[3] / whole[0] if whole[0] else 0.0,
            "resident MiB, most": resident,
        }

    # How soon again.

    def kill(self, turn: int) -> None:
        noted = []
        for kind in self.sides(turn):
            # An intake of its own: what is fed to one must not be there before the other begins.
            side = kind(self, f"bench-{os.getpid()}-kill-{turn}-{kind.name}")
            self.deploy(side.prefix, self.begin)
            noted.append((side, self.kill_one(side)))
        same = self.compare([side for side, _ in noted])
        for side, seconds in noted:
            self.note(side, "first outcome after kill -9, s", seconds[0])
            self.note(side, "last partition after kill -9, s", seconds[1])
        print(f"round {turn + 1}, killed: the same answers: {same}", flush=True)
        for side, seconds in noted:
            print(f"  {side.name:8} {seconds[0]:6.2f} s", flush=True)

    def kill_one(self, side: Side) -> tuple[float, float]:
        side.start()
        side.until(self.first)
        feeder = threading.Thread(target=self.feed, args=[side.prefix])
        feeder.start()
        time.sleep(KILLED_AFTER)
        side.process.send_signal(signal.SIGKILL)
        begin = time.monotonic()
        side.process.wait()
        time.sleep(0.1)  # a commit that the broker was asked for before is not the next life's
        self.watch.ask("mark", side.outcomes)
        side.start()
        seconds = []
        for what in ("next", "moved"):
            answer = self.watch.ask(what, side.outcomes, PATIENCE_MS)
            if answer == "none":
                side.fail("gave no outcome after the kill")
            seconds.append(time.monotonic() - begin)
        feeder.join()
        side.until(self.workload.events)
        side.end()
        return seconds[0], seconds[1]

    def feed(self, prefix: str) -> None:
        """The rest of the log, as if it came by and by."""
        command = [MERIT, "submit", "-", "--brokers", self.brokers, "--prefix", prefix]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            text=True,
        ) as submit:
            begin = time.monotonic()
            for place, line in enumerate(self.workload.lines_from(self.first)):
                submit.stdin.write(line)
                if place % 20 == 0:
                    submit.stdin.flush()
                    time.sleep(max(0.0, begin + place * FED_SECONDS / self.fed - time.monotonic()))
            submit.stdin.close()
        if submit.returncode != 0:
            print(f"run.py: merit submit ended with {submit.returncode}", file=sys.stderr)


# --- the table ---------------------------------------------------------------------------------


def number(value: float) -> str:
    """0: a small run was over before it could be measured."""
    if value == 0:
        return "–"
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.2f}"


def spread(values: list[float]) -> str:
    median = statistics.median(values)
    if len(values) == 1:
        return number(median)
    return f"{number(median)} ({number(min(values))} – {number(max(values))})"


def print_table(figures: dict[str, dict[str, list[float]]]) -> None:
    print("\n| median (smallest – largest) | merit | Streams | merit : Streams |\n"
          "| --- | --- | --- | --- |")
    for what, ours in figures["merit"].items():
        theirs = figures["Streams"][what]
        above, below = statistics.median(ours), statistics.median(theirs)
        ratio = f"{above / below:.2f}" if above and below else "–"
        print(f"| {what} | {spread(ours)} | {spread(theirs)} | {ratio} |")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/kafka-streams/run.sh",
        description="The same job by merit engine and by Kafka Streams; README.md has the words.",
    )
    parser.add_argument("--small", action="store_true", help="5,000 events, one round")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--drivers", type=int, default=5_000, help="of each city")
    parser.add_argument("--interval", type=int, default=100, help="ms between two transactions")
    parser.add_argument("--threads", type=int, default=2, help="of Kafka Streams")
    parser.add_argument("--brokers", help="host:port of one that runs")
    parser.add_argument("--broker-process", type=int, help="its process, for its CPU")
    found = parser.parse_args()
    if found.small:
        found.events, found.rounds, found.drivers = 5_000, 1, 200
    return found


def main() -> None:
    given = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("run.py: ended"))
    if not MERIT.exists():
        sys.exit(f"run.py: {MERIT} is not there; deploy/build.sh release")
    with contextlib.ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="merit-streams-")))
        workload = Workload(MERIT, directory, given.events, given.partitions, given.drivers)
        if given.brokers:
            brokers, process = given.brokers, given.broker_process
        else:
            brokers, process = stack.enter_context(own_broker(directory / "broker"))
        bench = stack.enter_context(
            contextlib.closing(Bench(given, directory, workload, brokers, process))
        )
        print(f"{workload.events:,} events, {sum(workload.cities.values())} cities, "
              f"{given.partitions} partitions, a transaction every {given.interval} ms")
        print(", ".join(f"{count:,} {kind}" for kind, count in sorted(workload.kinds.items())))
        steal = steal_ticks()
        for turn in range(given.rounds):
            bench.carry(turn)
            bench.kill(turn)
        print_table(bench.figures)
        print(f"\nsteal ticks before and after: {steal} {steal_ticks()}")


main()
