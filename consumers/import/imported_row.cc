#include "consumers/import/imported_row.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

#include "engine/base/id.h"
#include "engine/base/sha256.h"

namespace merit {
namespace {

constexpr size_t kHashedIdDigits = 20;

std::string Quoted(const std::string& text) {
  constexpr size_t kShown = 60;
  return "\"" + text.substr(0, kShown) + (text.size() > kShown ? "…\"" : "\"");
}

// The generated Parse functions want the enum's name in front: SNAP is CHANNEL_SNAP.
template <class Enum>
bool ParseEnum(const char* prefix, std::string text,
               bool (*parse)(google::protobuf::ConstStringParam, Enum*), Enum* value) {
  for (char& c : text)
    c = c == ' ' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return (parse(text, value) || parse(prefix + text, value)) && static_cast<int>(*value) != 0;
}

std::optional<int32_t> ParseMicroDegrees(const std::string& text, double most) {
  double degrees = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), degrees);
  if (error != std::errc() || end != text.data() + text.size() || !(std::fabs(degrees) <= most))
    return {};
  return static_cast<int32_t>(std::llround(degrees * 1e6));
}

std::optional<std::string> ParseHash(const std::string& text) {
  if (text.size() != 64) return {};
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    unsigned byte = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (error != std::errc() || end != text.data() + i + 2) return {};
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

std::string HashOf(const std::string& what, const std::string& id) {
  return std::string(AsBytes(Sha256(what, id)));
}

}  // namespace

std::string AsId(const std::string& text) {
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<signed char>(c) >= 0; });
  if (!ascii) return "h-" + Hex(AsBytes(Sha256(text))).substr(0, kHashedIdDigits);
  std::string id = text.substr(0, kIdSizeMax);
  for (char& c : id) {
    if (!IsId(std::string_view(&c, 1))) c = '-';
  }
  return id;
}

ImportedRowReader::ImportedRowReader(const Mapping& mapping) : mapping_(mapping) {
  for (const auto& category : mapping.policy.categories())
    groups_[category.code()] = category.cap_group();
}

std::string ImportedRowReader::Read(const SourceRow& source, ImportedRow* row,
                                    std::vector<std::string>* notes) const {
  *row = ImportedRow();
  notes->clear();
  const std::string id = Value(Field::kId, source);
  if (id.empty()) return "has no id";
  row->submitted.set_report_id(ReportId(id));
  for (const auto read : {&ImportedRowReader::ReadTimes, &ImportedRowReader::ReadPlace,
                          &ImportedRowReader::ReadDecision}) {
    if (std::string reason = (this->*read)(source, row, notes); !reason.empty()) return reason;
  }
  for (const auto read : {&ImportedRowReader::ReadCategory, &ImportedRowReader::ReadKinds,
                          &ImportedRowReader::ReadPhotos, &ImportedRowReader::ReadMatter}) {
    if (std::string reason = (this->*read)(source, row); !reason.empty()) return reason;
  }
  return {};
}

std::string ImportedRowReader::ReportId(const std::string& row_id) const {
  const std::string id = mapping_.id_prefix + row_id;
  if (IsId(id)) return id;
  // A hash keeps apart what replaced characters would make one.
  return mapping_.id_prefix + Hex(AsBytes(Sha256(row_id))).substr(0, kHashedIdDigits);
}

std::string ImportedRowReader::ParseTime(const std::string& text,
                                         std::optional<int64_t>* time_ms) const {
  *time_ms = mapping_.zone.Parse(text, mapping_.time_format);
  if (!*time_ms) return Quoted(text) + " is no time";
  const bool early = mapping_.not_before_ms && **time_ms < *mapping_.not_before_ms;
  const bool late = mapping_.not_after_ms && **time_ms > *mapping_.not_after_ms;
  if (!early && !late) return {};
  time_ms->reset();
  return Quoted(text) +
         (early ? " is before the mapping's not_before" : " is after the mapping's not_after");
}

std::optional<int64_t> ImportedRowReader::OptionalTime(Field field, const SourceRow& source,
                                                       std::vector<std::string>* notes) const {
  const std::string text = Value(field, source);
  if (text.empty()) return {};
  std::optional<int64_t> time_ms;
  const std::string reason = ParseTime(text, &time_ms);
  if (!reason.empty()) {
    notes->push_back(Cat(kFieldNames[static_cast<size_t>(field)], " ", reason, "; passed over"));
  }
  return time_ms;
}

std::string ImportedRowReader::ReadTimes(const SourceRow& source, ImportedRow* row,
                                         std::vector<std::string>* notes) const {
  const std::string created = Value(Field::kCreated, source);
  if (created.empty()) return "has no time of creation";
  std::optional<int64_t> created_ms;
  if (const std::string reason = ParseTime(created, &created_ms); !reason.empty())
    return "created " + reason;
  row->created_ms = *created_ms;
  row->closed_ms = OptionalTime(Field::kClosed, source, notes);
  row->decided_ms = OptionalTime(Field::kDecided, source, notes);
  if (!row->decided_ms) row->decided_ms = row->closed_ms;
  row->assigned_ms = OptionalTime(Field::kAssigned, source, notes);
  const int64_t observed_ms =
      OptionalTime(Field::kObserved, source, notes).value_or(row->created_ms);
  row->submitted.set_observed_at_ms(std::min(observed_ms, row->created_ms));
  if (row->assigned_ms) row->assigned_ms = std::max(*row->assigned_ms, row->created_ms);
  return {};
}

