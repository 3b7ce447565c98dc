package merit.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import merit.v1.EventOuterClass.ProducerRegistered;
import merit.v1.EventOuterClass.ProgrammeOpened;
import merit.v1.EventOuterClass.ReviewerRegistered;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The rows of a partition's cities in three stores: hot, of which each event changes the same few,
 * rows, and ids, written once.
 *
 * <p>Cities, producers and reviewers are few and needed by nearly every event, so they also stay in
 * memory; every change of theirs is put at once. A task that fails is made anew, and with it this.
 */
final class Rows {
  static final String HOT = "hot";
  static final String ROWS = "rows";
  static final String IDS = "ids";
  private static final int DUE_BLOCK = 64;

  final RowWriter writer = new RowWriter();
  private final KeyValueStore<Bytes, byte[]> hot;
  private final KeyValueStore<Bytes, byte[]> rows;
  private final KeyValueStore<Bytes, byte[]> ids;
  private final Map<Integer, City> cities = new HashMap<>();
  final Register<ProducerRegistered> producers = new Register<>('P', ProducerRegistered.parser());
  final Register<ReviewerRegistered> reviewers = new Register<>('V', ReviewerRegistered.parser());

  /** A producer or a reviewer. */
  record Registered<T>(T terms, boolean revoked) {}

  /** An event's id, remembered: the SHA-256 of its value, and what its first outcome said. */
  record Absorbed(byte[] sha256, int code) {}

  /** A waiting event; value is the record's. */
  record Waiting(long seq, int dueDay, int detail, byte[] value) {}

  Rows(
      KeyValueStore<Bytes, byte[]> hot,
      KeyValueStore<Bytes, byte[]> rows,
      KeyValueStore<Bytes, byte[]> ids) {
    this.hot = hot;
    this.rows = rows;
    this.ids = ids;
  }

  // --- cities, producers, reviewers ------------------------------------------------------------

  /** Null: not opened. */
  City city(int code) {
    City city = cities.get(code);
    if (city != null) return city;
    final byte[] opened = hot.get(Key.of('O', code, ""));
    if (opened == null) return null;
    city = cityOf(code, parsed(ProgrammeOpened.parser(), opened));
    city.read(new RowReader(hot.get(Key.of('C', code, ""))));
    return city;
  }

  City open(int code, ProgrammeOpened opened) {
    hot.put(Key.of('O', code, ""), opened.toByteArray());
    return cityOf(code, opened);
  }

  private City cityOf(int code, ProgrammeOpened opened) {
    final String admin = opened.getAdminProducerId();
    final City city = new City(code, opened.getUtcOffsetMinutes(), admin, opened.getPolicy());
    cities.put(code, city);
    return city;
  }

  void put(City city) {
    city.write(writer.begin());
    hot.put(Key.of('C', city.code, ""), writer.end());
  }

  /** All of one kind. */
  final class Register<T extends MessageLite> {
    private final Map<Bytes, Registered<T>> known = new HashMap<>();
    private final char table;
    private final Parser<T> parser;

    private Register(char table, Parser<T> parser) {
      this.table = table;
      this.parser = parser;
    }

    /** Null: not registered. */
    Registered<T> get(City city, String id) {
      return known.computeIfAbsent(
          Key.of(table, city.code, id),
          key -> {
            final byte[] row = rows.get(key);
            if (row == null) return null;
            final RowReader reader = new RowReader(row);
            final boolean revoked = reader.flag();
            return new Registered<>(parsed(parser, reader.bytes()), revoked);
          });
    }

    void put(City city, String id, T terms, boolean revoked) {
      final Bytes key = Key.of(table, city.code, id);
      rows.put(key, writer.begin().flag(revoked).bytes(terms.toByteArray()).end());
      known.put(key, new Registered<>(terms, revoked));
    }
  }

