#include "consumers/import/import.h"

#include <algorithm>
#include <string_view>

#include "consumers/import/input_file.h"
#include "engine/wire/exchange.h"

namespace merit {
namespace {

constexpr size_t kChunkBytes = 256 * 1024;

// Lines of any file, without their ends.
class LineReader {
 public:
  explicit LineReader(InputFile& input) : input_(input) {}

  // False at the end. `*too_long` lines are passed over up to their end.
  [[nodiscard]] StatusOr<bool> Next(std::string_view* line, bool* too_long) {
    *too_long = false;
    buffer_.erase(0, begin_);
    begin_ = 0;
    for (size_t searched = 0;;) {
      const size_t end = buffer_.find('\n', searched);
      if (end != std::string::npos || (all_read_ && !buffer_.empty())) {
        begin_ = end == std::string::npos ? buffer_.size() : end + 1;
        *line = std::string_view(buffer_).substr(0, std::min(end, buffer_.size()));
        if (line->ends_with('\r')) line->remove_suffix(1);
        ++number_;
        return true;
      }
      if (all_read_) return false;
      searched = buffer_.size();
      if (searched > kExchangeLineBytesMax) {
        *too_long = true;
        buffer_.clear();
        searched = 0;
      }
      ASSIGN_OR_RETURN(const size_t count, input_.ReadOnto(&buffer_, kChunkBytes));
      all_read_ = count == 0;
    }
  }
  uint64_t number() const { return number_; }

 private:
  InputFile& input_;
  std::string buffer_;
  size_t begin_ = 0;
  bool all_read_ = false;
  uint64_t number_ = 0;
};

struct OpenFile {
  InputFile input;
  Format format;
};

StatusOr<std::vector<OpenFile>> OpenAll(const ImportRequest& request) {
  std::vector<OpenFile> files;
  for (const std::string& path : request.files) {
    ASSIGN_OR_RETURN(InputFile input, InputFile::Open(path));
    Format format = request.format;
    if (format == Format::kAuto) {
      ASSIGN_OR_RETURN(format, DetectFormat(input));
    }
    files.push_back({std::move(input), format});
    if ((files.front().format == Format::kExchange) != (format == Format::kExchange)) {
      return Invalid(
          Cat(files.front().input.path(), " and ", path,
              ": one is a log, the other holds requests; import them into two archives"));
    }
  }
  return files;
}

Status ImportExchange(std::vector<OpenFile>& files, const ProgrammeLog::Sink& sink,
                      const ReadWatch& watch, ImportReport* report) {
  uint64_t before = 0;
  for (OpenFile& file : files) {
    LineReader lines(file.input);
    std::string_view line;
    ExchangeRecord record;
    for (bool too_long = false;;) {
      ASSIGN_OR_RETURN(const bool found, lines.Next(&line, &too_long));
      if (!found) break;
      if (line.find_first_not_of(" \t") == std::string_view::npos && !too_long) continue;
      ++report->read_count;
      watch(before + file.input.position());
      Status parsed = too_long ? Invalid(Cat("is longer than ", kExchangeLineBytesMax, " bytes"))
                               : ParseExchangeLine(line, &record);
      if (!parsed.ok()) {
        report->issues.push_back(
            {file.input.path(), "line", lines.number(), std::string(parsed.message()), true});
        continue;
      }
      RETURN_IF_ERROR(sink(record.view()));
      ++report->imported_count;
      ++report->record_count;
    }
    before += file.input.file_size();
  }
  return OkStatus();
}

Status ReadRows(std::vector<OpenFile>& files, const ReadWatch& watch, RowCollector* collector) {
  uint64_t before = 0;
  for (OpenFile& file : files) {
    const auto position = [&](uint64_t at) { watch(before + at); };
    switch (file.format) {
      case Format::kOpen311Json:
        RETURN_IF_ERROR(collector->ReadOpen311Json(file.input));
        break;
      case Format::kOpen311Xml:
        RETURN_IF_ERROR(collector->ReadOpen311Xml(file.input));
        break;
      default:
        RETURN_IF_ERROR(collector->ReadCsv(file.input, position));
    }
    before += file.input.file_size();
    watch(before);
  }
  return OkStatus();
}

Status ImportRows(const ImportRequest& request, std::vector<OpenFile>& files,
                  const ProgrammeLog::Sink& sink, const ReadWatch& watch_read,
                  const ImportWatch& watch, ImportReport* report) {
  if (request.mapping.empty()) {
    return Invalid(
        Cat(files.front().input.path(),
            " holds requests: which column is which? Name a mapping file with --mapping; "
            "consumers/mappings has examples, `merit import --help` a small one"));
  }
  ASSIGN_OR_RETURN(const Mapping mapping, Mapping::Load(request.mapping));
  RowCollector collector(mapping);
  RETURN_IF_ERROR(ReadRows(files, watch_read, &collector));
  uint64_t written = 0;
  const uint64_t total = collector.rows().size();
  const auto counted = [&](const Record& record) {
    if ((++written & 1023) == 0) watch("records written", written, 0);
    return sink(record);
  };
  ProgrammeLog log(mapping, request.seed, counted);
  RETURN_IF_ERROR(log.Write(collector.rows()));
  report->read_count = collector.read_count();
  report->imported_count = total;
  report->record_count = log.counts().records;
  report->city_code = mapping.city_code;
  report->drivers_drawn = mapping.rule(Field::kDriver).empty();
  report->programme = log.counts();
  report->issues = collector.issues();
  return OkStatus();
}

}  // namespace

uint64_t ImportReport::left_out_count() const {
  return static_cast<uint64_t>(std::count_if(issues.begin(), issues.end(),
                                             [](const Issue& issue) { return issue.left_out; }));
}

Status Import(const ImportRequest& request, const ProgrammeLog::Sink& sink,
              const ImportWatch& watch, ImportReport* report) {
  *report = ImportReport();
  if (request.files.empty()) return Invalid("no file is named");
  ASSIGN_OR_RETURN(std::vector<OpenFile> files, OpenAll(request));
  uint64_t bytes = 0;
  for (const OpenFile& file : files) bytes += file.input.file_size();
  const ReadWatch watch_read = [&](uint64_t position) { watch("bytes read", position, bytes); };
  if (files.front().format == Format::kExchange)
    return ImportExchange(files, sink, watch_read, report);
  return ImportRows(request, files, sink, watch_read, watch, report);
}

}  // namespace merit
