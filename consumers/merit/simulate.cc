// merit simulate: a city's log that nobody had to live through, as an archive or as JSON Lines.
#include <google/protobuf/stubs/logging.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "consumers/merit/command.h"
#include "consumers/merit/progress.h"
#include "engine/log/archive_writer.h"
#include "engine/wire/exchange.h"
#include "simulator/date.h"
#include "simulator/simulator.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(Write a made-up but lifelike log.

People report, desks review, partners redeem, the clock closes days. Equal options give equal
bytes on every machine. With --hostile the log is also everything that can go wrong: damaged
bytes, forged signatures, taken ids, values out of range, fraud, events upside down.)";

constexpr char kExample[] = R"(Examples:
  merit simulate --out logs/yibin            Yibin for 300 days, about 1.1 million events
  merit simulate --out logs/small --drivers 500 --days 60
  merit simulate --exchange - --drivers 20 --days 5        to read: one JSON object a line
  merit simulate --out logs/bench --cities 9 --events 10000000
  merit simulate --out logs/hostile --drivers 200 --days 90 --hostile 700 --seed 7

What becomes of a log:
  merit replay logs/small)";

struct Options {
  SimulationOptions simulation;
  std::string archive;
  std::string exchange;
  std::string first_day = "2026-01-01";
  uint32_t cities = 1;
  bool days_given = false;
  bool json = false;
};

// How many days are simulated where only --events says when to end.
constexpr int32_t kDaysWithEvents = 3'650;

Status ReadFirstDay(const std::string& text, int32_t* day) {
  int year = 0, month = 0, day_of_month = 0, end = 0;
  const int read = std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day_of_month, &end);
  const bool whole = read == 3 && static_cast<size_t>(end) == text.size();
  if (whole && year >= 2024 && year < 2150 && month >= 1 && month <= 12 && day_of_month >= 1) {
    *day = DayOf({year, month, day_of_month});
    if (DateOf(*day).month == month) return OkStatus();
  }
  return Invalid("--first-day " + text +
                 " is no day from 2024-01-01 to 2149-12-31; write it as 2026-01-01");
}

// Where the records go.
class Sink {
 public:
  virtual ~Sink() = default;
  [[nodiscard]] virtual Status Add(const Record& record) = 0;
  [[nodiscard]] virtual Status Close() = 0;
};

class ArchiveSink final : public Sink {
 public:
  explicit ArchiveSink(std::unique_ptr<ArchiveWriter> writer) : writer_(std::move(writer)) {}
  Status Add(const Record& record) override { return writer_->Append(record); }
  Status Close() override { return writer_->Close(); }

 private:
  std::unique_ptr<ArchiveWriter> writer_;
};

class ExchangeSink final : public Sink {
 public:
  ExchangeSink(std::FILE* file, std::string name) : file_(file), name_(std::move(name)) {}
  ~ExchangeSink() override {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  }
  Status Add(const Record& record) override {
    // A hostile event's texts may be no UTF-8: it is written as bytes, and protobuf need not
    // complain about it.
    const google::protobuf::LogSilencer silence;
    StatusOr<std::string> line = WriteExchangeLine(record);
    if (!line.ok()) return line.status();
    *line += '\n';
    if (std::fwrite(line->data(), 1, line->size(), file_) != line->size()) return WriteFailed();
    return OkStatus();
  }
  Status Close() override {
    const bool ok = file_ == stdout ? std::fflush(file_) == 0 : std::fclose(file_) == 0;
    if (file_ != stdout) file_ = nullptr;
    return ok ? OkStatus() : WriteFailed();
  }

 private:
  Status WriteFailed() const {
    return Failure(StatusCode::kInternal, Cat(name_, ": could not be written; is the disk full?"));
  }
  std::FILE* file_;
  const std::string name_;
};

StatusOr<std::unique_ptr<Sink>> OpenSink(const Options& options) {
  if (!options.archive.empty()) {
    std::error_code error;
    // Two logs in one directory would be one log with two beginnings.
    if (std::filesystem::exists(options.archive, error) &&
        !std::filesystem::is_empty(options.archive, error)) {
      return Invalid(options.archive + " is not empty; name a new directory with --out");
    }
    ASSIGN_OR_RETURN(std::unique_ptr<ArchiveWriter> writer, ArchiveWriter::Open(options.archive));
    return std::unique_ptr<Sink>(std::make_unique<ArchiveSink>(std::move(writer)));
  }
  const bool standard = options.exchange == "-";
  std::FILE* file = standard ? stdout : std::fopen(options.exchange.c_str(), "wb");
  if (file == nullptr) {
    return Invalid(options.exchange + " cannot be opened for writing; does its directory exist?");
  }
  return std::unique_ptr<Sink>(
      std::make_unique<ExchangeSink>(file, standard ? "standard output" : options.exchange));
}

