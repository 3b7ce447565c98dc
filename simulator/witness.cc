#include "simulator/witness.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/stubs/logging.h>

namespace merit {
namespace {

struct Name {
  std::string_view field;
  Noun noun;
};

constexpr Name kNames[] = {
    {"driver_id", Noun::kDriver},
    {"linked_driver_id", Noun::kDriver},
    {"complainant_driver_id", Noun::kDriver},
    {"reviewer_id", Noun::kReviewer},
    {"second_reviewer_id", Noun::kReviewer},
    {"report_id", Noun::kReport},
    {"duplicate_of", Noun::kReport},
    {"appeal_id", Noun::kAppeal},
    {"matter_id", Noun::kMatter},
    {"into_matter_id", Noun::kMatter},
    {"record_id", Noun::kRecord},
    {"honour_id", Noun::kHonour},
    {"violation_id", Noun::kViolation},
    {"suspension_id", Noun::kSuspension},
    {"item_id", Noun::kItem},
    {"redemption_id", Noun::kRedemption},
    {"batch_id", Noun::kBatch},
    {"adjustment_id", Noun::kAdjustment},
    {"registered_producer_id", Noun::kProducer},
    {"partner_id", Noun::kPartner},
};

}  // namespace

Noun NounOf(std::string_view field_name) {
  for (const Name& name : kNames) {
    if (name.field == field_name) return name.noun;
  }
  return Noun::kNone;
}

bool ParseQuietly(std::string_view value, v1::Event* event) {
  const google::protobuf::LogSilencer silence;
  return event->ParseFromArray(value.data(), static_cast<int>(value.size()));
}

Witness::Witness() {
  for (size_t noun = 0; noun < kNounCount; ++noun) ids_.emplace_back(size_t{192});
}

void Witness::See(int64_t time_ms, std::string_view value) {
  records_.Add({time_ms, std::string(value)});
  if (!ParseQuietly(value, &event_)) return;
  const auto* body = v1::Event::GetReflection()->GetOneofFieldDescriptor(
      event_, v1::Event::descriptor()->oneof_decl(0));
  if (body == nullptr) return;
  SeeIds(v1::Event::GetReflection()->GetMessage(event_, body));
  if (event_.has_voucher_issued()) {
    vouchers_.Add(
        {event_.voucher_issued().redemption_id(), event_.voucher_issued().voucher_hash()});
  } else if (event_.has_item_listed()) {
    items_.Add({event_.item_listed().item_id(), event_.item_listed().partner_id()});
  } else if (event_.has_redemption_requested()) {
    const v1::RedemptionRequested& requested = event_.redemption_requested();
    redemptions_.Add({requested.redemption_id(), requested.item_id()});
  }
}

void Witness::SeeIds(const google::protobuf::Message& body) {
  const auto* descriptor = body.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* field = descriptor->field(i);
    if (field->type() != google::protobuf::FieldDescriptor::TYPE_STRING || field->is_repeated())
      continue;
    const Noun noun = NounOf(field->name());
    if (noun == Noun::kNone) continue;
    std::string id = body.GetReflection()->GetString(body, field);
    if (!id.empty()) ids_[static_cast<size_t>(noun)].Add(std::move(id));
  }
}

std::string Witness::Draw(Noun noun, Random& random) const {
  const Ring<std::string>& ids = ids_[static_cast<size_t>(noun)];
  return ids.empty() ? "not-seen-yet" : ids.Draw(random);
}

std::string Witness::DrawOwn(Noun noun, Random& random) const {
  for (int i = 0; i < 20; ++i) {
    std::string id = Draw(noun, random);
    if (id.starts_with("x-") || random.Permille(20)) return id;
  }
  return "x-nobody";
}

std::string Witness::PartnerOf(const std::string& item_id) const {
  for (const Pair& pair : items_.things()) {
    if (pair.first == item_id) return pair.second;
  }
  return {};
}

std::string Witness::PartnerOfRedemption(const std::string& redemption_id) const {
  for (const Pair& pair : redemptions_.things()) {
    if (pair.first == redemption_id) return PartnerOf(pair.second);
  }
  return {};
}

}  // namespace merit
