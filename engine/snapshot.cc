#include "engine/snapshot.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "engine/base/sha256.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBlockBytes = size_t{1} << 20;
constexpr char kNew[] = ".new";

Status FromDisk(const std::string& path, const std::error_code& error) {
  const bool full = error == std::errc::no_space_on_device;
  return Failure(full ? StatusCode::kResourceExhausted : StatusCode::kPermissionDenied,
                 Cat("snapshot ", path, ": ", error.message(),
                     "; look at the snapshot directory's permissions and room"));
}

void AppendSize(std::string* bytes, size_t size) {
  for (int shift = 0; shift < 64; shift += 8) {
    bytes->push_back(static_cast<char>((static_cast<uint64_t>(size) >> shift) & 0xff));
  }
}

// Words and values of the manifest.
std::map<std::string, std::string> ReadManifest(const std::string& file) {
  std::map<std::string, std::string> manifest;
  std::ifstream in(file);
  for (std::string word, value; in >> word >> value;) manifest[word] = value;
  return manifest;
}

Status SyncPath(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const std::error_code error(errno, std::generic_category());
  if (descriptor >= 0) close(descriptor);
  return synced ? OkStatus() : FromDisk(path, error);
}

// Names that are an offset in 20 digits and this ending, newest first: "" those that are whole.
std::vector<std::string> NamesIn(const std::string& directory, const std::string& ending) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (name.size() == 20 + ending.size() && name.ends_with(ending) &&
        name.find_first_not_of("0123456789") >= 20) {
      names.push_back(name);
    }
  }
  std::sort(names.rbegin(), names.rend());
  return names;
}

}  // namespace

StatusOr<std::string> StateDigest(RocksStore* store, const std::atomic<bool>& cancelled) {
  std::string block;
  Digest digest{};
  RETURN_IF_ERROR(store->Scan("", [&](std::string_view key, std::string_view value) {
    AppendSize(&block, key.size());
    block.append(key);
    AppendSize(&block, value.size());
    block.append(value);
    if (block.size() >= kBlockBytes) {
      digest = Sha256(AsBytes(digest), block);
      block.clear();
    }
    return !cancelled;
  }));
  if (cancelled) return Failure(StatusCode::kCancelled, "the process ends");
  digest = Sha256(AsBytes(digest), block);
  return Hex(AsBytes(digest));
}

std::string Snapshots::PlaceOf(int64_t next_offset) const {
  const std::string digits = std::to_string(next_offset);
  return directory_ + "/" + std::string(20 - digits.size(), '0') + digits;
}

Status Snapshots::Begin(RocksStore* store, int64_t next_offset) const {
  // Whoever began one and died, or found no room for it, must not take room for ever.
  std::error_code error;
  for (const std::string& left : NamesIn(directory_, kNew)) {
    fs::remove_all(directory_ + "/" + left, error);
  }
  const std::string making = PlaceOf(next_offset) + kNew;
  fs::create_directories(making, error);
  if (error) return FromDisk(making, error);
  const Status copied = store->Checkpoint(making + "/store");
  if (!copied.ok()) fs::remove_all(making, error);
  return copied;
}

Status Snapshots::Finish(int64_t next_offset) const {
  const std::string making = PlaceOf(next_offset) + kNew;
  const Status finished = FinishIn(making, next_offset);
  std::error_code error;
  if (!finished.ok()) fs::remove_all(making, error);
  return finished;
}

Status Snapshots::FinishIn(const std::string& making, int64_t next_offset) const {
  const std::string place = PlaceOf(next_offset);
  RocksOptions options;
  options.read_only = true;
  std::string digest;
  {
    ASSIGN_OR_RETURN(const auto copy, RocksStore::Open(making + "/store", options));
    ASSIGN_OR_RETURN(digest, StateDigest(copy.get(), *cancelled_));
  }
  const std::string manifest = making + "/manifest";
  {
    std::ofstream out(manifest);
    out << "format 1\nnext_offset " << next_offset << "\ndigest " << digest << "\n" << std::flush;
    if (!out) return FromDisk(manifest, std::error_code(errno, std::generic_category()));
  }
  RETURN_IF_ERROR(SyncPath(manifest));
  RETURN_IF_ERROR(SyncPath(making));
  std::error_code error;
  fs::remove_all(place, error);
  if (!error) fs::rename(making, place, error);
  if (error) return FromDisk(place, error);
  RETURN_IF_ERROR(SyncPath(directory_));
  const std::vector<std::string> names = NamesIn(directory_, "");
  for (size_t old = 2; old < names.size(); ++old)
    fs::remove_all(directory_ + "/" + names[old], error);
  return OkStatus();
}

StatusOr<bool> Snapshots::Load(int64_t offset_max, const std::string& target,
                               const Use& use) const {
  const std::string making = target + kNew;
  for (const std::string& name : NamesIn(directory_, "")) {
    if (std::stoll(name) > offset_max) continue;
    std::error_code error;
    Status loaded = LoadOne(directory_ + "/" + name, making);
    if (loaded.ok()) {
      fs::remove_all(target, error);
      if (!error) fs::rename(making, target, error);
      if (error) return FromDisk(target, error);
      loaded = use();
      if (loaded.ok()) return true;
      fs::remove_all(target, error);
    }
    fs::remove_all(making, error);
    const StatusCode code = loaded.code();
    if (code != StatusCode::kDataLoss && code != StatusCode::kInvalidArgument) return loaded;
    tell_(Cat("passes snapshot ", directory_, "/", name, " over: ", loaded.message()));
  }
  return false;
}

// A copy in `making`, equal to what the snapshot's manifest says.
Status Snapshots::LoadOne(const std::string& snapshot, const std::string& making) const {
  const std::map<std::string, std::string> manifest = ReadManifest(snapshot + "/manifest");
  const auto format = manifest.find("format");
  const auto digest = manifest.find("digest");
  if (format == manifest.end() || format->second != "1" || digest == manifest.end()) {
    return DataLoss(Cat("snapshot ", snapshot, " has no manifest that can be read; remove it"));
  }
  std::error_code error;
  fs::remove_all(making, error);
  if (!error) fs::create_directories(fs::path(making).parent_path(), error);
  if (!error) fs::copy(snapshot + "/store", making, fs::copy_options::recursive, error);
  // Its owner removes old ones, also while they are read.
  if (error == std::errc::no_such_file_or_directory) {
    return DataLoss(Cat("snapshot ", snapshot, " is not whole, or was just removed"));
  }
  if (error) return FromDisk(making, error);
  RocksOptions options;
  options.read_only = true;
  ASSIGN_OR_RETURN(const auto copy, RocksStore::Open(making, options));
  ASSIGN_OR_RETURN(const std::string is, StateDigest(copy.get(), *cancelled_));
  if (is == digest->second) return OkStatus();
  return DataLoss(Cat("snapshot ", snapshot, " is damaged: the digest of its rows is ", is,
                      ", its manifest says ", digest->second, "; remove it"));
}

}  // namespace merit