// A close or decision that lies before the report: as the mapping has it.
std::string ImportedRowReader::MendEarly(ImportedRow* row, std::vector<std::string>* notes) const {
  const int64_t created_ms = row->created_ms;
  const int64_t earliest_ms =
      std::min(row->closed_ms.value_or(created_ms), row->decided_ms.value_or(created_ms));
  if (earliest_ms >= created_ms) return {};
  const std::string early =
      Cat("closed ", (created_ms - earliest_ms) / 1000, " s before it was created");
  if (!mapping_.take_closed_before_created) return early;
  notes->push_back(early + "; taken as closed when created");
  if (row->closed_ms) row->closed_ms = std::max(*row->closed_ms, created_ms);
  if (row->decided_ms) row->decided_ms = std::max(*row->decided_ms, created_ms);
  return {};
}

bool ImportedRowReader::InCity(uint32_t county_code) const {
  if (county_code == mapping_.city_code) return true;
  const uint32_t unit = mapping_.city_code % 10'000 == 0 ? 10'000 : 100;
  return county_code >= 100'000 && county_code <= 999'999 &&
         county_code / unit == mapping_.city_code / unit;
}

std::string ImportedRowReader::ReadPlace(const SourceRow& source, ImportedRow* row,
                                         std::vector<std::string>* notes) const {
  v1::ReportSubmitted& report = row->submitted;
  report.set_county_code(mapping_.city_code);
  if (const std::string county = Value(Field::kCounty, source); !county.empty()) {
    uint32_t code = 0;
    const auto [end, error] = std::from_chars(county.data(), county.data() + county.size(), code);
    if (error != std::errc() || end != county.data() + county.size() || !InCity(code)) {
      return Cat("county ", Quoted(county), " is not in the city ", mapping_.city_code);
    }
    report.set_county_code(code);
  }
  const std::string latitude = Value(Field::kLatitude, source);
  const std::string longitude = Value(Field::kLongitude, source);
  const std::optional<int32_t> lat_e6 = ParseMicroDegrees(latitude, 90);
  const std::optional<int32_t> lon_e6 = ParseMicroDegrees(longitude, 180);
  const bool said = !latitude.empty() || !longitude.empty();
  if (lat_e6 && lon_e6 && (*lat_e6 != 0 || *lon_e6 != 0)) {
    const std::string crs = Value(Field::kCrs, source);
    v1::Crs system = v1::CRS_WGS84;
    if (!crs.empty() && !ParseEnum("CRS_", crs, &v1::Crs_Parse, &system)) {
      return Cat("crs ", Quoted(crs), " is neither WGS84 nor GCJ02");
    }
    report.set_crs(system);
    report.set_lat_e6(*lat_e6);
    report.set_lon_e6(*lon_e6);
  }
  report.set_address_code(AsId(Value(Field::kAddress, source)));
  if (report.crs() != v1::CRS_NONE) return {};
  const std::string place =
      said ? Cat("position ", Quoted(latitude + ", " + longitude), " is none") : "no position";
  if (report.address_code().empty()) return place + ", and no address";
  if (said) notes->push_back(place + "; the address is taken");
  return {};
}

std::string ImportedRowReader::ReadCategory(const SourceRow& source, ImportedRow* row) const {
  const std::string text = Value(Field::kCategory, source);
  if (text == "leave out") return "its category is left out by the mapping";
  if (text.empty()) return "its category is not in the mapping, and there is no default";
  uint32_t code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  const auto group = groups_.find(code);
  if (error != std::errc() || end != text.data() + text.size() || group == groups_.end()) {
    return Cat("category ", Quoted(text), " is no code of the policy");
  }
  if (group->second != v1::CAP_GROUP_CAPPED && group->second != v1::CAP_GROUP_UNCAPPED) {
    return Cat("category ", code, " is volunteer service, which is recorded, not reported");
  }
  row->submitted.set_claimed_category(code);
  return {};
}

std::string ImportedRowReader::ReadKinds(const SourceRow& source, ImportedRow* row) const {
  v1::ReportSubmitted& report = row->submitted;
  report.set_channel(v1::CHANNEL_SNAP);
  report.set_mode(v1::MODE_REPORT);
  v1::Channel channel = v1::CHANNEL_UNSPECIFIED;
  v1::Mode mode = v1::MODE_UNSPECIFIED;
  if (const std::string text = Value(Field::kChannel, source); !text.empty()) {
    if (!ParseEnum("CHANNEL_", text, &v1::Channel_Parse, &channel))
      return Cat("channel ", Quoted(text), " is none");
    report.set_channel(channel);
  }
  if (const std::string text = Value(Field::kMode, source); !text.empty()) {
    if (!ParseEnum("MODE_", text, &v1::Mode_Parse, &mode))
      return Cat("mode ", Quoted(text), " is none");
    report.set_mode(mode);
  }
  if (const std::string driver = Value(Field::kDriver, source); !driver.empty()) {
    if (!IsId(driver))
      return Cat("driver ", Quoted(driver), " is no identifier: 1 to 40 of [A-Za-z0-9._:-]");
    report.set_driver_id(driver);
  } else if (!mapping_.rule(Field::kDriver).empty()) {
    return "names no driver";
  }
  return {};
}

