// What RocksDB tells of itself, in the file LOG of its directory; that of the start before is
// LOG.old.
//
//   Errors   none: what cannot be written is not there. RocksDB's own logger must not be used:
//            where assertions are on, as in Debian's build, its second write to a full disk aborts
//            the process
//   Threads  thread-safe
#pragma once

#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <string>

#include "rocksdb/env.h"

namespace merit {

class InfoLog final : public rocksdb::Logger {
 public:
  explicit InfoLog(const std::string& directory);
  ~InfoLog() override;

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override;

 private:
  static constexpr long kBytesMax = long{4} << 20;

  void Begin();

  const std::string path_;
  std::mutex mutex_;
  std::FILE* file_ = nullptr;
};

}  // namespace merit
