#include "tests/simulation/reach.h"

#include <google/protobuf/descriptor.h>

#include <vector>

namespace merit {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// "merit.v1.Award.source" -> "Award.source".
std::string NameOf(const FieldDescriptor& field) {
  return field.full_name().substr(field.file()->package().size() + 1);
}

// "AWARD_SOURCE_REPORT" of AwardSource -> "REPORT": what stands behind the zero's own prefix.
std::string NameOf(const EnumValueDescriptor& value) {
  const std::string& zero = value.type()->FindValueByNumber(0)->name();
  const size_t prefix = zero.rfind("UNSPECIFIED");
  return prefix == std::string::npos ? value.name() : value.name().substr(prefix);
}

}  // namespace

void Reach::See(const Message& message) {
  std::vector<const Field*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const Field* field : fields) SeeField(message, *field);
}

void Reach::SeeField(const Message& message, const Field& field) {
  const Reflection& reflection = *message.GetReflection();
  std::set<int>& values = said_[&field];
  const int count = field.is_repeated() ? reflection.FieldSize(message, &field) : 1;
  for (int place = 0; place < count; ++place) {
    if (field.cpp_type() == Field::CPPTYPE_MESSAGE) {
      See(field.is_repeated() ? reflection.GetRepeatedMessage(message, &field, place)
                              : reflection.GetMessage(message, &field));
    } else if (field.cpp_type() == Field::CPPTYPE_ENUM) {
      values.insert(field.is_repeated() ? reflection.GetRepeatedEnumValue(message, &field, place)
                                        : reflection.GetEnumValue(message, &field));
    }
  }
}

std::set<std::string> Reach::Missing(const google::protobuf::Descriptor& message) const {
  std::set<const void*> looked_at;
  std::set<std::string> missing;
  AddMissing(message, &looked_at, &missing);
  return missing;
}

void Reach::AddMissing(const google::protobuf::Descriptor& message,
                       std::set<const void*>* looked_at, std::set<std::string>* missing) const {
  if (!looked_at->insert(&message).second) return;
  for (int place = 0; place < message.field_count(); ++place) {
    const Field& field = *message.field(place);
    const auto said = said_.find(&field);
    if (said == said_.end()) {
      missing->insert(NameOf(field));
    } else if (field.cpp_type() == Field::CPPTYPE_ENUM) {
      for (int value = 0; value < field.enum_type()->value_count(); ++value) {
        const EnumValueDescriptor& named = *field.enum_type()->value(value);
        if (named.number() == 0 || said->second.contains(named.number())) continue;
        missing->insert(NameOf(field) + " " + NameOf(named));
      }
    }
    if (said != said_.end() && field.cpp_type() == Field::CPPTYPE_MESSAGE) {
      AddMissing(*field.message_type(), looked_at, missing);
    }
  }
}

}  // namespace merit
