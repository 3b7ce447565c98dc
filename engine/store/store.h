// The durable image of a partition's rows: sorted keys, and one atomic save.
//
//   Input    Save's `collect` is called once and hands over what changed: puts and erasures of
//            whole values, in ascending order of their keys, each key once
//   Output   after Save: all of it is in the store, or, whatever happens, none of it
//   Errors   kDataLoss: a checksum failed, rebuild; anything else: this store must be closed and
//            opened again
//   IO       Save is on disk (synced) when it returns
//   Threads  one
//   Format   engine/store/FORMAT.md
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace merit {

// Where the changes of a save go. What is handed over may be gone when the call returns.
class Changes {
 public:
  virtual ~Changes() = default;
  virtual void Put(std::string_view key, std::string_view value) = 0;
  virtual void Erase(std::string_view key) = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  // Whether the key is there; *value is replaced if so.
  [[nodiscard]] virtual StatusOr<bool> Get(std::string_view key, std::string* value) = 0;
  // Every key that begins with `prefix`, in byte order; ends early when `visit` returns false.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  [[nodiscard]] virtual Status Scan(std::string_view prefix, const Visit& visit) = 0;
  using Collect = std::function<void(Changes* changes)>;
  [[nodiscard]] virtual Status Save(const Collect& collect) = 0;
};

}  // namespace merit
