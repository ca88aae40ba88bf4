#pragma once
// Capture: what was drawn, as pixels.

#include <cstdint>
#include <vector>

namespace lab {

/// Of the frame buffer that is drawn to: [height, width, 3], the top row first.
std::vector<uint8_t> read_screen(int width, int height);

/// A part of [.., width, 3] pixels.
std::vector<uint8_t> cut(const std::vector<uint8_t>& pixels, int width, int left, int top, int part_width,
                         int part_height);

}  // namespace lab
