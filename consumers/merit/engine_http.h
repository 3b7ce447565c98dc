// What a running engine tells a monitor over HTTP: /metrics for Prometheus, /healthz, /readyz.
//
//   Input    address: HOST:PORT; port 0: any free one. Report: what the engine last said of itself
//   Output   /healthz: 200 while the fold turns, 503 where it has said nothing for 30 seconds;
//            /readyz: 200 once all that it owns is live, else 503
//   Errors   kInvalidArgument: no such address; kPermissionDenied: the port is taken or not allowed
//   Threads  Report from any one; a few of its own that answer
#pragma once

#include <memory>
#include <string>

#include "engine/instance.h"

namespace merit {

class EngineHttp {
 public:
  static StatusOr<std::unique_ptr<EngineHttp>> Listen(const std::string& address);
  virtual ~EngineHttp();
  virtual void Report(const InstanceReport& report) = 0;
  virtual int port() const = 0;

 protected:
  EngineHttp() = default;
};

}  // namespace merit
