#include "core/data/jpeg_tables.h"

#include <cstddef>
#include <cstdint>

namespace lab {

namespace {

// The markers that matter here (ITU T.81, table B.1).
constexpr int kFill = 0xff, kStart = 0xd8, kEnd = 0xd9, kTables = 0xc4, kScan = 0xda;
constexpr int kRestartFirst = 0xd0, kRestartLast = 0xd7;
constexpr size_t kCodeLengths = 16;
constexpr int kMostCodes = 256;

int byte_at(std::string_view bytes, size_t at) { return at < bytes.size() ? static_cast<uint8_t>(bytes[at]) : 0; }
size_t length_at(std::string_view bytes, size_t at) {
  return static_cast<size_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

bool stands_alone(int marker) {
  return marker == 0 || marker == kStart || marker == kEnd || (marker >= kRestartFirst && marker <= kRestartLast);
}

// A segment of tables, `at` its two bytes of length: each is a byte of its name, the number of codes of each
// length from 1 to 16 bits, and a byte for each code (T.81, B.2.4.2).
bool sound_tables(std::string_view jpeg, size_t at) {
  const size_t end = at + length_at(jpeg, at);
  if (end > jpeg.size() || end < at + 2) return false;
  for (at += 2; at < end;) {
    int codes = 0;
    for (size_t length = 1; length <= kCodeLengths; ++length) codes += byte_at(jpeg, at + length);
    if (codes > kMostCodes) return false;
    at += 1 + kCodeLengths + static_cast<size_t>(codes);
  }
  return at == end;
}

}  // namespace

bool has_sound_huffman_tables(std::string_view jpeg) {
  if (length_at(jpeg, 0) != (kFill << 8 | kStart)) return true;
  bool scanned = false;  // the first scan is reached: a marker may follow anywhere, so no segment is skipped
  for (size_t at = 0; at < jpeg.size();) {
    if (byte_at(jpeg, at++) != kFill) continue;
    while (byte_at(jpeg, at) == kFill) ++at;
    const int marker = byte_at(jpeg, at++);
    if (marker == kTables && !sound_tables(jpeg, at)) return false;
    scanned = scanned || marker == kScan;
    if (!scanned && !stands_alone(marker)) at += length_at(jpeg, at);
  }
  return true;
}

}  // namespace lab
