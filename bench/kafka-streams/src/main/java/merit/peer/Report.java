package merit.peer;

import java.util.ArrayList;
import java.util.List;
import merit.v1.OutcomeOuterClass.ReportState;

/** A report's row. */
final class Report {
  final String id;
  int place;
  String driverId = "";
  int mode;
  int county;
  int day; // of submission
  ReportState state = ReportState.REPORT_STATE_UNSPECIFIED;
  int dueDay;
  int flags; // bit rule − 1
  int category;
  long computed;
  long awarded;
  long value; // mpt
  String first = ""; // reviewers who decided
  String second = "";
  int decisionDay;
  final List<String> corroborators = new ArrayList<>();

  Report(String id) {
    this.id = id;
  }

  byte[] write(RowWriter row) {
    row.begin().number(place).text(driverId).number(mode).number(county).number(day);
    row.number(state.getNumber()).number(dueDay).number(flags).number(category).number(computed);
    row.number(awarded).number(value).text(first).text(second).number(decisionDay);
    row.number(corroborators.size());
    for (String driver : corroborators) row.text(driver);
    return row.end();
  }

  static Report read(String id, RowReader row) {
    final Report report = new Report(id);
    report.place = row.small();
    report.driverId = row.text();
    report.mode = row.small();
    report.county = row.small();
    report.day = row.small();
    report.state = ReportState.forNumber(row.small());
    report.dueDay = row.small();
    report.flags = row.small();
    report.category = row.small();
    report.computed = row.number();
    report.awarded = row.number();
    report.value = row.number();
    report.first = row.text();
    report.second = row.text();
    report.decisionDay = row.small();
    for (int left = row.small(); left > 0; --left) report.corroborators.add(row.text());
    return report;
  }
}
