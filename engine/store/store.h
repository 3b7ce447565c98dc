// The durable image of a partition's rows: sorted keys, and one atomic save.
//
//   Input    Changes: puts and deletes of whole values; keys are unique within one save
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
#include <vector>

#include "engine/base/status.h"

namespace merit {

struct Change {
  std::string key;
  std::string value;
  bool erase = false;
};
using Changes = std::vector<Change>;

class Store {
 public:
  virtual ~Store() = default;
  // Whether the key is there; *value is replaced if so.
  [[nodiscard]] virtual StatusOr<bool> Get(std::string_view key, std::string* value) = 0;
  // Every key that begins with `prefix`, in byte order; ends early when `visit` returns false.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  [[nodiscard]] virtual Status Scan(std::string_view prefix, const Visit& visit) = 0;
  // In any order.
  [[nodiscard]] virtual Status Save(const Changes& changes) = 0;
};

}  // namespace merit
