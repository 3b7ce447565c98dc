#include "tests/poison/corpus.h"

#include <google/protobuf/stubs/logging.h>

#include "simulator/simulator.h"

namespace merit {

std::string_view ThingOf(std::string_view field_name) {
  const auto ends = [&](std::string_view end) { return field_name.ends_with(end); };
  if (ends("driver_id")) return "driver_id";
  if (ends("reviewer_id")) return "reviewer_id";
  if (ends("matter_id")) return "matter_id";
  if (ends("report_id") || field_name == "duplicate_of") return "report_id";
  return field_name;
}

Corpus::Corpus(uint64_t seed) {
  Random random(Spread(seed));
  SimulationOptions options;
  options.seed = seed;
  options.city_codes = {CityCodes(24)[random.Below(24u)]};
  options.first_day = 20454 + random.Day(0, 364);
  options.days = 40;
  options.events_max = 450;
  options.drivers = 8;
  options.platforms = 2;
  options.partners = 2;
  options.reports_per_driver_1000_days = 500;
  options.hostile_permille = random.Below(2u) * 300;
  const google::protobuf::LogSilencer silence;  // a hostile one writes texts that are no UTF-8
  Simulator simulator(options);
  for (Record record; simulator.Next(&record);) {
    records_.push_back({std::string(record.key), record.timestamp_ms, std::string(record.value)});
    v1::Event event;
    if (!event.ParseFromString(records_.back().value) || event.body_case() == 0) continue;
    See(event);
    events_[event.body_case()].push_back(std::move(event));
  }
}

void Corpus::See(const google::protobuf::Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->is_repeated()) continue;
    if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
      See(reflection.GetMessage(message, field));
    } else if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
      texts_[std::string(ThingOf(field->name()))].push_back(reflection.GetString(message, field));
    }
  }
}

const google::protobuf::Message* Corpus::DrawBody(int type, Random& random) const {
  const auto found = events_.find(type);
  if (found == events_.end()) return nullptr;
  const v1::Event& event = found->second[random.Below(found->second.size())];
  return &event.GetReflection()->GetMessage(event,
                                            v1::Event::descriptor()->FindFieldByNumber(type));
}

std::string Corpus::DrawText(const std::string& field_name, Random& random) const {
  const auto found = texts_.find(ThingOf(field_name));
  return found == texts_.end() ? "" : found->second[random.Below(found->second.size())];
}

}  // namespace merit
