// The archive's format, shared by reader and writer: names, numbers, limits and the record's
// encoding.
//
//   Format   engine/log/FORMAT.md; stored: never renumber
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/record.h"

namespace merit {

// Little-endian in the file, as every fixed-width number there.
inline constexpr uint32_t kZstdFrameMagic = 0xFD2FB528;
// A skippable frame: zstd's tools pass over it.
inline constexpr uint32_t kIndexFrameMagic = 0x184D2A50;
// A closed segment's last bytes, and the last of them is its version.
inline constexpr std::string_view kIndexMark = "MERITIX1";

inline constexpr size_t kIndexEntrySize = 40;    // five numbers of 8 bytes
inline constexpr size_t kIndexTrailerSize = 32;  // frames, records, checksum, mark
inline constexpr size_t kSkippableHeaderSize = 8;

inline constexpr size_t kArchiveRecordBytesMax = size_t{16} << 20;   // key and value together
inline constexpr size_t kArchiveFrameBytesMax = size_t{64} << 20;    // content of one frame
inline constexpr size_t kArchiveFrameRecordsMax = size_t{16} << 20;  // records of one frame

// "00000000000000001234.zst"
std::string SegmentName(int64_t first_offset);
// The first offset that a file name stands for; -1: no segment's name.
int64_t SegmentFirstOffset(std::string_view name);

// The most bytes that EncodeLogRecord writes: the length, three tags, two lengths and the
// timestamp.
inline constexpr size_t kLogRecordOverheadMax = 10 + 1 + 5 + 1 + 10 + 1 + 5;

// Writes [varint length][LogRecord] and returns the end. Canonical: fields ascending, defaults left
// out. `out` has room for key, value and kLogRecordOverheadMax bytes.
char* EncodeLogRecord(const Record& record, char* out);

// Views into `bytes`, a serialised LogRecord in any legal order, unknown fields passed over.
// False: they are no LogRecord.
bool ParseLogRecord(std::string_view bytes, Record* record);

// Reads [varint length][LogRecord] at the head of *bytes and moves *bytes past it. False: cut or no
// LogRecord.
bool ParseFramedLogRecord(std::string_view* bytes, Record* record);

}  // namespace merit
