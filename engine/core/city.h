// One city: all that its records fold into. Data, and how it is saved; the rules are the files
// beside this one.
//
//   Errors   RowsUnavailable (engine/rows/image.h) from anything that looks at a row
//   Threads  one
//   Source   DOMAIN.md §2
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/merkle.h"
#include "engine/core/account_tree.h"
#include "engine/core/photo_buckets.h"
#include "engine/core/policy.h"
#include "engine/core/rows.h"
#include "engine/rows/dedupe.h"
#include "engine/rows/keyed_rows.h"
#include "engine/rows/lists.h"
#include "engine/rows/table.h"

namespace merit {

struct Totals {  // of all owners; they sum to 0
  int64_t issued = 0, available = 0, held = 0, arrears = 0, partner = 0, settled = 0, expired = 0,
          forfeited = 0, clawed = 0;
  template <class V>
  void Fields(V& visit) {
    visit(issued, available, held, arrears, partner, settled, expired, forfeited, clawed);
  }
};

struct CityRow {
  std::string name;
  uint64_t seq = 0;     // city_seq of the last outcome
  int64_t time_ms = 0;  // T
  int32_t open_day = 0;
  int32_t utc_offset_minutes = 0;
  Id first_admin;
  Totals totals;
  uint32_t drivers = 0;  // enrolled, not erased
  uint32_t waiting = 0;
  int32_t budget_month = 0;  // yyyymm of the two below
  int64_t budget_used_pts = 0;
  int64_t budget_cut_pts = 0;
  std::string last_seal_hash;  // 32 bytes, or none before the first seal
  template <class V>
  void Fields(V& visit) {
    visit(name, seq, time_ms, open_day, utc_offset_minutes, first_admin, totals, drivers, waiting,
          budget_month, budget_used_pts, budget_cut_pts, last_seal_hash);
  }
};

struct NumberKey {
  uint32_t number = 0;
  template <class V>
  void Fields(V& visit) {
    visit(number);
  }
  friend auto operator<=>(const NumberKey&, const NumberKey&) = default;
};

// A driver whose Score has to be made anew, and the event that asked for it.
struct PendingScore {
  uint32_t driver;
  uint64_t city_seq;
  int64_t time_ms;
};

class City {
 public:
  // `image` must outlive the city.
  City(uint32_t code, Image* image);

  const uint32_t code;
  const std::string key;     // the code as six ASCII digits
  const std::string prefix;  // of its keys in the store

  CityRow row;
  MerkleFrontier log_tree;
  MerkleFrontier outcome_tree;
  std::vector<std::unique_ptr<const Policy>> policies;  // version v at v − 1

  KeyedRows<NumberKey, PolicyRow> saved_policies;
  KeyedRows<NumberKey, CalendarRow> calendars;  // by year
  Table<ProducerRow> producers;
  Table<ReviewerRow> reviewers;
  Table<DriverRow> drivers;
  Table<ReportRow> reports;
  Table<SightingRow> sightings;
  Table<PhotoRow> photos;
  Table<DecisionRow> decisions;
  Table<AppealRow> appeals;
  Table<MatterRow> matters;
  Table<ServiceRow> services;
  Table<HonourRow> honours;
  Table<ViolationRow> violations;
  Table<SuspensionRow> suspensions;
  Table<ItemRow> items;
  Table<RedemptionRow> redemptions;
  Table<AdjustmentRow> adjustments;
  Table<BatchRow> batches;
  Table<WaitingRow> waiting;
  Lists lists;
  Dedupe dedupe;
  AccountTree accounts;
  KeyedRows<ExposureKey, ExposureRow> exposures;
  KeyedRows<CellKey, CellRow> cells;

  // Derived from the rows above, made again at a start.
  std::map<std::pair<Awaited, Id>, std::vector<uint32_t>>
      waiting_for;           // events by what they wait for
  HashIndex photos_by_hash;  // -> the newest report with that SHA-256
  PhotoBuckets photos_by_bucket;
  HashIndex reports_by_cell;    // -> the newest report in a cell
  HashIndex reports_by_device;  // -> the newest report from a device
  std::vector<CellKey> changed_cells;

  std::vector<PendingScore> pending_scores;  // empty at a save

  int32_t open_day() const { return row.open_day; }
  // The policy in force on a day (EFFECTS.md §1.6).
  const Policy& PolicyOn(int32_t day) const;
  const Policy& policy() const { return PolicyOn(row.open_day); }

  // A driver's row to change where that changes its leaf in the account tree (seals.cc): points, a,
  // n, contrib_count and sums. The leaf is made anew at the next closing. For all else drivers.Edit
  // does.
  DriverRow& EditDriver(uint32_t driver);

  void AppendTo(ListKind kind, int32_t key_day, uint32_t value) {
    lists.Append(static_cast<uint8_t>(kind), static_cast<uint32_t>(key_day), value);
  }
  std::vector<uint32_t> TakeDue(ListKind kind, int32_t day) {
    return lists.Take(static_cast<uint8_t>(kind), static_cast<uint32_t>(day));
  }

  void AddPolicy(v1::Policy message, int32_t effective_day);

  // --- the durable image
  // The tables that a start reads whole, in this order; the pages of the others are read when a row
  // is asked for.
  static std::vector<uint8_t> TablesAtStart();
  void Collect(ImageChanges* changes);
  // One saved key that begins with prefix, `key` without it; keys come in byte order. False: no
  // such key or value.
  bool RestoreKey(std::string_view key, std::string_view value);
  // After the last key.
  void FinishRestore();

  size_t memory_bytes() const;
  size_t evictable_bytes() const;
  size_t unsaved_bytes() const;
  size_t Evict(size_t bytes);
  std::vector<AnyTable*> tables();

 private:
  void RestoreTableSizes(RowReader& reader);
  void RebuildFlagIndexes();
  void RebuildWaiting();
};

// The prefix of a city's keys.
std::string CityPrefix(uint32_t code);

}  // namespace merit
