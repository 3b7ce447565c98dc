#include <algorithm>

#include "engine/base/ed25519.h"
#include "engine/base/sha256.h"
#include "simulator/stories.h"

namespace merit {

// Unknown, registered, without the role, revoked, back with a key, signing and not.
void Stories::ProducerLife() {
  const uint32_t admin = town_.roster.administrator;
  v1::ProducerRegistered registered;
  registered.set_registered_producer_id(composer_.NewId("P"));
  registered.add_roles(v1::ROLE_PLATFORM);
  registered.set_name("a platform");
  v1::ProducerRevoked revoked;
  revoked.set_registered_producer_id(registered.registered_producer_id());
  const std::string private_key(AsBytes(Sha256(registered.registered_producer_id())));
  const auto speak = [&](int64_t offset_ms, bool as_review, bool signs) {
    v1::Event event;
    forger_.FillEnvelope(&event);
    event.set_producer_id(registered.registered_producer_id());
    event.set_occurred_at_ms(At(offset_ms) - 500);
    if (as_review) {
      event.mutable_matter_reopened()->set_matter_id("x-none");
    } else {
      event.mutable_driver_enrolled()->set_driver_id(composer_.NewId("D"));
    }
    std::string value = event.SerializeAsString();
    if (signs) Sign(private_key, 0, &value);
    forger_.SendBytesAt(At(offset_ms), std::move(value));
  };
  speak(1'000, false, false);
  forger_.Say(admin, revoked, At(1'500));
  forger_.Say(admin, registered, At(2'000));
  speak(3'000, false, false);
  speak(4'000, true, false);
  speak(4'500, false, true);
  forger_.Say(admin, revoked, At(5'000));
  forger_.Say(admin, revoked, At(5'500));
  speak(6'000, false, false);
  registered.set_public_key(PublicKeyOf(private_key));
  registered.add_roles(v1::ROLE_REVIEW);
  forger_.Say(admin, registered, At(7'000));
  speak(8'000, false, false);
  speak(9'000, true, true);
  speak(9'500, false, true);
}

void Stories::AdministratorLife() {
  const uint32_t admin = town_.roster.administrator;
  v1::ProducerRevoked revoked;
  revoked.set_registered_producer_id(town_.roster.producers[admin].id);
  forger_.Say(admin, revoked, At(1'000));
  revoked.set_registered_producer_id("x-never");
  forger_.Say(admin, revoked, At(2'000));
  v1::ProducerRegistered registered;
  registered.set_registered_producer_id(town_.roster.producers[admin].id);
  registered.add_roles(v1::ROLE_CLOCK);
  forger_.Say(admin, registered, At(3'000));
  // Another administrator, who cannot send the first one away.
  const Producer& first = town_.roster.producers[admin];
  registered.add_roles(v1::ROLE_ADMIN);
  if (!first.private_key.empty()) registered.set_public_key(PublicKeyOf(first.private_key));
  forger_.Say(admin, registered, At(4'000));
  registered.clear_public_key();
  registered.set_registered_producer_id(composer_.NewId("P"));
  forger_.Say(admin, registered, At(5'000));
  v1::Event event;
  forger_.FillEnvelope(&event);
  event.set_producer_id(registered.registered_producer_id());
  event.mutable_producer_revoked()->set_registered_producer_id(first.id);
  event.set_occurred_at_ms(At(6'000));
  forger_.SendBytesAt(At(6'000), forger_.Seal(event));
  revoked.set_registered_producer_id(registered.registered_producer_id());
  forger_.Say(admin, revoked, At(7'000));
}

// Policies that are refused, each for one reason.
void Stories::Notices() {
  const v1::Policy& last = town_.policies.Last();
  v1::PolicyActivated activated;
  activated.set_doc_sha256(composer_.Hash());
  const auto say = [&](int32_t published, int32_t effective, bool emergency, uint32_t version) {
    activated.set_published_day(published);
    activated.set_effective_day(effective);
    activated.set_emergency(emergency);
    *activated.mutable_policy() = last;
    activated.mutable_policy()->set_version(version);
    forger_.Say(town_.roster.authority, activated);
  };
  const int32_t today = town_.open_day;
  const int32_t notice = static_cast<int32_t>(last.notice_days());
  const int32_t after = std::max(today + notice, town_.policies.last_effective_day());
  say(today + 5, after + 5, false, 9'999);  // published tomorrow
  say(today - 1, today - 1, true, 9'999);   // in force before it was said
  say(today, today, true, 9'999);
  say(today - 3, today + notice - 4, false, 9'999);  // a day short of notice
  say(today, town_.policies.last_effective_day() - 1, true, 9'999);
  say(today, after, false, last.version());  // a version that there was
  say(today, after, false, last.version() + 2);
  activated.mutable_policy()->set_dedupe_days(last.dedupe_days() + 1);
  forger_.Say(town_.roster.authority, activated);
  activated.mutable_policy()->set_dedupe_days(last.dedupe_days());
  activated.mutable_policy()->set_landmark_day(after + 1);
  forger_.Say(town_.roster.authority, activated);
}

void Stories::WrongDays() {
  v1::DayClosed closed;
  for (const int32_t offset : {-1, -30, 3, 40}) {
    closed.set_day(town_.open_day + offset);
    forger_.Say(town_.roster.clock, closed);
  }
  for (const int32_t day : {84'004, 84'005, 84'006, -1}) {
    closed.set_day(day);
    forger_.Say(town_.roster.clock, closed);
  }
  // One day, two events: the second is a duplicate under another id.
  closed.set_day(town_.open_day - 1);
  for (int i = 0; i < 2; ++i) {
    forger_.Say(town_.roster.clock, closed);
  }
  const std::string driver = Enrol();
  v1::DispatchExposureReported exposed;
  exposed.set_online_minutes(1'000'000'000);
  exposed.set_orders_assigned(1'000'000'000);
  for (const int32_t day : {town_.open_day - 28, town_.open_day - 29, town_.open_day + 2}) {
    exposed.set_day(day);
    forger_.Say(town_.roster.first_platform, exposed);
  }
  v1::StandingAssessed assessed;
  assessed.set_driver_id(driver);
  for (const int32_t to_day :
       {town_.open_day - 5, town_.open_day - 9, town_.open_day - 5, town_.open_day + 3}) {
    assessed.set_kind(v1::STANDING_KIND_SAFETY);
    assessed.set_from_day(to_day - 1);
    assessed.set_to_day(to_day);
    assessed.set_score_permille(random_.Day(0, 1'000));
    forger_.Say(town_.roster.first_platform, assessed, At(1'000));
  }
}

// An event said twice under one id, then with other words; refused ones, too; again after it is
// forgotten.
void Stories::Conflicts() {
  for (const bool known : {true, false}) {
    v1::Event event;
    forger_.FillEnvelope(&event);
    event.set_producer_id(town_.roster.producers[town_.roster.first_platform].id);
    event.mutable_driver_updated()->set_driver_id(known ? Enrol() : "x-nobody");
    const std::string value = forger_.Seal(event);
    forger_.SendBytes(value);
    forger_.SendBytes(value);
    event.mutable_driver_updated()->set_grid_id("grid-1");
    forger_.SendBytes(forger_.Seal(event));
    const auto memory = static_cast<int64_t>(town_.policies.Last().dedupe_days());
    for (const int64_t days : {memory, memory + 1}) forger_.SendBytesAt(At(days * kDayMs), value);
  }
}

}  // namespace merit
