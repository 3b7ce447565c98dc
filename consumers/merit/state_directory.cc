#include "consumers/merit/state_directory.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/base/sha256.h"
#include "engine/log/archive_position.h"
#include "engine/log/file.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;
constexpr char kAboutName[] = "about.json";
constexpr size_t kSamplesMax = 4;  // of the first save, and of the last ones
constexpr size_t kReadRecords = 4'096;

std::string RowsDirectory(const std::string& directory) {
  return (fs::path(directory) / "rows").string();
}
fs::path AboutPath(const std::string& directory) { return fs::path(directory) / kAboutName; }

// Nothing of anybody else's: an interrupted first start leaves any of these.
bool IsOurs(const std::string& name) {
  return name == "rows" || name == "published" || name.starts_with(kAboutName);
}

Status CheckBelongsToNobody(const std::string& directory) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDirectory(directory));
  for (const std::string& name : names) {
    if (!IsOurs(name)) {
      return Invalid(Cat(directory, " is no state directory and not empty (it holds ", name,
                         "); give another directory, or a new one"));
    }
  }
  return OkStatus();
}

Status Damaged(const std::string& directory, const std::string& what) {
  return DataLoss(Cat(AboutPath(directory).string(), ": ", what, "; remove ", directory,
                      " and replay the log again, nothing else is lost"));
}

StatusOr<About> ParseAbout(const std::string& directory, const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("format"))
    return Damaged(directory, "it is not what merit writes there");
  try {
    if (const int format = json.at("format"); format != kFormat) {
      const std::string what =
          Cat(directory, " has format ", format, ", this program knows format ", kFormat);
      return format > kFormat ? Unimplemented(what + "; use the version of merit that wrote it")
                              : Invalid(what + "; replay the log into a new directory");
    }
    About about{json.at("archive"), json.at("program"), {}};
    for (const auto& sample : json.at("samples")) {
      about.samples.push_back({sample.at("offset"), sample.at("sha256")});
    }
    return about;
  } catch (const nlohmann::json::exception&) {
    return Damaged(directory, "it is not what merit writes there");
  }
}

// Whether the record at the sample's offset is the one it was; an offset beyond the end says
// nothing.
StatusOr<bool> Fits(ArchiveLog& log, const Sample& sample) {
  if (sample.offset >= log.end_offset()) return true;
  RETURN_IF_ERROR(log.Seek(sample.offset));
  std::vector<Record> records;
  const Status read = log.Read(1, &records);
  if (records.empty()) return read.ok() ? StatusOr<bool>(true) : StatusOr<bool>(read);
  return Sample::Of(sample.offset, records[0]).sha256 == sample.sha256;
}

StatusOr<bool> Fits(ArchiveLog& log, const About& about) {
  for (const Sample& sample : about.samples) {
    const StatusOr<bool> fits = Fits(log, sample);
    // Damage says nothing about whose log it is, and is told where it stops the fold.
    if (!fits.ok() && fits.status().code() == StatusCode::kDataLoss) continue;
    if (!fits.ok() || !*fits) return fits;
  }
  return true;
}

}  // namespace

Sample Sample::Of(int64_t offset, const Record& record) {
  const std::string head = Cat(record.key.size(), " ", record.key, " ", record.timestamp_ms, " ");
  return {offset, Hex(AsBytes(Sha256(head, record.value)))};
}

StatusOr<About> ReadAbout(const std::string& directory) {
  std::error_code error;
  if (!fs::exists(AboutPath(directory), error)) {
    const std::string inner = (fs::path(directory) / "state").string();
    if (fs::exists(AboutPath(inner), error)) {
      return NotFound(
          Cat(directory, " holds no state itself, but ", inner, " does; name that one"));
    }
    return NotFound(Cat(
        directory, " holds no state; make one with: merit replay ARCHIVE --state-dir ", directory));
  }
  ASSIGN_OR_RETURN(const std::string text, ReadFile(AboutPath(directory).string()));
  return ParseAbout(directory, text);
}

std::string PublishedDirectory(const std::string& state_directory) {
  return (fs::path(state_directory) / "published").string();
}

StatusOr<PublishedCounts> CountPublished(const std::string& position) {
  PublishedCounts counts{};
  const size_t size = position.size() / kTopicCount;
  for (size_t topic = 0; topic < kTopicCount; ++topic) {
    ASSIGN_OR_RETURN(const ArchivePosition end,
                     ArchivePosition::Decode(position.substr(topic * size, size)));
    counts[topic] = end.next_offset;
  }
  return counts;
}

Status ReadPublished(const std::string& published_directory, Topic topic, int64_t end,
                     const RestingState::Visit& visit) {
  const std::string directory = TopicDirectory(published_directory, topic);
  std::error_code error;
  if (end == 0 && !fs::exists(directory, error)) return OkStatus();
  ASSIGN_OR_RETURN(const std::unique_ptr<ArchiveLog> archive, ArchiveLog::Open(directory));
  std::vector<Record> records;
  while (archive->next_offset() < end) {
    records.clear();
    const auto left = static_cast<size_t>(end - archive->next_offset());
    RETURN_IF_ERROR(archive->Read(std::min(left, kReadRecords), &records));
    if (records.empty()) {
      return DataLoss(Cat(directory, " ends at record ", archive->next_offset(),
                          ", the state needs ", end,
                          "; remove the state directory and replay the log again"));
    }
    for (const Record& record : records) {
      if (!visit(record)) return OkStatus();
    }
  }
  return OkStatus();
}

