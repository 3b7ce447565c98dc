#include "engine/store/rocks_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "engine/base/check.h"
#include "engine/store/directory_lock.h"
#include "engine/store/info_log.h"
#include "engine/store/rocks_options.h"
#include "engine/store/rocks_save.h"
#include "engine/store/rocks_status.h"
#include "rocksdb/db.h"
#include "rocksdb/listener.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// The first key after all that begin with `prefix`; empty where there is none.
std::string Successor(std::string_view prefix) {
  std::string next(prefix);
  while (!next.empty() && next.back() == '\xff') next.pop_back();
  if (!next.empty()) next.back() = static_cast<char>(next.back() + 1);
  return next;
}

Status FileFailure(const fs::path& path, const std::error_code& error) {
  const bool denied = error == std::errc::permission_denied;
  return Failure(denied ? StatusCode::kPermissionDenied : StatusCode::kAborted,
                 Cat(path.string(), ": ", error.message(),
                     denied ? "; give this user read and write permission"
                            : "; mend the cause and start again"));
}

// Makes the directory and its parents; each new name is durable before anything is written below
// it.
Status MakeDirectory(const fs::path& directory) {
  std::error_code error;
  if (fs::exists(directory, error) || directory.empty()) return OkStatus();
  const fs::path parent = fs::absolute(directory).lexically_normal().parent_path();
  RETURN_IF_ERROR(MakeDirectory(parent));
  fs::create_directory(directory, error);
  if (error) return FileFailure(directory, error);
  const int descriptor = open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0 || fsync(descriptor) != 0) error.assign(errno, std::generic_category());
  if (descriptor >= 0) close(descriptor);
  return error ? FileFailure(parent, error) : OkStatus();
}

struct Contents {
  bool current = false;
  bool rows = false;  // tables or logs
  std::string stranger;
};

StatusOr<Contents> ContentsOf(const std::string& directory) {
  Contents contents;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::string ending = entry->path().extension().string();
    if (name == "CURRENT") {
      contents.current = true;
    } else if (ending == ".sst" || ending == ".log") {
      contents.rows = true;
    } else if (name != "LOCK" && name != "IDENTITY" && ending != ".dbtmp" &&
               !name.starts_with("LOG") && !name.starts_with("MANIFEST-") &&
               !name.starts_with("OPTIONS-") && name != "lost+found") {
      contents.stranger = name;
    }
  }
  if (error) return FileFailure(directory, error);
  return contents;
}

// RocksDB would start an empty database over the files of one whose CURRENT is gone, and then
// delete them.
Status CheckContents(const std::string& directory, bool read_only) {
  ASSIGN_OR_RETURN(const Contents contents, ContentsOf(directory));
  if (contents.current) return OkStatus();
  if (contents.rows) {
    return StoreDamaged(directory, "the file CURRENT is missing beside table or log files");
  }
  if (!contents.stranger.empty()) {
    return Invalid(Cat(directory, ": not a store, it holds \"", contents.stranger,
                       "\"; name an empty or new directory"));
  }
  if (read_only) return NotFound(Cat(directory, ": no store here; check the path"));
  return OkStatus();
}

}  // namespace

// Its calls come from RocksDB's threads, Failure() from the store's.
class RocksStore::Background : public rocksdb::EventListener {
 public:
  explicit Background(std::string directory) : directory_(std::move(directory)) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) override {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (failure_.ok()) failure_ = FromRocks(*error, directory_, "background work");
    failed_.store(true, std::memory_order_release);
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* recover) override {
    *recover = false;
  }

  Status Failure() {
    if (!failed_.load(std::memory_order_acquire)) return OkStatus();
    const std::lock_guard<std::mutex> guard(mutex_);
    return failure_;
  }

 private:
  const std::string directory_;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  Status failure_;
};

RocksStore::RocksStore(std::string directory, bool read_only)
    : directory_(std::move(directory)),
      read_only_(read_only),
      background_(std::make_shared<Background>(directory_)) {}

RocksStore::~RocksStore() {
  // What is in the log needs no flush, and a failure to close leaves what a crash would leave.
  if (database_) database_->Close().PermitUncheckedError();
}

