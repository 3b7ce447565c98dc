// How RocksDB is set up for pages of rows: many saves of large values, point reads of cold ones,
// few scans.
//
//   Output   options that draw on `memory`, together with whatever else does
//   Source   bench/store; RocksDB's HISTORY.md for what is left switched off: each was mended after 7.8
#pragma once

#include "engine/store/rocks_store.h"
#include "rocksdb/options.h"

namespace merit {

[[nodiscard]] rocksdb::Options MakeRocksOptions(const RocksMemory& memory, bool read_only);

}  // namespace merit
