#include "simulator/breaker.h"

#include <google/protobuf/descriptor.h>

#include <iterator>

#include "simulator/date.h"
#include "simulator/forger.h"

namespace merit {
namespace {

using google::protobuf::Message;

// Every limit of the proto and of EFFECTS.md §1.2 and §8; one below and one above come by chance.
constexpr int64_t kLimits[] = {0,
                               1,
                               2,
                               8,
                               9,
                               10,
                               32,
                               40,
                               50,
                               64,
                               90,
                               100,
                               128,
                               200,
                               250,
                               365,
                               500,
                               600,
                               730,
                               840,
                               -720,
                               999,
                               1'000,
                               1'440,
                               3'650,
                               5'000,
                               10'000,
                               84'005,
                               86'400,
                               525'600,
                               1'000'000,
                               10'000'000,
                               90'000'000,
                               180'000'000,
                               -90'000'000,
                               -180'000'000,
                               1'970,
                               2'199,
                               197'001,
                               219'912,
                               1'000'000'000,
                               1'000'000'000'000,
                               INT32_MAX,
                               INT32_MIN,
                               INT64_MAX,
                               INT64_MIN};
// Days before the open day at which something ends.
constexpr int32_t kReaches[] = {0, 1, 7, 15, 28, 30, 35, 128, 365};

}  // namespace

void Breaker::BreakOne(Message* message) {
  const auto* descriptor = message->GetDescriptor();
  if (descriptor->field_count() == 0) return;
  const Field& field =
      *descriptor->field(static_cast<int>(random_.Below(descriptor->field_count())));
  // A policy has sixty fields of which each deserves its turn.
  if (field.cpp_type() == Field::CPPTYPE_MESSAGE && !field.is_repeated() && random_.Permille(950)) {
    return BreakOne(message->GetReflection()->MutableMessage(message, &field));
  }
  Break(field, message);
}

void Breaker::BreakMany(Message* message) {
  const auto* descriptor = message->GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    if (random_.Permille(400)) Break(*descriptor->field(i), message);
  }
}

void Breaker::Break(const Field& field, Message* message) {
  const auto* reflection = message->GetReflection();
  if (field.is_repeated()) return BreakList(field, message);
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32: {
      const int64_t number = DrawNumber(reflection->GetInt32(*message, &field));
      return reflection->SetInt32(message, &field, static_cast<int32_t>(number));
    }
    case Field::CPPTYPE_INT64: {
      const int64_t number = DrawNumber(reflection->GetInt64(*message, &field));
      return reflection->SetInt64(message, &field, number);
    }
    case Field::CPPTYPE_UINT32: {
      const int64_t number = DrawNumber(reflection->GetUInt32(*message, &field));
      return reflection->SetUInt32(message, &field, static_cast<uint32_t>(number));
    }
    case Field::CPPTYPE_UINT64:
      return reflection->SetUInt64(message, &field, random_.Next());
    case Field::CPPTYPE_BOOL:
      return reflection->SetBool(message, &field, !reflection->GetBool(*message, &field));
    case Field::CPPTYPE_ENUM:
      return reflection->SetEnumValue(message, &field, DrawEnum(field));
    case Field::CPPTYPE_STRING: {
      const std::string now = reflection->GetString(*message, &field);
      const bool bytes = field.type() == Field::TYPE_BYTES;
      return reflection->SetString(message, &field, bytes ? DrawBytes(now) : DrawText(field, now));
    }
    default:
      return reflection->ClearField(message, &field);
  }
}

void Breaker::BreakList(const Field& field, Message* message) {
  const auto* reflection = message->GetReflection();
  const int size = reflection->FieldSize(*message, &field);
  switch (random_.Below(4u)) {
    case 0:
      return reflection->ClearField(message, &field);
    case 1:
      if (size > 0) return reflection->RemoveLast(message, &field);
      return AddElement(field, message);
    case 2: {
      // At and one beyond the longest lists that the proto names.
      static constexpr int kSizes[] = {1, 8, 9, 10, 32, 33, 50, 51, 200, 201};
      const int target = kSizes[random_.Below(std::size(kSizes))];
      for (int i = size; i < target; ++i) AddElement(field, message);
      return;
    }
    default:
      AddElement(field, message);
      return BreakElement(field, message);
  }
}

