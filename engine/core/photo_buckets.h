// The newest photo in each bucket of perceptual hashes.
//
//   Input    a photo stands in four buckets, one for each 16 bits of its hash; two hashes within
//            three bits of each other share at least one
//   Output   the number of a photo, or kNone
//   Cost     one cache miss a bucket; 1 MiB once there is a photo
//   Source   DOMAIN.md §11 (DUP_PHOTO)
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/bring_near.h"
#include "engine/rows/hash_index.h"

namespace merit {

class PhotoBuckets {
 public:
  static constexpr int kBlocks = 4;

  uint32_t Newest(uint64_t phash, int block) const {
    return newest_.empty() ? kNone : newest_[PlaceOf(phash, block)];
  }
  void Set(uint64_t phash, int block, uint32_t photo) {
    if (newest_.empty()) newest_.assign(size_t{kBlocks} << kBits, kNone);
    newest_[PlaceOf(phash, block)] = photo;
  }
  void Prefetch(uint64_t phash) const {
    for (int block = 0; block < kBlocks && !newest_.empty(); ++block) {
      BringNear(&newest_[PlaceOf(phash, block)]);
    }
  }

  size_t memory_bytes() const { return newest_.capacity() * sizeof(newest_[0]); }

 private:
  static constexpr int kBits = 16;
  static size_t PlaceOf(uint64_t phash, int block) {
    const auto bits = static_cast<uint16_t>(phash >> (kBits * block));
    return static_cast<size_t>(block) << kBits | bits;
  }

  std::vector<uint32_t> newest_;
};

}  // namespace merit
