// merit import: real input as an archive of records.
#include "consumers/import/import.h"

#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "consumers/merit/command.h"
#include "consumers/merit/progress.h"
#include "engine/log/archive_writer.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(Turn real input into an archive that every other command reads.

  exchange       a log as JSON Lines (DOMAIN.md §14), gzipped or not; needs no mapping
  csv            a table with a header line, gzipped or not
  open311-json   GeoReport v2 requests, as GET /requests.json gives them
  open311-xml    the same as XML

Tables and requests become a programme's log: its opening, producers, reviewers and drivers,
a report for each row, what was decided about it, and the close of every day between. Rows
that make no sense are listed on stderr with file, line and reason; the rest is imported.)";

constexpr char kExample[] =
    R"(A mapping says which column is which. A table with the columns no, time, what, driver, lat,
lon, state:

  {
    "city_code": 511500, "time_zone": "Asia/Shanghai", "utc_offset_minutes": 480,
    "fields": {
      "id": "no", "created": "time", "closed": "time", "driver": "driver",
      "category": {"column": "what", "map": {"pothole": 10, "litter": 12}, "default": 20},
      "latitude": "lat", "longitude": "lon", "crs": {"value": "GCJ02"},
      "decision": {"column": "state", "map": {"ok": "APPROVE", "no": "REJECT"}}
    }
  }

  merit import table.csv --mapping mine.json --archive logs/511500
  merit replay logs/511500

Where no column names the driver, one is drawn from --seed: no real table that we know links
its reports to drivers, so scores of an import without such a column are about invented
people.
consumers/mappings has more examples, and a README with the whole format.)";

struct Options {
  ImportRequest request;
  std::string archive;
  bool json = false;
};

// One progress line for each thing that is done.
class ProgressLine {
 public:
  void Show(const char* what, uint64_t done, uint64_t total) {
    if (what_ != what) {
      progress_.emplace(what, total);
      what_ = what;
    }
    if (done > progress_->done()) progress_->Add(done - progress_->done());
  }

 private:
  std::string what_;
  std::optional<Progress> progress_;
};

void PrintIssues(const Issues& issues) {
  for (const Issue& issue : issues) {
    std::fprintf(stderr, "%s, %s %" PRIu64 ": %s%s\n", issue.file.c_str(), issue.unit, issue.number,
                 issue.reason.c_str(), issue.left_out ? "; left out" : "");
  }
}

std::string Counted(uint64_t count) { return WithCommas(static_cast<int64_t>(count)); }

void PrintSummary(const ImportReport& report, const Options& options) {
  const ProgrammeCounts& programme = report.programme;
  std::printf("%s of %s rows imported as %s records in %s\n",
              Counted(report.imported_count).c_str(), Counted(report.read_count).c_str(),
              Counted(report.record_count).c_str(), options.archive.c_str());
  if (report.left_out_count() > 0) {
    std::printf("%s left out, each listed above\n", Counted(report.left_out_count()).c_str());
  }
  if (report.city_code == 0) return;
  std::printf(
      "city %u: %s reports of %s drivers, %s reviews, %s second opinions, %s withdrawn, %s "
      "matters, %s days\n",
      report.city_code, Counted(programme.reports).c_str(), Counted(programme.drivers).c_str(),
      Counted(programme.reviews).c_str(), Counted(programme.second_opinions).c_str(),
      Counted(programme.withdrawals).c_str(), Counted(programme.matters).c_str(),
      Counted(programme.days).c_str());
  if (programme.undecided > 0) {
    std::printf("%s undecided in the source; they will expire\n",
                Counted(programme.undecided).c_str());
  }
  if (programme.decided_too_late > 0) {
    std::printf("%s decided after the policy's review_days; they expire before\n",
                Counted(programme.decided_too_late).c_str());
  }
  if (programme.duplicates_unmatched > 0) {
    std::printf("%s duplicates whose original is not there; rejected with reason DUPLICATE\n",
                Counted(programme.duplicates_unmatched).c_str());
  }
  if (report.drivers_drawn) {
    std::printf("drivers were drawn with seed %" PRIu64
                ": the source links no report to a driver\n",
                options.request.seed);
  }
}

