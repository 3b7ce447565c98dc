"""merit engine and its peer in Kafka Streams, in turn; run.sh starts this. README.md has the words."""

import argparse
import contextlib
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from workload import Workload

ROOT = Path(__file__).resolve().parents[2]
MERIT = ROOT / "build/release/merit"
CLASSES = f"{ROOT}/build/kafka-streams/kafka-streams-peer-1.jar:{ROOT}/build/kafka-streams/lib/*"
JAVA = ["java", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", CLASSES]
# README.md says why these.
PEER_JAVA = ["java", "-Xms2g", "-Xmx2g", "-XX:+UseParallelGC", "-XX:+AlwaysPreTouch", *JAVA[1:]]
TICKS = os.sysconf("SC_CLK_TCK")
# While a side is killed the end of the log is fed to it, little by little.
FED_MOST = 10_000
FED_SECONDS = 5
KILLED_AFTER = 1.0
PATIENCE_MS = 600_000


def cpu_seconds(process: int) -> float:
    """User and system time of a process and its threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mib(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) >> 10


def steal_ticks() -> int:
    return int(Path("/proc/stat").read_text().split()[8])


def stop(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.terminate()
    process.wait(60)


# --- the broker --------------------------------------------------------------------------------


def answers(port: int) -> bool:
    """Whether a broker answers there: to ApiVersions, the request that every client begins with."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.settimeout(2)
            connection.sendall(b"\0\0\0\012\0\022\0\0\0\0\0\1\xff\xff")
            return bool(connection.recv(1))
    except OSError:
        return False


def free_ports() -> int:
    """A port that is free, as the next one is."""
    while True:
        with socket.socket() as one, socket.socket() as next_one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            with contextlib.suppress(OSError):
                next_one.bind(("127.0.0.1", port + 1))
                return port


@contextlib.contextmanager
def own_broker(directory: Path):
    """(address, process) of a broker that ends with this."""
    subprocess.run([ROOT / "deploy/broker/jars.sh"], check=True, stdout=subprocess.DEVNULL)
    port = free_ports()
    command = [ROOT / "deploy/broker/serve.sh", directory, str(port), str(port + 1)]
    with (directory.with_suffix(".log")).open("w") as log:
        broker = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        for _ in range(600):
            if answers(port):
                break
            if broker.poll() is not None:
                sys.exit(f"run.py: the broker did not come up; see {log.name}")
            time.sleep(0.1)
        yield f"127.0.0.1:{port}", broker.pid
    finally:
        stop(broker)


class Watch:
    """Watch.java, asked line by line."""

    def __init__(self, brokers: str):
        self._process = subprocess.Popen(
            [*JAVA, "merit.peer.Watch", brokers],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )

    def ask(self, *words) -> str:
        print(*words, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline().rstrip("\n")
        if not answer:
            sys.exit(f"run.py: Watch gave no answer to {words}")
        return answer

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(60)


# --- the two sides -----------------------------------------------------------------------------


class Side:
    """One side in one run: a deployment of its own, begun with nothing."""

    def __init__(self, bench: "Bench", prefix: str):
        self.bench = bench
        self.prefix = prefix
        self.group = f"{prefix}-{self.name}"
        self.directory = bench.directory / self.group
        self.log = (bench.directory / f"{self.group}.log").open("w")
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log)

    def until(self, count: int) -> int:
        """Waits until so many records of the intake are committed; how many are."""
        committed = self.bench.watch.ask(
            "until", self.group, f"{self.prefix}.intake", count, PATIENCE_MS
        )
        if int(committed) < count:
            sys.exit(f"run.py: {self.name} committed {committed} of {count}; see {self.log.name}")
        return int(committed)

    def end(self) -> None:
        stop(self.process)
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)


class Merit(Side):
    name = "merit"

    @property
    def outcomes(self) -> str:
        return f"{self.prefix}.outcomes"

    def command(self) -> list:
        client = self.bench.directory / "client.conf"
        client.write_text("group.instance.id=merit\n")  # as the peer: README.md
        return [
            MERIT, "engine", "--brokers", self.bench.brokers, "--prefix", self.prefix,
            "--group", self.group, "--state-dir", self.directory, "--http", "none",
            "--commit-interval", str(self.bench.options.interval), "--client-config", client,
        ]


