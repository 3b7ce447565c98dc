"""Reports, reviews, revocations and appeals (DOMAIN §7, EFFECTS §2.3)."""

import hashlib

from merit_audit import flags, ledger, service
from merit_audit.refusal import Code, Refused, bad_state, earning_suspended
from merit_audit.rows import UNDECIDED, Appeal, Driver, LifeState, Report, ReportState, Reviewer
from merit_audit.wire import enum, message

AppealOutcome = enum("AppealOutcome")
AppealState = enum("AppealState")
AwardSource = enum("AwardSource")
CapGroup = enum("CapGroup")
Decision = enum("Decision")
Mode = enum("Mode")
RevokeCause = enum("RevokeCause")
Role = enum("Role")
Severity = enum("Severity")
SuspensionScope = enum("SuspensionScope")
AppealStateChanged = message("AppealStateChanged")
ReportStateChanged = message("ReportStateChanged")

NO_ORIGINAL = (
    ReportState.REJECTED, ReportState.DUPLICATE, ReportState.WITHDRAWN, ReportState.REVOKED,
    ReportState.APPEALED,
)


def set_state(city, report: Report, state: int, due_day: int = 0, reasons: int = 0) -> None:
    if report.flags:
        now = (state in UNDECIDED) - (report.state in UNDECIDED)
        report.driver.open_flagged += now
    report.state, report.due_day = state, due_day
    if due_day:
        city.due["reports"][due_day].append(report)
    city.emit(report_state=ReportStateChanged(
        report_id=report.report_id, state=state, second_reasons=reasons
    ))


def _must_be(report: Report, *states: int) -> None:
    if report.state not in states:
        raise bad_state(report.state)


def _check_reviewers(
    driver: Driver, county: int | None, reviewers: list[tuple[int, Reviewer]],
    decided_before: tuple[str, ...] = (),
) -> None:
    """SELF_REVIEW, SAME_REVIEWER, JURISDICTION, each of all reviewers in field order."""
    for field, reviewer in reviewers:
        if reviewer.linked_driver_id == driver.driver_id:
            raise Refused(Code.SELF_REVIEW, field)
    seen = set(decided_before)
    for field, reviewer in reviewers:
        if reviewer.reviewer_id in seen:
            raise Refused(Code.SAME_REVIEWER, field)
        seen.add(reviewer.reviewer_id)
    for field, reviewer in reviewers:
        if county is not None and not str(county).startswith(reviewer.prefix):
            raise Refused(Code.JURISDICTION, field)


# --- Submission ------------------------------------------------------------------------------


def report_submitted(city, b):
    driver = city.driver(2, b.driver_id)
    city.must_be_new(1, "report", b.report_id)
    if driver.suspended(SuspensionScope.EARNING, city.open_day):
        raise earning_suspended()
    place = len(city.tables["report"])
    report = Report(b.report_id, place, driver, b.mode, b.county_code, city.open_day)
    found = city.flags.of_report(city, b, driver, place)
    report.flags = sum(1 << (rule - 1) for rule, _ in found)
    city.create("report", b.report_id, report)
    set_state(city, report, ReportState.SUBMITTED, report.day + city.policy.row.review_days)
    for rule, other in found:
        flags.raise_flag(city, rule, report.report_id, other)


def report_withdrawn(city, b):
    report = city.awaited_of_driver(1, "report", b.report_id)
    _must_be(report, ReportState.SUBMITTED, ReportState.NEED_MORE)
    set_state(city, report, ReportState.WITHDRAWN)


# --- Review ----------------------------------------------------------------------------------


def report_reviewed(city, b):
    reviewer = city.reviewer(2, b.reviewer_id)
    report = city.awaited(1, "report", b.report_id)
    duplicate = b.decision == Decision.DUPLICATE
    original = city.awaited(7, "report", b.duplicate_of) if duplicate else None
    for field, found in ((1, report), (7, original)):
        if found and found.driver.erased:
            raise Refused(Code.UNKNOWN_DRIVER, field)
    _check_reviewers(report.driver, report.county, [(2, reviewer)])
    _must_be(report, ReportState.SUBMITTED, ReportState.NEED_MORE)
    if original and original.state in NO_ORIGINAL:
        raise bad_state(original.state)
    category = None
    if b.category:
        category = city.policies.on(report.day).report_category(b.category)
        if category is None:
            raise Refused(Code.RANGE, 4)

    if b.decision == Decision.NEED_MORE:
        due_day = city.open_day + city.policy.row.need_more_days
        set_state(city, report, ReportState.NEED_MORE, due_day)
        return
    report.first = reviewer.reviewer_id
    if duplicate:
        _duplicate(city, report, original, category)
        return
    approve = b.decision == Decision.APPROVE
    driver = report.driver
    city.flags.count_decision(city.open_day, driver.driver_id, reviewer.reviewer_id, approve)
    if approve:
        _approve(city, report, category, b.severity, b.evidence)
        flags.collusion(city, driver, reviewer.reviewer_id)
    else:
        _reject(city, report)


