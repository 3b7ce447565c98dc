#include "engine/wire/exchange.h"

#include <absl/strings/escaping.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "merit/v1/bulletin.pb.h"
#include "merit/v1/event.pb.h"
#include "merit/v1/outcome.pb.h"
#include "merit/v1/score.pb.h"
#include "merit/v1/seal.pb.h"

namespace merit {
namespace {

using Json = nlohmann::json;
const std::filesystem::path kGolden = MERIT_GOLDEN;

// The lines of a file, plain or gzipped.
std::vector<std::string> Lines(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  const gzFile file = gzopen(path.c_str(), "rb");
  EXPECT_NE(file, nullptr) << path;
  if (file == nullptr) return lines;
  std::string line;
  for (int c; (c = gzgetc(file)) != -1;) {
    if (c != '\n') {
      line += static_cast<char>(c);
    } else {
      lines.push_back(std::move(line));
      line.clear();
    }
  }
  EXPECT_TRUE(line.empty()) << path << " ends without a newline";
  gzclose(file);
  return lines;
}

// name.jsonl or name.jsonl.gz of each golden log.
std::vector<std::filesystem::path> GoldenFiles(const std::string& name) {
  std::vector<std::filesystem::path> files;
  for (const char* log : {"small-1", "hostile-1", "year-1"}) {
    std::filesystem::path path = kGolden / "logs" / log / (name + ".jsonl");
    if (!std::filesystem::exists(path)) path += ".gz";
    files.push_back(path);
  }
  return files;
}

std::vector<std::filesystem::path> GoldenLogs() {
  std::vector<std::filesystem::path> files = GoldenFiles("log");
  files.push_back(kGolden / "vectors" / "ex6_log.jsonl");
  files.push_back(kGolden / "vectors" / "ex7_log.jsonl");
  return files;
}

std::string ParseFailure(std::string_view line) {
  ExchangeRecord record;
  const Status status = ParseExchangeLine(line, &record);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << line;
  return std::string(status.message());
}

ExchangeRecord Parsed(std::string_view line) {
  ExchangeRecord record;
  const Status status = ParseExchangeLine(line, &record);
  EXPECT_TRUE(status.ok()) << status << ": " << line;
  return record;
}

bool IsOneLine(const std::string& json) { return json.find('\n') == std::string::npos; }

TEST(Exchange, AnEventsBytes) {
  const ExchangeRecord record =
      Parsed(R"({"event": {"day_closed": {"day": 20512}, "occurred_at_ms": "1772294400000",)"
             R"( "producer_id": "clock", "city_code": 511500, "event_id": "e1"},)"
             R"( "timestamp_ms": 1772294400001, "key": "511500"})");
  EXPECT_EQ(record.key, "511500");
  EXPECT_EQ(record.timestamp_ms, 1772294400001);
  EXPECT_EQ(record.value,
            std::string("\x0A\x02"
                        "e1\x10\x8C\x9C\x1F\x1A\x05"
                        "clock\x20\x80\xD0\xE9\xA7\xCA\x33\x8A\x01\x04\x08\xA0\xA0\x01",
                        29));
}

TEST(Exchange, DefaultsAreLeftOut) {
  const ExchangeRecord given =
      Parsed(R"({"key": "1", "timestamp_ms": 0, "event": {"event_id": "e", "city_code": 0,)"
             R"( "matter_verified": {"matter_id": "m", "ok": false}}})");
  const ExchangeRecord left_out =
      Parsed(R"({"key": "1", "timestamp_ms": 0, "event": {"event_id": "e",)"
             R"( "matter_verified": {"matter_id": "m"}}})");
  EXPECT_EQ(given.value, left_out.value);
}

TEST(Exchange, RawBytes) {
  EXPECT_EQ(Parsed(R"({"key": "511500", "timestamp_ms": -5, "value_base64": "/w=="})").value,
            "\xFF");
  EXPECT_EQ(Parsed(R"({"key": "511500", "timestamp_ms": -5, "value_base64": "/w=="})").timestamp_ms,
            -5);
  EXPECT_EQ(Parsed(R"({"key": "", "timestamp_ms": 0, "value_base64": ""})").value, "");
}

TEST(Exchange, FailuresNameWhatIsWrong) {
  const auto has = [](const std::string& message, const char* what) {
    return message.find(what) != std::string::npos;
  };
  const auto expect = [&](const char* line, const char* what) {
    const std::string message = ParseFailure(line);
    EXPECT_TRUE(has(message, what)) << what << " in: " << message;
  };
  expect("", "JSON");
  expect("{\"key\": \"5", "JSON");
  expect("{\"key\": \"\xFF\", \"timestamp_ms\": 1, \"value_base64\": \"\"}", "JSON");
  expect("[]", "object");
  expect(R"({"timestamp_ms": 1, "value_base64": ""})", "\"key\" is missing");
  expect(R"({"key": 5, "timestamp_ms": 1, "value_base64": ""})", "\"key\"");
  expect(R"({"key": "5", "value_base64": ""})", "\"timestamp_ms\" is missing");
  expect(R"({"key": "5", "timestamp_ms": "1", "value_base64": ""})", "\"timestamp_ms\"");
  expect(R"({"key": "5", "timestamp_ms": 1.5, "value_base64": ""})", "\"timestamp_ms\"");
  expect(R"({"key": "5", "timestamp_ms": 9223372036854775808, "value_base64": ""})",
         "\"timestamp_ms\"");
  expect(R"({"key": "5", "timestamp_ms": 1})", "either");
  expect(R"({"key": "5", "timestamp_ms": 1, "value_base64": "", "event": {}})", "either");
  expect(R"({"key": "5", "timestamp_ms": 1, "value_base64": "/w="})", "base64");
  expect(R"({"key": "5", "timestamp_ms": 1, "value_base64": null})", "base64");
  expect(R"({"key": "5", "timestamp_ms": 1, "event": null})", "\"event\"");
  expect(R"({"key": "5", "timestamp_ms": 1, "value_base64": "", "headers": []})", "\"headers\"");
  expect(R"({"key": "5", "timestamp_ms": 1, "event": {"event_idd": "e"}})", "event_idd");
  expect(R"({"key": "5", "timestamp_ms": 1, "event": {"report_reviewed": {"reviewer": "r"}}})",
         "reviewer");
  expect(R"({"key": "5", "timestamp_ms": 1, "event": {"report_reviewed": {"decision": "NO_X"}}})",
         "NO_X");
  expect(R"({"key": "5", "timestamp_ms": 1, "event": {"city_code": 4294967296}})", "4294967296");
  expect(R"({"key": "5", "timestamp_ms": 1, "event": {"city_code": "x"}})", "x");
}

TEST(Exchange, WhatIsNoCanonicalEventIsWrittenAsBytes) {
  v1::Event event;
  event.set_event_id("e1");
  event.mutable_day_closed()->set_day(7);
  const std::string canonical = event.SerializeAsString();
  EXPECT_EQ(
      WriteExchangeLine({"511500", 5, canonical}).value(),
      R"({"key":"511500","timestamp_ms":5,"event":{"event_id":"e1","day_closed":{"day":7}}})");
  const std::string others[] = {
      "",                                            // null
      "\xFF",                                        // no protobuf
      canonical.substr(0, canonical.size() - 1),     // cut
      canonical + std::string("\x20\0", 2),          // a default that is written
      canonical + canonical,                         // fields twice
      canonical.substr(4) + canonical.substr(0, 4),  // another order
      canonical + std::string("\xC0\x3E\x01", 3),    // field 1000 as a varint: unknown
      canonical + std::string("\x9A\x04\x00", 3),    // field 67, an empty body: replaces the other
      canonical + std::string("\xBA\x05\x00", 3),    // field 87, unknown
      std::string("\x0A\x02\xFF\xFE", 4),            // an id that is no UTF-8
      std::string("\x8A\x01\x02\x50\x01", 5),        // an unknown field inside the body
      std::string("\x8A\x01\x03\x08\x87\x00", 6),    // a varint longer than it need be
  };
  for (const std::string& value : others) {
    const StatusOr<std::string> line = WriteExchangeLine({"511500", 5, value});
    ASSERT_TRUE(line.ok()) << line.status();
    EXPECT_EQ(*line, R"({"key":"511500","timestamp_ms":5,"value_base64":")" +
                         absl::Base64Escape(value) + "\"}");
    EXPECT_EQ(Parsed(*line).value, value);
  }
}

TEST(Exchange, AnEnumsNumberThatIsNotNamedTravelsAsANumber) {
  v1::Event event;
  event.mutable_report_reviewed()->set_decision(static_cast<v1::Decision>(99));
  const std::string value = event.SerializeAsString();
  const std::string line = WriteExchangeLine({"511500", 5, value}).value();
  EXPECT_NE(line.find("\"decision\":99"), std::string::npos) << line;
  EXPECT_EQ(Parsed(line).value, value);
}

TEST(Exchange, KeysAndStringsAreEscaped) {
  v1::Event event;
  event.mutable_programme_opened()->set_name("\"积分\"\n\t\\\x01\x7F</script>\xE2\x80\xA8");
  const std::string value = event.SerializeAsString();
  const std::string line = WriteExchangeLine({"\"积分\"\n", -1, value}).value();
  EXPECT_TRUE(IsOneLine(line));
  EXPECT_EQ(Parsed(line).key, "\"积分\"\n");
  EXPECT_EQ(Parsed(line).value, value);
  EXPECT_EQ(WriteExchangeLine({"\xFF", 0, ""}).status().code(), absl::StatusCode::kInvalidArgument);
}

// Every golden record: the same JSON comes back, and the same bytes from it.
TEST(Exchange, GoldenLogsComeBack) {
  size_t events = 0, raw = 0;
  for (const auto& path : GoldenLogs()) {
    for (const std::string& line : Lines(path)) {
      const ExchangeRecord record = Parsed(line);
      const StatusOr<std::string> written = WriteExchangeLine(record.view());
      ASSERT_TRUE(written.ok()) << written.status();
      ASSERT_TRUE(IsOneLine(*written));
      const ExchangeRecord again = Parsed(*written);
      ASSERT_EQ(again.key, record.key);
      ASSERT_EQ(again.timestamp_ms, record.timestamp_ms);
      ASSERT_EQ(again.value, record.value);
      // One that the golden log has as bytes may be a canonical event all the same, such as one
      // without a body.
      const Json given = Json::parse(line);
      ++(given.contains("event") ? events : raw);
      if (given.contains("event")) {
        ASSERT_TRUE(Json::parse(*written).contains("event")) << line;
      }
    }
  }
  EXPECT_GT(events, 9000u);
  EXPECT_GT(raw, 50u);
}

// Every golden output: from JSON to bytes and back is the same JSON, defaults aside.
template <class Message>
void ExpectOutputsComeBack(Topic topic, const std::vector<std::filesystem::path>& files) {
  size_t count = 0;
  for (const auto& path : files) {
    for (const std::string& line : Lines(path)) {
      if (line.find("\"tombstone\"") != std::string::npos) continue;
      Message message;
      const auto status = google::protobuf::util::JsonStringToMessage(line, &message);
      ASSERT_TRUE(status.ok()) << status.ToString() << line;
      const StatusOr<std::string> json =
          OutputToJson(topic, "511500", message.SerializeAsString(), false);
      ASSERT_TRUE(json.ok()) << json.status();
      ASSERT_TRUE(IsOneLine(*json));
      Message again;
      ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*json, &again).ok());
      ASSERT_EQ(again.SerializeAsString(), message.SerializeAsString());
      ++count;
      ASSERT_EQ(Json::parse(*json), Json::parse(line));
    }
  }
  EXPECT_GT(count, 10u);
}

