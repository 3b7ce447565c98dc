// What flag rules 1 to 7 look at: the reports of the last 30 days by place, photo and device.
//
//   Output   chains of reports, newest first: an index leads to the newest of a cell, photo or
//            device, its row to the one before it
//   Cost     a cache miss a photo, bucket and device; about three for a cell and its neighbours
//   Source   EFFECTS.md §4 (kept, until)
#pragma once

#include <array>
#include <span>

#include "engine/core/fold.h"

namespace merit {

inline constexpr int32_t kSightingDays = 30;

struct Cell {
  uint8_t crs;
  uint16_t category;
  int32_t y;
  int32_t x;
  friend bool operator==(const Cell&, const Cell&) = default;
};

// Where a report's cell, its neighbours, its photos and its device are looked up. The report may be
// one that was not checked yet.
struct SightingKeys {
  static constexpr size_t kCells = 9;
  static constexpr size_t kHome = kCells / 2;
  static constexpr size_t kPhotosMax = 10;

  Cell CellAt(size_t place) const;

  bool has_cell = false;
  bool has_device = false;
  Cell home;
  std::array<uint32_t, kCells> cell_hashes;
  uint32_t device_hash;
  size_t photos = 0;
  std::array<uint32_t, kPhotosMax> photo_hashes;  // photos in order, then the after-photo
};
SightingKeys KeysOf(const v1::ReportSubmitted& m);

// Bring near what is looked up under these keys: first the indexes' lines, and when these are there
// the rows that they name.
void PrefetchSlots(const City& city, const SightingKeys& keys, const v1::ReportSubmitted& m);
void PrefetchSightings(const City& city, const SightingKeys& keys, const v1::ReportSubmitted& m);

// The newest of what is kept, or kNone. `place` and `photo` are those of the keys.
uint32_t NewestInCell(City& city, const SightingKeys& keys, size_t place);
uint32_t NewestWithPhoto(City& city, const SightingKeys& keys, size_t photo, const Digest& hash);
uint32_t NewestFromDevice(City& city, const SightingKeys& keys, const Digest& device);
uint32_t NewestInBucket(const City& city, uint64_t phash, int block);

// A report that was just submitted, as it will be kept; then it is.
SightingRow SightingOf(const Fold& fold, uint32_t report, const SightingKeys& keys,
                       const v1::ReportSubmitted& m);
void KeepSighting(Fold& fold, uint32_t report, const v1::ReportSubmitted& m, SightingRow now);

// Lets go of what is older than kSightingDays on `day`.
void TrimSightings(City& city, int32_t day);

// Makes the indexes again, row by row in order, at a start.
void IndexSighting(City& city, uint32_t report, const SightingRow& sighting);
void IndexPhoto(City& city, uint32_t photo, const PhotoRow& seen);

}  // namespace merit
