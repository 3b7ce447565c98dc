"""Forward decay, exactly (DOMAIN §10): G(d), the weight of a contribution made on day d."""

from math import isqrt

_ONE = 1 << 63
Q_MAX = 40  # G stops growing here


def _constants() -> list[int]:
    """C[1..32] at places 1..32: 2^(63 + 2^-i)."""
    c = [0, isqrt(1 << 127)]
    for _ in range(31):
        c.append(isqrt(c[-1] * _ONE))
    return c


C = _constants()


def fraction(r: int, half_life: int) -> int:
    """g(r) = 2^32 * 2^(r / half_life), 0 <= r < half_life."""
    f = (r << 32) // half_life
    x = _ONE
    for i in range(1, 33):
        if f >> (32 - i) & 1:
            x = x * C[i] // _ONE
    return x >> 31


class Decay:
    """G(d) for one landmark and half-life."""

    def __init__(self, landmark_day: int, half_life_days: int):
        self.landmark_day = landmark_day
        self.half_life_days = half_life_days
        self._known: dict[int, int] = {}

    def weight(self, day: int) -> int:
        known = self._known.get(day)
        if known is None:
            n = min(day - self.landmark_day, (Q_MAX + 1) * self.half_life_days - 1)
            q, r = divmod(n, self.half_life_days)
            g = fraction(r, self.half_life_days)
            known = self._known[day] = g << q if q >= 0 else g >> -q
        return known
