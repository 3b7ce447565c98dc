#include "engine/instance.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "engine/clocks.h"
#include "engine/membership.h"
#include "engine/store/directory_lock.h"

namespace merit {
namespace {

namespace fs = std::filesystem;

constexpr int kRestMinMs = 50;
constexpr int kRestMaxMs = 2'000;

// The name under which this directory's process takes part: made once, kept, nobody else's.
StatusOr<std::string> MemberName(const std::string& directory) {
  const std::string file = directory + "/member";
  std::string name;
  if (std::ifstream in(file); in >> name && !name.empty()) return name;
  std::random_device random;
  constexpr char kDigits[] = "0123456789abcdef";
  name.clear();
  for (int place = 0; place < 16; ++place) name += kDigits[random() % 16];
  const std::string fresh = file + ".new";
  errno = 0;
  std::ofstream out(fresh);
  out << name << "\n" << std::flush;
  std::error_code error;
  if (out) {
    fs::rename(fresh, file, error);
  } else {
    error.assign(errno != 0 ? errno : EIO, std::generic_category());
  }
  if (!error) return name;
  if (error == std::errc::no_space_on_device) {
    return Failure(StatusCode::kResourceExhausted,
                   Cat(file, ": the disk is full; free space on it and start again"));
  }
  return Failure(StatusCode::kPermissionDenied,
                 Cat(file, " could not be written: ", error.message(),
                     "; give a --state-dir that this user may write to"));
}

}  // namespace

Status StoppedWithoutBrokers(const std::string& why) {
  return Unavailable(Cat("stopped while the brokers ", why,
                         "; nothing is lost: the next start goes on from the last save, and the "
                         "group misses this process after its session"));
}

Instance::Instance(InstanceOptions options, const std::atomic<bool>* stop)
    : options_(std::move(options)), stop_(stop) {}

Instance::~Instance() = default;

Status Instance::TakeDirectory() {
  std::error_code error;
  fs::create_directories(options_.state_directory, error);
  if (error) {
    return Failure(StatusCode::kPermissionDenied,
                   Cat("the state directory ", options_.state_directory,
                       " could not be made: ", error.message()));
  }
  ASSIGN_OR_RETURN(lock_,
                   DirectoryLock::Take(options_.state_directory, DirectoryLock::Mode::kOneWriter));
  ASSIGN_OR_RETURN(const std::string name, MemberName(options_.state_directory));
  transactional_id_ = options_.group + "-" + name;
  return OkStatus();
}

// The one retry loop. A life that fails leaves the store as the last save left it, and the next one
// begins there.
Status Instance::Run() {
  RETURN_IF_ERROR(TakeDirectory());
  for (;;) {
    ++report_.lives;
    Membership life(options_, transactional_id_, stop_, &report_, &pulse_);
    const Status ended = life.Run();
    progress_ = life.progress();
    if (ended.ok()) return ended;
    if (stop_->load()) return Stopped(ended);
    if (!WorthAnother(ended)) return ended;
    options_.tell(Cat("begins anew in ", rest_ms_, " ms: ", ended.message()));
    Rest();
  }
}

// Nothing of what failed was published; the next start goes on from the last save.
Status Instance::Stopped(const Status& failure) {
  if (failure.code() == StatusCode::kUnavailable) {
    return StoppedWithoutBrokers(Cat("could not be reached: ", failure.message()));
  }
  options_.tell(Cat("stopped in the midst of a failure: ", failure.message()));
  const bool passing =
      failure.code() == StatusCode::kAborted || failure.code() == StatusCode::kCancelled;
  if (!passing) return failure;
  pulse_.done = true;
  return OkStatus();
}

bool Instance::WorthAnother(const Status& failure) {
  const StatusCode code = failure.code();
  if (code != StatusCode::kUnavailable && code != StatusCode::kAborted &&
      code != StatusCode::kCancelled) {
    return false;
  }
  const int64_t now = SteadyMs();
  if (failing_since_ms_ < 0 || progress_ > 0) {
    failing_since_ms_ = now;
    rest_ms_ = kRestMinMs;
  } else {
    rest_ms_ = std::min(2 * rest_ms_, kRestMaxMs);
  }
  return now - failing_since_ms_ < options_.patience_ms;
}

void Instance::Rest() {
  for (int rested = 0; rested < rest_ms_ && !stop_->load(); rested += 10) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace merit
