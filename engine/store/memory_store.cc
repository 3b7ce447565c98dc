#include "engine/store/memory_store.h"

#include "engine/store/key_order.h"

namespace merit {
namespace {

class ChangesOfRows final : public Changes {
 public:
  explicit ChangesOfRows(MemoryStore::Rows* rows) : rows_(rows) {}
  void Put(std::string_view key, std::string_view value) override {
    order_.Next(key);
    rows_->insert_or_assign(std::string(key), std::string(value));
  }
  void Erase(std::string_view key) override {
    order_.Next(key);
    const auto row = rows_->find(key);
    if (row != rows_->end()) rows_->erase(row);
  }

 private:
  MemoryStore::Rows* const rows_;
  KeyOrder order_;
};

}  // namespace

Status MemoryStore::Begin(const char* call, bool* late) {
  *late = false;
  if (!failure_.ok()) return failure_;
  ++calls_;
  const Fate fate = schedule_ ? schedule_(calls_) : Fate::kWorks;
  if (fate == Fate::kWorks) return OkStatus();

  crashed_ = fate == Fate::kCrashes || fate == Fate::kCrashesLate;
  *late = fate == Fate::kFailsLate || fate == Fate::kCrashesLate;
  failure_ = Failure(crashed_ ? StatusCode::kCancelled : StatusCode::kAborted,
                     Cat("memory store: ", crashed_ ? "crash" : "failure", " in call ", calls_,
                         " (", call, "), as scheduled; go on with a new store made of rows()"));
  return *late ? OkStatus() : failure_;
}

StatusOr<bool> MemoryStore::Get(std::string_view key, std::string* value) {
  bool late = false;
  RETURN_IF_ERROR(Begin("Get", &late));
  if (late) return failure_;
  const auto row = rows_.find(key);
  if (row == rows_.end()) return false;
  *value = row->second;
  return true;
}

Status MemoryStore::Scan(std::string_view prefix, const Visit& visit) {
  bool late = false;
  RETURN_IF_ERROR(Begin("Scan", &late));
  for (auto row = rows_.lower_bound(prefix); row != rows_.end(); ++row) {
    if (!std::string_view(row->first).starts_with(prefix) || !visit(row->first, row->second)) break;
  }
  return failure_;
}

Status MemoryStore::Save(const Collect& collect) {
  bool late = false;
  RETURN_IF_ERROR(Begin("Save", &late));
  ChangesOfRows changes(&rows_);
  collect(&changes);
  return failure_;
}

}  // namespace merit
