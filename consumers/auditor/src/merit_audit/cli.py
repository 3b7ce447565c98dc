"""merit-audit: recomputes a log, writes what it gives, or compares it with an export."""

import argparse
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from merit_audit import compare, exchange
from merit_audit.audit import KINDS, Audit
from merit_audit.city import UnknownEvent

EQUAL, DIFFERENT, UNREADABLE = 0, 1, 2
PROGRESS_S = 0.5


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="merit-audit",
        description="Folds a merit log again, independently of the engine.",
        epilog="Exit status: 0 equal (or nothing compared), 1 different, 2 usage or bad input.",
    )
    parser.add_argument("log", type=Path, help=".jsonl, .jsonl.gz, or an archive directory")
    for kind in KINDS:
        told = f"write {kind} to F (.gz: gzip)"
        parser.add_argument(f"--{kind}", type=Path, metavar="F", help=told)
    parser.add_argument(
        "--against", type=Path, metavar="DIR",
        help=f"compare with DIR/{{{','.join(KINDS)}}}.jsonl[.gz], those that are there",
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    arguments = _arguments(argv)
    try:
        print(_run(arguments))
    except compare.Different as difference:
        print(difference)
        return DIFFERENT
    except (OSError, EOFError, exchange.Unreadable, UnknownEvent) as error:
        print(f"merit-audit: {error}", file=sys.stderr)
        return UNREADABLE
    return EQUAL


def _run(arguments: argparse.Namespace) -> str:
    against = compare.Against(arguments.against) if arguments.against else None
    counts = dict.fromkeys(KINDS, 0)
    last_seals = {}
    with ExitStack() as stack:
        files = {
            kind: stack.enter_context(exchange.open_text(path, "w"))
            for kind in KINDS
            if (path := getattr(arguments, kind))
        }

        def publish(kind: str, row) -> None:
            counts[kind] += 1
            if kind == "seals":
                last_seals[row.city_code] = row
            if kind in files:
                files[kind].write(exchange.line(row) + "\n")
            if against:
                against.take(kind, row)

        audit = Audit(publish)
        source = exchange.Source(arguments.log)
        audit.records_of(_with_progress(source) if sys.stderr.isatty() else source)
        audit.finish()
        if against:
            against.finish()
    return _summary(audit, counts, against, last_seals)


def _summary(audit: Audit, counts: dict[str, int], against, last_seals: dict) -> str:
    shown = against.counts if against else counts
    parts = [f"{shown[kind]} {kind}" for kind in KINDS if kind in shown]
    parts += [
        f"last outcome_root of {code} (day {seal.day}) {seal.outcome_root.hex()}"
        for code, seal in sorted(last_seals.items())
    ]
    if against:
        parts += [f"no {kind} to compare with" for kind in KINDS if kind not in shown]
    if audit.unknown_city:
        parts.append(f"{audit.unknown_city} records of no opened city")
    return f"{'equal' if against else 'folded'}, {audit.records} records, " + ", ".join(parts)


def _with_progress(source: exchange.Source):
    start = shown = time.monotonic()
    for number, record in enumerate(source):
        now = time.monotonic()
        if now - shown >= PROGRESS_S:
            shown, took = now, now - start
            left = int(took * (source.size - source.done) / max(source.done, 1))
            rate = int(number / took)
            line = f"\r{number} records, {rate} a second, {left // 60}:{left % 60:02} left "
            print(line, end="", file=sys.stderr, flush=True)
        yield record
    print("\r\x1b[K", end="", file=sys.stderr, flush=True)
