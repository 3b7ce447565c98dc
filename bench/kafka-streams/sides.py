"""The two sides, and who watches them."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from broker import ROOT, stop

MERIT = ROOT / "build/release/merit"
CLASSES = f"{ROOT}/build/kafka-streams/kafka-streams-peer-1.jar:{ROOT}/build/kafka-streams/lib/*"
QUIET = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", CLASSES]
# README.md says why these.
PEER_JAVA = ["java", "-Xms2g", "-Xmx2g", "-XX:+UseParallelGC", *QUIET]
PATIENCE_MS = 900_000


class Watch:
    """Watch.java, asked line by line."""

    def __init__(self, brokers: str):
        self._process = subprocess.Popen(
            ["java", *QUIET, "merit.peer.Watch", brokers],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )

    def ask(self, *words) -> str:
        print(*words, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline().rstrip("\n")
        if not answer:
            sys.exit(f"run.py: Watch gave no answer to {words}")
        return answer

    def close(self) -> None:
        stop(self._process)


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
        self.bench.running = self

    def fail(self, what: str) -> NoReturn:
        lines = Path(self.log.name).read_text().splitlines()[-15:]
        sys.exit("\n".join([*lines, f"run.py: {self.name} {what}; what it said last is above"]))

    def until(self, count: int) -> int:
        """Waits until so many records of the intake are committed; how many are."""
        committed = self.bench.watch.ask(
            "until", self.group, f"{self.prefix}.intake", count, PATIENCE_MS
        )
        if int(committed) < count:
            self.fail(f"committed {committed} of {count}")
        return int(committed)

    def end(self) -> None:
        stop(self.process)
        self.bench.running = None
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
