package merit.peer;

/** The log holds what this peer does not do (README.md): it stops, rather than answer anything. */
final class OutsideTheSubset extends IllegalStateException {
  private static final long serialVersionUID = 1;

  OutsideTheSubset(String what) {
    super(what + " is not part of the job that bench/kafka-streams compares");
  }
}
