#include "engine/store/info_log.h"

#include <ctime>

namespace merit {

InfoLog::InfoLog(const std::string& directory)
    : Logger(rocksdb::InfoLogLevel::WARN_LEVEL), path_(directory + "/LOG") {
  Begin();
}

InfoLog::~InfoLog() {
  if (file_ != nullptr) std::fclose(file_);
  closed_ = true;  // the base would ask for a Close of its own
}

void InfoLog::Begin() {
  if (file_ != nullptr) std::fclose(file_);
  std::rename(path_.c_str(), (path_ + ".old").c_str());
  file_ = std::fopen(path_.c_str(), "we");
}

void InfoLog::Logv(const char* format, va_list arguments) {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (file_ != nullptr && std::ftell(file_) > kBytesMax) Begin();
  if (file_ == nullptr) return;
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char time[32];
  std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ ", &utc);
  std::fputs(time, file_);
  std::vfprintf(file_, format, arguments);
  std::fputc('\n', file_);
  if (std::fflush(file_) != 0) std::clearerr(file_);
}

}  // namespace merit
