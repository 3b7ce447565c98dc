// A programme's table as a log: everything that has to be said so that each row's events can be
// APPLIED.
//
//   Input    rows in any order; `sink` takes the records, whose views live for the call
//   Output   opening, producers and reviewers; then in order of time, each driver's enrolment
//            before their first report, ReportSubmitted, the matter, the decision, a second opinion
//            where one is needed; and a DayClosed for every day from the first row's to the last
//            event's. Timestamps rise from record to record. Event ids are made of the row's id and
//            the kind of event, so equal rows give equal events whatever the file was called or
//            sorted by
//   Errors   the sink's
//   Cost     O(rows · log rows), and a fold of the log; all rows in memory, and the city's
//   Caveats  a second opinion is given wherever the fold of the log awaits one: whether the policy,
//            a flag, the sample or the driver's credibility asks for it is the engine's to know.
//            Real tables do not say which driver reported. Where no column does, one is drawn by
//            seed and row id from the county's pool, unevenly: the n-th in proportion to 1/(n + 9).
//   Source   EFFECTS.md §1.1, §2.1 to §2.4, §3
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "consumers/import/imported_row.h"
#include "consumers/import/mapping.h"
#include "engine/base/output.h"
#include "engine/base/record.h"
#include "engine/base/status.h"
#include "engine/core/machine.h"
#include "merit/v1/event.pb.h"

namespace merit {

struct ProgrammeCounts {
  uint64_t records = 0;
  uint64_t reports = 0;
  uint64_t reviews = 0;  // ReportReviewed
  uint64_t second_opinions = 0;
  uint64_t withdrawals = 0;
  uint64_t matters = 0;
  uint64_t drivers = 0;
  uint64_t days = 0;
  uint64_t undecided = 0;             // the source has no decision
  uint64_t decided_too_late = 0;      // after review_days: left to expire, as the policy has it
  uint64_t duplicates_unmatched = 0;  // no original found: rejected with reason DUPLICATE
  int32_t first_day = 0;
  int32_t last_day = 0;
  int32_t landmark_day = 0;  // the policy's, or the first day where that is earlier
};

class ProgrammeLog {
 public:
  using Sink = std::function<Status(const Record&)>;

  ProgrammeLog(const Mapping& mapping, uint64_t seed, Sink sink);

  // Once. Sorts the rows.
  [[nodiscard]] Status Write(std::vector<ImportedRow>& rows);

  const ProgrammeCounts& counts() const { return counts_; }

 private:
  enum class Step : uint8_t { kAssign, kDecide, kSecond, kResolve, kVoid };
  enum class Fate : uint8_t { kOpen, kApproved, kRejected, kDuplicate, kWithdrawn };
  struct Due {
    int64_t time_ms;
    uint64_t order;  // of two at once the one that was planned first
    Step step;
    size_t row;
    bool operator>(const Due& other) const {
      return time_ms != other.time_ms ? time_ms > other.time_ms : order > other.order;
    }
  };

  int32_t DayOf(int64_t time_ms) const;
  int64_t DayBegin(int32_t day) const;

  // The event to fill in; Send writes it.
  v1::Event& Start(const char* kind, const std::string& key, const char* producer, int64_t time_ms);
  Status Send(int64_t not_before_ms);

  Status Open();
  Status OpenProgramme(int64_t begin_ms);
  Status RegisterPeople(int64_t begin_ms);
  Status CloseDays(int32_t until_day);
  void Plan(int64_t time_ms, Step step, size_t row);

  Status Submit(size_t index);
  Status Enrol(const std::string& driver_id, int64_t time_ms);
  Status OpenMatter(const ImportedRow& row);
  void PlanSteps(size_t index);
  Status Take(const Due& due);
  Status Decide(size_t index, int64_t time_ms);
  Status Review(size_t index, int64_t time_ms);
  Status GiveSecond(const ImportedRow& row, int64_t time_ms);
  Status EndMatter(size_t index, int64_t time_ms, const std::string& into_matter);
  Status Assign(const ImportedRow& row, int64_t time_ms);
  Status Resolve(const ImportedRow& row, int64_t time_ms);

  std::string DrawDriver(const ImportedRow& row) const;
  std::string Reviewer(const std::string& report_id, bool second) const;
  bool AwaitsSecond(const std::string& report_id) const;
  size_t FindOriginal(size_t index) const;
  bool CanBeOriginal(size_t original, size_t duplicate) const;
  void RememberPlace(size_t index);

  const Mapping& mapping_;
  const uint64_t seed_;
  const Sink sink_;
  const std::string key_;
  v1::Policy policy_;

  v1::Event event_;
  std::string value_;
  int64_t last_ms_ = -1;
  int32_t open_day_ = 0;
  Machine fold_{nullptr};  // of what is written; nothing leaves its memory, so there is no image
  Outputs outputs_;        // of the last record, looked at by nobody

  std::vector<ImportedRow>* rows_ = nullptr;
  std::vector<Fate> fates_;
  std::vector<bool> sent_;  // whether the report is in the log yet
  std::priority_queue<Due, std::vector<Due>, std::greater<Due>> due_;
  uint64_t planned_ = 0;
  std::unordered_set<std::string> enrolled_;
  std::vector<uint64_t> driver_weights_;  // running sums
  std::unordered_map<std::string, size_t> by_report_id_;
  std::map<std::tuple<uint32_t, int32_t, int32_t>, std::vector<size_t>>
      by_place_;             // category, cell
  bool duplicates_ = false;  // whether any row is one: else places need not be remembered

  ProgrammeCounts counts_;
};

}  // namespace merit