void Breaker::AddElement(const Field& field, Message* message) {
  const auto* reflection = message->GetReflection();
  const int size = reflection->FieldSize(*message, &field);
  switch (field.cpp_type()) {
    case Field::CPPTYPE_UINT32:
      return reflection->AddUInt32(message, &field, static_cast<uint32_t>(size) * 7);
    case Field::CPPTYPE_UINT64:
      return reflection->AddUInt64(message, &field, random_.Next());
    case Field::CPPTYPE_ENUM:
      return reflection->AddEnumValue(message, &field, 1 + size % 8);
    case Field::CPPTYPE_STRING: {
      std::string text = "p-" + std::to_string(size);
      if (field.type() == Field::TYPE_BYTES) text.resize(32, '-');
      return reflection->AddString(message, &field, text);
    }
    default: {
      Message* element = reflection->AddMessage(message, &field);
      if (size > 0) element->CopyFrom(reflection->GetRepeatedMessage(*message, &field, size - 1));
      return;
    }
  }
}

void Breaker::BreakElement(const Field& field, Message* message) {
  const auto* reflection = message->GetReflection();
  const auto size = static_cast<uint32_t>(reflection->FieldSize(*message, &field));
  const int index = static_cast<int>(random_.Below(size));
  switch (field.cpp_type()) {
    case Field::CPPTYPE_UINT32:
      return reflection->SetRepeatedUInt32(message, &field, index,
                                           static_cast<uint32_t>(DrawNumber(10)));
    case Field::CPPTYPE_ENUM:
      return reflection->SetRepeatedEnumValue(message, &field, index, DrawEnum(field));
    case Field::CPPTYPE_STRING: {
      const std::string now = reflection->GetRepeatedString(*message, &field, index);
      const bool bytes = field.type() == Field::TYPE_BYTES;
      return reflection->SetRepeatedString(message, &field, index,
                                           bytes ? DrawBytes(now) : DrawText(field, now));
    }
    case Field::CPPTYPE_MESSAGE:
      return BreakOne(reflection->MutableRepeatedMessage(message, &field, index));
    default:
      return;
  }
}

int64_t Breaker::DrawNumber(int64_t now) {
  const int64_t beside = random_.Between(-1, 1);
  switch (random_.Below(8u)) {
    case 0:
      return now + (beside == 0 ? 1 : beside);
    case 1:
      return open_day_ - kReaches[random_.Below(std::size(kReaches))] + beside;
    case 2:
      return open_day_ + kReaches[random_.Below(std::size(kReaches))] + beside;
    case 3:
      return city_code_ + random_.Between(-1, 1) * 100 + beside;
    case 4:
      return now_ms_ + kDayMs * random_.Between(-1, 1) + beside;
    case 5:
      return -now;
    default: {
      const int64_t limit = kLimits[random_.Below(std::size(kLimits))];
      const bool edge = limit == INT64_MAX || limit == INT64_MIN;
      return edge ? limit : limit + beside;
    }
  }
}

std::string Breaker::DrawText(const Field& field, const std::string& now) {
  switch (random_.Below(11u)) {
    case 0:
      return {};
    case 1:
      return std::string(40, 'n');
    case 2:
      return std::string(41, 'n');
    case 3:
      return std::string(200, 'n');
    case 4:
      return std::string(201, 'n');
    case 5:
      return "not an id!";
    case 6:
      return "编号";
    case 7:
      return std::string(kNotUtf8);
    case 8:
      return now + "-0";  // nobody has it
    default: {
      // What the field may mean, or something of another type.
      const Noun noun = NounOf(field.name());
      const bool other = noun == Noun::kNone || random_.Permille(300);
      return witness_.Draw(other ? static_cast<Noun>(random_.Below(kNounCount)) : noun, random_);
    }
  }
}

std::string Breaker::DrawBytes(const std::string& now) {
  static constexpr size_t kSizes[] = {0, 1, 31, 32, 33, 45, 46, 47, 64};
  if (!now.empty() && random_.Permille(300)) {
    std::string bytes = now;
    bytes[0] = static_cast<char>(bytes[0] ^ 1);
    return bytes;
  }
  std::string bytes(kSizes[random_.Below(std::size(kSizes))], '\0');
  for (char& byte : bytes) byte = static_cast<char>(random_.Next());
  return bytes;
}

int Breaker::DrawEnum(const Field& field) {
  const int count = field.enum_type()->value_count();
  static constexpr int kStrange[] = {0, -1, 99, INT32_MAX};
  if (random_.Permille(300)) return kStrange[random_.Below(std::size(kStrange))];
  return static_cast<int>(random_.Below(static_cast<uint32_t>(count) + 1));
}

}  // namespace merit