// --- written to --------------------------------------------------------------------------------

StatusOr<std::unique_ptr<StateDirectory>> StateDirectory::Open(const std::string& directory,
                                                               const std::string& archive,
                                                               size_t memory_bytes) {
  std::unique_ptr<StateDirectory> state(new StateDirectory(directory));
  RETURN_IF_ERROR(MakeDirectory(directory));
  std::error_code error;
  const bool known = fs::exists(AboutPath(directory), error);
  if (known) {
    ASSIGN_OR_RETURN(state->about_, ReadAbout(directory));
  } else {
    RETURN_IF_ERROR(CheckBelongsToNobody(directory));
  }
  RocksOptions options;
  options.cache_bytes = options.write_buffer_bytes = memory_bytes / 2;
  ASSIGN_OR_RETURN(state->store_, RocksStore::Open(RowsDirectory(directory), options));
  state->about_.archive = fs::absolute(archive).lexically_normal().string();
  state->about_.program = "merit " MERIT_VERSION;
  if (!known) RETURN_IF_ERROR(state->Write());
  ASSIGN_OR_RETURN(state->publisher_, ArchivePublisher::Open(PublishedDirectory(directory)));
  return state;
}

Status StateDirectory::Recognise(ArchiveLog& log) {
  ASSIGN_OR_RETURN(const bool fits, Fits(log, about_));
  if (fits) return OkStatus();
  return Invalid(Cat(path_, " was folded from another log than ", about_.archive,
                     " holds; give that log, or another --state-dir"));
}

Status StateDirectory::Remember(const Sample& last) {
  std::vector<Sample>& samples = about_.samples;
  std::erase_if(samples, [&](const Sample& sample) { return sample.offset == last.offset; });
  samples.push_back(last);
  if (samples.size() > kSamplesMax) samples.erase(samples.begin() + 1);
  return Write();
}

Status StateDirectory::Write() const {
  nlohmann::ordered_json json = {
      {"format", kFormat}, {"archive", about_.archive}, {"program", about_.program}};
  json["samples"] = nlohmann::ordered_json::array();
  for (const Sample& sample : about_.samples) {
    json["samples"].push_back({{"offset", sample.offset}, {"sha256", sample.sha256}});
  }
  return ReplaceFile(AboutPath(path_),
                     json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

// --- at rest -----------------------------------------------------------------------------------

// In the engine's place for a log: none is read.
class RestingState::NoLog final : public Log {
 public:
  Status Seek(int64_t) override { return OkStatus(); }
  Status Read(size_t, std::vector<Record>*) override { return OkStatus(); }
  int64_t next_offset() const override { return 0; }
  int64_t end_offset() const override { return std::numeric_limits<int64_t>::max(); }
};

// In the place of its publisher: only hears what belongs to the state.
class RestingState::NoPublisher final : public Publisher {
 public:
  Status Publish(Outputs*, int64_t) override { return ReadOnly(); }
  Status Flush() override { return ReadOnly(); }
  std::string position() const override { return position_; }
  Status Resume(const std::string& position) override {
    position_ = position;
    return OkStatus();
  }

 private:
  static Status ReadOnly() {
    return Failure(StatusCode::kFailedPrecondition, "a state at rest is only read");
  }
  std::string position_;
};

RestingState::~RestingState() = default;

StatusOr<std::unique_ptr<RestingState>> RestingState::Open(const std::string& directory) {
  std::unique_ptr<RestingState> state(new RestingState);
  state->directory_ = directory;
  ASSIGN_OR_RETURN(state->about_, ReadAbout(directory));
  RocksOptions options;
  options.read_only = true;
  ASSIGN_OR_RETURN(state->store_, RocksStore::Open(RowsDirectory(directory), options));
  state->no_log_ = std::make_unique<NoLog>();
  state->no_publisher_ = std::make_unique<NoPublisher>();
  state->engine_ = std::make_unique<Engine>(state->no_log_.get(), state->store_.get(),
                                            state->no_publisher_.get(), EngineOptions{});
  RETURN_IF_ERROR(state->engine_->Open());
  if (state->next_offset() == 0) {
    return NotFound(Cat(directory, " holds no saved state yet; finish it with: merit replay ",
                        state->about_.archive, " --state-dir ", directory));
  }
  ASSIGN_OR_RETURN(state->published_, CountPublished(state->no_publisher_->position()));
  return state;
}

Status RestingState::ForEachPublished(Topic topic, const Visit& visit) {
  return ReadPublished(PublishedDirectory(directory_), topic,
                       published_[static_cast<size_t>(topic)], visit);
}

StatusOr<std::unique_ptr<ArchiveLog>> RestingState::OpenLog() const {
  ASSIGN_OR_RETURN(std::unique_ptr<ArchiveLog> log, ArchiveLog::Open(about_.archive));
  ASSIGN_OR_RETURN(const bool fits, Fits(*log, about_));
  if (!fits || log->end_offset() < engine_->next_offset()) {
    return NotFound(Cat(about_.archive, " is not the log that the state was folded from any more"));
  }
  RETURN_IF_ERROR(log->Seek(0));
  return log;
}

}  // namespace merit
