#include "consumers/import/mapping.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>

#include "consumers/import/input_file.h"
#include "consumers/policy/policy_v1.h"
#include "engine/base/id.h"

namespace merit {
namespace {

using Json = nlohmann::json;

constexpr size_t kMappingBytesMax = 1 << 20;
constexpr uint32_t kDriversPerCountyMax = 100'000;
constexpr uint32_t kReviewersMax = 1'000;

std::string Trimmed(const std::string& text) {
  constexpr const char* kBlank = " \t\r\n\xC2\xA0";
  const size_t from = text.find_first_not_of(kBlank);
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

// Text of a JSON string or whole number: both are natural where a mapping writes a code.
std::optional<std::string> AsText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) return value.dump();
  return {};
}

class MappingParser {
 public:
  MappingParser(const std::string& origin, Mapping* mapping)
      : origin_(origin), mapping_(*mapping) {}

  Status Parse(const Json& root) {
    if (!root.is_object()) return Wrong("", "must be an object {…}");
    RETURN_IF_ERROR(OnlyKnown(root, "",
                              {"about", "name", "city_code", "time_zone", "utc_offset_minutes",
                               "time_format", "not_before", "not_after", "delimiter", "id_prefix",
                               "policy", "drivers_per_county", "reviewers", "second_after_minutes",
                               "photo_stand_in", "closed_before_created", "fields"}));
    RETURN_IF_ERROR(ParseProgramme(root));
    RETURN_IF_ERROR(ParseTimes(root));
    RETURN_IF_ERROR(ParseChoices(root));
    RETURN_IF_ERROR(ParsePolicy(root));
    if (!root.contains("fields"))
      return Wrong("fields", "is missing: it says which column is which");
    return ParseFields(root["fields"]);
  }

 private:
  Status Wrong(const std::string& where, const std::string& what) const {
    return Invalid(
        Cat(origin_, ": ", where.empty() ? "the mapping" : "\"" + where + "\"", " ", what));
  }

  Status OnlyKnown(const Json& object, const std::string& where,
                   std::initializer_list<std::string_view> known) const {
    for (const auto& [key, value] : object.items()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        return Wrong(where.empty() ? key : where + "." + key,
                     "is not a setting; see consumers/mappings/README.md");
      }
    }
    return OkStatus();
  }

  Status Number(const Json& root, const char* key, int64_t least, int64_t most,
                int64_t* number) const {
    if (!root.contains(key)) return OkStatus();
    const Json& value = root[key];
    if (!value.is_number_integer() || value.get<int64_t>() < least || value.get<int64_t>() > most) {
      return Wrong(key, Cat("must be a whole number from ", least, " to ", most));
    }
    *number = value.get<int64_t>();
    return OkStatus();
  }

  Status Text(const Json& root, const char* key, std::string* text) const {
    if (!root.contains(key)) return OkStatus();
    if (!root[key].is_string()) return Wrong(key, "must be a text");
    *text = root[key].get<std::string>();
    return OkStatus();
  }

  Status ParseProgramme(const Json& root) {
    mapping_.name = "Imported programme";
    RETURN_IF_ERROR(Text(root, "name", &mapping_.name));
    if (mapping_.name.empty() || mapping_.name.size() > 200)
      return Wrong("name", "must be 1 to 200 bytes");
    if (!root.contains("city_code")) return Wrong("city_code", "is missing: six digits, as 511500");
    int64_t code = 0;
    RETURN_IF_ERROR(Number(root, "city_code", 100'000, 999'999, &code));
    mapping_.city_code = static_cast<uint32_t>(code);
    RETURN_IF_ERROR(Text(root, "id_prefix", &mapping_.id_prefix));
    if (!mapping_.id_prefix.empty() &&
        (!IsId(mapping_.id_prefix) || mapping_.id_prefix.size() > 16)) {
      return Wrong("id_prefix", "must be at most 16 of [A-Za-z0-9._:-]");
    }
    return OkStatus();
  }

