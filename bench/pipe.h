// What the benches from Kafka to Kafka share: topics, a simulated log, the bare pipe, and the
// engine in a thread of its own.
//
// The bare pipe reads the same records, and sends as many outcomes and scores in the same
// transactions: no decoding, no fold, no store. Its values are some that a calm fold made, in turn:
// of the same sizes, and as hard to compress. The first 8 bytes of each are replaced by the offset
// of the record that it is for, in this machine's order.
//
//   Errors   whatever fails ends the process, with the reason (Must)
//   IO       topics whose names begin with the setting's prefix; they stay
//   Threads  BarePipe: one. RunningEngine has its own
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/bench.h"
#include "bench/calm_fold.h"
#include "engine/base/output.h"
#include "engine/base/record.h"
#include "engine/kafka/consumer.h"
#include "engine/kafka/producer.h"
#include "engine/kafka/topics.h"
#include "engine/log/kafka_log.h"
#include "engine/publish/transaction.h"
#include "simulator/simulator.h"

namespace merit {

struct PipeSetting {
  PipeSetting();
  KafkaSettings settings() const { return KafkaSettings(brokers); }

  std::string brokers;
  int32_t partitions = 4;
  int interval_ms = 100;
  std::string prefix;  // of topics, groups and directories: this process's own
};

// Makes the topics of a run; the intake too, where the run has one of its own.
KafkaTopics MakeOutputTopics(const PipeSetting& setting, const KafkaProducer& admin,
                             const std::string& run);
void MakeIntake(const PipeSetting& setting, const KafkaProducer& admin, const std::string& intake);

// Two cities a partition. events_max 0: for ever, as far as a bench is concerned.
SimulationOptions BenchCities(const PipeSetting& setting, uint64_t events_max);

// Which partition a city's records go to: in the order in which the cities come.
class CityPartitions {
 public:
  explicit CityPartitions(int32_t partitions) : partitions_(partitions) {}
  int32_t Of(std::string_view key);

 private:
  const int32_t partitions_;
  std::map<std::string, int32_t, std::less<>> cities_;
};

class BarePipe {
 public:
  // Joins the group, and returns when all partitions are given. fold: of the records.
  BarePipe(const PipeSetting& setting, const CalmFold& fold, const KafkaTopics& topics,
           const std::string& group);

  // Begins to read, and copies until `done` says so of the number copied; all of it is committed
  // then.
  void Copy(const std::function<bool(uint64_t copied)>& done);

 private:
  // Values in turn.
  class Values {
   public:
    explicit Values(const std::vector<std::string>& samples);
    const std::string& For(int64_t offset);

   private:
    std::vector<std::string> values_;
    size_t next_ = 0;
  };

  size_t CopyBatch(KafkaLog* log, int32_t partition);

  const PipeSetting& setting_;
  const KafkaTopics topics_;
  Values outcomes_, scores_;
  uint64_t scores_per_million_ = 0;
  uint64_t score_due_ = 0;
  std::vector<Record> records_;
  Outputs outputs_;
  std::unique_ptr<KafkaConsumer> member_;
  std::unique_ptr<Transaction> transaction_;
  std::vector<int32_t> given_;
  std::vector<std::unique_ptr<KafkaLog>> logs_;
};

// merit engine's own, in this process, from an empty state. Returns when it owns partitions; ends,
// and its state goes, with the object.
class RunningEngine {
 public:
  RunningEngine(const PipeSetting& setting, const KafkaTopics& topics, const std::string& group);
  ~RunningEngine();
  RunningEngine(const RunningEngine&) = delete;
  RunningEngine& operator=(const RunningEngine&) = delete;

 private:
  const std::string directory_;
  std::atomic<bool> stop_{false};
  Status ended_;
  std::thread thread_;
};

}  // namespace merit
