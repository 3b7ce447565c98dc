"""Items, redemptions, vouchers, settlement (DOMAIN §9, EFFECTS §2.6)."""

from merit_audit import calendar, ledger
from merit_audit.refusal import Code, Refused, bad_state
from merit_audit.rows import Driver, Item, LifeState, Redemption
from merit_audit.wire import enum, message

DeclineCode = enum("DeclineCode")
LimitPeriod = enum("LimitPeriod")
OnExpire = enum("OnExpire")
RedemptionState = enum("RedemptionState")
SuspensionScope = enum("SuspensionScope")
RedemptionDecided = message("RedemptionDecided")
RedemptionStateChanged = message("RedemptionStateChanged")
Settlement = message("Settlement")

STOCK_MAX = 1_000_000_000


# --- Items -----------------------------------------------------------------------------------


def item_listed(city, b):
    partner = city.partner(2, b.partner_id)
    city.must_be_new(1, "item", b.item_id)
    item = Item(b.item_id, partner, b, b.stock)
    city.must_own(item)
    city.tables["item"][b.item_id] = item


def stock_adjusted(city, b):
    item = _own_open_item(city, b)
    if not 0 <= item.stock + b.delta <= STOCK_MAX:
        raise Refused(Code.RANGE, 2)
    item.stock += b.delta


def item_closed(city, b):
    _own_open_item(city, b).state = LifeState.ENDED


def _own_open_item(city, b) -> Item:
    item = city.item(1, b.item_id)
    city.must_own(item)
    if item.state == LifeState.ENDED:
        raise bad_state(LifeState.ENDED)
    return item


def _limit_key(item: Item, day: int) -> tuple[str, int]:
    period = item.terms.limit_period
    if period == LimitPeriod.DAY:
        return item.item_id, day
    if period == LimitPeriod.MONTH:
        return item.item_id, calendar.month_of(day)
    if period == LimitPeriod.QUARTER:
        return item.item_id, calendar.quarter_of(day)
    return item.item_id, calendar.year_of(day)


def _count(redemption: Redemption, delta: int) -> None:
    """The (driver, item) count of the request day's period; without a limit it is never asked."""
    if redemption.item.terms.per_driver_limit:
        key = _limit_key(redemption.item, redemption.request_day)
        limits = redemption.driver.limits
        limits[key] = limits.get(key, 0) + delta


# --- Request ---------------------------------------------------------------------------------


def redemption_requested(city, b):
    city.must_be_new(1, "redemption", b.redemption_id)
    code, driver, item = _decide(city, b)
    place = len(city.tables["redemption"])
    redemption = Redemption(
        b.redemption_id, place, b.driver_id, b.item_id, driver, item, city.open_day
    )
    redemption.price = item.terms.price_pts if item else 0
    city.create("redemption", b.redemption_id, redemption)
    city.emit(redemption_decision=RedemptionDecided(
        redemption_id=b.redemption_id, driver_id=b.driver_id, item_id=b.item_id, code=code,
        price_pts=redemption.price,
    ))
    if code:
        redemption.state = RedemptionState.DECLINED
        return
    redemption.state = RedemptionState.RESERVED
    redemption.due_day = city.open_day + city.policy.row.voucher_issue_days
    city.due["reservations"][redemption.due_day].append(redemption)
    ledger.hold(city, redemption)
    item.stock -= 1
    _count(redemption, 1)


def _decide(city, b) -> tuple[int, Driver | None, Item | None]:
    """The first decline code that holds; the item as far as it was looked for."""
    driver = city.drivers.get(b.driver_id)
    if driver is None or driver.erased:
        return DeclineCode.UNKNOWN_DRIVER, None, None
    if driver.suspended(SuspensionScope.REDEEM, city.open_day):
        return DeclineCode.SUSPENDED, driver, None
    item = city.tables["item"].get(b.item_id)
    if item is None:
        return DeclineCode.UNKNOWN_ITEM, driver, None
    terms, limit = item.terms, item.terms.per_driver_limit
    on_sale = terms.open_day <= city.open_day <= terms.close_day
    if item.state == LifeState.ENDED or not on_sale or not item.partner.is_partner:
        return DeclineCode.ITEM_CLOSED, driver, item
    if limit and driver.limits.get(_limit_key(item, city.open_day), 0) >= limit:
        return DeclineCode.LIMIT, driver, item
    if item.stock == 0:
        return DeclineCode.STOCK, driver, item
    if driver.arrears < 0:
        return DeclineCode.ARREARS, driver, item
    if driver.available < terms.price_pts:
        return DeclineCode.BALANCE, driver, item
    return DeclineCode.UNSPECIFIED, driver, item


