// Every event type: who may emit it, and its rule. Dispatch, admission, documentation and coverage
// follow from this one table.
//
//   Source   DOMAIN.md §4 (roles)
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/core/fold.h"

namespace merit {

struct EventType {
  int number;        // field number in Event
  const char* name;  // of the message
  uint32_t roles;    // bit r: the role numbered r may emit it
  Verdict (*apply)(Fold& fold, const google::protobuf::Message& body);
};

std::span<const EventType> EventTypes();

// The type with that field number in Event; it must be one.
const EventType& EventTypeOf(int number);

}  // namespace merit
