package merit.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A driver's row. What flags keep of a driver stands in Track. */
final class Driver {
  final String id;
  int place;
  boolean personPermit;
  boolean vehiclePermit;
  boolean optedOut;
  List<String> platformIds = new ArrayList<>();
  String gridId = "";
  long available;
  final TreeMap<Integer, Long> lots = new TreeMap<>(); // expire_day: points
  int approved;
  int decided;
  int contribCount;
  final TreeMap<Integer, Long> usedDay = new TreeMap<>();
  final TreeMap<Integer, Long> usedMonth = new TreeMap<>();
  final TreeMap<Integer, Long> serviceMinutes = new TreeMap<>(); // by day
  final TreeMap<Integer, Long> servicePts = new TreeMap<>();
  final int[] permille = {-1, -1}; // by kind of standing − 1; −1: none
  final int[] toDay = new int[2];
  int recentApprovals; // of the last 30 days, for COLLUSION
  int recentDecisions;
  int flagOpenUntilDay;

  Driver(String id) {
    this.id = id;
  }

  byte[] write(RowWriter row) {
    row.begin().number(place).flag(personPermit).flag(vehiclePermit).flag(optedOut);
    row.number(platformIds.size());
    for (String platform : platformIds) row.text(platform);
    row.text(gridId).number(available);
    for (TreeMap<Integer, Long> map : maps()) {
      row.number(map.size());
      for (Map.Entry<Integer, Long> entry : map.entrySet()) {
        row.number(entry.getKey()).number(entry.getValue());
      }
    }
    row.number(approved).number(decided).number(contribCount);
    row.number(permille[0]).number(toDay[0]).number(permille[1]).number(toDay[1]);
    return row.number(recentApprovals).number(recentDecisions).number(flagOpenUntilDay).end();
  }

  static Driver read(String id, RowReader row) {
    final Driver driver = new Driver(id);
    driver.place = row.small();
    driver.personPermit = row.flag();
    driver.vehiclePermit = row.flag();
    driver.optedOut = row.flag();
    for (int left = row.small(); left > 0; --left) driver.platformIds.add(row.text());
    driver.gridId = row.text();
    driver.available = row.number();
    for (TreeMap<Integer, Long> map : driver.maps()) {
      for (int left = row.small(); left > 0; --left) map.put(row.small(), row.number());
    }
    driver.approved = row.small();
    driver.decided = row.small();
    driver.contribCount = row.small();
    for (int kind = 0; kind < 2; ++kind) {
      driver.permille[kind] = row.small();
      driver.toDay[kind] = row.small();
    }
    driver.recentApprovals = row.small();
    driver.recentDecisions = row.small();
    driver.flagOpenUntilDay = row.small();
    return driver;
  }

  private List<TreeMap<Integer, Long>> maps() {
    return List.of(lots, usedDay, usedMonth, serviceMinutes, servicePts);
  }
}
