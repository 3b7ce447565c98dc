"""Days, months, quarters, years and working days of a programme's local calendar (DOMAIN §6).

A day is a number: days since 1970-01-01.
"""

import datetime

DAY_MS = 86_400_000
DAY_MAX = 84_005  # 2199-12-31
NEVER = 2**31 - 1  # expire_day of points that do not expire

_EPOCH = datetime.date(1970, 1, 1).toordinal()


def date_of(day: int) -> datetime.date:
    return datetime.date.fromordinal(_EPOCH + day)


def day_of(year: int, month: int, day: int) -> int:
    return datetime.date(year, month, day).toordinal() - _EPOCH


def local_day(time_ms: int, utc_offset_minutes: int) -> int:
    return (time_ms + 60_000 * utc_offset_minutes) // DAY_MS


def last_ms_of(day: int, utc_offset_minutes: int) -> int:
    return (day + 1) * DAY_MS - 1 - 60_000 * utc_offset_minutes


def month_of(day: int) -> int:
    """yyyymm."""
    date = date_of(day)
    return date.year * 100 + date.month


def quarter_of(day: int) -> int:
    """yyyyq."""
    date = date_of(day)
    return date.year * 10 + (date.month + 2) // 3


def year_of(day: int) -> int:
    return date_of(day).year


def year_end(year: int) -> int:
    return day_of(year, 12, 31)


def last_day_of_month(month: int) -> int:
    """The last day of a month yyyymm."""
    year, number = divmod(month, 100)
    return day_of(year + number // 12, number % 12 + 1, 1) - 1


def nth_working_day(day: int, count: int, calendars: dict[int, bytes]) -> int:
    """The count-th working day after a day; in a year without a calendar every day works."""
    while count > 0:
        day += 1
        date = date_of(day)
        workdays = calendars.get(date.year)
        bit = date.timetuple().tm_yday - 1
        if workdays is None or workdays[bit // 8] >> (bit % 8) & 1:
            count -= 1
    return day
