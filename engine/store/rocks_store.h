// The durable store: one RocksDB database in one directory, one partition's rows.
//
//   Input    directory: made if it is not there (its parents too); it holds one store, nothing else
//   Output   as Store
//   Errors   kFailedPrecondition  another process or object has the directory open
//            kNotFound            read_only, and no store is there
//            kInvalidArgument     the directory holds other things, or is not one
//            kDataLoss            damaged or missing files: move the directory away and rebuild
//            kResourceExhausted   the disk is full: free space, open again
//            kPermissionDenied    or kAborted, any other failure of the disk: mend it, open again
//            After any failure, one in RocksDB's background work too, every call returns it again.
//   IO       Save: rocks_save.h; tables are written beside it.
//            Any number of read-only stores share a directory, or one that writes has it alone.
//   Threads  one; two background threads for all stores of the process
//   Cost     Get of a cold key: one read of 8 KB or the whole value. Save: a 64th of the write
//            buffers' size of memory, whatever it holds. Opening reads the log of at most the write
//            buffers' size.
//   Format   engine/store/FORMAT.md
#pragma once

#include <memory>
#include <string>

#include "engine/store/store.h"

namespace rocksdb {
class Cache;
class DB;
class WriteBufferManager;
}  // namespace rocksdb

namespace merit {

class DirectoryLock;

// What all stores of a process may use together. Write buffers that are not in use serve as cache.
class RocksMemory {
 public:
  RocksMemory(size_t cache_bytes, size_t write_buffer_bytes);

  const std::shared_ptr<rocksdb::Cache>& cache() const { return cache_; }
  const std::shared_ptr<rocksdb::WriteBufferManager>& write_buffers() const {
    return write_buffers_;
  }
  size_t write_buffer_bytes() const { return write_buffer_bytes_; }

 private:
  const size_t write_buffer_bytes_;
  std::shared_ptr<rocksdb::Cache> cache_;
  std::shared_ptr<rocksdb::WriteBufferManager> write_buffers_;
};

struct RocksOptions {
  size_t cache_bytes = size_t{64} << 20;
  size_t write_buffer_bytes = size_t{64} << 20;
  bool read_only = false;  // nothing in the directory is changed, not even a log file
  // Where a process has several stores: theirs together, instead of the two sizes above for each.
  std::shared_ptr<RocksMemory> memory = nullptr;
};

class RocksStore : public Store {
 public:
  [[nodiscard]] static StatusOr<std::unique_ptr<RocksStore>> Open(const std::string& directory,
                                                                  const RocksOptions& options = {});
  // Whether the directory holds a store, or what is left of one.
  [[nodiscard]] static bool HoldsRows(const std::string& directory);
  ~RocksStore() override;
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  [[nodiscard]] StatusOr<bool> Get(std::string_view key, std::string* value) override;
  [[nodiscard]] Status Scan(std::string_view prefix, const Visit& visit) override;
  [[nodiscard]] Status Save(const Collect& collect) override;
  // A copy as of the last save, in a directory that is not there yet, whose parent is: links where
  // the file system is the same, which takes milliseconds.
  [[nodiscard]] Status Checkpoint(const std::string& directory);

 private:
  class Background;  // hears what fails in RocksDB's own threads

  RocksStore(std::string directory, bool read_only);
  Status OpenDatabase(const RocksOptions& options);
  // The failure that ended this store, if one did.
  Status Alive();
  Status End(Status failure);
  // Where a save becomes a table file, before it is one of the store's.
  std::string NewTable() const { return directory_ + "/save.new"; }

  const std::string directory_;
  const bool read_only_;
  size_t batch_bytes_max_ = 0;
  Status failure_;
  std::unique_ptr<DirectoryLock> lock_;
  std::shared_ptr<Background> background_;
  std::unique_ptr<rocksdb::DB> database_;  // the first to go: its threads use the others
};

}  // namespace merit
