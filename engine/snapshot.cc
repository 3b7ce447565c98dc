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

// Names of finished snapshots, newest first.
std::vector<std::string> FinishedIn(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (name.size() == 20 && name.find_first_not_of("0123456789") == std::string::npos) {
      names.push_back(name);
    }
  }
  std::sort(names.rbegin(), names.rend());
  return names;
}

}  // namespace

StatusOr<std::string> StateDigest(RocksStore* store) {
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
    return true;
  }));
  digest = Sha256(AsBytes(digest), block);
  return Hex(AsBytes(digest));
}

std::string Snapshots::PlaceOf(int64_t next_offset) const {
  const std::string digits = std::to_string(next_offset);
  return directory_ + "/" + std::string(20 - digits.size(), '0') + digits;
}

Status Snapshots::Begin(RocksStore* store, int64_t next_offset) const {
  const std::string making = PlaceOf(next_offset) + kNew;
  std::error_code error;
  fs::remove_all(making, error);
  if (!error) fs::create_directories(making, error);
  if (error) return FromDisk(making, error);
  return store->Checkpoint(making + "/store");
}

Status Snapshots::Finish(int64_t next_offset) const {
  const std::string place = PlaceOf(next_offset);
  const std::string making = place + kNew;
  RocksOptions options;
  options.read_only = true;
  std::string digest;
  {
    ASSIGN_OR_RETURN(const auto copy, RocksStore::Open(making + "/store", options));
    ASSIGN_OR_RETURN(digest, StateDigest(copy.get()));
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
  const std::vector<std::string> names = FinishedIn(directory_);
  for (size_t old = 2; old < names.size(); ++old)
    fs::remove_all(directory_ + "/" + names[old], error);
  return OkStatus();
}

StatusOr<bool> Snapshots::Load(int64_t offset_max, const std::string& target) const {
  for (const std::string& name : FinishedIn(directory_)) {
    if (std::stoll(name) > offset_max) continue;
    const Status loaded = LoadOne(directory_ + "/" + name, target);
    if (loaded.ok()) return true;
    if (loaded.code() != StatusCode::kDataLoss) return loaded;
    tell_(Cat("passes a snapshot over: ", loaded.message()));
  }
  return false;
}

Status Snapshots::LoadOne(const std::string& snapshot, const std::string& target) const {
  const std::map<std::string, std::string> manifest = ReadManifest(snapshot + "/manifest");
  const auto format = manifest.find("format");
  const auto digest = manifest.find("digest");
  if (format == manifest.end() || format->second != "1" || digest == manifest.end()) {
    return DataLoss(Cat("snapshot ", snapshot, " has no manifest that can be read; remove it"));
  }
  const std::string making = target + kNew;
  std::error_code error;
  fs::remove_all(making, error);
  if (!error) fs::create_directories(fs::path(making).parent_path(), error);
  if (!error) fs::copy(snapshot + "/store", making, fs::copy_options::recursive, error);
  if (error) return FromDisk(making, error);
  RocksOptions options;
  options.read_only = true;
  {
    ASSIGN_OR_RETURN(const auto copy, RocksStore::Open(making, options));
    ASSIGN_OR_RETURN(const std::string is, StateDigest(copy.get()));
    if (is != digest->second) {
      return DataLoss(Cat("snapshot ", snapshot, " is damaged: the digest of its rows is ", is,
                          ", its manifest says ", digest->second, "; remove it"));
    }
  }
  fs::rename(making, target, error);
  return error ? FromDisk(target, error) : OkStatus();
}

}  // namespace merit
