#include "engine/kafka/settings.h"

#include <fstream>
#include <utility>

namespace merit {
namespace {

constexpr char kSpace[] = " \t\r";

// What every client has where nobody said otherwise.
constexpr std::pair<const char*, const char*> kDefaults[] = {
    {"client.id", "merit"},
    {"enable.metrics.push", "false"},  // it makes every end wait a second for the broker
    {"reconnect.backoff.ms", "20"},
    {"reconnect.backoff.max.ms", "500"},
    {"socket.keepalive.enable", "true"},
    {"socket.nagle.disable", "true"},
};

std::string Trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

Status KafkaSettings::Read(const std::string& file) {
  std::ifstream in(file);
  if (!in) {
    return NotFound(Cat("the client configuration ", file,
                        " cannot be read; it is a text file of lines property=value"));
  }
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const std::string text = Trimmed(line);
    if (text.empty() || text[0] == '#') continue;
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Invalid(Cat(file, ", line ", number, ": no property=value"));  // may hold a secret
    }
    properties_[Trimmed(text.substr(0, equals))] = Trimmed(text.substr(equals + 1));
  }
  return OkStatus();
}

std::string KafkaSettings::Get(const std::string& property) const {
  const auto found = properties_.find(property);
  return found == properties_.end() ? "" : found->second;
}

StatusOr<KafkaConf> KafkaSettings::Make() const {
  std::map<std::string, std::string> all = properties_;
  for (const auto& [property, value] : fixed_) {
    const auto [place, added] = all.emplace(property, value);
    if (!added && place->second != value) {
      return Invalid(Cat("the client configuration sets ", property,
                         ", which merit sets itself, to another value; remove that line"));
    }
  }
  for (const auto& [property, value] : kDefaults) all.emplace(property, value);
  KafkaConf conf(rd_kafka_conf_new());
  for (const auto& [property, value] : all) {
    char why[512];
    switch (rd_kafka_conf_set(conf.get(), property.c_str(), value.c_str(), why, sizeof why)) {
      case RD_KAFKA_CONF_OK:
        break;
      case RD_KAFKA_CONF_UNKNOWN:
        return Invalid(Cat("the client configuration: librdkafka ", rd_kafka_version_str(),
                           " knows no property ", property,
                           "; see the list of properties in its documentation"));
      default:  // librdkafka's own words would hold the value
        return Invalid(
            Cat("the client configuration: ", property,
                " has a value that it cannot have; see librdkafka's list of properties"));
    }
  }
  return conf;
}

}  // namespace merit
