"""Archives, trees, comparison, dates."""

import hashlib

import pytest
import zstandard
from golden import LOGS

from merit_audit import calendar, compare, exchange
from merit_audit.archive import LogRecord, Unreadable
from merit_audit.merkle import EMPTY, GrowingTree, PlacedTree
from merit_audit.wire import message

SKIPPABLE = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"


def framed(records) -> bytes:
    out = b""
    for key, timestamp_ms, value in records:
        row = LogRecord(key=key, timestamp_ms=timestamp_ms, value=value).SerializeToString()
        length, size = b"", len(row)
        while size >= 0x80:
            length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
        out += length + bytes([size]) + row
    return zstandard.ZstdCompressor().compress(out)


def test_archive_is_the_same_log(tmp_path):
    log = LOGS / "small-1" / "log.jsonl"
    records = list(exchange.Source(log))
    (tmp_path / "b.zst").write_bytes(framed(records[200:]) + SKIPPABLE)
    (tmp_path / "a.zst").write_bytes(
        SKIPPABLE + framed(records[:1]) + framed([]) + SKIPPABLE + framed(records[1:200]))
    (tmp_path / "other").write_bytes(b"is not read")
    assert list(exchange.Source(tmp_path)) == records


def test_archive_with_large_records(tmp_path):
    records = [(b"511500", n, hashlib.sha256(b"%d" % n).digest() * 2_000) for n in range(40)]
    (tmp_path / "a.zst").write_bytes(framed(records[:39]) + framed(records[39:]))
    assert list(exchange.Source(tmp_path)) == records


def test_broken_archives(tmp_path):
    whole = framed([(b"511500", 1, b"x" * 100)])
    content = zstandard.ZstdDecompressor().decompress(whole)
    frame = zstandard.ZstdCompressor().compress
    for number, data in enumerate((
        whole[:-3], whole + b"rest of no frame", frame(content[:50]) + frame(content[50:]),
        frame(b"\x02\xff\xff"),
    )):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "a.zst").write_bytes(data)
        with pytest.raises(Unreadable):
            list(exchange.Source(tmp_path / f"{number}"))
    (tmp_path / "none").mkdir()
    with pytest.raises(Unreadable):
        exchange.Source(tmp_path / "none")


def test_trees_are_rfc_9162():
    def head(leaves):
        if not leaves:
            return EMPTY
        if len(leaves) == 1:
            return hashlib.sha256(b"\x00" + leaves[0]).digest()
        k = 1 << (len(leaves) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + head(leaves[:k]) + head(leaves[k:])).digest()

    growing, placed, leaves = GrowingTree(), PlacedTree(), []
    assert growing.root() == placed.root() == EMPTY
    for n in range(70):
        leaves.append(b"%d" % n)
        growing.append(leaves[-1])
        placed.set(n, leaves[-1])
        assert growing.root() == placed.root() == head(leaves)
        leaves[n // 2] += b"'"
        placed.set(n // 2, leaves[n // 2])
        assert placed.root() == head(leaves)
        growing = GrowingTree()
        for leaf in leaves:
            growing.append(leaf)


def test_json_forms_that_are_equal():
    seal = message("DaySeal")(city_code=511500, day=3, totals={})
    for given in (
        {"city_code": 511500, "day": 3, "totals": {}},
        {"cityCode": 511500, "day": "3", "log_size": 0, "log_root": ""},
        {"city_code": 511500, "day": 3, "totals": {"issued": "0"}, "signature": "AAAA"},
    ):
        assert compare.equal(seal, given)
    assert not compare.equal(seal, {"city_code": 511500, "day": 4})
    assert not compare.equal(seal, {"city_code": 511500, "day": 3, "unheard_of": 1})
    stats = message("LoopStats")(completion_bp=0)
    assert compare.equal(stats, {"completion_bp": 0}) and not compare.equal(stats, {})
    assert compare.equal({"type": "ITEM", "stock": 0}, {"type": "ITEM"})


def test_quick_and_slow_reading_of_json_agree():
    event = message("Event")
    for row in (
        {"event_id": "e", "occurred_at_ms": "7", "report_submitted": {
            "photo_phash64": ["1", 2], "photo_sha256": ["AAEC"], "mode": "MODE_HANDLE"}},
        {"eventId": "e", "occurredAtMs": 7, "reportSubmitted": {
            "photoPhash64": [1, "2"], "photoSha256": ["AAEC"], "mode": 2}},
    ):
        got = exchange.from_json(event, row)
        assert (got.event_id, got.occurred_at_ms, got.report_submitted.mode) == ("e", 7, 2)
        assert list(got.report_submitted.photo_phash64) == [1, 2]
        assert list(got.report_submitted.photo_sha256) == [b"\x00\x01\x02"]


def test_dates():
    assert calendar.day_of(2026, 3, 1) == 20513 and calendar.date_of(84_005).year == 2199
    assert (calendar.month_of(20513), calendar.quarter_of(20513)) == (202603, 20261)
    assert calendar.last_day_of_month(202402) == calendar.day_of(2024, 2, 29)
    assert calendar.last_day_of_month(202512) == calendar.year_end(2025) == 20453
    assert calendar.local_day(-1, 0) == -1 and calendar.local_day(-1, 480) == 0
    assert calendar.local_day(calendar.last_ms_of(20513, 480), 480) == 20513
    only_first = bytes([1]) + bytes(45)  # 1 January alone works
    assert calendar.nth_working_day(20513, 3, {}) == 20516
    assert calendar.nth_working_day(20513, 2, {2026: only_first}) == calendar.day_of(2027, 1, 2)
