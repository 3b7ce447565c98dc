package merit.peer;

import merit.v1.OutcomeOuterClass.AccountKind;
import merit.v1.OutcomeOuterClass.Award;
import merit.v1.OutcomeOuterClass.AwardSource;
import merit.v1.OutcomeOuterClass.Effect;
import merit.v1.OutcomeOuterClass.Factor;
import merit.v1.OutcomeOuterClass.LotChanged;
import merit.v1.OutcomeOuterClass.MeritChanged;
import merit.v1.OutcomeOuterClass.Posting;
import merit.v1.PolicyOuterClass.CapGroup;
import merit.v1.PolicyOuterClass.Category;

/** Awards and expiry (EFFECTS §1.7). In the subset nobody owes points, and none are held. */
final class Ledger {
  private static final int CAP_COUNTER_DAYS = 128;

  private Ledger() {}

  /** An award to a driver, whose row the caller puts. */
  static final class Awarding {
    private final Fold fold;
    private final Driver driver;
    private final AwardSource source;
    private final String sourceId;
    String originalId = "";

    Awarding(Fold fold, Driver driver, AwardSource source, String sourceId) {
      this.fold = fold;
      this.driver = driver;
      this.source = source;
      this.sourceId = sourceId;
    }

    /** The points that are left after the cuts. */
    long award(long computed, int day, Category category, int cred) {
      final boolean capped =
          category != null && category.getCapGroup() == CapGroup.CAP_GROUP_CAPPED;
      dropCapCounters(driver, fold.city.openDay - 1);
      final int month = Days.monthOf(day);
      long left = computed;
      long dayCut = 0;
      long monthCut = 0;
      if (capped) {
        final long dayRoom =
            fold.city.policy.row.getCapDailyPts() - driver.usedDay.getOrDefault(day, 0L);
        dayCut = left - Math.min(left, Math.max(dayRoom, 0));
        left -= dayCut;
        final long monthRoom =
            fold.city.policy.row.getCapMonthlyPts() - driver.usedMonth.getOrDefault(month, 0L);
        monthCut = left - Math.min(left, Math.max(monthRoom, 0));
        left -= monthCut;
        fillCaps(day, month, left);
      }
      emitAward(computed, left, dayCut, monthCut, day, category, cred);
      issue(left);
      return left;
    }

    private void fillCaps(int day, int month, long pts) {
      final int openDay = fold.city.openDay;
      if (day + CAP_COUNTER_DAYS >= openDay) driver.usedDay.merge(day, pts, Long::sum);
      if (Days.lastDayOfMonth(month) + CAP_COUNTER_DAYS >= openDay) {
        driver.usedMonth.merge(month, pts, Long::sum);
      }
    }

    private void emitAward(
        long computed,
        long left,
        long dayCut,
        long monthCut,
        int day,
        Category category,
        int cred) {
      final Award.Builder award =
          Award.newBuilder()
              .setSource(source)
              .setSourceId(sourceId)
              .setOriginalId(originalId)
              .setDriverId(driver.id)
              .setPolicyVersion(fold.city.policy.row.getVersion())
              .setMeritDay(day)
              .setCategory(category == null ? 0 : category.getCode())
              .setComputedPts(computed)
              .setAwardedPts(left)
              .setCutDayPts(dayCut)
              .setCutMonthPts(monthCut)
              .setCredPermille(cred);
      fold.effects.add(Effect.newBuilder().setAward(award).build());
    }

    private void issue(long pts) {
      post(fold, AccountKind.ACCOUNT_KIND_ISSUED, "", -pts);
      post(fold, AccountKind.ACCOUNT_KIND_AVAILABLE, driver.id, pts);
      driver.available += pts;
      changeLot(fold, driver, fold.city.policy.expireDay(fold.city.openDay), pts);
    }
  }

  private static void post(Fold fold, AccountKind account, String owner, long delta) {
    if (delta == 0) return;
    final Posting.Builder posting =
        Posting.newBuilder().setAccount(account).setOwnerId(owner).setDeltaPts(delta);
    fold.effects.add(Effect.newBuilder().setPosting(posting).build());
  }

  private static void changeLot(Fold fold, Driver driver, int expireDay, long delta) {
    if (delta == 0) return;
    final long before = driver.lots.getOrDefault(expireDay, 0L);
    if (before == 0) {
      fold.rows.put(
          Key.ofDay('L', fold.city.code, expireDay, driver.place), Ids.bytes(driver.id));
    }
    if (before + delta == 0) {
      driver.lots.remove(expireDay);
    } else {
      driver.lots.put(expireDay, before + delta);
    }
    final LotChanged.Builder changed =
        LotChanged.newBuilder().setDriverId(driver.id).setExpireDay(expireDay).setDeltaPts(delta);
    fold.effects.add(Effect.newBuilder().setLotChanged(changed).build());
  }

  static void expire(Fold fold, Driver driver, int day) {
    final Long pts = driver.lots.get(day);
    if (pts == null) return;
    driver.available -= pts;
    post(fold, AccountKind.ACCOUNT_KIND_AVAILABLE, driver.id, -pts);
    post(fold, AccountKind.ACCOUNT_KIND_EXPIRED, "", pts);
    changeLot(fold, driver, day, -pts);
  }

  /** The closing of the 128th day after a day or month drops its counters. */
  private static void dropCapCounters(Driver driver, int closedDay) {
    final int past = closedDay - CAP_COUNTER_DAYS;
    driver.usedDay.headMap(past, true).clear();
    driver.usedMonth.keySet().removeIf(month -> Days.lastDayOfMonth(month) <= past);
    driver.serviceMinutes.headMap(past, true).clear();
    driver.servicePts.headMap(past, true).clear();
  }

  static void merit(Fold fold, Driver driver, int factor, int day, long value) {
    if (value == 0) return;
    final MeritChanged.Builder changed =
        MeritChanged.newBuilder()
            .setDriverId(driver.id)
            .setFactor(Factor.forNumber(factor))
            .setDay(day)
            .setValueMpt(value);
    fold.effects.add(Effect.newBuilder().setMeritChanged(changed).build());
  }
}
