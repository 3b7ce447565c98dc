#include "engine/base/merkle.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace merit {

Digest MerkleLeaf(std::string_view input) { return Sha256(std::string_view("\0", 1), input); }

Digest MerkleNode(const Digest& left, const Digest& right) {
  char bytes[65];
  bytes[0] = 1;
  std::memcpy(bytes + 1, left.data(), 32);
  std::memcpy(bytes + 33, right.data(), 32);
  return Sha256({bytes, sizeof(bytes)});
}

void MerkleFrontier::Append(const Digest& leaf) {
  Digest node = leaf;
  for (uint64_t rest = size_; rest & 1; rest >>= 1) {
    node = MerkleNode(peaks_.back(), node);
    peaks_.pop_back();
  }
  peaks_.push_back(node);
  ++size_;
}

Digest MerkleFrontier::Root() const {
  if (peaks_.empty()) return Sha256({});
  Digest root = peaks_.back();
  for (size_t place = peaks_.size() - 1; place-- > 0;) root = MerkleNode(peaks_[place], root);
  return root;
}

bool MerkleFrontier::Restore(uint64_t size, std::vector<Digest> peaks) {
  if (peaks.size() != static_cast<size_t>(std::popcount(size))) return false;
  size_ = size;
  peaks_ = std::move(peaks);
  return true;
}

void MerkleTree::Set(uint32_t place, const Digest& leaf) {
  if (place == size()) {
    levels_[0].push_back(leaf);
  } else {
    levels_[0][place] = leaf;
  }
  changed_.push_back(place);
}

Digest MerkleTree::Root() {
  if (size() == 0) return Sha256({});
  std::sort(changed_.begin(), changed_.end());
  for (size_t level = 0; levels_[level].size() > 1; ++level) {
    if (levels_.size() == level + 1) levels_.emplace_back();
    const std::vector<Digest>& below = levels_[level];
    std::vector<Digest>& above = levels_[level + 1];
    above.resize((below.size() + 1) / 2);
    size_t kept = 0;
    for (size_t step = 0; step < changed_.size(); ++step) {
      const uint32_t parent = changed_[step] / 2;
      if (kept > 0 && changed_[kept - 1] == parent) continue;
      const uint32_t left = 2 * parent;
      above[parent] =
          left + 1 < below.size() ? MerkleNode(below[left], below[left + 1]) : below[left];
      changed_[kept++] = parent;
    }
    changed_.resize(kept);
  }
  changed_.clear();
  return levels_.back()[0];
}

size_t MerkleTree::memory_bytes() const {
  size_t bytes = 0;
  for (const std::vector<Digest>& level : levels_) bytes += level.capacity() * sizeof(Digest);
  return bytes;
}

}  // namespace merit
