// What the commands on a state at rest share: their options, how they open it, and how they say
// what failed.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "consumers/merit/command.h"
#include "consumers/merit/state_directory.h"

namespace merit {

using Json = nlohmann::ordered_json;

struct StateOptions {
  std::string directory;
  uint32_t city_code = 0;  // 0: all, or the one that has what is asked for
  std::string language;
  bool json = false;
};

// The subcommand with the directory, --city and --json; --lang where it speaks.
CLI::App* AddStateCommand(CLI::App& app, const char* name, const char* about, const char* example,
                          StateOptions* options);
void OfferLanguages(CLI::App* command, StateOptions* options);

// Opens the state and does `work` on it; what fails is said as "merit <command>: …".
int RunOnState(const char* command, const StateOptions& options,
               const std::function<Status(RestingState&)>& work);

// The cities that were asked for, by code; kNotFound where there is none.
StatusOr<std::vector<City*>> CitiesOf(RestingState& state, const StateOptions& options);

// The first of them of which `has` holds; kNotFound says "<what> is in no city of this state".
StatusOr<City*> CityThatHas(RestingState& state, const StateOptions& options,
                            const std::string& what, const std::function<bool(City&)>& has);
StatusOr<City*> CityOfDriver(RestingState& state, const StateOptions& options,
                             const std::string& driver_id);

void PrintJson(const Json& json);

// A message of proto/ as JSON, with the fields' own names.
Json JsonOf(const google::protobuf::Message& message);

}  // namespace merit
