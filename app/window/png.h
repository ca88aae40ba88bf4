#pragma once
// PNG files, written so that a reader never sees half of one.

#include <cstdint>
#include <span>
#include <string>

namespace lab {

/// pixels [height, width, 3]. Throws Error when the file cannot be written.
void write_png(const std::string& path, int width, int height, std::span<const uint8_t> pixels);

}  // namespace lab
