// merit bulletins: what a programme published at the end of its months and quarters 通报.
#include <google/protobuf/descriptor.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "consumers/merit/state_command.h"
#include "consumers/merit/text.h"
#include "engine/core/calendar.h"
#include "engine/wire/exchange.h"
#include "merit/v1/bulletin.pb.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(What was published at the end of each month and quarter.

  loop_stats       how matters were handled, one cell a line
  budget_use       points awarded and cut by the budget
  rank_snapshot    the first drivers by boost
  concentration    how much of all boost the best-placed 1 % hold
  exposure_audit   what preferential dispatch did, by tier
  candidate_list   who may be chosen as a role model; people choose)";

constexpr char kExample[] = R"(Examples:
  merit bulletins yibin --month 202603
  merit bulletins yibin --kind candidate_list
  merit bulletins yibin --kind loop_stats --json | jq '.bulletins[].loop_stats.completion_bp')";

struct Options {
  StateOptions state;
  std::string kind;
  int32_t month = 0;
};

const google::protobuf::FieldDescriptor* BodyOf(const v1::Bulletin& bulletin) {
  return bulletin.GetDescriptor()->FindFieldByNumber(bulletin.body_case());
}

bool IsWanted(const v1::Bulletin& bulletin, const Options& options) {
  if (options.state.city_code != 0 && bulletin.city_code() != options.state.city_code) return false;
  if (options.month != 0 && MonthOf(bulletin.day()) != options.month) return false;
  const auto* const body = BodyOf(bulletin);
  return options.kind.empty() || (body != nullptr && body->name() == options.kind);
}

Status PrintLine(const v1::Bulletin& bulletin) {
  constexpr size_t kKindWidth = 15;
  const auto* const body = BodyOf(bulletin);
  if (body == nullptr) return OkStatus();
  ASSIGN_OR_RETURN(const std::string text,
                   ToJson(bulletin.GetReflection()->GetMessage(bulletin, body)));
  std::printf("%s  %u  %s  %s\n", DayText(bulletin.day()).c_str(), bulletin.city_code(),
              PaddedRight(body->name(), kKindWidth).c_str(), text.c_str());
  return OkStatus();
}

int RunBulletins(const Options& options) {
  return RunOnState("bulletins", options.state, [&](RestingState& state) -> Status {
    RETURN_IF_ERROR(CitiesOf(state, options.state).status());
    Json json = Json::array();
    Status failed;
    RETURN_IF_ERROR(state.ForEachPublished(Topic::kBulletins, [&](const Record& record) {
      v1::Bulletin bulletin;
      if (!bulletin.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) {
        failed =
            DataLoss("a published bulletin cannot be read; replay the log into a new directory");
      } else if (IsWanted(bulletin, options)) {
        if (options.state.json) {
          json.push_back(JsonOf(bulletin));
        } else {
          failed = PrintLine(bulletin);
        }
      }
      return failed.ok();
    }));
    RETURN_IF_ERROR(failed);
    if (options.state.json) PrintJson({{"bulletins", json}});
    return OkStatus();
  });
}

}  // namespace

void AddBulletins(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = AddStateCommand(app, "bulletins", kAbout, kExample, &options->state);
  command->add_option("--kind", options->kind, "only this kind")
      ->check(CLI::IsMember({"loop_stats", "budget_use", "rank_snapshot", "concentration",
                             "exposure_audit", "candidate_list"}))
      ->option_text("KIND");
  command->add_option("--month", options->month, "published at the end of this month")
      ->option_text("YYYYMM");
  command->callback([options, &run] { run = [options] { return RunBulletins(*options); }; });
}

}  // namespace merit
