// What every command that talks to Kafka is told: which brokers, which topics, and how to connect.
//
//   Errors   of Settings: kNotFound, kInvalidArgument: the file of --client-config, or no brokers
//            named
//   Caveats  values of the file may be secrets: they are never printed
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
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
  // name: one that IsTopicName lets pass.
  std::string TopicOf(const std::string& name) const;
};

// The topics, by the names that a command line has for them: kIntake, and those of kTopicNames.
inline constexpr char kIntake[] = "intake";
CLI::IsMember IsTopicName();
// What is published under that name; none: it is the intake.
std::optional<Topic> TopicNamed(const std::string& name);

// Adds to a failure of the connection the last thing that the client library said about it.
Status WithKafkaReason(const Status& status);

}  // namespace merit
