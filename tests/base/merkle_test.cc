// Both trees against RFC 9162 §2.1.1, written down as it stands there.
#include "engine/base/merkle.h"

#include <gtest/gtest.h>

#include <span>
#include <vector>

#include "simulator/random.h"

namespace merit {
namespace {

Digest LeafOf(uint64_t number) { return MerkleLeaf(std::to_string(number)); }

std::vector<Digest> Leaves(size_t count) {
  std::vector<Digest> leaves;
  for (uint64_t number = 0; number < count; ++number) leaves.push_back(LeafOf(number));
  return leaves;
}

// MTH({}) = HASH(); MTH({d}) = HASH(0x00 || d); MTH(D_n) = HASH(0x01 || MTH(D[0:k]) ||
// MTH(D[k:n])), k being the largest power of two below n. `leaves` are the hashes of the second
// case.
Digest TreeHead(std::span<const Digest> leaves) {
  if (leaves.empty()) return Sha256("");
  if (leaves.size() == 1) return leaves[0];
  size_t k = 1;
  while (2 * k < leaves.size()) k *= 2;
  std::string bytes("\x01", 1);
  bytes += AsBytes(TreeHead(leaves.first(k)));
  bytes += AsBytes(TreeHead(leaves.subspan(k)));
  return Sha256(bytes);
}

// The test vectors that implementations of Certificate Transparency share.
TEST(Merkle, KnownHeads) {
  const std::string inputs[] = {"",
                                std::string(1, '\0'),
                                "\x10",
                                "\x20\x21",
                                "\x30\x31",
                                "\x40\x41\x42\x43",
                                "\x50\x51\x52\x53\x54\x55\x56\x57",
                                "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  const char* const heads[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                               "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                               "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                               "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                               "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                               "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  MerkleFrontier tree;
  EXPECT_EQ(Hex(AsBytes(tree.Root())), heads[0]);
  for (size_t size = 1; size <= std::size(inputs); ++size) {
    tree.Append(MerkleLeaf(inputs[size - 1]));
    EXPECT_EQ(Hex(AsBytes(tree.Root())), heads[size]) << size;
  }
}

TEST(Merkle, FrontierIsTheTreeAtEverySize) {
  const std::vector<Digest> leaves = Leaves(300);
  MerkleFrontier tree;
  for (size_t size = 0; size <= 300; ++size) {
    ASSERT_EQ(tree.size(), size);
    ASSERT_EQ(tree.Root(), TreeHead(std::span(leaves).first(size))) << size;
    if (size < 300) tree.Append(leaves[size]);
  }
}

TEST(Merkle, FrontierComesBack) {
  const std::vector<Digest> leaves = Leaves(300);
  MerkleFrontier tree;
  for (size_t size = 0; size <= 300; ++size) {
    MerkleFrontier restored;
    ASSERT_TRUE(restored.Restore(tree.size(), tree.peaks()));
    ASSERT_EQ(restored.Root(), tree.Root());
    tree = restored;
    if (size < 300) tree.Append(leaves[size]);
  }
  EXPECT_EQ(tree.Root(), TreeHead(leaves));
  MerkleFrontier other;
  EXPECT_FALSE(other.Restore(3, {Digest{}}));
  EXPECT_FALSE(other.Restore(0, {Digest{}}));
}

TEST(Merkle, TreeIsTheTreeAtEverySize) {
  const std::vector<Digest> leaves = Leaves(300);
  MerkleTree growing;
  for (uint32_t size = 0; size <= 300; ++size) {
    ASSERT_EQ(growing.Root(), TreeHead(std::span(leaves).first(size))) << size;
    MerkleTree at_once;
    for (uint32_t place = 0; place < size; ++place) at_once.Set(place, leaves[place]);
    ASSERT_EQ(at_once.Root(), growing.Root()) << size;
    if (size < 300) growing.Set(size, leaves[size]);
  }
}

TEST(Merkle, ChangedLeavesAreSeen) {
  Random random(1);
  std::vector<Digest> leaves;
  MerkleTree tree;
  for (uint64_t step = 0; step < 3'000; ++step) {
    const uint32_t size = tree.size();
    const bool grow = size == 0 || (size < 300 && random.Below(4u) == 0);
    const uint32_t place = grow ? size : random.Below(size);
    const Digest leaf = LeafOf(step);
    tree.Set(place, leaf);
    if (grow) {
      leaves.push_back(leaf);
    } else {
      leaves[place] = leaf;
    }
    if (random.Below(5u) > 0) continue;
    ASSERT_EQ(tree.Root(), TreeHead(leaves)) << step;
  }
  EXPECT_EQ(tree.Root(), TreeHead(leaves));
}

}  // namespace
}  // namespace merit
