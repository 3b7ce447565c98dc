#include "engine/store/rocks_options.h"

#include "rocksdb/cache.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"
#include "rocksdb/write_buffer_manager.h"

namespace merit {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

rocksdb::BlockBasedTableOptions TableOptions(const RocksMemory& memory) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = memory.cache();
  // Index and filter count against the cache's limit; those of level 0 are asked first at every
  // read.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // A page larger than this is a block of its own: a cold Get reads that page and not its
  // neighbours.
  table.block_size = 8 << 10;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;  // Debian's build computes CRC32C without the processor's help
  return table;
}

void SetUpFiles(rocksdb::Options* options) {
  options->compression = rocksdb::kNoCompression;
  options->target_file_size_base = 64 * kMiB;
  options->max_bytes_for_level_base = 256 * kMiB;
  options->level_compaction_dynamic_level_bytes =
      true;                        // overwritten pages cost at most a tenth more room
  options->bytes_per_sync = kMiB;  // flushes and compactions trickle to the disk
  options->max_open_files = 512;
  // Rewriting old files only because time passed is work that nobody asked for.
  options->ttl = 0;
  options->periodic_compaction_seconds = 0;
}

void SetUpBackground(rocksdb::Options* options) {
  options->max_background_jobs =
      2;  // one flush and one compaction at a time, in all stores of the process
  options->max_subcompactions = 1;
  options->level0_file_num_compaction_trigger = 8;
  options->level0_slowdown_writes_trigger = 24;
  options->level0_stop_writes_trigger = 48;
  options->max_bgerror_resume_count =
      0;  // a background failure ends the store, it does not mend itself
  options->stats_dump_period_sec = 0;
  options->stats_persist_period_sec = 0;
}

}  // namespace

RocksMemory::RocksMemory(size_t cache_bytes, size_t write_buffer_bytes)
    : write_buffer_bytes_(write_buffer_bytes),
      cache_(rocksdb::NewLRUCache(cache_bytes + write_buffer_bytes)),
      write_buffers_(std::make_shared<rocksdb::WriteBufferManager>(write_buffer_bytes, cache_)) {}

rocksdb::Options MakeRocksOptions(const RocksMemory& memory, bool read_only) {
  rocksdb::Options options;
  options.create_if_missing = !read_only;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(TableOptions(memory)));
  SetUpFiles(&options);
  SetUpBackground(&options);

  // Two buffers: one takes the save while the other is flushed.
  options.write_buffer_manager = memory.write_buffers();
  options.write_buffer_size = memory.write_buffer_bytes() / 2;
  options.max_write_buffer_number = 2;
  options.allow_concurrent_memtable_write = false;  // there is one writer

  // A log that was torn or damaged ends there: an earlier save, whole, which is what replay starts
  // from.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.skip_stats_update_on_db_open = true;  // opening does not read every file's properties
  return options;
}

}  // namespace merit
