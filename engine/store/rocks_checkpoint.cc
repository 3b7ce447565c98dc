#include "engine/store/rocks_status.h"
#include "engine/store/rocks_store.h"
#include "rocksdb/utilities/checkpoint.h"

namespace merit {

Status RocksStore::Checkpoint(const std::string& directory) {
  RETURN_IF_ERROR(Alive());
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(database_.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // 0: what is in the log only goes to a table first, so that no log is shared by link.
  if (status.ok()) status = checkpoint->CreateCheckpoint(directory, 0);
  return status.ok() ? OkStatus() : FromRocks(status, directory, "copy the store");
}

}  // namespace merit
