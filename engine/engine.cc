#include "engine/engine.h"

#include <algorithm>

#include "engine/rows/codec.h"
#include "engine/rows/image.h"

namespace merit {
namespace {

// The form of everything in the store; another one is rebuilt from the log
// (engine/store/FORMAT.md).
constexpr uint32_t kFormat = 4;
constexpr std::string_view kCursorKey = "cursor";

// What passes through at once: as much as stays in the processor's caches from one hand to the
// next.
constexpr size_t kReadRecords = 256;
constexpr size_t kPublishBytes = size_t{64} << 10;

// Of the memory, so much may be unsaved: that cannot leave it. Less would be dearer: the same pages
// are written more often.
constexpr size_t kUnsavedShare = 2;

// The one value that moves with every save: what the rows are the fold of.
struct Cursor {
  uint32_t format = kFormat;
  int64_t next_offset = 0;
  std::string published;  // the publisher's position
  List<uint32_t> cities;
  template <class V>
  void Fields(V& visit) {
    visit(format, next_offset, published, cities);
  }
};

// The rows' changes are the store's.
class ToStore final : public ImageChanges {
 public:
  explicit ToStore(Changes* changes) : changes_(changes) {}
  void Put(std::string_view key, std::string_view value) override { changes_->Put(key, value); }
  void Erase(std::string_view key) override { changes_->Erase(key); }

 private:
  Changes* const changes_;
};

}  // namespace

// The rows' way to the store.
class StoreImage final : public Image {
 public:
  StoreImage(Store* store, std::string directory)
      : store_(store), directory_(std::move(directory)) {}
  std::string Read(std::string_view key) override {
    std::string value;
    const StatusOr<bool> found = store_->Get(key, &value);
    if (!found.ok()) {
      failure_ = found.status();
      throw RowsUnavailable{std::string(failure_.message())};
    }
    if (!*found) throw RowsUnavailable{Cat("the key ", Hex(key), " is missing")};
    return value;
  }

  // Why rows could not be had: the store failed, which says so itself, or what it holds is no
  // state.
  Status Explain(const RowsUnavailable& no) const {
    return failure_.ok() ? CannotUse(no.what) : failure_;
  }
  Status CannotUse(const std::string& what) const {
    return DataLoss(Cat("the state", directory_.empty() ? "" : " in ", directory_,
                        " cannot be used: ", what, "; remove ",
                        directory_.empty() ? "the state directory" : "that directory",
                        " and fold the log again, nothing else is lost"));
  }

