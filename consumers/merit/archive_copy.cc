#include "consumers/merit/archive_copy.h"

#include <absl/strings/escaping.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/base/hash.h"
#include "engine/base/sha256.h"
#include "engine/log/archive_format.h"
#include "engine/log/archive_frame.h"
#include "engine/log/archive_position.h"
#include "engine/log/archive_segment.h"
#include "engine/log/file.h"

namespace merit {
namespace {

using Json = nlohmann::ordered_json;

uint64_t HashOn(uint64_t hash, const Record& record, std::string* scratch) {
  const auto number = [&](uint64_t value) {
    scratch->append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  scratch->clear();
  number(hash);
  number(static_cast<uint64_t>(record.timestamp_ms));
  number(record.key.size());
  scratch->append(record.key);
  scratch->append(record.value);
  return Hash64(*scratch);
}

std::string PlaceFile(const std::string& directory) { return directory + ".json"; }

// Walks the frames behind a position, in file after file, and hashes their records.
class FrameWalk {
 public:
  FrameWalk(std::string directory, const ArchivePosition& from)
      : directory_(std::move(directory)), position_(from) {}

  // Up to the record `end`.
  StatusOr<uint64_t> HashTo(int64_t end) {
    RETURN_IF_ERROR(OpenSegment());
    while (position_.next_offset < end) {
      ASSIGN_OR_RETURN(const bool more, IsFrame());
      if (!more) {
        position_ = {position_.next_offset, 0, position_.next_offset};
        RETURN_IF_ERROR(OpenSegment());
        continue;
      }
      ASSIGN_OR_RETURN(const uint64_t size, reader_->Read(position_.size, &content_));
      position_.size += size;
      RETURN_IF_ERROR(HashFrame());
    }
    return position_.next_offset == end ? StatusOr<uint64_t>(hash_)
                                        : DataLoss("more records than were written");
  }

 private:
  Status OpenSegment() {
    reader_ = std::make_unique<FrameReader>();
    return reader_->Open(SegmentPath(directory_, position_.first_offset));
  }
  StatusOr<bool> IsFrame() {
    ASSIGN_OR_RETURN(const std::string_view head,
                     reader_->Bytes(position_.size, sizeof kZstdFrameMagic));
    return head.size() == sizeof kZstdFrameMagic &&
           std::memcmp(head.data(), &kZstdFrameMagic, sizeof kZstdFrameMagic) == 0;
  }
  Status HashFrame() {
    std::string_view rest = content_.view();
    for (Record record; !rest.empty(); ++position_.next_offset) {
      if (!ParseFramedLogRecord(&rest, &record)) return DataLoss("a frame holds what is no record");
      hash_ = HashOn(hash_, record, &scratch_);
    }
    return OkStatus();
  }

  const std::string directory_;
  ArchivePosition position_;
  std::unique_ptr<FrameReader> reader_;
  FrameContent content_;
  std::string scratch_;
  uint64_t hash_ = 0;
};

}  // namespace

StatusOr<std::unique_ptr<ArchiveCopy>> ArchiveCopy::Open(ArchiveSource source,
                                                         const std::string& directory) {
  RETURN_IF_ERROR(MakeDirectory(directory));
  std::unique_ptr<ArchiveCopy> copy(new ArchiveCopy(std::move(source), directory));
  RETURN_IF_ERROR(copy->ReadPlace());
  ASSIGN_OR_RETURN(copy->writer_, ArchiveWriter::OpenAt(directory, copy->saved_position_));
  copy->saved_records_ = copy->writer_->next_offset();
  return copy;
}

Status ArchiveCopy::ReadPlace() {
  const std::string file = PlaceFile(directory_);
  std::ifstream in(file);
  if (!in) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> segments, ListSegments(directory_));
    if (segments.empty()) return OkStatus();
    return Invalid(Cat(directory_, " holds an archive, and ", file,
                       " is not there to say of what; name another "
                       "directory with --out"));
  }
  const Json json = Json::parse(in, nullptr, false);
  if (json.is_discarded() || !json.contains("cluster_id") || !json.contains("topic") ||
      !json.contains("partition") || !json.contains("next_offset") || !json.contains("position")) {
    return DataLoss(Cat(file, " is damaged; restore it, or name another directory with --out"));
  }
  const ArchiveSource was{json["cluster_id"].get<std::string>(), json["topic"].get<std::string>(),
                          json["partition"].get<int32_t>()};
  if (was.cluster_id != source_.cluster_id || was.topic != source_.topic ||
      was.partition != source_.partition) {
    return Invalid(Cat(directory_, " is a copy of topic ", was.topic, ", partition ", was.partition,
                       ", of the cluster ", was.cluster_id, ", and this is topic ", source_.topic,
                       ", partition ", source_.partition, ", of the cluster ", source_.cluster_id,
                       "; name another directory with --out"));
  }
  next_offset_ = json["next_offset"].get<int64_t>();
  saved_position_ = absl::HexStringToBytes(json["position"].get<std::string>());
  return OkStatus();
}

Status ArchiveCopy::WritePlace() {
  const Json json = {{"cluster_id", source_.cluster_id},
                     {"topic", source_.topic},
                     {"partition", source_.partition},
                     {"next_offset", next_offset_},
                     {"records", records()},
                     {"position", Hex(saved_position_)}};
  return ReplaceFile(PlaceFile(directory_), json.dump(2) + "\n");
}

Status ArchiveCopy::Take(int64_t offset, const Record& record) {
  RETURN_IF_ERROR(writer_->Append(record));
  thread_local std::string scratch;
  taken_ = HashOn(taken_, record, &scratch);
  next_offset_ = offset + 1;
  return OkStatus();
}

Status ArchiveCopy::ReadBack() const {
  ASSIGN_OR_RETURN(const ArchivePosition from, ArchivePosition::Decode(saved_position_));
  const StatusOr<uint64_t> found = FrameWalk(directory_, from).HashTo(records());
  if (found.ok() && *found == taken_) return OkStatus();
  return DataLoss(Cat(directory_, ": records ", saved_records_, " to ", records(),
                      " do not read back as they were written: ",
                      found.ok() ? "their bytes differ" : std::string(found.status().message()),
                      "; look at the disk, and start again: they are written anew"));
}

Status ArchiveCopy::Save() {
  if (unsaved() == 0) return OkStatus();
  RETURN_IF_ERROR(writer_->Flush());
  RETURN_IF_ERROR(ReadBack());
  saved_position_ = writer_->position();
  RETURN_IF_ERROR(WritePlace());
  saved_records_ = records();
  taken_ = 0;
  return OkStatus();
}

Status ArchiveCopy::Close() {
  RETURN_IF_ERROR(Save());
  RETURN_IF_ERROR(WritePlace());  // also of a partition without a record
  return writer_->Close();
}

}  // namespace merit