struct Written {
  uint64_t records = 0;
  uint64_t bytes = 0;
  double seconds = 0;
};

Status WriteAll(const Options& options, Written* written) {
  Simulator simulator(options.simulation);
  ASSIGN_OR_RETURN(std::unique_ptr<Sink> sink, OpenSink(options));
  Progress progress("events", simulator.expected_events());
  Record record;
  while (simulator.Next(&record)) {
    RETURN_IF_ERROR(sink->Add(record));
    ++written->records;
    written->bytes += record.value.size();
    progress.Add();
  }
  RETURN_IF_ERROR(sink->Close());
  written->seconds = progress.seconds();
  return OkStatus();
}

void PrintSummary(const Options& options, const Written& written) {
  const std::string where = options.archive.empty() ? options.exchange : options.archive;
  // Standard output may be the log itself.
  std::FILE* out = options.exchange == "-" ? stderr : stdout;
  if (options.json) {
    std::fprintf(out, "{\"records\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"seconds\": %.3f}\n",
                 written.records, written.bytes, written.seconds);
    return;
  }
  const double rate =
      written.seconds > 0 ? static_cast<double>(written.records) / written.seconds : 0;
  std::fprintf(out, "%s events, %s bytes, in %s: %.1f s, %s events/s\n",
               WithCommas(static_cast<int64_t>(written.records)).c_str(),
               WithCommas(static_cast<int64_t>(written.bytes)).c_str(), where.c_str(),
               written.seconds, WithCommas(static_cast<int64_t>(rate)).c_str());
}

int RunSimulate(Options options) {
  Status status = ReadFirstDay(options.first_day, &options.simulation.first_day);
  if (!status.ok()) return Report("simulate", status);
  options.simulation.city_codes = CityCodes(options.cities);
  const bool only_events = options.simulation.events_max > 0 && !options.days_given;
  if (only_events) options.simulation.days = kDaysWithEvents;
  Written written;
  status = WriteAll(options, &written);
  if (!status.ok()) return Report("simulate", status);
  PrintSummary(options, written);
  return kExitOk;
}

}  // namespace

void AddSimulate(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  SimulationOptions& simulation = options->simulation;
  CLI::App* command = app.add_subcommand("simulate", kAbout);
  command->footer(kExample);
  CLI::Option_group* where = command->add_option_group("where", "one of the two");
  where->add_option("--out", options->archive, "a new archive directory");
  where->add_option("--exchange", options->exchange,
                    "JSON Lines (DOMAIN.md, section 14); - is standard output");
  where->require_option(1);
  command->add_option("--seed", simulation.seed, "another seed, another log")
      ->capture_default_str();
  command
      ->add_option("--cities", options->cities, "how many cities, Yibin first, interleaved by time")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  command->add_option("--drivers", simulation.drivers, "drivers of each city")
      ->check(CLI::Range(0, 2'000'000))
      ->capture_default_str();
  CLI::Option* days = command
                          ->add_option("--days", simulation.days,
                                       "business days; 3,650 where only --events ends it")
                          ->check(CLI::Range(0, 7'300))
                          ->capture_default_str();
  command
      ->add_option("--events", simulation.events_max,
                   "end after so many; 0: when the days are over")
      ->capture_default_str();
  command->add_option("--first-day", options->first_day, "the first business day")
      ->capture_default_str();
  command
      ->add_option("--platforms", simulation.platforms,
                   "ride-hailing platforms, fewer where drivers are few")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  command->add_option("--partners", simulation.partners, "redemption partners, likewise")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  command
      ->add_option("--reports", simulation.reports_per_driver_1000_days,
                   "reports of a driver in 1,000 days")
      ->check(CLI::Range(0, 20'000))
      ->capture_default_str();
  command
      ->add_option("--matters", simulation.matters_permille,
                   "of 1,000 approved reports, how many open a matter")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
  command
      ->add_option("--disorder", simulation.disorder_permille,
                   "of 1,000 records, how many come twice or too early")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
  command
      ->add_option("--signed", simulation.signed_permille,
                   "of 1,000 producers, how many have a key and sign; 20 times slower")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
  command
      ->add_option("--hostile", simulation.hostile_permille,
                   "of 1,000 records, how many mean harm; at most 900")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
  command->add_flag("--json", options->json, "the summary as JSON");
  command->callback([options, days, &run] {
    options->days_given = days->count() > 0;
    run = [options] { return RunSimulate(*options); };
  });
}

}  // namespace merit
