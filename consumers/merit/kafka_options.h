// What every command that talks to Kafka is told: which brokers, which topics, and how to connect.
//
//   Errors   of Settings: kNotFound, kInvalidArgument: the file of --client-config, or no brokers
//            named
//   Caveats  values of the file may be secrets: they are never printed
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "engine/base/status.h"
#include "engine/kafka/settings.h"
#include "engine/kafka/topics.h"

namespace merit {

struct KafkaOptions {
  std::string brokers;
  std::string client_config;
  std::string prefix = "merit";

  void AddTo(CLI::App* command);
  StatusOr<KafkaSettings> Settings() const;
  KafkaTopics Topics() const { return KafkaTopics(prefix); }
};

// Adds to a failure of the connection the last thing that the client library said about it.
Status WithKafkaReason(const Status& status);

}  // namespace merit
