// The built program against a real broker, with topics of its own for each test.
#pragma once

#include <string>

#include "tests/commands/program.h"
#include "tests/kafka/broker.h"

namespace merit {

class KafkaCommandTest : public CommandTest {
 protected:
  // The words, and where the cluster and the topics are.
  Words Told(Words words) const {
    words.insert(words.end(), {"--brokers", broker_.address(), "--prefix", prefix_});
    return words;
  }
  Answer Kafka(const Words& words) { return Merit(Told(words)); }
  Answer GoodKafka(const Words& words) { return Good(Told(words)); }
  void CreateTopics(int partitions) {
    GoodKafka({"topics", "create", "--partitions", std::to_string(partitions)});
  }
  std::string Write(const std::string& name, const std::string& text) const;

  Broker& broker_ = SharedBroker();
  const std::string prefix_ = NewTopicName("test");
};

// A programme that begins `days` before today in China, and a clock that may close its days, as
// lines that merit submit takes. public_key: of the clock, base64, or none.
std::string ProgrammeLines(uint32_t city_code, int days, const std::string& public_key = "");
// Today, in China, as a day number.
int32_t TodayInChina();

}  // namespace merit
