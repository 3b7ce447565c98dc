#include "consumers/merit/journal.h"

#include <algorithm>

#include "consumers/merit/progress.h"

namespace merit {
namespace {

constexpr size_t kReadRecords = 4'096;

// The codes that a record gets before it is looked at as an event of its own: never one that
// waited.
bool IsOfTheRecord(v1::Code code) {
  return code == v1::CODE_UNDECODABLE || code == v1::CODE_WRONG_KEY || code == v1::CODE_DUPLICATE ||
         code == v1::CODE_ID_CONFLICT;
}

}  // namespace

const v1::Event* JournalEntry::event() const {
  if (!read_) {
    read_ = true;
    // What is undecodable is no event, though protobuf may find something in its bytes.
    const bool good = outcome_.code() != v1::CODE_UNDECODABLE && !value_.empty() &&
                      event_.ParseFromArray(value_.data(), static_cast<int>(value_.size()));
    if (!good) event_.Clear();
  }
  return event_.body_case() == v1::Event::BODY_NOT_SET ? nullptr : &event_;
}

StatusOr<std::unique_ptr<Journal>> Journal::Open(RestingState& state, const City& city) {
  std::unique_ptr<Journal> journal(new Journal(state, city));
  StatusOr<std::unique_ptr<ArchiveLog>> log = state.OpenLog();
  if (!log.ok()) {
    journal->without_log_ = std::string(log.status().message());
    return journal;
  }
  journal->log_ = std::move(*log);
  RETURN_IF_ERROR(journal->SkipToOpening());
  return journal;
}

// The city's records begin with the one that opened it: its last log_tree.size() ones.
Status Journal::SkipToOpening() {
  int64_t count = 0;
  std::vector<Record> records;
  while (log_->next_offset() < state_.next_offset()) {
    records.clear();
    const auto left = static_cast<size_t>(state_.next_offset() - log_->next_offset());
    RETURN_IF_ERROR(log_->Read(std::min(left, kReadRecords), &records));
    for (const Record& record : records) count += record.key == city_.key;
  }
  RETURN_IF_ERROR(log_->Seek(0));
  for (auto before = count - static_cast<int64_t>(city_.log_tree.size()); before > 0; --before) {
    RETURN_IF_ERROR(NextValue().status());
  }
  return OkStatus();
}

StatusOr<std::string_view> Journal::NextValue() {
  for (;;) {
    if (place_ == records_.size()) {
      records_.clear();
      place_ = 0;
      const int64_t left =
          state_.next_offset() - log_->next_offset();  // what follows was not folded
      if (left > 0)
        RETURN_IF_ERROR(log_->Read(std::min(static_cast<size_t>(left), kReadRecords), &records_));
      if (records_.empty()) return DataLoss("the log ends before its outcomes do; replay it again");
    }
    const Record& record = records_[place_++];
    if (record.key == city_.key) return record.value;
  }
}

StatusOr<bool> Journal::Visit(const v1::Outcome& outcome,
                              const std::function<bool(const JournalEntry&)>& visit) {
  const auto waited = waiting_.find(outcome.event_id());
  const bool again = waited != waiting_.end() && !IsOfTheRecord(outcome.code());
  std::string_view value;
  if (again) {
    value = waited->second;
  } else if (log_ != nullptr) {
    ASSIGN_OR_RETURN(value, NextValue());
  }
  const bool on = visit(JournalEntry(outcome, value, again));
  if (outcome.code() == v1::CODE_PARKED) {
    if (!again) waiting_[outcome.event_id()] = std::string(value);
  } else if (again) {
    waiting_.erase(waited);
  }
  return on;
}

Status Journal::ForEach(const std::function<bool(const JournalEntry&)>& visit) {
  v1::Outcome whole, part;
  bool has_whole = false;
  Status failed;
  Progress progress("outcomes", city_.row.seq);
  RETURN_IF_ERROR(state_.ForEachPublished(Topic::kOutcomes, [&](const Record& record) {
    if (record.key != city_.key) return true;
    if (!part.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) {
      failed = DataLoss(
          "a published outcome cannot be read; remove the state directory and replay the log "
          "again");
      return false;
    }
    if (has_whole && part.part() > 0) {
      whole.MergeFrom(part);
      return true;
    }
    bool on = true;
    if (has_whole) {
      const StatusOr<bool> visited = Visit(whole, visit);
      failed = visited.status();
      on = visited.ok() && *visited;
      has_whole = on;
      progress.Add();
    }
    if (on) {
      whole.Swap(&part);
      has_whole = true;
    }
    return on;
  }));
  RETURN_IF_ERROR(failed);
  return has_whole ? Visit(whole, visit).status() : OkStatus();
}

}  // namespace merit
