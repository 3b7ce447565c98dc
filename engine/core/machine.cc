#include "engine/core/machine.h"

#include <algorithm>
#include <deque>

#include "engine/base/wire_writer.h"
#include "engine/core/admission.h"
#include "engine/core/bulletins.h"
#include "engine/core/checks.h"
#include "engine/core/event_types.h"
#include "engine/core/programme.h"
#include "engine/core/score.h"
#include "engine/core/seals.h"
#include "engine/core/waiting.h"
#include "merit/v1/dead_letter.pb.h"

namespace merit {
namespace {

constexpr size_t kUnhashedMax = 32;

}  // namespace

uint32_t CityCodeOf(std::string_view key) {
  if (key.size() != 6 || key[0] == '0') return 0;
  uint32_t code = 0;
  for (char c : key) {
    if (c < '0' || c > '9') return 0;
    code = code * 10 + static_cast<uint32_t>(c - '0');
  }
  return code;
}

City* Machine::CityOf(std::string_view key) {
  if (last_city_ != nullptr && last_city_->key == key) return last_city_;
  const auto found = cities_.find(CityCodeOf(key));
  if (found == cities_.end()) return nullptr;
  return last_city_ = found->second.get();
}

// --- one record --------------------------------------------------------------------------------

Stop Machine::FoldRecord(const Record& record, Outputs* outputs) {
  const Reading& reading = look_ahead_.Take(record);
  City* const city = reading.city != nullptr ? reading.city : CityOf(record.key);
  if (city == nullptr) {
    TryToOpen(record, reading, outputs);
    return Stop::kNone;
  }
  const Envelope& event = *reading.event;
  uint32_t producer = kNone;
  std::optional<Verdict> refusal =
      RefuseEnvelope(*city, event, reading.payload_hash, reading.id_hash);
  if (!refusal) refusal = RefuseProducer(*city, event, &producer);
  // A newer program's event, from somebody who may send it: nothing has changed yet.
  if (!refusal && event.unknown_body) return Stop::kNewerEvent;

  const bool closes_day = !refusal && event.body_number == v1::Event::kDayClosed;
  if (closes_day) PublishScores(*city, outputs);
  city->row.time_ms = std::max(city->row.time_ms, record.timestamp_ms);
  city->log_tree.Append(reading.log_leaf);
  effects_.Clear();
  Fold fold{*city, effects_, event, ++city->row.seq, city->row.time_ms, producer, {}, 0};
  Verdict verdict = refusal ? *refusal : FoldBody(fold);
  if (verdict.code == v1::CODE_PARKED) {
    if (MayWait(*city, event.value)) {
      StartWaiting(*city, event.value, fold.seq, verdict);
    } else {
      verdict.code = v1::CODE_ORPHAN;
    }
  }
  const int32_t open_day = city->open_day();
  if (Absorbs(verdict.code)) {
    const auto occurred_day =
        static_cast<int32_t>(OccurredDay(event, city->row.utc_offset_minutes));
    const auto dedupe_days = static_cast<int32_t>(city->policies[0]->numbers().dedupe_days());
    city->dedupe.Insert(reading.id_hash, event.event_id,
                        {reading.payload_hash, static_cast<uint32_t>(verdict.code)},
                        std::max(open_day, occurred_day) + dedupe_days);
  }
  if (verdict.code == v1::CODE_UNDECODABLE || verdict.code == v1::CODE_WRONG_KEY) {
    DeadLetter(record, verdict, fold.seq, outputs);
  }
  Conclude(*city, fold, verdict, open_day, outputs);
  return Stop::kNone;
}

Verdict Machine::FoldBody(Fold& fold) {
  const Verdict verdict = EventTypeOf(fold.event.body_number).apply(fold, *fold.event.body);
  MERIT_CHECK(fold.posted_pts == 0);
  MERIT_CHECK(verdict.applied() || fold.effects.count() == 0 ||
              verdict.code == v1::CODE_SETTLEMENT_MISMATCH);
  return verdict;
}

// Publishes the outcome and what follows from it.
void Machine::Conclude(City& city, Fold& fold, const Verdict& verdict, int32_t open_day,
                       Outputs* outputs) {
  ++code_counts_[verdict.code];
  const OutcomeHead head{city.code,
                         fold.seq,
                         fold.time_ms,
                         open_day,
                         fold.event.decodable ? fold.event.event_id : std::string_view(),
                         verdict.code,
                         verdict.detail};
  fold.effects.EachPart(head, [&](std::string_view begin, std::string_view effects) {
    unhashed_.push_back({&city, begin.size() + effects.size()});
    unhashed_bytes_.append(begin).append(effects);
    outputs->Add(Topic::kOutcomes, city.key, fold.time_ms, begin, effects);
  });
  if (unhashed_.size() >= kUnhashedMax) HashOutcomes();
  if (!verdict.applied()) return;
  if (fold.event.body_number == v1::Event::kDayClosed) AfterDay(city, open_day, fold.seq, outputs);
  if (fold.created) Wake(city, *fold.created, fold.time_ms, outputs);
}

void Machine::HashOutcomes() {
  std::string_view bytes = unhashed_bytes_;
  for (const Unhashed& outcome : unhashed_) {
    outcome.city->outcome_tree.Append(MerkleLeaf(bytes.substr(0, outcome.size)));
    bytes.remove_prefix(outcome.size);
  }
  unhashed_.clear();
  unhashed_bytes_.clear();
}

// --- waiting events ----------------------------------------------------------------------------

void Machine::Wake(City& city, const Created& created, int64_t time_ms, Outputs* outputs) {
  const std::vector<uint32_t> first = WaitingFor(city, created);
  std::deque<uint32_t> queue(first.begin(), first.end());
  while (!queue.empty()) {
    const uint32_t number = queue.front();
    queue.pop_front();
    std::string value = StopWaiting(city, number);
    const Envelope& event = waiting_reader_.Read(value);
    effects_.Clear();
    Fold fold{city, effects_, event, ++city.row.seq, time_ms, kNone, {}, 0};
    const std::optional<Verdict> refusal = RefuseProducer(city, event, &fold.producer);
    const Verdict verdict = refusal ? *refusal : FoldBody(fold);
    const std::optional<Created> now_created = verdict.applied() ? fold.created : std::nullopt;
    fold.created.reset();  // this queue serves it, not another one inside it
    Conclude(city, fold, verdict, city.open_day(), outputs);
    // Only now: until here the event looks into these bytes.
    if (verdict.code == v1::CODE_PARKED) WaitAgain(city, number, std::move(value), verdict);
    if (!now_created) continue;
    for (uint32_t next : WaitingFor(city, *now_created)) queue.push_back(next);
  }
}

// --- after a DayClosed -------------------------------------------------------------------------

void Machine::AfterDay(City& city, int32_t day, uint64_t seq, Outputs* outputs) {
  HashOutcomes();
  std::vector<v1::Bulletin> bulletins = BulletinsOf(city, day);
  const std::vector<uint32_t> orphans = WaitingDue(city, day);
  const std::string seal = SealDay(city, day, seq);
  city.row.open_day = day + 1;
  const int64_t time_ms = city.row.time_ms;
  outputs->Add(Topic::kSeals, city.key, time_ms, seal);
  uint32_t number = 0;
  for (v1::Bulletin& bulletin : bulletins) {
    bulletin.set_city_code(city.code);
    bulletin.set_city_seq(seq);
    bulletin.set_number(number++);
    bulletin.set_day(day);
    outputs->Add(Topic::kBulletins, city.key, time_ms, bulletin.SerializeAsString());
  }
  PublishScores(city, outputs);
  for (uint32_t orphan : orphans) {
    const uint32_t field = city.waiting.Get(orphan).field;
    const std::string value = StopWaiting(city, orphan);
    effects_.Clear();
    Fold fold{city, effects_, waiting_reader_.Read(value), ++city.row.seq, time_ms, kNone, {}, 0};
    Conclude(city, fold, Refused(v1::CODE_ORPHAN, field), city.open_day(), outputs);
  }
}

void Machine::Flush(Outputs* outputs) {
  look_ahead_.Clear();
  HashOutcomes();
  for (const auto& [code, city] : cities_) PublishScores(*city, outputs);
}

// --- cities that are not open ------------------------------------------------------------------

// Why a record cannot open its city, as UNKNOWN_CITY's detail; or APPLIED.
Verdict Machine::RefuseOpening(const Record& record, const Envelope& event) {
  const auto unknown = [](v1::Code code) { return Refused(v1::CODE_UNKNOWN_CITY, code); };
  if (!event.decodable) return unknown(v1::CODE_UNDECODABLE);
  if (event.unknown_body || event.body_number != v1::Event::kProgrammeOpened)
    return Refused(v1::CODE_UNKNOWN_CITY);
  const auto& m = static_cast<const v1::ProgrammeOpened&>(*event.body);
  const uint32_t code = CityCodeOf(record.key);
  if (code == 0 || event.city_code != code) return unknown(v1::CODE_WRONG_KEY);
  if (IsStale(OccurredDay(event, m.utc_offset_minutes()), m.open_day(), m.policy().dedupe_days())) {
    return unknown(v1::CODE_STALE);
  }
  if (event.producer_id != m.admin_producer_id()) return unknown(v1::CODE_UNAUTHORISED);
  if (!m.admin_public_key().empty() && !SignatureHolds(event, m.admin_public_key())) {
    return unknown(v1::CODE_UNAUTHORISED);
  }
  if (BreachOf(m) != 0) return unknown(v1::CODE_RANGE);
  if (m.policy().version() != 1) return unknown(v1::CODE_POLICY_VERSION);
  return Applied();
}

void Machine::TryToOpen(const Record& record, const Reading& reading, Outputs* outputs) {
  const Envelope& event = *reading.event;
  const Verdict refusal = RefuseOpening(record, event);
  if (!refusal.applied()) {
    ++code_counts_[refusal.code];
    DeadLetter(record, refusal, 0, outputs);
    return;
  }
  auto opened = std::make_unique<City>(event.city_code, image_);
  City& city = *opened;
  cities_[city.code] = std::move(opened);
  last_city_ = &city;
  OpenCity(city, static_cast<const v1::ProgrammeOpened&>(*event.body));
  city.row.seq = 1;
  city.row.time_ms = std::max<int64_t>(0, record.timestamp_ms);
  city.log_tree.Append(reading.log_leaf);
  effects_.Clear();
  effects_.PolicyInForce(1);
  const auto occurred_day = static_cast<int32_t>(OccurredDay(event, city.row.utc_offset_minutes));
  const auto dedupe_days = static_cast<int32_t>(city.policies[0]->numbers().dedupe_days());
  city.dedupe.Insert(reading.id_hash, event.event_id, {reading.payload_hash, v1::CODE_APPLIED},
                     std::max(city.open_day(), occurred_day) + dedupe_days);
  Fold fold{city, effects_, event, city.row.seq, city.row.time_ms, kNone, {}, 0};
  Conclude(city, fold, Applied(), city.open_day(), outputs);
}

void Machine::DeadLetter(const Record& record, const Verdict& verdict, uint64_t seq,
                         Outputs* outputs) {
  using M = v1::DeadLetter;
  WireBuffer letter;
  WireWriter w(&letter);
  w.Signed(M::kTimestampMsFieldNumber, record.timestamp_ms);
  w.Bytes(M::kValueFieldNumber, record.value);
  w.Unsigned(M::kCodeFieldNumber, verdict.code);
  w.Unsigned(M::kDetailCodeFieldNumber, verdict.detail);
  w.Unsigned(M::kCitySeqFieldNumber, seq);
  outputs->Add(Topic::kDeadLetters, record.key, record.timestamp_ms, letter.view());
}

// --- image and memory --------------------------------------------------------------------------

void Machine::Collect(ImageChanges* changes) {
  MERIT_CHECK(unhashed_.empty());
  for (const auto& [code, city] : cities_) {
    MERIT_CHECK(city->pending_scores.empty());
    city->Collect(changes);
  }
}

void Machine::Adopt(std::unique_ptr<City> city) { cities_[city->code] = std::move(city); }

size_t Machine::memory_bytes() const {
  size_t bytes = 0;
  for (const auto& [code, city] : cities_) bytes += city->memory_bytes();
  return bytes;
}

size_t Machine::evictable_bytes() const {
  size_t bytes = 0;
  for (const auto& [code, city] : cities_) bytes += city->evictable_bytes();
  return bytes;
}

size_t Machine::unsaved_bytes() const {
  size_t bytes = 0;
  for (const auto& [code, city] : cities_) bytes += city->unsaved_bytes();
  return bytes;
}

void Machine::EvictTo(size_t bytes) {
  size_t needed = memory_bytes();
  for (const auto& [code, city] : cities_) {
    if (needed <= bytes) return;
    needed -= std::min(needed, city->Evict(needed - bytes));
  }
}

}  // namespace merit
