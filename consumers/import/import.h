// Real input as a log: a programme's table, a city's requests, or a log in the exchange form.
//
//   Input    files of one kind: logs (exchange), or requests (CSV, Open311) with a mapping
//   Output   records in the order in which an engine has to read them; a report of what was done
//            and left out
//   Errors   as sources.h and programme_log.h; kInvalidArgument also for logs and requests in one
//            call
//   Cost     exchange: line by line. Requests: all rows in memory, then O(rows · log rows)
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "consumers/import/issue.h"
#include "consumers/import/programme_log.h"
#include "consumers/import/sources.h"
#include "engine/base/status.h"

namespace merit {

inline constexpr size_t kExchangeLineBytesMax = size_t{24} << 20;

struct ImportRequest {
  std::vector<std::string> files;
  Format format = Format::kAuto;
  std::string mapping;  // path; needed for requests
  uint64_t seed = 1;    // of the drivers that are drawn
};

struct ImportReport {
  uint64_t read_count = 0;      // rows, requests or lines
  uint64_t imported_count = 0;  // of them
  uint64_t record_count = 0;    // written
  uint32_t city_code = 0;       // 0 for logs
  bool drivers_drawn = false;
  ProgrammeCounts programme;  // for requests
  Issues issues;

  uint64_t left_out_count() const;
};

// What is being done ("bytes read", "rows written"), how far, of how much.
using ImportWatch = std::function<void(const char* what, uint64_t done, uint64_t total)>;

[[nodiscard]] Status Import(const ImportRequest& request, const ProgrammeLog::Sink& sink,
                            const ImportWatch& watch, ImportReport* report);

}  // namespace merit
