"""Logs in and exports out, as JSON Lines (DOMAIN §14)."""

import base64
import gzip
import json
from pathlib import Path
from typing import Iterator

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor as Field

from merit_audit import archive
from merit_audit.archive import Unreadable
from merit_audit.wire import Event


class Source:
    """The records of a log: (key, timestamp_ms, value). `done` of `size` input bytes are read."""

    def __init__(self, path: Path):
        self._files = sorted(path.glob("*.zst")) if path.is_dir() else [path]
        self._archive = path.is_dir()
        if not self._files:
            raise Unreadable(f"{path}: no *.zst files")
        self.size = sum(file.stat().st_size for file in self._files)
        self._before = 0
        self._raw = None

    @property
    def done(self) -> int:
        return self._before + (self._raw.tell() if self._raw else 0)

    def __iter__(self) -> Iterator[tuple[bytes, int, bytes]]:
        for path in self._files:
            with open(path, "rb") as self._raw:
                if self._archive:
                    yield from archive.records(self._raw, path)
                else:
                    yield from _json_records(self._raw, path)
            self._raw = None
            self._before += path.stat().st_size


def _json_records(raw, path: Path):
    lines = gzip.open(raw) if path.suffix == ".gz" else raw
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield record_from_json(json.loads(line))
            except (ValueError, KeyError, TypeError, json_format.ParseError) as error:
                raise Unreadable(f"{path}:{number}: {error}") from error


def record_from_json(row: dict) -> tuple[bytes, int, bytes]:
    if "value_base64" in row:
        value = base64.b64decode(row["value_base64"], validate=True)
    else:
        value = from_json(Event, row["event"]).SerializeToString(deterministic=True)
    timestamp_ms = int(row["timestamp_ms"])
    if not -(2**63) <= timestamp_ms < 2**63:
        raise ValueError("timestamp_ms is no int64")
    return row["key"].encode(), timestamp_ms, value


def from_json(message, row: dict):
    """A message from its proto3 JSON.

    What is written as this program writes it goes to the constructor, which is quicker; anything
    else to protobuf's own reader.
    """
    try:
        return message(**_arguments(message.DESCRIPTOR, row))
    except (AttributeError, KeyError, TypeError, ValueError):
        return json_format.ParseDict(row, message())


def _arguments(descriptor, row: dict) -> dict:
    plan = _PLANS.get(descriptor.full_name)
    if plan is None:
        fields = descriptor.fields
        plan = _PLANS[descriptor.full_name] = {f.name: _reader(f) for f in fields}
    found = {}
    for name, value in row.items():
        read = plan[name]
        if read is not None:
            value = [read(v) for v in value] if isinstance(value, list) else read(value)
        found[name] = value
    return found


_PLANS: dict[str, dict] = {}
_LONG = (Field.TYPE_INT64, Field.TYPE_UINT64, Field.TYPE_SINT64, Field.TYPE_FIXED64)


def _reader(field):
    """How a JSON value becomes what the constructor takes; None: as it is."""
    if field.message_type is not None:
        return lambda value: _arguments(field.message_type, value)
    if field.type == Field.TYPE_BYTES:
        return lambda value: base64.b64decode(value, validate=True)
    if field.type in _LONG:
        return lambda value: int(value) if isinstance(value, str) else value
    return None


def to_json(row) -> dict:
    """A message, or a row that is a dict already."""
    if isinstance(row, dict):
        return row
    return json_format.MessageToDict(row, preserving_proto_field_name=True)


def line(row) -> str:
    return json.dumps(to_json(row), ensure_ascii=False, separators=(",", ":"))


def open_text(path: Path, mode: str):
    """A text file, gzipped if its name says so."""
    if path.suffix == ".gz":
        return gzip.open(path, mode + "t", encoding="utf-8", newline="\n")
    return open(path, mode, encoding="utf-8", newline="\n")
