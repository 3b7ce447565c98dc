#include "consumers/merit/submission.h"

#include <nlohmann/json.hpp>

#include "engine/base/id.h"
#include "engine/core/envelope.h"
#include "engine/core/machine.h"
#include "merit/v1/event.pb.h"
#include "simulator/event_writer.h"

namespace merit {
namespace {

using Json = nlohmann::ordered_json;

// An event alone, in the exchange form around it.
Status Wrap(Json event, const SubmissionOptions& options, ExchangeRecord* record) {
  const auto city = event.find("city_code");
  if (city == event.end()) {
    return Invalid(
        "neither an event, which has a \"city_code\", nor a line of the exchange form, which has "
        "\"key\", \"timestamp_ms\" and \"event\"");
  }
  const std::string key = city->is_string() ? city->get<std::string>() : city->dump();
  if (CityCodeOf(key) == 0)
    return Invalid(Cat("\"city_code\" ", key, " is no six-digit division code"));
  if (!options.producer_id.empty() && !event.contains("producer_id")) {
    event["producer_id"] = options.producer_id;
  }
  const Json line = {{"key", key}, {"timestamp_ms", 0}, {"event", std::move(event)}};
  return ParseExchangeLine(line.dump(), record);
}

// What an engine would call undecodable is caught while its author is still there.
Status CheckEvent(const ExchangeRecord& record) {
  v1::Event event;
  if (!event.ParseFromString(record.value)) return Invalid("no event can be made of it");
  if (!IsId(event.event_id())) {
    return Invalid(
        "\"event_id\" is no identifier of 1 to 40 characters A-Z a-z 0-9 . _ : -; give every event "
        "one of its own, such as a UUID: a second one with it would be taken for the same event");
  }
  if (!IsId(event.producer_id())) {
    return Invalid("\"producer_id\" is no identifier; write it into the event, or give --producer");
  }
  if (event.body_case() == v1::Event::BODY_NOT_SET) {
    return Invalid("it has no body, such as \"report_submitted\": {...}");
  }
  return OkStatus();
}

bool WantsSignature(const Envelope& envelope, const SubmissionOptions& options) {
  if (options.private_key.empty() || !envelope.decodable || !envelope.signature.empty())
    return false;
  return options.producer_id.empty() || envelope.producer_id == options.producer_id;
}

// What is known of a record before it is sent; signs it where that is asked for.
void Finish(const SubmissionOptions& options, Submission* submission) {
  thread_local EnvelopeReader reader;  // keeps its memory
  std::string& value = submission->record.value;
  const Envelope& envelope = reader.Read(value);
  submission->event_id = envelope.decodable ? std::string(envelope.event_id) : "";
  if (WantsSignature(envelope, options)) Sign(options.private_key, 0, &value);
}

}  // namespace

void TakeSubmission(const Record& record, const SubmissionOptions& options,
                    Submission* submission) {
  submission->record.key.assign(record.key);
  submission->record.timestamp_ms = record.timestamp_ms;
  submission->record.value.assign(record.value);
  Finish(options, submission);
}

Status ReadSubmission(std::string_view line, const SubmissionOptions& options,
                      Submission* submission) {
  Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return Invalid("the line is no JSON object");
  ExchangeRecord& record = submission->record;
  if (json.contains("event") || json.contains("value_base64")) {
    RETURN_IF_ERROR(ParseExchangeLine(line, &record));
  } else {
    RETURN_IF_ERROR(Wrap(std::move(json), options, &record));
    RETURN_IF_ERROR(CheckEvent(record));
  }
  Finish(options, submission);
  return OkStatus();
}

}  // namespace merit
