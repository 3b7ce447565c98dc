#include "tests/simulation/auditor.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <stdexcept>
#include <utility>

#include "engine/base/sha256.h"
#include "engine/base/status.h"
#include "merit/v1/bulletin.pb.h"
#include "merit/v1/dead_letter.pb.h"
#include "merit/v1/event.pb.h"
#include "merit/v1/outcome.pb.h"
#include "merit/v1/score.pb.h"
#include "merit/v1/seal.pb.h"

namespace merit {
namespace {

// Ends the audit with what is wrong.
template <class... Parts>
void Demand(bool holds, const Parts&... parts) {
  if (!holds) throw std::runtime_error(Cat(parts...));
}

// A message in what is wrong: it is written down only then.
struct Text {
  const google::protobuf::Message& message;
  friend std::ostream& operator<<(std::ostream& out, const Text& text) {
    return out << text.message.ShortDebugString();
  }
};

template <class Message>
Message Parse(const PublishedRecord& record) {
  Message message;
  Demand(message.ParseFromString(record.value), "an output of key ", record.key, " is no ",
         Message::descriptor()->name());
  Demand(message.SerializeAsString() == record.value,
         "an output is not in canonical form: ", Text{message});
  return message;
}

// The sign that a balance must have (outcome.proto): 1: never below 0; −1: never above.
int SignOf(v1::AccountKind account) {
  return account == v1::ACCOUNT_KIND_ISSUED || account == v1::ACCOUNT_KIND_ARREARS ? -1 : 1;
}

struct Waiting {
  int type = 0;
  std::string value;
};

struct City {
  bool open = false;
  uint64_t seq = 0;
  int64_t time_ms = 0;
  int32_t open_day = 0;
  uint64_t records = 0;
  uint64_t outcomes = 0;  // parts counted one by one
  uint64_t drivers = 0;
  std::map<std::pair<v1::AccountKind, std::string>, int64_t> balances;
  std::map<v1::AccountKind, int64_t> totals;
  std::map<std::string, std::map<int32_t, int64_t>> lots;
  std::map<std::string, Waiting> waiting;  // by event_id
  std::set<Digest> applied;                // values of events
  std::string seal_hash;                   // of the last one
};

// One city_seq: all its parts.
struct Answer {
  v1::Outcome head;  // part 0
  std::vector<v1::Effect> effects;
};

class Auditor {
 public:
  Auditor(const History& history, Coverage* coverage) : history_(history), coverage_(*coverage) {}

  void Run(const std::vector<Record>& records) {
    for (const Record& record : records) See(record);
    Demand(next_outcome_ == history_.outcomes.size(),
           "there are more outcomes than records ask for");
    Demand(next_seal_ == history_.seals.size(), "there are more seals than closed days");
    Demand(next_letter_ == history_.dead_letters.size(), "there are more dead letters than due");
    SeeScores();
    SeeBulletins();
  }

  void SeeScores() {
    std::map<std::string, uint64_t> versions;
    for (const PublishedRecord& record : history_.scores) {
      if (record.tombstone) continue;
      const auto score = Parse<v1::Score>(record);
      Demand(record.key == Cat(score.city_code(), "|", score.driver_id()), "a score under ",
             record.key);
      uint64_t& version = versions[record.key];
      Demand(score.city_seq() > version, "the versions of ", record.key, " do not rise");
      version = score.city_seq();
      coverage_.published.See(score);
      coverage_.gates |= score.gates();
      coverage_.tiers |= 1u << score.tier();
      JudgeScore(score);
    }
  }

 private:
  void See(const Record& record) {
    v1::Event event;
    const bool parsed =
        event.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()));
    const std::string key(record.key);
    City& city = cities_[key];
    ++coverage_.records;
    if (!city.open && IsDeadLetter(record, 0)) return;
    ++city.records;
    const Answer answer = NextAnswer(key);
    if (!city.open) Open(city, event, answer);
    city.time_ms = std::max(city.time_ms, record.timestamp_ms);
    const v1::Code code = answer.head.code();
    if (code == v1::CODE_UNDECODABLE || code == v1::CODE_WRONG_KEY) {
      Demand(IsDeadLetter(record, city.seq), "no dead letter for city_seq ", city.seq);
    }
    const bool decodable = code != v1::CODE_UNDECODABLE;
    Demand(answer.head.event_id() == (decodable ? event.event_id() : ""), "the outcome ", city.seq,
           " is not that of the event ", event.event_id());
    Demand(!decodable || parsed, "an outcome for bytes that are no event");
    const int type = decodable ? event.body_case() : 0;
    if (code == v1::CODE_PARKED) {
      city.waiting[event.event_id()] = {type, std::string(record.value)};
    }
    const bool applied = Judge(city, answer, type, record.value);
    if (!applied) return;
    if (type == v1::Event::kDayClosed) CloseDay(city, key, event.day_closed().day());
    SeeWoken(city, key);
  }

