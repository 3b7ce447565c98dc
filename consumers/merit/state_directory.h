// The directory that keeps what a log was folded into: DIR/rows (the store), DIR/published
// (outcomes, scores, seals, bulletins, dead letters as archives) and DIR/about.json (of which log,
// by which program).
//
//   Errors   kInvalidArgument: the directory holds other things, or belongs to another log;
//            kNotFound: no state is there; kFailedPrecondition: another process writes to it;
//            kUnimplemented: a newer program wrote it; kDataLoss: about.json or the rows are
//            damaged. Each message says what to do
//   IO       one process writes, or any number read
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/record.h"
#include "engine/base/status.h"
#include "engine/core/city.h"
#include "engine/engine.h"
#include "engine/log/archive_log.h"
#include "engine/publish/archive_publisher.h"
#include "engine/store/rocks_store.h"

namespace merit {

// Which record stands at an offset: how a log is known again, wherever its archive was moved to.
struct Sample {
  int64_t offset = 0;
  std::string sha256;  // hexadecimal, of key, timestamp and value

  static Sample Of(int64_t offset, const Record& record);
};

struct About {
  std::string archive;          // absolute path of the log's archive
  std::string program;          // that wrote last
  std::vector<Sample> samples;  // the log's newest records at the first save and at the last ones
};

StatusOr<About> ReadAbout(const std::string& directory);

// How many records of each topic stand before a publisher's position.
using PublishedCounts = std::array<int64_t, kTopicCount>;
[[nodiscard]] StatusOr<PublishedCounts> CountPublished(const std::string& position);

// A state directory that is written to.
class StateDirectory {
 public:
  // Makes the directory where there is none, and locks it. `memory_bytes`: of the store.
  static StatusOr<std::unique_ptr<StateDirectory>> Open(const std::string& directory,
                                                        const std::string& archive,
                                                        size_t memory_bytes);

  // Whether this is the log that the state is made of; moves the log's next_offset.
  [[nodiscard]] Status Recognise(ArchiveLog& log);
  // Durable when it returns. To be called before a save, so that the state never knows less of its
  // log than it folded.
  [[nodiscard]] Status Remember(const Sample& last);

  RocksStore& store() { return *store_; }
  ArchivePublisher& publisher() { return *publisher_; }
  const std::string& path() const { return path_; }

 private:
  explicit StateDirectory(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] Status Write() const;

  const std::string path_;
  About about_;
  std::unique_ptr<RocksStore> store_;
  std::unique_ptr<ArchivePublisher> publisher_;
};

// A state directory at rest, opened to be read.
class RestingState {
 public:
  static StatusOr<std::unique_ptr<RestingState>> Open(const std::string& directory);
  ~RestingState();

  const About& about() const { return about_; }
  int64_t next_offset() const { return engine_->next_offset(); }
  // Rows are read when they are asked for: RowsUnavailable (engine/rows/image.h).
  const std::map<uint32_t, std::unique_ptr<City>>& cities() { return engine_->machine().cities(); }

  // What was published up to the state's own position, in order. `visit` may say false to end it.
  using Visit = std::function<bool(const Record& record)>;
  [[nodiscard]] Status ForEachPublished(Topic topic, const Visit& visit);

  // The log's records up to the state's position; kNotFound where the archive is gone, or is
  // another log.
  [[nodiscard]] StatusOr<std::unique_ptr<ArchiveLog>> OpenLog() const;

 private:
  class NoLog;
  class NoPublisher;
  RestingState() = default;

  std::string directory_;
  About about_;
  std::unique_ptr<RocksStore> store_;
  std::unique_ptr<NoLog> no_log_;
  std::unique_ptr<NoPublisher> no_publisher_;
  std::unique_ptr<Engine> engine_;
  PublishedCounts published_{};
};

// Every published record of a topic before `end`, in order.
[[nodiscard]] Status ReadPublished(const std::string& published_directory, Topic topic, int64_t end,
                                   const RestingState::Visit& visit);
std::string PublishedDirectory(const std::string& state_directory);

}  // namespace merit
