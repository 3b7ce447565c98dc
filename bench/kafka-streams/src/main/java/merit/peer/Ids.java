package merit.peer;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;

/** Identifiers (DOMAIN §3) and other text, as the field checks of EFFECTS §1.2 ask. */
final class Ids {
  private static final boolean[] ALLOWED = new boolean[128];

  static {
    for (char c = '0'; c <= '9'; ++c) ALLOWED[c] = true;
    for (char c = 'a'; c <= 'z'; ++c) ALLOWED[c] = true;
    for (char c = 'A'; c <= 'Z'; ++c) ALLOWED[c] = true;
    for (char c : "._:-".toCharArray()) ALLOWED[c] = true;
  }

  private Ids() {}

  static boolean isId(String text) {
    if (text.isEmpty() || text.length() > 40) return false;
    for (int place = 0; place < text.length(); ++place) {
      final char c = text.charAt(place);
      if (c >= 128 || !ALLOWED[c]) return false;
    }
    return true;
  }

  static boolean isIdOrEmpty(String text) {
    return text.isEmpty() || isId(text);
  }

  static boolean isText(String text, int least) {
    final int size = text.getBytes(StandardCharsets.UTF_8).length;
    return size >= least && size <= 200;
  }

  static boolean isHashOrEmpty(int size) {
    return size == 0 || size == 32;
  }

  static boolean eachOnce(List<?> all) {
    return all.size() < 2 || new HashSet<>(all).size() == all.size();
  }

  static byte[] bytes(String id) {
    return id.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] id) {
    return new String(id, StandardCharsets.UTF_8);
  }
}
