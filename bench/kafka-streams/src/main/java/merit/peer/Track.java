package merit.peer;

import java.util.ArrayList;
import java.util.List;

/** What flags keep of a driver: the latest positions, the latest handled ones, today's number. */
final class Track {
  static final int POSITIONS_MAX = 5;
  static final int HANDLES_MAX = 16;

  List<Seen> positions = new ArrayList<>(); // newest first
  List<Seen> handles = new ArrayList<>();
  int submittedDay = -1;
  int submitted;

  byte[] write(RowWriter row) {
    row.begin().number(submittedDay).number(submitted).number(positions.size());
    for (Seen seen : positions) seen.write(row);
    row.number(handles.size());
    for (Seen seen : handles) seen.write(row);
    return row.end();
  }

  static Track read(byte[] bytes) {
    final Track track = new Track();
    if (bytes == null) return track;
    final RowReader row = new RowReader(bytes);
    track.submittedDay = row.small();
    track.submitted = row.small();
    for (int left = row.small(); left > 0; --left) track.positions.add(Seen.read(row));
    for (int left = row.small(); left > 0; --left) track.handles.add(Seen.read(row));
    return track;
  }
}