  Status ParseTimes(const Json& root) {
    std::string zone_name;
    RETURN_IF_ERROR(Text(root, "time_zone", &zone_name));
    if (zone_name.empty())
      return Wrong("time_zone", "is missing: \"America/Los_Angeles\", \"+08:00\"");
    StatusOr<Zone> zone = Zone::Load(zone_name);
    if (!zone.ok()) return Wrong("time_zone", std::string(zone.status().message()));
    mapping_.zone = *std::move(zone);
    const std::optional<int> fixed = mapping_.zone.fixed_offset_minutes();
    if (!fixed && !root.contains("utc_offset_minutes")) {
      return Wrong("utc_offset_minutes",
                   "is missing: a programme's days begin at one offset all year, and " + zone_name +
                       " has several");
    }
    int64_t offset = fixed.value_or(0);
    RETURN_IF_ERROR(Number(root, "utc_offset_minutes", -720, 840, &offset));
    mapping_.utc_offset_minutes = static_cast<int>(offset);
    RETURN_IF_ERROR(Text(root, "time_format", &mapping_.time_format));
    RETURN_IF_ERROR(Bound(root, "not_before", &mapping_.not_before_ms));
    return Bound(root, "not_after", &mapping_.not_after_ms);
  }

  Status Bound(const Json& root, const char* key, std::optional<int64_t>* bound_ms) const {
    std::string text;
    RETURN_IF_ERROR(Text(root, key, &text));
    if (text.empty()) return OkStatus();
    *bound_ms = mapping_.zone.Parse(text);
    return *bound_ms ? OkStatus() : Wrong(key, "must be a time, as \"2026-03-01\"");
  }

  Status ParseChoices(const Json& root) {
    std::string delimiter = ",";
    RETURN_IF_ERROR(Text(root, "delimiter", &delimiter));
    if (delimiter.size() != 1 ||
        std::string_view("\"\r\n").find(delimiter[0]) != std::string_view::npos) {
      return Wrong("delimiter", "must be one character, as \",\" or \";\" or \"\\t\"");
    }
    mapping_.delimiter = delimiter[0];
    int64_t drivers = mapping_.drivers_per_county;
    int64_t reviewers = mapping_.reviewers;
    int64_t second_after = mapping_.second_after_minutes;
    RETURN_IF_ERROR(Number(root, "drivers_per_county", 1, kDriversPerCountyMax, &drivers));
    RETURN_IF_ERROR(Number(root, "reviewers", 2, kReviewersMax, &reviewers));
    RETURN_IF_ERROR(Number(root, "second_after_minutes", 0, 1440, &second_after));
    mapping_.drivers_per_county = static_cast<uint32_t>(drivers);
    mapping_.reviewers = static_cast<uint32_t>(reviewers);
    mapping_.second_after_minutes = static_cast<int>(second_after);
    if (root.contains("photo_stand_in")) {
      if (!root["photo_stand_in"].is_boolean())
        return Wrong("photo_stand_in", "must be true or false");
      mapping_.photo_stand_in = root["photo_stand_in"].get<bool>();
    }
    std::string early = "note";
    RETURN_IF_ERROR(Text(root, "closed_before_created", &early));
    if (early != "note" && early != "leave out") {
      return Wrong("closed_before_created", "must be \"note\" or \"leave out\"");
    }
    mapping_.take_closed_before_created = early == "note";
    return OkStatus();
  }

  // The defaults of version 1, with the fields that the mapping names put in their place.
  Status ParsePolicy(const Json& root) {
    Json policy = Json::parse(PolicyV1Json());
    if (root.contains("policy")) {
      if (!root["policy"].is_object())
        return Wrong("policy", "must be an object of Policy's fields");
      policy.update(root["policy"]);
    }
    const Status parsed = ParsePolicyJson(policy.dump(), &mapping_.policy);
    if (!parsed.ok()) return Wrong("policy", std::string(parsed.message()));
    if (mapping_.policy.version() != 1)
      return Wrong("policy.version", "must be 1 where a programme opens");
    return OkStatus();
  }

  Status ParseFields(const Json& fields) {
    if (!fields.is_object()) return Wrong("fields", "must be an object {…}");
    for (const auto& [key, value] : fields.items()) {
      const auto name = std::find(kFieldNames.begin(), kFieldNames.end(), key);
      if (name == kFieldNames.end()) return Wrong("fields." + key, "is no field of a report");
      Rule& rule = mapping_.rules[static_cast<size_t>(name - kFieldNames.begin())];
      const Json& alternatives = value.is_array() ? value : Json::array({value});
      for (const Json& alternative : alternatives) {
        RETURN_IF_ERROR(ParseChoice("fields." + key, alternative, &rule));
      }
    }
    for (const Field needed : {Field::kId, Field::kCreated, Field::kCategory}) {
      if (mapping_.rule(needed).empty()) {
        return Wrong(std::string("fields.") + kFieldNames[static_cast<size_t>(needed)],
                     "is missing");
      }
    }
    return OkStatus();
  }

