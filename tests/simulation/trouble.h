// The outside of one troubled run: log, store and publisher in memory, whose calls fail when a seed
// says so.
//
//   Input    Plan(n): the n-th call from now, whichever port it goes to, fails
//   Output   a call that fails has done nothing, a part of its work, or, late, all of it
//   Threads  one
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "engine/log/memory_log.h"
#include "engine/publish/memory_publisher.h"
#include "engine/store/memory_store.h"
#include "simulator/random.h"
#include "tests/simulation/coverage.h"

namespace merit {

class Trouble {
 public:
  Trouble(uint64_t seed, Coverage* coverage) : random_(seed), coverage_(coverage) {}

  void Plan(int64_t calls_from_now) { failing_call_ = calls_ + calls_from_now; }
  void Calm() { failing_call_ = 0; }

  enum class Fate { kWorks, kFails, kFailsLate };
  Fate Next(std::string_view call);
  // What the call that now runs fails with.
  Status Fail(std::string_view call);
  void Note(const Status& failure) { failure_ = failure; }
  // What the last one that failed said.
  const Status& failure() const { return failure_; }
  bool Toss() { return random_.Below(2) == 0; }
  Coverage& coverage() { return *coverage_; }

 private:
  Random random_;
  Coverage* const coverage_;
  int64_t calls_ = 0;
  int64_t failing_call_ = 0;
  Status failure_;
};

class TroubledLog final : public Log {
 public:
  TroubledLog(MemoryLog* log, Trouble* trouble) : log_(log), trouble_(trouble) {}
  [[nodiscard]] Status Seek(int64_t offset) override;
  [[nodiscard]] Status Read(size_t count, std::vector<Record>* records) override;
  int64_t next_offset() const override { return log_->next_offset(); }
  int64_t end_offset() const override { return log_->end_offset(); }

 private:
  MemoryLog* const log_;
  Trouble* const trouble_;
};

class TroubledPublisher final : public Publisher {
 public:
  TroubledPublisher(MemoryPublisher* publisher, Trouble* trouble)
      : publisher_(publisher), trouble_(trouble) {}
  [[nodiscard]] Status Publish(Outputs* outputs, int64_t next_offset) override;
  [[nodiscard]] Status Flush() override;
  std::string position() const override { return publisher_->position(); }
  [[nodiscard]] Status Resume(const std::string& position) override;

 private:
  template <class Call>
  Status Do(std::string_view name, Call call);

  MemoryPublisher* const publisher_;
  Trouble* const trouble_;
};

// Of one life of the engine: the next life has a new one, made of rows().
class TroubledStore final : public Store {
 public:
  TroubledStore(MemoryStore::Rows rows, Trouble* trouble);
  [[nodiscard]] StatusOr<bool> Get(std::string_view key, std::string* value) override;
  [[nodiscard]] Status Scan(std::string_view prefix, const Visit& visit) override;
  [[nodiscard]] Status Save(const Collect& collect) override;
  const MemoryStore::Rows& rows() const { return store_.rows(); }

 private:
  class NotedChanges;

  Trouble* const trouble_;
  std::string_view call_;  // the one that runs, for the count of those that failed
  std::set<std::string, std::less<>> written_;  // in this life
  MemoryStore store_;
};

}  // namespace merit
