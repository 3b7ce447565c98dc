"""The double-entry ledger and its movements (DOMAIN §8, EFFECTS §1.7), and merit beside it."""

from collections import defaultdict

from merit_audit import calendar
from merit_audit.rows import Driver, Producer, Redemption
from merit_audit.wire import enum, message

AccountKind = enum("AccountKind")
AwardSource = enum("AwardSource")
CapGroup = enum("CapGroup")
Award = message("Award")
LotChanged = message("LotChanged")
MeritChanged = message("MeritChanged")
Posting = message("Posting")

CAP_COUNTER_DAYS = 128
_BUDGETED = (AwardSource.REPORT, AwardSource.CORROBORATION, AwardSource.VOLUNTEER)


def _post(city, account: int, delta: int, owner: str = "") -> None:
    if delta:
        city.totals[account] += delta
        city.emit(posting=Posting(account=account, owner_id=owner, delta_pts=delta))


def _post_driver(city, account: int, delta: int, driver: Driver) -> None:
    if account == AccountKind.AVAILABLE:
        driver.available += delta
    elif account == AccountKind.HELD:
        driver.held += delta
    else:
        driver.arrears += delta
    _post(city, account, delta, driver.driver_id)
    city.changed(driver)


def _post_partner(city, delta: int, partner: Producer) -> None:
    partner.partner += delta
    _post(city, AccountKind.PARTNER, delta, partner.producer_id)


def _change_lots(city, driver: Driver, deltas: dict[int, int]) -> None:
    for expire_day, delta in sorted(deltas.items()):
        if not delta:
            continue
        left = driver.lots.get(expire_day, 0) + delta
        if left:
            if expire_day not in driver.lots:
                city.due["lots"][expire_day].append(driver)
            driver.lots[expire_day] = left
        else:
            del driver.lots[expire_day]
        change = LotChanged(driver_id=driver.driver_id, expire_day=expire_day, delta_pts=delta)
        city.emit(lot_changed=change)


def _earliest(driver: Driver, pts: int) -> list[tuple[int, int]]:
    """Slices of the earliest lots that make up some points."""
    slices = []
    for expire_day, lot in sorted(driver.lots.items()):
        if pts == 0:
            break
        slices.append((expire_day, min(lot, pts)))
        pts -= slices[-1][1]
    return slices


def _take(city, driver: Driver, slices: list[tuple[int, int]]) -> None:
    _change_lots(city, driver, {expire_day: -pts for expire_day, pts in slices})


# --- Awards ----------------------------------------------------------------------------------


def _cap(driver: Driver, policy, day: int, pts: int) -> tuple[int, int]:
    """What the driver's caps of a day and its month cut (DOMAIN §7, Points)."""
    month = calendar.month_of(day)
    day_used = driver.used_day.get(day, 0)
    day_cut = pts - min(pts, max(policy.row.cap_daily_pts - day_used, 0))
    pts -= day_cut
    month_used = driver.used_month.get(month, 0)
    month_cut = pts - min(pts, max(policy.row.cap_monthly_pts - month_used, 0))
    return day_cut, month_cut


def _fill_caps(city, driver: Driver, day: int, pts: int) -> None:
    """Counters live 128 days past their day or month; what comes later adds nothing."""
    month = calendar.month_of(day)
    if day + CAP_COUNTER_DAYS >= city.open_day:
        driver.used_day[day] = driver.used_day.get(day, 0) + pts
    if calendar.last_day_of_month(month) + CAP_COUNTER_DAYS >= city.open_day:
        driver.used_month[month] = driver.used_month.get(month, 0) + pts


def drop_cap_counters(driver: Driver, closed_day: int) -> None:
    """The closing of the 128th day after a day or month drops its counters."""
    past = closed_day - CAP_COUNTER_DAYS
    for day in [d for d in driver.used_day if d <= past]:
        del driver.used_day[day]
    for month in [m for m in driver.used_month if calendar.last_day_of_month(m) <= past]:
        del driver.used_month[month]
    for day in [d for d in driver.service if d <= past]:
        del driver.service[day]


def award(
    city, driver: Driver, source: int, source_id: str, computed: int, policy, day: int, *,
    category=None, original_id: str = "", cred: int = 0,
) -> int:
    """AWARD: the points that are left after the cuts. `policy` judges them, `day` is merit_day."""
    capped = category is not None and category.cap_group == CapGroup.CAPPED
    drop_cap_counters(driver, city.open_day - 1)
    day_cut, month_cut = _cap(driver, policy, day, computed) if capped else (0, 0)
    left = computed - day_cut - month_cut
    budget_cut = 0
    if source in _BUDGETED:
        month, budget = calendar.month_of(city.today), city.policy.row.budget_monthly_pts
        if budget > 0:
            budget_cut = left - min(left, max(budget - city.budget_used[month], 0))
        left -= budget_cut
        city.budget_used[month] += left
        city.budget_cut[month] += budget_cut
    if capped:
        _fill_caps(city, driver, day, left)
    city.emit(award=Award(
        source=source, source_id=source_id, original_id=original_id, driver_id=driver.driver_id,
        policy_version=policy.version, merit_day=day, category=category.code if category else 0,
        computed_pts=computed, awarded_pts=left, cut_day_pts=day_cut, cut_month_pts=month_cut,
        cut_budget_pts=budget_cut, cred_permille=cred, repaid_pts=min(left, -driver.arrears),
    ))
    _issue(city, driver, left)
    return left


