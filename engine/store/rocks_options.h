// How RocksDB is set up for pages of rows: many saves of large values, point reads of cold ones,
// few scans.
//
//   Output   options that draw on `memory`, together with whatever else does
//   Cost     300,000 pages of 2-12 KB, saves of 3,000 of them one behind the other: 117 ms a save
//            of 20 MB, 0.2 s of CPU with all compaction, 3.4 bytes written for a byte saved, 10 us
//            a cold Get. Universal compaction and blob files were within a fifth of that and took
//            more room; ZSTD halved the room and doubled the time of reads and compactions.
//   Caveats  What RocksDB 7.8 has and is switched off here has faults that later versions mended:
//            see its HISTORY.md before switching anything on
#pragma once

#include "engine/store/rocks_store.h"
#include "rocksdb/options.h"

namespace merit {

[[nodiscard]] rocksdb::Options MakeRocksOptions(const RocksMemory& memory, bool read_only);

}  // namespace merit
