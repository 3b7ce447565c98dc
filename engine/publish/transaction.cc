#include "engine/publish/transaction.h"

#include <unistd.h>

#include <chrono>
#include <cstring>
#include <iterator>

#include "engine/base/check.h"

namespace merit {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kHolder[] = "H:";
constexpr auto kInitMax = std::chrono::seconds(30);
// An open transaction is ended by the first call, which then waits; the second finds it ended.
constexpr int kEndFirstMs = 25;
constexpr int kEndMs = 5'000;
// A commit that the broker does not answer is asked for again until then.
constexpr auto kCommitMax = std::chrono::seconds(60);
constexpr int kStepMs = 5'000;

// Who the group knows the process as; empty: not a member. Such a one must not commit: the broker
// would not fence it.
std::string MemberOf(const KafkaGroupMetadata& group) {
  if (group == nullptr || rd_kafka_consumer_group_metadata_generation_id(group.get()) < 0)
    return "";
  return rd_kafka_consumer_group_metadata_member_id(group.get());
}

Status Cancelled(const std::string& why) {
  return Failure(StatusCode::kCancelled, Cat("the transaction cannot be committed: ", why));
}

}  // namespace

Transaction::Transaction(TransactionOptions options, KafkaConsumer* member)
    : options_(std::move(options)), holder_(kHolder + options_.transactional_id), member_(member) {}

StatusOr<std::unique_ptr<Transaction>> Transaction::Open(const KafkaSettings& settings,
                                                         TransactionOptions options,
                                                         KafkaConsumer* member) {
  std::unique_ptr<Transaction> made(new Transaction(std::move(options), member));
  Transaction& self = *made;
  ASSIGN_OR_RETURN(self.producer_, KafkaProducer::Open(settings, self.options_.transactional_id));
  const Clock::time_point give_up = Clock::now() + kInitMax;
  for (;;) {
    KafkaError error(rd_kafka_init_transactions(self.producer_->handle(), kStepMs));
    if (!error) break;
    RETURN_IF_ERROR(self.producer_->failure());
    if (rd_kafka_error_is_retriable(error.get()) != 0 && Clock::now() < give_up) continue;
    return self.AsStatus(error.release(), "begin with transactions");
  }
  for (size_t place = 0; place < kTopicCount; ++place) {
    const std::string& name = self.options_.topics[place];
    self.topics_[place].reset(rd_kafka_topic_new(self.producer_->handle(), name.c_str(), nullptr));
    if (!self.topics_[place]) {
      return FromKafka(rd_kafka_last_error(), "write", self.producer_->Where(name));
    }
  }
  self.worker_ = std::thread([&self] { self.CommitWhenAsked(); });
  return made;
}

Transaction::~Transaction() {
  if (worker_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    worker_.join();
  }
  for (KafkaTopic& topic : topics_) topic.reset();
  producer_.reset();  // looks into the buffers until it is gone
}

// --- taking ------------------------------------------------------------------------------------

Status Transaction::Take(int32_t partition, Outputs* outputs, int64_t next_offset) {
  Input& input = inputs_[partition];
  input.next_offset = next_offset;
  input.metadata = holder_;
  if (outputs->empty()) return OkStatus();
  taken_records_ += outputs->size();
  if (spare_buffers_.empty()) spare_buffers_.push_back(std::make_unique<Outputs>());
  Buffer taken = std::move(spare_buffers_.back());
  spare_buffers_.pop_back();
  std::swap(*taken, *outputs);
  if (committing_ || !cancelled_.ok()) {
    waiting_bytes_ += taken->byte_size();
    waiting_.push_back({partition, std::move(taken)});
    return OkStatus();
  }
  open_taken_.push_back({partition, std::move(taken)});
  return Kept(Produce(partition, *open_taken_.back().outputs));
}

Status Transaction::Kept(Status status) {
  if (status.code() != StatusCode::kCancelled) return status;
  cancelled_ = std::move(status);
  return OkStatus();
}

Status Transaction::Begin() {
  if (begun_) return OkStatus();
  RETURN_IF_ERROR(AsStatus(rd_kafka_begin_transaction(producer_->handle()), "begin a transaction"));
  begun_ = true;
  return OkStatus();
}

Status Transaction::Produce(int32_t partition, const Outputs& outputs) {
  RETURN_IF_ERROR(Begin());
  for (size_t place = 0; place < outputs.size(); ++place) {
    const Output output = outputs[place];
    rd_kafka_message_t message{};
    message.payload = output.tombstone ? nullptr : const_cast<char*>(output.value.data());
    message.len = output.tombstone ? 0 : output.value.size();
    message.key = const_cast<char*>(output.key.data());
    message.key_len = output.key.size();
    messages_[static_cast<size_t>(output.topic)].push_back(message);
  }
  for (size_t topic = 0; topic < kTopicCount; ++topic) {
    RETURN_IF_ERROR(ProduceTo(static_cast<Topic>(topic), partition));
  }
  return OkStatus();
}

