#include "engine/core/sightings.h"

#include <algorithm>
#include <cstring>

namespace merit {
namespace {

constexpr int kPhashesMax = 9;  // of a report that passes its checks

int32_t FloorDivide32(int64_t a, int32_t b) {
  return static_cast<int32_t>(a >= 0 ? a / b : -((-a + b - 1) / b));
}

Cell CellOf(uint8_t crs, uint16_t category, int32_t lat_e6, int32_t lon_e6) {
  return {crs, category, FloorDivide32(lat_e6, 500), FloorDivide32(lon_e6, 1'000)};
}

Cell CellOf(const SightingRow& sighting) {
  return CellOf(sighting.crs, sighting.claimed_category, sighting.lat_e6, sighting.lon_e6);
}

// The indexes live in memory alone, so these hashes may be any; a report asks for dozens of them.
uint32_t Mix(uint64_t a, uint64_t b) {
  const uint64_t mixed = (a ^ (b << 32 | b >> 32)) * 0x9e37'79b9'7f4a'7c15u;
  return static_cast<uint32_t>((mixed ^ mixed >> 29) * 0xbf58'476d'1ce4'e5b9u >> 32);
}

// Eight cells, two rows of four, differ in their last three bits alone: they share a line of the
// index, and a cell is looked up with its neighbours.
uint32_t HashOf(const Cell& cell) {
  const auto block_y = static_cast<uint32_t>(cell.y >> 1);
  const auto block_x = static_cast<uint32_t>(cell.x >> 2);
  const uint32_t block = Mix(static_cast<uint64_t>(block_y) << 32 | block_x,
                             static_cast<uint64_t>(cell.crs) << 16 | cell.category);
  return (block & ~7u) | static_cast<uint32_t>((cell.y & 1) << 2 | (cell.x & 3));
}

uint32_t HashOf(std::string_view hash32) {
  uint64_t words[4];
  std::memcpy(words, hash32.data(), sizeof(words));
  return Mix(words[0] ^ words[1] * 3, words[2] ^ words[3] * 5);
}

bool Is32Bytes(std::string_view hash) { return hash.size() == sizeof(Digest); }

Digest DigestOf(std::string_view hash32) {
  Digest digest;
  std::memcpy(digest.data(), hash32.data(), sizeof(digest));
  return digest;
}

bool IsKept(const City& city, uint32_t report) { return report >= city.sightings.first(); }

bool HasPhoto(City& city, uint32_t report, const Digest& hash) {
  if (!IsKept(city, report)) return false;
  const std::span<const Digest> photos = city.sightings.Get(report).photos();
  return std::find(photos.begin(), photos.end(), hash) != photos.end();
}

bool IsInCell(City& city, uint32_t report, const Cell& cell) {
  return IsKept(city, report) && CellOf(city.sightings.Get(report)) == cell;
}

bool IsFromDevice(City& city, uint32_t report, const Digest& device) {
  if (!IsKept(city, report)) return false;
  const SightingRow& sighting = city.sightings.Get(report);
  return sighting.has_device && sighting.hashes.back() == device;
}

// As many as a report may have, for it may not have been checked.
template <class Visit>
void EachPhash(const v1::ReportSubmitted& m, Visit visit) {
  for (int photo = 0; photo < std::min(m.photo_phash64_size(), kPhashesMax); ++photo) {
    if (m.photo_phash64(photo) != 0) visit(m.photo_phash64(photo));
  }
}

}  // namespace

// --- looking up --------------------------------------------------------------------------------

Cell SightingKeys::CellAt(size_t place) const {
  const auto number = static_cast<int32_t>(place);
  return {home.crs, home.category, home.y + number / 3 - 1, home.x + number % 3 - 1};
}

SightingKeys KeysOf(const v1::ReportSubmitted& m) {
  SightingKeys keys;
  keys.has_cell = m.crs() != v1::CRS_NONE;
  if (keys.has_cell) {
    keys.home = CellOf(static_cast<uint8_t>(m.crs()), static_cast<uint16_t>(m.claimed_category()),
                       m.lat_e6(), m.lon_e6());
    for (size_t place = 0; place < SightingKeys::kCells; ++place) {
      keys.cell_hashes[place] = HashOf(keys.CellAt(place));
    }
  }
  const auto add = [&](const std::string& hash) {
    if (!Is32Bytes(hash) || keys.photos == SightingKeys::kPhotosMax) return;
    keys.photo_hashes[keys.photos++] = HashOf(hash);
  };
  for (const std::string& hash : m.photo_sha256()) add(hash);
  add(m.after_photo_sha256());
  keys.has_device = Is32Bytes(m.device_hash());
  if (keys.has_device) keys.device_hash = HashOf(m.device_hash());
  return keys;
}

void PrefetchSlots(const City& city, const SightingKeys& keys, const v1::ReportSubmitted& m) {
  for (size_t place = 0; keys.has_cell && place < SightingKeys::kCells; ++place) {
    city.reports_by_cell.Prefetch(keys.cell_hashes[place]);
  }
  for (size_t photo = 0; photo < keys.photos; ++photo) {
    city.photos_by_hash.Prefetch(keys.photo_hashes[photo]);
  }
  EachPhash(m, [&](uint64_t phash) { city.photos_by_bucket.Prefetch(phash); });
  if (keys.has_device) city.reports_by_device.Prefetch(keys.device_hash);
}

void PrefetchSightings(const City& city, const SightingKeys& keys, const v1::ReportSubmitted& m) {
  for (size_t place = 0; keys.has_cell && place < SightingKeys::kCells; ++place) {
    city.sightings.PrefetchRow(city.reports_by_cell.Guess(keys.cell_hashes[place]));
  }
  for (size_t photo = 0; photo < keys.photos; ++photo) {
    city.sightings.PrefetchRow(city.photos_by_hash.Guess(keys.photo_hashes[photo]));
  }
  EachPhash(m, [&](uint64_t phash) {
    for (int block = 0; block < PhotoBuckets::kBlocks; ++block) {
      city.photos.PrefetchRow(city.photos_by_bucket.Newest(phash, block));
    }
  });
  if (keys.has_device) {
    city.sightings.PrefetchRow(city.reports_by_device.Guess(keys.device_hash));
  }
}

uint32_t NewestInCell(City& city, const SightingKeys& keys, size_t place) {
  return city.reports_by_cell.Find(keys.cell_hashes[place], [&](uint32_t report) {
    return IsInCell(city, report, keys.CellAt(place));
  });
}

uint32_t NewestWithPhoto(City& city, const SightingKeys& keys, size_t photo, const Digest& hash) {
  return city.photos_by_hash.Find(keys.photo_hashes[photo],
                                  [&](uint32_t report) { return HasPhoto(city, report, hash); });
}

uint32_t NewestFromDevice(City& city, const SightingKeys& keys, const Digest& device) {
  return city.reports_by_device.Find(
      keys.device_hash, [&](uint32_t report) { return IsFromDevice(city, report, device); });
}

uint32_t NewestInBucket(const City& city, uint64_t phash, int block) {
  const uint32_t photo = city.photos_by_bucket.Newest(phash, block);
  return photo != kNone && photo >= city.photos.first() ? photo : kNone;
}

// --- keeping -----------------------------------------------------------------------------------

SightingRow SightingOf(const Fold& fold, uint32_t report, const SightingKeys& keys,
                       const v1::ReportSubmitted& m) {
  City& city = fold.city;
  SightingRow now;
  now.driver = city.reports.Get(report).driver;
  now.day = fold.open_day();
  now.time_ms = fold.time_ms;
  now.observed_at_ms = m.observed_at_ms();
  now.crs = static_cast<uint8_t>(m.crs());
  now.claimed_category = static_cast<uint16_t>(m.claimed_category());
  now.lat_e6 = m.lat_e6();
  now.lon_e6 = m.lon_e6();
  now.first_photo = city.photos.size();
  const DriverRow& driver = city.drivers.Get(now.driver);
  now.previous_position = driver.last_position;
  now.previous_handle = driver.last_handle;
  if (keys.has_cell) now.previous_in_cell = NewestInCell(city, keys, SightingKeys::kHome);
  now.has_device = keys.has_device;
  now.hashes.reserve(static_cast<uint32_t>(keys.photos) + keys.has_device);
  for (const std::string& hash : m.photo_sha256()) now.hashes.push_back(DigestOf(hash));
  if (!m.after_photo_sha256().empty()) now.hashes.push_back(DigestOf(m.after_photo_sha256()));
  if (now.has_device) now.hashes.push_back(DigestOf(m.device_hash()));
  return now;
}

void KeepSighting(Fold& fold, uint32_t report, const v1::ReportSubmitted& m, SightingRow now) {
  City& city = fold.city;
  MERIT_CHECK(city.sightings.size() == report);
  if (now.crs != v1::CRS_NONE) {
    DriverRow& driver = city.drivers.Edit(now.driver);
    driver.last_position = report;
    if (m.mode() == v1::MODE_HANDLE) driver.last_handle = report;
  }
  SightingRow& row = city.sightings.Add();
  row = std::move(now);
  IndexSighting(city, report, row);
  EachPhash(m, [&](uint64_t phash) {
    const uint32_t number = city.photos.size();
    PhotoRow& photo = city.photos.Add();
    photo.phash = phash;
    photo.report = report;
    photo.day = fold.open_day();
    for (int block = 0; block < PhotoBuckets::kBlocks; ++block) {
      photo.previous_in_bucket[block] = NewestInBucket(city, phash, block);
    }
    IndexPhoto(city, number, photo);
  });
}

void TrimSightings(City& city, int32_t day) {
  uint32_t first = city.sightings.first();
  while (first < city.sightings.size() && day - city.sightings.Get(first).day > kSightingDays) {
    ++first;
  }
  if (first == city.sightings.first()) return;
  city.photos.TrimBefore(first < city.sightings.size() ? city.sightings.Get(first).first_photo
                                                       : city.photos.size());
  city.sightings.TrimBefore(first);
}

void IndexSighting(City& city, uint32_t report, const SightingRow& sighting) {
  const auto alive = [&](uint32_t candidate) { return IsKept(city, candidate); };
  for (const Digest& hash : sighting.photos()) {
    city.photos_by_hash.Set(
        HashOf(AsBytes(hash)), report,
        [&](uint32_t candidate) { return HasPhoto(city, candidate, hash); }, alive);
  }
  if (sighting.crs != v1::CRS_NONE) {
    const Cell cell = CellOf(sighting);
    city.reports_by_cell.Set(
        HashOf(cell), report, [&](uint32_t candidate) { return IsInCell(city, candidate, cell); },
        alive);
  }
  if (sighting.has_device) {
    const Digest& device = sighting.hashes.back();
    city.reports_by_device.Set(
        HashOf(AsBytes(device)), report,
        [&](uint32_t candidate) { return IsFromDevice(city, candidate, device); }, alive);
  }
}

void IndexPhoto(City& city, uint32_t photo, const PhotoRow& seen) {
  for (int block = 0; block < PhotoBuckets::kBlocks; ++block) {
    city.photos_by_bucket.Set(seen.phash, block, photo);
  }
}

}  // namespace merit
