// Comma-separated records, one after the other, each with the line on which it begins.
//
//   Input    RFC 4180: quoted fields may hold commas, quotes (doubled) and line ends. Taken as
//            well: LF line ends, a byte order mark, empty lines (passed over), a quote inside an
//            unquoted field (a letter like any other)
//   Output   Next gives kRecord with its fields, kDefect with a reason, or kEnd
//   Errors   those of InputFile
//   Cost     each byte is looked at once; a record that runs over the end of what is in memory,
//            twice
//   Caveats  An opened quote that is never closed would swallow the rest of the file. So after any
//            defect reading goes on at the second line of what looked like the record: one bad line
//            costs one line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "consumers/import/input_file.h"
#include "engine/base/status.h"

namespace merit {

inline constexpr size_t kCsvRecordBytesMax = 256 * 1024;

class CsvReader {
 public:
  enum class Kind { kRecord, kDefect, kEnd };

  // The input must outlive the reader.
  CsvReader(InputFile& input, char delimiter) : input_(input), delimiter_(delimiter) {}

  [[nodiscard]] StatusOr<Kind> Next(std::vector<std::string>* fields);

  // From now on a record with another number of fields is a defect; 0: any number will do.
  void ExpectFields(size_t count) { field_count_ = count; }

  uint64_t line() const { return line_; }                // of what Next gave
  const std::string& defect() const { return defect_; }  // why, after kDefect

 private:
  enum class Parsed { kWhole, kDefect, kNeedsMore };

  [[nodiscard]] Status Fill();
  Parsed Parse(std::vector<std::string>* fields, size_t* end);
  Parsed ParseQuoted(std::string* field, size_t* at);
  bool AtLineEnd(size_t at) const { return buffer_[at] == '\n' || buffer_[at] == '\r'; }
  void TakeFirstLine();
  void Take(size_t end);

  InputFile& input_;
  const char delimiter_;
  size_t field_count_ = 0;
  std::string buffer_;
  size_t begin_ = 0;  // of the next record, in buffer_
  bool all_read_ = false;
  bool first_ = true;
  uint64_t next_line_ = 1;
  uint64_t line_ = 0;
  std::string defect_;
};

}  // namespace merit
