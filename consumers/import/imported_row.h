// One row of a source as a report: what was reported, what was decided about it, and when.
//
//   Input    a SourceRow of the mapping's columns
//   Output   everything in the report is in range for the programme's policy and city, so that its
//            events are APPLIED; what was not, and could be helped, stands in `notes`
//   Errors   a reason to leave the row out, as text for whoever keeps the table
//   Cost     no IO
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "consumers/import/mapping.h"
#include "merit/v1/event.pb.h"

namespace merit {

enum class RowDecision : uint8_t { kNone, kApprove, kReject, kDuplicate, kNeedMore, kWithdraw };

struct ImportedRow {
  int64_t created_ms = 0;
  std::optional<int64_t> decided_ms;
  std::optional<int64_t> closed_ms;
  std::optional<int64_t> assigned_ms;
  v1::ReportSubmitted submitted;  // driver_id is empty where one has to be drawn
  RowDecision decision = RowDecision::kNone;
  v1::Severity severity = v1::SEVERITY_NORMAL;
  v1::Evidence evidence = v1::EVIDENCE_COMPLETE;
  std::string reason_code;
  std::string duplicate_of;  // a report_id, or empty where the source does not name the original
  v1::MatterKind matter_kind = v1::MATTER_KIND_UNSPECIFIED;  // UNSPECIFIED: no matter is opened
  std::string unit_id;
  v1::MatterResult result = v1::MATTER_RESULT_SOLVED;
};

class ImportedRowReader {
 public:
  explicit ImportedRowReader(const Mapping& mapping);

  // Empty: *row is good. Else why it is left out. `notes` gets what was helped.
  std::string Read(const SourceRow& source, ImportedRow* row,
                   std::vector<std::string>* notes) const;

 private:
  std::string Value(Field field, const SourceRow& source) const {
    return mapping_.rule(field).ValueIn(source);
  }
  std::string ReportId(const std::string& row_id) const;
  std::string ReadTimes(const SourceRow& source, ImportedRow* row,
                        std::vector<std::string>* notes) const;
  // Empty, or why *time_ms has none.
  std::string ParseTime(const std::string& text, std::optional<int64_t>* time_ms) const;
  std::optional<int64_t> OptionalTime(Field field, const SourceRow& source,
                                      std::vector<std::string>* notes) const;
  std::string MendEarly(ImportedRow* row, std::vector<std::string>* notes) const;
  std::string ReadCategory(const SourceRow& source, ImportedRow* row) const;
  std::string ReadPlace(const SourceRow& source, ImportedRow* row,
                        std::vector<std::string>* notes) const;
  std::string ReadKinds(const SourceRow& source, ImportedRow* row) const;
  std::string ReadPhotos(const SourceRow& source, ImportedRow* row) const;
  std::string ReadDecision(const SourceRow& source, ImportedRow* row,
                           std::vector<std::string>* notes) const;
  std::string ReadMatter(const SourceRow& source, ImportedRow* row) const;
  bool InCity(uint32_t county_code) const;

  const Mapping& mapping_;
  std::unordered_map<uint32_t, v1::CapGroup> groups_;  // of each category code
};

// `text` as an identifier: other ASCII becomes '-', what is over 40 bytes is cut. A text with
// letters beyond ASCII becomes its hash, so that two different streets stay two.
std::string AsId(const std::string& text);

}  // namespace merit
