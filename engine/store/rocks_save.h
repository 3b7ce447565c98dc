// One save on its way into RocksDB, in whichever of two ways is cheaper for its size.
//
//   Input    changes in ascending order of keys; `database` outlives the save; `new_table` is the
//            path of a file that is nobody else's, in the database's directory
//   Output   after Finish: all of the changes are there, or none
//   IO       up to `batch_bytes_max`: one synced write of the log. Beyond it the changes become a
//            table file as they come, which Finish syncs and makes a part of the database in one
//            step. A file that is left where this is cut short, at new_table, is nobody's
//   Cost     memory: one batch, or the blocks that are being written. A table file is written once;
//            what goes through the log is written there, copied into the write buffer, and written
//            again
#pragma once

#include <memory>
#include <string>

#include "engine/store/key_order.h"
#include "engine/store/store.h"
#include "rocksdb/status.h"
#include "rocksdb/write_batch.h"

namespace rocksdb {
class DB;
class SstFileWriter;
}  // namespace rocksdb

namespace merit {

class RocksSave final : public Changes {
 public:
  RocksSave(rocksdb::DB* database, std::string new_table, size_t batch_bytes_max);
  ~RocksSave() override;

  void Put(std::string_view key, std::string_view value) override;
  void Erase(std::string_view key) override;
  // The first failure, if there was one: nothing is saved then.
  [[nodiscard]] rocksdb::Status Finish();

 private:
  class IntoTable;  // what is in the batch

  // Before a change of so many bytes.
  void MakeRoom(size_t bytes);
  void BeginTable();
  rocksdb::Status FinishTable();

  rocksdb::DB* const database_;
  const std::string new_table_;
  const size_t batch_bytes_max_;
  KeyOrder order_;
  rocksdb::WriteBatch batch_;
  std::unique_ptr<rocksdb::SstFileWriter> table_;  // null: the batch is small enough
  rocksdb::Status status_;
};

}  // namespace merit