TEST(OutputToJson, GoldenOutputsComeBack) {
  ExpectOutputsComeBack<v1::Outcome>(Topic::kOutcomes, GoldenFiles("outcomes"));
  ExpectOutputsComeBack<v1::Outcome>(Topic::kDeadLetters, GoldenFiles("outcomes"));
  ExpectOutputsComeBack<v1::Score>(Topic::kScores, GoldenFiles("scores"));
  ExpectOutputsComeBack<v1::DaySeal>(Topic::kSeals, GoldenFiles("seals"));
  ExpectOutputsComeBack<v1::Bulletin>(Topic::kBulletins, GoldenFiles("bulletins"));
}

TEST(OutputToJson, GoldenTombstones) {
  size_t count = 0;
  for (const auto& path : GoldenFiles("scores")) {
    for (const std::string& line : Lines(path)) {
      const Json given = Json::parse(line);
      if (!given.contains("tombstone")) continue;
      const std::string key = std::to_string(given["city_code"].get<int>()) + "|" +
                              given["driver_id"].get<std::string>();
      const StatusOr<std::string> json = OutputToJson(Topic::kScores, key, "", true);
      ASSERT_TRUE(json.ok()) << json.status();
      EXPECT_EQ(Json::parse(*json), given);
      ++count;
    }
  }
  EXPECT_GT(count, 2u);
}

