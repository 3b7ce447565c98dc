// Files of requests, whatever their form, as reports.
//
//   Input    CSV with a header line, or Open311 GeoReport v2 requests as JSON or XML; all by one
//            mapping
//   Output   rows for ProgrammeLog; each row that makes no sense is an issue, and nothing else is
//            lost for it. A request's columns: its own keys; "extended_attributes.ward" for what
//            lies deeper; "notes.closed" for the earliest note of type "closed",
//            "notes.last.closed" for the latest
//   Errors   kNotFound, kDataLoss: the file; kInvalidArgument: it is not of its form, lacks a
//            column that the mapping names, or there are more than kRowsMax rows
//   Source   RFC 4180; wiki.open311.org/GeoReport_v2
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "consumers/import/imported_row.h"
#include "consumers/import/input_file.h"
#include "consumers/import/issue.h"
#include "consumers/import/mapping.h"
#include "engine/base/status.h"

namespace merit {

inline constexpr size_t kRowsMax = 5'000'000;
inline constexpr size_t kOpen311BytesMax = size_t{512} << 20;

enum class Format { kAuto, kExchange, kOpen311Json, kOpen311Xml, kCsv };

// By the first bytes; never kAuto.
[[nodiscard]] StatusOr<Format> DetectFormat(InputFile& input);

// Told how far a file is, in its bytes on disk.
using ReadWatch = std::function<void(uint64_t position)>;

class RowCollector {
 public:
  explicit RowCollector(const Mapping& mapping) : mapping_(mapping), reader_(mapping) {}

  [[nodiscard]] Status ReadCsv(InputFile& input, const ReadWatch& watch);
  [[nodiscard]] Status ReadOpen311Json(InputFile& input);
  [[nodiscard]] Status ReadOpen311Xml(InputFile& input);

  std::vector<ImportedRow>& rows() { return rows_; }
  const Issues& issues() const { return issues_; }
  uint64_t read_count() const { return read_count_; }  // rows seen, imported or not

 private:
  struct Seen {
    std::string file;
    uint64_t number;
  };

  [[nodiscard]] Status Add(const std::string& file, const char* unit, const SourceRow& source);
  void LeaveOut(const std::string& file, const char* unit, uint64_t number, std::string reason);

  const Mapping& mapping_;
  const ImportedRowReader reader_;
  std::vector<ImportedRow> rows_;
  Issues issues_;
  std::unordered_map<std::string, Seen> seen_;  // by report_id
  uint64_t read_count_ = 0;
};

}  // namespace merit
