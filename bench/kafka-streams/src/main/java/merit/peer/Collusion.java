package merit.peer;

import merit.v1.OutcomeOuterClass.FlagRule;
import org.apache.kafka.common.utils.Bytes;

/**
 * Rule 8 of EFFECTS §4: counts of a driver and a reviewer over 30 days. The driver's stand in the
 * driver's row.
 */
final class Collusion {
  static final int DAYS = 30;

  /** Approvals and decisions of a pair, or a reviewer; the day on which a pair was flagged. */
  private static final class Counts {
    final Bytes key;
    int approvals;
    int decisions;
    int flaggedDay = Integer.MIN_VALUE;

    Counts(Fold fold, Bytes key) {
      this.key = key;
      final byte[] bytes = fold.rows.get(key);
      if (bytes == null) return;
      final RowReader row = new RowReader(bytes);
      approvals = row.small();
      decisions = row.small();
      flaggedDay = row.small();
    }

    void put(Fold fold) {
      if (decisions == 0) {
        fold.rows.delete(key);
        return;
      }
      final RowWriter row = fold.rows.writer.begin();
      fold.rows.put(key, row.number(approvals).number(decisions).number(flaggedDay).end());
    }

    void add(boolean approve) {
      if (approve) ++approvals;
      ++decisions;
    }

    int permille() {
      return 1_000 * approvals / decisions;
    }
  }

  private final Fold fold;
  private final Driver driver;
  private final String reviewerId;
  private final Counts pair;
  private final Counts reviewer;
  private final Counts today;

  Collusion(Fold fold, Driver driver, String reviewerId) {
    final int city = fold.city.code;
    this.fold = fold;
    this.driver = driver;
    this.reviewerId = reviewerId;
    pair = new Counts(fold, Key.of('a', city, driver.id, reviewerId));
    reviewer = new Counts(fold, Key.of('v', city, reviewerId));
    today = new Counts(fold, Key.ofDay('t', city, fold.city.openDay, driver.id, reviewerId));
  }

  void count(boolean approve) {
    pair.add(approve);
    reviewer.add(approve);
    today.add(approve);
    if (approve) ++driver.recentApprovals;
    ++driver.recentDecisions;
  }

  /** After an approval that has been counted. */
  void flag() {
    final int day = fold.city.openDay;
    if (driver.recentApprovals < 10
        || 100 * pair.approvals < 80 * driver.recentApprovals
        || pair.permille() - reviewer.permille() < 200
        || pair.flaggedDay > day - DAYS) {
      return;
    }
    pair.flaggedDay = day;
    driver.flagOpenUntilDay = Math.max(driver.flagOpenUntilDay, day + 29);
    fold.effects.add(Flags.flag(FlagRule.FLAG_RULE_COLLUSION, driver.id, reviewerId));
  }

  void put() {
    pair.put(fold);
    reviewer.put(fold);
    today.put(fold);
  }

  /** Takes the decisions of a day out of the sums. */
  static void drop(Fold fold, int day) {
    final City city = fold.city;
    for (var row : fold.rows.takeDay('t', city, day)) {
      final String[] ids = Key.idOfDay(row.key).split("\0");
      final RowReader reader = new RowReader(row.value);
      final int approvals = reader.small();
      final int decisions = reader.small();
      final Counts[] sums = {
        new Counts(fold, Key.of('a', city.code, ids[0], ids[1])),
        new Counts(fold, Key.of('v', city.code, ids[1]))
      };
      for (Counts sum : sums) {
        sum.approvals -= approvals;
        sum.decisions -= decisions;
        sum.put(fold);
      }
      final Driver driver = fold.rows.driver(city, ids[0]);
      driver.recentApprovals -= approvals;
      driver.recentDecisions -= decisions;
      fold.rows.put(city, driver);
    }
  }
}