TEST(OutputToJson, TheOtherKinds) {
  EXPECT_EQ(OutputToJson(Topic::kScores, "511500|d-1", "", true).value(),
            R"({"city_code":511500,"driver_id":"d-1","tombstone":true})");
  v1::Heartbeat heartbeat;
  heartbeat.set_city_code(511500);
  heartbeat.set_city_seq(7);
  EXPECT_EQ(OutputToJson(Topic::kScores, "511500|", heartbeat.SerializeAsString(), false).value(),
            R"({"city_code":511500,"city_seq":"7"})");
  v1::Outcome outcome;
  outcome.set_code(v1::CODE_UNKNOWN_CITY);
  EXPECT_EQ(OutputToJson(Topic::kDeadLetters, "999999", outcome.SerializeAsString(), false).value(),
            R"({"code":"CODE_UNKNOWN_CITY"})");
  EXPECT_EQ(OutputToJson(Topic::kDeadLetters, "999999", "\xFF", false).value(),
            R"({"key":"999999","value_base64":"/w=="})");
  EXPECT_EQ(OutputToJson(Topic::kOutcomes, "511500", "\xFF", false).status().code(),
            absl::StatusCode::kDataLoss);
  for (const char* key : {"", "511500", "|d-1", "x|d-1", "05|d-1", "9999999999|d-1"}) {
    EXPECT_EQ(OutputToJson(Topic::kScores, key, "", true).status().code(),
              absl::StatusCode::kDataLoss)
        << key;
  }
}

}  // namespace
}  // namespace merit
