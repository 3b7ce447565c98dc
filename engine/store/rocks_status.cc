#include "engine/store/rocks_status.h"

namespace merit {

Status StoreDamaged(const std::string& directory, const std::string& what) {
  return DataLoss(
      Cat(directory, ": damaged: ", what,
          "; move this directory away and start again: the rows are rebuilt from a snapshot "
          "or the log"));
}

Status FromRocks(const rocksdb::Status& status, const std::string& directory, const char* doing) {
  const std::string cause = Cat(doing, ": ", status.ToString());
  if (status.IsCorruption() || status.IsPathNotFound()) return StoreDamaged(directory, cause);
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::SubCode::kSpaceLimit) {
    return Failure(StatusCode::kResourceExhausted,
                   Cat(directory, ": the disk is full: ", cause,
                       "; free space on it and start again: the last complete save is kept"));
  }
  if (status.IsBusy() || status.IsTryAgain() ||
      cause.find("While lock file") != std::string::npos) {
    return Failure(
        StatusCode::kFailedPrecondition,
        Cat(directory, ": another process has this store open: ", cause, "; stop it first"));
  }
  return Failure(StatusCode::kAborted, Cat(directory, ": ", cause,
                                           "; look at the disk and its permissions and start "
                                           "again: the last complete save is kept"));
}

}  // namespace merit
