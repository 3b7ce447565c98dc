package merit.peer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what RowWriter wrote. */
final class RowReader {
  private final byte[] bytes;
  private int at;

  RowReader(byte[] bytes) {
    this.bytes = bytes;
  }

  long number() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      final byte next = bytes[at++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) return (value >>> 1) ^ -(value & 1);
    }
  }

  int small() {
    return (int) number();
  }

  boolean flag() {
    return number() != 0;
  }

  String text() {
    final int length = small();
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }

  byte[] bytes() {
    final int length = small();
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }
}