void PrintJson(const ImportReport& report, const Options& options) {
  const ProgrammeCounts& programme = report.programme;
  nlohmann::ordered_json json = {{"archive", options.archive},
                                 {"read", report.read_count},
                                 {"imported", report.imported_count},
                                 {"left_out", report.left_out_count()},
                                 {"records", report.record_count}};
  if (report.city_code != 0) {
    json["city_code"] = report.city_code;
    json["seed"] = options.request.seed;
    json["drivers_drawn"] = report.drivers_drawn;
    json["programme"] = {{"reports", programme.reports},
                         {"reviews", programme.reviews},
                         {"second_opinions", programme.second_opinions},
                         {"withdrawals", programme.withdrawals},
                         {"matters", programme.matters},
                         {"drivers", programme.drivers},
                         {"days", programme.days},
                         {"undecided", programme.undecided},
                         {"decided_too_late", programme.decided_too_late},
                         {"duplicates_unmatched", programme.duplicates_unmatched},
                         {"first_day", programme.first_day},
                         {"last_day", programme.last_day},
                         {"landmark_day", programme.landmark_day}};
  }
  json["issues"] = nlohmann::ordered_json::array();
  for (const Issue& issue : report.issues) {
    json["issues"].push_back({{"file", issue.file},
                              {issue.unit, issue.number},
                              {"reason", issue.reason},
                              {"left_out", issue.left_out}});
  }
  // What a row holds may be no UTF-8, and the reason quotes it.
  std::printf("%s\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

Status WriteArchive(const Options& options, ImportReport* report) {
  std::error_code error;
  // A log has one beginning: an opening appended to another programme's log would be refused there.
  if (std::filesystem::exists(options.archive, error) &&
      !std::filesystem::is_empty(options.archive, error)) {
    return Invalid(options.archive + " is not empty; name a new directory with --archive");
  }
  std::unique_ptr<ArchiveWriter>
      writer;  // made with the first record, so that nothing imported leaves nothing
  const auto append = [&](const Record& record) -> Status {
    if (!writer) {
      ASSIGN_OR_RETURN(writer, ArchiveWriter::Open(options.archive));
    }
    return writer->Append(record);
  };
  ProgressLine progress;
  RETURN_IF_ERROR(Import(
      options.request, append,
      [&](const char* what, uint64_t done, uint64_t total) { progress.Show(what, done, total); },
      report));
  return writer ? writer->Close() : OkStatus();
}

int RunImport(const Options& options) {
  ImportReport report;
  const Status status = WriteArchive(options, &report);
  PrintIssues(report.issues);
  if (!status.ok()) return Report("import", status);
  if (options.json) {
    PrintJson(report, options);
  } else {
    PrintSummary(report, options);
  }
  if (report.imported_count > 0) return kExitOk;
  std::fprintf(stderr, "merit import: nothing could be imported; see the reasons above\n");
  return kExitUsage;
}

}  // namespace

void AddImport(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  static const std::map<std::string, Format> kFormats = {{"auto", Format::kAuto},
                                                         {"exchange", Format::kExchange},
                                                         {"open311-json", Format::kOpen311Json},
                                                         {"open311-xml", Format::kOpen311Xml},
                                                         {"csv", Format::kCsv}};
  CLI::App* command = app.add_subcommand("import", kAbout);
  command->footer(kExample);
  command->add_option("files", options->request.files, "what to import, in order")->required();
  command->add_option("--archive", options->archive, "the new archive's directory")->required();
  command
      ->add_option("--format", options->request.format,
                   "what the files are; auto looks at the first bytes")
      ->transform(CLI::CheckedTransformer(kFormats, CLI::ignore_case))
      ->option_text("exchange|open311-json|open311-xml|csv|auto");
  command->add_option("--mapping", options->request.mapping,
                      "which column is which; needed for csv and open311");
  command->add_option("--seed", options->request.seed, "of the drivers that are drawn; default 1");
  command->add_flag("--json", options->json, "the summary and every issue as JSON");
  command->callback([options, &run] { run = [options] { return RunImport(*options); }; });
}

}  // namespace merit
