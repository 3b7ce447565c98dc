// The engine of one partition: records in, folded, outputs out, rows saved. The whole flow is in
// engine.cc.
//
//   Input    a log, a store and a publisher that outlive the engine; nobody else writes to them
//            meanwhile
//   Output   what is in the store is the fold of the log before its next_offset; what the publisher
//            took is the outputs of these records and, until the next save, of those folded since
//   Errors   kUnimplemented: a newer program's event is next, everything before it is folded and
//            saved; kDataLoss: the store, or the log at next_offset, is damaged, the message says
//            what to do; any other failure of log, store or publisher is given back as it is. After
//            an error the engine is to be dropped: opened again it goes on from the last save
//   Threads  one
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/output.h"
#include "engine/base/status.h"
#include "engine/core/machine.h"
#include "engine/log/log.h"
#include "engine/publish/publisher.h"
#include "engine/store/store.h"

namespace merit {

// What a crash costs at most is to fold so many records again.
inline constexpr uint64_t kSaveRecordsMax = 4'000'000;

struct EngineOptions {
  size_t batch_records_max = 4'096;             // folded between two times that scores are made
  uint64_t save_records_max = kSaveRecordsMax;  // folded between two saves
  size_t memory_bytes_max = size_t{2} << 30;    // of the rows; pages leave memory beyond it
  std::string state_directory = {};             // where the store lies, for messages; "": in none
};

class StoreImage;

class Engine {
 public:
  Engine(Log* log, Store* store, Publisher* publisher, const EngineOptions& options);
  ~Engine();

  // Takes up where the store left off: rows, log position, outputs.
  [[nodiscard]] Status Open();

  // Folds one batch and publishes its outputs. Gives the number of records folded: 0 at the end of
  // the log.
  [[nodiscard]] StatusOr<size_t> FoldBatch();

  // Whether as much is unsaved as may be, in records or in memory.
  bool SaveIsDue() const;
  // Makes all that was folded durable: outputs first, then rows and cursor in one step.
  [[nodiscard]] Status Save();

  // FoldBatch until the end of the log, with the saves that are due, and a last one.
  [[nodiscard]] Status FoldAll();

  // What the rows may take from now on; above it, the next batch lets pages go.
  void SetMemoryMax(size_t bytes) { options_.memory_bytes_max = bytes; }

  int64_t next_offset() const { return next_offset_; }
  Machine& machine() { return *machine_; }

 private:
  [[nodiscard]] Status Restore(std::string_view cursor);
  [[nodiscard]] Status RestoreCity(uint32_t code);
  size_t Fold(Stop* stop);
  [[nodiscard]] Status Publish();
  [[nodiscard]] Status LimitMemory();

  Log* const log_;
  Store* const store_;
  Publisher* const publisher_;
  EngineOptions options_;
  std::unique_ptr<StoreImage> image_;
  std::unique_ptr<Machine> machine_;
  std::vector<Record> records_;
  Outputs outputs_;
  int64_t next_offset_ = 0;
  uint64_t folded_since_save_ = 0;
};

}  // namespace merit
