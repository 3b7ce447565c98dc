// A process of the engine: a member of the Kafka group that shares the partitions of the intake
// topic.
//
//   Input    options; stop: set from anywhere, a signal's function too
//   Output   Run returns OK once `stop` is set and everything is committed, saved and given back to
//            the group. Until then it takes up what fails for a while again, in one loop
//   Errors   as they are in status.h. kUnavailable: the brokers could not be reached for
//            patience_ms, or when `stop` was set; kInvalidArgument: the topics or the state are not
//            what this engine needs; kUnimplemented: a newer program's event is next; kDataLoss:
//            the log or the state lacks what is needed. The message has the remedy
//   IO       everything: Kafka, the state directory
//   Threads  one for the fold of all partitions, one for commits, the client library's
//   Source   ARCHITECTURE.md §2, §6
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/core/machine.h"
#include "engine/engine.h"
#include "engine/kafka/settings.h"
#include "engine/kafka/topics.h"

namespace merit {

struct PartitionReport {
  int32_t number = 0;
  bool owned = false;
  bool live = false;  // owned, and everything that was published before is folded
  int64_t next_offset = 0;
  int64_t end_offset = 0;
  int64_t last_record_ms = 0;  // timestamp of the last record that was folded; 0: none yet
  uint64_t unsaved_records = 0;
  size_t memory_bytes = 0;
  CodeCounts outcomes{};  // since it was opened
};

// How a process is. Counters begin with it, and grow.
struct InstanceReport {
  std::vector<PartitionReport> partitions;
  bool ready = false;           // a member, and live on all that it owns
  int64_t ready_after_ms = -1;  // from the beginning of this life; -1: not yet
  uint64_t folded_records = 0;
  uint64_t commits = 0;
  uint64_t aborts = 0;
  uint64_t lives = 0;
  int64_t commit_us = 0;  // the last one
  int64_t save_us = 0;    // the last one, of a partition, with the commit before it
  uint64_t saves = 0;
  size_t memory_bytes_max = 0;
  int64_t snapshot_age_ms = -1;  // of the last one made here; -1: none
};

// Whether a process gets on, for whoever watches it from another thread.
struct Pulse {
  std::atomic<uint64_t> beats = 0;  // grows whenever something is done
  // What it does now is to write, and takes as long as that takes.
  std::atomic<bool> at_the_disk = false;
  // All that it had is committed, saved and given back, or is the next start's; what is left is to
  // take things down.
  std::atomic<bool> done = false;
  void Beat() { ++beats; }
};

struct InstanceOptions {
  KafkaSettings settings;
  KafkaTopics topics;
  std::string group;
  std::string state_directory;
  int commit_interval_ms = 100;
  size_t commit_records_max = 200'000;  // outputs in a transaction
  int save_interval_ms = 5'000;
  uint64_t save_records_max = kSaveRecordsMax;  // folded by a partition between two saves
  size_t memory_bytes_max = size_t{2} << 30;
  int patience_ms = 300'000;
  bool standby = false;            // folds what others own, too, up to what they have published
  std::string snapshot_directory;  // none: no snapshots are made or used
  int snapshot_interval_ms = 300'000;
  // What is worth telling an operator.
  std::function<void(const std::string& line)> tell = [](const std::string&) {};
  // Called about once a second, by the thread that folds.
  std::function<void(const InstanceReport& report)> report = [](const InstanceReport&) {};
};

// What a stop ends with that the group did not learn of. why: what the brokers did, like "did not
// answer".
[[nodiscard]] Status StoppedWithoutBrokers(const std::string& why);

class DirectoryLock;

class Instance {
 public:
  Instance(InstanceOptions options, const std::atomic<bool>* stop);
  ~Instance();

  [[nodiscard]] Status Run();
  // Run waits for brokers that do not answer, after `stop`, too. Whoever does not want to wait
  // looks here, and ends the process: the next start goes on from the last save, as after a crash.
  const Pulse& pulse() const { return pulse_; }

 private:
  [[nodiscard]] Status TakeDirectory();
  [[nodiscard]] Status Stopped(const Status& failure);
  [[nodiscard]] bool WorthAnother(const Status& failure);
  void Rest();

  const InstanceOptions options_;
  const std::atomic<bool>* const stop_;
  std::unique_ptr<DirectoryLock> lock_;
  std::string transactional_id_;
  InstanceReport report_;
  Pulse pulse_;
  uint64_t progress_ = 0;  // of the last life
  int64_t failing_since_ms_ = -1;
  int rest_ms_ = 0;
};

}  // namespace merit