bool RocksStore::HoldsRows(const std::string& directory) {
  std::error_code error;
  if (!fs::exists(directory, error) && !error) return false;
  const StatusOr<Contents> contents = ContentsOf(directory);
  // What cannot be looked at, or is somebody else's, is not to be written over.
  return !contents.ok() || contents->current || contents->rows || !contents->stranger.empty();
}

StatusOr<std::unique_ptr<RocksStore>> RocksStore::Open(const std::string& directory,
                                                       const RocksOptions& options) {
  if (!options.read_only) RETURN_IF_ERROR(MakeDirectory(directory));
  std::unique_ptr<RocksStore> store(new RocksStore(directory, options.read_only));
  RETURN_IF_ERROR(store->OpenDatabase(options));
  return store;
}

Status RocksStore::OpenDatabase(const RocksOptions& options) {
  const auto mode =
      read_only_ ? DirectoryLock::Mode::kManyReaders : DirectoryLock::Mode::kOneWriter;
  ASSIGN_OR_RETURN(lock_, DirectoryLock::Take(directory_, mode));
  RETURN_IF_ERROR(CheckContents(directory_, read_only_));

  const RocksMemory memory = options.memory
                                 ? *options.memory
                                 : RocksMemory(options.cache_bytes, options.write_buffer_bytes);
  rocksdb::Options rocks = MakeRocksOptions(memory, read_only_);
  rocks.listeners.push_back(background_);
  // A row costs a write buffer more than a table: measured, 2 MiB was better than 16.
  batch_bytes_max_ = memory.write_buffer_bytes() / 64;
  if (!read_only_) {
    rocks.info_log = std::make_shared<InfoLog>(directory_);
    std::error_code error;
    fs::remove(NewTable(), error);  // of a save that was cut short
  }
  rocksdb::DB* database = nullptr;
  const rocksdb::Status opened = read_only_
                                     ? rocksdb::DB::OpenForReadOnly(rocks, directory_, &database)
                                     : rocksdb::DB::Open(rocks, directory_, &database);
  database_.reset(database);
  return opened.ok() ? OkStatus() : FromRocks(opened, directory_, "open");
}

Status RocksStore::Alive() {
  if (failure_.ok()) failure_ = background_->Failure();
  return failure_;
}

Status RocksStore::End(Status failure) {
  // A call that fails because the background did tells of the background: that is the cause.
  if (Alive().ok()) failure_ = std::move(failure);
  return failure_;
}

StatusOr<bool> RocksStore::Get(std::string_view key, std::string* value) {
  RETURN_IF_ERROR(Alive());
  rocksdb::PinnableSlice found;
  const rocksdb::Status status = database_->Get(
      rocksdb::ReadOptions(), database_->DefaultColumnFamily(), ToSlice(key), &found);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return End(FromRocks(status, directory_, "get"));
  value->assign(found.data(), found.size());
  return true;
}

Status RocksStore::Scan(std::string_view prefix, const Visit& visit) {
  RETURN_IF_ERROR(Alive());
  const std::string end = Successor(prefix);
  const rocksdb::Slice bound = ToSlice(end);
  rocksdb::ReadOptions options;
  options.fill_cache = false;  // a scan is read once, into the caller's memory
  options.readahead_size = size_t{1} << 20;
  if (!end.empty()) options.iterate_upper_bound = &bound;

  const std::unique_ptr<rocksdb::Iterator> row(database_->NewIterator(options));
  for (row->Seek(ToSlice(prefix)); row->Valid(); row->Next()) {
    if (!visit(ToView(row->key()), ToView(row->value()))) return OkStatus();
  }
  if (!row->status().ok()) return End(FromRocks(row->status(), directory_, "scan"));
  return OkStatus();
}

Status RocksStore::Save(const Collect& collect) {
  RETURN_IF_ERROR(Alive());
  MERIT_CHECK(!read_only_);
  RocksSave save(database_.get(), NewTable(), batch_bytes_max_);
  collect(&save);
  const rocksdb::Status status = save.Finish();
  if (!status.ok()) return End(FromRocks(status, directory_, "save"));
  // The save itself is durable, yet what failed beside it ends the store: say so now rather than at
  // the next call.
  return Alive();
}

}  // namespace merit
