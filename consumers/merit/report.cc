#include <cstdio>
#include <string>

#include "consumers/merit/command.h"

namespace merit {
namespace {

ExitCode ExitCodeOf(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return kExitOk;
    case StatusCode::kInvalidArgument:
    case StatusCode::kNotFound:
    case StatusCode::kAlreadyExists:
    case StatusCode::kOutOfRange:
      return kExitUsage;
    case StatusCode::kDataLoss:
      return kExitDataLoss;
    case StatusCode::kUnimplemented:
      return kExitNewer;
    default:
      return kExitFailed;
  }
}

}  // namespace

int Report(const char* command, const Status& status) {
  std::fflush(stdout);
  std::fprintf(stderr, "merit %s: %s\n", command, std::string(status.message()).c_str());
  return ExitCodeOf(status.code());
}

}  // namespace merit
