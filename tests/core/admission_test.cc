// EFFECTS.md §1.1 step 7: who may speak, whose signature holds, and who can stop an older program.
#include "engine/core/admission.h"

#include <gtest/gtest.h>

#include "engine/base/ed25519.h"
#include "tests/core/scenario.h"
#include "tests/core/wire_bytes.h"

namespace merit {
namespace {

const std::string kPrivateKey(32, 'k');
const std::string kOtherKey(32, 'o');

class Admission : public testing::Test {
 protected:
  Admission() {
    v1::Event event =
        city.EventOf("producer_registered { registered_producer_id: 'signer' roles: ROLE_APP }");
    event.mutable_producer_registered()->set_public_key(PublicKeyOf(kPrivateKey));
    EXPECT_EQ(city.SayEvent(event).code(), "APPLIED");
  }
  std::string Unsigned(const std::string& body) {
    return city.EventOf(body, "signer").SerializeAsString();
  }
  static std::string Signature(const std::string& bytes, const std::string& key = kPrivateKey) {
    return "\xC2\x3E\x40" + SignEd25519(key, bytes);
  }
  std::string OptIn() { return Unsigned("driver_opted_in { driver_id: 'A' }"); }
  // An event with a body of that number, by that producer.
  std::string Newer(const std::string& producer, uint64_t number = 70) {
    v1::Event event = city.EventOf("driver_opted_in { driver_id: 'A' }", producer);
    event.clear_body();
    return event.SerializeAsString() + BytesField(number, "newer");
  }
  Scenario city;
};

TEST_F(Admission, OneToThree) {
  const std::string body = "driver_opted_in { driver_id: 'A' }";
  EXPECT_EQ(city.Say(body, "stranger").code(), "UNAUTHORISED.1");
  EXPECT_EQ(city.Say("producer_revoked { registered_producer_id: 'plat' }").code(), "APPLIED");
  EXPECT_EQ(city.Say(body, "plat").code(), "UNAUTHORISED.2");  // before 3
  EXPECT_EQ(city.Say(body, "rev").code(), "UNAUTHORISED.3");
  EXPECT_EQ(city.Say("day_closed { day: 20513 }", "signer").code(), "UNAUTHORISED.3");  // before 4
  EXPECT_EQ(
      city.Say("producer_registered { registered_producer_id: 'plat' roles: ROLE_APP }").code(),
      "APPLIED");
  EXPECT_EQ(city.Say(body, "plat").code(), "APPLIED");  // registered again: no more revoked
}

TEST_F(Admission, WhereASignatureStands) {
  const std::string good = OptIn();
  EXPECT_EQ(city.SayBytes(good + Signature(good)).code(), "APPLIED");

  const std::string bytes = OptIn();
  const std::string signature = Signature(bytes);
  const std::pair<std::string, const char*> kRecords[] = {
      {bytes, "UNAUTHORISED.4"},
      {bytes + BytesField(1000, ""), "UNAUTHORISED.4"},  // empty is absent
      {bytes + Tag(1000, kVarint) + Varint(5),
       "UNAUTHORISED.4"},  // no signature: another wire type
      {bytes + BytesField(1000, SignEd25519(kPrivateKey, bytes).substr(0, 63)), "UNAUTHORISED.5"},
      {bytes + BytesField(1000, SignEd25519(kPrivateKey, bytes) + "x"), "UNAUTHORISED.5"},
      {bytes + Signature(bytes, kOtherKey), "UNAUTHORISED.5"},
      {bytes + Signature(bytes + "x"), "UNAUTHORISED.5"},
      {bytes + signature + BytesField(2000, ""), "UNAUTHORISED.5"},  // something after it
      {signature + bytes, "UNAUTHORISED.5"},                         // at the front
      // The length in more bytes than it needs.
      {bytes + "\xC2\x3E" + std::string("\xC0\x00", 2) + SignEd25519(kPrivateKey, bytes),
       "UNAUTHORISED.5"},
      // The 67 bytes are there, but inside another field.
      {bytes + BytesField(2000, signature), "UNAUTHORISED.4"},
      {bytes + BytesField(1000, std::string(64, 's')) + BytesField(2000, signature),
       "UNAUTHORISED.5"},
  };
  int place = 0;
  for (const auto& [record, answer] : kRecords)
    EXPECT_EQ(city.SayBytes(record).code(), answer) << place++;
  // An earlier signature is a part of what is signed.
  const std::string twice = bytes + BytesField(1000, std::string(64, 's'));
  EXPECT_EQ(city.SayBytes(twice + Signature(twice)).code(), "APPLIED");
  // One of a producer without a key is not looked at.
  const std::string free = city.EventOf("driver_opted_in { driver_id: 'A' }").SerializeAsString();
  EXPECT_EQ(city.SayBytes(free + BytesField(1000, "any")).code(), "APPLIED");
}

TEST_F(Admission, ANewKeyReplacesTheOld) {
  v1::Event event =
      city.EventOf("producer_registered { registered_producer_id: 'signer' roles: ROLE_APP }");
  event.mutable_producer_registered()->set_public_key(PublicKeyOf(kOtherKey));
  EXPECT_EQ(city.SayEvent(event).code(), "APPLIED");
  const std::string bytes = OptIn();
  EXPECT_EQ(city.SayBytes(bytes + Signature(bytes)).code(), "UNAUTHORISED.5");
  EXPECT_EQ(city.SayBytes(bytes + Signature(bytes, kOtherKey)).code(), "APPLIED");
}

// A key that is no point of the curve signs nothing, and breaks nothing.
TEST_F(Admission, AKeyThatIsNone) {
  v1::Event event =
      city.EventOf("producer_registered { registered_producer_id: 'signer' roles: ROLE_APP }");
  event.mutable_producer_registered()->set_public_key(std::string(32, '\xFF'));
  EXPECT_EQ(city.SayEvent(event).code(), "APPLIED");
  const std::string bytes = OptIn();
  EXPECT_EQ(city.SayBytes(bytes + Signature(bytes)).code(), "UNAUTHORISED.5");
}

// --- a newer program's events ------------------------------------------------------------------

TEST_F(Admission, ANewerEventStopsTheFoldBeforeTheRecord) {
  const std::string before = city.State();
  const uint64_t leaves = city.city().log_tree.size();
  city.now_ms += kHourMs;
  // Any role will do: the program does not know which the event asks for.
  for (const char* producer : {"app", "clk", "st1"}) {
    for (uint64_t number : {19, 70, 999}) {
      const Said said = city.SayBytes(Newer(producer, number));
      EXPECT_EQ(said.stop, Stop::kNewerEvent) << producer << number;
      EXPECT_TRUE(said.outcomes.empty());
    }
  }
  const std::string known = city.EventOf("driver_opted_in { driver_id: 'A' }").SerializeAsString();
  EXPECT_EQ(city.SayBytes(known + BytesField(70, "")).stop,
            Stop::kNewerEvent);  // beside a known one
  EXPECT_EQ(city.SayBytes(known + Tag(70, kVarint) + Varint(1)).stop, Stop::kNewerEvent);
  EXPECT_EQ(city.State(), before);
  EXPECT_EQ(city.city().log_tree.size(), leaves);
  EXPECT_EQ(city.Say("driver_opted_in { driver_id: 'A' }").code(), "APPLIED");
}

TEST_F(Admission, NobodyElseCanStopIt) {
  EXPECT_EQ(city.SayBytes(Newer("stranger")).code(), "UNAUTHORISED.1");
  EXPECT_EQ(city.Say("producer_revoked { registered_producer_id: 'plat' }").code(), "APPLIED");
  EXPECT_EQ(city.SayBytes(Newer("plat")).code(), "UNAUTHORISED.2");
  const std::string newer = Newer("signer");
  EXPECT_EQ(city.SayBytes(newer).code(), "UNAUTHORISED.4");
  EXPECT_EQ(city.SayBytes(newer + Signature("x")).code(), "UNAUTHORISED.5");
  EXPECT_EQ(city.SayBytes(newer + Signature(newer)).stop, Stop::kNewerEvent);
  // Steps 3 to 6 come first.
  v1::Event stale;
  stale.set_event_id("s");
  stale.set_city_code(kCity);
  stale.set_producer_id("app");
  EXPECT_EQ(city.SayBytes(stale.SerializeAsString() + BytesField(70, "")).code(), "STALE.0");
  stale.set_city_code(1);
  EXPECT_EQ(city.SayBytes(stale.SerializeAsString() + BytesField(70, "")).code(), "WRONG_KEY.0");
  // In a city that is not open nobody is registered.
  city.dead_letters.clear();
  city.SayBytes(Newer("app"), "511600");
  ASSERT_EQ(city.dead_letters.size(), 1u);
  EXPECT_EQ(city.dead_letters[0].code(), v1::CODE_UNKNOWN_CITY);
  EXPECT_EQ(city.dead_letters[0].detail_code(), 0u);
}

}  // namespace
}  // namespace merit
