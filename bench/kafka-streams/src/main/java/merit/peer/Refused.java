package merit.peer;

import merit.v1.OutcomeOuterClass.Code;

/** How a rule says an outcome other than APPLIED. It has no stack: it is an answer, no failure. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  final Code code;
  final int detail;
  final String waitsFor; // with PARKED: the report's id

  Refused(Code code, int detail) {
    this(code, detail, null);
  }

  Refused(Code code, int detail, String waitsFor) {
    super(null, null, false, false);
    this.code = code;
    this.detail = detail;
    this.waitsFor = waitsFor;
  }

  static void range(int field, boolean holds) {
    if (!holds) throw new Refused(Code.CODE_RANGE, field);
  }
}
