// Events as people and programs write them, one JSON object a line, made into records of the
// intake.
//
//   Input    a line of the exchange form (DOMAIN.md §14), sent as it is; or an event alone, whose
//            key is its city_code and whose time is now. producer_id: for events that name none.
//            private_key: signs events without a signature, of that producer alone where it is
//            named
//   Output   blank lines are passed over
//   Errors   kInvalidArgument: the line is neither, or an event alone that no engine could read;
//            the message says what in it is wrong
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/wire/exchange.h"

namespace merit {

struct SubmissionOptions {
  std::string producer_id;
  std::string private_key;  // 32 bytes; none: nothing is signed
};

struct Submission {
  ExchangeRecord record;  // timestamp_ms 0: now
  std::string event_id;   // empty where it has none that can be read
};

// A record of an archive, as it is.
void TakeSubmission(const Record& record, const SubmissionOptions& options, Submission* submission);

[[nodiscard]] Status ReadSubmission(std::string_view line, const SubmissionOptions& options,
                                    Submission* submission);

}  // namespace merit
