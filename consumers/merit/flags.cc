// merit flags: patterns for a person to look at 疑点.
#include <cstdio>
#include <memory>
#include <string>

#include "consumers/merit/phrases.h"
#include "consumers/merit/state_command.h"
#include "consumers/merit/text.h"
#include "merit/v1/outcome.pb.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(Every flag that was raised: patterns that a person should look at.

  DUP_PHOTO, NEAR_DUP, GEO_JUMP, GEO_STUCK, BURST, DEVICE_SHARED, STAGED   about a report
  COLLUSION, STRIKES                                                        about a driver

A flag changes neither points nor score: it sends a report to a second reviewer (DOMAIN.md §11).)";

constexpr char kExample[] = R"(Examples:
  merit flags yibin
  merit flags yibin --rule COLLUSION
  merit flags yibin --driver d-17 --json)";

struct Options {
  StateOptions state;
  std::string driver_id;
  std::string rule;
};

std::string RuleName(v1::FlagRule rule) {
  return v1::FlagRule_Name(rule).substr(std::string("FLAG_RULE_").size());
}

bool IsOfDriver(v1::FlagRule rule) {
  return rule == v1::FLAG_RULE_COLLUSION || rule == v1::FLAG_RULE_STRIKES;
}

std::string DriverOf(City& city, const v1::Flag& flag) {
  if (IsOfDriver(flag.rule())) return flag.subject();
  const uint32_t report = city.reports.Find(flag.subject());
  return report == kNone ? "" : city.drivers.Get(city.reports.Get(report).driver).id.str();
}

class FlagList {
 public:
  FlagList(const Options& options, const Speaker& say) : options_(options), say_(say) {
    for (const Phrase& heading :
         {Say::kTime, Say::kRule, Say::kDriver, Say::kSubject, Say::kOther}) {
      table_.Column(say(heading), TextTable::Side::kLeft);
    }
  }

  void Add(City& city, const v1::Outcome& outcome) {
    for (const v1::Effect& effect : outcome.effects()) {
      if (!effect.has_flag()) continue;
      const v1::Flag& flag = effect.flag();
      const std::string driver_id = DriverOf(city, flag);
      if (!options_.driver_id.empty() && driver_id != options_.driver_id) continue;
      if (!options_.rule.empty() && RuleName(flag.rule()) != options_.rule) continue;
      json_.push_back({{"city_code", city.code},
                       {"city_seq", outcome.city_seq()},
                       {"record_time_ms", outcome.record_time_ms()},
                       {"open_day", outcome.open_day()},
                       {"rule", RuleName(flag.rule())},
                       {"driver_id", driver_id},
                       {"subject", flag.subject()},
                       {"other", flag.other()}});
      table_.Row({TimeText(outcome.record_time_ms(), city.row.utc_offset_minutes),
                  RuleName(flag.rule()) + " " + say_(PhraseOf(flag.rule())), driver_id,
                  flag.subject(), flag.other()});
    }
  }

  void Print() const {
    if (options_.state.json) return PrintJson({{"flags", json_}});
    table_.empty() ? static_cast<void>(std::printf("%s\n", say_(Say::kNothing).c_str()))
                   : table_.Print();
  }

 private:
  const Options& options_;
  const Speaker& say_;
  TextTable table_;
  Json json_ = Json::array();
};

int RunFlags(const Options& options) {
  return RunOnState("flags", options.state, [&](RestingState& state) -> Status {
    RETURN_IF_ERROR(CitiesOf(state, options.state).status());
    const Speaker say(LanguageOf(options.state.language));
    FlagList list(options, say);
    v1::Outcome outcome;
    Status failed;
    RETURN_IF_ERROR(state.ForEachPublished(Topic::kOutcomes, [&](const Record& record) {
      if (!outcome.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) {
        failed =
            DataLoss("a published outcome cannot be read; replay the log into a new directory");
        return false;
      }
      const auto city = state.cities().find(outcome.city_code());
      const bool wanted =
          options.state.city_code == 0 || options.state.city_code == outcome.city_code();
      if (wanted && city != state.cities().end()) list.Add(*city->second, outcome);
      return true;
    }));
    RETURN_IF_ERROR(failed);
    list.Print();
    return OkStatus();
  });
}

}  // namespace

void AddFlags(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = AddStateCommand(app, "flags", kAbout, kExample, &options->state);
  command->add_option("--driver", options->driver_id, "only this driver's")->option_text("ID");
  command->add_option("--rule", options->rule, "only this rule's")
      ->check(CLI::IsMember({"DUP_PHOTO", "NEAR_DUP", "GEO_JUMP", "GEO_STUCK", "BURST",
                             "DEVICE_SHARED", "STAGED", "COLLUSION", "STRIKES"}))
      ->option_text("RULE");
  OfferLanguages(command, &options->state);
  command->callback([options, &run] { run = [options] { return RunFlags(*options); }; });
}

}  // namespace merit