  Status ParseChoice(const std::string& where, const Json& json, Rule* rule) {
    Rule::Choice choice;
    if (json.is_string()) {  // the short form: a column's name
      choice.column = ColumnIndex(json.get<std::string>());
      rule->Add(std::move(choice));
      return OkStatus();
    }
    if (!json.is_object())
      return Wrong(where, "must be a column's name or an object {\"column\": …}");
    RETURN_IF_ERROR(OnlyKnown(json, where, {"column", "map", "default", "add", "value"}));
    if (json.contains("value") == json.contains("column")) {
      return Wrong(where, "must have one of \"column\" and \"value\"");
    }
    const char* constant = json.contains("value") ? "value" : "default";
    if (json.contains(constant)) {
      choice.otherwise = AsText(json[constant]);
      if (!choice.otherwise)
        return Wrong(where + "." + constant, "must be a text or a whole number");
    }
    if (json.contains("column")) {
      if (!json["column"].is_string()) return Wrong(where + ".column", "must be a column's name");
      choice.column = ColumnIndex(json["column"].get<std::string>());
    }
    int64_t add = 0;
    RETURN_IF_ERROR(Number(json, "add", -999'999'999, 999'999'999, &add));
    choice.add = add;
    RETURN_IF_ERROR(ParseMap(where, json, &choice));
    rule->Add(std::move(choice));
    return OkStatus();
  }

  Status ParseMap(const std::string& where, const Json& json, Rule::Choice* choice) const {
    if (!json.contains("map")) return OkStatus();
    if (!json["map"].is_object() || choice->column < 0 || choice->add != 0) {
      return Wrong(where + ".map", "must be an object, beside \"column\" and without \"add\"");
    }
    choice->mapped = true;
    for (const auto& [from, to] : json["map"].items()) {
      const std::optional<std::string> text = AsText(to);
      if (!text) return Wrong(where + ".map." + from, "must be a text or a whole number");
      choice->map[from] = *text;
    }
    return OkStatus();
  }

  int ColumnIndex(const std::string& column) {
    auto& columns = mapping_.columns;
    const auto found = std::find(columns.begin(), columns.end(), column);
    if (found != columns.end()) return static_cast<int>(found - columns.begin());
    columns.push_back(column);
    return static_cast<int>(columns.size()) - 1;
  }

  const std::string& origin_;
  Mapping& mapping_;
};

}  // namespace

std::string Rule::ValueIn(const SourceRow& row) const {
  for (const Choice& choice : choices_) {
    std::string value;
    if (choice.column >= 0) value = Trimmed(row.values[static_cast<size_t>(choice.column)]);
    if (choice.mapped) {
      const auto found = choice.map.find(value);
      value = found == choice.map.end() ? std::string() : found->second;
    } else if (choice.add != 0 && !value.empty()) {
      int64_t number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      const bool whole = error == std::errc() && end == value.data() + value.size();
      value =
          whole && number >= 0 && number <= 999'999'999 ? std::to_string(number + choice.add) : "";
    }
    if (value.empty() && choice.otherwise) value = *choice.otherwise;
    if (!value.empty()) return value;
  }
  return {};
}

StatusOr<Mapping> Mapping::Load(const std::string& path) {
  ASSIGN_OR_RETURN(InputFile input, InputFile::Open(path));
  ASSIGN_OR_RETURN(const std::string text, input.ReadAll(kMappingBytesMax));
  return Parse(text, path);
}

StatusOr<Mapping> Mapping::Parse(const std::string& text, const std::string& origin) {
  Json root;
  try {
    root = Json::parse(text, nullptr, true, true);
  } catch (const Json::exception& error) {  // the library's only way to say where
    return Invalid(Cat(origin, ": not JSON: ", error.what()));
  }
  Mapping mapping;
  RETURN_IF_ERROR(MappingParser(origin, &mapping).Parse(root));
  return mapping;
}

}  // namespace merit
