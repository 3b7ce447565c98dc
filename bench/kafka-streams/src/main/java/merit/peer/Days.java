package merit.peer;

import java.time.LocalDate;

/** Days, months and years of a programme's calendar. A day is a number: days since 1970-01-01. */
final class Days {
  static final long DAY_MS = 86_400_000;
  static final int DAY_MAX = 84_005; // 2199-12-31
  static final int NEVER = Integer.MAX_VALUE;

  private Days() {}

  static boolean isDay(int day) {
    return day >= 0 && day <= DAY_MAX;
  }

  static long localDay(long timeMs, int utcOffsetMinutes) {
    final long far = 1L << 60; // beyond it no sum may overflow, and every day is stale alike
    final long near = Math.max(-far, Math.min(far, timeMs));
    return Math.floorDiv(near + 60_000L * utcOffsetMinutes, DAY_MS);
  }

  /** yyyymm. */
  static int monthOf(int day) {
    final LocalDate date = LocalDate.ofEpochDay(day);
    return date.getYear() * 100 + date.getMonthValue();
  }

  static int lastDayOfMonth(int month) {
    return (int) LocalDate.of(month / 100, month % 100, 1).plusMonths(1).toEpochDay() - 1;
  }

  static int yearEnd(int day, int yearsOn) {
    final int year = LocalDate.ofEpochDay(day).getYear() + yearsOn;
    return (int) LocalDate.of(year, 12, 31).toEpochDay();
  }
}
