package merit.peer;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import merit.v1.EventOuterClass.Crs;
import merit.v1.EventOuterClass.Mode;
import merit.v1.EventOuterClass.ReportSubmitted;
import merit.v1.OutcomeOuterClass.Effect;
import merit.v1.OutcomeOuterClass.Flag;
import merit.v1.OutcomeOuterClass.FlagRule;
import org.apache.kafka.common.utils.Bytes;

/** Rules 1 to 7 of EFFECTS §4 for a report that is submitted; then the report is kept. */
final class Flags {
  /** round(1000 · cos d) for whole degrees. */
  static final int[] COS_PERMILLE = {
    1000, 1000, 999, 999, 998, 996, 995, 993, 990, 988, 985, 982, 978, 974, 970, 966, 961, 956, 951,
    946, 940, 934, 927, 921, 914, 906, 899, 891, 883, 875, 866, 857, 848, 839, 829, 819, 809, 799,
    788, 777, 766, 755, 743, 731, 719, 707, 695, 682, 669, 656, 643, 629, 616, 602, 588, 574, 559,
    545, 530, 515, 500, 485, 469, 454, 438, 423, 407, 391, 375, 358, 342, 326, 309, 292, 276, 259,
    242, 225, 208, 191, 174, 156, 139, 122, 105, 87, 70, 52, 35, 17, 0
  };

  private static final int NEAREST_MAX = 16;
  static final int KEPT_DAYS = 30;
  private static final int CELL_DAYS = 3;
  private static final long HOUR_MS = 3_600_000;

  private final Fold fold;
  private final ReportSubmitted body;
  private final Seen now = new Seen();
  private final boolean placed;
  private final boolean handled;
  private final Track track;
  private final Bytes trackKey;
  private final List<Effect> flags = new ArrayList<>();
  private final List<Bytes> kept = new ArrayList<>();
  private int found;

  Flags(Fold fold, ReportSubmitted body, int place) {
    this.fold = fold;
    this.body = body;
    now.place = place;
    now.reportId = body.getReportId();
    now.driverId = body.getDriverId();
    now.day = fold.city.openDay;
    now.timeMs = fold.city.timeMs;
    now.observedMs = body.getObservedAtMs();
    now.crs = body.getCrsValue();
    now.latE6 = body.getLatE6();
    now.lonE6 = body.getLonE6();
    placed = now.crs != Crs.CRS_NONE_VALUE;
    handled = placed && body.getModeValue() == Mode.MODE_HANDLE_VALUE;
    trackKey = Key.of('T', fold.city.code, body.getDriverId());
    track = Track.read(fold.rows.get(trackKey));
    track.submitted = track.submittedDay == now.day ? track.submitted + 1 : 1;
    track.submittedDay = now.day;
    compare();
    keep();
  }

  /** A bit each rule. */
  int found() {
    return found;
  }

  void emit() {
    fold.effects.addAll(flags);
  }

  static Effect flag(FlagRule rule, String subject, String other) {
    return Effect.newBuilder()
        .setFlag(Flag.newBuilder().setRule(rule).setSubject(subject).setOther(other))
        .build();
  }

  private void add(FlagRule rule, String other) {
    if (other == null) return;
    found |= 1 << (rule.getNumber() - 1);
    flags.add(flag(rule, now.reportId, other));
  }

  private void compare() {
    add(FlagRule.FLAG_RULE_DUP_PHOTO, dupPhoto());
    add(FlagRule.FLAG_RULE_NEAR_DUP, placed ? nearDup() : null);
    add(FlagRule.FLAG_RULE_GEO_JUMP, placed ? geoJump() : null);
    add(FlagRule.FLAG_RULE_GEO_STUCK, placed ? geoStuck() : null);
    add(FlagRule.FLAG_RULE_BURST, track.submitted > 20 ? "" : null);
    add(FlagRule.FLAG_RULE_DEVICE_SHARED, deviceShared());
    add(FlagRule.FLAG_RULE_STAGED, handled ? staged() : null);
  }

  // --- the rules: the other report, or null ----------------------------------------------------

  private String dupPhoto() {
    for (ByteString photo : photos()) {
      final List<Seen> old = Seen.readAll(fold.rows.get(photoKey(photo)));
      if (!old.isEmpty() && now.day - old.get(0).day <= KEPT_DAYS) return old.get(0).reportId;
    }
    for (long phash : body.getPhotoPhash64List()) {
      if (phash == 0) continue;
      for (int place = 0; place < 4; ++place) {
        for (Seen old : Seen.readAll(fold.rows.get(bucketKey(place, phash)))) {
          final boolean near = Long.bitCount(old.phash ^ phash) <= 3;
          if (near && now.day - old.day <= KEPT_DAYS) return old.reportId;
        }
      }
    }
    return null;
  }

