// Single records that mean harm: a valid event with one thing broken, or no event at all.
#pragma once

#include "simulator/breaker.h"
#include "simulator/composer.h"
#include "simulator/forger.h"

namespace merit {

class Attacks {
 public:
  Attacks(Town& town, const Witness& witness, Composer& composer, Forger& forger, Random& random)
      : town_(town),
        witness_(witness),
        composer_(composer),
        forger_(forger),
        random_(random),
        breaker_(witness, random) {}

  // One record, sometimes two.
  void Strike();

 private:
  // attacks.cc: fields and envelopes
  v1::Event Compose();
  void BreakField();
  void BreakFields();
  void BreakEnvelope();
  void BreakTime(v1::Event* event);
  void BreakProducer(v1::Event* event);
  void OpenCity();
  void Replay();
  void Conflict();

  // attacks_bytes.cc: signatures and bytes
  void BreakSignature();
  void BreakBytes();
  void Reorder();
  void BreakKey();
  void SendUnknownBody();
  void SendOfSize(size_t size);
  v1::Event ComposeSigned();

  Town& town_;
  const Witness& witness_;
  Composer& composer_;
  Forger& forger_;
  Random& random_;
  Breaker breaker_;
};

// Appends an unknown field, which every reader passes over, so that `*value` becomes `size` bytes
// long; where it is too close to that, nothing.
void PadTo(size_t size, std::string* value);

}  // namespace merit
