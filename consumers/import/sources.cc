#include "consumers/import/sources.h"

#include <algorithm>
#include <string_view>

#include "consumers/import/csv.h"

namespace merit {
namespace {

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// Where in the header each column of the mapping stands.
Status FindColumns(const std::string& path, const std::vector<std::string>& header,
                   const std::vector<std::string>& columns, std::vector<size_t>* places) {
  std::vector<std::string> missing;
  for (const std::string& column : columns) {
    const auto found = std::find(header.begin(), header.end(), column);
    if (found == header.end()) {
      missing.push_back(column);
    } else if (std::find(found + 1, header.end(), column) != header.end()) {
      return Invalid(
          Cat(path, ": the header has \"", column, "\" twice; which one does the mapping mean?"));
    }
    places->push_back(static_cast<size_t>(found - header.begin()));
  }
  if (missing.empty()) return OkStatus();
  return Invalid(Cat(path, ": the mapping names columns that the header has not: ", Joined(missing),
                     "; the header has: ", Joined(header)));
}

}  // namespace

StatusOr<Format> DetectFormat(InputFile& input) {
  ASSIGN_OR_RETURN(const std::string head, input.Peek(4096));
  const size_t first = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string::npos) return Invalid(input.path() + " is empty");
  if (head[first] == '<') return Format::kOpen311Xml;
  if (head[first] == '[') return Format::kOpen311Json;
  if (head[first] != '{') return Format::kCsv;
  // A log's line names its key; it may be longer than what was looked at.
  const std::string line = head.substr(first, head.find('\n', first) - first);
  return line.find("\"timestamp_ms\"") != std::string::npos &&
                 line.find("\"key\"") != std::string::npos
             ? Format::kExchange
             : Format::kOpen311Json;
}

Status RowCollector::Add(const std::string& file, const char* unit, const SourceRow& source) {
  ImportedRow row;
  std::vector<std::string> notes;
  std::string reason = reader_.Read(source, &row, &notes);
  ++read_count_;
  if (reason.empty()) {
    const auto [seen, first] =
        seen_.try_emplace(row.submitted.report_id(), Seen{file, source.number});
    if (!first) {
      reason = Cat("its id was there before, at ", seen->second.file, ", ", unit, " ",
                   seen->second.number);
    }
  }
  if (!reason.empty()) {
    LeaveOut(file, unit, source.number, std::move(reason));
    return OkStatus();
  }
  if (rows_.size() == kRowsMax) {
    return Invalid(Cat(file, ": more than ", kRowsMax,
                       " rows; import them by the year, each into its own archive"));
  }
  for (std::string& note : notes)
    issues_.push_back({file, unit, source.number, std::move(note), false});
  rows_.push_back(std::move(row));
  return OkStatus();
}

void RowCollector::LeaveOut(const std::string& file, const char* unit, uint64_t number,
                            std::string reason) {
  issues_.push_back({file, unit, number, std::move(reason), true});
}

Status RowCollector::ReadCsv(InputFile& input, const ReadWatch& watch) {
  CsvReader csv(input, mapping_.delimiter);
  std::vector<std::string> fields;
  ASSIGN_OR_RETURN(CsvReader::Kind kind, csv.Next(&fields));
  if (kind != CsvReader::Kind::kRecord) return Invalid(input.path() + " has no header line");
  std::vector<size_t> places;
  RETURN_IF_ERROR(FindColumns(input.path(), fields, mapping_.columns, &places));
  csv.ExpectFields(fields.size());
  for (SourceRow row;;) {
    ASSIGN_OR_RETURN(kind, csv.Next(&fields));
    if (kind == CsvReader::Kind::kEnd) return OkStatus();
    if (watch) watch(input.position());
    if (kind == CsvReader::Kind::kDefect) {
      ++read_count_;
      LeaveOut(input.path(), "line", csv.line(), csv.defect());
      continue;
    }
    row.number = csv.line();
    row.values.clear();
    for (const size_t place : places) row.values.push_back(fields[place]);
    RETURN_IF_ERROR(Add(input.path(), "line", row));
  }
}

}  // namespace merit
