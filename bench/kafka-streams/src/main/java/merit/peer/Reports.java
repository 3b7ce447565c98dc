package merit.peer;

import java.nio.ByteBuffer;
import merit.v1.EventOuterClass.Crs;
import merit.v1.EventOuterClass.Decision;
import merit.v1.EventOuterClass.Mode;
import merit.v1.EventOuterClass.ReportCoReviewed;
import merit.v1.EventOuterClass.ReportReviewed;
import merit.v1.EventOuterClass.ReportSubmitted;
import merit.v1.EventOuterClass.ReportWithdrawn;
import merit.v1.EventOuterClass.ReviewerRegistered;
import merit.v1.EventOuterClass.Severity;
import merit.v1.OutcomeOuterClass.AwardSource;
import merit.v1.OutcomeOuterClass.Code;
import merit.v1.OutcomeOuterClass.Effect;
import merit.v1.OutcomeOuterClass.ReportState;
import merit.v1.OutcomeOuterClass.ReportStateChanged;
import merit.v1.PolicyOuterClass.CapGroup;
import merit.v1.PolicyOuterClass.Category;

/** Reports and reviews (DOMAIN §7, EFFECTS §2.3). */
final class Reports {
  private Reports() {}

  static void setState(Fold fold, Report report, ReportState state, int dueDay, int reasons) {
    report.state = state;
    report.dueDay = dueDay;
    if (dueDay != 0) {
      fold.rows.put(
          Key.ofDay('U', fold.city.code, dueDay, report.place), Ids.bytes(report.id));
    }
    final ReportStateChanged.Builder changed =
        ReportStateChanged.newBuilder()
            .setReportId(report.id)
            .setState(state)
            .setSecondReasons(reasons);
    fold.effects.add(Effect.newBuilder().setReportState(changed).build());
  }

  private static Refused badState(ReportState state) {
    return new Refused(Code.CODE_BAD_STATE, state.getNumber());
  }

  private static void mustBeOpen(Report report) {
    if (report.state != ReportState.REPORT_STATE_SUBMITTED
        && report.state != ReportState.REPORT_STATE_NEED_MORE) {
      throw badState(report.state);
    }
  }

  /** SELF_REVIEW, SAME_REVIEWER (before: who must not say it again), JURISDICTION. */
  private static void checkReviewer(Report report, ReviewerRegistered reviewer, String before) {
    if (reviewer.getLinkedDriverId().equals(report.driverId)) {
      throw new Refused(Code.CODE_SELF_REVIEW, 2);
    }
    if (reviewer.getReviewerId().equals(before)) {
      throw new Refused(Code.CODE_SAME_REVIEWER, 2);
    }
    if (!String.valueOf(report.county).startsWith(reviewer.getJurisdictionPrefix())) {
      throw new Refused(Code.CODE_JURISDICTION, 2);
    }
  }

  // --- submission ------------------------------------------------------------------------------

  static void submit(Fold fold, ReportSubmitted body) {
    checkFields(fold.city, body);
    final Driver driver = fold.driver(2, body.getDriverId());
    if (fold.rows.report(fold.city, body.getReportId()) != null) {
      throw new Refused(Code.CODE_ID_TAKEN, 1);
    }
    final City city = fold.city;
    final Report report = new Report(body.getReportId());
    report.place = city.reports++;
    report.driverId = driver.id;
    report.mode = body.getModeValue();
    report.county = body.getCountyCode();
    report.day = city.openDay;
    final Flags flags = new Flags(fold, body, report.place);
    report.flags = flags.found();
    final int due = city.openDay + city.policy.row.getReviewDays();
    setState(fold, report, ReportState.REPORT_STATE_SUBMITTED, due, 0);
    flags.emit();
    fold.rows.put(city, report);
    fold.createdReport = report.id;
  }

  private static void checkFields(City city, ReportSubmitted body) {
    final boolean placed = body.getCrsValue() != Crs.CRS_NONE_VALUE;
    final boolean handle = body.getModeValue() == Mode.MODE_HANDLE_VALUE;
    final int lat = body.getLatE6();
    final int lon = body.getLonE6();
    final int photos = body.getPhotoSha256Count();
    final int hashes = body.getPhotoPhash64Count();
    final int after = body.getAfterPhotoSha256().size();
    final String address = body.getAddressCode();
    Refused.range(1, Ids.isId(body.getReportId()));
    Refused.range(2, Ids.isId(body.getDriverId()));
    Refused.range(3, Programme.isNamed(body.getChannelValue(), 4));
    Refused.range(4, Programme.isNamed(body.getModeValue(), 2));
    Refused.range(5, city.policy.reportCategory(body.getClaimedCategory()) != null);
    Refused.range(6, isInCity(body.getCountyCode(), city.code));
    Refused.range(7, Math.abs((long) lat) <= 90_000_000 && (placed || lat == 0));
    Refused.range(8, Math.abs((long) lon) <= 180_000_000 && (placed || lon == 0));
    Refused.range(9, body.getCrsValue() >= 0 && body.getCrsValue() <= 2);
    Refused.range(10, Ids.isId(address) || (placed && address.isEmpty()));
    final long observed = body.getObservedAtMs();
    Refused.range(11, observed >= 0 && observed <= city.timeMs + Days.DAY_MS);
    Refused.range(12, photos <= 9 && Ids.eachOnce(body.getPhotoSha256List()));
    for (int i = 0; i < photos; ++i) Refused.range(12, body.getPhotoSha256(i).size() == 32);
    Refused.range(12, photos > 0 || !handle);
    Refused.range(13, hashes == 0 || hashes == photos);
    Refused.range(14, Ids.isHashOrEmpty(after) && (after > 0 || !handle));
    Refused.range(15, Ids.isHashOrEmpty(body.getDeviceHash().size()));
  }