  void Open(City& city, const v1::Event& event, const Answer& answer) {
    Demand(event.has_programme_opened() && answer.head.code() == v1::CODE_APPLIED,
           "a city opened by ", Text{event});
    city.open = true;
    city.open_day = event.programme_opened().open_day();
  }

  // Whether the next dead letter is that of this record; it is taken then.
  bool IsDeadLetter(const Record& record, uint64_t seq) {
    if (next_letter_ == history_.dead_letters.size()) return false;
    const PublishedRecord& next = history_.dead_letters[next_letter_];
    const auto letter = Parse<v1::DeadLetter>(next);
    if (next.key != record.key || letter.value() != record.value || letter.city_seq() != seq ||
        letter.timestamp_ms() != record.timestamp_ms) {
      return false;
    }
    Demand((letter.code() == v1::CODE_UNKNOWN_CITY) == (seq == 0),
           "a dead letter's code and city_seq");
    ++next_letter_;
    ++coverage_.dead_letters;
    coverage_.published.See(letter);
    return true;
  }

  // The parts of the next city_seq: 0, 1, 2 …, all but the last full, and no number left out.
  Answer NextAnswer(const std::string& key) {
    Answer answer;
    City& city = cities_[key];
    ++city.seq;
    for (uint32_t part = 0;; ++part) {
      Demand(next_outcome_ < history_.outcomes.size(), "city ", key, " has no outcome ", city.seq);
      const PublishedRecord& record = history_.outcomes[next_outcome_++];
      const auto outcome = Parse<v1::Outcome>(record);
      Demand(record.key == key && outcome.city_seq() == city.seq && outcome.part() == part,
             "city_seq ", city.seq, " part ", part, " of ", key, " is due, ", record.key, " has ",
             outcome.city_seq(), " part ", outcome.part());
      if (part == 0) answer.head = outcome;
      coverage_.published.See(outcome);
      answer.effects.insert(answer.effects.end(), outcome.effects().begin(),
                            outcome.effects().end());
      ++city.outcomes;
      coverage_.parts += part > 0;
      if (outcome.effects_size() < 1'000 || !IsNextPartOf(key, city.seq)) return answer;
    }
  }

  bool IsNextPartOf(const std::string& key, uint64_t seq) const {
    if (next_outcome_ == history_.outcomes.size()) return false;
    const PublishedRecord& record = history_.outcomes[next_outcome_];
    return record.key == key && Parse<v1::Outcome>(record).city_seq() == seq;
  }

  // Outcomes of events that waited: what a record gives itself about such an event_id is one of the
  // codes up to STALE, for it is remembered.
  void SeeWoken(City& city, const std::string& key) {
    while (next_outcome_ < history_.outcomes.size()) {
      const PublishedRecord& record = history_.outcomes[next_outcome_];
      if (record.key != key) return;
      const auto outcome = Parse<v1::Outcome>(record);
      const auto waiting = city.waiting.find(outcome.event_id());
      if (waiting == city.waiting.end() ||
          (outcome.code() != v1::CODE_APPLIED && outcome.code() <= v1::CODE_STALE)) {
        return;
      }
      const Waiting woken = waiting->second;
      if (outcome.code() != v1::CODE_PARKED) city.waiting.erase(waiting);
      Judge(city, NextAnswer(key), woken.type, woken.value);
    }
  }

  // What must hold of every outcome. Whether it was applied.
  bool Judge(City& city, const Answer& answer, int type, std::string_view value) {
    const v1::Outcome& head = answer.head;
    ++coverage_.outcomes[{type, head.code()}];
    coverage_.details[{type, head.code()}].insert(head.detail_code());
    Demand(head.record_time_ms() == city.time_ms, "outcome ", city.seq, " is not of its time");
    Demand(head.open_day() == city.open_day, "outcome ", city.seq, " is of day ", head.open_day(),
           " while ", city.open_day, " is open");
    const bool applied = head.code() == v1::CODE_APPLIED;
    if (head.code() == v1::CODE_SETTLEMENT_MISMATCH) {
      Demand(answer.effects.size() == 1 && answer.effects[0].has_settlement(),
             "a mismatch's effect");
      return false;
    }
    Demand(applied || answer.effects.empty(), "a refusal has effects: ", Text{head});
    if (!applied) return false;
    Demand(city.applied.insert(Sha256(value)).second, "applied twice: ", head.event_id());
    city.drivers += type == v1::Event::kDriverEnrolled;
    SeeApplied(value);
    Post(city, answer);
    return true;
  }

  void SeeApplied(std::string_view value) {
    v1::Event event;
    event.ParseFromArray(value.data(), static_cast<int>(value.size()));
    coverage_.applied.See(event);
  }

  // --- ledger

  void Post(City& city, const Answer& answer) {
    int64_t sum = 0;
    int64_t issued = 0;
    int64_t awarded = 0;
    std::set<std::pair<v1::AccountKind, std::string>> accounts;
    std::set<std::string> drivers;
    for (const v1::Effect& effect : answer.effects) {
      if (effect.has_posting()) {
        const v1::Posting& posting = effect.posting();
        Demand(posting.delta_pts() != 0, "a posting of nothing");
        sum += posting.delta_pts();
        if (posting.account() == v1::ACCOUNT_KIND_ISSUED) issued -= posting.delta_pts();
        city.balances[{posting.account(), posting.owner_id()}] += posting.delta_pts();
        city.totals[posting.account()] += posting.delta_pts();
        accounts.insert({posting.account(), posting.owner_id()});
        if (posting.account() == v1::ACCOUNT_KIND_AVAILABLE) drivers.insert(posting.owner_id());
      } else if (effect.has_lot_changed()) {
        const v1::LotChanged& change = effect.lot_changed();
        int64_t& lot = city.lots[change.driver_id()][change.expire_day()];
        lot += change.delta_pts();
        Demand(change.delta_pts() != 0 && lot >= 0, "a lot of ", change.driver_id(), " at ", lot);
        drivers.insert(change.driver_id());
      } else if (effect.has_award()) {
        awarded += effect.award().awarded_pts();
        JudgeAward(effect.award());
      }
    }
    Demand(sum == 0, "the postings of outcome ", city.seq, " sum to ", sum);
    Demand(issued == awarded, "outcome ", city.seq, " issues ", issued, " and awards ", awarded);
    for (const auto& account : accounts) {
      Demand(city.balances[account] * SignOf(account.first) >= 0, "outcome ", city.seq, " leaves ",
             v1::AccountKind_Name(account.first), " of ", account.second, " at ",
             city.balances[account]);
    }
    for (const std::string& driver : drivers) JudgeLots(city, driver);
  }

  static void JudgeAward(const v1::Award& award) {
    Demand(award.computed_pts() == award.awarded_pts() + award.cut_day_pts() +
                                       award.cut_month_pts() + award.cut_budget_pts(),
           "an award whose cuts do not add up: ", Text{award});
    Demand(award.awarded_pts() >= 0 && award.cut_day_pts() >= 0 && award.cut_month_pts() >= 0 &&
               award.cut_budget_pts() >= 0 && award.repaid_pts() >= 0 &&
               award.repaid_pts() <= award.awarded_pts(),
           "an award with a wrong sign: ", Text{award});
  }

  static void JudgeLots(City& city, const std::string& driver) {
    int64_t sum = 0;
    for (const auto& [expire_day, pts] : city.lots[driver]) sum += pts;
    const int64_t available = city.balances[{v1::ACCOUNT_KIND_AVAILABLE, driver}];
    Demand(sum == available, driver, " has ", available, " points, in lots ", sum,
           ", after outcome ", city.seq);
  }

  // --- days

  void CloseDay(City& city, const std::string& key, int32_t day) {
    Demand(day == city.open_day, "day ", day, " was closed while ", city.open_day, " was open");
    ++city.open_day;
    Demand(next_seal_ < history_.seals.size(), "no seal for day ", day, " of ", key);
    const PublishedRecord& record = history_.seals[next_seal_++];
    ++coverage_.seals;
    const auto seal = Parse<v1::DaySeal>(record);
    coverage_.published.See(seal);
    Demand(record.key == key && seal.day() == day && seal.city_seq() == city.seq &&
               seal.log_size() == city.records && seal.outcome_count() == city.outcomes &&
               seal.account_count() == city.drivers,
           "the seal of day ", day, " counts otherwise: ", Text{seal});
    Demand(seal.prev_seal_sha256() == city.seal_hash, "the seal of day ", day,
           " follows another one");
    city.seal_hash = AsBytes(Sha256(record.value));
    const v1::DaySeal::Totals& t = seal.totals();
    const std::pair<v1::AccountKind, int64_t> totals[] = {
        {v1::ACCOUNT_KIND_ISSUED, t.issued()},       {v1::ACCOUNT_KIND_CLAWED, t.clawed()},
        {v1::ACCOUNT_KIND_EXPIRED, t.expired()},     {v1::ACCOUNT_KIND_FORFEITED, t.forfeited()},
        {v1::ACCOUNT_KIND_AVAILABLE, t.available()}, {v1::ACCOUNT_KIND_HELD, t.held()},
        {v1::ACCOUNT_KIND_ARREARS, t.arrears()},     {v1::ACCOUNT_KIND_PARTNER, t.partner()},
        {v1::ACCOUNT_KIND_SETTLED, t.settled()}};
    int64_t sum = 0;
    for (const auto& [account, total] : totals) {
      Demand(total == city.totals[account], "the seal of day ", day, " has ", total, " of ",
             v1::AccountKind_Name(account), ", the postings ", city.totals[account]);
      sum += total;
    }
    Demand(sum == 0, "the totals of day ", day, " sum to ", sum);
  }

  // --- scores and bulletins

  static uint32_t TierOf(uint32_t boost_bp) {
    return boost_bp == 0 ? 0 : std::min(4u, boost_bp / 250 + 1);
  }

  static void JudgeScore(const v1::Score& score) {
    Demand(score.boost_bp() <= score.cap_bp() && score.raw_mpt() >= 0,
           "a boost out of bounds: ", Text{score});
    Demand(score.tier() == TierOf(score.boost_bp()), "a wrong tier: ", Text{score});
    Demand(score.gates() == 0 || score.boost_bp() == 0, "a gate that is none: ", Text{score});
    const bool removed = (score.gates() & v1::GATE_BIT_REMOVED) != 0;
    int64_t sum = 0;
    for (const v1::Score::Explain& explain : score.explain()) sum += explain.mpt();
    Demand(sum == score.raw_mpt() && (removed || score.explain_size() == 7),
           "explain does not sum to raw: ", Text{score});
  }

  void SeeBulletins() {
    std::map<std::string, std::pair<uint64_t, uint32_t>> next;  // city_seq and number
    for (const PublishedRecord& record : history_.bulletins) {
      const auto bulletin = Parse<v1::Bulletin>(record);
      auto& [seq, number] = next[record.key];
      if (bulletin.city_seq() != seq) {
        Demand(bulletin.city_seq() > seq, "bulletins of ", record.key, " are out of order");
        seq = bulletin.city_seq();
        number = 0;
      }
      Demand(bulletin.number() == number++, "a bulletin is missing after ", seq, " in ",
             record.key);
      ++coverage_.bulletins;
      coverage_.published.See(bulletin);
    }
  }

  const History& history_;
  Coverage& coverage_;
  std::map<std::string, City> cities_;
  size_t next_outcome_ = 0;
  size_t next_seal_ = 0;
  size_t next_letter_ = 0;
};

template <class Work>
std::string WrongIn(Work work) {
  try {
    work();
  } catch (const std::runtime_error& wrong) {
    return wrong.what();
  }
  return {};
}

}  // namespace

std::string Audit(const std::vector<Record>& records, const History& history, Coverage* coverage) {
  return WrongIn([&] { Auditor(history, coverage).Run(records); });
}

std::string AuditScores(const History& history) {
  Coverage unused;
  return WrongIn([&] { Auditor(history, &unused).SeeScores(); });
}

}  // namespace merit
