"""An archive: files *.zst, each zstd frames of [varint length][LogRecord] (archive.proto)."""

from typing import Iterator

import zstandard
from google.protobuf.message import DecodeError

from merit_audit.wire import message

LogRecord = message("LogRecord")

READ_BYTES = 1 << 18


class Unreadable(Exception):
    """An input that is not what it should be."""


def records(file, name) -> Iterator[tuple[bytes, int, bytes]]:
    """(key, timestamp_ms, value) of each record. A record never straddles frames."""
    try:
        for frame in _frames(file):
            rest = b""
            for content in frame:
                rest += content
                at = 0
                while (end := _end_of_record(rest, at)) is not None:
                    start, at = end[0], end[1]
                    row = LogRecord.FromString(rest[start:at])
                    yield row.key, row.timestamp_ms, row.value
                rest = rest[at:]
            if rest:
                raise Unreadable(f"{name}: a frame ends inside a record")
    except (zstandard.ZstdError, DecodeError) as error:
        raise Unreadable(f"{name}: {error}") from error


def _frames(file) -> Iterator[Iterator[bytes]]:
    """Each frame as an iterator of its content; a skippable one has none."""
    data = file.read(READ_BYTES)
    while data:
        frame = _Frame(file, data)
        yield frame
        data = frame.left or file.read(READ_BYTES)


class _Frame:
    """One frame; `left` is what was read beyond its end."""

    def __init__(self, file, data: bytes):
        self._file, self._data, self.left = file, data, b""

    def __iter__(self) -> Iterator[bytes]:
        decompressor = zstandard.ZstdDecompressor().decompressobj()
        data = self._data
        while data:
            yield decompressor.decompress(data)
            if decompressor.eof:
                self.left = decompressor.unused_data
                return
            data = self._file.read(READ_BYTES)
        raise zstandard.ZstdError("ends inside a frame")


def _end_of_record(data: bytes, at: int) -> tuple[int, int] | None:
    """(start, end) of the record whose length stands at a place; None: it is not all there."""
    length = shift = 0
    for place in range(at, min(at + 10, len(data))):
        length |= (data[place] & 0x7F) << shift
        shift += 7
        if data[place] < 0x80:
            end = place + 1 + length
            return (place + 1, end) if end <= len(data) else None
    return None
