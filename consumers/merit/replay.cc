// merit replay: folds an archive into a state directory, and writes out what came of it.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "consumers/merit/command.h"
#include "consumers/merit/effect_text.h"
#include "consumers/merit/export.h"
#include "consumers/merit/interrupt.h"
#include "consumers/merit/memory_option.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/readable_log.h"
#include "consumers/merit/state_directory.h"
#include "consumers/merit/text.h"
#include "consumers/merit/totals_json.h"
#include "engine/base/sha256.h"
#include "engine/engine.h"
#include "engine/rows/image.h"
#include "merit/v1/seal.pb.h"

namespace merit {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr char kAbout[] = R"(Fold a log into outcomes, ledger, scores and sealed days.

The same log gives the same history, byte for byte, on any machine. With --state-dir the state
is kept: the same command goes on where it ended when the archive has grown, and also after a
kill or a power cut; the commands state, ledger, explain, top, score, stats, bulletins and
flags read that directory. An archive that is damaged is folded up to the damage, which is
then told (exit status 3).)";

constexpr char kExample[] = R"(Examples:
  merit replay logs/yibin                                   what a log comes to; nothing is kept
  merit replay logs/yibin --state-dir yibin                 keep it, or go on with it
  merit replay logs/yibin --outcomes - | head               every answer, one JSON object a line
  merit replay logs/yibin --state-dir yibin --scores scores.jsonl --seals seals.jsonl
  merit ledger yibin d-17                                   then: why a driver has each point

A log in the exchange form (.jsonl) becomes an archive with: merit import FILE --archive DIR)";

struct Options {
  std::string archive;
  std::string state_directory;
  std::string exports[kTopicCount];
  std::string state_export;
  uint64_t memory_bytes = kMemoryUsual;
  uint64_t save_records = kSaveRecordsMax;
  bool json = false;

  bool UsesStandardOutput() const {
    bool uses = state_export == "-";
    for (const std::string& file : exports) uses = uses || file == "-";
    return uses;
  }
};

// A state directory for one replay.
class PassingDirectory {
 public:
  ~PassingDirectory() {
    if (path_.empty()) return;
    std::error_code error;
    fs::remove_all(path_, error);
    if (error) {
      std::fprintf(
          stderr,
          "merit replay: the temporary state in %s could not be removed: %s; remove it by hand\n",
          path_.c_str(), error.message().c_str());
    }
  }
  StatusOr<std::string> Make() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "merit-replay-XXXXXX").string();
    if (error || mkdtemp(name.data()) == nullptr) {
      return Failure(StatusCode::kInternal,
                     Cat(name, " could not be made; set TMPDIR, or give --state-dir"));
    }
    return path_ = name;
  }

 private:
  std::string path_;
};

// One replay, from opening to what is said about it.
class Replay {
 public:
  explicit Replay(const Options& options) : options_(options) {}

  [[nodiscard]] Status Run() {
    RETURN_IF_ERROR(OpenAll());
    const Status folded = Fold();
    if (!folded.ok() && folded.code() != StatusCode::kUnimplemented) return folded;
    RETURN_IF_ERROR(state_->publisher().Close());
    StopCatchingInterrupts();  // from here on nothing is lost by a plain end
    if (Interrupted() && engine_->next_offset() < log_->end_offset()) return StoppedEarly();
    RETURN_IF_ERROR(Export());
    RETURN_IF_ERROR(ReadSeals());
    options_.json ? PrintJson() : PrintSummary();
    return folded.ok() ? log_->failure() : folded;
  }

 private:
  Status OpenAll();
  Status Fold();
  Status Save();
  Status Export();
  Status ReadSeals();
  Status StoppedEarly() const;
  void PrintSummary() const;
  void PrintCity(std::FILE* out, const City& city) const;
  void PrintJson() const;
  Json CityJson(const City& city) const;
  // The summary must not stand among the lines of an export.
  std::FILE* Out() const { return options_.UsesStandardOutput() ? stderr : stdout; }
  uint64_t folded() const { return static_cast<uint64_t>(engine_->next_offset() - first_offset_); }

  const Options& options_;
  PassingDirectory passing_;  // the last to go
  std::unique_ptr<ArchiveLog> archive_;
  std::unique_ptr<ReadableLog> log_;
  std::unique_ptr<StateDirectory> state_;
  std::unique_ptr<Engine> engine_;
  PublishedCounts published_{};
  std::map<uint32_t, v1::DaySeal> seals_;  // each city's last
  int64_t first_offset_ = 0;
  double seconds_ = 0;
};

