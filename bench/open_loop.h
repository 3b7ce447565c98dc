// Sends records on a schedule, whatever becomes of them: who measures from the scheduled time
// leaves out no wait, a wait of the sender itself among them (coordinated omission).
//
//   Input    source: the next record and its partition; false: no more. events_per_s: record n is
//            due n / events_per_s after the beginning
//   Output   begins at once, in a thread of its own. DueAt: when record n was due. Finish: waits
//            until the source has ended and the brokers have everything
//   Errors   whatever fails ends the process, with the reason (Must)
//   Threads  thread-safe
//   Caveats  it wakes once a millisecond, and a record waits up to 1 ms for others (linger.ms)
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "bench/bench.h"
#include "engine/base/record.h"
#include "engine/kafka/producer.h"

namespace merit {

class OpenLoopSender {
 public:
  using Clock = std::chrono::steady_clock;
  using Source = std::function<bool(Record* record, int32_t* partition)>;

  OpenLoopSender(KafkaSettings settings, std::string topic, double events_per_s, Source source);
  ~OpenLoopSender();  // sends no more; what is sent is with the brokers
  OpenLoopSender(const OpenLoopSender&) = delete;
  OpenLoopSender& operator=(const OpenLoopSender&) = delete;

  Clock::time_point DueAt(uint64_t n) const;
  uint64_t sent() const { return sent_; }
  // The longest that a record was handed to the client after it was due.
  double late_max_ms() const { return late_max_ms_; }
  void Finish();

 private:
  void Send();
  void SendOne(const Record& record, int32_t partition);

  const std::string topic_;
  const double events_per_s_;
  const Source source_;
  const std::unique_ptr<KafkaProducer> producer_;
  const Clock::time_point begin_;
  std::atomic<uint64_t> sent_{0};
  std::atomic<double> late_max_ms_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace merit
