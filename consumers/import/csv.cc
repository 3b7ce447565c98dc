#include "consumers/import/csv.h"

#include <algorithm>

namespace merit {
namespace {

constexpr size_t kChunkBytes = 64 * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Status CsvReader::Fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  ASSIGN_OR_RETURN(const size_t count, input_.ReadOnto(&buffer_, kChunkBytes));
  all_read_ = count == 0;
  if (first_ && buffer_.starts_with(kByteOrderMark)) begin_ = kByteOrderMark.size();
  first_ = false;
  return OkStatus();
}

StatusOr<CsvReader::Kind> CsvReader::Next(std::vector<std::string>* fields) {
  for (;;) {
    while (begin_ < buffer_.size() && AtLineEnd(begin_)) {
      next_line_ += buffer_[begin_] == '\n';
      ++begin_;
    }
    if (begin_ == buffer_.size() && all_read_) return Kind::kEnd;
    line_ = next_line_;
    size_t end = begin_;
    const Parsed parsed = begin_ == buffer_.size() ? Parsed::kNeedsMore : Parse(fields, &end);
    if (parsed == Parsed::kNeedsMore && buffer_.size() - begin_ <= kCsvRecordBytesMax) {
      RETURN_IF_ERROR(Fill());
      continue;
    }
    if (parsed == Parsed::kWhole) {
      if (field_count_ == 0 || fields->size() == field_count_) {
        Take(end);
        return Kind::kRecord;
      }
      defect_ = Cat("has ", fields->size(), " fields where the header has ", field_count_);
    } else if (parsed == Parsed::kNeedsMore) {
      defect_ = Cat("a quote is opened and not closed within ", kCsvRecordBytesMax, " bytes");
    }
    TakeFirstLine();
    return Kind::kDefect;
  }
}

CsvReader::Parsed CsvReader::Parse(std::vector<std::string>* fields, size_t* end) {
  fields->clear();
  size_t at = begin_;
  for (;;) {
    fields->emplace_back();
    if (at < buffer_.size() && buffer_[at] == '"') {
      const Parsed quoted = ParseQuoted(&fields->back(), &at);
      if (quoted != Parsed::kWhole) return quoted;
    } else {
      const size_t from = at;
      while (at < buffer_.size() && buffer_[at] != delimiter_ && !AtLineEnd(at)) ++at;
      fields->back().assign(buffer_, from, at - from);
    }
    if (at == buffer_.size()) {
      *end = at;
      return all_read_ ? Parsed::kWhole : Parsed::kNeedsMore;
    }
    if (buffer_[at] != delimiter_) {
      *end = at;
      return Parsed::kWhole;
    }
    ++at;
  }
}

CsvReader::Parsed CsvReader::ParseQuoted(std::string* field, size_t* at) {
  for (++*at;; ++*at) {
    const size_t quote = buffer_.find('"', *at);
    if (quote == std::string::npos) {
      if (!all_read_) return Parsed::kNeedsMore;
      defect_ = "a quote is opened and not closed before the end of the file";
      return Parsed::kDefect;
    }
    field->append(buffer_, *at, quote - *at);
    *at = quote + 1;
    if (*at == buffer_.size()) return all_read_ ? Parsed::kWhole : Parsed::kNeedsMore;
    if (buffer_[*at] != '"') break;
    field->push_back('"');
  }
  if (buffer_[*at] == delimiter_ || AtLineEnd(*at)) return Parsed::kWhole;
  defect_ = Cat("text follows a closing quote: ", std::string(buffer_, *at, 10));
  return Parsed::kDefect;
}

void CsvReader::TakeFirstLine() {
  const size_t end = buffer_.find('\n', begin_);
  Take(end == std::string::npos ? buffer_.size() : end);
}

void CsvReader::Take(size_t end) {
  next_line_ += static_cast<uint64_t>(std::count(buffer_.begin() + static_cast<long>(begin_),
                                                 buffer_.begin() + static_cast<long>(end), '\n'));
  begin_ = end;
}

}  // namespace merit
