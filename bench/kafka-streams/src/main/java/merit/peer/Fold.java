package merit.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import merit.v1.EventOuterClass.Event;
import merit.v1.EventOuterClass.Event.BodyCase;
import merit.v1.EventOuterClass.ProducerRegistered;
import merit.v1.EventOuterClass.ReviewerRegistered;
import merit.v1.OutcomeOuterClass.Code;
import merit.v1.OutcomeOuterClass.Effect;
import merit.v1.OutcomeOuterClass.Outcome;
import merit.v1.OutcomeOuterClass.PolicyInForce;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** One record of the intake in, its outcomes out (EFFECTS §1.1, §1.5). */
final class Fold implements Processor<byte[], byte[], byte[], byte[]> {
  private static final int VALUE_BYTES_MAX = 65_536;
  private static final int WAITING_BYTES_MAX = 4_096;
  private static final int EFFECTS_MAX = 1_000; // of one part of an outcome

  private final MessageDigest sha256 = newSha256();
  private ProcessorContext<byte[], byte[]> context;
  private byte[] key;

  // Of the event being folded:
  Rows rows;
  City city;
  Rows.Registered<ProducerRegistered> producer;
  final List<Effect> effects = new ArrayList<>();
  String createdReport; // null: none

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  byte[] sha256(byte[] bytes) {
    return sha256.digest(bytes);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> given) {
    context = given;
    rows =
        new Rows(
            given.getStateStore(Rows.HOT),
            given.getStateStore(Rows.ROWS),
            given.getStateStore(Rows.IDS));
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    key = record.key();
    final byte[] value = record.value() == null ? new byte[0] : record.value();
    final Event event = record.value() == null ? null : decoded(value);
    city = rows.city(cityCode(key));
    if (city == null) {
      open(event, value, record.timestamp());
      return;
    }
    city.timeMs = Math.max(city.timeMs, record.timestamp());
    ++city.seq;
    fold(event, value);
    rows.put(city);
  }

  /** −1: no division code. */
  private static int cityCode(byte[] key) {
    if (key == null || key.length != 6 || key[0] == '0') return -1;
    int code = 0;
    for (byte digit : key) {
      if (digit < '0' || digit > '9') return -1;
      code = 10 * code + digit - '0';
    }
    return code;
  }

  /** Null: UNDECODABLE. */
  private static Event decoded(byte[] value) {
    if (value.length > VALUE_BYTES_MAX) return null;
    final Event event;
    try {
      event = Event.parseFrom(value);
    } catch (InvalidProtocolBufferException refused) {
      return null;
    }
    for (int number : event.getUnknownFields().asMap().keySet()) {
      if (number < 10 || number > 999) continue;
      throw new OutsideTheSubset("an event type that this program does not know");
    }
    final boolean named = Ids.isId(event.getEventId()) && Ids.isId(event.getProducerId());
    return named && event.getBodyCase() != BodyCase.BODY_NOT_SET ? event : null;
  }

  private void open(Event event, byte[] value, long timestampMs) {
    if (event == null || event.getBodyCase() != BodyCase.PROGRAMME_OPENED) {
      throw new OutsideTheSubset("a record of a city that is not open");
    }
    city = Programme.open(this, cityCode(key), event);
    city.seq = 1;
    city.timeMs = Math.max(0, timestampMs);
    absorb(event, sha256(value), Code.CODE_APPLIED);
    effects.clear();
    effects.add(
        Effect.newBuilder().setPolicyInForce(PolicyInForce.newBuilder().setVersion(1)).build());
    publish(event.getEventId(), Code.CODE_APPLIED, 0);
    rows.put(city);
  }

  // --- one record ------------------------------------------------------------------------------

  private void fold(Event event, byte[] value) {
    effects.clear();
    if (event == null) {
      publish("", Code.CODE_UNDECODABLE, 0);
      return;
    }
    if (event.getCityCode() != city.code) {
      publish(event.getEventId(), Code.CODE_WRONG_KEY, 0);
      return;
    }
    final byte[] hash = sha256(value);
    final Rows.Absorbed known = rows.absorbed(city, event.getEventId());
    if (known != null) {
      final boolean same = MessageDigest.isEqual(known.sha256(), hash);
      final Code code = same ? Code.CODE_DUPLICATE : Code.CODE_ID_CONFLICT;
      publish(event.getEventId(), code, same ? known.code() : 0);
      return;
    }
    final long occurred = Days.localDay(event.getOccurredAtMs(), city.utcOffsetMinutes);
    if (Math.abs(occurred - city.openDay) > city.policy.row.getDedupeDays()) {
      publish(event.getEventId(), Code.CODE_STALE, 0);
      return;
    }
    foldBody(event, value, hash);
  }

  private void foldBody(Event event, byte[] value, byte[] hash) {
    final Refused refused = apply(event);
    Code code = refused == null ? Code.CODE_APPLIED : refused.code;
    final int detail = refused == null ? 0 : refused.detail;
    if (code == Code.CODE_PARKED) code = park(value, detail, refused.waitsFor);
    if (code != Code.CODE_UNAUTHORISED) absorb(event, hash, code);
    final boolean closed = code == Code.CODE_APPLIED && event.getBodyCase() == BodyCase.DAY_CLOSED;
    final int closedDay = city.openDay;
    publish(event.getEventId(), code, detail);
    if (closed) {
      ++city.openDay;
      orphan(closedDay);
    }
    if (code == Code.CODE_APPLIED && createdReport != null) wake(createdReport);
  }

