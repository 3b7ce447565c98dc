package merit.peer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A row's fields as bytes, one after the other: numbers as zigzag varints, text after its size. */
final class RowWriter {
  private byte[] bytes = new byte[512];
  private int size;

  RowWriter begin() {
    size = 0;
    return this;
  }

  RowWriter number(long value) {
    room(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  RowWriter flag(boolean value) {
    return number(value ? 1 : 0);
  }

  RowWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  RowWriter bytes(byte[] value) {
    number(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  byte[] end() {
    return Arrays.copyOf(bytes, size);
  }

  private void room(int more) {
    if (size + more > bytes.length) bytes = Arrays.copyOf(bytes, 2 * (size + more));
  }
}