Status Transaction::ProduceTo(Topic topic, int32_t partition) {
  const auto place = static_cast<size_t>(topic);
  std::vector<rd_kafka_message_t>& messages = messages_[place];
  while (!messages.empty()) {
    const int count = static_cast<int>(messages.size());
    // No copy and no free: the buffer is ours until the transaction is over.
    if (rd_kafka_produce_batch(topics_[place].get(), partition, 0, messages.data(), count) ==
        count) {
      messages.clear();
      break;
    }
    std::erase_if(messages, [](const rd_kafka_message_t& message) {
      return message.err == RD_KAFKA_RESP_ERR_NO_ERROR;
    });
    const rd_kafka_resp_err_t error = messages.front().err;
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      producer_->Poll(10);
      RETURN_IF_ERROR(producer_->failure());
      continue;
    }
    messages.clear();
    RETURN_IF_ERROR(producer_->failure());
    const Status failed =
        FromKafka(error, "send outputs", producer_->Where(options_.topics[place], partition));
    // In a transaction that must be aborted nothing can be sent: that is all it says.
    return error == RD_KAFKA_RESP_ERR__STATE || error == RD_KAFKA_RESP_ERR__PURGE_QUEUE
               ? Failure(StatusCode::kCancelled, std::string(failed.message()))
               : failed;
  }
  return OkStatus();
}

Status Transaction::ProduceWaiting() {
  std::vector<Taken> waiting = std::move(waiting_);
  waiting_.clear();
  waiting_bytes_ = 0;
  Status status;
  for (Taken& next : waiting) {
    open_taken_.push_back(std::move(next));
    if (status.ok()) status = Produce(open_taken_.back().partition, *open_taken_.back().outputs);
  }
  return status;
}

// --- committing --------------------------------------------------------------------------------

KafkaPartitions Transaction::OffsetsOf(const Inputs& inputs) const {
  KafkaPartitions list = NewPartitions(static_cast<int>(inputs.size()));
  for (const auto& [partition, input] : inputs) {
    rd_kafka_topic_partition_t* const one =
        rd_kafka_topic_partition_list_add(list.get(), options_.intake.c_str(), partition);
    one->offset = input.next_offset;
    one->metadata_size = input.metadata.size();
    one->metadata = rd_kafka_mem_malloc(nullptr, input.metadata.size() + 1);  // the list's now
    std::memcpy(one->metadata, input.metadata.c_str(), input.metadata.size() + 1);
  }
  return list;
}

Status Transaction::StartCommit() {
  if (committing_ || inputs_.empty()) return OkStatus();
  RETURN_IF_ERROR(cancelled_);
  RETURN_IF_ERROR(Begin());
  const std::string as_member = MemberOf(member_->GroupMetadata());
  if (as_member.empty()) return Cancelled("this process is no member of the group");
  committing_ = true;
  committing_taken_ = std::move(open_taken_);
  open_taken_.clear();
  taken_records_ = 0;
  {
    const std::lock_guard lock(mutex_);
    work_offsets_ = OffsetsOf(inputs_);
    work_member_ = as_member;
    work_ = Work::kAsked;
  }
  committing_inputs_ = std::move(inputs_);
  inputs_.clear();
  changed_.notify_all();
  return OkStatus();
}

void Transaction::CommitWhenAsked() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || work_ == Work::kAsked; });
    if (ending_) return;
    lock.unlock();
    const Clock::time_point begin = Clock::now();
    Status status = CommitHere(work_offsets_, work_member_);
    const auto took = Clock::now() - begin;
    lock.lock();
    work_status_ = std::move(status);
    work_us_ = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    work_ = Work::kDone;
    changed_.notify_all();
    const uint64_t one = 1;
    if (options_.notify_descriptor >= 0 &&
        write(options_.notify_descriptor, &one, sizeof one) != sizeof one) {
      continue;  // it was full of notices already
    }
  }
}

Status Transaction::CommitHere(const KafkaPartitions& offsets, const std::string& as_member) {
  const Clock::time_point give_up = Clock::now() + kCommitMax;
  const auto insist = [&](const std::string& doing, auto call) -> Status {
    for (;;) {
      KafkaError error(call());
      if (!error) return OkStatus();
      const bool again = rd_kafka_error_is_retriable(error.get()) != 0;
      if (!again || Clock::now() >= give_up || ending_) return AsStatus(error.release(), doing);
    }
  };
  // The newest generation: a rebalance that has just ended must not cost a transaction.
  const KafkaGroupMetadata group = member_->GroupMetadata();
  if (MemberOf(group) != as_member)
    return Cancelled("this process lost its membership in the group");
  RETURN_IF_ERROR(insist("add the offsets to the transaction", [&] {
    return rd_kafka_send_offsets_to_transaction(producer_->handle(), offsets.get(), group.get(),
                                                kStepMs);
  }));
  return insist("commit the transaction",
                [&] { return rd_kafka_commit_transaction(producer_->handle(), kStepMs); });
}

