#include "engine/membership.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "engine/clocks.h"
#include "engine/kafka/admin.h"

namespace merit {
namespace {

constexpr int kIdleMs = 50;              // how long nothing may happen before it looks around
constexpr int kTopicsCheckMs = 2'000;    // between two looks at the intake's partitions
constexpr int kOwnersCheckMs = 3'000;    // between two looks whether each has an owner,
constexpr int kOwnersAnswerMs = 1'000;   // which need not be answered
constexpr int kTopicsMissingMs = 3'000;  // before it is believed that there are none
constexpr size_t kWaitingBytesMax = size_t{128} << 20;  // outputs that wait for a commit
constexpr int kFollowMs = 100;  // between two looks at what others have published
constexpr int64_t kSaveShare = 10;  // of the time, at most one part goes into saves,
constexpr int kLongerAtMost = 12;   // unless the interval would be so many times what was asked for
constexpr int kReportMs = 1'000;
constexpr int kLeaveMs = 1'300;       // for the group to let go; a stop is over in 2 s
constexpr int kTakeBackMs = 10'000;   // without a commit that holds; then another life is tried
constexpr int kUnsettledMs = 30'000;  // for a dead owner's last commit to be over

std::string ListOf(const std::vector<int32_t>& partitions) {
  std::string list;
  for (int32_t partition : partitions) list += Cat(list.empty() ? "" : ", ", partition);
  return list;
}

}  // namespace

Membership::Membership(const InstanceOptions& options, const std::string& transactional_id,
                       const std::atomic<bool>* stop, InstanceReport* report, Pulse* pulse)
    : options_(options),
      transactional_id_(transactional_id),
      stop_(stop),
      pulse_(pulse),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      report_(report),
      begin_ms_(SteadyMs()) {
  report_->ready_after_ms = -1;
  report_->memory_bytes_max = options_.memory_bytes_max;
}

Membership::~Membership() {
  ending_ = true;
  for (auto& [number, partition] : partitions_) partition->Detach();
  partitions_.clear();
  if (snapshot_.joinable()) snapshot_.join();
  if (sharing_.joinable()) sharing_.join();
  transaction_.reset();
  follower_.reset();
  witness_.reset();
  member_.reset();
  close(wake_);
}

Status Membership::Run() {
  RETURN_IF_ERROR(Join());
  RETURN_IF_ERROR(Loop());
  return Leave();
}

// --- joining -----------------------------------------------------------------------------------

Status Membership::Join() {
  const size_t cache = options_.memory_bytes_max / 16;
  memory_ = std::make_shared<RocksMemory>(cache, cache);
  ASSIGN_OR_RETURN(
      member_, KafkaConsumer::Open(options_.settings, {.group = options_.group, .member = true}));
  ASSIGN_OR_RETURN(witness_, KafkaConsumer::Open(options_.settings,
                                                 {.group = options_.group, .unsettled = true}));
  if (options_.standby) {
    ASSIGN_OR_RETURN(follower_, KafkaConsumer::Open(options_.settings, {}));
  }
  member_->NotifyOnPoll(wake_);
  RETURN_IF_ERROR(CheckTopics());
  // Whatever an earlier process in this directory left open ends here.
  ASSIGN_OR_RETURN(transaction_, Transaction::Open(options_.settings,
                                                   {.transactional_id = transactional_id_,
                                                    .intake = options_.topics.intake,
                                                    .topics = options_.topics.outputs,
                                                    .notify_descriptor = wake_},
                                                   member_.get()));
  RETURN_IF_ERROR(
      member_->Subscribe(options_.topics.intake,
                         [this](bool given, bool lost, const std::vector<int32_t>& partitions) {
                           given_.push_back({given, lost, partitions});
                         }));
  options_.tell(
      Cat("joins group ", options_.group, " as ", transactional_id_, ", cluster ", cluster_id_));
  return OkStatus();
}

// A broker that has just started, and one to whom a topic is new, may not know it for a moment.
Status Membership::CheckTopics() {
  const int64_t begin = SteadyMs();
  for (;;) {
    const Status looked = LookAtTopics();
    if (looked.code() != StatusCode::kNotFound || SteadyMs() - begin > kTopicsMissingMs ||
        stop_->load()) {
      return looked;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(kIdleMs));
  }
}

Status Membership::LookAtTopics() {
  ASSIGN_OR_RETURN(cluster_id_, witness_->ClusterId());
  ASSIGN_OR_RETURN(partition_count_, witness_->PartitionCount(options_.topics.intake));
  for (const std::string& topic : options_.topics.outputs) {
    ASSIGN_OR_RETURN(const int32_t count, witness_->PartitionCount(topic));
    if (count >= partition_count_) continue;
    return Failure(StatusCode::kInvalidArgument,
                   Cat("topic ", topic, " has ", count, " partitions, and ", options_.topics.intake,
                       " has ", partition_count_,
                       ": what a partition comes to stands in the partition of the same "
                       "number; merit topics check tells what else differs"));
  }
  last_check_ms_ = SteadyMs();
  return OkStatus();
}

// The number of the intake's partitions is a part of where a city's history lies.
Status Membership::CheckTopicsNow() {
  if (SteadyMs() - last_check_ms_ < kTopicsCheckMs) return OkStatus();
  const StatusOr<int32_t> count = witness_->PartitionCount(options_.topics.intake);
  last_check_ms_ = SteadyMs();
  if (!count.ok()) {
    // Once may be a broker that has just started.
    if (count.status().code() == StatusCode::kNotFound && ++topics_missing_ > 1)
      return count.status();
    return OkStatus();
  }
  topics_missing_ = 0;
  if (*count == partition_count_) return OkStatus();
  return Failure(StatusCode::kInvalidArgument,
                 Cat("topic ", options_.topics.intake, " had ", partition_count_,
                     " partitions, and has ", *count,
                     " now: a city's records may go to another partition than before, and its "
                     "history would be torn. Stop "
                     "the producers; make a new intake topic with the number that you want, copy "
                     "the records into it in "
                     "order up to this change, and fold that one with a new group and an empty "
                     "state directory"));
}

// A member that dies between giving a partition up and joining again, and comes back under its name
// (group.instance.id) before the group has missed it, finds a settled group in which nobody has
// that partition, and nobody would ever be given it. So it is with partitions that are new to the
// topic.
Status Membership::CheckOwners() {
  if (!joined_ || sharing_under_way_ || SteadyMs() - last_owners_ms_ < kOwnersCheckMs) {
    return OkStatus();
  }
  const auto group =
      DescribeKafkaGroup(*witness_, options_.group, options_.topics.intake, kOwnersAnswerMs);
  last_owners_ms_ = SteadyMs();
  std::set<int32_t> unowned;
  if (group.ok() && group->settled) {
    for (int32_t number = 0; number < partition_count_; ++number) {
      if (!group->given.contains(number)) unowned.insert(number);
    }
  }
  // At the first look the second round of a rebalance may be about to come.
  const bool stays = !unowned.empty() && unowned == unowned_;
  unowned_ = std::move(unowned);
  if (!stays) return OkStatus();
  // One of the members is enough: who has the first of the others. Where nobody has any, each does
  // it.
  if (!group->given.empty()) {
    const auto first = partitions_.find(*group->given.begin());
    if (first == partitions_.end() || !first->second->owned()) return OkStatus();
  }
  options_.tell(Cat("nobody has partitions ", ListOf({unowned_.begin(), unowned_.end()}),
                    ": the group is to share anew"));
  unowned_.clear();
  if (sharing_.joinable()) sharing_.join();
  sharing_under_way_ = true;
  sharing_ = std::thread([this] {
    const Status shared = ShareAnew(options_.settings, options_.group,
                                    options_.topics.of(Topic::kBulletins), ending_);
    if (!shared.ok()) options_.tell(Cat("the group does not share anew: ", shared.message()));
    sharing_under_way_ = false;
  });
  return OkStatus();
}

// --- the loop ----------------------------------------------------------------------------------

Status Membership::Loop() {
  last_save_ms_ = SteadyMs();
  while (!stop_->load()) {
    size_t folded = 0;
    const Status status = Turn(&folded);
    RETURN_IF_ERROR(status.code() == StatusCode::kCancelled ? TakeBack(status) : status);
    pulse_->Beat();
    if (folded == 0) Sleep();
  }
  return OkStatus();
}

// A new generation of the group may come at any moment, in the midst of this, too.
Status Membership::TakeBack(Status cancelled) {
  options_.tell(Cat("takes a transaction back: ", cancelled.message()));
  if (cancelled_ms_ == 0 || cancelled_after_ != transaction_->commits()) {
    cancelled_ms_ = SteadyMs();
    cancelled_after_ = transaction_->commits();
  }
  if (SteadyMs() - cancelled_ms_ > kTakeBackMs) return cancelled;
  return Recover();
}

Status Membership::Turn(size_t* folded) {
  RETURN_IF_ERROR(Serve());
  RETURN_IF_ERROR(CommitClaims());
  RETURN_IF_ERROR(Fold(folded));
  RETURN_IF_ERROR(CommitIfDue());
  RETURN_IF_ERROR(SaveIfDue());
  SnapshotIfDue();
  RETURN_IF_ERROR(FollowOthers());
  ReportIfDue();
  RETURN_IF_ERROR(CheckOwners());
  return CheckTopicsNow();
}

// librdkafka looks whether a heartbeat is due, and with it what the group wants, when something
// asks it or once a second: a member that was just given nothing would hear a second late of what
// it is to be given.
void Membership::Listen() {
  if (SteadyMs() - last_listen_ms_ < kIdleMs) return;
  last_listen_ms_ = SteadyMs();
  const KafkaGroupMetadata group = member_->GroupMetadata();
  // One that is given nothing is told nothing.
  member_of_group_ |= rd_kafka_consumer_group_metadata_generation_id(group.get()) > 0;
}

Status Membership::Serve() {
  Listen();
  RETURN_IF_ERROR(member_->Poll(0));
  if (follower_ != nullptr) RETURN_IF_ERROR(follower_->Poll(0));
  // The group waits until what it has said is done: where a transaction had to be taken back, it is
  // done again.
  while (!given_.empty()) {
    const Given what = given_.front();
    member_of_group_ = true;
    if (what.given) {
      RETURN_IF_ERROR(TakeUp(what.partitions));
    } else if (what.lost) {
      RETURN_IF_ERROR(Lose(what.partitions));
    } else {
      RETURN_IF_ERROR(GiveUp(what.partitions));
      RETURN_IF_ERROR(member_->Unassign(options_.topics.intake, what.partitions));
    }
    given_.pop_front();
    if (what.lost) RETURN_IF_ERROR(Recover());
  }
  return OkStatus();
}

// Before the first output: whoever takes over from this process must know whose transaction to end.
Status Membership::CommitClaims() {
  if (claims_open_) RETURN_IF_ERROR(transaction_->Commit());
  claims_open_ = false;
  return OkStatus();
}

Status Membership::Fold(size_t* folded) {
  // The partitions that are here now share what the store leaves.
  const size_t share = options_.memory_bytes_max / 8 * 7 / std::max<size_t>(partitions_.size(), 1);
  for (auto& [number, partition] : partitions_) {
    if (transaction_->waiting_bytes() > kWaitingBytesMax) break;  // the broker is behind
    partition->SetMemoryMax(share);
    ASSIGN_OR_RETURN(const size_t count, partition->FoldBatch());
    *folded += count;
  }
  report_->folded_records += *folded;
  progress_ += *folded;
  return OkStatus();
}

Status Membership::CommitIfDue() {
  RETURN_IF_ERROR(transaction_->Poll());
  if (transaction_->committing() || transaction_->empty()) return OkStatus();
  const int64_t now = SteadyMs();
  if (now - last_commit_ms_ < options_.commit_interval_ms &&
      transaction_->taken_records() < options_.commit_records_max) {
    return OkStatus();
  }
  last_commit_ms_ = now;
  return transaction_->StartCommit();
}

// One after the other, evenly over the interval: a save stands in the way of all partitions.
Status Membership::SaveIfDue() {
  const auto count = static_cast<int64_t>(std::max<size_t>(partitions_.size(), 1));
  const int64_t interval_ms = std::clamp(kSaveShare * count * report_->save_us / 1'000,
                                         int64_t{options_.save_interval_ms},
                                         int64_t{kLongerAtMost} * options_.save_interval_ms);
  for (auto& [number, partition] : partitions_) {
    if (partition->SaveIsDue()) return CommitAndSave(partition.get());
  }
  if (SteadyMs() - last_save_ms_ < interval_ms / count) return OkStatus();
  for (int64_t tried = 0; tried < count; ++tried) {
    auto next = partitions_.upper_bound(last_saved_);
    if (next == partitions_.end()) next = partitions_.begin();
    if (next == partitions_.end()) break;
    last_saved_ = next->first;
    if (next->second->unsaved_records() > 0) return CommitAndSave(next->second.get());
  }
  return OkStatus();
}

// All that is folded is committed first: rows are never ahead of what was published.
Status Membership::CommitAndSave(Partition* partition) {
  const auto begin = std::chrono::steady_clock::now();
  RETURN_IF_ERROR(transaction_->Commit());
  RETURN_IF_ERROR(SaveOne(partition));
  const auto took = std::chrono::steady_clock::now() - begin;
  report_->save_us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  ++report_->saves;
  last_save_ms_ = SteadyMs();
  return OkStatus();
}

// Takes as long as the disk takes, which nobody can hurry.
Status Membership::SaveOne(Partition* partition) {
  pulse_->at_the_disk = true;
  const Status saved = partition->Save();
  pulse_->Beat();
  pulse_->at_the_disk = false;
  return saved;
}

// Until something comes, or is due.
void Membership::Sleep() {
  int64_t wait_ms = kIdleMs;
  if (!transaction_->committing() && !transaction_->empty()) {
    wait_ms = std::min(wait_ms, last_commit_ms_ + options_.commit_interval_ms - SteadyMs());
  }
  if (wait_ms <= 0) return;
  pollfd wake{.fd = wake_, .events = POLLIN, .revents = 0};
  if (poll(&wake, 1, static_cast<int>(wait_ms)) > 0) {
    uint64_t count = 0;
    if (read(wake_, &count, sizeof count) < 0) return;  // somebody else has read it: none is there
  }
}

Status Membership::Leave() {
  std::vector<int32_t> all;
  for (const auto& [number, partition] : partitions_) {
    if (partition->owned()) {
      all.push_back(number);
    } else {
      RETURN_IF_ERROR(SaveOne(partition.get()));
    }
  }
  leaving_ = true;
  const Status gave_up = all.empty() ? OkStatus() : GiveUp(all);
  transaction_.reset();
  pulse_->Beat();
  // Everything is committed and saved, or is the next start's. A group that is in the midst of a
  // rebalance does not let go of a member before its end; it misses one that does not wait for that
  // after the session.
  Status left;
  const int64_t give_up = SteadyMs() + kLeaveMs;
  do {
    left = member_->Close(kIdleMs);
    pulse_->Beat();
  } while (!left.ok() && SteadyMs() < give_up);
  if (!left.ok()) options_.tell(Cat("leaves without a word: ", left.message()));
  pulse_->done = gave_up.ok();
  return gave_up;
}

// --- partitions come and go --------------------------------------------------------------------

PartitionOptions Membership::OptionsOf(int32_t partition) const {
  PartitionOptions options;
  options.intake = {cluster_id_, options_.topics.intake, partition, partition_count_};
  options.group = options_.group;
  options.directory = Cat(options_.state_directory, "/", options_.topics.intake, "-", partition);
  options.memory = memory_;
  options.engine.state_directory = options.directory;
  options.engine.save_records_max = options_.save_records_max;
  return options;
}

Status Membership::TakeUp(const std::vector<int32_t>& partitions) {
  const bool first = !joined_;
  joined_ = true;
  if (partitions.empty()) {
    // Who joins is given nothing before others have let go, and is to be there when they do.
    if (first) RETURN_IF_ERROR(member_->JoinAgain(options_.topics.intake));
    return member_->Assign(options_.topics.intake, {});
  }
  options_.tell(Cat("is given partitions ", ListOf(partitions)));
  RETURN_IF_ERROR(transaction_->Commit());  // what is open must not wait for what comes now
  last_check_ms_ = 0;
  RETURN_IF_ERROR(CheckTopicsNow());
  std::vector<KafkaConsumer::Start> starts;
  std::set<std::string> ended_holders;
  for (int32_t number : partitions) {
    ASSIGN_OR_RETURN(const int64_t published, TakeOver(number, &ended_holders));
    if (const auto followed = partitions_.find(number); followed != partitions_.end()) {
      followed->second->Detach();
      RETURN_IF_ERROR(follower_->Unassign(options_.topics.intake, {number}));
    } else {
      ASSIGN_OR_RETURN(std::unique_ptr<Partition> opened, OpenPartition(number, published));
      partitions_[number] = std::move(opened);
    }
    Partition& partition = *partitions_.at(number);
    RETURN_IF_ERROR(partition.Own(transaction_.get(), published));
    RETURN_IF_ERROR(partition.Attach(member_.get(), wake_));
    transaction_->Claim(number, published);
    claims_open_ = true;
    starts.push_back({number, partition.next_offset()});
    options_.tell(Cat("owns partition ", number, ": state at offset ", partition.next_offset(),
                      ", published up to ", published, ", log ends at ", partition.end_offset()));
  }
  return member_->Assign(options_.topics.intake, starts);
}

// What the group has published of a partition, once nobody's open transaction is in the way.
// Once for each holder: the group has given all these partitions to this process already, so that
// what their holder left open is one transaction, and he cannot open another on them.
StatusOr<int64_t> Membership::TakeOver(int32_t partition, std::set<std::string>* ended_holders) {
  ASSIGN_OR_RETURN(const KafkaCommitted seen,
                   witness_->Committed(options_.topics.intake, partition));
  const std::string holder = Transaction::HolderOf(seen.metadata);
  if (!holder.empty() && holder != transactional_id_ && ended_holders->insert(holder).second) {
    options_.tell(Cat("ends what ", holder, " left open of partition ", partition));
    RETURN_IF_ERROR(Transaction::EndTransactionOf(holder, options_.settings));
  }
  return PublishedOf(partition);
}

StatusOr<int64_t> Membership::PublishedOf(int32_t partition) {
  ASSIGN_OR_RETURN(const KafkaCommitted committed,
                   member_->Committed(options_.topics.intake, partition, kUnsettledMs));
  return std::max<int64_t>(committed.offset, 0);
}

Status Membership::GiveUp(const std::vector<int32_t>& partitions) {
  options_.tell(Cat("gives up partitions ", ListOf(partitions)));
  RETURN_IF_ERROR(transaction_->Commit());
  pulse_->Beat();
  for (int32_t number : partitions) {
    const auto found = partitions_.find(number);
    if (found == partitions_.end()) continue;
    // A state that is still behind what was published has nothing to tell.
    const Partition& partition = *found->second;
    transaction_->Release(number, std::max(partition.next_offset(), partition.published()));
  }
  RETURN_IF_ERROR(transaction_->Commit());
  pulse_->Beat();
  for (int32_t number : partitions) {
    const auto found = partitions_.find(number);
    if (found == partitions_.end()) continue;
    std::unique_ptr<Partition> partition = std::move(found->second);
    partitions_.erase(found);
    RETURN_IF_ERROR(SaveOne(partition.get()));
    partition->Detach();
    if (follower_ == nullptr || leaving_) continue;
    const int64_t published = std::max(partition->next_offset(), partition->published());
    RETURN_IF_ERROR(Follow(std::move(partition), published));
  }
  return OkStatus();
}

// They are somebody else's already: what was folded of them since the last commit must not be
// published.
Status Membership::Lose(const std::vector<int32_t>& partitions) {
  options_.tell(Cat("has lost partitions ", ListOf(partitions)));
  for (int32_t number : partitions) {
    const auto found = partitions_.find(number);
    if (found == partitions_.end()) continue;
    found->second->Detach();
    partitions_.erase(found);
  }
  return member_->Unassign(options_.topics.intake, partitions);
}

// Takes the open transaction back, and sends it again. Where that cannot be, the partition is
// folded again from its last save.
Status Membership::Recover() {
  RETURN_IF_ERROR(transaction_->TakeBack());
  last_commit_ms_ = SteadyMs();
  ++report_->aborts;
  for (int32_t number : transaction_->partitions()) {
    const auto here = partitions_.find(number);
    if (here == partitions_.end() || !here->second->owned()) transaction_->Forget(number);
  }
  for (auto& [number, partition] : partitions_) {
    if (!partition->owned()) continue;
    ASSIGN_OR_RETURN(const int64_t published, PublishedOf(number));
    if (transaction_->FollowsOn(number, published)) continue;
    transaction_->Forget(number);
    RETURN_IF_ERROR(partition->Reopen(*witness_));
    RETURN_IF_ERROR(partition->Own(transaction_.get(), published));
    RETURN_IF_ERROR(partition->Attach(member_.get(), wake_));
    RETURN_IF_ERROR(member_->Seek(options_.topics.intake, number, partition->next_offset()));
    transaction_->Claim(number, published);
    claims_open_ = true;
  }
  return transaction_->SendAgain();
}

// --- copies ------------------------------------------------------------------------------------

Snapshots Membership::SnapshotsOf(int32_t partition) const {
  return Snapshots(options_.snapshot_directory, Cat(options_.topics.intake, "-", partition),
                   options_.tell, &ending_);
}

// Its own copy, else the newest snapshot that can be used, else none: then its log is folded from
// the beginning.
StatusOr<std::unique_ptr<Partition>> Membership::OpenPartition(int32_t number, int64_t published) {
  const PartitionOptions options = OptionsOf(number);
  if (!options_.snapshot_directory.empty() && !RocksStore::HoldsRows(options.directory)) {
    std::unique_ptr<Partition> partition;
    const auto open = [&]() -> Status {
      ASSIGN_OR_RETURN(partition, Partition::Open(options, *witness_));
      return OkStatus();
    };
    ASSIGN_OR_RETURN(const bool loaded,
                     SnapshotsOf(number).Load(published, options.directory, open));
    if (loaded) {
      options_.tell(Cat("loads a snapshot of partition ", number));
      return partition;
    }
  }
  return Partition::Open(options, *witness_);
}

Status Membership::Follow(std::unique_ptr<Partition> partition, int64_t published) {
  const int32_t number = partition->number();
  RETURN_IF_ERROR(partition->Follow(published));
  RETURN_IF_ERROR(partition->Attach(follower_.get(), wake_));
  RETURN_IF_ERROR(follower_->Assign(options_.topics.intake, {{number, partition->next_offset()}}));
  partitions_[number] = std::move(partition);
  return OkStatus();
}

// What others own is folded up to what they have published.
Status Membership::FollowOthers() {
  if (follower_ == nullptr || !member_of_group_ || SteadyMs() - last_follow_ms_ < kFollowMs)
    return OkStatus();
  last_follow_ms_ = SteadyMs();
  std::vector<int32_t> others;
  for (int32_t number = 0; number < partition_count_; ++number) {
    const auto found = partitions_.find(number);
    if (found == partitions_.end() || !found->second->owned()) others.push_back(number);
  }
  if (others.empty()) return OkStatus();
  const auto committed = witness_->CommittedOf(options_.topics.intake, others);
  if (!committed.ok()) return OkStatus();  // the next time
  for (size_t place = 0; place < others.size(); ++place) {
    const int64_t published = std::max<int64_t>((*committed)[place].offset, 0);
    const auto found = partitions_.find(others[place]);
    if (found == partitions_.end()) {
      ASSIGN_OR_RETURN(std::unique_ptr<Partition> partition,
                       OpenPartition(others[place], published));
      RETURN_IF_ERROR(Follow(std::move(partition), published));
    } else {
      RETURN_IF_ERROR(found->second->Follow(std::max(published, found->second->published())));
    }
  }
  return OkStatus();
}

// Copies are taken here, in milliseconds; read through and named beside the fold.
void Membership::SnapshotIfDue() {
  const int64_t now = SteadyMs();
  if (options_.snapshot_directory.empty() || snapshot_under_way_ ||
      now - snapshot_begun_ms_ < options_.snapshot_interval_ms) {
    return;
  }
  std::vector<std::pair<Snapshots, int64_t>> begun;
  for (const auto& [number, partition] : partitions_) {
    int64_t& last = snapshot_offsets_[number];
    if (!partition->live() || partition->saved_offset() == last) continue;
    last = partition->saved_offset();
    snapshot_begun_ms_ = now;
    const Snapshots snapshots = SnapshotsOf(number);
    const Status status = snapshots.Begin(partition->store(), partition->saved_offset());
    if (status.ok()) {
      begun.emplace_back(snapshots, partition->saved_offset());
    } else {
      options_.tell(Cat("makes no snapshot: ", status.message()));
    }
  }
  if (begun.empty()) return;
  if (snapshot_.joinable()) snapshot_.join();
  snapshot_under_way_ = true;
  snapshot_ = std::thread([this, begun = std::move(begun)] {
    for (const auto& [snapshots, offset] : begun) {
      const Status status = snapshots.Finish(offset);
      if (!status.ok()) options_.tell(Cat("makes no snapshot: ", status.message()));
    }
    last_snapshot_ms_ = SteadyMs();
    snapshot_under_way_ = false;
  });
}

void Membership::ReportIfDue() {
  const int64_t now = SteadyMs();
  bool ready = member_of_group_;
  for (const auto& [number, partition] : partitions_)
    ready = ready && (!partition->owned() || partition->live());
  if (ready && report_->ready_after_ms < 0) report_->ready_after_ms = now - begin_ms_;
  if (now - last_report_ms_ < kReportMs && ready == report_->ready) return;
  last_report_ms_ = now;
  report_->ready = ready;
  report_->commit_us = transaction_->commit_us();
  report_->commits += transaction_->commits() - reported_commits_;
  reported_commits_ = transaction_->commits();
  report_->snapshot_age_ms = last_snapshot_ms_ < 0 ? -1 : now - last_snapshot_ms_;
  report_->partitions.clear();
  for (const auto& [number, partition] : partitions_) {
    PartitionReport one{.number = number,
                        .owned = partition->owned(),
                        .live = partition->live(),
                        .next_offset = partition->next_offset(),
                        .end_offset = partition->end_offset(),
                        .last_record_ms = partition->last_record_ms(),
                        .unsaved_records = partition->unsaved_records(),
                        .memory_bytes = partition->machine().memory_bytes(),
                        .outcomes = partition->machine().code_counts()};
    report_->partitions.push_back(one);
  }
  options_.report(*report_);
}

}  // namespace merit
