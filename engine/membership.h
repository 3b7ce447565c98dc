// One life of a process in the group: joins, owns what it is given, folds, commits, saves, until it
// is stopped or something fails.
//
//   Input    as Instance; transactional_id: this process's own, for ever; report: its counters go
//            on
//   Output   Run: OK, everything committed, saved and left; or why it ended. Then the object is to
//            be dropped: nothing was saved that is not committed
//   Errors   kUnavailable, kAborted, kCancelled: worth another life; else as Instance
//   Threads  one; others wait for commits (engine/publish/transaction.h), finish snapshots, and
//            make the group share anew
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/instance.h"
#include "engine/kafka/consumer.h"
#include "engine/partition.h"
#include "engine/publish/transaction.h"
#include "engine/snapshot.h"

namespace merit {

class Membership {
 public:
  Membership(const InstanceOptions& options, const std::string& transactional_id,
             const std::atomic<bool>* stop, InstanceReport* report, Pulse* pulse);
  ~Membership();

  [[nodiscard]] Status Run();
  // Records folded and transactions committed: whether this life came to anything.
  uint64_t progress() const { return progress_; }

 private:
  struct Given {
    bool given = false;
    bool lost = false;
    std::vector<int32_t> partitions;
  };

  Status Join();
  Status CheckTopics();
  Status LookAtTopics();
  Status CheckTopicsNow();
  Status CheckOwners();
  Status Loop();
  Status Turn(size_t* folded);
  void Listen();
  Status Serve();
  Status Fold(size_t* folded);
  Status CommitClaims();
  Status CommitIfDue();
  Status SaveIfDue();
  Status CommitAndSave(Partition* partition);
  Status SaveOne(Partition* partition);
  void SnapshotIfDue();
  void ReportIfDue();
  void Sleep();
  Status Leave();
  Status TakeBack(Status cancelled);
  Status Recover();

  Status TakeUp(const std::vector<int32_t>& partitions);
  StatusOr<int64_t> TakeOver(int32_t partition, std::set<std::string>* ended_holders);
  Status GiveUp(const std::vector<int32_t>& partitions);
  Status Lose(const std::vector<int32_t>& partitions);
  PartitionOptions OptionsOf(int32_t partition) const;
  StatusOr<int64_t> PublishedOf(int32_t partition);
  StatusOr<std::unique_ptr<Partition>> OpenPartition(int32_t number, int64_t published);
  Status Follow(std::unique_ptr<Partition> partition, int64_t published);
  Status FollowOthers();
  Snapshots SnapshotsOf(int32_t partition) const;

  const InstanceOptions& options_;
  const std::string transactional_id_;
  const std::atomic<bool>* const stop_;
  Pulse* const pulse_;
  const int wake_;  // an eventfd: records, callbacks and commits write to it

  std::string cluster_id_;
  int32_t partition_count_ = 0;
  std::shared_ptr<RocksMemory> memory_;
  std::unique_ptr<KafkaConsumer> member_;
  std::unique_ptr<KafkaConsumer>
      witness_;  // of the same group, never joined: sees what is not settled
  std::unique_ptr<KafkaConsumer> follower_;  // reads what others own; none unless standby
  std::unique_ptr<Transaction> transaction_;
  std::map<int32_t, std::unique_ptr<Partition>> partitions_;
  std::deque<Given> given_;  // what the group has said and is not done yet

  std::atomic<bool> ending_ = false;  // nobody waits for a snapshot, or for the group
  std::thread snapshot_;              // finishes the last one
  std::atomic<bool> snapshot_under_way_ = false;
  std::atomic<int64_t> last_snapshot_ms_ = -1;
  int64_t snapshot_begun_ms_ = 0;
  std::map<int32_t, int64_t> snapshot_offsets_;  // where the last one of each partition is

  InstanceReport* const report_;
  const int64_t begin_ms_;
  bool member_of_group_ = false;  // has been given partitions, or none, once
  bool joined_ = false;           // and has answered
  bool claims_open_ = false;      // not committed yet: nothing is folded before they are
  int64_t cancelled_ms_ = 0;      // the first that was taken back since a transaction was good
  uint64_t cancelled_after_ = 0;  // so many commits
  int64_t last_listen_ms_ = 0;
  int64_t last_commit_ms_ = 0;
  int64_t last_save_ms_ = 0;
  int32_t last_saved_ = -1;  // the partition
  int64_t last_check_ms_ = 0;
  int64_t last_owners_ms_ = 0;
  std::set<int32_t> unowned_;  // by anybody, when it was looked last
  std::thread sharing_;        // makes the group share anew
  std::atomic<bool> sharing_under_way_ = false;
  int64_t last_follow_ms_ = 0;
  int64_t last_report_ms_ = 0;
  int topics_missing_ = 0;
  bool leaving_ = false;
  uint64_t reported_commits_ = 0;
  uint64_t progress_ = 0;
};

}  // namespace merit
