"""The day seal (DOMAIN §12)."""

import hashlib

from merit_audit.score import merit_sum
from merit_audit.wire import enum, message

AccountKind = enum("AccountKind")
DaySeal = message("DaySeal")
Totals = message("DaySeal.Totals")

ACCOUNTS = tuple(field.name for field in Totals.DESCRIPTOR.fields)


def account_leaf(driver) -> bytes:
    merit = merit_sum(driver)
    fields = (
        driver.driver_id, driver.available, driver.held, driver.arrears, driver.approved,
        driver.decided, driver.contrib_count, merit,
    )
    return "\t".join(map(str, fields)).encode()


def totals(city) -> dict[str, int]:
    """By field of DaySeal.Totals."""
    return {name: city.totals[getattr(AccountKind, name.upper())] for name in ACCOUNTS}


def _check(driver) -> None:
    """DOMAIN §8: what always holds of a driver's accounts."""
    if (
        driver.available != sum(driver.lots.values())
        or min(driver.lots.values(), default=1) <= 0
        or driver.held < 0
        or driver.arrears > 0
    ):
        raise AssertionError(f"accounts of driver {driver.driver_id}")


def seal(city, day: int) -> None:
    """After the outcome of the DayClosed: log and outcome trees hold it already."""
    for driver in sorted(city.accounts_dirty.values(), key=lambda d: d.place):
        _check(driver)
        city.account_tree.set(driver.place, account_leaf(driver))
    city.accounts_dirty.clear()
    row = DaySeal(
        city_code=city.code, day=day, city_seq=city.seq,
        log_size=city.log_tree.size, log_root=city.log_tree.root(),
        account_count=city.account_tree.size, account_root=city.account_tree.root(),
        totals=Totals(**totals(city)), policy_version=city.policy.version,
        outcome_count=city.outcome_tree.size, outcome_root=city.outcome_tree.root(),
        prev_seal_sha256=city.seal_sha256,
    )
    city.seal_sha256 = hashlib.sha256(row.SerializeToString(deterministic=True)).digest()
    city.publish("seals", row)
