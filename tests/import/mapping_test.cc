#include "consumers/import/mapping.h"

#include <nlohmann/json.hpp>

#include "consumers/policy/policy_v1.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/import/imported.h"

namespace merit {
namespace {

constexpr char kSmall[] = R"({
  "city_code": 511500, "time_zone": "+08:00",
  "fields": {"id": "no", "created": "time",
             "category": {"column": "what", "map": {"hole": 10}, "default": 20}}
})";

nlohmann::json Small() { return nlohmann::json::parse(kSmall); }

std::string WhyNot(const nlohmann::json& mapping) {
  const StatusOr<Mapping> parsed = Mapping::Parse(mapping.dump(), "mine.json");
  return parsed.ok() ? "" : std::string(parsed.status().message());
}

TEST(Mapping, ShippedOnesLoad) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSource + "/consumers/mappings")) {
    if (entry.path().extension() != ".json") continue;
    const StatusOr<Mapping> mapping = Mapping::Load(entry.path().string());
    EXPECT_TRUE(mapping.ok()) << mapping.status().ToString();
    ++count;
  }
  EXPECT_EQ(count, 5);
}

TEST(Mapping, RulesTakeTheFirstThatSaysSomething) {
  nlohmann::json json = Small();
  json["fields"]["county"] = nlohmann::json::parse(R"([
      {"column": "district", "add": 511500}, {"column": "ward", "map": {"A": 511509}},
      {"value": 511500}])");
  const StatusOr<Mapping> mapping = Mapping::Parse(json.dump(), "mine.json");
  ASSERT_TRUE(mapping.ok()) << mapping.status().ToString();
  ASSERT_EQ(mapping->columns.size(), 5U);
  const auto county = [&](const std::string& district, const std::string& ward) {
    SourceRow row{1, std::vector<std::string>(5)};
    for (size_t i = 0; i < 5; ++i) {
      if (mapping->columns[i] == "district") row.values[i] = district;
      if (mapping->columns[i] == "ward") row.values[i] = ward;
    }
    return mapping->rule(Field::kCounty).ValueIn(row);
  };
  EXPECT_EQ(county(" 2 ", "A"), "511502");
  EXPECT_EQ(county("", "A"), "511509");
  EXPECT_EQ(county("two", "B"), "511500");
}

TEST(Mapping, SlipsAreNamed) {
  EXPECT_EQ(WhyNot(Small()), "");
  nlohmann::json json = Small();
  json["citycode"] = 1;
  EXPECT_NE(WhyNot(json).find("\"citycode\" is not a setting"), std::string::npos);
  json = Small();
  json["fields"]["driverid"] = "x";
  EXPECT_NE(WhyNot(json).find("\"fields.driverid\" is no field"), std::string::npos);
  json = Small();
  json["time_zone"] = "America/Los_Angeles";
  EXPECT_NE(WhyNot(json).find("\"utc_offset_minutes\" is missing"), std::string::npos);
  json = Small();
  json["city_code"] = 99999;
  EXPECT_NE(WhyNot(json).find("from 100000 to 999999"), std::string::npos);
  json = Small();
  json["policy"] = {{"review_dayz", 30}};
  EXPECT_NE(WhyNot(json).find("review_dayz"), std::string::npos);
  json = Small();
  json["fields"].erase("id");
  EXPECT_NE(WhyNot(json).find("\"fields.id\" is missing"), std::string::npos);
  json = Small();
  json["fields"]["mode"] = {{"column", "m"}, {"value", "x"}};
  EXPECT_NE(WhyNot(json).find("\"fields.mode\" must have one of"), std::string::npos);
  EXPECT_FALSE(Mapping::Parse("{\"city_code\": ", "mine.json").ok());
  EXPECT_FALSE(Mapping::Load("/no/such/mapping.json").ok());
}

TEST(Mapping, CommentsAndPolicyOverrides) {
  const StatusOr<Mapping> mapping = Mapping::Parse(
      R"({// ours
          "city_code": 511500, "time_zone": "+08:00", "policy": {"review_days": 90},
          "fields": {"id": "no", "created": "time", "category": {"value": 10}}})",
      "mine.json");
  ASSERT_TRUE(mapping.ok()) << mapping.status().ToString();
  v1::Policy expected = PolicyV1();
  expected.set_review_days(90);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(mapping->policy, expected));
}

TEST(Policy, IsTheOneOfTheVectors) {
  std::ifstream file(kSource + "/tests/golden/vectors/policy_v1.json");
  ASSERT_TRUE(file.good());
  EXPECT_EQ(nlohmann::json::parse(file), nlohmann::json::parse(PolicyV1Json()));
  EXPECT_EQ(PolicyV1().categories_size(), 11);
  EXPECT_EQ(PolicyV1().review_days(), 30U);
}

}  // namespace
}  // namespace merit
