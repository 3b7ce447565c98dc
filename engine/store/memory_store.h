// A store in memory, whose calls fail or crash on a schedule: the twin of RocksStore for tests and
// simulations.
//
//   Input    Schedule: asked before each call for that call's fate; none: everything works
//   Output   as Store; rows() is the disk: copy it, and a MemoryStore made of the copy is the
//            reopened store
//   Errors   what Fate says. After a failure or crash every call returns it again, like a real
//            store that has to be opened again
//   Threads  one
//   Cost     a tree node a key
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "engine/store/store.h"

namespace merit {

class MemoryStore : public Store {
 public:
  using Rows = std::map<std::string, std::string, std::less<>>;

  // What becomes of one call. Late: after it has done its work, which its caller cannot know.
  enum class Fate { kWorks, kFails, kFailsLate, kCrashes, kCrashesLate };
  // `call` counts from 1 for the life of this object. A simulation with several ports counts for
  // itself.
  using Schedule = std::function<Fate(uint64_t call)>;

  MemoryStore() = default;
  explicit MemoryStore(Rows rows, Schedule schedule = nullptr)
      : rows_(std::move(rows)), schedule_(std::move(schedule)) {}

  [[nodiscard]] StatusOr<bool> Get(std::string_view key, std::string* value) override;
  [[nodiscard]] Status Scan(std::string_view prefix, const Visit& visit) override;
  [[nodiscard]] Status Save(const Collect& collect) override;

  const Rows& rows() const { return rows_; }
  uint64_t calls() const { return calls_; }
  // Whether the simulated process died: nothing above this store may run on.
  bool crashed() const { return crashed_; }

 private:
  // Counts a call and settles its fate. `late` is set where the work is still to be done before
  // failure_ is returned.
  Status Begin(const char* call, bool* late);

  Rows rows_;
  Schedule schedule_;
  uint64_t calls_ = 0;
  Status failure_;
  bool crashed_ = false;
};

}  // namespace merit
