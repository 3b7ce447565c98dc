#include "engine/base/wire_writer.h"

#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "merit/v1/event.pb.h"
#include "merit/v1/outcome.pb.h"
#include "simulator/random.h"

namespace merit {
namespace {

using Field = google::protobuf::FieldDescriptor;

void WriteField(const google::protobuf::Message& message, const Field& field, WireWriter& out);

// All fields of a message in ascending order, through our own writer.
std::string Write(const google::protobuf::Message& message) {
  WireBuffer buffer;
  WireWriter out(&buffer);
  std::vector<const Field*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const Field* field : fields) WriteField(message, *field, out);
  return std::string(buffer.view());
}

void WriteField(const google::protobuf::Message& message, const Field& field, WireWriter& out) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    for (int place = 0; place < reflection.FieldSize(message, &field); ++place) {
      out.Nested(field.number(), Write(reflection.GetRepeatedMessage(message, &field, place)));
    }
    return;
  }
  switch (field.cpp_type()) {
    case Field::CPPTYPE_MESSAGE:
      return out.Nested(field.number(), Write(reflection.GetMessage(message, &field)));
    case Field::CPPTYPE_STRING:
      return out.Bytes(field.number(), reflection.GetString(message, &field));
    case Field::CPPTYPE_INT32:
      return out.Signed(field.number(), reflection.GetInt32(message, &field));
    case Field::CPPTYPE_INT64:
      return out.Signed(field.number(), reflection.GetInt64(message, &field));
    case Field::CPPTYPE_UINT32:
      return out.Unsigned(field.number(), reflection.GetUInt32(message, &field));
    case Field::CPPTYPE_UINT64:
      return out.Unsigned(field.number(), reflection.GetUInt64(message, &field));
    case Field::CPPTYPE_ENUM:
      return out.Unsigned(field.number(),
                          static_cast<uint64_t>(reflection.GetEnumValue(message, &field)));
    default:
      FAIL() << field.full_name();
  }
}

template <class Number>
Number Draw(Random& random) {
  const uint64_t bits = random.Next() >> random.Below(64u);
  return random.Below(4u) == 0 ? 0 : static_cast<Number>(random.Below(2u) == 0 ? bits : ~bits);
}

TEST(WireWriter, DefaultsAreLeftOut) {
  EXPECT_EQ(Write(v1::Outcome()), "");
  v1::Outcome outcome;
  outcome.add_effects();  // a message in a list is there even when it is empty
  EXPECT_EQ(Write(outcome), outcome.SerializeAsString());
}

TEST(WireWriter, WritesWhatProtobufWrites) {
  Random random(1);
  for (int step = 0; step < 20'000; ++step) {
    v1::Outcome outcome;
    outcome.set_city_code(Draw<uint32_t>(random));
    outcome.set_city_seq(Draw<uint64_t>(random));
    outcome.set_part(Draw<uint32_t>(random));
    outcome.set_record_time_ms(Draw<int64_t>(random));
    outcome.set_open_day(Draw<int32_t>(random));
    outcome.set_event_id(std::string(random.Below(300u), 'e'));
    outcome.set_code(static_cast<v1::Code>(random.Below(v1::Code_ARRAYSIZE)));
    for (uint32_t left = random.Below(4u); left > 0; --left) {
      v1::Award* const award = outcome.add_effects()->mutable_award();
      award->set_source_id(std::string(random.Below(20'000u), 's'));
      award->set_merit_day(Draw<int32_t>(random));
      award->set_computed_pts(Draw<int64_t>(random));
    }
    ASSERT_EQ(Write(outcome), outcome.SerializeAsString());
  }
}

TEST(WireWriter, NumbersAtTheEdges) {
  for (const int64_t number :
       {std::numeric_limits<int64_t>::min(), int64_t{-1}, int64_t{1}, int64_t{127}, int64_t{128},
        int64_t{16'383}, int64_t{16'384}, std::numeric_limits<int64_t>::max()}) {
    v1::Outcome outcome;
    outcome.set_record_time_ms(number);
    outcome.set_city_seq(static_cast<uint64_t>(number));
    outcome.set_open_day(static_cast<int32_t>(number));
    EXPECT_EQ(Write(outcome), outcome.SerializeAsString()) << number;
  }
  v1::Event event;
  event.set_signature(std::string(64, 'x'));  // field 1000
  event.set_event_id("e");
  EXPECT_EQ(Write(event), event.SerializeAsString());
}

TEST(WireWriter, BuffersAreUsedAgain) {
  WireBuffer buffer;
  WireWriter out(&buffer);
  out.Bytes(1, "a long text that comes first");
  buffer.Clear();
  EXPECT_EQ(buffer.size(), 0u);
  out.Unsigned(2, 1);
  EXPECT_EQ(buffer.view(), std::string_view("\x10\x01"));
  buffer.Append("abc");
  buffer.Append({});
  EXPECT_EQ(buffer.view(), std::string_view("\x10\x01"
                                            "abc"));
}

}  // namespace
}  // namespace merit
