package merit.peer;

import merit.v1.EventOuterClass.DriverEnrolled;
import merit.v1.EventOuterClass.DriverUpdated;
import merit.v1.EventOuterClass.Event;
import merit.v1.EventOuterClass.ProducerRegistered;
import merit.v1.EventOuterClass.ProducerRevoked;
import merit.v1.EventOuterClass.ProgrammeOpened;
import merit.v1.EventOuterClass.ReviewerRegistered;
import merit.v1.EventOuterClass.ReviewerRevoked;
import merit.v1.EventOuterClass.Role;
import merit.v1.OutcomeOuterClass.AwardSource;
import merit.v1.OutcomeOuterClass.Code;
import merit.v1.OutcomeOuterClass.LifeState;

/** Programme and drivers (EFFECTS §2.1, §2.2). */
final class Programme {
  private Programme() {}

  static City open(Fold fold, int code, Event event) {
    final ProgrammeOpened body = event.getProgrammeOpened();
    checkFields(body);
    final boolean acceptable =
        event.getCityCode() == code
            && event.getProducerId().equals(body.getAdminProducerId())
            && body.getPolicy().getVersion() == 1
            && body.getAdminPublicKey().isEmpty();
    if (!acceptable) throw new OutsideTheSubset("a programme that is not opened by the rules");
    final City city = fold.rows.open(code, body);
    city.openDay = body.getOpenDay();
    final ProducerRegistered admin =
        ProducerRegistered.newBuilder()
            .setRegisteredProducerId(body.getAdminProducerId())
            .addRoles(Role.ROLE_ADMIN)
            .build();
    fold.rows.producers.put(city, body.getAdminProducerId(), admin, false);
    return city;
  }

  static void openAgain(ProgrammeOpened body) {
    checkFields(body);
    throw new Refused(Code.CODE_ID_TAKEN, 2);
  }

  private static void checkFields(ProgrammeOpened body) {
    Refused.range(1, Ids.isText(body.getName(), 1));
    Refused.range(2, Days.isDay(body.getOpenDay()));
    final int offset = body.getUtcOffsetMinutes();
    Refused.range(3, offset >= -720 && offset <= 840);
    Refused.range(4, Ids.isId(body.getAdminProducerId()));
    Refused.range(5, Ids.isHashOrEmpty(body.getAdminPublicKey().size()));
  }

  static void register(Fold fold, ProducerRegistered body) {
    final boolean first = body.getRegisteredProducerId().equals(fold.city.firstAdminId);
    final int roles = body.getRolesCount();
    Refused.range(1, Ids.isId(body.getRegisteredProducerId()));
    Refused.range(2, roles >= 1 && roles <= 8 && Ids.eachOnce(body.getRolesValueList()));
    Refused.range(2, body.getRolesValueList().stream().allMatch(role -> isNamed(role, 8)));
    Refused.range(2, !first || body.getRolesList().contains(Role.ROLE_ADMIN));
    Refused.range(3, Ids.isText(body.getName(), 0));
    Refused.range(4, Ids.isHashOrEmpty(body.getPublicKey().size()));
    if (!body.getPublicKey().isEmpty()) throw new OutsideTheSubset("a producer who signs");
    fold.rows.producers.put(fold.city, body.getRegisteredProducerId(), body, false);
  }

  static void revoke(Fold fold, ProducerRevoked body) {
    final String id = body.getRegisteredProducerId();
    final var producer = fold.rows.producers.get(fold.city, id);
    Refused.range(1, producer != null && !id.equals(fold.city.firstAdminId));
    if (producer.revoked()) {
      throw new Refused(Code.CODE_BAD_STATE, LifeState.LIFE_STATE_ENDED_VALUE);
    }
    fold.rows.producers.put(fold.city, id, producer.terms(), true);
  }

  static void register(Fold fold, ReviewerRegistered body) {
    final String prefix = body.getJurisdictionPrefix();
    Refused.range(1, Ids.isId(body.getReviewerId()));
    Refused.range(2, Ids.isText(body.getBody(), 0));
    Refused.range(3, prefix.length() <= 6 && prefix.chars().allMatch(c -> c >= '0' && c <= '9'));
    Refused.range(4, Ids.isIdOrEmpty(body.getLinkedDriverId()));
    fold.rows.reviewers.put(fold.city, body.getReviewerId(), body, false);
  }

  static void revoke(Fold fold, ReviewerRevoked body) {
    Refused.range(1, Ids.isId(body.getReviewerId()));
    final ReviewerRegistered reviewer = fold.reviewer(1, body.getReviewerId());
    fold.rows.reviewers.put(fold.city, body.getReviewerId(), reviewer, true);
  }

  // --- drivers ---------------------------------------------------------------------------------

  static void enrol(Fold fold, DriverEnrolled body) {
    checkPlatforms(body.getDriverId(), body.getPlatformIdsList(), body.getGridId());
    Refused.range(6, body.getOpeningPts() >= 0 && body.getOpeningPts() <= 1_000_000);
    if (fold.rows.driver(fold.city, body.getDriverId()) != null) {
      throw new Refused(Code.CODE_ID_TAKEN, 1);
    }
    final Driver driver = new Driver(body.getDriverId());
    driver.place = fold.city.drivers++;
    driver.personPermit = body.getPersonPermit();
    driver.vehiclePermit = body.getVehiclePermit();
    driver.platformIds = body.getPlatformIdsList();
    driver.gridId = body.getGridId();
    if (body.getOpeningPts() > 0) {
      new Ledger.Awarding(fold, driver, AwardSource.AWARD_SOURCE_OPENING, body.getDriverId())
          .award(body.getOpeningPts(), fold.city.openDay, null, 0);
    }
    fold.rows.put(fold.city, driver);
  }

  static void update(Fold fold, DriverUpdated body) {
    checkPlatforms(body.getDriverId(), body.getPlatformIdsList(), body.getGridId());
    final Driver driver = fold.driver(1, body.getDriverId());
    driver.personPermit = body.getPersonPermit();
    driver.vehiclePermit = body.getVehiclePermit();
    driver.platformIds = body.getPlatformIdsList();
    driver.gridId = body.getGridId();
    fold.rows.put(fold.city, driver);
  }

  private static void checkPlatforms(
      String driverId, java.util.List<String> platforms, String gridId) {
    Refused.range(1, Ids.isId(driverId));
    Refused.range(4, platforms.size() <= 32 && Ids.eachOnce(platforms));
    Refused.range(4, platforms.stream().allMatch(Ids::isId));
    Refused.range(5, Ids.isIdOrEmpty(gridId));
  }

  static void opt(Fold fold, String driverId, boolean out) {
    Refused.range(1, Ids.isId(driverId));
    final Driver driver = fold.driver(1, driverId);
    driver.optedOut = out;
    fold.rows.put(fold.city, driver);
  }

  static boolean isNamed(int number, int last) {
    return number >= 1 && number <= last;
  }
}
