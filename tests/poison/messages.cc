#include "tests/poison/messages.h"

#include <limits>
#include <vector>

namespace merit {

void MessageMaker::Fill(google::protobuf::Message* message) {
  const google::protobuf::Descriptor& descriptor = *message->GetDescriptor();
  for (int place = 0; place < descriptor.field_count(); ++place) {
    Set(*descriptor.field(place), message);
  }
}

void MessageMaker::Disturb(google::protobuf::Message* message) {
  const google::protobuf::Descriptor& descriptor = *message->GetDescriptor();
  if (descriptor.field_count() == 0) return;
  const Field& field = *descriptor.field(
      static_cast<int>(random_.Below(static_cast<uint32_t>(descriptor.field_count()))));
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  if (field.cpp_type() != Field::CPPTYPE_MESSAGE || random_.Below(4u) == 0)
    return Set(field, message);
  if (!field.is_repeated()) return Disturb(reflection.MutableMessage(message, &field));
  const int size = reflection.FieldSize(*message, &field);
  if (size == 0) return Set(field, message);
  Disturb(reflection.MutableRepeatedMessage(
      message, &field, static_cast<int>(random_.Below(static_cast<uint32_t>(size)))));
}

void MessageMaker::Set(const Field& field, google::protobuf::Message* message) {
  if (field.is_repeated()) return SetList(field, message);
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return reflection.SetInt32(message, &field, static_cast<int32_t>(DrawNumber(field)));
    case Field::CPPTYPE_INT64:
      return reflection.SetInt64(message, &field, DrawNumber(field));
    case Field::CPPTYPE_UINT32:
      return reflection.SetUInt32(message, &field, static_cast<uint32_t>(DrawNumber(field)));
    case Field::CPPTYPE_UINT64:
      return reflection.SetUInt64(message, &field, static_cast<uint64_t>(DrawNumber(field)));
    case Field::CPPTYPE_BOOL:
      return reflection.SetBool(message, &field, random_.Below(2u) == 1);
    case Field::CPPTYPE_ENUM:
      return reflection.SetEnumValue(message, &field, DrawEnum(field));
    case Field::CPPTYPE_STRING:
      return reflection.SetString(
          message, &field, field.type() == Field::TYPE_BYTES ? DrawBytes() : DrawText(field));
    case Field::CPPTYPE_MESSAGE:
      return Fill(reflection.MutableMessage(message, &field));
    default:
      return;  // no floating point in the contract
  }
}

void MessageMaker::SetList(const Field& field, google::protobuf::Message* message) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  reflection.ClearField(message, &field);
  const uint32_t size = random_.Below(20u) == 0 ? random_.Below(260u) : random_.Below(4u);
  for (uint32_t left = size; left > 0; --left) {
    switch (field.cpp_type()) {
      case Field::CPPTYPE_UINT32:
        reflection.AddUInt32(message, &field, static_cast<uint32_t>(DrawNumber(field)));
        break;
      case Field::CPPTYPE_UINT64:
        reflection.AddUInt64(message, &field, static_cast<uint64_t>(DrawNumber(field)));
        break;
      case Field::CPPTYPE_ENUM:
        reflection.AddEnumValue(message, &field, DrawEnum(field));
        break;
      case Field::CPPTYPE_STRING:
        reflection.AddString(message, &field,
                             field.type() == Field::TYPE_BYTES ? DrawBytes() : DrawText(field));
        break;
      case Field::CPPTYPE_MESSAGE:
        Fill(reflection.AddMessage(message, &field));
        break;
      default:
        return;
    }
  }
}

int64_t MessageMaker::DrawExtreme() {
  static constexpr int64_t kEnds[] = {0,
                                      1,
                                      -1,
                                      std::numeric_limits<int32_t>::min(),
                                      std::numeric_limits<int32_t>::max(),
                                      std::numeric_limits<uint32_t>::max(),
                                      std::numeric_limits<int64_t>::min(),
                                      std::numeric_limits<int64_t>::max(),
                                      84'005,
                                      1'000'000,
                                      1'000'000'000'000};
  const int64_t end = kEnds[random_.Below(std::size(kEnds))];
  const int64_t near = random_.Between(-2, 2);
  return static_cast<int64_t>(static_cast<uint64_t>(end) + static_cast<uint64_t>(near));
}

int64_t MessageMaker::DrawSensible(const Field& field) {
  const std::string& name = field.name();
  if (name.ends_with("day"))
    return open_day_ + random_.Between(-140, 140) / (1 + random_.Below(20u));
  if (name.ends_with("_ms")) return time_ms_ - random_.Between(0, 100'000'000);
  if (name == "county_code") return city_code_ + random_.Below(3u);
  if (name.ends_with("category")) return 10 + random_.Below(5u) * 10;
  if (name == "month") return 202'601 + random_.Below(12u);
  if (name.ends_with("permille")) return random_.Below(1'001u);
  if (name.ends_with("_e6")) return random_.Between(-90'000'000, 90'000'000);
  if (name == "tier") return random_.Below(5u);
  if (name == "version") return 1 + random_.Below(4u);
  const uint32_t magnitude = random_.Below(3u);
  return random_.Between(0, magnitude == 0 ? 3 : magnitude == 1 ? 60 : 1'000);
}

int64_t MessageMaker::DrawNumber(const Field& field) {
  const uint32_t how = random_.Below(10u);
  if (how < 6) return DrawSensible(field);
  if (how < 9) return DrawExtreme();
  return static_cast<int64_t>(random_.Next() >> random_.Below(64u));
}

std::string MessageMaker::DrawText(const Field& field) {
  switch (random_.Below(20u)) {
    case 0:
      return "";
    case 1:
      return std::string(1 + random_.Below(300u), 'x');
    case 2:
      return "\xff\xfe no UTF-8";
    case 3:
      return std::string("a\0b", 3);
    case 4:
      return "\xe7\xa7\xaf\xe5\x88\x86";
    case 5:
    case 6:
    case 7:
      return field.name().substr(0, 20) + "-" + std::to_string(random_.Below(6u));
    default:
      return corpus_.DrawText(field.name(), random_);
  }
}

std::string MessageMaker::DrawBytes() {
  static constexpr uint32_t kSizes[] = {0, 1, 31, 32, 32, 32, 32, 32, 33, 46, 64, 300};
  return std::string(kSizes[random_.Below(std::size(kSizes))],
                     static_cast<char>('a' + random_.Below(3u)));
}

int MessageMaker::DrawEnum(const Field& field) {
  const uint32_t count = static_cast<uint32_t>(field.enum_type()->value_count());
  if (random_.Below(8u) != 0)
    return field.enum_type()->value(static_cast<int>(random_.Below(count)))->number();
  return static_cast<int>(DrawExtreme());
}

}  // namespace merit
