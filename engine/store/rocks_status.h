// RocksDB's failures in this house's words.
//
//   Input    status: not ok; directory: of the store; doing: "save", "get", ... for the message
//   Output   corruption and missing files: kDataLoss; no space: kResourceExhausted;
//            a lock: kFailedPrecondition; any other: kAborted. The message names directory, cause
//            and remedy.
#pragma once

#include <string>

#include "engine/base/status.h"
#include "rocksdb/status.h"

namespace merit {

[[nodiscard]] Status FromRocks(const rocksdb::Status& status, const std::string& directory,
                               const char* doing);

// kDataLoss, with the one remedy there is.
[[nodiscard]] Status StoreDamaged(const std::string& directory, const std::string& what);

}  // namespace merit
