// The tree head of RFC 9162 over a growing list of leaves, and over one whose leaves also change.
//
//   Output   Root(): 32 bytes; of no leaves, SHA-256 of nothing
//   Source   RFC 9162 §2.1.1: leaf = SHA-256(0x00 ‖ input), node = SHA-256(0x01 ‖ left ‖ right),
//            the left subtree being the largest power of two below the size; DOMAIN.md §12
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/sha256.h"

namespace merit {

Digest MerkleLeaf(std::string_view input);
Digest MerkleNode(const Digest& left, const Digest& right);

// Appends only. Keeps the roots of the full subtrees: one for each bit of size().
//
//   Cost     Append: two hashes on average, with the leaf's own; memory: 32 bytes times log2(size)
class MerkleFrontier {
 public:
  void Append(const Digest& leaf);
  uint64_t size() const { return size_; }
  Digest Root() const;

  // The full subtrees' roots, largest first: what a store keeps. Restore takes them back.
  const std::vector<Digest>& peaks() const { return peaks_; }
  bool Restore(uint64_t size, std::vector<Digest> peaks);

 private:
  uint64_t size_ = 0;
  std::vector<Digest> peaks_;
};

// Leaves may be set again; what changed is hashed anew when the root is asked for.
//
//   Cost     Root: the path of each changed leaf, shared parts once; memory: 64 bytes a leaf
class MerkleTree {
 public:
  uint32_t size() const { return static_cast<uint32_t>(levels_[0].size()); }
  // place <= size(): at size() the list grows.
  void Set(uint32_t place, const Digest& leaf);
  const Digest& leaf(uint32_t place) const { return levels_[0][place]; }
  Digest Root();
  size_t memory_bytes() const;

 private:
  // levels_[k][i] is the node over the leaves [i·2^k, (i+1)·2^k), cut at size(); a node without a
  // right brother passes to the next level as it is, which gives RFC 9162's tree.
  std::vector<std::vector<Digest>> levels_{1};
  std::vector<uint32_t> changed_;
};

}  // namespace merit
