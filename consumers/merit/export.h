// What a state published, and the state itself, as JSON Lines (DOMAIN.md §14, EFFECTS.md §7).
//
//   Input    file: a path, replaced; "-" is standard output
//   Output   one line a record in published order; of scores the last record of each driver, by
//            city and driver
//   Errors   kInternal: the file cannot be written
//   Cost     some ten microseconds a line; of scores one record a driver in memory
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "engine/base/output.h"
#include "engine/base/record.h"
#include "engine/base/status.h"
#include "engine/core/city.h"

namespace merit {

// A file of lines that is being written.
class LineFile {
 public:
  static StatusOr<LineFile> Open(const std::string& file);
  LineFile(LineFile&& other) noexcept = default;

  void Add(const std::string& line);
  [[nodiscard]] Status Close();

 private:
  struct CloseUnlessStandard {
    void operator()(std::FILE* file) const {
      if (file != stdout) std::fclose(file);
    }
  };
  LineFile(std::string name, std::FILE* file) : name_(std::move(name)), file_(file) {}
  Status Failed() const;

  std::string name_;
  std::unique_ptr<std::FILE, CloseUnlessStandard> file_;
  bool good_ = true;
};

// One published record as a line, without the newline; a value without bytes is a tombstone.
StatusOr<std::string> PublishedLine(Topic topic, const Record& record);

// The first `end` published records of a topic.
[[nodiscard]] Status ExportTopic(const std::string& published_directory, Topic topic, int64_t end,
                                 const std::string& file);

[[nodiscard]] Status ExportCities(const std::map<uint32_t, std::unique_ptr<City>>& cities,
                                  const std::string& file);

}  // namespace merit
