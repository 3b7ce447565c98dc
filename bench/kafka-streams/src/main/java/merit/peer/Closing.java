package merit.peer;

import merit.v1.EventOuterClass.DayClosed;
import merit.v1.OutcomeOuterClass.Code;
import merit.v1.OutcomeOuterClass.ReportState;

/**
 * DayClosed (EFFECTS §3), as far as the subset has something due. The day itself moves after the
 * outcome.
 */
final class Closing {
  private Closing() {}

  static void close(Fold fold, DayClosed body) {
    final int day = body.getDay();
    Refused.range(1, Days.isDay(day) && day != Days.DAY_MAX);
    if (day > fold.city.openDay) throw new Refused(Code.CODE_CLOCK_GAP, 0);
    if (day < fold.city.openDay) throw new Refused(Code.CODE_DUPLICATE, Code.CODE_APPLIED_VALUE);
    expireLots(fold, day);
    endReports(fold, day);
    fold.rows.forget(fold.city, day);
    Flags.drop(fold, day - Flags.KEPT_DAYS);
    Collusion.drop(fold, day - Collusion.DAYS + 1);
    fold.rows.takeDay('E', fold.city, day - Service.EXPOSURE_DAYS);
  }

  private static void expireLots(Fold fold, int day) {
    for (var due : fold.rows.takeDay('L', fold.city, day)) {
      final Driver driver = fold.rows.driver(fold.city, Ids.text(due.value));
      Ledger.expire(fold, driver, day);
      fold.rows.put(fold.city, driver);
    }
  }

  private static void endReports(Fold fold, int day) {
    for (var due : fold.rows.takeDay('U', fold.city, day)) {
      final Report report = fold.rows.report(fold.city, Ids.text(due.value));
      if (report.dueDay != day) continue; // it was decided, or is due on another day
      final boolean lapsed = report.state == ReportState.REPORT_STATE_NEED_MORE;
      final ReportState state =
          lapsed
              ? ReportState.REPORT_STATE_LAPSED
              : ReportState.REPORT_STATE_EXPIRED_UNREVIEWED;
      Reports.setState(fold, report, state, 0, 0);
      fold.rows.put(fold.city, report);
    }
  }
}
