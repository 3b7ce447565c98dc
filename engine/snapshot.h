// Copies of a partition's store in a directory that other machines reach too, so that whoever takes
// a partition up need not fold its log from the beginning.
//
//   Input    directory: of all snapshots; name: the partition's, "merit.intake-3"
//   Output   Begin: a copy of the store as it was last saved; what others began and did not finish
//            goes. Finish: the copy has a manifest with its offset and the digest of its rows, and
//            a name; older ones but the last go. It may run in any thread, beside the fold. Load:
//            the newest snapshot of at most `offset_max` lies in `target`, in place of what was
//            there, read through and equal to its digest, and `use` could use it; false: there is
//            none, and nothing in `target`. One that is damaged, or that `use` refuses with
//            kDataLoss or kInvalidArgument (another format, another cluster), is told of and passed
//            over
//   Errors   kCancelled: `cancelled` was set. Others: of the disk, or what `use` gives. What was
//            begun is gone
//   IO       a snapshot is whole or has no name
//   Format   <directory>/<name>/<next_offset, 20 digits>/store and .../manifest: lines `word value`
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "engine/store/rocks_store.h"

namespace merit {

class Snapshots {
 public:
  // cancelled: outlives this; when it is set, Finish gives up.
  Snapshots(std::string directory, std::string name, std::function<void(const std::string&)> tell,
            const std::atomic<bool>* cancelled)
      : directory_(std::move(directory) + "/" + name),
        tell_(std::move(tell)),
        cancelled_(cancelled) {}

  [[nodiscard]] Status Begin(RocksStore* store, int64_t next_offset) const;
  [[nodiscard]] Status Finish(int64_t next_offset) const;
  using Use = std::function<Status()>;
  [[nodiscard]] StatusOr<bool> Load(int64_t offset_max, const std::string& target,
                                    const Use& use) const;

 private:
  [[nodiscard]] Status FinishIn(const std::string& making, int64_t next_offset) const;
  [[nodiscard]] Status LoadOne(const std::string& snapshot, const std::string& making) const;
  std::string PlaceOf(int64_t next_offset) const;

  std::string directory_;
  std::function<void(const std::string&)> tell_;
  const std::atomic<bool>* cancelled_;
};

// SHA-256 over all rows in order: equal for equal rows, whatever files they lie in.
[[nodiscard]] StatusOr<std::string> StateDigest(RocksStore* store,
                                                const std::atomic<bool>& cancelled);

}  // namespace merit