Status Transaction::Poll() {
  if (!committing_) {
    producer_->Poll(0);
    RETURN_IF_ERROR(producer_->failure());
    return cancelled_;
  }
  {
    const std::lock_guard lock(mutex_);
    if (work_ != Work::kDone) return OkStatus();
    work_ = Work::kNone;
    RETURN_IF_ERROR(work_status_);
    commit_us_ = work_us_;
  }
  ++commits_;
  committing_ = false;
  begun_ = false;
  for (const auto& [partition, input] : committing_inputs_) {
    if (input.metadata == kReleased) {
      committed_.erase(partition);
    } else {
      committed_[partition] = input.next_offset;
    }
  }
  committing_inputs_.clear();
  for (Taken& taken : committing_taken_) {
    taken.outputs->Clear();
    spare_buffers_.push_back(std::move(taken.outputs));
  }
  committing_taken_.clear();
  RETURN_IF_ERROR(Kept(ProduceWaiting()));
  return cancelled_;
}

Status Transaction::Wait() {
  if (!committing_) return OkStatus();
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return work_ != Work::kAsked; });
  }
  return Poll();
}

Status Transaction::Commit() {
  RETURN_IF_ERROR(Wait());
  RETURN_IF_ERROR(StartCommit());
  return Wait();
}

// --- taking back -------------------------------------------------------------------------------

Status Transaction::TakeBack() {
  if (committing_) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return work_ != Work::kAsked; });
    const bool committed = work_status_.ok();
    if (!committed) work_ = Work::kNone;
    lock.unlock();
    // It was not lost after all, only what came after it.
    if (const Status polled = committed ? Poll() : OkStatus();
        polled.code() != StatusCode::kCancelled) {
      RETURN_IF_ERROR(polled);
    }
  }
  RETURN_IF_ERROR(producer_->failure());
  const Clock::time_point give_up = Clock::now() + kCommitMax;
  while (begun_) {
    KafkaError error(rd_kafka_abort_transaction(producer_->handle(), kStepMs));
    if (!error) break;
    if (rd_kafka_error_is_retriable(error.get()) != 0 && Clock::now() < give_up) continue;
    return AsStatus(error.release(), "abort the transaction");
  }
  begun_ = false;
  committing_ = false;
  cancelled_ = OkStatus();
  for (auto& messages : messages_) messages.clear();

  std::vector<Taken> again = std::move(committing_taken_);
  for (std::vector<Taken>* later : {&open_taken_, &waiting_}) {
    again.insert(again.end(), std::make_move_iterator(later->begin()),
                 std::make_move_iterator(later->end()));
    later->clear();
  }
  committing_taken_.clear();
  waiting_ = std::move(again);
  waiting_bytes_ = taken_records_ = 0;
  for (const Taken& taken : waiting_) {
    waiting_bytes_ += taken.outputs->byte_size();
    taken_records_ += taken.outputs->size();
  }
  inputs_.merge(committing_inputs_);  // what is there is newer, and stays
  committing_inputs_.clear();
  return OkStatus();
}

void Transaction::Forget(int32_t partition) {
  MERIT_CHECK(!begun_);
  std::erase_if(waiting_, [&](const Taken& taken) {
    if (taken.partition != partition) return false;
    waiting_bytes_ -= taken.outputs->byte_size();
    taken_records_ -= taken.outputs->size();
    return true;
  });
  inputs_.erase(partition);
  committed_.erase(partition);
}

std::vector<int32_t> Transaction::partitions() const {
  std::vector<int32_t> partitions;
  for (const auto& [partition, next_offset] : committed_) partitions.push_back(partition);
  return partitions;
}

Status Transaction::AsStatus(rd_kafka_error_t* error, const std::string& doing) const {
  if (error == nullptr) return OkStatus();
  const bool fatal = rd_kafka_error_is_fatal(error) != 0;
  const bool abortable = rd_kafka_error_txn_requires_abort(error) != 0;
  const Status status = FromKafka(
      error, doing,
      Cat("transactional.id ", options_.transactional_id, ", brokers ", producer_->brokers()));
  if (fatal) return Failure(StatusCode::kAborted, std::string(status.message()));
  if (abortable) return Failure(StatusCode::kCancelled, std::string(status.message()));
  return status;
}

// --- another's ---------------------------------------------------------------------------------

std::string Transaction::HolderOf(const std::string& metadata) {
  return metadata.starts_with(kHolder) ? metadata.substr(sizeof kHolder - 1) : "";
}

Status Transaction::EndTransactionOf(const std::string& transactional_id,
                                     const KafkaSettings& settings) {
  Status status;
  for (const int timeout_ms : {kEndFirstMs, kEndMs}) {
    ASSIGN_OR_RETURN(const auto producer, KafkaProducer::Open(settings, transactional_id));
    status =
        FromKafka(rd_kafka_init_transactions(producer->handle(), timeout_ms),
                  "end the transaction that its last holder left open",
                  Cat("transactional.id ", transactional_id, ", brokers ", producer->brokers()));
    if (status.ok()) break;
  }
  return status;
}

}  // namespace merit
