package merit.peer;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import merit.v1.EventOuterClass.Event;
import merit.v1.EventOuterClass.Event.BodyCase;
import merit.v1.EventOuterClass.Role;
import merit.v1.OutcomeOuterClass.Code;

/** The events of the subset: who may emit each (DOMAIN §4), its rule. workload.py has the same. */
final class EventTypes {
  private record EventType(Set<Role> roles, BiConsumer<Fold, Event> rule) {}

  private static final Map<BodyCase, EventType> TABLE = new EnumMap<>(BodyCase.class);

  private EventTypes() {}

  private static void add(BodyCase body, BiConsumer<Fold, Event> rule, Role... roles) {
    TABLE.put(body, new EventType(Set.of(roles), rule));
  }

  static {
    final Role platform = Role.ROLE_PLATFORM;
    final Role app = Role.ROLE_APP;
    final Role review = Role.ROLE_REVIEW;
    final Role authority = Role.ROLE_AUTHORITY;
    final Role admin = Role.ROLE_ADMIN;
    add(BodyCase.PROGRAMME_OPENED, (f, e) -> Programme.openAgain(e.getProgrammeOpened()), admin);
    add(
        BodyCase.PRODUCER_REGISTERED,
        (f, e) -> Programme.register(f, e.getProducerRegistered()),
        admin);
    add(BodyCase.PRODUCER_REVOKED, (f, e) -> Programme.revoke(f, e.getProducerRevoked()), admin);
    add(
        BodyCase.REVIEWER_REGISTERED,
        (f, e) -> Programme.register(f, e.getReviewerRegistered()),
        authority);
    add(
        BodyCase.REVIEWER_REVOKED,
        (f, e) -> Programme.revoke(f, e.getReviewerRevoked()),
        authority);
    add(BodyCase.DAY_CLOSED, (f, e) -> Closing.close(f, e.getDayClosed()), Role.ROLE_CLOCK);
    add(
        BodyCase.DRIVER_ENROLLED,
        (f, e) -> Programme.enrol(f, e.getDriverEnrolled()),
        platform,
        authority);
    add(
        BodyCase.DRIVER_UPDATED,
        (f, e) -> Programme.update(f, e.getDriverUpdated()),
        platform,
        authority);
    add(
        BodyCase.DRIVER_OPTED_OUT,
        (f, e) -> Programme.opt(f, e.getDriverOptedOut().getDriverId(), true),
        app);
    add(
        BodyCase.DRIVER_OPTED_IN,
        (f, e) -> Programme.opt(f, e.getDriverOptedIn().getDriverId(), false),
        app);
    add(
        BodyCase.REPORT_SUBMITTED,
        (f, e) -> Reports.submit(f, e.getReportSubmitted()),
        app,
        platform);
    add(BodyCase.REPORT_WITHDRAWN, (f, e) -> Reports.withdraw(f, e.getReportWithdrawn()), app);
    add(BodyCase.REPORT_REVIEWED, (f, e) -> Reports.review(f, e.getReportReviewed()), review);
    add(
        BodyCase.REPORT_CO_REVIEWED,
        (f, e) -> Reports.reviewAgain(f, e.getReportCoReviewed()),
        review);
    add(
        BodyCase.VOLUNTEER_SERVICE_RECORDED,
        (f, e) -> Service.volunteer(f, e.getVolunteerServiceRecorded()),
        review,
        platform);
    add(
        BodyCase.STANDING_ASSESSED,
        (f, e) -> Service.assess(f, e.getStandingAssessed()),
        platform);
    add(
        BodyCase.DISPATCH_EXPOSURE_REPORTED,
        (f, e) -> Service.expose(f, e.getDispatchExposureReported()),
        platform);
  }

  /** Changes the city, or throws Refused. */
  static void apply(Fold fold, Event event) {
    final EventType type = TABLE.get(event.getBodyCase());
    if (type == null) throw new OutsideTheSubset(event.getBodyCase().toString());
    if (fold.producer.terms().getRolesList().stream().noneMatch(type.roles::contains)) {
      throw new Refused(Code.CODE_UNAUTHORISED, 3);
    }
    type.rule.accept(fold, event);
  }
}
