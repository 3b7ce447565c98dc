// The attacker in a city: for so many honest records so many hostile ones.
#pragma once

#include "simulator/attacks.h"
#include "simulator/stories.h"

namespace merit {

class Hostility {
 public:
  explicit Hostility(Town& town);

  void PlanDay();
  void Run(const Action& action);
  // What `count` honest records provoke, now.
  void Answer(uint64_t count);

 private:
  enum Step : uint8_t { kDay };

  Town& town_;
  Random random_;
  Witness witness_;
  Forger forger_;
  Composer composer_;
  Attacks attacks_;
  Stories stories_;
  int64_t owed_permille_ =
      0;  // thousandths of a record that are still to come; below zero after a long story
};

}  // namespace merit
