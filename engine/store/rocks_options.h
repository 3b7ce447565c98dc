// How RocksDB is set up for pages of rows: many saves of large values, point reads of cold ones,
// few scans.
//
//   Output   options that draw on `memory`, together with whatever else does
//   Cost     10,000,000 events of 20 cities, on one core: ten saves of 200 MB take 0.6 us of
//            processor time an event, flushes and compactions 0.3 us; three take 0.4 and 0.1. LZ4
//            would double both for a fifth of the room: what could be left out of a row, the row's
//            form leaves out, and hashes do not compress. Larger blocks, larger levels and more
//            files of level 0 changed nothing or took more
//   Caveats  What RocksDB 7.8 has and is switched off here has faults that later versions mended:
//            see its HISTORY.md before switching anything on
#pragma once

#include "engine/store/rocks_store.h"
#include "rocksdb/options.h"

namespace merit {

[[nodiscard]] rocksdb::Options MakeRocksOptions(const RocksMemory& memory, bool read_only);

}  // namespace merit
