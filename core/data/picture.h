#pragma once
// The viewer's own pictures: PNG and JPEG files of any size, colour or grey.

#include <cstdint>
#include <string>
#include <vector>

namespace lab {

struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> pixels;  // [height, width] grey
};

/// Reads a picture as grey. Throws Error when the file is missing, is no PNG or JPEG, is
/// damaged, or is larger than 64 MiB, 8192 pixels a side or 36 million pixels in all.
Picture read_picture(const std::string& path);

/// The picture cut to the middle's aspect and averaged down (or up) to width × height. Data sets
/// like Fashion-MNIST show light things on black: a picture with a light border is inverted.
Picture fit_picture(const Picture& picture, int width, int height);

}  // namespace lab
