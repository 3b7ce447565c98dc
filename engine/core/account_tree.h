// The city's accounts as a tree: one leaf a driver, in order of enrolment.
//
//   Cost     Root: what changed since the last one; memory: 64 bytes a driver; a save writes chunks
//            that changed
//   Format   table | chunk number -> up to kChunkLeaves hashes of 32 bytes
//   Source   DOMAIN.md §12 (account_root)
#pragma once

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <string_view>

#include "engine/base/merkle.h"
#include "engine/rows/image.h"

namespace merit {

class AccountTree {
 public:
  static constexpr uint32_t kChunkLeaves = 256;

  AccountTree(std::string prefix, uint8_t number) : prefix_(std::move(prefix)) {
    prefix_.push_back(static_cast<char>(number));
  }

  // place <= size(): at size() the tree grows.
  void Set(uint32_t place, const Digest& leaf) {
    tree_.Set(place, leaf);
    changed_chunks_.insert(place / kChunkLeaves);
  }
  uint32_t size() const { return tree_.size(); }
  Digest Root() { return tree_.Root(); }
  size_t memory_bytes() const { return tree_.memory_bytes(); }

  void Collect(ImageChanges* changes) {
    std::string leaves;
    for (uint32_t chunk : changed_chunks_) {
      leaves.clear();
      const uint32_t end = std::min(size(), (chunk + 1) * kChunkLeaves);
      for (uint32_t place = chunk * kChunkLeaves; place < end; ++place) {
        leaves.append(AsBytes(tree_.leaf(place)));
      }
      std::string key = prefix_;
      AppendBigEndian(&key, chunk);
      changes->Put(key, leaves);
    }
    changed_chunks_.clear();
  }

  // One saved chunk, `key` without the prefix and the table's number; chunks come in order.
  bool Restore(std::string_view key, std::string_view leaves) {
    Digest leaf;
    if (key.size() != 4 || ReadBigEndian(key) * kChunkLeaves != size()) return false;
    if (leaves.size() % leaf.size() != 0 || leaves.size() > kChunkLeaves * leaf.size())
      return false;
    for (; !leaves.empty(); leaves.remove_prefix(leaf.size())) {
      std::memcpy(leaf.data(), leaves.data(), leaf.size());
      tree_.Set(size(), leaf);
    }
    return true;
  }

 private:
  std::string prefix_;
  MerkleTree tree_;
  std::set<uint32_t> changed_chunks_;
};

}  // namespace merit
