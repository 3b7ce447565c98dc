// A Kafka consumer: of a group that shares the partitions, or of partitions that it is given.
//
//   Input    settings: brokers and whatever the operator says; group: none for a reader that
//            commits nothing. Offsets are never stored or committed by the client itself; a log
//            that does not reach back to where reading begins is an error
//            (auto.offset.reset=error); only settled records are read
//            (isolation.level=read_committed) unless `unsettled`
//   Output   records come from the queue of each partition, where PartitionQueue was asked for it
//            before the partition is assigned; else from Consume
//   Errors   those of errors.h
//   Threads  one for Poll, Consume and what is assigned; the questions are thread-safe
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/kafka/client.h"

namespace merit {

// What the group has committed for a partition; offset -1: nothing.
struct KafkaCommitted {
  int64_t offset = -1;
  std::string metadata;
};

class KafkaConsumer final : public KafkaClient {
 public:
  static constexpr int kCloseMs = 5'000;
  // Called within Poll. Given partitions are assigned with Assign, taken ones given up with
  // Unassign, before the next Poll; lost: they are somebody else's already.
  using Rebalance =
      std::function<void(bool given, bool lost, const std::vector<int32_t>& partitions)>;

  struct Options {
    std::string group = "";
    bool unsettled = false;
    bool member = false;  // Subscribe will be called
    bool ends =
        false;  // Consume also gives, with err _PARTITION_EOF, where a partition ends for now
  };

  static StatusOr<std::unique_ptr<KafkaConsumer>> Open(KafkaSettings settings,
                                                       const Options& options);
  ~KafkaConsumer() override;

  // Joins the group for the topic's partitions.
  [[nodiscard]] Status Subscribe(const std::string& topic, Rebalance rebalance);
  // Within a rebalance: joins again as soon as it is answered. Of its own accord the client joins
  // once a second at most.
  [[nodiscard]] Status JoinAgain(const std::string& topic);
  // Begins to fetch from these offsets, beside what is assigned already.
  struct Start {
    int32_t partition = 0;
    int64_t offset = 0;
  };
  [[nodiscard]] Status Assign(const std::string& topic, const std::vector<Start>& starts);
  [[nodiscard]] Status Unassign(const std::string& topic, const std::vector<int32_t>& partitions);
  // Fetches an assigned partition from another offset on.
  [[nodiscard]] Status Seek(const std::string& topic, int32_t partition, int64_t offset);

  // A partition's own queue. Must be destroyed before Unassign of it.
  [[nodiscard]] StatusOr<KafkaQueue> PartitionQueue(const std::string& topic, int32_t partition);
  // Writes to the eventfd whenever something comes to the queue of Poll.
  void NotifyOnPoll(int descriptor);

  // Serves callbacks. Records that are not in a queue of their own are dropped.
  [[nodiscard]] Status Poll(int timeout_ms);
  // The next record of any assigned partition without a queue of its own; none: nothing came in
  // time.
  [[nodiscard]] StatusOr<KafkaMessage> Consume(int timeout_ms);

  [[nodiscard]] StatusOr<KafkaCommitted> Committed(const std::string& topic, int32_t partition,
                                                   int timeout_ms = kKafkaRequestMs) const;
  // Of several partitions with one question, in their order.
  [[nodiscard]] StatusOr<std::vector<KafkaCommitted>> CommittedOf(
      const std::string& topic, const std::vector<int32_t>& partitions,
      int timeout_ms = kKafkaRequestMs) const;
  KafkaGroupMetadata GroupMetadata() const;
  // Gives up all partitions and leaves the group; nobody is called back. A group in the midst of a
  // rebalance lets a member go at its end: kUnavailable where that takes longer than timeout_ms;
  // asked once more, it waits on.
  [[nodiscard]] Status Close(int timeout_ms = kCloseMs);

 private:
  using Clock = std::chrono::steady_clock;
  KafkaConsumer() = default;
  static void OnRebalance(rd_kafka_t* handle, rd_kafka_resp_err_t error,
                          rd_kafka_topic_partition_list_t* partitions, void* self);

  void Answer();
  void WakeFetchers() const;
  KafkaPartitions Assigned() const;
  bool IsMember() const;
  bool TakesLeave(Clock::time_point give_up);
  Status BeginToClose();

  Rebalance rebalance_;
  KafkaPartitions asked_;  // by the group, and not answered yet
  bool asked_to_take_ = false;
  bool named_ = false;  // group.instance.id: the group keeps its place for a session
  KafkaQueue poll_queue_;
  bool closing_ = false;
  KafkaQueue closing_queue_;  // of what comes while it closes
};

}  // namespace merit
