// merit engine: folds what comes to Kafka, as one of a group of such processes.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "consumers/merit/command.h"
#include "consumers/merit/engine_http.h"
#include "consumers/merit/interrupt.h"
#include "consumers/merit/kafka_options.h"
#include "consumers/merit/memory_option.h"
#include "engine/instance.h"
#include "engine/kafka/client.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(Fold what comes to Kafka, and publish what comes of it, exactly once.

Processes with the same --group share the partitions of the intake topic; start as many as
it has partitions, at most. Each keeps the state of what it folds under --state-dir, its own,
on a disk of its own. Outputs and the place in the intake go out in one transaction every
--commit-interval. Whatever ends a process, another one, or the next start, goes on where the
last transaction ended: nothing is lost, and nothing is said twice to a reader that reads
settled records (isolation.level=read_committed). SIGTERM commits, saves, leaves the group.)";

constexpr char kExample[] = R"(Examples:
  merit topics create --brokers localhost:9092                 first: the topics
  merit engine --brokers localhost:9092 --state-dir /var/lib/merit
  merit engine --brokers b1:9093,b2:9093 --group merit --state-dir state --client-config tls.conf

tls.conf holds librdkafka's properties, one a line, and is read by nobody else:
  security.protocol=sasl_ssl
  sasl.mechanism=SCRAM-SHA-512
  sasl.username=merit
  sasl.password=...

Exit status: 0 stopped as asked; 2 the command line, the topics or the state are not what is
needed; 3 the log or the state lacks what is needed; 4 a newer merit's event is next; 5 brokers,
disk or permission failed, or brokers did not answer when it was stopped: then it does not wait
for them, and loses nothing. The last line says what to do.)";

// A stop does not wait for brokers that do not answer: it ends the process, which is as good as
// any other way for it to die. Nor does it for a client that waits for them when all is done.
class PromptEnd {
 public:
  PromptEnd(const Pulse& pulse, spdlog::logger* log)
      : pulse_(pulse), log_(log), watch_([this] { Watch(); }) {}
  ~PromptEnd() {
    over_ = true;
    watch_.join();
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kLook{20};
  static constexpr std::chrono::milliseconds kSilentMax{1'200};
  static constexpr std::chrono::milliseconds kDoneMax{100};

  void Watch() {
    uint64_t seen = 0;
    Clock::time_point last_beat = Clock::now();
    while (!over_) {
      std::this_thread::sleep_for(kLook);
      const uint64_t beats = pulse_.beats;
      if (!Interrupted() || pulse_.at_the_disk || beats != seen) last_beat = Clock::now();
      seen = beats;
      const bool done = pulse_.done;
      if (Clock::now() - last_beat < (done ? kDoneMax : kSilentMax)) continue;
      log_->flush();
      _exit(done ? kExitOk : Report("engine", StoppedWithoutBrokers("did not answer")));
    }
  }

  const Pulse& pulse_;
  spdlog::logger* const log_;
  std::atomic<bool> over_ = false;
  std::thread watch_;
};

struct Options {
  KafkaOptions kafka;
  std::string http = "127.0.0.1:0";
  uint64_t memory_bytes = kMemoryUsual;
  InstanceOptions instance;
};

int RunEngine(Options options) {
  CatchInterrupts();
  InstanceOptions& instance = options.instance;
  StatusOr<KafkaSettings> settings = options.kafka.Settings();
  if (!settings.ok()) return Report("engine", settings.status());
  instance.settings = *std::move(settings);
  instance.topics = options.kafka.Topics();
  const auto log = spdlog::stderr_logger_mt("merit");
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  SetKafkaLog([log](int level, const std::string& line) {
    level <= 3 ? log->error("kafka {}", line) : log->warn("kafka {}", line);
  });
  instance.memory_bytes_max = options.memory_bytes;
  instance.tell = [log](const std::string& line) { log->info("{}", line); };
  std::unique_ptr<EngineHttp> http;
  if (options.http != "none") {
    StatusOr<std::unique_ptr<EngineHttp>> listening = EngineHttp::Listen(options.http);
    if (!listening.ok()) return Report("engine", listening.status());
    http = *std::move(listening);
    log->info("answers http://{}:{}/metrics, /healthz and /readyz",
              options.http.substr(0, options.http.rfind(':')), http->port());
    instance.report = [&http](const InstanceReport& report) { http->Report(report); };
  }
  Instance engine(instance, &InterruptFlag());
  const Status ended = [&] {
    const PromptEnd prompt(engine.pulse(), log.get());
    return engine.Run();
  }();
  log->info("ends");
  log->flush();
  return ended.ok() ? kExitOk : Report("engine", ended);
}

}  // namespace

void AddEngine(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  options->instance.group = "merit";
  InstanceOptions& instance = options->instance;
  CLI::App* command = app.add_subcommand("engine", kAbout);
  command->footer(kExample);
  options->kafka.AddTo(command);
  command->add_option("--state-dir", instance.state_directory, "where this process keeps its state")
      ->required()
      ->option_text("DIR");
  command->add_option("--group", instance.group, "the processes that share the work")
      ->option_text("NAME [merit]");
  command->add_option("--commit-interval", instance.commit_interval_ms, "between two transactions")
      ->check(CLI::Range(1, 60'000))
      ->option_text("MS [100]");
  command
      ->add_option("--save-interval", instance.save_interval_ms, "between two saves of the state")
      ->check(CLI::Range(10, 3'600'000))
      ->option_text("MS [5000]");
  command->add_flag("--standby", instance.standby,
                    "fold what others own as well, so that a take-over only has to go on");
  command
      ->add_option(
          "--snapshot-dir", instance.snapshot_directory,
          "copies of the state, on a disk that all processes reach: who has none of its own begins "
          "with the newest")
      ->option_text("DIR");
  command->add_option("--snapshot-interval", instance.snapshot_interval_ms, "between two snapshots")
      ->check(CLI::Range(1, 86'400'000))
      ->option_text("MS [300000]");
  command
      ->add_option(
          "--http", options->http,
          "where /metrics, /healthz and /readyz are answered; port 0: a free one; none: nowhere")
      ->option_text("HOST:PORT [127.0.0.1:0]");
  command
      ->add_option("--patience", instance.patience_ms,
                   "how long brokers may be away before it gives up")
      ->check(CLI::Range(0, 86'400'000))
      ->option_text("MS [300000]");
  OfferMemory(command, &options->memory_bytes);
  command->callback([options, &run] { run = [options] { return RunEngine(*options); }; });
}

}  // namespace merit
