#include "app/window/capture.h"

#include <epoxy/gl.h>

#include <algorithm>

namespace lab {

std::vector<uint8_t> read_screen(int width, int height) {
  const size_t row = static_cast<size_t>(width) * 3;
  std::vector<uint8_t> upwards(row * height), result(row * height);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, upwards.data());
  for (int y = 0; y < height; ++y)
    std::copy_n(upwards.begin() + static_cast<ptrdiff_t>(row * (height - 1 - y)), row,
                result.begin() + static_cast<ptrdiff_t>(row * y));
  return result;
}

std::vector<uint8_t> cut(const std::vector<uint8_t>& pixels, int width, int left, int top, int part_width,
                         int part_height) {
  std::vector<uint8_t> part;
  part.reserve(static_cast<size_t>(part_width) * part_height * 3);
  for (int y = top; y < top + part_height; ++y) {
    const auto begin = pixels.begin() + (static_cast<ptrdiff_t>(y) * width + left) * 3;
    part.insert(part.end(), begin, begin + static_cast<ptrdiff_t>(part_width) * 3);
  }
  return part;
}

}  // namespace lab