  private static boolean isInCity(int county, int city) {
    if (county < 0) return false;
    return county / 100 == city / 100 || (city % 10_000 == 0 && county / 10_000 == city / 10_000);
  }

  static void withdraw(Fold fold, ReportWithdrawn body) {
    Refused.range(1, Ids.isId(body.getReportId()));
    final Report report = fold.awaitedReport(1, body.getReportId());
    mustBeOpen(report);
    setState(fold, report, ReportState.REPORT_STATE_WITHDRAWN, 0, 0);
    fold.rows.put(fold.city, report);
  }

  // --- review ----------------------------------------------------------------------------------

  private static void checkFields(ReportReviewed body) {
    final boolean approve = body.getDecision() == Decision.DECISION_APPROVE;
    final boolean duplicate = body.getDecision() == Decision.DECISION_DUPLICATE;
    final int severity = body.getSeverityValue();
    final int evidence = body.getEvidenceValue();
    final String original = body.getDuplicateOf();
    Refused.range(1, Ids.isId(body.getReportId()));
    Refused.range(2, Ids.isId(body.getReviewerId()));
    Refused.range(3, Programme.isNamed(body.getDecisionValue(), 4));
    Refused.range(4, (body.getCategory() != 0) == (approve || duplicate));
    Refused.range(5, approve ? Programme.isNamed(severity, 4) : severity == 0);
    Refused.range(6, approve ? Programme.isNamed(evidence, 3) : evidence == 0);
    Refused.range(
        7,
        duplicate
            ? Ids.isId(original) && !original.equals(body.getReportId())
            : original.isEmpty());
    Refused.range(8, Ids.isIdOrEmpty(body.getMatterId()));
    Refused.range(9, Ids.isIdOrEmpty(body.getReasonCode()));
  }

  static void review(Fold fold, ReportReviewed body) {
    checkFields(body);
    final City city = fold.city;
    final ReviewerRegistered reviewer = fold.reviewer(2, body.getReviewerId());
    final Report report = fold.awaitedReport(1, body.getReportId());
    final boolean duplicate = body.getDecision() == Decision.DECISION_DUPLICATE;
    final Report original = duplicate ? fold.awaitedReport(7, body.getDuplicateOf()) : null;
    checkReviewer(report, reviewer, "");
    mustBeOpen(report);
    if (duplicate && !canBeOriginal(original)) throw badState(original.state);
    Category category = null;
    if (body.getCategory() != 0) {
      category = city.policy.reportCategory(body.getCategory());
      Refused.range(4, category != null);
    }
    if (body.getDecision() == Decision.DECISION_NEED_MORE) {
      final int due = city.openDay + city.policy.row.getNeedMoreDays();
      setState(fold, report, ReportState.REPORT_STATE_NEED_MORE, due, 0);
    } else {
      report.first = body.getReviewerId();
      decide(fold, body, report, original, category);
    }
    fold.rows.put(city, report);
  }

  private static boolean canBeOriginal(Report report) {
    return switch (report.state) {
      case REPORT_STATE_REJECTED,
          REPORT_STATE_DUPLICATE,
          REPORT_STATE_WITHDRAWN,
          REPORT_STATE_REVOKED,
          REPORT_STATE_APPEALED -> false;
      default -> true;
    };
  }

  private static void decide(
      Fold fold, ReportReviewed body, Report report, Report original, Category category) {
    final Driver driver = fold.rows.driver(fold.city, report.driverId);
    if (original != null) {
      duplicate(fold, driver, report, original, category);
    } else {
      final boolean approve = body.getDecision() == Decision.DECISION_APPROVE;
      final Collusion pair = new Collusion(fold, driver, body.getReviewerId());
      pair.count(approve);
      if (approve) {
        approve(fold, driver, report, category, body);
        pair.flag();
      } else {
        reject(fold, driver, report);
      }
      pair.put();
    }
    fold.rows.put(fold.city, driver);
  }

