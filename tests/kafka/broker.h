// A real Apache Kafka broker for a test, on free loopback ports, in a folder of its own in TMPDIR.
//
//   Input    MERIT_KAFKA_VERSION: another than 3.9.2; properties: lines for server.properties;
//            cluster_id: 22 characters of base64, another than that of all others
//   Output   Start returns once it answers. Ports and data stay through Stop, Kill and Start
//   Errors   the end of what the broker wrote. kFailedPrecondition: Java or the jars are not there
//   IO       goes, with its folder, when the object or the whole test process goes, however that
//            ends
//   Threads  one at a time
//   Cost     Start in an empty folder 4 to 5 s, again 3 s, after Kill more; Stop 2 s
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace merit {

class Broker {
 public:
  // Not started yet.
  static StatusOr<std::unique_ptr<Broker>> Make(std::vector<std::string> properties = {},
                                                const std::string& cluster_id = "");
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // "127.0.0.1:23456", for --brokers and bootstrap.servers.
  std::string address() const;
  bool running() const { return process_ > 0; }

  [[nodiscard]] Status Start();
  // As an operator does it; it writes down where it was.
  [[nodiscard]] Status Stop();
  // kill -9: what it had acknowledged is in the system's memory, and stays.
  void Kill();
  // Keeps its connections and answers nobody, until Thaw.
  void Freeze();
  void Thaw();

 private:
  Broker() = default;
  Status Watch();
  Status WaitUntilReady();
  std::string LastWords() const;
  bool HasEnded();

  std::string directory_;
  std::string properties_;
  std::string cluster_id_;
  uint16_t port_ = 0;
  uint16_t controller_port_ = 0;
  pid_t process_ = 0;
  pid_t watcher_ = 0;
  int watched_ = -1;  // the watcher's end of the world is when this is closed
};

// The broker of this test process, started when it is first asked for, and again where a test has
// left it stopped or frozen. Aborts with the reason where it does not start.
Broker& SharedBroker();

// A name that no other test of this process, or of one before on this broker, has used.
std::string NewTopicName(const std::string& about);

}  // namespace merit