def restore(city, driver: Driver, source_id: str, policy, day: int, category: int, pts: int, cred):
    """Award(RESTORED): the identical points, without caps and budget (EFFECTS §2.3)."""
    city.emit(award=Award(
        source=AwardSource.RESTORED, source_id=source_id, driver_id=driver.driver_id,
        policy_version=policy.version, merit_day=day, category=category, computed_pts=pts,
        awarded_pts=pts, cred_permille=cred, repaid_pts=min(pts, -driver.arrears),
    ))
    _issue(city, driver, pts)


def _issue(city, driver: Driver, pts: int) -> None:
    repaid = min(pts, -driver.arrears)
    _post(city, AccountKind.ISSUED, -pts)
    _post_driver(city, AccountKind.ARREARS, repaid, driver)
    _post_driver(city, AccountKind.AVAILABLE, pts - repaid, driver)
    _change_lots(city, driver, {city.policy.expire_day(city.today): pts - repaid})


def clawback(city, driver: Driver, pts: int) -> None:
    from_available = min(pts, driver.available)
    slices = _earliest(driver, from_available)
    _post(city, AccountKind.CLAWED, pts)
    _post_driver(city, AccountKind.AVAILABLE, -from_available, driver)
    _post_driver(city, AccountKind.ARREARS, from_available - pts, driver)
    _take(city, driver, slices)


# --- Redemptions -----------------------------------------------------------------------------


def hold(city, redemption: Redemption) -> None:
    driver, pts = redemption.driver, redemption.price
    redemption.slices = _earliest(driver, pts)
    _post_driver(city, AccountKind.AVAILABLE, -pts, driver)
    _post_driver(city, AccountKind.HELD, pts, driver)
    _take(city, driver, redemption.slices)


def _give_back(city, redemption: Redemption) -> None:
    """The second half of RELEASE and RETURN: to the same lots, or to FORFEITED if erased."""
    driver = redemption.driver
    if driver.erased:
        _post(city, AccountKind.FORFEITED, redemption.price)
        return
    _post_driver(city, AccountKind.AVAILABLE, redemption.price, driver)
    deltas: dict[int, int] = defaultdict(int)
    for expire_day, pts in redemption.slices:
        if expire_day < city.today:
            expire_day = city.today + city.policy.row.release_grace_days
        deltas[expire_day] += pts
    _change_lots(city, driver, deltas)


def release(city, redemption: Redemption) -> None:
    _post_driver(city, AccountKind.HELD, -redemption.price, redemption.driver)
    _give_back(city, redemption)


def give_return(city, redemption: Redemption) -> None:
    _post_partner(city, -redemption.price, redemption.item.partner)
    _give_back(city, redemption)


def capture(city, redemption: Redemption) -> None:
    _post_driver(city, AccountKind.HELD, -redemption.price, redemption.driver)
    _post_partner(city, redemption.price, redemption.item.partner)


def forfeit(city, redemption: Redemption) -> None:
    _post_driver(city, AccountKind.HELD, -redemption.price, redemption.driver)
    _post(city, AccountKind.FORFEITED, redemption.price)


def settle(city, partner: Producer, pts: int) -> None:
    _post_partner(city, -pts, partner)
    partner.settled += pts
    _post(city, AccountKind.SETTLED, pts, partner.producer_id)


# --- Expiry and erasure ----------------------------------------------------------------------


def expire(city, driver: Driver, expire_day: int) -> None:
    pts = driver.lots[expire_day]
    _post_driver(city, AccountKind.AVAILABLE, -pts, driver)
    _post(city, AccountKind.EXPIRED, pts)
    _take(city, driver, [(expire_day, pts)])


def forfeit_available(city, driver: Driver) -> None:
    pts = driver.available
    _post_driver(city, AccountKind.AVAILABLE, -pts, driver)
    _post(city, AccountKind.FORFEITED, pts)
    _take(city, driver, list(driver.lots.items()))


# --- Merit -----------------------------------------------------------------------------------


def merit(city, driver: Driver, factor: int, day: int, value: int, sign: int = 1) -> None:
    """MERIT: adds a contribution to a factor's sum, or takes it back; its count moves even by 0."""
    driver.sums[factor - 1] += sign * value * city.policy.decay.weight(day)
    driver.counts[factor - 1] += sign
    driver.kept[factor, day] = driver.kept.get((factor, day), 0) + sign * value
    city.changed(driver)
    city.score_changed(driver)
    if value:
        city.emit(merit_changed=MeritChanged(
            driver_id=driver.driver_id, factor=factor, day=day, value_mpt=sign * value
        ))


def refold_merit(city, driver: Driver) -> None:
    """Every sum from the kept pairs, after a new landmark or half-life (DOMAIN §10)."""
    weight = city.policy.decay.weight
    driver.sums = [0, 0, 0, 0]
    for (factor, day), value in driver.kept.items():
        driver.sums[factor - 1] += value * weight(day)
    city.changed(driver)
