#include "bench/open_loop.h"

#include <algorithm>

#include "engine/kafka/errors.h"

namespace merit {
namespace {

using std::chrono::milliseconds;

constexpr uint64_t kServeEach = 1'024;  // records between two looks at what was delivered
constexpr int kFlushMs = 120'000;

std::unique_ptr<KafkaProducer> Open(KafkaSettings settings) {
  settings.Default("linger.ms", "1");
  return Must(KafkaProducer::Open(std::move(settings), "", [](const rd_kafka_message_t& message) {
    Must(FromKafka(message.err, "send a record", rd_kafka_topic_name(message.rkt)));
  }));
}

}  // namespace

OpenLoopSender::OpenLoopSender(KafkaSettings settings, std::string topic, double events_per_s,
                               Source source)
    : topic_(std::move(topic)),
      events_per_s_(events_per_s),
      source_(std::move(source)),
      producer_(Open(std::move(settings))),
      // The client learns where the partitions are before the first record is due.
      begin_((Must(producer_->PartitionCount(topic_)), Clock::now() + milliseconds(200))),
      thread_([this] { Send(); }) {}

OpenLoopSender::~OpenLoopSender() {
  stop_ = true;
  Finish();
}

void OpenLoopSender::Finish() {
  if (thread_.joinable()) thread_.join();
  Must(producer_->Flush(kFlushMs));
}

OpenLoopSender::Clock::time_point OpenLoopSender::DueAt(uint64_t n) const {
  const std::chrono::duration<double> after(static_cast<double>(n) / events_per_s_);
  return begin_ + std::chrono::duration_cast<Clock::duration>(after);
}

void OpenLoopSender::Send() {
  Record record;
  int32_t partition = 0;
  for (uint64_t n = 0; !stop_ && source_(&record, &partition); ++n) {
    Clock::time_point now = Clock::now();
    while (DueAt(n) > now && !stop_) {
      producer_->Poll(0);
      std::this_thread::sleep_until(
          std::clamp(DueAt(n), now + milliseconds(1), now + milliseconds(50)));
      now = Clock::now();
    }
    const std::chrono::duration<double, std::milli> late = now - DueAt(n);
    if (late.count() > late_max_ms_) late_max_ms_ = late.count();
    SendOne(record, partition);
    sent_ = n + 1;
    if (n % kServeEach == 0) producer_->Poll(0);
  }
}

void OpenLoopSender::SendOne(const Record& record, int32_t partition) {
  for (;;) {
    const Status taken =
        producer_->Produce(topic_, partition, record.key, record.value, record.timestamp_ms);
    if (taken.ok()) return;
    if (taken.code() != StatusCode::kUnavailable) Must(taken);
    producer_->Poll(1);  // the queue is full until some are delivered
  }
}

}  // namespace merit
