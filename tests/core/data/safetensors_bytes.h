#pragma once
// Safetensors files by hand, good and bad.

#include <cstdint>
#include <cstring>
#include <string>

namespace lab {

/// The length, the header, the data: as a file holds them. `length` overrides what the header really is.
inline std::string raw_file(const std::string& header, const std::string& data = "", int64_t length = -1) {
  const uint64_t size = length < 0 ? header.size() : static_cast<uint64_t>(length);
  std::string bytes(sizeof size, 0);
  std::memcpy(bytes.data(), &size, sizeof size);
  return bytes + header + data;
}

}  // namespace lab
