#include "consumers/merit/engine_http.h"

#include <httplib.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>

#include "engine/clocks.h"
#include "merit/v1/outcome.pb.h"

namespace merit {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<prometheus::ClientMetric::Label>;
using Clock = std::chrono::steady_clock;

constexpr auto kSilenceMax = std::chrono::seconds(30);

// One name with its values.
class Family {
 public:
  Family(std::vector<MetricFamily>* all, const char* name, const char* help, MetricType type)
      : all_(all), type_(type) {
    family_.name = std::string("merit_") + name;
    family_.help = help;
    family_.type = type;
  }
  ~Family() { all_->push_back(std::move(family_)); }
  void Add(double value, Labels labels = {}) {
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    (type_ == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    family_.metric.push_back(std::move(metric));
  }

 private:
  std::vector<MetricFamily>* const all_;
  const MetricType type_;
  MetricFamily family_;
};

double Seconds(int64_t us) { return static_cast<double>(us) / 1e6; }

void AddPartitions(const InstanceReport& report, std::vector<MetricFamily>* all) {
  Family offset(all, "next_offset", "First offset of the intake that is not folded.",
                MetricType::Gauge);
  Family lag(all, "lag_records", "Records that are there and not folded.", MetricType::Gauge);
  Family late(all, "lag_seconds", "Age of the last folded record while there are more.",
              MetricType::Gauge);
  Family owned(all, "partition_owned", "1: this process folds and publishes it.",
               MetricType::Gauge);
  Family live(all, "partition_live", "1: owned, and what it folds now is new.", MetricType::Gauge);
  Family unsaved(all, "unsaved_records", "Records folded since the last save.", MetricType::Gauge);
  Family memory(all, "memory_bytes", "Memory of the partition's rows.", MetricType::Gauge);
  for (const PartitionReport& one : report.partitions) {
    const Labels labels = {{"partition", std::to_string(one.number)}};
    const auto behind = static_cast<double>(std::max<int64_t>(one.end_offset - one.next_offset, 0));
    offset.Add(static_cast<double>(one.next_offset), labels);
    lag.Add(behind, labels);
    const bool waiting = behind > 0 && one.last_record_ms > 0;
    late.Add(waiting
                 ? static_cast<double>(std::max<int64_t>(WallMs() - one.last_record_ms, 0)) / 1e3
                 : 0,
             labels);
    owned.Add(one.owned ? 1 : 0, labels);
    live.Add(one.live ? 1 : 0, labels);
    unsaved.Add(static_cast<double>(one.unsaved_records), labels);
    memory.Add(static_cast<double>(one.memory_bytes), labels);
  }
}

void AddOutcomes(const InstanceReport& report, std::vector<MetricFamily>* all) {
  // A counter that goes back when a partition is opened anew, as any counter does at a restart.
  Family outcomes(all, "outcomes", "Outcomes by code, since the partition was opened.",
                  MetricType::Counter);
  for (const PartitionReport& one : report.partitions) {
    for (size_t code = 0; code < one.outcomes.size(); ++code) {
      if (one.outcomes[code] == 0) continue;
      outcomes.Add(
          static_cast<double>(one.outcomes[code]),
          {{"partition", std::to_string(one.number)},
           {"code", v1::Code_Name(static_cast<v1::Code>(code)).substr(sizeof "CODE_" - 1)}});
    }
  }
}

std::string MetricsOf(const InstanceReport& report) {
  std::vector<MetricFamily> all;
  const auto one = [&](const char* name, const char* help, MetricType type, double value) {
    Family(&all, name, help, type).Add(value);
  };
  AddPartitions(report, &all);
  AddOutcomes(report, &all);
  const auto counter = MetricType::Counter;
  const auto gauge = MetricType::Gauge;
  one("records_folded", "Records folded, those in silence too.", counter,
      static_cast<double>(report.folded_records));
  one("transactions_committed", "Kafka transactions.", counter,
      static_cast<double>(report.commits));
  one("transactions_aborted", "Transactions taken back.", counter,
      static_cast<double>(report.aborts));
  one("saves", "Saves of a partition's state.", counter, static_cast<double>(report.saves));
  one("lives", "How often this process has joined the group.", counter,
      static_cast<double>(report.lives));
  one("commit_seconds", "Time of the last commit.", gauge, Seconds(report.commit_us));
  one("save_seconds", "Time of the last save, of a partition, with the commit before it.", gauge,
      Seconds(report.save_us));
  one("memory_limit_bytes", "What --memory says.", gauge,
      static_cast<double>(report.memory_bytes_max));
  one("ready", "1: all that it owns is live.", gauge, report.ready ? 1 : 0);
  if (report.ready_after_ms >= 0) {
    one("ready_after_seconds", "From joining to ready.", gauge,
        static_cast<double>(report.ready_after_ms) / 1e3);
  }
  if (report.snapshot_age_ms >= 0) {
    one("snapshot_age_seconds", "Since the last snapshot.", gauge,
        static_cast<double>(report.snapshot_age_ms) / 1e3);
  }
  return prometheus::TextSerializer().Serialize(all);
}

class Server final : public EngineHttp {
 public:
  ~Server() override {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Status Bind(const std::string& host, int port) {
    server_.new_task_queue = [] { return new httplib::ThreadPool(2); };
    server_.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
      const std::lock_guard lock(mutex_);
      response.set_content(MetricsOf(report_), "text/plain; version=0.0.4");
    });
    server_.Get("/healthz", [this](const httplib::Request&, httplib::Response& response) {
      const std::lock_guard lock(mutex_);
      const bool turns = Clock::now() - reported_ < kSilenceMax;
      Say(&response, turns, turns ? "folds" : "the fold has not turned for 30 seconds");
    });
    server_.Get("/readyz", [this](const httplib::Request&, httplib::Response& response) {
      const std::lock_guard lock(mutex_);
      Say(&response, report_.ready, report_.ready ? "ready" : "not live on all that it owns");
    });
    const bool bound = port == 0 ? (port_ = server_.bind_to_any_port(host.c_str())) > 0
                                 : server_.bind_to_port(host.c_str(), port_ = port);
    if (!bound) {
      return Failure(StatusCode::kPermissionDenied,
                     Cat("--http ", host, ":", port,
                         " cannot be listened on; is the port taken? 127.0.0.1:0 "
                         "takes a free one"));
    }
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // A stop before it listens would be forgotten.
    while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return OkStatus();
  }

  void Report(const InstanceReport& report) override {
    const std::lock_guard lock(mutex_);
    report_ = report;
    reported_ = Clock::now();
  }
  int port() const override { return port_; }

 private:
  static void Say(httplib::Response* response, bool good, const std::string& text) {
    response->status = good ? 200 : 503;
    response->set_content(text + "\n", "text/plain");
  }

  std::mutex mutex_;
  InstanceReport report_;
  Clock::time_point reported_ = Clock::now();
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace

EngineHttp::~EngineHttp() = default;

StatusOr<std::unique_ptr<EngineHttp>> EngineHttp::Listen(const std::string& address) {
  const size_t colon = address.rfind(':');
  const std::string digits = colon == std::string::npos ? "" : address.substr(colon + 1);
  if (digits.empty() || digits.size() > 5 ||
      digits.find_first_not_of("0123456789") != std::string::npos || std::stoi(digits) > 65'535) {
    return Invalid(Cat("--http ", address, " is no HOST:PORT, like 127.0.0.1:9464"));
  }
  auto server = std::make_unique<Server>();
  RETURN_IF_ERROR(server->Bind(address.substr(0, colon), std::stoi(digits)));
  return std::unique_ptr<EngineHttp>(std::move(server));
}

}  // namespace merit
