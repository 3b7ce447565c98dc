#include "consumers/merit/kafka_options.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <vector>

#include "engine/kafka/client.h"

namespace merit {
namespace {

struct LastLine {
  std::mutex mutex;
  std::string line;
};

LastLine& TheLastLine() {
  static LastLine* const last =
      new LastLine;  // never destroyed: the library's threads may end last
  return *last;
}

}  // namespace

void KafkaOptions::AddTo(CLI::App* command) {
  command
      ->add_option("--brokers", brokers, "where the cluster is, like 127.0.0.1:9092,10.0.0.2:9092")
      ->option_text("HOST:PORT,...");
  command
      ->add_option("--client-config", client_config,
                   "librdkafka's properties (TLS, SASL, ...), a line property=value each")
      ->option_text("FILE");
  command->add_option("--prefix", prefix, "of the topics: <prefix>.intake, <prefix>.outcomes, ...")
      ->option_text("NAME [merit]");
}

StatusOr<KafkaSettings> KafkaOptions::Settings() const {
  SetKafkaLog([](int, const std::string& line) {
    LastLine& last = TheLastLine();
    const std::lock_guard lock(last.mutex);
    last.line = line;
  });
  KafkaSettings settings;
  if (!client_config.empty()) RETURN_IF_ERROR(settings.Read(client_config));
  if (!brokers.empty()) settings.Set("bootstrap.servers", brokers);
  if (settings.brokers().empty()) {
    return Invalid(
        "no brokers are named; give --brokers HOST:PORT, or bootstrap.servers in the file of "
        "--client-config. One for this desk: deploy/broker.sh start");
  }
  return settings;
}

std::string KafkaOptions::TopicOf(const std::string& name) const {
  const std::optional<Topic> published = TopicNamed(name);
  return published ? Topics().of(*published) : Topics().intake;
}

CLI::IsMember IsTopicName() {
  std::vector<std::string> names(std::begin(kTopicNames), std::end(kTopicNames));
  names.insert(names.begin(), kIntake);
  return CLI::IsMember(names);
}

std::optional<Topic> TopicNamed(const std::string& name) {
  const auto found = std::find(std::begin(kTopicNames), std::end(kTopicNames), name);
  if (found == std::end(kTopicNames)) return {};
  return static_cast<Topic>(found - std::begin(kTopicNames));
}

Status WithKafkaReason(const Status& status) {
  if (status.code() != StatusCode::kUnavailable) return status;
  LastLine& last = TheLastLine();
  const std::lock_guard lock(last.mutex);
  if (last.line.empty()) return status;
  return Unavailable(Cat(std::string(status.message()), " (", last.line, ")"));
}

}  // namespace merit
