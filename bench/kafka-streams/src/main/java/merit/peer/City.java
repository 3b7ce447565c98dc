package merit.peer;

import merit.v1.PolicyOuterClass.Policy;

/** What every event of a city changes: its place in history; and the policy, which none changes. */
final class City {
  final int code;
  final int utcOffsetMinutes;
  final String firstAdminId;
  final Rules policy;
  long seq;
  long timeMs; // T
  int openDay;
  int drivers; // enrolled so far: the next one's place
  int reports;
  int waiting;

  City(int code, int utcOffsetMinutes, String firstAdminId, Policy policy) {
    this.code = code;
    this.utcOffsetMinutes = utcOffsetMinutes;
    this.firstAdminId = firstAdminId;
    this.policy = new Rules(policy);
  }

  void write(RowWriter row) {
    row.number(seq).number(timeMs).number(openDay).number(drivers).number(reports).number(waiting);
  }

  void read(RowReader row) {
    seq = row.number();
    timeMs = row.number();
    openDay = row.small();
    drivers = row.small();
    reports = row.small();
    waiting = row.small();
  }
}
