#include "tests/simulation/trouble.h"

namespace merit {

Trouble::Fate Trouble::Next(std::string_view call) {
  if (++calls_ != failing_call_) return Fate::kWorks;
  const bool late = Toss();
  ++(late ? coverage_->late : coverage_->early)[call];
  return late ? Fate::kFailsLate : Fate::kFails;
}

Status Trouble::Fail(std::string_view call) {
  Note(Unavailable(Cat("call ", calls_, " (", call, ") fails, as planned")));
  return failure_;
}

// --- log ---------------------------------------------------------------------------------------

Status TroubledLog::Seek(int64_t offset) {
  const Trouble::Fate fate = trouble_->Next("Seek");
  if (fate == Trouble::Fate::kFails) log_->failures.Fail(1, trouble_->Fail("Seek"));
  const Status status = log_->Seek(offset);
  return fate == Trouble::Fate::kFailsLate ? trouble_->Fail("Seek") : status;
}

// Late: some records were read, then the log failed. These are good, says its contract.
Status TroubledLog::Read(size_t count, std::vector<Record>* records) {
  const Trouble::Fate fate = trouble_->Next("Read");
  if (fate == Trouble::Fate::kFails) log_->failures.Fail(1, trouble_->Fail("Read"));
  const bool late = fate == Trouble::Fate::kFailsLate;
  const Status status = log_->Read(late ? count / 2 : count, records);
  return late ? trouble_->Fail("Read") : status;
}

// --- publisher ---------------------------------------------------------------------------------

template <class Call>
Status TroubledPublisher::Do(std::string_view name, Call call) {
  const Trouble::Fate fate = trouble_->Next(name);
  if (fate == Trouble::Fate::kFails) publisher_->failures.Fail(1, trouble_->Fail(name));
  const Status status = call();
  return fate == Trouble::Fate::kFailsLate ? trouble_->Fail(name) : status;
}

Status TroubledPublisher::Publish(Outputs* outputs, int64_t next_offset) {
  if (outputs->empty()) return OkStatus();  // nothing that could fail
  return Do("Publish", [&] { return publisher_->Publish(outputs, next_offset); });
}

Status TroubledPublisher::Flush() {
  return Do("Flush", [&] { return publisher_->Flush(); });
}

Status TroubledPublisher::Resume(const std::string& position) {
  return Do("Resume", [&] { return publisher_->Resume(position); });
}

// --- store -------------------------------------------------------------------------------------

TroubledStore::TroubledStore(MemoryStore::Rows rows, Trouble* trouble)
    : trouble_(trouble), store_(std::move(rows), [this](uint64_t) {
        using Fate = MemoryStore::Fate;
        switch (trouble_->Next(call_)) {
          case Trouble::Fate::kWorks:
            return Fate::kWorks;
          case Trouble::Fate::kFails:
            return trouble_->Toss() ? Fate::kFails : Fate::kCrashes;
          case Trouble::Fate::kFailsLate:
            break;
        }
        return trouble_->Toss() ? Fate::kFailsLate : Fate::kCrashesLate;
      }) {}

StatusOr<bool> TroubledStore::Get(std::string_view key, std::string* value) {
  call_ = "Get";
  StatusOr<bool> found = store_.Get(key, value);
  if (!found.ok()) trouble_->Note(found.status());
  if (key.size() > 4 && key != "cursor") {
    TableUse& use = trouble_->coverage().tables[static_cast<unsigned char>(key[4])];
    ++use.reads;
    use.reads_evicted += written_.contains(key);
  }
  return found;
}

Status TroubledStore::Scan(std::string_view prefix, const Visit& visit) {
  call_ = "Scan";
  Status status = store_.Scan(prefix, visit);
  if (!status.ok()) trouble_->Note(status);
  return status;
}

// Passes changes on, and notes what they are.
class TroubledStore::NotedChanges final : public Changes {
 public:
  NotedChanges(TroubledStore* store, Changes* changes) : store_(store), changes_(changes) {}
  void Put(std::string_view key, std::string_view value) override {
    if (TableUse* const use = UseOf(key)) ++use->puts;
    changes_->Put(key, value);
  }
  void Erase(std::string_view key) override {
    if (TableUse* const use = UseOf(key)) ++use->erasures;
    changes_->Erase(key);
  }

 private:
  TableUse* UseOf(std::string_view key) {
    if (key == "cursor") return nullptr;
    store_->written_.emplace(key);
    return &store_->trouble_->coverage().tables[static_cast<unsigned char>(key[4])];
  }

  TroubledStore* const store_;
  Changes* const changes_;
};

Status TroubledStore::Save(const Collect& collect) {
  call_ = "Save";
  ++trouble_->coverage().saves;
  Status status = store_.Save([&](Changes* changes) {
    NotedChanges noted(this, changes);
    collect(&noted);
  });
  if (!status.ok()) trouble_->Note(status);
  return status;
}

}  // namespace merit