std::string ImportedRowReader::ReadPhotos(const SourceRow& source, ImportedRow* row) const {
  v1::ReportSubmitted& report = row->submitted;
  const bool handled = report.mode() == v1::MODE_HANDLE;
  for (const Field field : {Field::kPhoto, Field::kAfterPhoto, Field::kDevice}) {
    const std::string text = Value(field, source);
    const char* name = kFieldNames[static_cast<size_t>(field)];
    std::string hash;
    if (field == Field::kDevice) {
      if (!text.empty()) hash = HashOf("device ", text);
    } else if (!text.empty()) {
      const std::optional<std::string> parsed = ParseHash(text);
      if (!parsed) return Cat(name, " ", Quoted(text), " is no SHA-256 of 64 hexadecimal digits");
      hash = *parsed;
    } else if (handled) {
      if (!mapping_.photo_stand_in) return Cat("was handled, and has no ", name);
      hash = HashOf(std::string("no ") + name + " in the source: ", report.report_id());
    }
    if (hash.empty()) continue;
    if (field == Field::kPhoto) report.add_photo_sha256(hash);
    if (field == Field::kAfterPhoto) report.set_after_photo_sha256(hash);
    if (field == Field::kDevice) report.set_device_hash(hash);
  }
  return {};
}

std::string ImportedRowReader::ReadDecision(const SourceRow& source, ImportedRow* row,
                                            std::vector<std::string>* notes) const {
  static constexpr std::pair<const char*, RowDecision> kDecisions[] = {
      {"", RowDecision::kNone},
      {"NONE", RowDecision::kNone},
      {"APPROVE", RowDecision::kApprove},
      {"REJECT", RowDecision::kReject},
      {"DUPLICATE", RowDecision::kDuplicate},
      {"NEED_MORE", RowDecision::kNeedMore},
      {"WITHDRAW", RowDecision::kWithdraw}};
  const std::string text = Value(Field::kDecision, source);
  const auto found = std::find_if(std::begin(kDecisions), std::end(kDecisions),
                                  [&](const auto& decision) { return text == decision.first; });
  if (found == std::end(kDecisions)) {
    return Cat("decision ", Quoted(text),
               " is none of APPROVE, REJECT, DUPLICATE, NEED_MORE, WITHDRAW, NONE");
  }
  row->decision = found->second;
  if (row->decision == RowDecision::kNone) {
    row->decided_ms.reset();
    row->closed_ms.reset();
  } else if (!row->decided_ms) {
    notes->push_back("was decided, and nothing says when; left undecided");
    row->decision = RowDecision::kNone;
  }
  if (std::string reason = MendEarly(row, notes); !reason.empty()) return reason;
  if (const std::string severity = Value(Field::kSeverity, source);
      !severity.empty() && !ParseEnum("SEVERITY_", severity, &v1::Severity_Parse, &row->severity)) {
    return Cat("severity ", Quoted(severity), " is none of MINOR, NORMAL, MAJOR, CRITICAL");
  }
  if (const std::string evidence = Value(Field::kEvidence, source);
      !evidence.empty() && !ParseEnum("EVIDENCE_", evidence, &v1::Evidence_Parse, &row->evidence)) {
    return Cat("evidence ", Quoted(evidence), " is none of COMPLETE, PARTIAL, POOR");
  }
  row->reason_code = AsId(Value(Field::kReason, source));
  if (const std::string original = Value(Field::kDuplicateOf, source); !original.empty()) {
    row->duplicate_of = ReportId(original);
  }
  return {};
}

std::string ImportedRowReader::ReadMatter(const SourceRow& source, ImportedRow* row) const {
  const std::string kind = Value(Field::kMatterKind, source);
  if (kind.empty() || kind == "NONE") return {};
  if (!ParseEnum("MATTER_KIND_", kind, &v1::MatterKind_Parse, &row->matter_kind) ||
      row->matter_kind == v1::MATTER_KIND_GRIEVANCE) {
    return Cat("matter_kind ", Quoted(kind), " is none of HAZARD, OPINION, INCIDENT, WELFARE");
  }
  row->unit_id = AsId(Value(Field::kUnit, source));
  if (row->unit_id.empty()) row->unit_id = "unit";
  const std::string result = Value(Field::kResult, source);
  if (!result.empty() &&
      !ParseEnum("MATTER_RESULT_", result, &v1::MatterResult_Parse, &row->result)) {
    return Cat("result ", Quoted(result), " is none of SOLVED, EXPLAINED, NOT_SOLVABLE");
  }
  return {};
}

}  // namespace merit
