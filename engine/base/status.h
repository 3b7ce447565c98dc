// What the outside failed to do. The only header that names Abseil's Status.
//
//   Errors   kUnavailable       the outside may do it later: retried, with a limit, in one loop
//            kDataLoss          bytes are damaged or gone: never retried; rebuild from the log
//            kInvalidArgument   the caller asked for what cannot be: say what to do instead
//            kUnimplemented     a newer program wrote this: stop before it
//            anything else      stops the partition
//   Caveats  Debian 12's absl::string_view is not std::string_view: build messages with Cat()
//            below.
#pragma once

#include <sstream>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace merit {

using Status = absl::Status;
using StatusCode = absl::StatusCode;
template <class T>
using StatusOr = absl::StatusOr<T>;

inline Status OkStatus() { return absl::OkStatus(); }

// A message from its parts; slow, for failures only.
template <class... Parts>
std::string Cat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

inline Status Failure(StatusCode code, const std::string& message) { return Status(code, message); }
inline Status DataLoss(const std::string& message) {
  return Failure(StatusCode::kDataLoss, message);
}
inline Status Invalid(const std::string& message) {
  return Failure(StatusCode::kInvalidArgument, message);
}
inline Status NotFound(const std::string& message) {
  return Failure(StatusCode::kNotFound, message);
}
inline Status Unavailable(const std::string& message) {
  return Failure(StatusCode::kUnavailable, message);
}
inline Status Unimplemented(const std::string& message) {
  return Failure(StatusCode::kUnimplemented, message);
}

}  // namespace merit

#define MERIT_CONCAT_INNER(a, b) a##b
#define MERIT_CONCAT(a, b) MERIT_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(expression)                                            \
  do {                                                                         \
    if (::merit::Status status_ = (expression); !status_.ok()) return status_; \
  } while (false)

#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_INNER(MERIT_CONCAT(status_or_, __LINE__), declaration, expression)
#define ASSIGN_OR_RETURN_INNER(holder, declaration, expression) \
  auto holder = (expression);                                   \
  if (!holder.ok()) return holder.status();                     \
  declaration = std::move(holder).value()
