#include "consumers/merit/demo_figures.h"

#include <tuple>

namespace merit {
namespace {

bool Parse(const Record& record, google::protobuf::Message* message) {
  return message->ParseFromArray(record.value.data(), static_cast<int>(record.value.size()));
}

void CountDrivers(City& city, DemoFigures* figures) {
  const Policy& policy = city.policy();
  figures->policy = policy.numbers();
  FirstDriver& first = figures->first;
  city.drivers.ForEach([&](uint32_t, const DriverRow& driver) {
    if (driver.erased) return;
    const Evaluation now = Evaluate(city, driver, city.open_day(), policy);
    ++figures->tiers[TierOf(now.boost_bp)];
    if (now.boost_bp == 0) return;
    const std::string id = driver.id.str();
    const bool before =
        first.driver_id.empty() || std::tie(first.evaluation.boost_bp, first.evaluation.sum, id) <
                                       std::tie(now.boost_bp, now.sum, first.driver_id);
    if (before) first = {id, driver, now};
  });
}

void CountRows(City& city, DemoFigures* figures) {
  city.reports.ForEach(
      [&](uint32_t, const ReportRow& report) { ++figures->reports[report.state]; });
  city.matters.ForEach(
      [&](uint32_t, const MatterRow& matter) { ++figures->matters[matter.state]; });
  city.redemptions.ForEach([&](uint32_t, const RedemptionRow& redemption) {
    CountAndPoints& sum = figures->redemptions[redemption.state];
    ++sum.count;
    sum.pts += redemption.price_pts;
  });
  city.batches.ForEach([&](uint32_t, const BatchRow& batch) {
    ++figures->batches;
    figures->settled_fen += batch.amount_fen;
  });
}

Status CountOutcomes(RestingState& state, DemoFigures* figures) {
  v1::Outcome outcome;
  Status damaged;
  RETURN_IF_ERROR(state.ForEachPublished(Topic::kOutcomes, [&](const Record& record) {
    if (!Parse(record, &outcome)) {
      damaged = DataLoss(
          "a published outcome cannot be read; remove the directory, the demo makes it anew");
      return false;
    }
    if (outcome.part() == 0) ++figures->outcomes[outcome.code()];
    for (const v1::Effect& effect : outcome.effects()) {
      if (!effect.has_redemption_decision()) continue;
      const v1::DeclineCode code = effect.redemption_decision().code();
      if (code != v1::DECLINE_CODE_UNSPECIFIED) ++figures->declines[code];
    }
    return true;
  }));
  return damaged;
}

Status ReadLastSeal(RestingState& state, DemoFigures* figures) {
  return state.ForEachPublished(Topic::kSeals, [&](const Record& record) {
    figures->sealed = Parse(record, &figures->seal);
    return true;
  });
}

}  // namespace

int64_t DemoFigures::requested() const {
  int64_t count = 0;
  for (const auto& [state, sum] : redemptions) count += sum.count;
  return count;
}

int64_t DemoFigures::sum_pts() const {
  return totals.issued + totals.available + totals.held + totals.arrears + totals.partner +
         totals.settled + totals.expired + totals.forfeited + totals.clawed;
}

StatusOr<DemoFigures> CountFigures(RestingState& state) {
  if (state.cities().empty()) return NotFound("no city is open in this log");
  City& city = *state.cities().begin()->second;
  DemoFigures figures;
  figures.city_code = city.code;
  figures.city_name = city.row.name;
  figures.city_seq = city.row.seq;
  figures.open_day = city.open_day();
  figures.drivers = city.row.drivers;
  figures.totals = city.row.totals;
  CountDrivers(city, &figures);
  CountRows(city, &figures);
  RETURN_IF_ERROR(CountOutcomes(state, &figures));
  RETURN_IF_ERROR(ReadLastSeal(state, &figures));
  return figures;
}

}  // namespace merit
