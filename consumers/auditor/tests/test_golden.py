"""The golden logs, and examples 6 and 7, equal to the last bit."""

import json

import pytest
from golden import LOGS, VECTORS

from merit_audit import cli, exchange
from merit_audit.audit import KINDS, Audit


@pytest.mark.parametrize("name", ["small-1", "hostile-1", "year-1"])
def test_log_equals(name, capsys):
    (log,) = (LOGS / name).glob("log.jsonl*")
    assert cli.main([str(log), "--against", str(LOGS / name)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("equal, ") and "no " not in said.split("last outcome_root")[0]


def test_written_exports_are_the_golden_ones(tmp_path):
    log = LOGS / "small-1" / "log.jsonl"
    files = {kind: tmp_path / f"{kind}.jsonl" for kind in KINDS}
    arguments = [word for kind in KINDS for word in (f"--{kind}", str(files[kind]))]
    assert cli.main([str(log), *arguments]) == 0
    for kind, path in files.items():
        golden = LOGS / "small-1" / f"{kind}.jsonl"
        ours, theirs = (
            [json.loads(line) for line in p.read_text("utf-8").splitlines()] for p in (path, golden)
        )
        assert ours == theirs
        if kind == "state":  # its text is fixed: EFFECTS §7
            assert path.read_bytes() == golden.read_bytes()
    assert cli.main([str(log), "--against", str(tmp_path)]) == 0


@pytest.mark.parametrize("name", ["ex6", "ex7"])
def test_example_outcomes(name):
    outcomes = []
    audit = Audit(lambda kind, row: outcomes.append(row) if kind == "outcomes" else None)
    audit.records_of(exchange.Source(VECTORS / f"{name}_log.jsonl"))
    with open(VECTORS / f"{name}_outcomes.jsonl", encoding="utf-8") as lines:
        assert [exchange.to_json(row) for row in outcomes] == [json.loads(line) for line in lines]


def test_one_changed_value_is_found(tmp_path, capsys):
    golden = (LOGS / "small-1" / "outcomes.jsonl").read_text("utf-8")
    changed = golden.replace('"delta_pts":"10"', '"delta_pts":"11"', 1)
    assert changed != golden
    (tmp_path / "outcomes.jsonl").write_text(changed, "utf-8")
    assert cli.main([str(LOGS / "small-1" / "log.jsonl"), "--against", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert '"delta_pts":"10"' in said and '"delta_pts":"11"' in said


@pytest.mark.parametrize("change", [lambda rows: rows[:-1], lambda rows: rows + rows[-1:]])
def test_missing_and_further_rows_are_found(tmp_path, change):
    rows = (LOGS / "small-1" / "seals.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "seals.jsonl").write_text("".join(change(rows)), "utf-8")
    assert cli.main([str(LOGS / "small-1" / "log.jsonl"), "--against", str(tmp_path)]) == 1


def test_bad_input(tmp_path):
    assert cli.main([str(tmp_path / "none.jsonl")]) == 2
    assert cli.main([str(LOGS / "small-1" / "log.jsonl"), "--against", str(tmp_path)]) == 2
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"key": "511500"}\n', "utf-8")
    assert cli.main([str(bad)]) == 2
