#include "consumers/merit/demo_text.h"
#include "consumers/merit/totals_json.h"
#include "engine/base/sha256.h"

namespace merit {
namespace {

nlohmann::ordered_json FirstJson(const DemoFigures& figures) {
  const FirstDriver& first = figures.first;
  if (first.driver_id.empty()) return nullptr;
  const Evaluation& e = first.evaluation;
  return {
      {"driver_id", first.driver_id},     {"boost_bp", e.boost_bp},
      {"tier", TierOf(e.boost_bp)},       {"raw_mpt", e.raw_mpt},
      {"report_mpt", e.factor_mpt[0]},    {"handle_mpt", e.factor_mpt[1]},
      {"volunteer_mpt", e.factor_mpt[2]}, {"violation_mpt", -e.factor_mpt[3]},
      {"honour_mpt", e.honour_mpt},       {"standing_mpt", e.raw_mpt - e.merit_mpt - e.honour_mpt}};
}

nlohmann::ordered_json SealJson(const DemoFigures& figures) {
  if (!figures.sealed) return nullptr;
  const v1::DaySeal& seal = figures.seal;
  return {{"day", seal.day()},
          {"city_seq", seal.city_seq()},
          {"log_size", seal.log_size()},
          {"log_root", Hex(seal.log_root())},
          {"account_count", seal.account_count()},
          {"account_root", Hex(seal.account_root())},
          {"outcome_count", seal.outcome_count()},
          {"outcome_root", Hex(seal.outcome_root())}};
}

nlohmann::ordered_json PointsJson(const DemoFigures& figures) {
  nlohmann::ordered_json json = TotalsJson(figures.totals);
  json["sum"] = figures.sum_pts();
  return json;
}

nlohmann::ordered_json RedemptionsJson(const DemoFigures& figures) {
  auto json = nlohmann::ordered_json{{"requested", figures.requested()},
                                     {"declined", nlohmann::ordered_json::object()},
                                     {"states", nlohmann::ordered_json::object()},
                                     {"batches", figures.batches},
                                     {"settled_fen", figures.settled_fen}};
  for (const auto& [code, count] : figures.declines)
    json["declined"][v1::DeclineCode_Name(code)] = count;
  for (const auto& [state, sum] : figures.redemptions) {
    json["states"][v1::RedemptionState_Name(state)] = {{"count", sum.count}, {"points", sum.pts}};
  }
  return json;
}

}  // namespace

nlohmann::ordered_json DemoJson(const DemoDirectory& demo, const DemoFigures& figures) {
  const DemoWork& work = demo.work();
  nlohmann::ordered_json json = {{"log", demo.log()},
                                 {"state", demo.state()},
                                 {"records", work.log_records},
                                 {"log_seconds", work.log_seconds},
                                 {"folded_records", work.folded_records},
                                 {"fold_seconds", work.fold_seconds},
                                 {"city_code", figures.city_code},
                                 {"city_name", figures.city_name},
                                 {"city_seq", figures.city_seq},
                                 {"open_day", figures.open_day},
                                 {"drivers", figures.drivers},
                                 {"points", PointsJson(figures)},
                                 {"outcomes", nlohmann::ordered_json::object()},
                                 {"reports", nlohmann::ordered_json::object()},
                                 {"matters", nlohmann::ordered_json::object()}};
  for (const auto& [code, count] : figures.outcomes) json["outcomes"][v1::Code_Name(code)] = count;
  for (const auto& [state, count] : figures.reports)
    json["reports"][v1::ReportState_Name(state)] = count;
  for (const auto& [state, count] : figures.matters)
    json["matters"][v1::MatterState_Name(state)] = count;
  json["redemptions"] = RedemptionsJson(figures);
  json["tiers"] = figures.tiers;
  json["first_driver"] = FirstJson(figures);
  json["last_seal"] = SealJson(figures);
  json["commands"] = nlohmann::ordered_json::array();
  for (const DemoCommand& command : DemoCommands(demo, figures))
    json["commands"].push_back(command.line);
  return json;
}

}  // namespace merit
