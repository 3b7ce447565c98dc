#include "consumers/merit/driver_things.h"

#include <google/protobuf/descriptor.h>

namespace merit {
namespace {

bool IsDriverAccount(v1::AccountKind account) {
  return account == v1::ACCOUNT_KIND_AVAILABLE || account == v1::ACCOUNT_KIND_HELD ||
         account == v1::ACCOUNT_KIND_ARREARS;
}

bool IsDriverRule(v1::FlagRule rule) {
  return rule == v1::FLAG_RULE_COLLUSION || rule == v1::FLAG_RULE_STRIKES;
}

template <class Row>
void AddOwned(Table<Row>& table, uint32_t driver, std::set<std::string, std::less<>>* ids) {
  table.ForEach([&](uint32_t, const Row& row) {
    if (row.driver == driver) ids->insert(row.id.str());
  });
}

// Appeals name a report or violation, which names the driver.
void AddAppeals(City& city, DriverThings* things) {
  city.appeals.ForEach([&](uint32_t, const AppealRow& appeal) {
    const uint32_t driver = appeal.of_violation ? city.violations.Get(appeal.subject).driver
                                                : city.reports.Get(appeal.subject).driver;
    if (driver == things->driver) things->appeals.insert(appeal.id.str());
  });
}

}  // namespace

DriverThings ThingsOf(City& city, const std::string& driver_id) {
  DriverThings things;
  things.driver_id = driver_id;
  things.driver = city.drivers.Find(driver_id);
  AddOwned(city.reports, things.driver, &things.reports);
  city.redemptions.ForEach([&](uint32_t, const RedemptionRow& redemption) {
    if (redemption.driver_id.view() == driver_id) things.redemptions.insert(redemption.id.str());
  });
  AddAppeals(city, &things);
  AddOwned(city.honours, things.driver, &things.quiet);
  AddOwned(city.suspensions, things.driver, &things.quiet);
  AddOwned(city.violations, things.driver, &things.quiet);
  AddOwned(city.services, things.driver, &things.quiet);
  return things;
}

bool DriverThings::Concerns(const v1::Effect& effect) const {
  switch (effect.body_case()) {
    case v1::Effect::kAward:
      return effect.award().driver_id() == driver_id;
    case v1::Effect::kPosting:
      return IsDriverAccount(effect.posting().account()) &&
             effect.posting().owner_id() == driver_id;
    case v1::Effect::kLotChanged:
      return effect.lot_changed().driver_id() == driver_id;
    case v1::Effect::kMeritChanged:
      return effect.merit_changed().driver_id() == driver_id;
    case v1::Effect::kReportState:
      return reports.contains(effect.report_state().report_id());
    case v1::Effect::kRedemptionDecision:
      return effect.redemption_decision().driver_id() == driver_id;
    case v1::Effect::kRedemptionState:
      return redemptions.contains(effect.redemption_state().redemption_id());
    case v1::Effect::kAppealState:
      return appeals.contains(effect.appeal_state().appeal_id());
    case v1::Effect::kFlag:
      return IsDriverRule(effect.flag().rule()) ? effect.flag().subject() == driver_id
                                                : reports.contains(effect.flag().subject());
    default:
      return false;
  }
}

bool DriverThings::Concerns(const JournalEntry& entry) const {
  if (entry.outcome().code() == v1::CODE_DUPLICATE) return false;
  // Most values hold none of the ids anywhere, which is quicker found out than what they say.
  bool may_name = entry.value().find(driver_id) != std::string_view::npos;
  for (auto id = quiet.begin(); id != quiet.end() && !may_name; ++id) {
    may_name = entry.value().find(*id) != std::string_view::npos;
  }
  if (!may_name || entry.event() == nullptr) return false;
  if (NamesId(*entry.event(), driver_id)) return true;
  for (const std::string& id : quiet) {
    if (NamesId(*entry.event(), id)) return true;
  }
  return false;
}

bool NamesId(const v1::Event& event, std::string_view id) {
  const auto* const body_field = event.GetDescriptor()->FindFieldByNumber(event.body_case());
  if (body_field == nullptr) return false;
  const google::protobuf::Message& body = event.GetReflection()->GetMessage(event, body_field);
  const auto* const type = body.GetDescriptor();
  for (int place = 0; place < type->field_count(); ++place) {
    const auto* const field = type->field(place);
    if (field->type() != google::protobuf::FieldDescriptor::TYPE_STRING || field->is_repeated())
      continue;
    if (!field->name().ends_with("_id") && field->name() != "duplicate_of") continue;
    if (body.GetReflection()->GetString(body, field) == id) return true;
  }
  return false;
}

}  // namespace merit