  private String nearDup() {
    Seen newest = null;
    for (int y = -1; y <= 1; ++y) {
      for (int x = -1; x <= 1; ++x) {
        for (Seen old : Seen.readAll(fold.rows.get(cellKey(y, x)))) {
          final boolean recent =
              now.day - old.day <= CELL_DAYS && now.timeMs - old.timeMs <= 72 * HOUR_MS;
          final boolean newer = newest == null || old.place > newest.place;
          if (recent && newer && !now.isFarther(old, 50_000)) newest = old;
        }
      }
    }
    return newest == null ? null : newest.reportId;
  }

  private String geoJump() {
    if (track.positions.isEmpty()) return null;
    final Seen old = track.positions.get(0);
    if (old.crs != now.crs || now.day - old.day > KEPT_DAYS) return null;
    final long allowed = 42 * Math.abs(now.observedMs - old.observedMs);
    return now.isFarther(old, 1_000_000) && now.isFarther(old, allowed) ? old.reportId : null;
  }

  private String geoStuck() {
    if (track.positions.size() < 4) return null;
    for (Seen old : track.positions.subList(0, 4)) {
      if (old.crs != now.crs || old.latE6 != now.latE6 || old.lonE6 != now.lonE6) return null;
    }
    final Seen fifth = track.positions.get(3);
    final boolean recent =
        now.timeMs - fifth.timeMs <= 24 * HOUR_MS && now.day - fifth.day <= KEPT_DAYS;
    return recent ? track.positions.get(0).reportId : null;
  }

  private String deviceShared() {
    if (body.getDeviceHash().isEmpty()) return null;
    final List<Seen> old = Seen.readAll(fold.rows.get(deviceKey()));
    if (old.isEmpty() || old.get(0).day != now.day) return null;
    return old.get(0).driverId.equals(now.driverId) ? null : old.get(0).reportId;
  }

  private String staged() {
    String newest = null;
    int near = 0;
    for (Seen old : track.handles) {
      if (old.crs != now.crs || now.day - old.day > 7 || now.isFarther(old, 100_000)) continue;
      if (newest == null) newest = old.reportId;
      ++near;
    }
    return near >= 2 ? newest : null;
  }

  // --- keeping ---------------------------------------------------------------------------------

  private void keep() {
    for (ByteString photo : photos()) put(photoKey(photo), List.of(now));
    for (long phash : body.getPhotoPhash64List()) {
      if (phash == 0) continue;
      now.phash = phash;
      for (int place = 0; place < 4; ++place) push(bucketKey(place, phash));
      now.phash = 0;
    }
    if (!body.getDeviceHash().isEmpty()) put(deviceKey(), List.of(now));
    if (placed) {
      push(cellKey(0, 0));
      Seen.push(track.positions, now, Track.POSITIONS_MAX);
      if (handled) Seen.push(track.handles, now, Track.HANDLES_MAX);
    }
    fold.rows.put(trackKey, track.write(fold.rows.writer));
    final RowWriter row = fold.rows.writer.begin().number(kept.size());
    for (Bytes key : kept) row.bytes(key.get());
    fold.rows.put(Key.ofDay('K', fold.city.code, now.day, now.place), row.end());
  }

  private void push(Bytes key) {
    final List<Seen> all = Seen.readAll(fold.rows.get(key));
    Seen.push(all, now, NEAREST_MAX);
    put(key, all);
  }

  private void put(Bytes key, List<Seen> all) {
    fold.rows.put(key, Seen.writeAll(fold.rows.writer, all));
    kept.add(key);
  }

  /** What was kept on a day and not renewed since goes; no rule looks back so far any more. */
  static void drop(Fold fold, int keptDay) {
    for (var row : fold.rows.takeDay('K', fold.city, keptDay)) {
      final RowReader reader = new RowReader(row.value);
      for (int left = reader.small(); left > 0; --left) {
        final Bytes key = Bytes.wrap(reader.bytes());
        final List<Seen> all = Seen.readAll(fold.rows.get(key));
        if (!all.isEmpty() && all.get(0).day <= keptDay) fold.rows.delete(key);
      }
    }
  }

  private List<ByteString> photos() {
    if (body.getAfterPhotoSha256().isEmpty()) return body.getPhotoSha256List();
    final List<ByteString> all = new ArrayList<>(body.getPhotoSha256List());
    all.add(body.getAfterPhotoSha256());
    return all;
  }

  private Bytes photoKey(ByteString photo) {
    return Key.of('p', fold.city.code, photo.toByteArray());
  }

  private Bytes deviceKey() {
    return Key.of('d', fold.city.code, body.getDeviceHash().toByteArray());
  }

  private Bytes bucketKey(int place, long phash) {
    return Key.ofBucket('h', fold.city.code, place, (int) (phash >>> (16 * place)) & 0xFFFF);
  }

  private Bytes cellKey(int y, int x) {
    return Key.ofCell(
        'c',
        fold.city.code,
        now.crs,
        body.getClaimedCategory(),
        Math.floorDiv(now.latE6, 500) + y,
        Math.floorDiv(now.lonE6, 1_000) + x);
  }
}