# --- What becomes of it ----------------------------------------------------------------------


def _set_state(city, redemption: Redemption, state: int, expires_day: int = 0) -> None:
    redemption.state, redemption.due_day = state, expires_day
    city.emit(redemption_state=RedemptionStateChanged(
        redemption_id=redemption.redemption_id, state=state, expires_day=expires_day
    ))


def _must_be(redemption: Redemption, *states: int) -> None:
    if redemption.state not in states:
        raise bad_state(redemption.state)


def release(city, redemption: Redemption) -> None:
    _set_state(city, redemption, RedemptionState.RELEASED)
    ledger.release(city, redemption)
    redemption.item.stock += 1
    _count(redemption, -1)


def expire(city, redemption: Redemption) -> None:
    """A voucher whose last day closes."""
    _set_state(city, redemption, RedemptionState.EXPIRED)
    redemption.item.stock += 1
    if redemption.item.terms.on_expire == OnExpire.REFUND:
        ledger.release(city, redemption)
        _count(redemption, -1)
    else:
        ledger.forfeit(city, redemption)


def redemption_cancelled(city, b):
    redemption = city.awaited(1, "redemption", b.redemption_id)
    _must_be(redemption, RedemptionState.RESERVED, RedemptionState.ISSUED)
    if not redemption.item.terms.cancellable:
        raise bad_state(redemption.state)
    release(city, redemption)


def voucher_issued(city, b):
    redemption = city.awaited(1, "redemption", b.redemption_id)
    city.must_own(redemption.item)
    _must_be(redemption, RedemptionState.RESERVED)
    redemption.voucher_hash = b.voucher_hash
    expires_day = city.open_day + redemption.item.terms.voucher_days
    _set_state(city, redemption, RedemptionState.ISSUED, expires_day)
    city.due["vouchers"][expires_day].append(redemption)


def voucher_verified(city, b):
    redemption = city.awaited(1, "redemption", b.redemption_id)
    city.must_own(redemption.item)
    if redemption.item is None or b.partner_id != redemption.item.partner.producer_id:
        raise Refused(Code.UNAUTHORISED, 6)
    _must_be(redemption, RedemptionState.ISSUED)
    if b.voucher_hash != redemption.voucher_hash:
        raise Refused(Code.RANGE, 3)
    redemption.verified_day = city.open_day
    _set_state(city, redemption, RedemptionState.VERIFIED)
    ledger.capture(city, redemption)
    redemption.item.partner.verified[redemption.redemption_id] = redemption


def voucher_voided(city, b):
    redemption = city.awaited(1, "redemption", b.redemption_id)
    city.must_own(redemption.item)
    _must_be(redemption, RedemptionState.ISSUED)
    release(city, redemption)


def voucher_returned(city, b):
    redemption = city.awaited(1, "redemption", b.redemption_id)
    city.must_own(redemption.item)
    _must_be(redemption, RedemptionState.VERIFIED)
    return_days = redemption.item.terms.return_days
    if not return_days or city.open_day > redemption.verified_day + return_days:
        raise bad_state(redemption.state)
    del redemption.item.partner.verified[redemption.redemption_id]
    _set_state(city, redemption, RedemptionState.RETURNED)
    ledger.give_return(city, redemption)
    redemption.item.stock += 1
    _count(redemption, -1)


def settlement_batch_closed(city, b):
    partner = city.producers.get(b.partner_id)
    if partner is None or not partner.was_partner:
        raise Refused(Code.UNKNOWN_PARTNER, 2)
    content = (b.partner_id, b.month, b.count, b.amount_fen)
    known = city.tables["batch"].get(b.batch_id)
    if known == content:
        raise Refused(Code.DUPLICATE, Code.APPLIED)
    if known:
        raise Refused(Code.ID_TAKEN, 1)
    due = [r for r in partner.verified.values() if calendar.month_of(r.verified_day) <= b.month]
    figures = Settlement(
        batch_id=b.batch_id,
        count=len(due),
        amount_fen=sum(r.item.terms.settle_fen for r in due),
        settled_pts=sum(r.price for r in due),
    )
    if (figures.count, figures.amount_fen) != (b.count, b.amount_fen):
        city.emit(settlement=figures)
        raise Refused(Code.SETTLEMENT_MISMATCH)
    city.tables["batch"][b.batch_id] = content
    for redemption in due:
        _set_state(city, redemption, RedemptionState.SETTLED)
        del partner.verified[redemption.redemption_id]
    city.emit(settlement=figures)
    ledger.settle(city, partner, figures.settled_pts)
