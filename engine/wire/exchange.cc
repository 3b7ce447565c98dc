#include "engine/wire/exchange.h"

#include <absl/strings/escaping.h>
#include <google/protobuf/util/json_util.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "merit/v1/bulletin.pb.h"
#include "merit/v1/event.pb.h"
#include "merit/v1/outcome.pb.h"
#include "merit/v1/score.pb.h"
#include "merit/v1/seal.pb.h"

namespace merit {
namespace {

using Json = nlohmann::json;

absl::string_view AsAbsl(std::string_view text) { return {text.data(), text.size()}; }

Status ParseEvent(const Json& json, std::string* value) {
  if (!json.is_object()) return Invalid("\"event\" is no object");
  v1::Event event;
  const auto status = google::protobuf::util::JsonStringToMessage(json.dump(), &event);
  if (!status.ok()) return Invalid(Cat("\"event\" is no event: ", std::string(status.message())));
  // The generated code writes fields in order of their numbers and leaves defaults out; the schema
  // has no maps.
  value->clear();
  event.AppendToString(value);
  return OkStatus();
}

Status ParseBase64(const Json& json, std::string* value) {
  if (!json.is_string()) return Invalid("\"value_base64\" is no string");
  if (!absl::Base64Unescape(AsAbsl(json.get_ref<const std::string&>()), value)) {
    return Invalid("\"value_base64\" is no base64");
  }
  return OkStatus();
}

Status ParseTimestamp(const Json& json, int64_t* timestamp_ms) {
  const bool fits = json.is_number_integer() &&
                    !(json.is_number_unsigned() && json.get<uint64_t>() > uint64_t{INT64_MAX});
  if (!fits) return Invalid("\"timestamp_ms\" is no 64-bit integer");
  *timestamp_ms = json.get<int64_t>();
  return OkStatus();
}

Status ParseFields(const Json& line, ExchangeRecord* record) {
  if (!line.is_object()) return Invalid("the line is no JSON object");
  bool has_key = false, has_timestamp = false;
  int values = 0;
  for (const auto& [name, json] : line.items()) {
    if (name == "key") {
      if (!json.is_string()) return Invalid("\"key\" is no string");
      record->key = json.get<std::string>();
      has_key = true;
    } else if (name == "timestamp_ms") {
      RETURN_IF_ERROR(ParseTimestamp(json, &record->timestamp_ms));
      has_timestamp = true;
    } else if (name == "event") {
      RETURN_IF_ERROR(ParseEvent(json, &record->value));
      ++values;
    } else if (name == "value_base64") {
      RETURN_IF_ERROR(ParseBase64(json, &record->value));
      ++values;
    } else {
      return Invalid(
          Cat("unknown field \"", name, "\": give key, timestamp_ms, and event or value_base64"));
    }
  }
  if (!has_key) return Invalid("\"key\" is missing");
  if (!has_timestamp) return Invalid("\"timestamp_ms\" is missing");
  if (values != 1) return Invalid("give either \"event\" or \"value_base64\"");
  return OkStatus();
}

// Whether the value can be had again from the JSON of `event`: no unknown fields, and the canonical
// bytes.
bool IsCanonicalEvent(std::string_view value, v1::Event* event) {
  if (value.empty() || !event->ParseFromArray(value.data(), static_cast<int>(value.size())))
    return false;
  event->DiscardUnknownFields();
  return event->SerializeAsString() == value;
}

StatusOr<std::string> Quoted(std::string_view text, const char* what) {
  try {
    return Json(text).dump();
  } catch (const Json::exception&) {
    return Invalid(Cat("the ", what, " is no UTF-8, so it has no exchange form"));
  }
}

std::string QuotedBase64(std::string_view value) {
  return Cat('"', absl::Base64Escape(AsAbsl(value)), '"');
}

std::unique_ptr<google::protobuf::Message> NewMessage(Topic topic, std::string_view key) {
  switch (topic) {
    case Topic::kOutcomes:
    case Topic::kDeadLetters:
      return std::make_unique<v1::Outcome>();
    case Topic::kScores:
      if (key.ends_with('|')) return std::make_unique<v1::Heartbeat>();
      return std::make_unique<v1::Score>();
    case Topic::kSeals:
      return std::make_unique<v1::DaySeal>();
    case Topic::kBulletins:
      return std::make_unique<v1::Bulletin>();
  }
  return nullptr;
}

// The key of a score is "511500|driver_id".
StatusOr<std::string> ScoreTombstone(std::string_view key) {
  const size_t bar = key.find('|');
  const std::string_view city_code = key.substr(0, bar);
  if (bar == std::string_view::npos || city_code.empty() || city_code.size() > 9 ||
      city_code.front() == '0' ||
      city_code.find_first_not_of("0123456789") != std::string_view::npos) {
    return DataLoss(Cat("\"", key, "\" is no key of a score, which is like 511500|d-1"));
  }
  ASSIGN_OR_RETURN(const std::string driver_id, Quoted(key.substr(bar + 1), "key"));
  return Cat("{\"city_code\":", city_code, ",\"driver_id\":", driver_id, ",\"tombstone\":true}");
}

}  // namespace

Status ParseExchangeLine(std::string_view line, ExchangeRecord* record) {
  Json json;
  try {
    json = Json::parse(line);
  } catch (const Json::exception& error) {
    return Invalid(Cat("the line is no JSON: ", error.what()));
  }
  return ParseFields(json, record);
}

StatusOr<std::string> WriteExchangeLine(const Record& record) {
  ASSIGN_OR_RETURN(const std::string key, Quoted(record.key, "key"));
  const std::string head = Cat("{\"key\":", key, ",\"timestamp_ms\":", record.timestamp_ms);
  v1::Event event;
  if (!IsCanonicalEvent(record.value, &event)) {
    return Cat(head, ",\"value_base64\":", QuotedBase64(record.value), "}");
  }
  ASSIGN_OR_RETURN(const std::string json, ToJson(event));
  return Cat(head, ",\"event\":", json, "}");
}

StatusOr<std::string> ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok())
    return Invalid(Cat("the message has no JSON form: ", std::string(status.message())));
  return json;
}

StatusOr<std::string> OutputToJson(Topic topic, std::string_view key, std::string_view value,
                                   bool tombstone) {
  if (tombstone) {
    if (topic == Topic::kScores) return ScoreTombstone(key);
    ASSIGN_OR_RETURN(const std::string quoted, Quoted(key, "key"));
    return Cat("{\"key\":", quoted, ",\"tombstone\":true}");
  }
  const std::unique_ptr<google::protobuf::Message> message = NewMessage(topic, key);
  if (message->ParseFromArray(value.data(), static_cast<int>(value.size())))
    return ToJson(*message);
  if (topic == Topic::kDeadLetters) {
    ASSIGN_OR_RETURN(const std::string quoted, Quoted(key, "key"));
    return Cat("{\"key\":", quoted, ",\"value_base64\":", QuotedBase64(value), "}");
  }
  return DataLoss(Cat("a value of ", value.size(), " bytes under key \"", key, "\" is no ",
                      message->GetTypeName()));
}

}  // namespace merit
