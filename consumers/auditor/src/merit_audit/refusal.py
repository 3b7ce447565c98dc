"""Refused: how a check says an outcome other than APPLIED."""

from merit_audit.wire import enum

Code = enum("Code")


class Refused(Exception):
    """`waits` is the (table, id) that a PARKED event waits for."""

    def __init__(self, code: int, detail: int = 0, waits: tuple[str, str] | None = None):
        super().__init__(code, detail)
        self.code, self.detail, self.waits = code, detail, waits


def bad_state(state: int) -> Refused:
    return Refused(Code.BAD_STATE, state)


def earning_suspended() -> Refused:
    """A driver suspended from EARNING; the number is no state (EFFECTS §1.4)."""
    return Refused(Code.BAD_STATE, 10)