  private static <T> T parsed(Parser<T> parser, byte[] bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException("a row of the store cannot be read", broken);
    }
  }

  // --- drivers, reports ------------------------------------------------------------------------

  Driver driver(City city, String id) {
    final byte[] row = rows.get(Key.of('D', city.code, id));
    return row == null ? null : Driver.read(id, new RowReader(row));
  }

  void put(City city, Driver driver) {
    rows.put(Key.of('D', city.code, driver.id), driver.write(writer));
  }

  Report report(City city, String id) {
    final byte[] row = rows.get(Key.of('R', city.code, id));
    return row == null ? null : Report.read(id, new RowReader(row));
  }

  void put(City city, Report report) {
    rows.put(Key.of('R', city.code, report.id), report.write(writer));
  }

  // --- anything else ---------------------------------------------------------------------------

  byte[] get(Bytes key) {
    return rows.get(key);
  }

  void put(Bytes key, byte[] value) {
    rows.put(key, value);
  }

  void delete(Bytes key) {
    rows.delete(key);
  }

  /** What is kept under a day, in order of key; it is gone then. */
  List<KeyValue<Bytes, byte[]>> takeDay(char table, City city, int day) {
    return takeDay(rows, table, city, day);
  }

  private static List<KeyValue<Bytes, byte[]>> takeDay(
      KeyValueStore<Bytes, byte[]> store, char table, City city, int day) {
    final List<KeyValue<Bytes, byte[]>> taken = new ArrayList<>();
    final Bytes begin = Key.dayBegins(table, city.code, day);
    final Bytes end = Key.dayBegins(table, city.code, day + 1);
    try (KeyValueIterator<Bytes, byte[]> range = store.range(begin, end)) {
      while (range.hasNext()) {
        final KeyValue<Bytes, byte[]> row = range.next();
        if (row.key.compareTo(end) < 0) taken.add(row); // a range includes its end
      }
    }
    for (KeyValue<Bytes, byte[]> row : taken) store.delete(row.key);
    return taken;
  }

  // --- ids -------------------------------------------------------------------------------------

  Absorbed absorbed(City city, String eventId) {
    final byte[] row = ids.get(Key.of('I', city.code, eventId));
    if (row == null) return null;
    final RowReader reader = new RowReader(row);
    return new Absorbed(reader.bytes(), reader.small());
  }

  void absorb(City city, String eventId, Absorbed row, int dueDay) {
    ids.put(
        Key.of('I', city.code, eventId), writer.begin().bytes(row.sha256).number(row.code).end());
    // What is due on a day stands in blocks, of which the cache makes one put a transaction.
    final Bytes block = Key.ofDay('X', city.code, dueDay, city.seq / DUE_BLOCK);
    final byte[] before = hot.get(block);
    final byte[] id = Ids.bytes(eventId + '\n');
    hot.put(block, before == null ? id : joined(before, id));
  }

  private static byte[] joined(byte[] one, byte[] other) {
    final byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  void forget(City city, int day) {
    for (KeyValue<Bytes, byte[]> due : takeDay(hot, 'X', city, day)) {
      for (String eventId : Ids.text(due.value).split("\n")) {
        ids.delete(Key.of('I', city.code, eventId));
      }
    }
  }

  // --- waiting events --------------------------------------------------------------------------

  /** In order of their first city_seq. */
  List<Waiting> waiting(City city, String reportId) {
    final List<Waiting> all = new ArrayList<>();
    final byte[] row = rows.get(Key.of('W', city.code, reportId));
    if (row == null) return all;
    final RowReader reader = new RowReader(row);
    for (int left = reader.small(); left > 0; --left) {
      all.add(new Waiting(reader.number(), reader.small(), reader.small(), reader.bytes()));
    }
    return all;
  }

  void putWaiting(City city, String reportId, List<Waiting> all) {
    final Bytes key = Key.of('W', city.code, reportId);
    if (all.isEmpty()) {
      rows.delete(key);
      return;
    }
    writer.begin().number(all.size());
    for (Waiting one : all) {
      writer.number(one.seq).number(one.dueDay).number(one.detail).bytes(one.value);
    }
    rows.put(key, writer.end());
  }
}
