#include "engine/store/rocks_save.h"

#include <cstdio>
#include <utility>

#include "rocksdb/db.h"
#include "rocksdb/sst_file_writer.h"

namespace merit {
namespace {

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

class RocksSave::IntoTable final : public rocksdb::WriteBatch::Handler {
 public:
  explicit IntoTable(rocksdb::SstFileWriter* table) : table_(table) {}
  rocksdb::Status PutCF(uint32_t, const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    return table_->Put(key, value);
  }
  rocksdb::Status DeleteCF(uint32_t, const rocksdb::Slice& key) override {
    return table_->Delete(key);
  }

 private:
  rocksdb::SstFileWriter* const table_;
};

RocksSave::RocksSave(rocksdb::DB* database, std::string new_table, size_t batch_bytes_max)
    : database_(database), new_table_(std::move(new_table)), batch_bytes_max_(batch_bytes_max) {}

RocksSave::~RocksSave() = default;

void RocksSave::Put(std::string_view key, std::string_view value) {
  order_.Next(key);
  MakeRoom(key.size() + value.size());
  if (!status_.ok()) return;
  status_ =
      table_ ? table_->Put(ToSlice(key), ToSlice(value)) : batch_.Put(ToSlice(key), ToSlice(value));
}

void RocksSave::Erase(std::string_view key) {
  order_.Next(key);
  MakeRoom(key.size());
  if (!status_.ok()) return;
  status_ = table_ ? table_->Delete(ToSlice(key)) : batch_.Delete(ToSlice(key));
}

void RocksSave::MakeRoom(size_t bytes) {
  if (!table_ && batch_.GetDataSize() + bytes > batch_bytes_max_) BeginTable();
}

void RocksSave::BeginTable() {
  const rocksdb::Options options = database_->GetOptions();
  constexpr bool kLeaveCache = true;              // a compaction reads the file soon
  table_ = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(options), options,
                                                    database_->DefaultColumnFamily(), !kLeaveCache);
  if (status_.ok()) status_ = table_->Open(new_table_);
  IntoTable into(table_.get());
  if (status_.ok()) status_ = batch_.Iterate(&into);
  batch_ = rocksdb::WriteBatch();
}

rocksdb::Status RocksSave::Finish() {
  if (table_) {
    rocksdb::Status status = FinishTable();
    if (!status.ok()) std::remove(new_table_.c_str());  // the room is needed
    return status;
  }
  if (!status_.ok() || batch_.Count() == 0) return status_;
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return database_->Write(synced, &batch_);
}

rocksdb::Status RocksSave::FinishTable() {
  if (status_.ok()) status_ = table_->Finish();
  table_.reset();
  if (!status_.ok()) return status_;
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;  // for readers before 5.16, and it would write the file again
  return database_->IngestExternalFile({new_table_}, options);
}

}  // namespace merit
