#pragma once
// PNG files, written so that a reader never sees half of one.

#include <cstdint>
#include <span>
#include <string>

namespace lab {

/// The bytes of a file; pixels [height, width, 3].
std::string png_of(int width, int height, std::span<const uint8_t> pixels);
/// pixels [height, width, 3]. Throws Error when the file cannot be written.
void write_png(const std::string& path, int width, int height, std::span<const uint8_t> pixels);

}  // namespace lab
