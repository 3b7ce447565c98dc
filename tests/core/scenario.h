// A small city that hears one event after the other, and says what became of it.
//
//   Input    events as text-format Event bodies, "driver_opted_out { driver_id: 'A' }"; said twice
//            in one text, a field has its last value. Each gets a new event_id and the producer
//            that usually says it
//   Output   Said: the record's own outcome, then those of the waiting events that it woke
//   Caveats  MERIT_RESTART=<n>: after every n-th record the machine is saved, dropped and restored
//            from what was saved
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/machine.h"
#include "merit/v1/bulletin.pb.h"
#include "merit/v1/dead_letter.pb.h"
#include "merit/v1/outcome.pb.h"
#include "merit/v1/score.pb.h"

namespace merit {

inline constexpr uint32_t kCity = 511500;
inline constexpr int32_t kOpenDay = 20513;  // 2026-03-01
inline constexpr int64_t kHourMs = 3'600'000;

// DOMAIN.md §6's defaults. In a Scenario no report is sampled for a second review unless a test
// wants it, so that what a report is called does not matter.
v1::Policy PolicyV1();
using PolicyEdit = std::function<void(v1::Policy&)>;

// Rows in memory, as they would be on disk.
class MapImage final : public Image, public ImageChanges {
 public:
  std::string Read(std::string_view key) override;
  void Put(std::string_view key, std::string_view value) override {
    rows_.insert_or_assign(std::string(key), std::string(value));
  }
  void Erase(std::string_view key) override { rows_.erase(std::string(key)); }
  std::unique_ptr<City> Restore(uint32_t city_code);

 private:
  std::map<std::string, std::string> rows_;
};

struct Said {
  std::vector<v1::Outcome> outcomes;  // parts apart
  Stop stop = Stop::kNone;

  // Of the record's own outcome.
  std::string code() const;
  // Its effects, "; " between them: all, or those that begin with one of the words.
  std::string effects() const { return With({""}); }
  std::string With(std::initializer_list<std::string_view> words) const;
  std::string flags() const { return With({"Flag"}); }
  // The codes of the outcomes after it: "e10 APPLIED, e11 PARKED.1".
  std::string woken() const;
  std::string text() const { return effects().empty() ? code() : code() + ": " + effects(); }
};
std::ostream& operator<<(std::ostream& out, const Said& said);

class Scenario {
 public:
  // A city with producers adm, auth, plat, app, rev, st1, st2, fin, clk, each with the one role of
  // its name (st1 and st2: PARTNER); reviewers v1 and v2 of everywhere; drivers A, B, C with both
  // permits and no points.
  explicit Scenario(const PolicyEdit& edit = {}, int32_t open_day = kOpenDay);

  Said Say(const std::string& body, std::string_view producer = {});
  Said SayEvent(v1::Event event);  // as it is, but a missing event_id or time
  Said SayBytes(std::string_view value, std::string_view key = "511500");
  v1::Event EventOf(const std::string& body, std::string_view producer = {});

  // Closes the open day; or day after day until `day` is open. The last closing's outcome is said.
  Said Close();
  Said CloseUntil(int32_t day);
  // Version `version`, in force on that day, without notice.
  Said Activate(int32_t effective_day, const PolicyEdit& edit);

  int32_t open_day() const { return city().open_day(); }
  City& city() const { return *machine_->cities().at(kCity); }
  Machine& machine() { return *machine_; }
  // One key of the state export: Field("DRIVER", "A", "lots") -> "[[21183,30]]".
  std::string Field(const std::string& type, const std::string& id, const std::string& key);
  std::string Balance(const std::string& driver);  // "available held arrears"
  std::string State();                             // all lines
  v1::Score Score(const std::string& driver);      // the last one published

  std::vector<v1::Bulletin> bulletins;  // of the last record that gave any
  std::vector<v1::DeadLetter> dead_letters;
  size_t scores_published = 0;
  size_t tombstones = 0;
  int64_t now_ms = 0;  // timestamp of the next record; a closing sets it to local midnight at least

 private:
  Said Take(Stop stop);
  void Restart();

  const uint32_t records_between_restarts_;  // 0: none
  uint32_t records_ = 0;
  MapImage image_;
  std::unique_ptr<Machine> machine_;
  Outputs outputs_;
  v1::Policy policy_;
  uint32_t events_ = 0;
  std::map<std::string, v1::Score> scores_;
};

// --- bodies that many tests say; `more` is added to the text, and so overrides

std::string Submit(const std::string& report, const std::string& driver,
                   const std::string& more = "");
std::string Review(const std::string& report, const std::string& decision,
                   const std::string& more = "", const std::string& reviewer = "v1");
std::string Approve(const std::string& report, const std::string& more = "",
                    const std::string& reviewer = "v1");
std::string Revoke(const std::string& report, const std::string& more = "");
std::string Enrol(const std::string& driver, const std::string& more = "");
std::string Item(const std::string& item, const std::string& more = "");
std::string Redeem(const std::string& redemption, const std::string& driver,
                   const std::string& item);
std::string Serve(const std::string& record, const std::string& driver, int32_t day, int minutes);
std::string Honour(const std::string& honour, const std::string& driver, int32_t from_day,
                   int32_t to_day);
std::string Suspend(const std::string& suspension, const std::string& driver,
                    const std::string& scope, int32_t from_day, int32_t to_day);
std::string Violate(const std::string& violation, const std::string& driver, int grade,
                    int32_t day);
std::string Assess(const std::string& driver, const std::string& kind, int32_t to_day,
                   int permille);
std::string Matter(const std::string& matter, const std::string& more = "");
std::string Day(int32_t day);

// "key: '<32 bytes>'" in text format; different seeds, different bytes.
std::string Hash32(const std::string& key, unsigned seed);
std::string Text(const std::string& key, size_t size, char c = 'x');  // "key: 'xxx…'"
std::string Number(const std::string& key, int64_t number);

}  // namespace merit
