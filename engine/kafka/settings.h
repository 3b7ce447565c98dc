// The properties of a Kafka client, as librdkafka names them.
//
//   Input    Read: a file of lines `property=value`; # begins a comment line. What an operator
//            wrote wins over Default, and may not contradict Fix
//   Errors   kNotFound, kInvalidArgument: file and line, or property, and what to do
//   Caveats  values may be secrets: no message and no log ever holds one
#pragma once

#include <map>
#include <string>

#include "engine/base/status.h"
#include "engine/kafka/handles.h"

namespace merit {

class KafkaSettings {
 public:
  KafkaSettings() = default;
  explicit KafkaSettings(const std::string& brokers) { Set("bootstrap.servers", brokers); }

  // Adds what the file says.
  [[nodiscard]] Status Read(const std::string& file);

  KafkaSettings& Set(const std::string& property, const std::string& value) {
    properties_[property] = value;
    return *this;
  }
  KafkaSettings& Clear(const std::string& property) {
    properties_.erase(property);
    return *this;
  }
  // Where the operator said nothing.
  KafkaSettings& Default(const std::string& property, const std::string& value) {
    properties_.emplace(property, value);
    return *this;
  }
  // What merit depends on; another value in the operator's file is refused by Make.
  KafkaSettings& Fix(const std::string& property, const std::string& value) {
    fixed_[property] = value;
    return *this;
  }

  // The value, or none. For what is no secret: brokers, group.
  std::string Get(const std::string& property) const;
  std::string brokers() const { return Get("bootstrap.servers"); }

  // With the defaults that every client has.
  [[nodiscard]] StatusOr<KafkaConf> Make() const;

 private:
  std::map<std::string, std::string> properties_;
  std::map<std::string, std::string> fixed_;
};

}  // namespace merit