def _reject(city, report: Report) -> None:
    report.driver.decided += 1
    city.changed(report.driver)
    report.decision_day, report.appealed = city.open_day, False
    set_state(city, report, ReportState.REJECTED)


def _approve(city, report: Report, category, severity: int, evidence: int) -> None:
    policy = city.policies.on(report.day)
    _judge(report, policy, category, severity, evidence)
    reasons = _second_reasons(report, policy, category, severity)
    if reasons:
        due_day = max(
            report.day + policy.row.review_days, city.open_day + city.policy.row.need_more_days
        )
        set_state(city, report, ReportState.AWAIT_SECOND, due_day, reasons)
    else:
        report.driver.decided += 1
        _approved(city, report)


def _judge(report: Report, policy, category, severity: int, evidence: int) -> None:
    report.category = category.code
    report.computed = policy.computed_pts(category, report.mode, severity, evidence, report.day)


def _second_reasons(report: Report, policy, category, severity: int) -> int:
    """DOMAIN §7, "A second reviewer is needed"; credibility before this decision."""
    driver, row = report.driver, policy.row
    drawn = int.from_bytes(hashlib.sha256(report.report_id.encode()).digest()[:4], "big") % 100
    watched = (
        driver.decided >= row.watch_decided_min
        and policy.cred(driver.approved, driver.decided) < row.cred_watch_permille
    )
    reasons = (
        severity >= Severity.MAJOR and report.mode == Mode.HANDLE,
        category.cap_group == CapGroup.UNCAPPED,
        report.computed >= row.second_points_min,
        watched,
        report.flags != 0,
        drawn < row.second_sample_percent,
    )
    return sum(1 << i for i, holds in enumerate(reasons) if holds)


def _approved(city, report: Report) -> None:
    """APPROVED; n has been counted."""
    driver, policy = report.driver, city.policies.on(report.day)
    driver.approved += 1
    driver.contrib_count += 1
    cred = policy.cred(driver.approved, driver.decided)
    set_state(city, report, ReportState.AWARDED)
    report.awarded = ledger.award(
        city, driver, AwardSource.REPORT, report.report_id, report.computed, policy, report.day,
        category=policy.categories[report.category], cred=cred,
    )
    report.value = report.awarded * cred
    ledger.merit(city, driver, report.mode, report.day, report.value)


