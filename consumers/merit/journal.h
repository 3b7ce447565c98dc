// A city's history: each outcome together with the event that it answers.
//
//   Input    a state at rest; the event is there where the log's archive is where it was
//   Output   outcomes in order of city_seq, all parts of one together
//   Errors   kDataLoss: published outcomes or log damaged
//   Cost     about 2 µs an outcome of the city, and reading past the other cities' records
//   Source   which outcome answers which record: DOMAIN.md §5 (PARKED), EFFECTS.md §1.5
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "consumers/merit/state_directory.h"
#include "merit/v1/event.pb.h"
#include "merit/v1/outcome.pb.h"

namespace merit {

class JournalEntry {
 public:
  JournalEntry(const v1::Outcome& outcome, std::string_view value, bool again)
      : outcome_(outcome), value_(value), again_(again) {}

  const v1::Outcome& outcome() const { return outcome_; }
  // Its bytes; none where the log is not at hand.
  std::string_view value() const { return value_; }
  // The event, read at the first call; null where there is none.
  const v1::Event* event() const;
  // It waited, and this is what became of it.
  bool again() const { return again_; }

 private:
  const v1::Outcome& outcome_;
  const std::string_view value_;
  const bool again_;
  mutable bool read_ = false;
  mutable v1::Event event_;
};

class Journal {
 public:
  static StatusOr<std::unique_ptr<Journal>> Open(RestingState& state, const City& city);
  // `visit` may say false to end it.
  [[nodiscard]] Status ForEach(const std::function<bool(const JournalEntry&)>& visit);
  // Empty where the log is at hand, else why it is not.
  const std::string& without_log() const { return without_log_; }

 private:
  Journal(RestingState& state, const City& city) : state_(state), city_(city) {}
  [[nodiscard]] Status SkipToOpening();
  StatusOr<std::string_view> NextValue();
  StatusOr<bool> Visit(const v1::Outcome& outcome,
                       const std::function<bool(const JournalEntry&)>& visit);

  RestingState& state_;
  const City& city_;
  std::string without_log_;
  std::unique_ptr<ArchiveLog> log_;
  std::vector<Record> records_;
  size_t place_ = 0;                                         // in records_
  std::map<std::string, std::string, std::less<>> waiting_;  // values by event_id
};

}  // namespace merit