  /** Null: applied. */
  private Refused apply(Event event) {
    createdReport = null;
    producer = rows.producers.get(city, event.getProducerId());
    if (producer == null) return new Refused(Code.CODE_UNAUTHORISED, 1);
    if (producer.revoked()) return new Refused(Code.CODE_UNAUTHORISED, 2);
    try {
      EventTypes.apply(this, event);
      return null;
    } catch (Refused refused) {
      effects.clear();
      return refused;
    }
  }

  private void absorb(Event event, byte[] hash, Code code) {
    final long occurred = Days.localDay(event.getOccurredAtMs(), city.utcOffsetMinutes);
    final int due = (int) Math.max(city.openDay, occurred) + city.policy.row.getDedupeDays();
    rows.absorb(city, event.getEventId(), new Rows.Absorbed(hash, code.getNumber()), due);
  }

  private void publish(String eventId, Code code, int detail) {
    int from = 0;
    for (int part = 0; part == 0 || from < effects.size(); ++part) {
      final int to = Math.min(effects.size(), from + EFFECTS_MAX);
      final Outcome outcome =
          Outcome.newBuilder()
              .setCityCode(city.code)
              .setCitySeq(city.seq)
              .setPart(part)
              .setRecordTimeMs(city.timeMs)
              .setOpenDay(city.openDay)
              .setEventId(eventId)
              .setCode(code)
              .setDetailCode(detail)
              .addAllEffects(effects.subList(from, to))
              .build();
      context.forward(new Record<>(key, outcome.toByteArray(), city.timeMs));
      from = to;
    }
  }

  // --- waiting events --------------------------------------------------------------------------

  private Code park(byte[] value, int detail, String reportId) {
    if (city.waiting >= city.policy.row.getParkedMax() || value.length > WAITING_BYTES_MAX) {
      return Code.CODE_ORPHAN;
    }
    final int due = city.openDay + city.policy.row.getParkDays();
    letWait(reportId, new Rows.Waiting(city.seq, due, detail, value));
    return Code.CODE_PARKED;
  }

  private void letWait(String reportId, Rows.Waiting one) {
    final List<Rows.Waiting> all = rows.waiting(city, reportId);
    all.add(one);
    all.sort(Comparator.comparingLong(Rows.Waiting::seq));
    rows.putWaiting(city, reportId, all);
    rows.put(Key.ofDay('Q', city.code, one.dueDay(), one.seq()), Ids.bytes(reportId));
    ++city.waiting;
  }

  private void wake(String reportId) {
    if (city.waiting == 0) return;
    final Deque<Rows.Waiting> queue = new ArrayDeque<>(rows.waiting(city, reportId));
    if (queue.isEmpty()) return;
    // No event that waits creates a report, so nothing else can be woken by these.
    for (Rows.Waiting one; (one = queue.poll()) != null; ) {
      rows.putWaiting(city, reportId, List.copyOf(queue));
      rows.delete(Key.ofDay('Q', city.code, one.dueDay(), one.seq()));
      --city.waiting;
      foldAgain(one);
    }
  }

  private void foldAgain(Rows.Waiting one) {
    ++city.seq;
    effects.clear();
    final Event event = decoded(one.value());
    final Refused refused = apply(event);
    final Code code = refused == null ? Code.CODE_APPLIED : refused.code;
    final int detail = refused == null ? 0 : refused.detail;
    if (code == Code.CODE_PARKED) {
      letWait(refused.waitsFor, new Rows.Waiting(one.seq(), one.dueDay(), detail, one.value()));
    }
    publish(event.getEventId(), code, detail);
  }

  /** Those whose time was the closed day, in order of their first city_seq. */
  private void orphan(int day) {
    effects.clear();
    if (city.waiting == 0) return;
    for (var due : rows.takeDay('Q', city, day)) {
      final String reportId = Ids.text(due.value);
      final long seq = Key.placeOfDay(due.key);
      final List<Rows.Waiting> all = rows.waiting(city, reportId);
      final Rows.Waiting one = all.stream().filter(w -> w.seq() == seq).findFirst().orElseThrow();
      all.remove(one);
      rows.putWaiting(city, reportId, all);
      --city.waiting;
      ++city.seq;
      publish(decoded(one.value()).getEventId(), Code.CODE_ORPHAN, one.detail());
    }
  }

  // --- references ------------------------------------------------------------------------------

  Driver driver(int field, String id) {
    final Driver driver = rows.driver(city, id);
    if (driver == null) throw new Refused(Code.CODE_UNKNOWN_DRIVER, field);
    return driver;
  }

  ReviewerRegistered reviewer(int field, String id) {
    final Rows.Registered<ReviewerRegistered> reviewer = rows.reviewers.get(city, id);
    if (reviewer == null || reviewer.revoked()) {
      throw new Refused(Code.CODE_UNKNOWN_REVIEWER, field);
    }
    return reviewer.terms();
  }

  Report awaitedReport(int field, String id) {
    final Report report = rows.report(city, id);
    if (report == null) throw new Refused(Code.CODE_PARKED, field, id);
    return report;
  }
}
