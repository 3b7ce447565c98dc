// Random messages, field by field: sensible values, values at limits, and the ends of what a field
// can hold.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>

#include "simulator/random.h"
#include "tests/poison/corpus.h"

namespace merit {

class MessageMaker {
 public:
  MessageMaker(const Corpus& corpus, Random& random) : corpus_(corpus), random_(random) {}

  // What sensible days and times are near to.
  void Aim(int32_t open_day, int64_t time_ms, uint32_t city_code) {
    open_day_ = open_day;
    time_ms_ = time_ms;
    city_code_ = city_code;
  }

  // Every field anew.
  void Fill(google::protobuf::Message* message);
  // One field of it, or of a message in it, anew.
  void Disturb(google::protobuf::Message* message);

  int64_t DrawExtreme();

 private:
  using Field = google::protobuf::FieldDescriptor;

  void Set(const Field& field, google::protobuf::Message* message);
  void SetList(const Field& field, google::protobuf::Message* message);
  int64_t DrawNumber(const Field& field);
  int64_t DrawSensible(const Field& field);
  std::string DrawText(const Field& field);
  std::string DrawBytes();
  int DrawEnum(const Field& field);

  const Corpus& corpus_;
  Random& random_;
  int32_t open_day_ = 0;
  int64_t time_ms_ = 0;
  uint32_t city_code_ = 0;
};

}  // namespace merit
