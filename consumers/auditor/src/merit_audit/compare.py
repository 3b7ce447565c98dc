"""Comparing what is recomputed with an export, row by row, as parsed JSON."""

import json
from pathlib import Path

from google.protobuf import json_format
from google.protobuf.message import Message

from merit_audit import exchange
from merit_audit.audit import KINDS


class Different(Exception):
    """The first difference, with both sides in full."""


def _plain(message: Message) -> dict:
    """A message as a dict in which a sub-message with nothing in it is as good as none.

    A signature is left out: whoever recomputes a seal has no key.
    """
    found = {}
    for field, value in message.ListFields():
        if field.name == "signature":
            continue
        if isinstance(value, Message):
            value = _plain(value)
        elif field.message_type is not None:
            value = [_plain(row) for row in value]
        elif not isinstance(value, (str, bytes, int)):
            value = list(value)
        if value != {}:
            found[field.name] = value
    return found


def equal(computed, given: dict) -> bool:
    """A field left out and its default are the same, whatever way the JSON writes it."""
    if isinstance(computed, dict):
        return _set_keys(computed) == _set_keys(given)
    try:
        parsed = exchange.from_json(type(computed), given)
    except json_format.ParseError:
        return False
    return parsed == computed or _plain(parsed) == _plain(computed)


def _set_keys(row: dict) -> dict:
    return {key: value for key, value in row.items() if value}


class Against:
    """An export directory: `take(kind, row)` raises Different at the first row that differs."""

    def __init__(self, folder: Path):
        self._lines = {}
        self.counts: dict[str, int] = {}
        for kind in KINDS:
            for path in (folder / f"{kind}.jsonl", folder / f"{kind}.jsonl.gz"):
                if path.exists():
                    self._lines[kind] = _rows(path)
                    self.counts[kind] = 0
                    break
        if not self._lines:
            raise exchange.Unreadable(f"{folder}: nothing to compare with")

    def take(self, kind: str, row) -> None:
        if kind not in self._lines:
            return
        self.counts[kind] += 1
        given = next(self._lines[kind], None)
        if given is None or not equal(row, given):
            raise _difference(kind, self.counts[kind], row, given)

    def finish(self) -> None:
        for kind, lines in self._lines.items():
            given = next(lines, None)
            if given is not None:
                raise _difference(kind, self.counts[kind] + 1, None, given)


def _rows(path: Path):
    with exchange.open_text(path, "r") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise exchange.Unreadable(f"{path}:{number}: {error}") from error


def _difference(kind: str, number: int, computed, given: dict | None) -> Different:
    ours = "nothing" if computed is None else exchange.line(computed)
    theirs = "nothing" if given is None else exchange.line(given)
    return Different(f"different: {kind} row {number}\ncomputed: {ours}\ngiven:    {theirs}")
