// Breaks one thing in a message: a field set to a value at, below or beyond a limit, or of another
// kind.
#pragma once

#include <google/protobuf/message.h>

#include "simulator/random.h"
#include "simulator/witness.h"

namespace merit {

class Breaker {
 public:
  // open_day and city_code: what the limits of days and places are counted from.
  Breaker(const Witness& witness, Random& random) : witness_(witness), random_(random) {}

  void Aim(int32_t open_day, uint32_t city_code, int64_t now_ms) {
    open_day_ = open_day;
    city_code_ = city_code;
    now_ms_ = now_ms;
  }

  // One field of it, or of a message in it.
  void BreakOne(google::protobuf::Message* message);
  // Each field by chance.
  void BreakMany(google::protobuf::Message* message);

 private:
  using Field = google::protobuf::FieldDescriptor;

  void Break(const Field& field, google::protobuf::Message* message);
  void BreakList(const Field& field, google::protobuf::Message* message);
  void BreakElement(const Field& field, google::protobuf::Message* message);
  void AddElement(const Field& field, google::protobuf::Message* message);
  int64_t DrawNumber(int64_t now);
  std::string DrawText(const Field& field, const std::string& now);
  std::string DrawBytes(const std::string& now);
  int DrawEnum(const Field& field);

  const Witness& witness_;
  Random& random_;
  int32_t open_day_ = 0;
  uint32_t city_code_ = 0;
  int64_t now_ms_ = 0;
};

}  // namespace merit
