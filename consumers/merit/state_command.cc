#include "consumers/merit/state_command.h"

#include <cstdio>

#include "engine/rows/image.h"
#include "engine/wire/exchange.h"

namespace merit {

CLI::App* AddStateCommand(CLI::App& app, const char* name, const char* about, const char* example,
                          StateOptions* options) {
  CLI::App* command = app.add_subcommand(name, about);
  command->footer(example);
  command->add_option("state", options->directory, "the state directory of merit replay")
      ->required();
  command->add_option("--city", options->city_code, "only this city, like 511500")
      ->option_text("CODE");
  command->add_flag("--json", options->json, "for machines");
  return command;
}

void OfferLanguages(CLI::App* command, StateOptions* options) {
  command->add_option("--lang", options->language, "en or zh; else as LANG says")
      ->check(CLI::IsMember({"en", "zh"}))
      ->option_text("en|zh");
}

int RunOnState(const char* command, const StateOptions& options,
               const std::function<Status(RestingState&)>& work) {
  const Status status = [&]() -> Status {
    ASSIGN_OR_RETURN(const std::unique_ptr<RestingState> state,
                     RestingState::Open(options.directory));
    try {
      return work(*state);
    } catch (const RowsUnavailable& no) {
      return DataLoss(Cat("the state in ", options.directory, " cannot be read: ", no.what,
                          "; remove the directory and replay the log again"));
    }
  }();
  return status.ok() ? kExitOk : Report(command, status);
}

StatusOr<std::vector<City*>> CitiesOf(RestingState& state, const StateOptions& options) {
  std::vector<City*> cities;
  for (const auto& [code, city] : state.cities()) {
    if (options.city_code == 0 || options.city_code == code) cities.push_back(city.get());
  }
  if (!cities.empty()) return cities;
  if (state.cities().empty())
    return NotFound("no city is open in this state; its log has no ProgrammeOpened");
  std::string known;
  for (const auto& [code, city] : state.cities()) known += (known.empty() ? "" : ", ") + city->key;
  return NotFound(Cat("city ", options.city_code, " is not in this state; it has ", known));
}

StatusOr<City*> CityThatHas(RestingState& state, const StateOptions& options,
                            const std::string& what, const std::function<bool(City&)>& has) {
  ASSIGN_OR_RETURN(const std::vector<City*> cities, CitiesOf(state, options));
  for (City* city : cities) {
    if (has(*city)) return city;
  }
  return NotFound(Cat(what, " is in no city of this state"));
}

StatusOr<City*> CityOfDriver(RestingState& state, const StateOptions& options,
                             const std::string& driver_id) {
  return CityThatHas(state, options, "driver " + driver_id,
                     [&](City& city) { return city.drivers.Find(driver_id) != kNone; });
}

void PrintJson(const Json& json) {
  std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

Json JsonOf(const google::protobuf::Message& message) {
  const StatusOr<std::string> text = ToJson(message);
  return text.ok() ? Json::parse(*text, nullptr, false) : Json();
}

}  // namespace merit
