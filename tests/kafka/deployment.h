// A deployment of the engine on the test's broker: topics of its own, processes of the built
// program that can be killed, frozen and stopped, and what a reader and a calm fold say.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/kafka/admin.h"
#include "engine/kafka/consumer.h"
#include "engine/kafka/producer.h"
#include "engine/kafka/topics.h"
#include "engine/publish/memory_publisher.h"
#include "simulator/simulator.h"
#include "tests/kafka/broker.h"

namespace merit {

// A process of `merit engine`; killed when the object goes.
class EngineProcess {
 public:
  // Its stderr goes to `log`.
  EngineProcess(const std::vector<std::string>& arguments, const std::string& log);
  ~EngineProcess();
  EngineProcess(const EngineProcess&) = delete;
  EngineProcess& operator=(const EngineProcess&) = delete;

  void Kill();
  void Freeze();
  void Thaw();
  // SIGTERM; gives the exit status, 128 + the signal, or -1 where it does not end in time.
  int Stop(int wait_ms = 20'000);
  // The exit status where it ends by itself within that time, or -1.
  int WaitForEnd(int wait_ms);
  bool running();
  // What it has said so far.
  std::string Said() const;

 private:
  const std::string log_;
  pid_t process_ = 0;
  int status_ = -1;
};

struct DeploymentOptions {
  int32_t partitions = 1;
  std::string session_ms = "3000";
  std::string commit_interval_ms = "20";
  std::string save_interval_ms = "300";
  // Members of a known name: one that comes back in time takes up its partitions at once.
  bool steady = false;
  Broker* broker = nullptr;  // another than the shared one
  std::string prefix = "";   // of its topics; "": a new one
};

// What `merit engine --help` says of its exit status.
inline constexpr int kExitUsage = 2;
inline constexpr int kExitDataLoss = 3;
inline constexpr int kExitNewer = 4;
inline constexpr int kExitFailed = 5;

// Asks until it is so; false: not in that time.
bool WaitFor(int wait_ms, const std::function<bool()>& done);
// The process ends by itself with that status and has said these words.
void ExpectEnd(EngineProcess& engine, int status, const std::vector<std::string>& words);

// What stands on the output topics of one partition, in order.
using Topics = std::array<std::vector<PublishedRecord>, kTopicCount>;

class Deployment {
 public:
  using Options = DeploymentOptions;
  explicit Deployment(const Options& options = {});
  ~Deployment();

  const KafkaTopics& topics() const { return topics_; }
  const std::string& group() const { return group_; }
  KafkaProducer& producer() { return *producer_; }
  const std::string& directory() const { return directory_; }
  std::string StateDirectory(const std::string& name) const { return directory_ + "/" + name; }
  // Where that instance's store of a partition is.
  std::string Store(const std::string& name, int32_t partition = 0) const;

  // All topics have so many partitions from now on.
  void Grow(int32_t partitions);

  // Instances have names; each keeps its state directory. `more`: further arguments.
  std::unique_ptr<EngineProcess> Start(const std::string& name,
                                       const std::vector<std::string>& more = {});

  // Sends the next `count` records of a simulated log, each city to its partition. False: the log
  // has ended.
  bool Send(uint64_t count);
  void Send(int32_t partition, const std::string& key, const std::string& value,
            int64_t timestamp_ms);
  void Flush();
  void Simulate(const SimulationOptions& options);

  int64_t Committed(int32_t partition) const;
  int64_t EndOfIntake(int32_t partition) const;
  // Until every record is committed; false: not in that time, or the process has ended.
  bool WaitUntilFolded(EngineProcess* process, int wait_ms = 60'000);
  // Until that, or until it has ended by itself: true if it runs.
  bool FoldsOrEnds(EngineProcess& process, int wait_ms = 60'000);

  std::vector<PublishedRecord> Read(const std::string& topic, int32_t partition) const;
  Topics Published(int32_t partition) const;
  // What a calm fold of the partition's intake, as it stands in Kafka, comes to.
  Topics Calm(int32_t partition) const;
  // Each output exactly once, in order, on every partition; scores: the last of each driver.
  void ExpectOneHistory() const;

 private:
  void WaitForPartitions();

  Options options_;
  const std::string address_;  // of the broker, which may be down by now
  const KafkaTopics topics_;
  const std::string group_;
  std::string directory_;
  rd_kafka_resp_err_t undelivered_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::unique_ptr<KafkaProducer> producer_;
  std::unique_ptr<KafkaConsumer> group_reader_;
  std::unique_ptr<Simulator> simulator_;
  std::map<std::string, int32_t> cities_;  // in the order in which they came
};

// A small city's busy log.
SimulationOptions SmallCities(size_t cities, uint64_t events, uint64_t seed);

}  // namespace merit
