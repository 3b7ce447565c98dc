#include "engine/publish/archive_publisher.h"

#include <filesystem>
#include <vector>

namespace merit {
namespace {

// Five positions of ArchiveWriter, one after the other, each of the same size.
StatusOr<std::vector<std::string>> SplitPosition(const std::string& position) {
  if (position.size() % kTopicCount != 0) {
    return Invalid("these bytes are no position of a publisher; give what position() gave");
  }
  const size_t size = position.size() / kTopicCount;
  std::vector<std::string> positions;
  for (size_t i = 0; i < kTopicCount; ++i) positions.push_back(position.substr(i * size, size));
  return positions;
}

}  // namespace

std::string TopicDirectory(const std::string& directory, Topic topic) {
  return (std::filesystem::path(directory) / kTopicNames[static_cast<size_t>(topic)]).string();
}

StatusOr<std::unique_ptr<ArchivePublisher>> ArchivePublisher::Open(const std::string& directory,
                                                                   const ArchiveOptions& options) {
  return std::unique_ptr<ArchivePublisher>(new ArchivePublisher(directory, options));
}

// After a failure some topics have what others lack.
Status ArchivePublisher::Kept(Status status) {
  if (failed_.ok()) failed_ = status;
  return status;
}

Status ArchivePublisher::EachWriter(Status (ArchiveWriter::*call)()) {
  RETURN_IF_ERROR(failed_);
  RETURN_IF_ERROR(OpenAll());
  for (const auto& writer : writers_) RETURN_IF_ERROR(Kept((writer.get()->*call)()));
  return OkStatus();
}

Status ArchivePublisher::OpenAll() {
  if (writers_.front() != nullptr) return OkStatus();
  std::array<std::unique_ptr<ArchiveWriter>, kTopicCount> writers;
  for (size_t i = 0; i < kTopicCount; ++i) {
    ASSIGN_OR_RETURN(writers[i], ArchiveWriter::Open(
                                     TopicDirectory(directory_, static_cast<Topic>(i)), options_));
  }
  writers_ = std::move(writers);
  return OkStatus();
}

Status ArchivePublisher::Publish(Outputs* outputs, int64_t) {
  if (outputs->empty()) return OkStatus();
  RETURN_IF_ERROR(failed_);
  RETURN_IF_ERROR(OpenAll());
  for (size_t i = 0; i < outputs->size(); ++i) {
    const Output output = (*outputs)[i];
    ArchiveWriter& writer = *writers_[static_cast<size_t>(output.topic)];
    RETURN_IF_ERROR(Kept(writer.Append({output.key, output.timestamp_ms, output.value})));
  }
  outputs->Clear();
  return OkStatus();
}

Status ArchivePublisher::Flush() { return EachWriter(&ArchiveWriter::Flush); }

Status ArchivePublisher::Close() { return EachWriter(&ArchiveWriter::Close); }

std::string ArchivePublisher::position() const {
  if (writers_.front() == nullptr) return {};
  std::string position;
  for (const auto& writer : writers_) position += writer->position();
  return position;
}

Status ArchivePublisher::Resume(const std::string& position) {
  ASSIGN_OR_RETURN(const std::vector<std::string> positions, SplitPosition(position));
  failed_ = OkStatus();
  if (writers_.front() != nullptr) {
    for (size_t i = 0; i < kTopicCount; ++i)
      RETURN_IF_ERROR(Kept(writers_[i]->Resume(positions[i])));
    return OkStatus();
  }
  std::array<std::unique_ptr<ArchiveWriter>, kTopicCount> writers;
  for (size_t i = 0; i < kTopicCount; ++i) {
    const std::string directory = TopicDirectory(directory_, static_cast<Topic>(i));
    ASSIGN_OR_RETURN(writers[i], ArchiveWriter::OpenAt(directory, positions[i], options_));
  }
  writers_ = std::move(writers);
  return OkStatus();
}

}  // namespace merit
