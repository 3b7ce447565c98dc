#include "consumers/merit/demo_directory.h"

#include <filesystem>

#include "consumers/merit/progress.h"
#include "consumers/merit/readable_log.h"
#include "consumers/merit/state_directory.h"
#include "engine/engine.h"
#include "engine/log/archive_log.h"
#include "engine/log/archive_writer.h"
#include "engine/log/file.h"

namespace merit {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr char kName[] = "demo.json";
constexpr size_t kStoreBytes = size_t{256} << 20;

std::string OptionsText(const Json& options) {
  if (options.contains("story")) return "demo --story of another version";
  return Cat("demo --drivers ", options.value("drivers", 0u), " --days ", options.value("days", 0),
             " --seed ", options.value("seed", uint64_t{0}));
}

}  // namespace

StatusOr<std::unique_ptr<DemoDirectory>> DemoDirectory::Open(const std::string& path,
                                                             const Json& options) {
  std::unique_ptr<DemoDirectory> demo(new DemoDirectory(path, options));
  RETURN_IF_ERROR(MakeDirectory(path));
  ASSIGN_OR_RETURN(demo->lock_, DirectoryLock::Take(path, DirectoryLock::Mode::kOneWriter));
  RETURN_IF_ERROR(demo->Read());
  return demo;
}

Status DemoDirectory::Read() {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDirectory(path_));
  const auto about = fs::path(path_) / kName;
  std::error_code error;
  if (!fs::exists(about, error)) {
    for (const std::string& name : names) {
      if (name.starts_with(kName)) continue;  // of a first start that was cut short
      return Invalid(Cat(path_, " is no demo and not empty (it holds ", name,
                         "); name another directory with --out"));
    }
    return Write();
  }
  ASSIGN_OR_RETURN(const std::string text, ReadFile(about.string()));
  try {
    const Json json = Json::parse(text);
    if (json.at("format") != kFormat) {
      return Invalid(Cat(path_, " was made by another version of merit; name another directory",
                         " with --out, or remove it"));
    }
    if (json.at("options") != options_) {
      return Invalid(Cat(path_, " holds a ", OptionsText(json.at("options")),
                         "; name another directory with --out, or remove it"));
    }
    work_.log_written = json.at("log_written");
    work_.log_records = json.at("log_records");
    work_.log_seconds = json.at("log_seconds");
    work_.folded_records = json.at("folded_records");
    work_.fold_seconds = json.at("fold_seconds");
    work_.finished = json.at("finished");
    return OkStatus();
  } catch (const Json::exception&) {
    return DataLoss(Cat(about.string(), " is not what merit writes there; remove ", path_,
                        ", the demo makes it anew"));
  }
}

Status DemoDirectory::Write() const {
  const Json json = {{"format", kFormat},
                     {"program", "merit " MERIT_VERSION},
                     {"options", options_},
                     {"log_written", work_.log_written},
                     {"log_records", work_.log_records},
                     {"log_seconds", work_.log_seconds},
                     {"folded_records", work_.folded_records},
                     {"fold_seconds", work_.fold_seconds},
                     {"finished", work_.finished}};
  return ReplaceFile(fs::path(path_) / kName, json.dump(2) + "\n");
}

Status DemoDirectory::Remove(const std::string& directory) const {
  std::error_code error;
  fs::remove_all(directory, error);
  if (!error) return OkStatus();
  return Failure(StatusCode::kInternal,
                 Cat(directory, " could not be removed: ", error.message(), "; remove it by hand"));
}

Status DemoDirectory::Forget() {
  work_ = {};
  RETURN_IF_ERROR(Write());
  RETURN_IF_ERROR(Remove(state()));
  return Remove(log());
}

Status DemoDirectory::WriteLog(const Next& next, uint64_t expected) {
  RETURN_IF_ERROR(Forget());
  ASSIGN_OR_RETURN(const std::unique_ptr<ArchiveWriter> writer, ArchiveWriter::Open(log()));
  Progress progress("events written", expected);
  for (Record record; next(&record); progress.Add()) RETURN_IF_ERROR(writer->Append(record));
  RETURN_IF_ERROR(writer->Close());
  work_.log_records = progress.done();
  work_.log_seconds = progress.seconds();
  work_.log_written = true;
  return Write();
}

Status DemoDirectory::Fold() {
  ASSIGN_OR_RETURN(const std::unique_ptr<ArchiveLog> archive, ArchiveLog::Open(log()));
  ReadableLog readable(archive.get());
  ASSIGN_OR_RETURN(const std::unique_ptr<StateDirectory> state,
                   StateDirectory::Open(this->state(), log(), kStoreBytes));
  RETURN_IF_ERROR(state->Recognise(*archive));
  Engine engine(&readable, &state->store(), &state->publisher(), EngineOptions{});
  RETURN_IF_ERROR(engine.Open());
  const int64_t first = engine.next_offset();
  const auto save = [&]() -> Status {
    if (engine.next_offset() > first) {
      RETURN_IF_ERROR(state->Remember(Sample::Of(readable.next_offset() - 1, readable.last())));
    }
    return engine.Save();
  };
  Progress progress("events folded", static_cast<uint64_t>(archive->end_offset() - first));
  for (;;) {
    ASSIGN_OR_RETURN(const size_t folded, engine.FoldBatch());
    if (folded == 0) break;
    progress.Add(folded);
    if (engine.SaveIsDue()) RETURN_IF_ERROR(save());
  }
  RETURN_IF_ERROR(readable.failure());
  RETURN_IF_ERROR(save());
  RETURN_IF_ERROR(state->publisher().Close());
  work_.folded_records = progress.done();
  work_.fold_seconds = progress.seconds();
  work_.finished = true;
  return Write();
}

}  // namespace merit
