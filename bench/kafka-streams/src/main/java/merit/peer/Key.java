package merit.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/** Keys of rows: a table's letter, the city, then what tells rows apart; a range is in order. */
final class Key {
  private Key() {}

  static Bytes of(char table, int city, String id) {
    final byte[] text = id.getBytes(StandardCharsets.UTF_8);
    return Bytes.wrap(head(table, city, text.length).put(text).array());
  }

  static Bytes of(char table, int city, String one, String other) {
    final byte[] first = one.getBytes(StandardCharsets.UTF_8);
    final byte[] second = other.getBytes(StandardCharsets.UTF_8);
    final ByteBuffer key = head(table, city, first.length + 1 + second.length);
    return Bytes.wrap(key.put(first).put((byte) 0).put(second).array());
  }

  static Bytes of(char table, int city, byte[] id) {
    return Bytes.wrap(head(table, city, id.length).put(id).array());
  }

  static Bytes ofDay(char table, int city, int day, long place) {
    return Bytes.wrap(head(table, city, 12).putInt(day).putLong(place).array());
  }

  static Bytes ofDay(char table, int city, int day, String one, String other) {
    final byte[] text = Ids.bytes(one + '\0' + other);
    return Bytes.wrap(head(table, city, 4 + text.length).putInt(day).put(text).array());
  }

  /** The first key that a day may have; that of the next day ends the range. */
  static Bytes dayBegins(char table, int city, int day) {
    return Bytes.wrap(head(table, city, 4).putInt(day).array());
  }

  /** What stands behind table, city and day. */
  static String idOfDay(Bytes key) {
    return new String(key.get(), 9, key.get().length - 9, StandardCharsets.UTF_8);
  }

  /** The number that stands behind table, city and day. */
  static long placeOfDay(Bytes key) {
    return ByteBuffer.wrap(key.get()).getLong(9);
  }

  static Bytes ofBucket(char table, int city, int place, int bits) {
    return Bytes.wrap(head(table, city, 3).put((byte) place).putShort((short) bits).array());
  }

  static Bytes ofCell(char table, int city, int crs, int category, int y, int x) {
    final ByteBuffer key = head(table, city, 13);
    return Bytes.wrap(key.put((byte) crs).putInt(category).putInt(y).putInt(x).array());
  }

  private static ByteBuffer head(char table, int city, int more) {
    return ByteBuffer.allocate(5 + more).put((byte) table).putInt(city);
  }
}
