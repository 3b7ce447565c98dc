// merit ledger: what happened to one driver's points and merit, line by line 工作台账.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "consumers/merit/driver_things.h"
#include "consumers/merit/effect_text.h"
#include "consumers/merit/history.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/state_command.h"
#include "consumers/merit/text.h"

namespace merit {
namespace {

constexpr char kAbout[] =
    R"(A driver's work ledger: every award, posting, appeal, flag, change of merit.

Each entry has its time, the event that caused it with its reason, and the balance after it.
It is read from the published outcomes, and from the log's archive where that is still where
it was; the last balance is the state's own.)";

constexpr char kExample[] = R"(Examples:
  merit replay logs/yibin --state-dir yibin
  merit ledger yibin d-17
  merit ledger yibin d-17 --lang zh
  merit ledger yibin d-17 --json | jq '.entries[].available')";

struct Options {
  StateOptions state;
  std::string driver_id;
};

struct Balance {
  int64_t available = 0, held = 0, arrears = 0;
};

class Ledger {
 public:
  Ledger(RestingState& state, City& city, const Options& options)
      : state_(state),
        city_(city),
        options_(options),
        say_(LanguageOf(options.state.language)),
        things_(ThingsOf(city, options.driver_id)) {}

  Status Print() {
    ASSIGN_OR_RETURN(const std::unique_ptr<Journal> journal, Journal::Open(state_, city_));
    if (options_.state.json) {
      json_ = {{"driver_id", options_.driver_id},
               {"city_code", city_.code},
               {"from_log", journal->without_log().empty()},
               {"entries", Json::array()}};
    } else {
      PrintHead(*journal);
    }
    RETURN_IF_ERROR(journal->ForEach([&](const JournalEntry& entry) {
      Add(entry);
      return true;
    }));
    return PrintEnd();
  }

 private:
  void PrintHead(const Journal& journal) {
    std::printf("%s\n", say_.Fill(Say::kLedgerOf,
                                  {options_.driver_id, city_.key, DayText(city_.open_day())})
                            .c_str());
    if (!journal.without_log().empty()) {
      std::printf("%s\n", say_.Fill(Say::kWithoutLog, {journal.without_log()}).c_str());
    }
    std::printf("\n");
  }

  void Add(const JournalEntry& entry) {
    std::vector<const v1::Effect*> effects;
    for (const v1::Effect& effect : entry.outcome().effects()) {
      if (things_.Concerns(effect)) effects.push_back(&effect);
    }
    if (effects.empty() && !things_.Concerns(entry)) return;
    for (const v1::Effect* effect : effects) Post(*effect);
    options_.state.json ? AddJson(entry, effects) : PrintEntry(entry, effects);
  }

  void Post(const v1::Effect& effect) {
    const v1::Posting& posting = effect.posting();
    if (effect.body_case() != v1::Effect::kPosting) return;
    if (posting.account() == v1::ACCOUNT_KIND_AVAILABLE) balance_.available += posting.delta_pts();
    if (posting.account() == v1::ACCOUNT_KIND_HELD) balance_.held += posting.delta_pts();
    if (posting.account() == v1::ACCOUNT_KIND_ARREARS) balance_.arrears += posting.delta_pts();
  }

  void PrintEntry(const JournalEntry& entry, const std::vector<const v1::Effect*>& effects) {
    std::printf("%s  %s\n",
                TimeText(entry.outcome().record_time_ms(), city_.row.utc_offset_minutes).c_str(),
                EntryText(say_, entry).c_str());
    bool posted = false;
    for (const v1::Effect* effect : effects) {
      posted = posted || effect->has_posting();
      std::printf("    %s\n", EffectText(say_, city_, *effect).c_str());
    }
    if (posted) std::printf("  = %s\n", BalanceText().c_str());
  }

  std::string BalanceText() const {
    return say_.Fill(Say::kBalance, {WithCommas(balance_.available), WithCommas(balance_.held),
                                     WithCommas(balance_.arrears)});
  }

  void AddJson(const JournalEntry& entry, const std::vector<const v1::Effect*>& effects) {
    Json json = EntryJson(say_, entry, effects);
    json["available"] = balance_.available;
    json["held"] = balance_.held;
    json["arrears"] = balance_.arrears;
    json_["entries"].push_back(std::move(json));
  }

  // The postings' sum must be what the rows say; anything else is damage.
  Status PrintEnd() {
    const DriverRow& driver = city_.drivers.Get(things_.driver);
    if (options_.state.json) {
      json_["available"] = driver.available_pts;
      json_["held"] = driver.held_pts;
      json_["arrears"] = driver.arrears_pts;
      PrintJson(json_);
    } else {
      std::printf("\n%s\n", BalanceText().c_str());
      if (driver.erased) std::printf("%s\n", say_(Say::kErased).c_str());
    }
    if (balance_.available == driver.available_pts && balance_.held == driver.held_pts &&
        balance_.arrears == driver.arrears_pts) {
      return OkStatus();
    }
    return DataLoss(Cat("the published postings of ", options_.driver_id, " come to ",
                        balance_.available, ", ", balance_.held, ", ", balance_.arrears,
                        ", the state says ", driver.available_pts, ", ", driver.held_pts, ", ",
                        driver.arrears_pts, "; replay the log into a new directory"));
  }

  RestingState& state_;
  City& city_;
  const Options& options_;
  const Speaker say_;
  const DriverThings things_;
  Balance balance_;
  Json json_;
};

int RunLedger(const Options& options) {
  return RunOnState("ledger", options.state, [&](RestingState& state) -> Status {
    ASSIGN_OR_RETURN(City* const city, CityOfDriver(state, options.state, options.driver_id));
    return Ledger(state, *city, options).Print();
  });
}

}  // namespace

void AddLedger(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = AddStateCommand(app, "ledger", kAbout, kExample, &options->state);
  command->add_option("driver", options->driver_id, "a driver_id")->required();
  OfferLanguages(command, &options->state);
  command->callback([options, &run] { run = [options] { return RunLedger(*options); }; });
}

}  // namespace merit