Status Replay::OpenAll() {
  std::error_code error;
  if (fs::is_regular_file(options_.archive, error)) {
    return Invalid(options_.archive +
                   " is a file, not an archive directory; make one with: merit import " +
                   options_.archive + " --archive DIR");
  }
  if (!fs::exists(options_.archive, error)) {
    return Invalid(options_.archive +
                   " is not there; a log comes from merit simulate --out DIR, merit import or "
                   "merit demo (DIR/log)");
  }
  ASSIGN_OR_RETURN(archive_, ArchiveLog::Open(options_.archive));
  log_ = std::make_unique<ReadableLog>(archive_.get());
  std::string directory = options_.state_directory;
  if (directory.empty()) {
    ASSIGN_OR_RETURN(directory, passing_.Make());
  }
  ASSIGN_OR_RETURN(state_,
                   StateDirectory::Open(directory, options_.archive, options_.memory_bytes / 8));
  RETURN_IF_ERROR(state_->Recognise(*archive_));
  EngineOptions options;
  options.save_records_max = options_.save_records;
  options.memory_bytes_max = options_.memory_bytes - options_.memory_bytes / 8;
  engine_ = std::make_unique<Engine>(log_.get(), &state_->store(), &state_->publisher(), options);
  RETURN_IF_ERROR(engine_->Open());
  first_offset_ = engine_->next_offset();
  return OkStatus();
}

Status Replay::Fold() {
  Progress progress("records", static_cast<uint64_t>(log_->end_offset() - first_offset_));
  while (!Interrupted()) {
    ASSIGN_OR_RETURN(const size_t folded, engine_->FoldBatch());
    if (folded == 0) break;
    progress.Add(folded);
    if (engine_->SaveIsDue()) RETURN_IF_ERROR(Save());
  }
  RETURN_IF_ERROR(Save());
  seconds_ = progress.seconds();
  return OkStatus();
}

Status Replay::Save() {
  if (engine_->next_offset() > first_offset_) {
    RETURN_IF_ERROR(state_->Remember(Sample::Of(log_->next_offset() - 1, log_->last())));
  }
  return engine_->Save();
}

Status Replay::StoppedEarly() const {
  const std::string folded = Cat("stopped after ", WithCommas(engine_->next_offset()), " of ",
                                 WithCommas(log_->end_offset()), " records");
  if (options_.state_directory.empty()) {
    return Failure(StatusCode::kCancelled,
                   folded + ", nothing is kept; with --state-dir it could go on");
  }
  return Failure(StatusCode::kCancelled,
                 folded + ", all of them are saved; the same command goes on from there");
}

// --- what came of it ---------------------------------------------------------------------------

Status Replay::Export() {
  ASSIGN_OR_RETURN(published_, CountPublished(state_->publisher().position()));
  const std::string directory = PublishedDirectory(state_->path());
  for (size_t place = 0; place < kTopicCount; ++place) {
    if (options_.exports[place].empty()) continue;
    RETURN_IF_ERROR(ExportTopic(directory, static_cast<Topic>(place), published_[place],
                                options_.exports[place]));
  }
  if (options_.state_export.empty()) return OkStatus();
  return ExportCities(engine_->machine().cities(), options_.state_export);
}

Status Replay::ReadSeals() {
  const int64_t count = published_[static_cast<size_t>(Topic::kSeals)];
  return ReadPublished(
      PublishedDirectory(state_->path()), Topic::kSeals, count, [&](const Record& record) {
        v1::DaySeal seal;
        if (seal.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) {
          seals_[seal.city_code()] = std::move(seal);
        }
        return true;
      });
}

void Replay::PrintSummary() const {
  std::FILE* const out = Out();
  const auto rate = seconds_ > 0 ? static_cast<double>(folded()) / seconds_ : 0.0;
  if (folded() == 0) {
    std::fprintf(out, "nothing new: all %s records are folded\n",
                 WithCommas(engine_->next_offset()).c_str());
  } else {
    std::fprintf(out, "%s records folded in %.2f s, %s a second",
                 WithCommas(static_cast<int64_t>(folded())).c_str(), seconds_,
                 WithCommas(static_cast<int64_t>(rate)).c_str());
    if (first_offset_ > 0)
      std::fprintf(out, "; with those before %s", WithCommas(engine_->next_offset()).c_str());
    std::fprintf(out, "\n");
  }
  const CodeCounts& counts = engine_->machine().code_counts();
  for (size_t code = 0; code < counts.size(); ++code) {
    if (counts[code] == 0) continue;
    std::fprintf(out, "  %-20s %15s\n", NameOf(static_cast<v1::Code>(code)).c_str(),
                 WithCommas(static_cast<int64_t>(counts[code])).c_str());
  }
  for (const auto& [code, city] : engine_->machine().cities()) PrintCity(out, *city);
}

