// Makes one event of any type out of what was seen: in range, from a producer who may say so, about
// things that exist, in whatever state they are.
#pragma once

#include <string>
#include <vector>

#include "simulator/town.h"
#include "simulator/witness.h"

namespace merit {

class Composer {
 public:
  Composer(Town& town, const Witness& witness, Random& random)
      : town_(town), witness_(witness), random_(random) {}

  // The body's number in Event; types that go wrong in more ways come more often.
  int DrawNumber();

  // Fills body and producer_id of `*event`.
  void Compose(int number, v1::Event* event);

  // An id that nothing has, of 3 to 40 bytes.
  std::string NewId(const char* letter);
  std::string Hash();
  uint32_t County();
  // A producer of that role, by its place in the roster.
  uint32_t ProducerOf(v1::Role role);
  std::string ProducerIdOf(v1::Role role) { return town_.roster.producers[ProducerOf(role)].id; }

 private:
  // composer.cc: programme and drivers; composer_reports.cc; composer_service.cc;
  // composer_redemption.cc
  void ComposeProgramme(int number, v1::Event* event);
  void ComposeProducer(int number, v1::Event* event);
  void ComposeDriver(int number, v1::Event* event);
  void ComposeReport(int number, v1::Event* event);
  void ComposeAppeal(int number, v1::Event* event);
  void ComposeMatter(int number, v1::Event* event);
  void ComposeService(int number, v1::Event* event);
  void ComposeStanding(int number, v1::Event* event);
  void ComposeItem(int number, v1::Event* event);
  void ComposeRedemption(int number, v1::Event* event);

  void FillReport(v1::ReportSubmitted* report);
  void FillReview(v1::ReportReviewed* review);
  template <class Body>
  void FillPermits(Body* body);
  std::string Any(Noun noun) { return witness_.Draw(noun, random_); }
  bool Coin(uint32_t permille = 500) { return random_.Permille(permille); }
  std::string Reviewer();
  // A day about `offset` from the open day.
  int32_t Near(int32_t from, int32_t to) { return town_.open_day + random_.Day(from, to); }

  Town& town_;
  const Witness& witness_;
  Random& random_;
  uint64_t ids_ = 0;
};

}  // namespace merit
