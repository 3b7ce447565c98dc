// Copies of a partition's store in a directory that other machines reach too, so that whoever takes
// a partition up need not fold its log from the beginning.
//
//   Input    directory: of all snapshots; name: the partition's, "merit.intake-3"
//   Output   Begin: a copy of the store as it was last saved. Finish: the copy has a manifest with
//            its offset and the digest of its rows, and a name; older ones but the last go. It may
//            run in any thread, beside the fold. Load: the newest snapshot of at most `offset_max`
//            lies in `target`, read through and equal to its digest; false: there is none. One that
//            is damaged is told of and passed over
//   Errors   of the disk: nothing was changed but what is named .new
//   IO       a snapshot is whole or has no name
//   Format   <directory>/<name>/<next_offset, 20 digits>/store and .../manifest: lines `word value`
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/store/rocks_store.h"

namespace merit {

class Snapshots {
 public:
  Snapshots(std::string directory, std::string name, std::function<void(const std::string&)> tell)
      : directory_(std::move(directory) + "/" + name), tell_(std::move(tell)) {}

  [[nodiscard]] Status Begin(RocksStore* store, int64_t next_offset) const;
  [[nodiscard]] Status Finish(int64_t next_offset) const;
  [[nodiscard]] StatusOr<bool> Load(int64_t offset_max, const std::string& target) const;

 private:
  [[nodiscard]] Status LoadOne(const std::string& snapshot, const std::string& target) const;
  std::string PlaceOf(int64_t next_offset) const;

  std::string directory_;
  std::function<void(const std::string&)> tell_;
};

// SHA-256 over all rows in order: equal for equal rows, whatever files they lie in.
[[nodiscard]] StatusOr<std::string> StateDigest(RocksStore* store);

}  // namespace merit
