#include "engine/core/city.h"

#include <algorithm>

#include "engine/core/sightings.h"

namespace merit {
namespace {

constexpr uint8_t Number(TableNumber table) { return static_cast<uint8_t>(table); }

}  // namespace

std::string CityPrefix(uint32_t code) {
  std::string prefix;
  AppendBigEndian(&prefix, code);
  return prefix;
}

City::City(uint32_t city_code, Image* image)
    : code(city_code),
      key(std::to_string(city_code)),
      prefix(CityPrefix(city_code)),
      saved_policies(prefix, Number(TableNumber::kPolicies)),
      calendars(prefix, Number(TableNumber::kCalendars)),
      producers(prefix, Number(TableNumber::kProducers), image),
      reviewers(prefix, Number(TableNumber::kReviewers), image),
      drivers(prefix, Number(TableNumber::kDrivers), image),
      reports(prefix, Number(TableNumber::kReports), image),
      sightings(prefix, Number(TableNumber::kSightings), image),
      photos(prefix, Number(TableNumber::kPhotos), image),
      decisions(prefix, Number(TableNumber::kDecisions), image),
      appeals(prefix, Number(TableNumber::kAppeals), image),
      matters(prefix, Number(TableNumber::kMatters), image),
      services(prefix, Number(TableNumber::kServices), image),
      honours(prefix, Number(TableNumber::kHonours), image),
      violations(prefix, Number(TableNumber::kViolations), image),
      suspensions(prefix, Number(TableNumber::kSuspensions), image),
      items(prefix, Number(TableNumber::kItems), image),
      redemptions(prefix, Number(TableNumber::kRedemptions), image),
      adjustments(prefix, Number(TableNumber::kAdjustments), image),
      batches(prefix, Number(TableNumber::kBatches), image),
      waiting(prefix, Number(TableNumber::kWaiting), image),
      lists(prefix, Number(TableNumber::kLists)),
      dedupe(prefix, Number(TableNumber::kDedupe), image),
      accounts(prefix, Number(TableNumber::kAccountLeaves)),
      exposures(prefix, Number(TableNumber::kExposures)),
      cells(prefix, Number(TableNumber::kCells)) {}

std::vector<AnyTable*> City::tables() {
  return {&producers,   &reviewers, &drivers,     &reports,     &sightings, &photos,
          &decisions,   &appeals,   &matters,     &services,    &honours,   &violations,
          &suspensions, &items,     &redemptions, &adjustments, &batches,   &waiting};
}

const Policy& City::PolicyOn(int32_t day) const {
  for (size_t version = policies.size(); version > 1; --version) {
    if (policies[version - 1]->effective_day() <= day) return *policies[version - 1];
  }
  return *policies[0];
}

DriverRow& City::EditDriver(uint32_t driver) {
  DriverRow& changed = drivers.Edit(driver);
  if (!changed.leaf_stale) {
    changed.leaf_stale = true;
    AppendTo(ListKind::kStaleLeaves, 0, driver);
  }
  return changed;
}

void City::AddPolicy(v1::Policy message, int32_t effective_day) {
  std::shared_ptr<const Decay> decay;
  if (!policies.empty() && policies.back()->decay().landmark_day() == message.landmark_day() &&
      policies.back()->decay().half_life_days() == message.half_life_days()) {
    decay = policies.back()->shared_decay();
  } else {
    decay = std::make_shared<const Decay>(message.landmark_day(), message.half_life_days());
  }
  PolicyRow& saved = saved_policies.Edit({static_cast<uint32_t>(policies.size() + 1)});
  saved.effective_day = effective_day;
  saved.policy = message.SerializeAsString();
  policies.push_back(
      std::make_unique<const Policy>(std::move(message), effective_day, std::move(decay)));
}

// --- the durable image -------------------------------------------------------------------------

void City::Collect(ImageChanges* changes) {
  RowWriter writer;
  writer(row);
  for (const MerkleFrontier* tree : {&log_tree, &outcome_tree}) {
    writer.PutVarint(tree->size());
    for (const Digest& peak : tree->peaks()) writer(peak);
  }
  for (const AnyTable* table : tables()) writer(table->first(), table->size());
  changes->Put(prefix + static_cast<char>(TableNumber::kCity), writer.view());
  saved_policies.Collect(changes);
  calendars.Collect(changes);
  for (AnyTable* table : tables()) table->Collect(changes);
  lists.Collect(changes);
  dedupe.Collect(changes);
  accounts.Collect(changes);
  exposures.Collect(changes);
  cells.Collect(changes);
  for (AnyTable* table : tables()) table->CollectHashes(changes);
  dedupe.CollectHashes(changes);
}

void City::RestoreTableSizes(RowReader& reader) {
  for (AnyTable* table : tables()) {
    uint32_t first = 0;
    uint32_t size = 0;
    reader(first, size);
    if (reader.ok()) table->Restore(first, size);
  }
}

std::vector<uint8_t> City::TablesAtStart() {
  std::vector<uint8_t> numbers;
  for (TableNumber table :
       {TableNumber::kCity, TableNumber::kPolicies, TableNumber::kCalendars, TableNumber::kLists,
        TableNumber::kAccountLeaves, TableNumber::kExposures, TableNumber::kCells}) {
    numbers.push_back(Number(table));
  }
  for (uint8_t table = Number(TableNumber::kProducers); table <= Number(TableNumber::kDedupe);
       ++table) {
    numbers.push_back(static_cast<uint8_t>(table + kHashChunkTables));
  }
  return numbers;
}

bool City::RestoreKey(std::string_view saved_key, std::string_view value) {
  if (saved_key.empty()) return false;
  const auto number = static_cast<uint8_t>(saved_key[0]);
  const std::string_view place = saved_key.substr(1);
  if (number == Number(TableNumber::kCity)) {
    RowReader reader(value);
    row.Fields(reader);
    for (MerkleFrontier* tree : {&log_tree, &outcome_tree}) {
      const uint64_t size = reader.GetVarint();
      std::vector<Digest> peaks(static_cast<size_t>(__builtin_popcountll(size)));
      for (Digest& peak : peaks) reader(peak);
      tree->Restore(size, std::move(peaks));
    }
    RestoreTableSizes(reader);
    return reader.ok() && reader.done();
  }
  if (number == Number(TableNumber::kPolicies)) return saved_policies.Restore(place, value);
  if (number == Number(TableNumber::kCalendars)) return calendars.Restore(place, value);
  if (number == Number(TableNumber::kLists)) return lists.Restore(place, value);
  if (number == Number(TableNumber::kAccountLeaves)) return accounts.Restore(place, value);
  if (number == Number(TableNumber::kExposures)) return exposures.Restore(place, value);
  if (number == Number(TableNumber::kCells)) return cells.Restore(place, value);
  if (number == Number(TableNumber::kDedupe) + kHashChunkTables)
    return dedupe.RestoreHashes(place, value);
  for (AnyTable* table : tables()) {
    if (number != table->number() + kHashChunkTables) continue;
    return place.size() == 4 && table->RestoreHashes(ReadBigEndian(place), value);
  }
  return false;
}

void City::FinishRestore() {
  for (const auto& [number, saved] : saved_policies.all()) {
    v1::Policy message;
    if (!message.ParseFromString(saved.policy))
      throw RowsUnavailable{"a saved policy is no Policy"};
    std::shared_ptr<const Decay> decay =
        std::make_shared<const Decay>(message.landmark_day(), message.half_life_days());
    policies.push_back(
        std::make_unique<const Policy>(std::move(message), saved.effective_day, decay));
  }
  if (policies.empty()) throw RowsUnavailable{"no policy is saved"};
  for (const auto& [cell, saved] : cells.all()) {
    if (saved.changed) changed_cells.push_back(cell);
  }
  dedupe.RestoreOpenBlocks();
  RebuildWaiting();
  RebuildFlagIndexes();
}

void City::RebuildWaiting() {
  lists.ForEach(static_cast<uint8_t>(ListKind::kWaitingDue),
                [&](uint32_t, const std::vector<uint32_t>& events) {
                  for (uint32_t event : events) {
                    const WaitingRow& saved = waiting.Get(event);
                    if (saved.waiting) waiting_for[{saved.type, saved.id}].push_back(event);
                  }
                });
  for (auto& [thing, events] : waiting_for) std::sort(events.begin(), events.end());
}

void City::RebuildFlagIndexes() {
  const size_t reports_kept = sightings.size() - sightings.first();
  photos_by_hash.Reserve(photos.size() - photos.first());
  reports_by_cell.Reserve(reports_kept);
  sightings.ForEach([&](uint32_t report, const SightingRow& sighting) {
    IndexSighting(*this, report, sighting);
  });
  photos.ForEach([&](uint32_t photo, const PhotoRow& seen) { IndexPhoto(*this, photo, seen); });
}

// --- memory ------------------------------------------------------------------------------------

size_t City::memory_bytes() const {
  size_t bytes = sizeof(City) + lists.memory_bytes() + dedupe.memory_bytes() +
                 accounts.memory_bytes() + photos_by_hash.memory_bytes() +
                 photos_by_bucket.memory_bytes() + reports_by_cell.memory_bytes() +
                 reports_by_device.memory_bytes();
  for (const AnyTable* table : const_cast<City*>(this)->tables()) bytes += table->memory_bytes();
  return bytes;
}

size_t City::evictable_bytes() const {
  size_t bytes = 0;
  for (const AnyTable* table : const_cast<City*>(this)->tables()) bytes += table->evictable_bytes();
  return bytes;
}

size_t City::unsaved_bytes() const {
  size_t bytes = dedupe.unsaved_bytes();
  for (const AnyTable* table : const_cast<City*>(this)->tables()) bytes += table->unsaved_bytes();
  return bytes;
}

size_t City::Evict(size_t bytes) {
  size_t freed = 0;
  for (AnyTable* table : tables()) {
    if (freed >= bytes) break;
    freed += table->Evict(bytes - freed);
  }
  return freed;
}

}  // namespace merit
