// The machine of one partition: all its cities, folded record by record.
//
//   Input    Record: key, timestamp and value as they stand in the log
//   Output   outcomes, seals, bulletins and dead letters, appended to `outputs` in published order;
//            scores where a day closes and where Flush is called
//   Errors   kUnimplemented: a newer program's event; the machine is as it was before the record.
//            RowsUnavailable (engine/rows/image.h): the machine must be dropped
//   Threads  one
//   Cost     about 1 µs an event
//   Source   EFFECTS.md §1.1
#pragma once

#include <array>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/output.h"
#include "engine/base/record.h"
#include "engine/core/city.h"
#include "engine/core/fold.h"
#include "engine/core/look_ahead.h"

namespace merit {

// How many outcomes there were of each code, since the machine was made.
using CodeCounts = std::array<uint64_t, v1::Code_MAX + 1>;

// Why a record stops the fold.
enum class Stop { kNone, kNewerEvent };

class Machine {
 public:
  explicit Machine(Image* image) : image_(image) {}

  [[nodiscard]] Stop FoldRecord(const Record& record, Outputs* outputs);

  // The records that are folded next, at most LookAhead::kRecords, in this order: saves time,
  // changes nothing. Nothing that was announced before is still to be folded.
  void Announce(std::span<const Record> records) {
    look_ahead_.Show(records, [this](std::string_view key) { return CityOf(key); });
  }

  // Publishes what is pending: at the end of a batch, always before a save.
  void Flush(Outputs* outputs);

  const std::map<uint32_t, std::unique_ptr<City>>& cities() const { return cities_; }
  const CodeCounts& code_counts() const { return code_counts_; }

  void Collect(ImageChanges* changes);
  // Takes a restored city in.
  void Adopt(std::unique_ptr<City> city);

  size_t memory_bytes() const;
  size_t evictable_bytes() const;
  size_t unsaved_bytes() const;
  // Lets clean pages go until the machine needs at most `bytes`, as far as it can.
  void EvictTo(size_t bytes);

 private:
  City* CityOf(std::string_view key);
  void TryToOpen(const Record& record, const Reading& reading, Outputs* outputs);
  Verdict RefuseOpening(const Record& record, const Envelope& event);
  static Verdict FoldBody(Fold& fold);
  void Conclude(City& city, Fold& fold, const Verdict& verdict, int32_t open_day, Outputs* outputs);
  void Wake(City& city, const Created& created, int64_t time_ms, Outputs* outputs);
  void AfterDay(City& city, int32_t day, uint64_t seq, Outputs* outputs);
  void HashOutcomes();
  void DeadLetter(const Record& record, const Verdict& verdict, uint64_t seq, Outputs* outputs);

  Image* const image_;
  std::map<uint32_t, std::unique_ptr<City>> cities_;
  City* last_city_ = nullptr;  // records of a city come in runs
  LookAhead look_ahead_;
  EnvelopeReader waiting_reader_;
  Effects effects_;
  // Outcomes whose leaves are not in their cities' trees yet: hashed many at a time.
  struct Unhashed {
    City* city;
    size_t size;
  };
  std::vector<Unhashed> unhashed_;
  std::string unhashed_bytes_;  // one after the other
  CodeCounts code_counts_{};
};

// Six ASCII digits, the first not 0; 0 for anything else.
uint32_t CityCodeOf(std::string_view key);

}  // namespace merit
