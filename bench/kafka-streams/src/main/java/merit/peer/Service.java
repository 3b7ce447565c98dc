package merit.peer;

import merit.v1.EventOuterClass.DispatchExposureReported;
import merit.v1.EventOuterClass.StandingAssessed;
import merit.v1.EventOuterClass.VolunteerServiceRecorded;
import merit.v1.OutcomeOuterClass.AwardSource;
import merit.v1.OutcomeOuterClass.Code;
import merit.v1.OutcomeOuterClass.Factor;
import merit.v1.PolicyOuterClass.Category;
import org.apache.kafka.common.utils.Bytes;

/** Volunteer service, standing, dispatch exposure (EFFECTS §2.5). */
final class Service {
  private static final int SERVICE_DAYS = 128;
  static final int EXPOSURE_DAYS = 28;
  private static final int BILLION = 1_000_000_000;

  private Service() {}

  static void volunteer(Fold fold, VolunteerServiceRecorded body) {
    final City city = fold.city;
    final int day = body.getServiceDay();
    Refused.range(1, Ids.isId(body.getRecordId()));
    Refused.range(2, Ids.isId(body.getDriverId()));
    Refused.range(3, Ids.isId(body.getActivityId()));
    Refused.range(4, body.getMinutes() >= 1 && body.getMinutes() <= 1_440);
    Refused.range(
        5, Days.isDay(day) && day >= city.openDay - SERVICE_DAYS && day <= city.openDay);
    Refused.range(6, body.getOrganiserConfirmed());
    Refused.range(7, body.getBeneficiaryConfirmed());
    final Driver driver = fold.driver(2, body.getDriverId());
    final Bytes key = Key.of('S', city.code, body.getRecordId());
    if (fold.rows.get(key) != null) throw new Refused(Code.CODE_ID_TAKEN, 1);

    final Category category = city.policy.volunteer;
    final long before = driver.serviceMinutes.getOrDefault(day, 0L);
    final long room = Math.max(city.policy.row.getVolunteerMinutesDailyMax() - before, 0);
    final long minutes = before + Math.min(body.getMinutes(), room);
    final long total = minutes * category.getBasePts() / 60;
    final long computed = total - driver.servicePts.getOrDefault(day, 0L);
    driver.serviceMinutes.put(day, minutes);
    driver.servicePts.put(day, total);
    ++driver.contribCount;
    final int cred = city.policy.cred(driver.approved, driver.decided);
    final long awarded =
        new Ledger.Awarding(
                fold, driver, AwardSource.AWARD_SOURCE_VOLUNTEER, body.getRecordId())
            .award(computed, day, category, cred);
    final long value = awarded * cred;
    final RowWriter row = fold.rows.writer.begin().text(driver.id).number(day);
    fold.rows.put(key, row.number(awarded).number(value).end());
    Ledger.merit(fold, driver, Factor.FACTOR_VOLUNTEER_VALUE, day, value);
    fold.rows.put(city, driver);
  }

  static void assess(Fold fold, StandingAssessed body) {
    Refused.range(1, Ids.isId(body.getDriverId()));
    Refused.range(2, Programme.isNamed(body.getKindValue(), 2));
    Refused.range(3, Days.isDay(body.getFromDay()));
    Refused.range(
        4,
        Days.isDay(body.getToDay())
            && body.getFromDay() <= body.getToDay()
            && body.getToDay() <= fold.city.openDay);
    Refused.range(5, body.getScorePermille() >= 0 && body.getScorePermille() <= 1_000);
    final Driver driver = fold.driver(1, body.getDriverId());
    final int kind = body.getKindValue() - 1;
    if (driver.permille[kind] < 0 || body.getToDay() >= driver.toDay[kind]) {
      driver.permille[kind] = body.getScorePermille();
      driver.toDay[kind] = body.getToDay();
      fold.rows.put(fold.city, driver);
    }
  }

  static void expose(Fold fold, DispatchExposureReported body) {
    final int day = body.getDay();
    final int openDay = fold.city.openDay;
    Refused.range(1, Days.isDay(day) && day >= openDay - EXPOSURE_DAYS && day <= openDay);
    Refused.range(2, body.getTier() >= 0 && body.getTier() <= 4);
    Refused.range(3, body.getOnlineMinutes() >= 0 && body.getOnlineMinutes() <= BILLION);
    Refused.range(4, body.getOrdersAssigned() >= 0 && body.getOrdersAssigned() <= BILLION);
    Refused.range(5, body.getMedianPickupS() >= 0 && body.getMedianPickupS() <= 86_400);
    final String producer = fold.producer.terms().getRegisteredProducerId();
    final String tier = String.valueOf(body.getTier());
    final RowWriter row = fold.rows.writer.begin().number(body.getOnlineMinutes());
    fold.rows.put(
        Key.ofDay('E', fold.city.code, day, producer, tier),
        row.number(body.getOrdersAssigned()).number(body.getMedianPickupS()).end());
  }
}