def _duplicate(city, report: Report, original: Report, category) -> None:
    set_state(city, report, ReportState.DUPLICATE)
    driver, policy = report.driver, city.policies.on(report.day)
    if (
        driver is original.driver
        or driver.driver_id in original.corroborators
        or len(original.corroborators) >= policy.row.corroboration_drivers_max
    ):
        return
    original.corroborators.add(driver.driver_id)
    report.category = category.code
    report.computed = max(1, category.base_pts * policy.row.corroboration_permille // 1_000)
    cred = policy.cred(driver.approved, driver.decided)
    report.awarded = ledger.award(
        city, driver, AwardSource.CORROBORATION, report.report_id, report.computed, policy,
        report.day, category=category, original_id=original.report_id, cred=cred,
    )
    report.value = report.awarded * cred
    ledger.merit(city, driver, report.mode, report.day, report.value)


def report_co_reviewed(city, b):
    reviewer = city.reviewer(2, b.reviewer_id)
    report = city.awaited_of_driver(1, "report", b.report_id)
    _check_reviewers(report.driver, report.county, [(2, reviewer)], (report.first,))
    _must_be(report, ReportState.AWAIT_SECOND)
    report.second = reviewer.reviewer_id
    if b.agree:
        report.driver.decided += 1
        _approved(city, report)
    else:
        _reject(city, report)


# --- Revocation ------------------------------------------------------------------------------


def report_revoked(city, b):
    first = city.reviewer(3, b.reviewer_id)
    second = city.reviewer(4, b.second_reviewer_id)
    report = city.awaited_of_driver(1, "report", b.report_id)
    _check_reviewers(report.driver, report.county, [(3, first), (4, second)])
    _must_be(report, ReportState.AWARDED)
    driver = report.driver
    driver.approved -= 1
    driver.contrib_count -= 1
    report.signers = (first.reviewer_id, second.reviewer_id)
    report.decision_day, report.appealed = city.open_day, False
    set_state(city, report, ReportState.REVOKED)
    ledger.clawback(city, driver, report.awarded)
    ledger.merit(city, driver, report.mode, report.day, report.value, -1)
    if b.cause != RevokeCause.ERROR:
        flags.strike(city, driver, report.report_id)


# --- Appeals ---------------------------------------------------------------------------------


def _set_appeal(city, appeal: Appeal, state: int) -> None:
    appeal.state = state
    city.emit(appeal_state=AppealStateChanged(appeal_id=appeal.appeal_id, state=state))


def appeal_filed(city, b):
    city.must_be_new(1, "appeal", b.appeal_id)
    report = violation = None
    if b.report_id:
        report = city.awaited_of_driver(2, "report", b.report_id)
        open_to = report.state in (ReportState.REJECTED, ReportState.REVOKED)
        row, decided_day = report, report.decision_day
    else:
        violation = city.awaited_of_driver(3, "violation", b.violation_id)
        open_to = violation.state == LifeState.ACTIVE
        row, decided_day = violation, violation.recorded_day
    appeal_days = city.policies.on(decided_day).row.appeal_days
    if not open_to or row.appealed or city.open_day > decided_day + appeal_days:
        raise bad_state(row.state)
    row.appealed = True
    reviewers: tuple[str, ...] = ()
    if report:
        rejected = report.state == ReportState.REJECTED
        reviewers = (report.first, report.second) if rejected else report.signers
    appeal = Appeal(b.appeal_id, report, violation, 0, reviewers, report.state if report else 0)
    city.create("appeal", b.appeal_id, appeal)
    _set_appeal(city, appeal, AppealState.FILED)
    if report:
        set_state(city, report, ReportState.APPEALED)


def appeal_decided(city, b):
    reviewer = city.reviewer(3, b.reviewer_id)
    appeal = city.awaited_of_driver(1, "appeal", b.appeal_id)
    report = appeal.report
    county = report.county if report else None
    _check_reviewers(appeal.driver, county, [(3, reviewer)], appeal.reviewers)
    if appeal.state != AppealState.FILED:
        raise bad_state(appeal.state)
    if report is None and Role.AUTHORITY not in city.producer.roles:
        raise Refused(Code.UNAUTHORISED, 3)
    overturned = b.outcome == AppealOutcome.OVERTURNED
    rejection = overturned and report is not None and appeal.restores == ReportState.REJECTED
    policy = city.policies.on(report.day) if report else None
    category = policy.report_category(b.category) if rejection else None
    if bool(b.category) != rejection or (rejection and category is None):
        raise Refused(Code.RANGE, 4)

    if not overturned:
        _set_appeal(city, appeal, AppealState.UPHELD)
        if report:
            set_state(city, report, appeal.restores)
        return
    _set_appeal(city, appeal, AppealState.OVERTURNED)
    if rejection:
        _judge(report, policy, category, b.severity, b.evidence)
        _approved(city, report)
    elif report:
        _restore(city, report, policy)
    elif appeal.violation.state == LifeState.ACTIVE:
        service.rescind(city, appeal.violation)


def _restore(city, report: Report, policy) -> None:
    """A revocation overturned: the identical points and value."""
    driver = report.driver
    driver.approved += 1
    driver.contrib_count += 1
    set_state(city, report, ReportState.AWARDED)
    cred = report.value // report.awarded if report.awarded else 0
    ledger.restore(
        city, driver, report.report_id, policy, report.day, report.category, report.awarded, cred
    )
    ledger.merit(city, driver, report.mode, report.day, report.value)
    flags.forget_strike(driver, report.report_id)