  private static void reject(Fold fold, Driver driver, Report report) {
    ++driver.decided;
    report.decisionDay = fold.city.openDay;
    setState(fold, report, ReportState.REPORT_STATE_REJECTED, 0, 0);
  }

  private static void approve(
      Fold fold, Driver driver, Report report, Category category, ReportReviewed body) {
    final City city = fold.city;
    report.category = category.getCode();
    report.computed =
        city.policy.computedPts(
            category, report.mode, body.getSeverityValue(), body.getEvidenceValue(), report.day);
    final int reasons = secondReasons(fold, driver, report, category, body.getSeverityValue());
    if (reasons == 0) {
      ++driver.decided;
      approved(fold, driver, report);
      return;
    }
    final int due =
        Math.max(
            report.day + city.policy.row.getReviewDays(),
            city.openDay + city.policy.row.getNeedMoreDays());
    setState(fold, report, ReportState.REPORT_STATE_AWAIT_SECOND, due, reasons);
  }

  /** DOMAIN §7, "A second reviewer is needed"; credibility before this decision. */
  private static int secondReasons(
      Fold fold, Driver driver, Report report, Category category, int severity) {
    final Rules rules = fold.city.policy;
    final int head = ByteBuffer.wrap(fold.sha256(Ids.bytes(report.id))).getInt();
    final boolean watched =
        driver.decided >= rules.row.getWatchDecidedMin()
            && rules.cred(driver.approved, driver.decided) < rules.row.getCredWatchPermille();
    int reasons = 0;
    if (severity >= Severity.SEVERITY_MAJOR_VALUE && report.mode == Mode.MODE_HANDLE_VALUE) {
      reasons |= 1;
    }
    if (category.getCapGroup() == CapGroup.CAP_GROUP_UNCAPPED) reasons |= 2;
    if (report.computed >= rules.row.getSecondPointsMin()) reasons |= 4;
    if (watched) reasons |= 8;
    if (report.flags != 0) reasons |= 16;
    if (Integer.remainderUnsigned(head, 100) < rules.row.getSecondSamplePercent()) reasons |= 32;
    return reasons;
  }

  /** APPROVED; the decision has been counted. */
  private static void approved(Fold fold, Driver driver, Report report) {
    ++driver.approved;
    ++driver.contribCount;
    final int cred = fold.city.policy.cred(driver.approved, driver.decided);
    setState(fold, report, ReportState.REPORT_STATE_AWARDED, 0, 0);
    final Category category = fold.city.policy.category(report.category);
    report.awarded =
        new Ledger.Awarding(fold, driver, AwardSource.AWARD_SOURCE_REPORT, report.id)
            .award(report.computed, report.day, category, cred);
    report.value = report.awarded * cred;
    Ledger.merit(fold, driver, report.mode, report.day, report.value);
  }

  private static void duplicate(
      Fold fold, Driver driver, Report report, Report original, Category category) {
    setState(fold, report, ReportState.REPORT_STATE_DUPLICATE, 0, 0);
    final Rules rules = fold.city.policy;
    if (driver.id.equals(original.driverId)
        || original.corroborators.contains(driver.id)
        || original.corroborators.size() >= rules.row.getCorroborationDriversMax()) {
      return;
    }
    original.corroborators.add(driver.id);
    fold.rows.put(fold.city, original);
    report.category = category.getCode();
    report.computed =
        Math.max(
            1, (long) category.getBasePts() * rules.row.getCorroborationPermille() / 1_000);
    final int cred = rules.cred(driver.approved, driver.decided);
    final Ledger.Awarding awarding =
        new Ledger.Awarding(fold, driver, AwardSource.AWARD_SOURCE_CORROBORATION, report.id);
    awarding.originalId = original.id;
    report.awarded = awarding.award(report.computed, report.day, category, cred);
    report.value = report.awarded * cred;
    Ledger.merit(fold, driver, report.mode, report.day, report.value);
  }

  static void reviewAgain(Fold fold, ReportCoReviewed body) {
    Refused.range(1, Ids.isId(body.getReportId()));
    Refused.range(2, Ids.isId(body.getReviewerId()));
    final ReviewerRegistered reviewer = fold.reviewer(2, body.getReviewerId());
    final Report report = fold.awaitedReport(1, body.getReportId());
    checkReviewer(report, reviewer, report.first);
    if (report.state != ReportState.REPORT_STATE_AWAIT_SECOND) throw badState(report.state);
    report.second = body.getReviewerId();
    final Driver driver = fold.rows.driver(fold.city, report.driverId);
    if (body.getAgree()) {
      ++driver.decided;
      approved(fold, driver, report);
    } else {
      reject(fold, driver, report);
    }
    fold.rows.put(fold.city, driver);
    fold.rows.put(fold.city, report);
  }
}
