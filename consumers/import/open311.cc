// Open311 GeoReport v2: XML is turned into what the same request is as JSON, and both go one way
// from there.
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "consumers/import/sources.h"

namespace merit {
namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 8;

std::string AsText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  return {};
}

// The earliest or latest time among the notes of a type; ISO 8601 with equal offsets would sort as
// text, with different ones (summer and winter) it does not, so they are compared as times.
std::string NoteTime(const Json& notes, const std::string& type, bool last,
                     const Mapping& mapping) {
  std::string found;
  int64_t found_ms = 0;
  if (!notes.is_array()) return found;
  for (const Json& note : notes) {
    if (!note.is_object() || AsText(note.value("type", Json())) != type) continue;
    const std::string text = AsText(note.value("datetime", Json()));
    const std::optional<int64_t> time_ms = mapping.zone.Parse(text, mapping.time_format);
    if (!time_ms || (!found.empty() && (last ? *time_ms <= found_ms : *time_ms >= found_ms)))
      continue;
    found = text;
    found_ms = *time_ms;
  }
  return found;
}

std::string ColumnOf(const Json& request, const std::string& column, const Mapping& mapping) {
  if (const auto direct = request.find(column); direct != request.end()) return AsText(*direct);
  if (column.starts_with("notes.") && request.contains("notes")) {
    const bool last = column.starts_with("notes.last.");
    return NoteTime(request["notes"], column.substr(last ? 11 : 6), last, mapping);
  }
  const Json* at = &request;
  for (size_t begin = 0; begin <= column.size();) {
    const size_t end = std::min(column.find('.', begin), column.size());
    if (!at->is_object()) return {};
    const auto next = at->find(column.substr(begin, end - begin));
    if (next == at->end()) return {};
    at = &*next;
    begin = end + 1;
  }
  return AsText(*at);
}

SourceRow RowOf(const Json& request, uint64_t number, const Mapping& mapping) {
  SourceRow row;
  row.number = number;
  for (const std::string& column : mapping.columns)
    row.values.push_back(ColumnOf(request, column, mapping));
  return row;
}

// <notes><note>…</note><note>…</note></notes> is a list, any other element with children an object.
Json ToJson(const pugi::xml_node& element, int depth) {
  const pugi::xml_node first =
      element.find_child([](pugi::xml_node child) { return child.type() == pugi::node_element; });
  if (!first || depth >= kDepthMax) return element.text().as_string();
  if (std::string_view(element.name()) == "notes") {
    Json list = Json::array();
    for (const pugi::xml_node child : element.children()) list.push_back(ToJson(child, depth + 1));
    return list;
  }
  Json object = Json::object();
  for (const pugi::xml_node child : element.children()) {
    if (child.type() == pugi::node_element) object[child.name()] = ToJson(child, depth + 1);
  }
  return object;
}

}  // namespace

Status RowCollector::ReadOpen311Json(InputFile& input) {
  ASSIGN_OR_RETURN(const std::string text, input.ReadAll(kOpen311BytesMax));
  Json root;
  try {
    root = Json::parse(text);
  } catch (const Json::exception& error) {  // the library's only way to say where
    return Invalid(Cat(input.path(), ": not JSON: ", error.what()));
  }
  if (root.is_object() && root.contains("service_requests")) root = Json(root["service_requests"]);
  if (root.is_object() && root.contains("service_request_id")) root = Json::array({root});
  if (!root.is_array()) {
    return Invalid(input.path() +
                   ": no GeoReport v2 requests: must be a list [{\"service_request_id\": …}, …]");
  }
  uint64_t number = 0;
  for (const Json& request : root) {
    ++number;
    if (!request.is_object()) {
      ++read_count_;
      LeaveOut(input.path(), "request", number, "is no object");
      continue;
    }
    RETURN_IF_ERROR(Add(input.path(), "request", RowOf(request, number, mapping_)));
  }
  return OkStatus();
}

Status RowCollector::ReadOpen311Xml(InputFile& input) {
  ASSIGN_OR_RETURN(const std::string text, input.ReadAll(kOpen311BytesMax));
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size());
  if (!parsed) {
    return Invalid(
        Cat(input.path(), ": not XML: ", parsed.description(), " at byte ", parsed.offset));
  }
  const pugi::xml_node root = document.child("service_requests");
  if (!root) {
    return Invalid(input.path() +
                   ": no GeoReport v2 requests: the root must be <service_requests>");
  }
  uint64_t number = 0;
  for (const pugi::xml_node request : root.children("request")) {
    const Json json = ToJson(request, 0);
    RETURN_IF_ERROR(Add(input.path(), "request",
                        RowOf(json.is_object() ? json : Json::object(), ++number, mapping_)));
  }
  return OkStatus();
}

}  // namespace merit
