package merit.peer;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** What flags keep of an earlier report (EFFECTS §4). */
final class Seen {
  int place;
  String reportId = "";
  String driverId = "";
  int day; // of submission
  long timeMs; // T
  long observedMs;
  int crs;
  int latE6;
  int lonE6;
  long phash;

  void write(RowWriter row) {
    row.number(place).text(reportId).text(driverId).number(day).number(timeMs).number(observedMs);
    row.number(crs).number(latE6).number(lonE6).number(phash);
  }

  static Seen read(RowReader row) {
    final Seen seen = new Seen();
    seen.place = row.small();
    seen.reportId = row.text();
    seen.driverId = row.text();
    seen.day = row.small();
    seen.timeMs = row.number();
    seen.observedMs = row.number();
    seen.crs = row.small();
    seen.latE6 = row.small();
    seen.lonE6 = row.small();
    seen.phash = row.number();
    return seen;
  }

  static byte[] writeAll(RowWriter row, List<Seen> all) {
    row.begin().number(all.size());
    for (Seen seen : all) seen.write(row);
    return row.end();
  }

  /** Newest first; empty where there is no row. */
  static List<Seen> readAll(byte[] bytes) {
    final List<Seen> all = new ArrayList<>();
    if (bytes == null) return all;
    final RowReader row = new RowReader(bytes);
    for (int left = row.small(); left > 0; --left) all.add(read(row));
    return all;
  }

  /** Puts the newest in front; the oldest goes where there are too many. */
  static void push(List<Seen> all, Seen newest, int most) {
    all.add(0, newest);
    if (all.size() > most) all.remove(most);
  }

  /** Whether the distance to an older one is above a limit in mm; this one is the new one. */
  boolean isFarther(Seen old, long limitMm) {
    final long dy = Math.abs((long) latE6 - old.latE6) * 111_195 / 1_000;
    final long cos = Flags.COS_PERMILLE[Math.abs(latE6) / 1_000_000];
    final long dx = Math.abs((long) lonE6 - old.lonE6) * 111_195 * cos / 1_000_000;
    if (dx <= Integer.MAX_VALUE && dy <= Integer.MAX_VALUE && limitMm <= Integer.MAX_VALUE) {
      return dx * dx + dy * dy > limitMm * limitMm;
    }
    return square(dx).add(square(dy)).compareTo(square(limitMm)) > 0;
  }

  private static BigInteger square(long value) {
    return BigInteger.valueOf(value).pow(2);
  }
}