class Streams(Side):
    name = "Streams"

    @property
    def outcomes(self) -> str:
        return f"{self.prefix}.peer"

    def command(self) -> list:
        options = self.bench.options
        return [
            *PEER_JAVA, "merit.peer.Peer", self.bench.brokers, f"{self.prefix}.intake",
            self.outcomes, self.group, self.directory, str(options.interval), str(options.threads),
        ]


# --- the runs ----------------------------------------------------------------------------------


class Bench:
    def __init__(self, options, directory: Path, brokers: str, broker_process: int | None):
        self.options = options
        self.directory = directory
        self.brokers = brokers
        self.broker_process = broker_process
        self.watch = Watch(brokers)
        self.workload = Workload(
            MERIT, directory, options.events, options.partitions, options.drivers
        )
        self.whole = self.workload.archive_of(self.workload.events, "whole")
        self.fed = min(FED_MOST, self.workload.events // 5)
        self.first = self.workload.events - self.fed
        self.begin = self.workload.archive_of(self.first, "begin")
        self.figures: dict[str, dict[str, list[float]]] = {"merit": {}, "Streams": {}}

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
        subprocess.run([MERIT, "submit", log, *there], check=True, capture_output=True)

    def sides(self, turn: int, prefix: str) -> list[Side]:
        """Who begins changes with every round."""
        both = [Merit(self, prefix), Streams(self, prefix)]
        return both if turn % 2 == 0 else both[::-1]

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
        prefix = f"carry-{turn}"
        self.deploy(prefix, self.whole)
        sides = self.sides(turn, prefix)
        noted = [(side, self.carry_by(side)) for side in sides]
        same = self.compare(sides)
        for side, figures in noted:
            for what, value in figures.items():
                self.note(side, what, value)
        print(f"round {turn + 1}: the same answers: {same}", flush=True)
        for side, figures in noted:
            print(f"  {side.name:8} {figures['events/s']:9,.0f} events/s", flush=True)

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
        sides, noted = [], []
        for side in self.sides(turn, ""):
            # An intake of its own: what is fed while one is down must not be there before the other.
            side = type(side)(self, f"kill-{turn}-{side.name}")
            self.deploy(side.prefix, self.begin)
            noted.append((side, self.kill_one(side)))
            sides.append(side)
        same = self.compare(sides)
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
                sys.exit(f"run.py: nothing new of {side.name} after the kill; see {side.log.name}")
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
        below = statistics.median(theirs)
        ratio = f"{statistics.median(ours) / below:.2f}" if below else "–"
        print(f"| {what} | {spread(ours)} | {spread(theirs)} | {ratio} |")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/kafka-streams/run.sh",
        description="The same job by merit engine and by Kafka Streams; README.md has the words.",
    )
    parser.add_argument("--small", action="store_true", help="5,000 events, one round: does it run?")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--drivers", type=int, default=5_000, help="of each of 2 cities a partition")
    parser.add_argument("--interval", type=int, default=100, help="ms between two transactions")
    parser.add_argument("--threads", type=int, default=2, help="of Kafka Streams")
    parser.add_argument("--brokers", help="host:port of a broker that is there; else one is started")
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
        if given.brokers:
            brokers, process = given.brokers, given.broker_process
        else:
            brokers, process = stack.enter_context(own_broker(directory / "broker"))
        bench = Bench(given, directory, brokers, process)
        print(f"{bench.workload.events:,} events, {sum(bench.workload.cities.values())} cities, "
              f"{given.partitions} partitions, a transaction every {given.interval} ms: "
              + ", ".join(f"{count:,} {kind}" for kind, count in bench.workload.kinds.items()))
        steal = steal_ticks()
        for turn in range(given.rounds):
            bench.carry(turn)
            bench.kill(turn)
        bench.watch.close()
        print_table(bench.figures)
        print(f"\nsteal ticks before and after: {steal} {steal_ticks()}")


main()
