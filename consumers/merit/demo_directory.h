// The directory that a demo leaves: DIR/log (an archive), DIR/state (its fold, as merit replay
// keeps it) and DIR/demo.json (of which options, and how far it came).
//
//   Errors   kInvalidArgument: the directory holds other things, or a demo of other options;
//            kFailedPrecondition: another process works on it; else those of the archive, the state
//            and the engine. Each message says what to do
//   IO       whoever has it open is alone with it. A killed demo is taken up at its last save;
//            a log that was not finished is written anew
//   Threads  one
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/base/record.h"
#include "engine/base/status.h"
#include "engine/store/directory_lock.h"

namespace merit {

// What demo.json remembers of the two long steps.
struct DemoWork {
  uint64_t log_records = 0;
  double log_seconds = 0;
  uint64_t folded_records = 0;  // by the run that finished
  double fold_seconds = 0;
  bool log_written = false;
  bool finished = false;
};

class DemoDirectory {
 public:
  // Takes the directory, or makes it. Equal `options` are the same demo.
  static StatusOr<std::unique_ptr<DemoDirectory>> Open(const std::string& path,
                                                       const nlohmann::ordered_json& options);

  // Writes the log: all that `next` gives, about `expected` records.
  using Next = std::function<bool(Record* record)>;
  [[nodiscard]] Status WriteLog(const Next& next, uint64_t expected);
  // Folds what of the log is not folded yet.
  [[nodiscard]] Status Fold();
  // As if it had never been there.
  [[nodiscard]] Status Forget();

  const DemoWork& work() const { return work_; }
  std::string log() const { return path_ + "/log"; }
  std::string state() const { return path_ + "/state"; }

 private:
  DemoDirectory(std::string path, nlohmann::ordered_json options)
      : path_(std::move(path)), options_(std::move(options)) {}
  [[nodiscard]] Status Read();
  [[nodiscard]] Status Write() const;
  [[nodiscard]] Status Remove(const std::string& directory) const;

  const std::string path_;
  const nlohmann::ordered_json options_;
  std::unique_ptr<DirectoryLock> lock_;
  DemoWork work_;
};

}  // namespace merit
