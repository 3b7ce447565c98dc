#include "tests/kafka/broker.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <thread>

#include "engine/kafka/consumer.h"
#include "tests/text.h"

namespace merit {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kStartMax = std::chrono::seconds(90);
constexpr auto kStopMax = std::chrono::seconds(30);
// Small and quick to start: a test lives for seconds.
constexpr const char* kJava = "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

Status FromSystem(const std::string& what) {
  return Failure(StatusCode::kInternal, Cat(what, ": ", std::strerror(errno)));
}

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool IsFree(uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  const bool free = bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(socket);
  return free;
}

bool Answers(uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  const bool yes =
      connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(socket);
  return yes;
}

// Below the system's own range, so that nobody is given the port while the broker is down.
uint16_t FreePort() {
  static std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> ports(20'000, 32'000);
  for (;;) {
    const auto port = static_cast<uint16_t>(ports(random));
    if (IsFree(port)) return port;
  }
}

// What the watching process does: remembers the broker, and ends it and its folder when the test
// has ended. Between fork and exec only what may be called there.
[[noreturn]] void WatchUntilTheEnd(int watched, const char* directory) {
  setsid();  // an interrupt on the terminal is not for it
  pid_t process = 0;
  pid_t next = 0;
  while (read(watched, &next, sizeof next) == sizeof next) process = next;
  if (process > 0) kill(process, SIGKILL);
  execl("/bin/rm", "rm", "-rf", directory, nullptr);
  _exit(1);
}

}  // namespace

StatusOr<std::unique_ptr<Broker>> Broker::Make(std::vector<std::string> properties,
                                               const std::string& cluster_id) {
  std::unique_ptr<Broker> broker(new Broker());
  broker->cluster_id_ = cluster_id;
  for (const std::string& line : properties) broker->properties_ += line + "\n";
  broker->port_ = FreePort();
  do broker->controller_port_ = FreePort();
  while (broker->controller_port_ == broker->port_);
  std::string name = (std::filesystem::temp_directory_path() / "merit-broker-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return FromSystem(name);
  broker->directory_ = name;
  RETURN_IF_ERROR(broker->Watch());
  return broker;
}

Broker::~Broker() {
  if (process_ > 0) Kill();
  if (watched_ >= 0) close(watched_);
  if (watcher_ > 0) waitpid(watcher_, nullptr, 0);
}

std::string Broker::address() const { return Cat("127.0.0.1:", port_); }

// PR_SET_PDEATHSIG would tie the broker to the thread that starts it; a pipe is tied to the
// process.
Status Broker::Watch() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return FromSystem("pipe");
  watcher_ = fork();
  if (watcher_ == 0) {
    dup2(ends[0], 0);
    // Whatever the test has open, its files and sockets and the other end of this pipe, must not
    // stay open here.
    closefrom(3);
    WatchUntilTheEnd(0, directory_.c_str());
  }
  close(ends[0]);
  watched_ = ends[1];
  return watcher_ > 0 ? OkStatus() : FromSystem("fork");
}

Status Broker::Start() {
  if (process_ > 0) return OkStatus();
  const std::string program = MERIT_SOURCE_DIR "/deploy/broker/serve.sh";
  const std::string port = std::to_string(port_);
  const std::string controller_port = std::to_string(controller_port_);
  const std::string log = directory_ + "/broker.log";
  setenv("MERIT_KAFKA_JAVA", kJava, 0);
  setenv("MERIT_KAFKA_PROPERTIES", properties_.c_str(), 1);
  setenv("MERIT_KAFKA_CLUSTER", cluster_id_.c_str(), 1);
  const pid_t child = fork();
  if (child < 0) return FromSystem("fork");
  if (child == 0) {
    setpgid(0, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, 0);
    dup2(file, 1);
    dup2(file, 2);
    closefrom(3);
    execl(program.c_str(), program.c_str(), directory_.c_str(), port.c_str(),
          controller_port.c_str(), nullptr);
    _exit(127);
  }
  process_ = child;
  if (write(watched_, &process_, sizeof process_) != sizeof process_) return FromSystem("pipe");
  return WaitUntilReady();
}

Status Broker::WaitUntilReady() {
  const auto end = Clock::now() + kStartMax;
  std::unique_ptr<KafkaConsumer> client;
  while (Clock::now() < end) {
    if (HasEnded()) return Failure(StatusCode::kFailedPrecondition, LastWords());
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (!Answers(port_)) continue;
    // The port is open a little before the broker has its place in the cluster.
    if (client == nullptr) {
      KafkaSettings settings(address());
      settings.Set("reconnect.backoff.ms", "20").Set("reconnect.backoff.max.ms", "100");
      ASSIGN_OR_RETURN(client, KafkaConsumer::Open(settings, {}));
    }
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(client->handle(), 0, nullptr, &metadata, 2'000) != 0) continue;
    const bool ready = metadata->broker_cnt > 0;
    rd_kafka_metadata_destroy(metadata);
    if (ready) return OkStatus();
  }
  Kill();
  return Unavailable("the broker did not answer in time\n" + LastWords());
}

std::string Broker::LastWords() const {
  std::string all = TextOf(directory_ + "/broker.log");
  if (all.size() > 3'000) all.erase(0, all.size() - 3'000);
  return "the broker's last words (it needs deploy/setup.sh --broker):\n" + all;
}

bool Broker::HasEnded() {
  if (process_ <= 0) return true;
  if (waitpid(process_, nullptr, WNOHANG) != process_) return false;
  process_ = 0;
  return true;
}

Status Broker::Stop() {
  if (process_ <= 0) return OkStatus();
  kill(process_, SIGTERM);
  kill(process_, SIGCONT);
  const auto end = Clock::now() + kStopMax;
  while (!HasEnded()) {
    if (Clock::now() > end) {
      Kill();
      return Unavailable("the broker did not stop in time\n" + LastWords());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return OkStatus();
}

void Broker::Kill() {
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = 0;
}

void Broker::Freeze() {
  if (process_ > 0) kill(process_, SIGSTOP);
}

void Broker::Thaw() {
  if (process_ > 0) kill(process_, SIGCONT);
}

Broker& SharedBroker() {
  // Never destroyed: its watcher ends it when the process ends.
  static Broker* const shared = [] {
    StatusOr<std::unique_ptr<Broker>> made = Broker::Make();
    if (!made.ok()) {
      std::fprintf(stderr, "no broker: %s\n", made.status().ToString().c_str());
      std::abort();
    }
    return made->release();
  }();
  shared->Thaw();
  const Status started = shared->Start();
  if (!started.ok()) {
    std::fprintf(stderr, "no broker: %s\n", started.ToString().c_str());
    std::abort();
  }
  return *shared;
}

std::string NewTopicName(const std::string& about) {
  static std::atomic<int> count{0};
  return Cat(about, "-", getpid(), "-", ++count);
}

}  // namespace merit
