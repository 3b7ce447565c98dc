// Puts an attacker's events and bytes on their way, signed where their producer signs.
//
//   Caveats  nothing it sends makes an engine stop: an unknown body comes only from producers that
//            nobody registered
#pragma once

#include <string>
#include <string_view>

#include "simulator/town.h"
#include "simulator/witness.h"

namespace merit {

// A text that is no UTF-8 once it is serialised: protobuf would complain if it were so before.
inline constexpr std::string_view kNotUtf8 = "~no-utf8~";

// Whom nobody ever registers.
inline constexpr std::string_view kStranger = "stranger";

class Forger {
 public:
  Forger(Town& town, Witness& witness, Random& random)
      : town_(town), witness_(witness), random_(random) {}

  // Id, city and time of an event of now; the producer and the body are the caller's.
  void FillEnvelope(v1::Event* event);
  // Its bytes; the signature, where its producer is one of ours and signs, is over all before it.
  std::string Seal(const v1::Event& event);

  void Send(const v1::Event& event) { SendBytes(Seal(event)); }
  void SendBytes(std::string value) { SendBytesAs(town_.key, DrawTimestamp(), std::move(value)); }
  void SendBytesAs(std::string_view key, int64_t timestamp_ms, std::string value);
  void SendBytesAt(int64_t time_ms, std::string value);

  // A valid event from that producer, now or at a time to come.
  template <class Body>
  void Say(uint32_t producer, const Body& body, int64_t time_ms = 0) {
    ++written_;
    if (time_ms <= town_.now_ms) return town_.Emit(producer, body);
    town_.EmitHeldAt(producer, body, time_ms, time_ms - 1'000);
  }

  // Makes what a forged registration or revocation did to one of ours undone soon.
  void Mend(const v1::Event& event);

  uint64_t written() const { return written_; }
  const Producer* Find(std::string_view producer_id) const;

 private:
  int64_t DrawTimestamp();
  bool LocksOut(const v1::Event& event) const;

  Town& town_;
  Witness& witness_;
  Random& random_;
  uint64_t written_ = 0;
};

// Whether an engine of this version would have to stop at these bytes if their producer were
// trusted.
bool HasUnknownBody(std::string_view value);

}  // namespace merit
