// Lists of row numbers, each under a kind and a key: what is due on a day, what waits for a
// settlement.
//
//   Output   values in the order they were appended
//   Cost     Append is amortised constant, also for what is saved: only chunks with new values are
//            written
//   Format   table | kind | key | chunk -> up to kChunkValues numbers, 4 bytes little endian each
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/rows/image.h"

namespace merit {

class Lists {
 public:
  static constexpr uint32_t kChunkValues = 1024;

  Lists(std::string prefix, uint8_t number) : prefix_(std::move(prefix)) {
    prefix_.push_back(static_cast<char>(number));
  }

  void Append(uint8_t kind, uint32_t key, uint32_t value) {
    Values& list = Find(kind, key);
    if (list.changed_from == list.numbers.size()) changed_.try_emplace({kind, key}, 0);
    const size_t bytes_before = BytesOf(list);
    list.numbers.push_back(value);
    memory_bytes_ += BytesOf(list) - bytes_before;
  }

  // The list, which is then empty.
  std::vector<uint32_t> Take(uint8_t kind, uint32_t key) {
    const auto found = lists_.find({kind, key});
    if (found == lists_.end()) return {};
    memory_bytes_ -= BytesOf(found->second);
    std::vector<uint32_t> numbers = std::move(found->second.numbers);
    uint32_t& chunks_before = changed_[found->first];
    chunks_before = std::max(chunks_before, found->second.saved_chunks);
    lists_.erase(found);
    recent_[kind % kRecent].list = nullptr;
    return numbers;
  }

  const std::vector<uint32_t>& Peek(uint8_t kind, uint32_t key) const {
    static const std::vector<uint32_t> kEmpty;
    const auto found = lists_.find({kind, key});
    return found == lists_.end() ? kEmpty : found->second.numbers;
  }

  // visit(key, numbers) for each list of a kind, by key.
  template <class Visit>
  void ForEach(uint8_t kind, Visit visit) const {
    for (auto at = lists_.lower_bound({kind, 0}); at != lists_.end() && at->first.first == kind;
         ++at) {
      visit(at->first.second, at->second.numbers);
    }
  }

  void Collect(ImageChanges* changes) {
    for (const auto& [name, chunks_before] : changed_) {
      const auto found = lists_.find(name);
      const uint32_t chunks =
          found == lists_.end() ? 0 : CollectList(name, &found->second, changes);
      for (uint32_t chunk = chunks; chunk < chunks_before; ++chunk) {
        changes->Erase(Key(name, chunk));
      }
    }
    changed_.clear();
  }

  // One saved chunk, `key` without the prefix and the table's number; chunks come in key order.
  bool Restore(std::string_view key, std::string_view value) {
    if (key.size() != 9 || value.size() % 4 != 0 || value.empty()) return false;
    Values& list = Make({static_cast<uint8_t>(key[0]), ReadBigEndian(key.substr(1))});
    if (list.numbers.size() != static_cast<size_t>(ReadBigEndian(key.substr(5))) * kChunkValues)
      return false;
    const size_t begin = list.numbers.size();
    const size_t bytes_before = BytesOf(list);
    list.numbers.resize(begin + value.size() / 4);
    memory_bytes_ += BytesOf(list) - bytes_before;
    std::memcpy(&list.numbers[begin], value.data(), value.size());
    list.changed_from = list.numbers.size();
    ++list.saved_chunks;
    return true;
  }

  size_t memory_bytes() const { return memory_bytes_; }

 private:
  using Name = std::pair<uint8_t, uint32_t>;
  struct Values {
    std::vector<uint32_t> numbers;
    size_t changed_from = 0;  // all before it is as saved
    uint32_t saved_chunks = 0;
  };

  // Puts the chunks with new values; gives how many chunks there are.
  uint32_t CollectList(const Name& name, Values* list, ImageChanges* changes) {
    const std::vector<uint32_t>& numbers = list->numbers;
    const auto chunks = static_cast<uint32_t>((numbers.size() + kChunkValues - 1) / kChunkValues);
    for (auto chunk = static_cast<uint32_t>(list->changed_from / kChunkValues); chunk < chunks;
         ++chunk) {
      const size_t begin = static_cast<size_t>(chunk) * kChunkValues;
      const size_t count = std::min<size_t>(numbers.size() - begin, kChunkValues);
      changes->Put(Key(name, chunk), {reinterpret_cast<const char*>(&numbers[begin]), count * 4});
    }
    list->changed_from = numbers.size();
    list->saved_chunks = chunks;
    return chunks;
  }

  // Made where there is none. Most of a kind's values go where the one before went.
  Values& Find(uint8_t kind, uint32_t key) {
    Recent& recent = recent_[kind % kRecent];
    if (recent.list == nullptr || recent.name != Name{kind, key})
      recent = {{kind, key}, &Make({kind, key})};
    return *recent.list;
  }

  Values& Make(const Name& name) {
    const auto [place, is_new] = lists_.try_emplace(name);
    if (is_new) memory_bytes_ += BytesOf(place->second);
    return place->second;
  }

  static size_t BytesOf(const Values& list) {
    constexpr size_t kNode = 4 * sizeof(void*);  // of the map, beside what it holds
    return kNode + sizeof(Name) + sizeof(Values) +
           list.numbers.capacity() * sizeof(list.numbers[0]);
  }

  std::string Key(const Name& name, uint32_t chunk) const {
    std::string key = prefix_;
    key.push_back(static_cast<char>(name.first));
    AppendBigEndian(&key, name.second);
    AppendBigEndian(&key, chunk);
    return key;
  }

  std::string prefix_;
  std::map<Name, Values> lists_;
  size_t memory_bytes_ = 0;  // BytesOf all of them
  // Lists with new values, and lists that were taken; with the chunks that lie in the image of one
  // that was taken.
  std::map<Name, uint32_t> changed_;
  static constexpr size_t kRecent = 16;
  struct Recent {
    Name name;
    Values* list = nullptr;
  };
  std::array<Recent, kRecent> recent_;
};

}  // namespace merit
