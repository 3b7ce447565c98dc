#include "engine/core/event_types.h"

#include "engine/base/check.h"
#include "engine/core/rules.h"

namespace merit {
namespace {

template <class Message>
Verdict ApplyBody(Fold& fold, const google::protobuf::Message& body) {
  return Apply(fold, static_cast<const Message&>(body));
}

constexpr uint32_t kPlatform = 1u << v1::ROLE_PLATFORM;
constexpr uint32_t kApp = 1u << v1::ROLE_APP;
constexpr uint32_t kReview = 1u << v1::ROLE_REVIEW;
constexpr uint32_t kAuthority = 1u << v1::ROLE_AUTHORITY;
constexpr uint32_t kPartner = 1u << v1::ROLE_PARTNER;
constexpr uint32_t kFinance = 1u << v1::ROLE_FINANCE;
constexpr uint32_t kClock = 1u << v1::ROLE_CLOCK;
constexpr uint32_t kAdmin = 1u << v1::ROLE_ADMIN;

#define EVENT(number, Name, roles) \
  EventType { number, #Name, roles, &ApplyBody<v1::Name> }

constexpr EventType kEventTypes[] = {
    EVENT(10, ProgrammeOpened, kAdmin),
    EVENT(11, PolicyActivated, kAuthority | kAdmin),
    EVENT(12, CalendarPublished, kAuthority),
    EVENT(13, ProducerRegistered, kAdmin),
    EVENT(14, ProducerRevoked, kAdmin),
    EVENT(15, ReviewerRegistered, kAuthority),
    EVENT(16, ReviewerRevoked, kAuthority),
    EVENT(17, DayClosed, kClock),
    EVENT(18, PointsAdjusted, kAdmin),
    EVENT(20, DriverEnrolled, kPlatform | kAuthority),
    EVENT(21, DriverUpdated, kPlatform | kAuthority),
    EVENT(22, DriverOptedOut, kApp),
    EVENT(23, DriverOptedIn, kApp),
    EVENT(24, DriverErased, kAdmin),
    EVENT(30, ReportSubmitted, kApp | kPlatform),
    EVENT(31, ReportWithdrawn, kApp),
    EVENT(32, ReportReviewed, kReview),
    EVENT(33, ReportCoReviewed, kReview),
    EVENT(34, ReportRevoked, kReview | kAuthority),
    EVENT(35, AppealFiled, kApp),
    EVENT(36, AppealDecided, kReview | kAuthority),
    EVENT(40, MatterOpened, kReview | kApp),
    EVENT(41, MatterAssigned, kReview),
    EVENT(42, MatterReturned, kReview | kPartner),
    EVENT(43, MatterEscalated, kReview | kClock),
    EVENT(44, MatterResolved, kReview | kPartner),
    EVENT(45, MatterVerified, kReview),
    EVENT(46, MatterFollowedUp, kReview),
    EVENT(47, MatterReopened, kReview),
    EVENT(48, MatterVoided, kReview),
    EVENT(49, MatterMerged, kReview),
    EVENT(50, VolunteerServiceRecorded, kReview | kPlatform),
    EVENT(51, VolunteerServiceRevoked, kReview),
    EVENT(52, HonourGranted, kAuthority),
    EVENT(53, HonourRevoked, kAuthority),
    EVENT(54, StandingAssessed, kPlatform),
    EVENT(55, ViolationRecorded, kAuthority | kPlatform),
    EVENT(56, ViolationRescinded, kAuthority | kPlatform),
    EVENT(57, SuspensionImposed, kAuthority),
    EVENT(58, SuspensionLifted, kAuthority),
    EVENT(59, DispatchExposureReported, kPlatform),
    EVENT(60, ItemListed, kPartner | kAdmin),
    EVENT(61, StockAdjusted, kPartner | kAdmin),
    EVENT(62, ItemClosed, kPartner | kAdmin),
    EVENT(63, RedemptionRequested, kApp),
    EVENT(64, RedemptionCancelled, kApp),
    EVENT(65, VoucherIssued, kPartner | kApp),
    EVENT(66, VoucherVerified, kPartner),
    EVENT(67, VoucherVoided, kPartner | kAdmin),
    EVENT(68, VoucherReturned, kPartner | kAdmin),
    EVENT(69, SettlementBatchClosed, kFinance),
};

#undef EVENT

}  // namespace

std::span<const EventType> EventTypes() { return kEventTypes; }

const EventType& EventTypeOf(int number) {
  static const auto kByNumber = [] {
    std::array<const EventType*, 70> by_number{};
    for (const EventType& type : kEventTypes) by_number[static_cast<size_t>(type.number)] = &type;
    return by_number;
  }();
  const EventType* const type = kByNumber[static_cast<size_t>(number)];
  MERIT_CHECK(type != nullptr);
  return *type;
}

}  // namespace merit