 private:
  Store* const store_;
  const std::string directory_;
  Status failure_;
};

Engine::Engine(Log* log, Store* store, Publisher* publisher, const EngineOptions& options)
    : log_(log),
      store_(store),
      publisher_(publisher),
      options_(options),
      image_(std::make_unique<StoreImage>(store, options.state_directory)),
      machine_(std::make_unique<Machine>(image_.get())) {}

Engine::~Engine() = default;

// --- opening -----------------------------------------------------------------------------------

Status Engine::Open() {
  std::string cursor;
  ASSIGN_OR_RETURN(const bool saved, store_->Get(kCursorKey, &cursor));
  if (saved) {
    try {
      RETURN_IF_ERROR(Restore(cursor));
    } catch (const RowsUnavailable& no) {
      return image_->Explain(no);
    }
  } else {
    RETURN_IF_ERROR(publisher_->Resume(""));
  }
  if (next_offset_ > log_->end_offset()) {
    return DataLoss(Cat("the state is the fold of ", next_offset_, " records, the log has only ",
                        log_->end_offset(),
                        ": this is another log, or a part of it is gone; give the log that the "
                        "state was made from, "
                        "or another state directory"));
  }
  return log_->Seek(next_offset_);
}

Status Engine::Restore(std::string_view bytes) {
  Cursor cursor;
  RowReader reader(bytes);
  reader(cursor.format);
  if (reader.ok() && cursor.format != kFormat) {
    return image_->CannotUse(
        Cat("it has format ", cursor.format, ", this program writes format ", kFormat));
  }
  reader(cursor.next_offset, cursor.published, cursor.cities);
  if (!reader.ok() || !reader.done()) return image_->CannotUse("its cursor is damaged");
  for (uint32_t code : cursor.cities) RETURN_IF_ERROR(RestoreCity(code));
  next_offset_ = cursor.next_offset;
  return publisher_->Resume(cursor.published);
}

Status Engine::RestoreCity(uint32_t code) {
  auto city = std::make_unique<City>(code, image_.get());
  for (uint8_t table : City::TablesAtStart()) {
    const std::string prefix = city->prefix + static_cast<char>(table);
    bool good = true;
    RETURN_IF_ERROR(store_->Scan(prefix, [&](std::string_view key, std::string_view value) {
      return good = city->RestoreKey(key.substr(city->prefix.size()), value);
    }));
    if (!good) {
      return image_->CannotUse(Cat("city ", code, ", table ", int{table}, " is damaged"));
    }
  }
  city->FinishRestore();
  machine_->Adopt(std::move(city));
  return OkStatus();
}

// --- folding -----------------------------------------------------------------------------------

StatusOr<size_t> Engine::FoldBatch() {
  size_t folded = 0;
  Stop stop = Stop::kNone;
  try {
    while (folded < options_.batch_records_max && stop == Stop::kNone) {
      records_.clear();
      const size_t count = std::min(kReadRecords, options_.batch_records_max - folded);
      const Status read = log_->Read(count, &records_);
      // What was read before a failure is good; the failure stands where the next batch begins.
      if (!read.ok() && records_.empty() && folded == 0) return read;
      if (records_.empty()) break;
      folded += Fold(&stop);
      if (outputs_.byte_size() >= kPublishBytes) RETURN_IF_ERROR(Publish());
    }
    machine_->Flush(&outputs_);
  } catch (const RowsUnavailable& no) {
    return image_->Explain(no);
  }
  RETURN_IF_ERROR(Publish());
  if (stop == Stop::kNewerEvent) {
    RETURN_IF_ERROR(Save());
    return Unimplemented(
        Cat("offset ", next_offset_,
            " holds an event type that this program does not know: a newer program wrote it; "
            "install that version and start again, everything before it is folded and saved"));
  }
  RETURN_IF_ERROR(LimitMemory());
  return folded;
}

// The records that were read; gives how many of them, up to one that stops.
size_t Engine::Fold(Stop* stop) {
  const std::span<const Record> records(records_);
  size_t folded = 0;
  for (; folded < records.size(); ++folded) {
    if (folded % LookAhead::kRecords == 0) {
      machine_->Announce(
          records.subspan(folded, std::min(LookAhead::kRecords, records.size() - folded)));
    }
    *stop = machine_->FoldRecord(records[folded], &outputs_);
    if (*stop != Stop::kNone) break;
  }
  // Offsets may be passed over, but only before the first record of a Read.
  next_offset_ = log_->next_offset() - static_cast<int64_t>(records_.size() - folded);
  folded_since_save_ += folded;
  return folded;
}

Status Engine::Publish() { return publisher_->Publish(&outputs_, next_offset_); }

bool Engine::SaveIsDue() const {
  return folded_since_save_ >= options_.save_records_max ||
         machine_->unsaved_bytes() > options_.memory_bytes_max / kUnsavedShare;
}

// Send, then save: what the rows say has been published before they say it.
Status Engine::Save() {
  RETURN_IF_ERROR(publisher_->Flush());
  Cursor cursor;
  cursor.next_offset = next_offset_;
  cursor.published = publisher_->position();
  for (const auto& [code, city] : machine_->cities()) cursor.cities.push_back(code);
  RowWriter value;
  value(cursor);
  RETURN_IF_ERROR(store_->Save([&](Changes* changes) {
    ToStore rows(changes);
    machine_->Collect(&rows);
    changes->Put(kCursorKey, value.view());  // cities' keys begin with a zero: it is the last
  }));
  folded_since_save_ = 0;
  return OkStatus();
}

// Only what is saved may leave memory: where that is too little, the rest is saved first.
Status Engine::LimitMemory() {
  const size_t most = options_.memory_bytes_max;
  for (const bool saves_first : {false, true}) {
    if (machine_->memory_bytes() <= most) return OkStatus();
    if (saves_first) RETURN_IF_ERROR(Save());
    machine_->EvictTo(most - most / 8);
  }
  return OkStatus();
}

Status Engine::FoldAll() {
  for (;;) {
    ASSIGN_OR_RETURN(const size_t folded, FoldBatch());
    if (folded == 0) return Save();
    if (SaveIsDue()) RETURN_IF_ERROR(Save());
  }
}

}  // namespace merit
