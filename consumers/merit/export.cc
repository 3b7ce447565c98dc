#include "consumers/merit/export.h"

#include <cerrno>
#include <cstring>
#include <map>

#include "consumers/merit/progress.h"
#include "consumers/merit/state_directory.h"
#include "engine/core/state_export.h"
#include "engine/wire/exchange.h"
#include "merit/v1/dead_letter.pb.h"

namespace merit {
namespace {

Status ExportInOrder(const std::string& directory, Topic topic, int64_t end, LineFile* file) {
  Progress progress(kTopicNames[static_cast<size_t>(topic)], static_cast<uint64_t>(end));
  Status failed;
  RETURN_IF_ERROR(ReadPublished(directory, topic, end, [&](const Record& record) {
    const StatusOr<std::string> line = PublishedLine(topic, record);
    if (!line.ok()) {
      failed = line.status();
      return false;
    }
    file->Add(*line);
    progress.Add();
    return true;
  }));
  return failed;
}

Status ExportLastScores(const std::string& directory, int64_t end, LineFile* file) {
  std::map<std::string, std::string, std::less<>>
      last;  // by "city_code|driver_id": six digits, so by both in order
  RETURN_IF_ERROR(ReadPublished(directory, Topic::kScores, end, [&](const Record& record) {
    const auto found = last.find(record.key);
    if (found == last.end()) {
      last.emplace(record.key, record.value);
    } else {
      found->second = record.value;
    }
    return true;
  }));
  for (const auto& [key, value] : last) {
    ASSIGN_OR_RETURN(const std::string line, PublishedLine(Topic::kScores, {key, 0, value}));
    file->Add(line);
  }
  return OkStatus();
}

}  // namespace

// Every published value has bytes, but a tombstone.
StatusOr<std::string> PublishedLine(Topic topic, const Record& record) {
  v1::DeadLetter letter;
  if (topic == Topic::kDeadLetters &&
      letter.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) {
    return ToJson(letter);
  }
  return OutputToJson(topic, record.key, record.value, record.value.empty());
}

StatusOr<LineFile> LineFile::Open(const std::string& file) {
  if (file == "-") return LineFile("standard output", stdout);
  std::FILE* const opened = std::fopen(file.c_str(), "wb");
  if (opened == nullptr) {
    return Failure(StatusCode::kInternal, Cat(file, " cannot be written: ", std::strerror(errno)));
  }
  return LineFile(file, opened);
}

void LineFile::Add(const std::string& line) {
  good_ = good_ && std::fwrite(line.data(), 1, line.size(), file_.get()) == line.size() &&
          std::fputc('\n', file_.get()) != EOF;
}

Status LineFile::Failed() const {
  return Failure(StatusCode::kInternal,
                 Cat(name_, " could not be written to the end: ", std::strerror(errno)));
}

Status LineFile::Close() {
  std::FILE* const file = file_.release();
  const bool closed = file == stdout ? std::fflush(file) == 0 : std::fclose(file) == 0;
  return good_ && closed ? OkStatus() : Failed();
}

Status ExportTopic(const std::string& published_directory, Topic topic, int64_t end,
                   const std::string& file) {
  ASSIGN_OR_RETURN(LineFile lines, LineFile::Open(file));
  RETURN_IF_ERROR(topic == Topic::kScores ? ExportLastScores(published_directory, end, &lines)
                                          : ExportInOrder(published_directory, topic, end, &lines));
  return lines.Close();
}

Status ExportCities(const std::map<uint32_t, std::unique_ptr<City>>& cities,
                    const std::string& file) {
  ASSIGN_OR_RETURN(LineFile lines, LineFile::Open(file));
  for (const auto& [code, city] : cities) {
    ExportState(*city, [&](const std::string& line) { lines.Add(line); });
  }
  return lines.Close();
}

}  // namespace merit
