// The exchange form: a log, and what was answered, as JSON Lines.
//
//   Input    {"key": "511500", "timestamp_ms": 1772294400000, "event": {...}} or "value_base64" in
//            its place
//   Output   an event as protobuf bytes, fields ascending, defaults left out: equal JSON gives
//            equal bytes
//   Errors   kInvalidArgument: the line is not of this form, the message names what in it;
//            kDataLoss: bytes that are not the message that their topic holds
//   Threads  thread-safe
//   Cost     tens of microseconds a line: protobuf's JSON mapping
//   Source   DOMAIN.md §14
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/output.h"
#include "engine/base/record.h"
#include "engine/base/status.h"

namespace merit {

struct ExchangeRecord {
  std::string key;
  int64_t timestamp_ms = 0;
  std::string value;

  Record view() const { return {key, timestamp_ms, value}; }
};

// *record is unspecified after an error.
[[nodiscard]] Status ParseExchangeLine(std::string_view line, ExchangeRecord* record);

// Without the newline. As "event" where the value is the canonical form of an Event, else as
// "value_base64": so parsing the line gives the same bytes back. kInvalidArgument: a key that is no
// UTF-8 has no exchange form.
StatusOr<std::string> WriteExchangeLine(const Record& record);

// One line of protobuf's JSON mapping with the fields' own names. kInvalidArgument: a string that
// is no UTF-8.
StatusOr<std::string> ToJson(const google::protobuf::Message& message);

// A published record. A score's tombstone is
// {"city_code":511500,"driver_id":"d-1","tombstone":true}.
StatusOr<std::string> OutputToJson(Topic topic, std::string_view key, std::string_view value,
                                   bool tombstone);

}  // namespace merit
