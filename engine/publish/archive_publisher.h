// Publishes into archives, one directory a topic: <directory>/outcomes, scores, seals, bulletins,
// dead-letters.
//
//   Output   each record holds key, timestamp and value; a tombstone has no value (no other output
//            is empty). ArchiveLog::Open(TopicDirectory(directory, topic)) reads a topic back
//   Errors   those of ArchiveWriter; after one, Resume at the last saved position
//   IO       Flush syncs the topics that were written to. The first Publish without a Resume
//            appends to what is there; Resume looks only at what is before its position. Destroyed
//            without Close, the archives lack their last index and are read all the same
//   Threads  one
#pragma once

#include <array>
#include <memory>
#include <string>

#include "engine/log/archive_writer.h"
#include "engine/publish/publisher.h"

namespace merit {

std::string TopicDirectory(const std::string& directory, Topic topic);

class ArchivePublisher : public Publisher {
 public:
  // As good as not compressed: what costs least beside the fold. At level -4 outputs take half the
  // space and compressing them a tenth of a replay.
  static constexpr ArchiveOptions kFast = {.compression_level = -100};

  static StatusOr<std::unique_ptr<ArchivePublisher>> Open(const std::string& directory,
                                                          const ArchiveOptions& options = kFast);

  [[nodiscard]] Status Publish(Outputs* outputs, int64_t next_offset) override;
  [[nodiscard]] Status Flush() override;
  // Flushes and ends every archive with its index; nothing can be published after it but by Resume.
  [[nodiscard]] Status Close();
  std::string position() const override;
  [[nodiscard]] Status Resume(const std::string& position) override;

 private:
  ArchivePublisher(std::string directory, const ArchiveOptions& options)
      : directory_(std::move(directory)), options_(options) {}
  Status OpenAll();
  Status Kept(Status status);
  Status EachWriter(Status (ArchiveWriter::*call)());

  const std::string directory_;
  const ArchiveOptions options_;
  std::array<std::unique_ptr<ArchiveWriter>, kTopicCount> writers_;  // all or none
  Status failed_;
};

}  // namespace merit
