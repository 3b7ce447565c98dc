// The one Kafka transaction of a process, over and over: the outputs of all its partitions, and how
// far they have folded their input.
//
//   Input    Take: outputs of the records of a partition before next_offset, which it takes out of
//            `outputs`; member: the consumer whose membership in the group fences what is sent
//   Output   Take produces at once, or, while a commit is under way, as soon as it is over.
//            StartCommit commits all that was taken so far, beside whatever the caller does next;
//            Poll tells how that went. It is committed as the member that the process is at
//            StartCommit, or not at all: one that lost its membership meanwhile, and got another,
//            no longer owns what it folded. After Commit everything that was taken is committed
//   Errors   kCancelled   the transaction cannot be committed: TakeBack, and what was taken since
//                         the last commit can be sent again. Take never says so, Poll does: whoever
//                         folds is not interrupted
//            kAborted     fenced: another has taken over, nothing of ours was published
//            others       those of engine/kafka/errors.h. After all but kCancelled: begin anew
//   IO       Open waits until the transaction that an earlier process with this id left is over
//   Threads  one, and one of its own in which commits wait
//   Cost     values are not copied; a key is, by the client
//   Source   KIP-98, KIP-447
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/output.h"
#include "engine/base/status.h"
#include "engine/kafka/consumer.h"
#include "engine/kafka/producer.h"

namespace merit {

struct TransactionOptions {
  std::string transactional_id;
  std::string intake;                           // the topic whose offsets are committed
  std::array<std::string, kTopicCount> topics;  // where outputs go, by Topic
  int notify_descriptor = -1;                   // gets 8 bytes when a commit is over; -1: none
};

class Transaction {
 public:
  static StatusOr<std::unique_ptr<Transaction>> Open(const KafkaSettings& settings,
                                                     TransactionOptions options,
                                                     KafkaConsumer* member);
  ~Transaction();

  [[nodiscard]] Status Take(int32_t partition, Outputs* outputs, int64_t next_offset);
  // Commits, with the offset, that this process holds the partition, or that it has let go of it.
  void Claim(int32_t partition, int64_t next_offset) {
    inputs_[partition] = {next_offset, holder_};
    committed_[partition] = next_offset;
  }
  void Release(int32_t partition, int64_t next_offset) {
    inputs_[partition] = {next_offset, kReleased};
  }

  [[nodiscard]] Status StartCommit();
  // What came of the last StartCommit; serves the producer.
  [[nodiscard]] Status Poll();
  [[nodiscard]] Status Commit();

  // Aborts: nothing that was taken since the last commit is published, and all of it waits. Then,
  // of each partition: whether what waits follows on what the group has published; Forget where it
  // does not, or where the partition is another's. SendAgain sends what is left, in its order.
  [[nodiscard]] Status TakeBack();
  bool FollowsOn(int32_t partition, int64_t published) const {
    const auto known = committed_.find(partition);
    return known != committed_.end() && known->second == published;
  }
  void Forget(int32_t partition);
  std::vector<int32_t> partitions() const;  // that are neither released nor forgotten
  [[nodiscard]] Status SendAgain() { return Kept(ProduceWaiting()); }

  bool committing() const { return committing_; }
  bool empty() const { return inputs_.empty(); }
  // Nothing is taken and nothing on its way.
  bool idle() const { return inputs_.empty() && !committing_; }
  size_t taken_records() const { return taken_records_; }  // not yet in a commit
  size_t waiting_bytes() const { return waiting_bytes_; }
  // Of the last commit: from StartCommit until the broker had agreed.
  int64_t commit_us() const { return commit_us_; }
  uint64_t commits() const { return commits_; }

  // Whose open transaction may be in the way, by the metadata of a committed offset; "": nobody's.
  static std::string HolderOf(const std::string& metadata);
  // Ends the open transaction of another process that is gone: its id is taken for a moment.
  static Status EndTransactionOf(const std::string& transactional_id,
                                 const KafkaSettings& settings);

 private:
  struct Input {
    int64_t next_offset = 0;
    std::string metadata;
  };
  using Inputs = std::map<int32_t, Input>;

  Transaction(TransactionOptions options, KafkaConsumer* member);
  Status Begin();
  // A transaction that is lost says so at the next Poll.
  Status Kept(Status status);
  Status Produce(int32_t partition, const Outputs& outputs);
  Status ProduceTo(Topic topic, int32_t partition);
  Status ProduceWaiting();
  KafkaPartitions OffsetsOf(const Inputs& inputs) const;
  void CommitWhenAsked();
  Status CommitHere(const KafkaPartitions& offsets, const std::string& as_member);
  Status Wait();
  Status AsStatus(rd_kafka_error_t* error, const std::string& doing) const;

  static constexpr char kReleased[] = "R";

  const TransactionOptions options_;
  const std::string holder_;  // what the metadata of a held partition says; kReleased of another
  KafkaConsumer* const member_;

  // Buffers that the producer looks into until their transaction is committed: they outlive it.
  using Buffer = std::unique_ptr<Outputs>;  // stays where it is, however many there are
  struct Taken {
    int32_t partition;
    Buffer outputs;
  };
  std::vector<Taken> committing_taken_;
  std::vector<Taken> open_taken_;  // produced into the open transaction
  std::vector<Taken> waiting_;     // for there to be one
  std::vector<Buffer> spare_buffers_;
  size_t waiting_bytes_ = 0;
  size_t taken_records_ = 0;
  Inputs committing_inputs_;
  Inputs inputs_;
  std::map<int32_t, int64_t> committed_;  // next_offset of each partition
  Status cancelled_;
  std::vector<rd_kafka_message_t> messages_[kTopicCount];
  bool begun_ = false;
  bool committing_ = false;
  int64_t commit_us_ = 0;
  uint64_t commits_ = 0;

  std::unique_ptr<KafkaProducer> producer_;
  std::array<KafkaTopic, kTopicCount> topics_;

  // Shared with the worker.
  std::mutex mutex_;
  std::condition_variable changed_;
  enum class Work { kNone, kAsked, kDone };
  Work work_ = Work::kNone;
  std::atomic<bool> ending_ = false;
  KafkaPartitions work_offsets_;
  std::string work_member_;
  Status work_status_;
  int64_t work_us_ = 0;
  std::thread worker_;
};

}  // namespace merit
