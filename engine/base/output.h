// What a fold gives out: published records, in order, as plain bytes.
//
//   Output   one record a call of Add; `value` is the serialised message, or none for a tombstone
//   Cost     appended to one buffer that is reused after Clear(); no allocation once warm
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace merit {

// Where an output goes. Stored in a directory of that name, and later on a topic: never renumber.
enum class Topic : uint8_t {
  kOutcomes = 0,
  kScores = 1,
  kSeals = 2,
  kBulletins = 3,
  kDeadLetters = 4
};
inline constexpr int kTopicCount = 5;
inline constexpr const char* kTopicNames[kTopicCount] = {"outcomes", "scores", "seals", "bulletins",
                                                         "dead-letters"};

struct Output {
  Topic topic;
  bool tombstone;        // a null value
  int64_t timestamp_ms;  // the record time T of what caused it
  std::string_view key;
  std::string_view value;
};

class Outputs {
 public:
  // The value in one piece or two.
  void Add(Topic topic, std::string_view key, int64_t timestamp_ms, std::string_view value,
           std::string_view rest = {}) {
    Append(topic, false, key, timestamp_ms, value, rest);
  }
  void AddTombstone(Topic topic, std::string_view key, int64_t timestamp_ms) {
    Append(topic, true, key, timestamp_ms, {}, {});
  }

  size_t size() const { return entries_.size(); }
  size_t byte_size() const { return bytes_.size(); }
  bool empty() const { return entries_.empty(); }

  // Valid until the next Add or Clear.
  Output operator[](size_t index) const {
    const Entry& entry = entries_[index];
    const std::string_view all(bytes_);
    return {entry.topic, entry.tombstone, entry.timestamp_ms,
            all.substr(entry.begin, entry.key_size),
            all.substr(entry.begin + entry.key_size, entry.value_size)};
  }

  void Clear() {
    bytes_.clear();
    entries_.clear();
  }

 private:
  struct Entry {
    size_t begin;  // of the key; the value follows it
    uint32_t key_size;
    uint32_t value_size;
    int64_t timestamp_ms;
    Topic topic;
    bool tombstone;
  };

  void Append(Topic topic, bool tombstone, std::string_view key, int64_t timestamp_ms,
              std::string_view value, std::string_view rest) {
    entries_.push_back({bytes_.size(), static_cast<uint32_t>(key.size()),
                        static_cast<uint32_t>(value.size() + rest.size()), timestamp_ms, topic,
                        tombstone});
    bytes_.append(key);
    bytes_.append(value);
    bytes_.append(rest);
  }

  std::string bytes_;
  std::vector<Entry> entries_;
};

}  // namespace merit