void Replay::PrintCity(std::FILE* out, const City& city) const {
  const Totals& t = city.row.totals;
  std::fprintf(out, "city %s %s: open day %s, city_seq %s, %s drivers\n", city.key.c_str(),
               city.row.name.c_str(), DayText(city.open_day()).c_str(),
               WithCommas(static_cast<int64_t>(city.row.seq)).c_str(),
               WithCommas(city.row.drivers).c_str());
  std::fprintf(
      out,
      "  points issued %s = available %s + held %s + arrears %s + at partners %s + settled %s + "
      "expired %s\n"
      "    + forfeited %s + clawed back %s\n",
      WithCommas(-t.issued).c_str(), WithCommas(t.available).c_str(), WithCommas(t.held).c_str(),
      WithCommas(t.arrears).c_str(), WithCommas(t.partner).c_str(), WithCommas(t.settled).c_str(),
      WithCommas(t.expired).c_str(), WithCommas(t.forfeited).c_str(), WithCommas(t.clawed).c_str());
  const auto seal = seals_.find(city.code);
  if (seal == seals_.end()) return;
  std::fprintf(out, "  last seal: day %s, city_seq %s, outcome_root %s\n",
               DayText(seal->second.day()).c_str(),
               WithCommas(static_cast<int64_t>(seal->second.city_seq())).c_str(),
               Hex(seal->second.outcome_root()).c_str());
}

Json Replay::CityJson(const City& city) const {
  Json json = {{"city_code", city.code},      {"name", city.row.name},
               {"open_day", city.open_day()}, {"city_seq", city.row.seq},
               {"drivers", city.row.drivers}, {"totals", TotalsJson(city.row.totals)}};
  const auto seal = seals_.find(city.code);
  if (seal != seals_.end()) {
    json["last_seal"] = {{"day", seal->second.day()},
                         {"city_seq", seal->second.city_seq()},
                         {"outcome_root", Hex(seal->second.outcome_root())}};
  }
  return json;
}

void Replay::PrintJson() const {
  Json json = {{"records", folded()},
               {"next_offset", engine_->next_offset()},
               {"end_offset", log_->end_offset()},
               {"seconds", seconds_},
               {"outcomes", Json::object()},
               {"cities", Json::array()}};
  if (!options_.state_directory.empty()) json["state_directory"] = options_.state_directory;
  const CodeCounts& counts = engine_->machine().code_counts();
  for (size_t code = 0; code < counts.size(); ++code) {
    if (counts[code] > 0) json["outcomes"][NameOf(static_cast<v1::Code>(code))] = counts[code];
  }
  for (const auto& [code, city] : engine_->machine().cities())
    json["cities"].push_back(CityJson(*city));
  std::fprintf(Out(), "%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

int RunReplay(const Options& options) {
  CatchInterrupts();
  const Status status = [&]() -> Status {
    try {
      Replay replay(options);
      return replay.Run();
    } catch (const RowsUnavailable& no) {  // while the state is exported
      return DataLoss(Cat("the state cannot be read: ", no.what,
                          "; remove the state directory and replay again"));
    }
  }();
  return status.ok() ? kExitOk : Report("replay", status);
}

}  // namespace

void AddReplay(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("replay", kAbout);
  command->footer(kExample);
  command->add_option("archive", options->archive, "the log: an archive directory")->required();
  command->add_option("--state-dir", options->state_directory,
                      "where the state is kept; none: it is forgotten");
  const auto file = [&](const char* name, Topic topic, const char* about) {
    command->add_option(name, options->exports[static_cast<size_t>(topic)], about)
        ->option_text("FILE");
  };
  file("--outcomes", Topic::kOutcomes,
       "every outcome as JSON Lines; - is standard output, here and below");
  file("--scores", Topic::kScores, "each driver's last score");
  file("--seals", Topic::kSeals, "the seal of each closed day");
  file("--bulletins", Topic::kBulletins, "what months and quarters published");
  file("--dead-letters", Topic::kDeadLetters,
       "records that are no event of their city, with the reason");
  command
      ->add_option("--state", options->state_export,
                   "the state as text, to compare implementations (EFFECTS.md §7)")
      ->option_text("FILE");
  OfferMemory(command, &options->memory_bytes);
  command->add_option("--save-every", options->save_records, "records between two saves")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1'000'000'000}))
      ->option_text("RECORDS [4000000]");
  command->add_flag("--json", options->json, "the summary as JSON");
  command->callback([options, &run] { run = [options] { return RunReplay(*options); }; });
}

}  // namespace merit
